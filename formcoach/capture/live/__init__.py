"""Cameras and streams: the newest picture, and what happens when there is none."""
