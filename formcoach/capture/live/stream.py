"""What HTTP and RTSP streams have in common: their pictures, decoded as they come."""

import time
from collections.abc import Iterator
from fractions import Fraction
from http.client import HTTPException
from typing import Any

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see picture/window.py)
import av
import numpy as np
from av.codec.context import Flags
from av.container import InputContainer

from formcoach.capture.film import film_of, pixel_ratio
from formcoach.capture.geometry import (
    MAX_PICTURE_PX,
    Turn,
    fit,
    matrix_turn,
    square_size,
    upright,
)
from formcoach.capture.live.grabber import Picture

__all__ = ["FAST_START", "OPEN_TIMEOUT_S", "TROUBLES", "LiveDecoder", "picture_of", "said"]

OPEN_TIMEOUT_S = 5.0
"""How long connecting, and then recognising the stream and its first picture, may take."""
FAST_START = {"analyzeduration": "2000000", "probesize": "2000000"}
"""FFmpeg looks at so many microseconds and bytes of a stream to recognise it."""
TROUBLES = (OSError, ValueError, IndexError, HTTPException, av.FFmpegError)
"""What goes wrong on the way to a picture; what requests raises is an OSError."""


class LiveDecoder:
    """Decodes the film of a stream; leaves out what is damaged.

    Args:
        container: the opened stream; closed with the decoder.
        max_px: the long side of a picture at most.

    Raises:
        ValueError: there is no video in it.
    """

    def __init__(self, container: InputContainer, max_px: int) -> None:
        self._container = container
        stream = film_of(container)
        if stream is None or getattr(stream, "codec_context", None) is None:
            raise ValueError("no picture in it")
        # Threads by frame would hold some frames back.
        stream.thread_type = "SLICE"
        stream.codec_context.flags |= Flags.low_delay
        stream.codec_context.options = {"max_pixels": str(MAX_PICTURE_PX)}
        self._stream = stream
        self._longest_px = max_px
        self._stored_px: tuple[int, int] | None = None
        self._ratio: Fraction | None = None
        self._turn: Turn | None = None
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

    def close(self) -> None:
        """Let the stream go."""
        self._container.close()

    def _decoded(self) -> Iterator[Picture | None]:
        """Yield the pictures, and None for what gave none."""
        for packet in self._container.demux(self._stream):
            try:
                frames = packet.decode()
            except av.FFmpegError:
                frames = []
            sound = [one for one in frames if isinstance(one, av.VideoFrame) and not one.is_corrupt]
            yield from (self._picture(frame) for frame in sound)
            if not sound:
                yield None

    def _picture(self, frame: av.VideoFrame) -> Picture:
        stored_px = frame.width, frame.height
        if self._stored_px != stored_px:
            self._ratio = pixel_ratio(self._stream, changed=self._stored_px is not None)
            # Asked once for a size: a frame that was asked hangs in a reference cycle.
            data: Any = frame.side_data.get("DISPLAYMATRIX")
            self._turn = matrix_turn(None if data is None else bytes(data))
            self._stored_px = stored_px
        return picture_of(frame, self._longest_px, ratio=self._ratio, turn=self._turn)


def picture_of(
    frame: av.VideoFrame, max_px: int, *, ratio: Fraction | None = None, turn: Turn | None = None
) -> Picture:
    """Return a decoded frame as a picture: of square pixels, upright, small enough."""
    width, height = fit(*square_size(frame.width, frame.height, ratio), max_px)
    image = frame.to_ndarray(format="bgr24", width=width, height=height)
    return Picture(image_bgr=upright(np.asarray(image, np.uint8), turn))


def said(error: BaseException) -> str:
    """An error's words without the address, which may hold a password."""
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    if any(isinstance(one, TimeoutError) for one in causes):
        return "no answer in time"
    told = next((one for one in reversed(causes) if getattr(one, "strerror", None)), None)
    reason = getattr(told, "strerror", None) or _first_words(causes[-1])
    return reason or "unreadable"


def _first_words(error: BaseException) -> str:
    return str(error).split("'")[0].strip()
