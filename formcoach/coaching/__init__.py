"""Poses become reps, holds, faults and cues; pure."""
