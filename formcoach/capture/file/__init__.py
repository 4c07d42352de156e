"""Recorded videos: containers, decoders, times, what is lost."""
