"""What is told before the first rep, a step at a time: where the camera goes, how it goes."""

from collections import deque
from collections.abc import Sequence
from math import inf

from formcoach.session.guide import Stage

__all__ = ["Lesson"]

STEP_S = 1.2
LETTER_S = 0.07
"""How long a step may take: a moment, and as long as it takes to say it slowly. Proposal."""
PATIENCE_S = 20.0
"""So long a step of how it goes waits for the start pose. Proposal."""
KNOWN_REPS = 2
"""Whoever has done so many needs no more telling. Proposal: one on each side."""


class Lesson:
    """Gives the steps out one after the other, in the time of the frames.

    Args:
        setup: where the camera goes and what to show it; left out once the person stands ready.
        howto: how the exercise goes; from its second step on each waits for the start pose, also
            where the person tries it out between them.
    """

    def __init__(self, setup: Sequence[str], howto: Sequence[str]) -> None:
        self._setup, self._howto = deque(setup), deque(howto)
        self._begun = False
        self._until_s = -inf

    @property
    def teaching(self) -> bool:
        """Whether the person is still being told how the exercise goes."""
        return bool(self._howto)

    def explaining(self, t_s: float) -> bool:
        """Say whether a step of how it goes is being told, not one of the set-up."""
        return self._begun and not self._setup and t_s < self._until_s

    def under_way(self, t_s: float) -> bool:
        """Say whether a step is being told, or one of the set-up is still to be told."""
        return bool(self._setup) or t_s < self._until_s

    def step(self, t_s: float, stage: Stage, *, ready: bool, reps: int) -> str | None:
        """Return the next step when it is time for it.

        Args:
            t_s: the frame's time.
            stage: where in the session the person is.
            ready: whether the person is in the start pose.
            reps: how many have been done.
        """
        if stage in (Stage.REST, Stage.DONE) or reps >= KNOWN_REPS:
            self._howto.clear()
        if ready or stage in (Stage.WORK, Stage.REST, Stage.DONE):
            self._setup.clear()
        if t_s < self._until_s:
            return None
        if self._setup:
            return self._told(self._setup.popleft(), t_s)
        if not self._howto:
            return None
        if self._begun and not ready and t_s < self._until_s + PATIENCE_S:
            return None
        self._begun = True
        return self._told(self._howto.popleft(), t_s)

    def _told(self, text: str, t_s: float) -> str:
        self._until_s = t_s + STEP_S + LETTER_S * len(text)
        return text
