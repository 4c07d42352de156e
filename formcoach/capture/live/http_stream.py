"""A stream over HTTP, as phones and network cameras send it.

MJPEG is taken apart here (`jpegs.py`): of the pictures that lie ready the newest is decoded. All
else goes through FFmpeg, which gets bytes and no address: it would obey `http_proxy` of the
environment and go wherever a redirect or a playlist sends it.
"""

import time
from threading import Timer
from urllib.parse import urlsplit

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see picture/window.py)
import av

from formcoach.capture.geometry import MAX_PICTURE_PX, exif_turn
from formcoach.capture.live.address import without_secrets
from formcoach.capture.live.grabber import MAX_PX, Picture
from formcoach.capture.live.jpegs import START, JpegSplitter
from formcoach.capture.live.stream import (
    FAST_START,
    OPEN_TIMEOUT_S,
    TROUBLES,
    LiveDecoder,
    picture_of,
    said,
)
from formcoach.capture.live.transport import HttpAnswer, HttpLine, own_certificate
from formcoach.errors import SourceError

__all__ = ["HttpGrabber"]

CHUNK = 65_536
MAX_SKIPPED = 5
"""So many pictures in a row may be left out because newer ones have come."""
# What a server sends instead of a stream, and what to do about it.
_NO_STREAM = {
    "text/": "a web page",
    "image/png": "a single picture",
    "application/vnd.apple.mpegurl": "a playlist",
    "application/x-mpegurl": "a playlist",
    "application/dash+xml": "a playlist",
}


class HttpGrabber:
    """A stream over HTTP: MJPEG of a phone or camera, MPEG-TS, FLV, Matroska and the like.

    Args:
        url: its address; ``user:password@`` is given when asked for (Digest or Basic), and
            ``#sha256=...`` is the fingerprint of a certificate to trust.
        open_timeout_s: how long connecting and recognising the stream may take.
        max_px: the long side of a picture at most.
    """

    comes_back = True
    fps: float | None = None

    def __init__(
        self, url: str, open_timeout_s: float = OPEN_TIMEOUT_S, max_px: int = MAX_PX
    ) -> None:
        self._url = url
        self._open_timeout_s = open_timeout_s
        self._longest_px = max_px
        self._line = HttpLine()
        self._late = False
        self._answer: HttpAnswer | None = None
        self._decoder: LiveDecoder | _JpegDecoder | None = None

    def open(self) -> None:
        """Connect, recognise the stream and wait for its first picture.

        Raises:
            SourceError: nobody answers, or what is answered is no video.
        """
        until_s = time.monotonic() + self._open_timeout_s
        # Whatever waits, for a name, a handshake, a header or a picture, ends then.
        deadline = Timer(self._open_timeout_s, self._give_up)
        deadline.daemon = True
        deadline.start()
        try:
            self._answer = self._line.ask(self._url, until_s)
            self._check(self._answer)
            self._decoder = self._decoder_for(self._answer)
            self._decoder.wait(until_s)
            if self._late:
                raise TimeoutError
        except TROUBLES as error:
            self.close()
            raise self._trouble(error) from error
        except SourceError:
            self.close()
            raise
        finally:
            deadline.cancel()
            deadline.join()

    def read(self) -> Picture | None:
        """Wait for the next picture; None when the stream has ended.

        Raises:
            SourceError: the connection is lost, or what comes is no video any more.
        """
        try:
            return None if self._decoder is None else self._decoder.next()
        except TROUBLES as error:
            raise self._trouble(error) from error

    def interrupt(self) -> None:
        """Make a waiting `open` or `read` give up."""
        self._line.interrupt()

    def close(self) -> None:
        """Let the connection go."""
        decoder, self._decoder = self._decoder, None
        if decoder is not None:
            decoder.close()
        if self._answer is not None:
            self._answer.close()
        self._line.close()

    def _give_up(self) -> None:
        self._late = True
        self._line.interrupt()

    def _decoder_for(self, answer: HttpAnswer) -> "LiveDecoder | _JpegDecoder":
        """Recognise the stream by its beginning, and by its type where that says more."""
        begun = b""
        while len(begun.lstrip()) < len(START) and (data := answer.read(CHUNK)):
            begun += data
        answer.push_back(begun)
        kind, begun = answer.kind or "", begun.lstrip()
        if kind.startswith(("multipart/", "image/")) or begun.startswith((b"--", START)):
            return _JpegDecoder(answer, self._longest_px, stills=kind.startswith("image/"))
        # Playlists inside the stream may open nothing.
        options = {**FAST_START, "protocol_whitelist": "pipe"}
        container = av.open(answer, mode="r", options=options, timeout=None)
        return LiveDecoder(container, self._longest_px)

    def _check(self, answer: HttpAnswer) -> None:
        kind = answer.kind or ""
        for start, what in _NO_STREAM.items():
            if kind.startswith(start):
                raise self._no_stream(what, kind)

    def _no_stream(self, what: str, kind: str) -> SourceError:
        return SourceError(
            f"{without_secrets(self._url)} is not a video stream but {what} ({kind}): give the "
            "address of the stream itself, on many phones http://HOST:8080/video"
        )

    def _trouble(self, error: Exception) -> SourceError:
        shown = without_secrets(self._url)
        if isinstance(error, _SinglePictureError):
            kind = self._answer.kind if self._answer is not None else None
            return self._no_stream("a single picture", kind or "JPEG")
        if self._line.cut and not self._late:
            return SourceError(f"{shown} was given up")
        try:
            way_out = own_certificate(error, urlsplit(self._url), self._open_timeout_s)
        except ValueError:  # the address is none
            way_out = ""
        if way_out:
            return SourceError(f"no video from {shown}: {way_out}")
        reason = said(TimeoutError() if self._late else error)
        return SourceError(
            f"no video from {shown} ({reason}): check the address, that the phone or camera "
            "is on, streaming and on the same network"
        )


class _SinglePictureError(ValueError):
    """What came is one picture, and then the end."""


class _JpegDecoder:
    """Decodes MJPEG as it comes: of the pictures that lie ready the newest.

    Args:
        answer: where the bytes come from.
        max_px: the long side of a picture at most.
        stills: whether what is sent calls itself a still picture.
    """

    def __init__(self, answer: HttpAnswer, max_px: int, *, stills: bool) -> None:
        self._answer = answer
        self._longest_px = max_px
        self._stills = stills
        self._splitter = JpegSplitter()
        self._ready: list[bytes] = []
        self._ended = False
        self._first: Picture | None = None
        self._codec = _jpeg_codec()

    def wait(self, until_s: float) -> None:
        """Decode up to the first picture; `next` gives it. Raises as `LiveDecoder.wait`."""
        del until_s  # whoever waits is cut off then
        self._first = self.next()
        if self._first is None:
            raise ValueError("no picture in it")
        if self._stills and not self._ready and not self._fetch():
            raise _SinglePictureError

    def next(self) -> Picture | None:
        """Wait for the next picture; None at the end of the stream."""
        first, self._first = self._first, None
        if first is not None:
            return first
        while True:
            while not self._ready and not self._ended:
                self._fetch()
            while len(self._ready) <= MAX_SKIPPED and self._answer.more() and self._fetch():
                pass
            if not self._ready:
                return None
            newest = self._ready.pop()
            self._ready.clear()
            picture = self._decoded(newest)
            if picture is not None:
                return picture

    def close(self) -> None:
        """Nothing is held but the answer."""

    def _fetch(self) -> bool:
        """Take in what has come; return whether there was anything."""
        data = self._answer.read(CHUNK)
        self._ended = self._ended or not data
        self._ready += self._splitter.feed(data)
        return bool(data)

    def _decoded(self, jpeg: bytes) -> Picture | None:
        try:
            frames = self._codec.decode(av.Packet(jpeg))
        except av.FFmpegError:
            self._codec = _jpeg_codec()
            return None
        for frame in frames:
            if not frame.is_corrupt:
                return picture_of(frame, self._longest_px, turn=exif_turn(jpeg))
        return None


def _jpeg_codec() -> "av.VideoCodecContext":
    codec = av.CodecContext.create("mjpeg", "r")
    codec.thread_count = 1
    codec.options = {"max_pixels": str(MAX_PICTURE_PX)}
    assert isinstance(codec, av.VideoCodecContext)
    return codec
