"""How much of a recording could not be read, and where."""

from dataclasses import dataclass
from math import inf

from formcoach.notes import Note, rounded

__all__ = ["LONG_HOLE_S", "LONG_HOLE_STEPS", "Losses"]

LONG_HOLE_S = 1.0
"""A hole in time this long is a loss even where the container hides the damage."""
LONG_HOLE_STEPS = 5.0
"""... and this many times the usual step, for recordings of a few frames a second."""
SHORT_END_S = 0.15
"""A recording that ends this much before its stated end was cut short; rounding makes less."""
SHORT_END_STEPS = 3.5
"""... and by this many frames."""
JOIN_S = 1.0
"""Losses closer together than this are told as one."""
MOMENT_S = 0.1
"""A loss shorter than this is told with one time."""


@dataclass(slots=True)
class Loss:
    """A stretch of time in which frames are missing."""

    start_s: float
    end_s: float
    frames: int
    to_the_end: bool = False

    @property
    def note(self) -> Note:
        """What there is to tell of it."""
        start, end = rounded(self.start_s, 2), rounded(self.end_s, 2)
        if self.to_the_end:
            return Note("end_unreadable", {"frames": self.frames, "start": start, "end": end})
        if self.end_s - self.start_s < MOMENT_S:
            return Note("moment_unreadable", {"frames": self.frames, "start": start})
        return Note("frames_unreadable", {"frames": self.frames, "start": start, "end": end})


class Losses:
    """Keeps account of the frames that should have come and did not.

    Small holes in time count only where the decoder noticed damage, or had just done so: it tells
    of several lost frames at once, before the last sound ones. Elsewhere a phone in poor light
    leaves such holes by itself.

    Attributes:
        cut_short: whether the file lacks its end, so that more was lost than can be told.
    """

    def __init__(self, fps: float | None, start_s: float) -> None:
        """Take the frames per second, if known, and where reading begins."""
        self._step_s = 1.0 / (fps or 30.0)
        self._end_s = start_s
        self._noticed = 0
        self._damaged_s = -inf
        self._begun = False
        self._losses: list[Loss] = []
        self.cut_short = False

    @property
    def frames(self) -> int:
        """How many frames were lost, as far as can be told."""
        return sum(loss.frames for loss in self._losses)

    @property
    def notes(self) -> list[Note]:
        """What there is to tell of each loss."""
        told = [loss.note for loss in self._losses]
        if self.cut_short and not any(loss.to_the_end for loss in self._losses):
            told.append(Note("cut_short", {"end": rounded(self._end_s, 2)}))
        return told

    def unreadable(self) -> None:
        """Note that a frame or a piece of the file could not be decoded."""
        self._noticed += 1

    def forget(self) -> None:
        """Forget damage before the part that is asked for."""
        self._noticed = 0

    @property
    def damaged(self) -> bool:
        """Whether something could not be decoded since the last sound frame."""
        return self._noticed > 0

    def joined(self, t_s: float) -> None:
        """Note that another recording begins here: a piece that does not fit is no loss."""
        last = self._losses[-1] if self._losses else None
        if last is not None and last.frames == 1 and t_s - last.end_s <= JOIN_S:
            self._losses.pop()
        self._noticed = 0

    def stood_still(self, t_s: float) -> None:
        """Note that the last frame was shown up to this time, with nothing missing."""
        self._end_s = max(self._end_s, t_s)

    def readable(self, t_s: float, duration_s: float | None) -> None:
        """Note a sound frame, its time and how long it is shown, in seconds."""
        hole_s = t_s - self._end_s
        long = hole_s > max(LONG_HOLE_S, LONG_HOLE_STEPS * self._step_s)
        missing = self._missing(hole_s)
        damaged = bool(self._noticed or (missing and self._end_s - self._damaged_s <= JOIN_S))
        if damaged:
            self._add(Loss(self._end_s, t_s, max(missing, 1)))
            self._damaged_s = t_s
        elif long and self._begun:
            self._add(Loss(self._end_s, t_s, missing))
        self._noticed = 0
        self._begun = True
        self._end_s = max(self._end_s, t_s + (duration_s or self._step_s))

    def ended(self, promised_s: float | None) -> None:
        """Note that no more frames come; `promised_s` is where the container says it ends."""
        hole_s = 0.0 if promised_s is None else promised_s - self._end_s
        short = hole_s > max(SHORT_END_S, SHORT_END_STEPS * self._step_s)
        if short or self._noticed:
            frames = max(self._missing(hole_s), self._noticed if not short else 1)
            self._add(Loss(self._end_s, self._end_s + max(hole_s, 0.0), frames, short))
        self._noticed = 0

    def _missing(self, hole_s: float) -> int:
        return max(round(hole_s / self._step_s), 0)

    def _add(self, loss: Loss) -> None:
        last = self._losses[-1] if self._losses else None
        if last is None or loss.to_the_end or loss.start_s - last.end_s > JOIN_S:
            self._losses.append(loss)
            return
        last.end_s = loss.end_s
        last.frames += loss.frames
