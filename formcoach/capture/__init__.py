"""Frames in: from a file, a camera or a stream."""
