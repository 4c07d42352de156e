"""What one set leaves: the summary, the tables, the report, the folder they stand in."""
