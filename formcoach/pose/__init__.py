"""A frame becomes landmarks, landmarks become signals."""
