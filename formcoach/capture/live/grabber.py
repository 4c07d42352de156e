"""What a camera is behind `Camera`: something opened, read picture by picture, and closed."""

from dataclasses import dataclass
from typing import Protocol

from formcoach.capture.source import Image

__all__ = ["MAX_PX", "Grabber", "Picture"]

MAX_PX = 1280
"""The long side of a picture at most; the landmarker sees no more in a larger one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """One picture as it comes in.

    Attributes:
        image_bgr: uint8, shape [H, W, 3].
        t_s: its time in a file; None when it is of now.
    """

    image_bgr: Image
    t_s: float | None = None


class Grabber(Protocol):
    """One connection to a camera; `interrupt` alone may be called from another thread.

    Attributes:
        comes_back: whether it is worth connecting again after the last picture.
        fps: pictures a second as the camera states it; None when it does not.
    """

    comes_back: bool
    fps: float | None

    def open(self) -> None:
        """Connect.

        Raises:
            SourceError: there is no such camera, or it gives no pictures.
        """
        ...

    def read(self) -> Picture | None:
        """Wait for the next picture; None when there are no more.

        Raises:
            SourceError: the connection is lost.
        """
        ...

    def interrupt(self) -> None:
        """Make a waiting `open` or `read` give up soon, where that can be done."""
        ...

    def close(self) -> None:
        """Let the camera go."""
        ...
