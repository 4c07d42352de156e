"""A stream over RTSP, as network cameras and some phones send it, read by FFmpeg."""

import time

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see picture/window.py)
import av
import av.error
from av.container import InputContainer

from formcoach.capture.live.address import without_secrets
from formcoach.capture.live.grabber import MAX_PX, Picture
from formcoach.capture.live.stream import FAST_START, OPEN_TIMEOUT_S, TROUBLES, LiveDecoder, said
from formcoach.errors import SourceError

__all__ = ["RtspGrabber"]

READ_TIMEOUT_S = 1.5
"""FFmpeg's read cannot be broken off: short, so that closing never waits long."""


class RtspGrabber:
    """A stream over RTSP, by FFmpeg.

    A read gives up by itself after `READ_TIMEOUT_S`, an open after `open_timeout_s`; neither
    can be broken off earlier.
    """

    comes_back = True
    fps: float | None = None

    def __init__(
        self, url: str, open_timeout_s: float = OPEN_TIMEOUT_S, max_px: int = MAX_PX
    ) -> None:
        self._url = url
        self._open_timeout_s = open_timeout_s
        self._longest_px = max_px
        self._container: InputContainer | None = None
        self._decoder: LiveDecoder | None = None

    def open(self) -> None:
        """Connect and wait for the first picture.

        Raises:
            SourceError: nobody answers, or there is no video in it.
        """
        try:
            self._container = av.open(
                self._url,
                mode="r",
                options={
                    **FAST_START,
                    "rtsp_flags": "prefer_tcp",
                    "protocol_whitelist": "rtsp,rtsps,rtp,srtp,tcp,udp,tls,crypto",
                },
                timeout=(self._open_timeout_s, READ_TIMEOUT_S),
            )
            self._decoder = LiveDecoder(self._container, self._longest_px)
            self._decoder.wait(time.monotonic() + self._open_timeout_s)
        except TROUBLES as error:
            self.close()
            raise self._trouble(error) from error

    def read(self) -> Picture | None:
        """Wait for the next picture; None when the stream has ended.

        Raises:
            SourceError: the connection is lost.
        """
        try:
            return None if self._decoder is None else self._decoder.next()
        except TROUBLES as error:
            raise self._trouble(error) from error

    def interrupt(self) -> None:
        """Do nothing: the waiting call gives up by itself."""

    def close(self) -> None:
        """Let the connection go."""
        container, self._container = self._container, None
        if container is not None:
            container.close()

    def _trouble(self, error: Exception) -> SourceError:
        shown = without_secrets(self._url)
        if isinstance(error, av.error.HTTPUnauthorizedError):
            if "@" in self._url:
                return SourceError(f"{shown} refuses this user and password (401): check both")
            return SourceError(
                f"{shown} asks for a password (401): give the address as "
                "rtsp://USER:PASSWORD@HOST/..."
            )
        return SourceError(
            f"no video from {shown} ({said(error)}): check the address, "
            "user and password, and that the camera is on and on the same network"
        )
