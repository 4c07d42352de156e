"""How the body is in a level, in one word: what set-up and hints go by."""

from formcoach.exercises.spec import Level
from formcoach.pose.signals import Signal

__all__ = ["posture_of"]


def posture_of(level: Level) -> str:
    """Return how the body is in a level: supine, prone or upright, also where it does not say."""
    low, high = level.posture.get(Signal.TRUNK_INCLINATION, (0.0, 0.0))
    middle_deg = (low + high) / 2
    if middle_deg < -45.0:
        return "supine"
    return "prone" if middle_deg > 45.0 else "upright"
