"""When to breathe in and out: ahead of the movement, so that it can follow the breath.

In is said at rest, as the invitation to move, and out at the far end (article S40, S46). `lift` and
`lower` are the ways out and back; which of them is in is the exercise's own.
"""

from math import inf

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Update

__all__ = ["Breath"]

LIFT, LOWER = "breath.lift", "breath.lower"
EVERY_S = 1.5
"""No breath follows words that are closer together: they are fewer in quick reps. Proposal: the
shortest breath that a person can set."""


class Breath:
    """Paces the breath through one set; not where reps follow each other without rest."""

    def __init__(self, coach: Coach) -> None:
        movement = coach.spec.movement_of(coach.level)
        self._paces = movement is not None and not movement.continuous
        self._said: str | None = None
        self._said_s = -inf
        self._asked: Phase | None = None

    def step(self, update: Update, *, at_work: bool, turned: bool) -> str | None:
        """Take in a frame; return the phrase to say now.

        Args:
            update: what the coach says of the frame.
            at_work: whether the person may move: the set has begun.
            turned: whether it is time to go back: the far end is reached, the pause there over.
        """
        due = self._due(update, at_work=at_work, turned=turned)
        if due is None or due == self._said or update.t_s - self._said_s < EVERY_S:
            return None
        self._said, self._said_s = due, update.t_s
        return due

    def _due(self, update: Update, *, at_work: bool, turned: bool) -> str | None:
        if not self._paces:
            return None
        if update.phase is Phase.READY:
            self._asked = None
            return LIFT if at_work and update.unsure is None else None
        # Once at the far end and once on the way back: what comes later helps nobody.
        goes_back = update.phase is Phase.LOWER
        if not (goes_back or turned) or self._asked in (update.phase, Phase.LOWER):
            return None
        self._asked = update.phase
        return LOWER
