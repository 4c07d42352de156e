"""Makes frames of what a decoder gives: with running times, of one size, none missing unsaid."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from formcoach.capture.file.decoding import Decoded, Reader, Stated
from formcoach.capture.file.losses import LONG_HOLE_S, LONG_HOLE_STEPS, Losses
from formcoach.capture.file.timestamps import FrameClock, Pace
from formcoach.capture.geometry import letterboxed
from formcoach.capture.source import Frame, Image
from formcoach.notes import Note, rounded

__all__ = ["FrameMaker", "Span"]

ALIKE_LUMA = 30.0
"""Two pictures are alike where no patch of them differs by more grey levels than this. The noise
of a compressed still was 24, a limb that moved made 75 and more. Proposal."""
PATCHES = (32, 18)
REPEAT_S = 0.1
"""A picture that stands still is given again so often: a gap of half a second ends a rep."""
MAX_STILL_S = 300.0
"""What stands still for longer is left out: nobody holds a plank so long."""
USUAL_STEP_S = 1 / 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The part of a file to read, in seconds of the movement's own time."""

    start_s: float
    end_s: float | None

    def until(self, t_s: float | None) -> float | None:
        """Return the earlier of the span's end and `t_s`."""
        known = [t for t in (self.end_s, t_s) if t is not None]
        return min(known, default=None)


class FrameMaker:
    """Turns what a reader decodes into frames.

    A picture that is shown for long while nothing moves (a screen recording, a video call) is given
    again and again; one after which something else is there is a hole. A picture of another size
    than the first gets black bars.

    Attributes:
        losses: what could not be read.
        remarks: what else is to be known of the recording, in the order it was met.
    """

    def __init__(self, reader: Reader, stated: Stated, span: Span, pace: Pace) -> None:
        """Take the reader, what the file states at that pace, and the part to read."""
        self._reader = reader
        self._stated = stated
        self._span = span
        self._pace = pace
        self._clock = FrameClock(
            reader.stated.fps if pace.fps is None else pace.fps, jumps=reader.stated.jumps
        )
        self.losses = Losses(stated.fps, span.start_s)
        self.remarks: list[Note] = []
        self._index = 0
        self._last: Frame | None = None
        self._stored_px: tuple[int, int] | None = None
        self._joins = 0
        self._turns = 0

    @property
    def end_s(self) -> float | None:
        """When the last frame came, where the file's own clock cannot tell how long it lasts."""
        if not self._clock.joins_s or self._last is None:
            return None
        return self._last.t_s + self._step_s

    @property
    def _step_s(self) -> float:
        return 1.0 / self._stated.fps if self._stated.fps else USUAL_STEP_S

    def frames(self, cut_short: Callable[[], bool]) -> Iterator[Frame]:
        """Give the frames of the span; close the reader at the end.

        Args:
            cut_short: says, at the end, whether the file lacks its own.
        """
        span = self._span
        length_s: float | None = None
        try:
            start_s = 0.0 if self._pace.fps is not None else span.start_s * self._pace.speed
            for decoded in self._reader.frames(start_s):
                if decoded.render is None:
                    self.losses.unreadable()
                    continue
                t_s = self._time_of(decoded)
                if t_s < span.start_s:
                    self.losses.forget()
                    continue
                if span.end_s is not None and t_s >= span.end_s:
                    break
                image = self._of_one_size(decoded.render(), t_s)
                yield from self._while_still(t_s, image)
                length_s = self._length_s(decoded)
                self.losses.readable(t_s, length_s)
                yield self._frame(t_s, image)
            else:
                yield from self._still_end(length_s)
            self._end(cut_short)
        finally:
            self._reader.close()

    def _time_of(self, decoded: Decoded) -> float:
        t_s = self._clock.step(decoded.t_s if self._pace.fps is None else None) / self._pace.speed
        if len(self._clock.joins_s) > self._joins:
            self._joins = len(self._clock.joins_s)
            self.remarks.append(Note("joined", {"start": rounded(t_s, 1)}))
            self.losses.joined(t_s)
        return t_s

    def _length_s(self, decoded: Decoded) -> float | None:
        if decoded.duration_s is None or self._pace.fps is not None:
            return None
        return decoded.duration_s / self._pace.speed

    def _frame(self, t_s: float, image: Image) -> Frame:
        self._last = Frame(index=self._index, t_s=t_s, image_bgr=image)
        self._index += 1
        return self._last

    def _of_one_size(self, image: Image, t_s: float) -> Image:
        stored_px = image.shape[1], image.shape[0]
        first = self._last
        if self._stored_px not in (None, stored_px):
            self._turns += 1
            if self._turns == 1:
                self.remarks.append(Note("size_changes", {"start": rounded(t_s, 1)}))
        self._stored_px = stored_px
        return image if first is None else letterboxed(image, first.size_px)

    def _while_still(self, t_s: float, image: Image) -> Iterator[Frame]:
        """Give the last picture again up to `t_s`, where it was shown so long and nothing moved."""
        last = self._last
        if last is None or self.losses.damaged or not self._is_long(t_s - last.t_s):
            return
        if _alike(last.image_bgr, image):
            yield from self._repeats(last, t_s)

    def _still_end(self, length_s: float | None) -> Iterator[Frame]:
        """Give the last picture again for as long as the file says that it is shown."""
        last = self._last
        if last is None or length_s is None or not self._is_long(length_s):
            return
        end_s = self._span.until(last.t_s + length_s)
        if end_s is not None and not self.losses.damaged:
            yield from self._repeats(last, end_s)

    def _is_long(self, shown_s: float) -> bool:
        return max(LONG_HOLE_S, LONG_HOLE_STEPS * self._step_s) < shown_s <= MAX_STILL_S

    def _repeats(self, last: Frame, end_s: float) -> Iterator[Frame]:
        every_s = max(REPEAT_S, self._step_s)
        self.losses.stood_still(end_s)
        values = {"start": rounded(last.t_s, 1), "end": rounded(end_s, 1)}
        self.remarks.append(Note("stood_still", values))
        for number in range(1, round((end_s - last.t_s) / every_s)):
            yield self._frame(last.t_s + number * every_s, last.image_bgr)

    def _end(self, cut_short: Callable[[], bool]) -> None:
        self.losses.cut_short = self._span.end_s is None and cut_short()
        known = self._stated.exact_end and not self._clock.joins_s and self._pace.fps is None
        self.losses.ended(self._span.until(self._stated.duration_s if known else None))


def _alike(one: Image, other: Image) -> bool:
    """Whether nothing of any size has moved between two pictures."""
    patches = [
        cv2.cvtColor(
            np.asarray(cv2.resize(image, PATCHES, interpolation=cv2.INTER_AREA)), cv2.COLOR_BGR2GRAY
        ).astype(np.float32)
        for image in (one, other)
    ]
    return bool(np.abs(patches[0] - patches[1]).max() <= ALIKE_LUMA)
