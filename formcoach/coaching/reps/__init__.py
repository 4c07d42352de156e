"""Reps: counted from one signal, judged when they are over."""
