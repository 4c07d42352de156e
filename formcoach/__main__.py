"""Runs the command line: ``python -m formcoach``."""

from formcoach.cli import main

if __name__ == "__main__":
    main()
