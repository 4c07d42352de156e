"""One TOML file an exercise."""
