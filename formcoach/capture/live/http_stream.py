"""A stream over HTTP, as phones and network cameras send it.

The socket is our own: FFmpeg, and OpenCV over it, would obey `http_proxy` of the environment and go
wherever a redirect or a playlist sends it, and a read of it cannot be broken off. Here nothing but
the host in the user's address is ever connected to.
"""

import base64
import os
import select
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see feedback/window.py)
import av
from av.container import InputContainer

from formcoach.capture.live.address import without_secrets
from formcoach.capture.live.grabber import MAX_PX, Picture
from formcoach.capture.live.stream import FAST_START, OPEN_TIMEOUT_S, TROUBLES, LiveDecoder, said
from formcoach.errors import SourceError

__all__ = ["HttpGrabber"]

READ_TIMEOUT_S = 4.0
"""Longer than a stall, so that who waits for pictures notices first."""
POLL_S = 0.1
MAX_REDIRECTS = 3
# What a server sends instead of a stream, and what to do about it.
_NO_STREAM = {
    "text/": "a web page",
    "image/jpeg": "a single picture",
    "image/png": "a single picture",
    "application/vnd.apple.mpegurl": "a playlist",
    "application/x-mpegurl": "a playlist",
    "application/dash+xml": "a playlist",
}


class _GivenUp(Exception):  # noqa: N818 - not an error: somebody closed the camera
    """The wait was broken off by `interrupt`."""


class _Body:
    """The body of an answer as a file that can only be read.

    Attributes:
        until_s: when a read gives up, on the monotonic clock; None for never.
        waited: whether a read had to wait for bytes to come in.
    """

    def __init__(self, response: HTTPResponse, connected: socket.socket) -> None:
        self.until_s: float | None = None
        self.waited = False
        self._response = response
        self._socket = connected

    def read(self, count: int) -> bytes:
        """Return what is there, up to `count` bytes; wait for the first of them."""
        if self.until_s is not None and time.monotonic() > self.until_s:
            raise TimeoutError
        self.waited = self.waited or not self.more()
        try:
            return self._response.read1(count)
        except (HTTPException, ValueError):
            # Cut in the middle of a chunk, or closed meanwhile: the end of the stream.
            return b""

    def more(self) -> bool:
        """Whether bytes have come in that were not read."""
        return self._socket.fileno() >= 0 and bool(select.select([self._socket], [], [], 0)[0])

    def behind(self) -> bool:
        """Whether what was read since the last call lay ready, and still more does."""
        waited, self.waited = self.waited, False
        return not waited and self.more()


class HttpGrabber:
    """A stream over HTTP: MJPEG of a phone or camera, MPEG-TS, FLV, Matroska and the like.

    Args:
        url: its address; ``user:password@`` is sent as basic authentication.
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
        self._interrupted = False
        self._socket: socket.socket | None = None
        self._response: HTTPResponse | None = None
        self._container: InputContainer | None = None
        self._decoder: LiveDecoder | None = None

    def open(self) -> None:
        """Connect, recognise the stream and wait for its first picture.

        Raises:
            SourceError: nobody answers, or what is answered is no video.
        """
        until_s = time.monotonic() + self._open_timeout_s
        try:
            response, connected = self._ask(until_s)
            body = _Body(response, connected)
            body.until_s = until_s
            kind = (response.headers.get_content_type() or "").lower()
            container = av.open(
                body,
                mode="r",
                format="mpjpeg" if kind == "multipart/x-mixed-replace" else None,
                # Playlists inside the stream may open nothing.
                options={**FAST_START, "protocol_whitelist": "pipe"},
                timeout=None,
            )
            self._container = container
            self._decoder = LiveDecoder(container, self._longest_px, body.behind)
            self._decoder.wait(until_s)
        except (*TROUBLES, _GivenUp) as error:
            self.close()
            raise self._trouble(error) from error
        except SourceError:
            self.close()
            raise
        body.until_s = None

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
        self._interrupted = True
        if self._socket is not None:
            try:
                self._socket.shutdown(socket.SHUT_RDWR)
            except (OSError, ValueError):
                return  # It was not connected, or is closed: nobody waits on it.

    def close(self) -> None:
        """Let the connection go."""
        for part in (self._container, self._response, self._socket):
            if part is not None:
                part.close()
        self._container = self._response = None

    def _ask(self, until_s: float) -> tuple[HTTPResponse, socket.socket]:
        """Send the request; follow redirects on the same host."""
        url = self._url
        for _ in range(MAX_REDIRECTS + 1):
            connected = self._connected(urlsplit(url), until_s)
            self._response = response = self._request(urlsplit(url), connected)
            location = response.headers.get("Location")
            if response.status // 100 != 3 or location is None:
                self._check(response)
                return response, connected
            self.close()
            target = urljoin(url, location)
            named, meant = urlsplit(self._url), urlsplit(target)
            downgraded = named.scheme == "https" != meant.scheme
            if meant.hostname != named.hostname or downgraded:
                raise SourceError(
                    f"{without_secrets(url)} redirects to {without_secrets(target)}: if you trust "
                    "that, give its address instead"
                )
            url = target
        raise SourceError(f"{without_secrets(url)} redirects without end: check the address")

    def _connected(self, parts: SplitResult, until_s: float) -> socket.socket:
        host, secure = parts.hostname or "", parts.scheme == "https"
        connected = self._connect(host, parts.port or (443 if secure else 80), until_s)
        self._socket = connected
        if self._interrupted:
            raise _GivenUp
        connected.settimeout(max(until_s - time.monotonic(), POLL_S))
        if secure:
            connected = _context(self._url).wrap_socket(connected, server_hostname=host)
            self._socket = connected
        return connected

    def _request(self, parts: SplitResult, connected: socket.socket) -> HTTPResponse:
        connection = HTTPConnection(parts.hostname or "", parts.port)
        connection.sock = connected
        headers = {"User-Agent": "FormCoach", "Accept": "*/*", "Connection": "close"}
        # The user's secret goes to the address that the user gave, and on redirects to its host.
        named = urlsplit(self._url)
        if named.username is not None:
            secret = f"{unquote(named.username)}:{unquote(named.password or '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(secret.encode()).decode()
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        connected.settimeout(READ_TIMEOUT_S)
        return response

    def _connect(self, host: str, port: int, until_s: float) -> socket.socket:
        """Connect, looking up every now and then whether to give up."""
        error: OSError = TimeoutError()
        for family, kind, protocol, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        ):
            attempt = socket.socket(family, kind, protocol)
            attempt.setblocking(False)
            attempt.connect_ex(address)
            while not self._interrupted and time.monotonic() < until_s:
                # Windows reports a refusal as an exceptional condition.
                _, ready, failed = select.select([], [attempt], [attempt], POLL_S)
                if not ready and not failed:
                    continue
                code = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if not code:
                    return attempt
                error = OSError(code, os.strerror(code))
                break
            attempt.close()
        if self._interrupted:
            raise _GivenUp
        raise error

    def _check(self, response: HTTPResponse) -> None:
        shown = without_secrets(self._url)
        if response.status in (401, 403):
            raise SourceError(
                f"{shown} asks for a password ({response.status}): give the address as "
                "http://USER:PASSWORD@HOST/..."
            )
        if response.status != 200:
            raise SourceError(
                f"{shown} answers {response.status} {response.reason}: check the address"
            )
        kind = (response.headers.get_content_type() or "").lower()
        given = "Content-Type" in response.headers
        for start, what in _NO_STREAM.items():
            if given and kind.startswith(start):
                raise SourceError(
                    f"{shown} is not a video stream but {what} ({kind}): give the address of the "
                    "stream itself, on many phones http://HOST:8080/video"
                )

    def _trouble(self, error: Exception) -> SourceError:
        shown = without_secrets(self._url)
        if isinstance(error, _GivenUp) or self._interrupted:
            return SourceError(f"{shown} was given up")
        return SourceError(
            f"no video from {shown} ({said(error)}): check the address, that the phone or camera "
            "is on, streaming and on the same network"
        )


def _context(url: str) -> ssl.SSLContext:
    """Trust any certificate of a camera (they sign their own), but not with a password."""
    context = ssl.create_default_context()
    if urlsplit(url).username is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
