"""What the readers of video files have in common."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from formcoach.capture.source import Image

__all__ = ["Decoded", "NotReadable", "Reader", "Stated", "plausible_fps"]

MAX_FPS = 1000.0
"""A rate above this is a time base taken for a rate; the fastest phones film at 960."""


class NotReadable(Exception):  # noqa: N818 - never leaves capture; the user's error is SourceError
    """A reader cannot read this file; the text says why, for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What a file says about itself before it is read; None where it does not.

    Attributes:
        fps: frames per second on average.
        frames: how many frames there are.
        duration_s: when the last frame ends, counted from the file's start.
        codec: the codec's short name.
        exact_end: whether `duration_s` is the picture's own, so that an earlier end is a loss.
        filmed_fps: frames per second while it was filmed, where that is another number.
        jumps: whether the clock of such files may jump, as where broadcasts are joined.
        timed: whether it has times at all; a bare stream of pictures has none.
    """

    fps: float | None
    frames: int | None
    duration_s: float | None
    codec: str
    exact_end: bool
    filmed_fps: float | None = None
    jumps: bool = False
    timed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """One frame out of a file, or the news that one could not be decoded.

    Attributes:
        t_s: the container's time, None where it gives none.
        duration_s: how long the frame is shown, None where unknown.
        render: makes the upright picture in BGR; None for a frame that could not be decoded.
    """

    t_s: float | None = None
    duration_s: float | None = None
    render: Callable[[], Image] | None = None


class Reader(Protocol):
    """An open video file. It belongs to the thread that iterates over it."""

    @property
    def stated(self) -> Stated:
        """What the file says about itself."""
        ...

    def frames(self, start_s: float) -> Iterator[Decoded]:
        """Give the frames in order; those before `start_s` may be left out."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


def plausible_fps(rate: float | None) -> float | None:
    """Return `rate` if it can be one of frames per second, else None."""
    return rate if rate is not None and 0.0 < rate <= MAX_FPS else None
