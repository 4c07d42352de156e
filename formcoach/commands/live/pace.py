"""Whether this computer keeps up with the camera, and what gives way where it does not.

What is drawn gives way first, since it helps only the eye; frames are what reps are counted by. The
picture is made smaller, then drawn less often; if frames are still too few to follow a movement,
the person is told that it is the computer, and not that the picture was gone.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf

from formcoach.coaching.events import Priority
from formcoach.commands.flow import Moment
from formcoach.session.advice import Advice
from formcoach.session.announcer import Say

__all__ = ["MIN_HZ", "TOO_SLOW", "Pace"]

TOO_SLOW = "pace.too_slow"
MIN_HZ = 10.0
"""Frames a second below which reps are missed; what recordings are asked to have, too
(`recording.few_frames`)."""
BUSY_SHARE = 0.85
"""Whoever works so much of the time cannot take a frame sooner; a slow camera leaves it idle."""
WINDOW_S = 3.0
"""Over so long it is measured. Proposal: opening a model or a window is over by then."""
GOOD_S = 15.0
"""After so long without trouble one step is taken back. Proposal."""
AGAIN_S = 60.0
"""So long it is not told again."""
SMALL_EDGE_PX = 640
"""The long side of the picture that is drawn where it has to be small."""
DRAW_EVERY_S = 0.2
"""How often it is drawn where it has to be seldom."""

_FULL, _SMALL, _SELDOM, _TOLD = range(4)


class Pace:
    """Measures the frames of a live session, and says what has to give way.

    Args:
        clock: the time now, in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._frames: deque[tuple[float, float]] = deque()
        self._level = _FULL
        self._good_since_s: float | None = None
        self._said_s = -inf
        self._drawn_s = -inf

    @property
    def too_slow(self) -> bool:
        """Whether all that can give way has, and it is not enough."""
        return self._level == _TOLD

    @property
    def max_edge_px(self) -> int | None:
        """The long side of what is drawn at most; None for no limit."""
        return None if self._level < _SMALL else SMALL_EDGE_PX

    def draws(self, t_s: float) -> bool:
        """Say whether this frame is drawn."""
        if self._level >= _SELDOM and t_s - self._drawn_s < DRAW_EVERY_S:
            return False
        self._drawn_s = t_s
        return True

    @contextmanager
    def working(self, t_s: float) -> Iterator[None]:
        """Time what is done with the frame of a moment."""
        begun_s = self._clock()
        yield
        self._add(t_s, self._clock() - begun_s)

    def forget(self) -> None:
        """Begin to measure anew: the camera was gone, or the session stood still."""
        self._frames.clear()
        self._good_since_s = None

    def __call__(self, moment: Moment) -> Advice:
        """Advise what to say of a moment: that the computer is too slow, where it is."""
        return self.advise(moment.step.update.t_s)

    def advise(self, t_s: float) -> Advice:
        """Say that the computer is too slow, where it is, and that the camera is not to blame."""
        if not self.too_slow:
            return Advice()
        if t_s - self._said_s < AGAIN_S:
            return Advice(slow=True)
        self._said_s = t_s
        return Advice(first=(Say(phrase=TOO_SLOW, priority=Priority.VIEW),), slow=True)

    def _add(self, t_s: float, work_s: float) -> None:
        frames = self._frames
        frames.append((t_s, work_s))
        span_s = t_s - frames[0][0]
        if span_s < WINDOW_S:
            return
        # The work of the last frame belongs to the time after it.
        busy = sum(work for _, work in list(frames)[:-1]) / span_s
        slow = (len(frames) - 1) / span_s < MIN_HZ and busy >= BUSY_SHARE
        frames.clear()
        frames.append((t_s, work_s))
        if slow:
            self._good_since_s = None
            self._level = min(self._level + 1, _TOLD)
        elif self._good_since_s is None:
            self._good_since_s = t_s
        elif t_s - self._good_since_s >= GOOD_S and self._level > _FULL:
            self._level -= 1
            self._good_since_s = t_s
