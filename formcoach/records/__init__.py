"""What stays: summaries, tables, the history."""
