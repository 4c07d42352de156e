"""What HTTP and RTSP streams have in common: their pictures, decoded as they come."""

import time
from collections.abc import Callable, Iterator
from http.client import HTTPException

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see feedback/window.py)
import av
import numpy as np
from av.codec.context import Flags
from av.container import InputContainer

from formcoach.capture.live.grabber import Picture, fit
from formcoach.capture.source import Image

__all__ = ["FAST_START", "OPEN_TIMEOUT_S", "TROUBLES", "LiveDecoder", "said"]

OPEN_TIMEOUT_S = 5.0
"""How long connecting, and then recognising the stream and its first picture, may take."""
FAST_START = {"analyzeduration": "2000000", "probesize": "2000000"}
"""FFmpeg looks at so many microseconds and bytes of a stream to recognise it."""
TROUBLES = (OSError, ValueError, IndexError, HTTPException, av.FFmpegError)
"""What goes wrong on the way to a picture."""
MAX_SKIPPED = 5
MAX_PX = 50_000_000
"""A picture said to be larger than this is garbage."""


class LiveDecoder:
    """Decodes the first video of a stream; leaves out what is damaged, and what is late.

    Args:
        container: the opened stream.
        max_px: the long side of a picture at most.
        behind: whether more of the stream has come in already; pictures that stand alone (MJPEG)
            are then skipped, though never all of them.

    Raises:
        IndexError: there is no video in it.
    """

    def __init__(
        self,
        container: InputContainer,
        max_px: int,
        behind: Callable[[], bool] = lambda: False,
    ) -> None:
        stream = container.streams.video[0]
        # Threads by frame would hold some frames back.
        stream.thread_type = "SLICE"
        stream.codec_context.flags |= Flags.low_delay
        stream.codec_context.options = {"max_pixels": str(MAX_PX)}
        self._container = container
        self._stream = stream
        self._longest_px = max_px
        self._behind = behind
        self._pictures = self._decoded()
        self._first: Picture | None = None

    def wait(self, until_s: float) -> None:
        """Decode up to the first picture; `next` gives it.

        Args:
            until_s: the time on the monotonic clock at which to give up.

        Raises:
            OSError: none came in time, or the connection broke.
            ValueError: there is none.
        """
        for picture in self._pictures:
            if picture is not None:
                self._first = picture
                return
            if time.monotonic() > until_s:
                raise TimeoutError
        raise ValueError("no picture in it")

    def next(self) -> Picture | None:
        """Wait for the next picture; None at the end of the stream.

        Raises:
            OSError: the connection broke.
            ValueError: what comes is no video any more.
        """
        first, self._first = self._first, None
        return first or next((one for one in self._pictures if one is not None), None)

    def _decoded(self) -> Iterator[Picture | None]:
        """Yield the pictures, and None for what gave none."""
        alone = self._stream.codec_context.name == "mjpeg"
        skipped = 0
        for packet in self._container.demux(self._stream):
            if alone and skipped < MAX_SKIPPED and self._behind():
                skipped += 1
                continue
            skipped = 0
            try:
                frames = packet.decode()
            except av.FFmpegError:
                frames = []
            sound = [one for one in frames if isinstance(one, av.VideoFrame) and not one.is_corrupt]
            yield from (Picture(image_bgr=_bgr(frame, self._longest_px)) for frame in sound)
            if not sound:
                yield None


def said(error: Exception) -> str:
    """An error's words without the address, which may hold a password."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(getattr(error, "strerror", None) or error).split("'")[0].strip() or "unreadable"


def _bgr(frame: av.VideoFrame, max_px: int) -> Image:
    width, height = fit(frame.width, frame.height, max_px)
    return np.asarray(frame.to_ndarray(format="bgr24", width=width, height=height), np.uint8)
