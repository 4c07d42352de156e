"""What is told before the first rep, a step at a time: where the camera goes, how it goes."""

from collections import deque
from collections.abc import Sequence

from formcoach.coaching.session import Stage

__all__ = ["Lesson"]

STEP_S = 1.2
LETTER_S = 0.07
"""How long a step may take: a moment, and as long as it takes to say it slowly. Proposal."""


class Lesson:
    """Gives the steps out one after the other, in the time of the frames.

    Args:
        setup: where the camera goes and what to show it; left out once the person stands ready.
        howto: how the exercise goes; told to its end, unless the person begins.
    """

    def __init__(self, setup: Sequence[str], howto: Sequence[str]) -> None:
        self._setup, self._howto = deque(setup), deque(howto)
        self._until_s = float("-inf")

    @property
    def teaching(self) -> bool:
        """Whether the person is still being told how the exercise goes."""
        return bool(self._howto)

    def under_way(self, t_s: float) -> bool:
        """Say whether a step is being told, or still to be told."""
        return bool(self._setup or self._howto) or t_s < self._until_s

    def step(self, t_s: float, stage: Stage, *, ready: bool) -> str | None:
        """Return the next step when it is time for it.

        Args:
            t_s: the frame's time.
            stage: where in the session the person is.
            ready: whether the person is in the start pose.
        """
        if stage in (Stage.WORK, Stage.REST, Stage.DONE):
            self._setup.clear()
            self._howto.clear()
            self._until_s = float("-inf")
        if ready:
            self._setup.clear()
        if t_s < self._until_s or not (self._setup or self._howto):
            return None
        text = self._setup.popleft() if self._setup else self._howto.popleft()
        self._until_s = t_s + STEP_S + LETTER_S * len(text)
        return text
