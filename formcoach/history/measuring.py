"""How far a measured range can be off, so that a change is not made more of than it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from statistics import mean

from formcoach.errors import SpecError
from formcoach.exercises.library import load_exercise
from formcoach.history.queries import SessionRow
from formcoach.pose.signals import Signal

__all__ = ["Change", "change_of", "range_error_deg", "range_sides"]

MEAN_OFF_DEG = {Signal.HIP_FLEXION: 3.1, Signal.KNEE_FLEXION: 2.7}
"""How far the range of a rep is off on average, near side, on rendered clips with the `full` model
(docs/accuracy.md, "range of a rep"). Other joints were not measured."""
BAND = 2.45
"""So many times the average error hold 95 of 100 measurements, where errors are spread as usual
(1.96 standard deviations, of 1.25 average errors each)."""
FEW = 3
"""So many sessions at the beginning, and at the end, are compared. Proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A range at the beginning and at the end of a period, in degrees.

    Attributes:
        first_deg, last_deg: means of the first and of the last few sessions.
        error_deg: how far each can be off; None where that was not measured.
    """

    first_deg: float
    last_deg: float
    error_deg: float | None

    @property
    def is_beyond_error(self) -> bool | None:
        """Whether the change is more than the measurement can be off; None where not known."""
        if self.error_deg is None:
            return None
        return abs(self.last_deg - self.first_deg) > self.error_deg


@cache
def range_error_deg(exercise: str) -> float | None:
    """Return how far the range of an exercise can be off, 95 times of 100; None if not known."""
    try:
        spec = load_exercise(exercise)
    except SpecError:  # one's own, whose file is elsewhere
        return None
    movement = spec.movement_of(spec.levels[0])
    mean_off = None if movement is None else MEAN_OFF_DEG.get(movement.signal)
    return None if mean_off is None else mean_off * BAND


def range_sides(rows: Iterable[SessionRow]) -> list[str]:
    """Return the sides of which there is a range: left, right, or both together."""
    there = {side for row in rows for side in row.range_deg}
    return [side for side in ("left", "right", "both") if side in there]


def change_of(rows: Sequence[SessionRow], side: str) -> Change | None:
    """Return how the range of one side changed over sessions of one exercise; None for too few.

    Levels begin in different poses, so only the last one counts, from its last beginning on.
    """
    level = rows[-1].level if rows else ""
    lately = [*takewhile(lambda row: row.level == level, reversed(rows))][::-1]
    ranges = [row.range_deg[side] for row in lately if side in row.range_deg]
    if len(ranges) < 2:
        return None
    few = min(FEW, len(ranges) // 2)
    return Change(
        first_deg=mean(ranges[:few]),
        last_deg=mean(ranges[-few:]),
        error_deg=range_error_deg(rows[0].exercise),
    )
