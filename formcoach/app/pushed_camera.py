"""A camera whose pictures a page sends: this browser's, or a phone's. The newest one wins."""

import time
from collections.abc import Callable
from threading import Condition

import cv2
import numpy as np

from formcoach.capture.geometry import letterboxed
from formcoach.capture.live.camera import CameraEvent
from formcoach.capture.source import Frame, Image
from formcoach.errors import SourceError
from formcoach.system.closing import Closing

__all__ = ["FIRST_S", "MAX_JPEG_BYTES", "PushedCamera"]

MAX_JPEG_BYTES = 3_000_000
MAX_PX = 1920
MAX_SENT_PX = 8192
"""A picture that says it is wider or higher is not unpacked."""
FIRST_S = 20.0
"""So long the person may take to allow the camera."""
LOST_AFTER_S = 4.0


class PushedCamera(Closing):
    """A live source that is fed from outside.

    Args:
        name: what a person calls it.
        on_event: told that pictures stay away, and that they are back.
        clock: the time now, in seconds.
        first_s: how long the first picture is waited for.
    """

    def __init__(
        self,
        name: str,
        on_event: Callable[[CameraEvent, str], None],
        clock: Callable[[], float] = time.monotonic,
        first_s: float = FIRST_S,
    ) -> None:
        self._name = name
        self.on_event = on_event
        self._clock = clock
        self._first_s = first_s
        self._news = Condition()
        self._waiting: tuple[bytes, float] | None = None
        self._origin_s: float | None = None
        self._last_t_s = -1.0
        self._heard_s = clock()
        self._count = 0
        self._size_px: tuple[int, int] | None = None
        self._first: Frame | None = None
        self._lost = self._closed = False

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self._name

    @property
    def fps(self) -> float | None:
        """Not known: the page sends as fast as it can."""
        return None

    @property
    def ended(self) -> bool:
        """Whether it was closed."""
        return self._closed

    @property
    def begun(self) -> bool:
        """Whether a picture has come."""
        return self._count > 0

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the first picture, for which it waits.

        Raises:
            SourceError: none came.
        """
        if self._size_px is None:
            self._first = self.read(self._first_s)
        if self._size_px is None:
            raise SourceError(f"{self._name} sent no picture; allow the camera, then begin again")
        return self._size_px

    def push(self, jpeg: bytes) -> None:
        """Take in a picture; one that was not looked at yet is dropped."""
        if not 0 < len(jpeg) <= MAX_JPEG_BYTES:
            return
        with self._news:
            now_s = self._clock()
            self._waiting = (jpeg, now_s)
            self._heard_s = now_s
            self._news.notify_all()

    def now_s(self) -> float:
        """Return the time now on the scale of the frames."""
        return self._clock() - (self._clock() if self._origin_s is None else self._origin_s)

    def read(self, timeout_s: float) -> Frame | None:
        """Return the newest frame; None when none comes in time, or it is no picture."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        with self._news:
            self._news.wait_for(lambda: self._closed or self._waiting is not None, timeout_s)
            waiting, self._waiting = self._waiting, None
        self._see_whether_lost()
        if waiting is None or self._closed:
            return None
        image = _picture(waiting[0])
        return None if image is None else self._frame(image, waiting[1])

    def close(self) -> None:
        """End it; whoever waits for a picture is let go."""
        with self._news:
            self._closed = True
            self._news.notify_all()

    def _frame(self, image: Image, came_s: float) -> Frame:
        if self._size_px is None:
            height, width = image.shape[:2]
            shrink = min(1.0, MAX_PX / max(width, height))
            self._size_px = (max(16, round(width * shrink)), max(16, round(height * shrink)))
        if (image.shape[1], image.shape[0]) != self._size_px:
            image = letterboxed(image, self._size_px)  # a phone may be turned
        if self._origin_s is None:
            self._origin_s = came_s
        self._last_t_s = max(came_s - self._origin_s, self._last_t_s + 0.001)
        self._count += 1
        return Frame(index=self._count - 1, t_s=self._last_t_s, image_bgr=image)

    def _see_whether_lost(self) -> None:
        lost = self._count > 0 and self._clock() - self._heard_s > LOST_AFTER_S
        if lost != self._lost:
            self._lost = lost
            event = CameraEvent.LOST if lost else CameraEvent.BACK
            self.on_event(event, f"{self._name}: {'no pictures come' if lost else 'is back'}")


def _picture(jpeg: bytes) -> Image | None:
    """Return a picture that was sent; None where it is none, or says that it is enormous."""
    declared = _declared_px(jpeg)
    if declared is None or not 0 < min(declared) <= max(declared) <= MAX_SENT_PX:
        return None
    try:
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    return None if image is None else np.asarray(image, np.uint8)


def _declared_px(jpeg: bytes) -> tuple[int, int] | None:
    """Return the width and height that a JPEG's frame header gives; None where there is none.

    Segments are a marker, FF and a byte, and their length in two bytes (ITU-T T.81, B.1.1); a frame
    header is one of SOF0 to SOF15, C0 to CF without C4, C8 and CC.
    """
    at = 2
    if jpeg[:at] != b"\xff\xd8":
        return None
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = jpeg[at + 5 : at + 7], jpeg[at + 7 : at + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        at += 1 if marker == 0xFF else 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return None
