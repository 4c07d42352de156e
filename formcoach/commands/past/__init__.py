"""What was done before: past sessions and progress, in the terminal and as pages."""
