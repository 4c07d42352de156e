"""Time of the frames, from what a container says about them."""

__all__ = ["FrameClock"]

USUAL_FPS = 30.0
"""Where a container states neither times nor a rate."""
BACK_S = 1.0
"""A time that falls back by more than this is a new beginning, not a frame out of order."""


class FrameClock:
    """Makes times that always increase, and leaves those that already do as they are.

    A container's time is used as it is wherever it is later than the one before. Where a container
    gives none, a frame comes one step (1 / fps) after the last. A time that stands still once is
    pushed on by half a step, so that the next one is true again; when times go on standing still,
    or fall back (joined recordings), counting goes on from the last frame.
    """

    __slots__ = ("_last_s", "_raw_s", "_shift_s", "_step_s", "_stuck")

    def __init__(self, fps: float | None) -> None:
        """Take the frames per second that the container states, if it does."""
        self._step_s = 1.0 / (fps or USUAL_FPS)
        self._last_s: float | None = None
        self._raw_s = 0.0
        self._shift_s = 0.0
        self._stuck = False

    def step(self, raw_s: float | None) -> float:
        """Take the container's time of the next frame, or None, and return the frame's time."""
        if self._last_s is None:
            t_s = 0.0 if raw_s is None else raw_s
        elif raw_s is None:
            t_s = self._last_s + self._step_s
        else:
            t_s = self._increasing(raw_s, self._last_s)
        if raw_s is not None:
            self._raw_s = raw_s
        self._last_s = t_s
        return t_s

    def _increasing(self, raw_s: float, last_s: float) -> float:
        t_s = raw_s + self._shift_s
        if t_s > last_s:
            self._stuck = False
            return t_s
        if self._stuck or raw_s < self._raw_s - BACK_S:
            t_s = last_s + self._step_s
            self._shift_s = t_s - raw_s
            return t_s
        self._stuck = True
        return last_s + self._step_s / 2
