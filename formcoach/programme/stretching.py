"""The stretches of the stretch half: which, how long, and whether they were done today.

The article names none (S7-S10): these are a proposal with sources (rules F), and no effect is
promised; the person's own diary decides.
"""

from collections.abc import Sequence
from datetime import datetime

from formcoach.programme.outcomes import SessionResult

__all__ = ["HOLD_S", "REST_S", "SETS_A_SIDE", "STRETCHES", "last_stretched"]

STRETCHES = ("half_kneeling", "knee_held")
"""In the order in which they are led (rules F)."""
HOLD_S = 30
"""Held so long (rules F: 20-30 s a side, 30 s in doi 10.1186/s40634-021-00371-w, table 2)."""
SETS_A_SIDE = 2
"""So often a side (rules F: 2-3 times)."""
REST_S = 8.0
"""Between two holds (rules F: 8 s, from the same table)."""


def last_stretched(history: Sequence[SessionResult]) -> datetime | None:
    """Return when a stretch was last done; None where none was."""
    stretched = (one.at for one in reversed(history) if one.exercise in STRETCHES and one.done)
    return next(stretched, None)
