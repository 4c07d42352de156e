"""What good looks like: exercises as files."""
