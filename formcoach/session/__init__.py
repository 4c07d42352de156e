"""A live session around the coach: set-up, counting aloud, rests, questions; pure."""
