"""Events go out: to the picture, to the ear, in words."""
