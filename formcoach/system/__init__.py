"""The platform's ways: terminals, signals, paths, the clock of the place."""
