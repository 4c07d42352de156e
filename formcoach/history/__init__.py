"""What months leave: the SQLite history of sessions, and what is read from it."""
