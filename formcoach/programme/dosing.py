"""How many, how often, how slowly."""

from dataclasses import dataclass

from formcoach.programme.ladder import REPS, Rung
from formcoach.programme.profile import Profile, Rhythm

__all__ = ["Dose", "dose_of", "rep_seconds"]

REST_S = 30.0
"""Between sets (rules B1, after the manual cited there)."""
USUAL_REP_S = (8.0, 15.0)
MIN_REP_S = 6.0
"""A rep, where the breath is not known, and at its shortest (rules B2, B3)."""
BREATHS = (2.0, 3.0)
"""A rep in breaths (article S31)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """How much of one exercise.

    Attributes:
        reps: completed reps a set, both sides together; seconds where something is held.
        sets: how many sets.
        rest_s: rest between them, in seconds.
    """

    reps: int
    sets: int
    rest_s: float = REST_S


def dose_of(profile: Profile, rung: Rung, reps: int) -> Dose:
    """Return the dose at a step of the ladder.

    Every few hours it is one series (S33). Once a day it is two or three sets (S36): two while the
    number is the first of its rung, then three.
    """
    if profile.rhythm is Rhythm.SERIES:
        return Dose(reps=reps, sets=1)
    return Dose(reps=reps, sets=2 if rung.is_gate or reps == REPS[0] else 3)


def rep_seconds(breath_s: float | None) -> tuple[float, float]:
    """Return how long a rep lasts, from and to: two to three of the person's own breaths.

    Args:
        breath_s: how long a calm breath takes; None when not known.
    """
    if breath_s is None:
        return USUAL_REP_S
    shortest, longest = (max(MIN_REP_S, breaths * breath_s) for breaths in BREATHS)
    return shortest, longest
