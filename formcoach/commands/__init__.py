"""The commands of the terminal, each wired up: sources, coach, sinks."""
