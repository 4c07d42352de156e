"""What a source of frames is: a video file, a camera, a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from formcoach.notes import Note
from formcoach.system.closing import Managed

__all__ = ["Frame", "FrameSource", "Image", "LiveSource"]

Image = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture and its time.

    Attributes:
        index: counts the frames that the source delivered, from 0.
        t_s: the frame's own time in seconds, greater than that of the frame before.
        image_bgr: the upright, unmirrored picture, uint8, shape (height, width, 3).
    """

    index: int
    t_s: float
    image_bgr: Image

    def __post_init__(self) -> None:
        """Hold the shape; raise ValueError where it differs."""
        if self.image_bgr.ndim != 3 or self.image_bgr.shape[2] != 3:
            raise ValueError(f"image_bgr must be shaped (H, W, 3), got {self.image_bgr.shape}")
        if self.image_bgr.dtype != np.uint8:
            raise ValueError(f"image_bgr must be uint8, got {self.image_bgr.dtype}")

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.image_bgr.shape[1], self.image_bgr.shape[0]


class FrameSource(Managed, Protocol):
    """Frames in the order of time, to be read once, inside a ``with``."""

    @property
    def name(self) -> str:
        """What a person calls it: the file's name, the camera's number."""
        ...

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height, the same for all frames."""
        ...

    @property
    def fps(self) -> float | None:
        """Frames per second on average, as the source states it; None when it does not."""
        ...

    @property
    def frame_count(self) -> int | None:
        """About how many frames will come, for a progress bar; None when nobody knows."""
        ...

    @property
    def duration_s(self) -> float | None:
        """How long the whole recording lasts, in seconds; None when unknown or without end."""
        ...

    @property
    def losses(self) -> list[Note]:
        """What could not be read so far; complete when the frames have ended."""
        ...

    @property
    def lost_frames(self) -> int:
        """How many frames could not be read so far."""
        ...

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames."""
        ...


class LiveSource(Managed, Protocol):
    """Frames of now: the newest one wins. To be used inside a ``with``."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height, the same for all frames."""
        ...

    @property
    def fps(self) -> float | None:
        """Frames a second as the source states it; None when it does not."""
        ...

    @property
    def ended(self) -> bool:
        """Whether no frame will come any more."""
        ...

    def now_s(self) -> float:
        """Return the time now on the scale of the frames."""
        ...

    def read(self, timeout_s: float) -> Frame | None:
        """Return the newest frame that was not taken yet; None when none comes in time."""
        ...
