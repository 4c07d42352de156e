"""How each exercise is done: key poses per level, a TOML file per exercise."""
