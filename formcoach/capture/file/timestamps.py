"""Time of the frames, from what a container says about them."""

import heapq
from dataclasses import dataclass, replace

from formcoach.capture.file.decoding import Stated

__all__ = ["AS_STATED", "JUMP_S", "USUAL_FPS", "FrameClock", "Pace", "Reordered"]

USUAL_FPS = 30.0
"""Where a container states neither times nor a rate."""
BACK_S = 1.0
"""A time that falls back by more than this is a new beginning, not a frame out of order."""
JUMP_S = 10.0
"""A time that leaps ahead by more than this is a new beginning, in files whose clocks may jump.
FFmpeg's own limit for them."""
ANY_JUMP_S = 24 * 3600.0
"""... and in all others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What the user says about a recording's time.

    Attributes:
        fps: frames per second, whatever the file says; None to believe the file.
        speed: how many times quicker the movement was than the file shows it.
    """

    fps: float | None = None
    speed: float = 1.0

    def of(self, stated: Stated) -> Stated:
        """Return what a file states, on the clock of the movement."""
        fps, duration_s = stated.fps, stated.duration_s
        if self.fps is not None:
            count = stated.frames or (duration_s and fps and round(duration_s * fps))
            fps, duration_s = self.fps, count / self.fps if count else None
        return replace(
            stated,
            fps=fps and fps * self.speed,
            duration_s=duration_s and duration_s / self.speed,
        )


AS_STATED = Pace()
"""The file is believed."""


class FrameClock:
    """Makes times that always increase, and leaves those that already do as they are.

    A container's time is used as it is wherever it is later than the one before. Where a container
    gives none, a frame comes one step (1 / fps) after the last. A time that stands still once is
    pushed on by half a step, so that the next one is true again; when times go on standing still,
    or fall back or leap ahead (joined recordings), counting goes on from the last frame.

    Attributes:
        joins_s: when a recording joined to the one before begins.
    """

    def __init__(self, fps: float | None, *, jumps: bool = False) -> None:
        """Take the frames per second that the container states, and whether its clock may jump."""
        self.joins_s: list[float] = []
        self._step_s = 1.0 / (fps or USUAL_FPS)
        self._jump_s = JUMP_S if jumps else ANY_JUMP_S
        self._last_s: float | None = None
        self._base_s = 0.0
        self._counted = 0
        self._raw_s = 0.0
        self._shift_s = 0.0
        self._stuck = False

    def step(self, raw_s: float | None) -> float:
        """Take the container's time of the next frame, or None, and return the frame's time."""
        if self._last_s is None:
            t_s = 0.0 if raw_s is None else raw_s
        elif raw_s is None:
            self._counted += 1  # a sum of steps would drift
            t_s = self._base_s + self._counted * self._step_s
        else:
            t_s = self._increasing(raw_s, self._last_s)
        if raw_s is not None:
            self._raw_s, self._base_s, self._counted = raw_s, t_s, 0
        self._last_s = t_s
        return t_s

    def _increasing(self, raw_s: float, last_s: float) -> float:
        t_s = raw_s + self._shift_s
        joined = raw_s < self._raw_s - BACK_S or t_s > last_s + self._jump_s
        if t_s > last_s and not joined:
            self._stuck = False
            return t_s
        if self._stuck or joined:
            t_s = last_s + self._step_s
            self._shift_s = t_s - raw_s
            if joined:
                self.joins_s.append(t_s)
            return t_s
        self._stuck = True
        return last_s + self._step_s / 2


class Reordered:
    """Gives pictures their times where a container stores none, but only the order of its packets.

    In an AVI with B-frames the n-th picture shown has the n-th time, whichever packet it came in.
    """

    MAX_WAITING = 64
    """A decoder holds back fewer pictures than this."""

    def __init__(self) -> None:
        """Begin with nothing fed."""
        self._waiting: list[int] = []

    def fed(self, ticks: int | None) -> None:
        """Note the time of a packet that goes into the decoder."""
        if ticks is None:
            return
        heapq.heappush(self._waiting, ticks)
        if len(self._waiting) > self.MAX_WAITING:  # the decoder has swallowed one without a word
            heapq.heappop(self._waiting)

    def came(self) -> int | None:
        """Return the time of the next picture, or of one that could not be decoded."""
        return heapq.heappop(self._waiting) if self._waiting else None
