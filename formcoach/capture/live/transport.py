"""Asks for a stream over HTTP: only the host in the user's address, and only as long as wanted.

Requests does the talking (chunks, certificates, Basic and Digest). What it leaves to us: nothing of
the environment is obeyed (no proxy, no .netrc), a redirect never leads to another host, every wait
can be broken off from another thread, and of several addresses of a host the first that answers is
taken.
"""

import hashlib
import os
import select
import socket
import ssl
import time
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth, HTTPDigestAuth
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from formcoach.capture.live.address import without_secrets
from formcoach.errors import SourceError

__all__ = ["HttpAnswer", "HttpLine", "own_certificate"]

READ_TIMEOUT_S = 4.0
"""Longer than a stall, so that who waits for pictures notices first."""
POLL_S = 0.1
NEXT_ADDRESS_S = 1.0
"""So long one address of a host is waited for before the next is tried beside it."""
MAX_REDIRECTS = 3
FINGERPRINT = "sha256="
HEADERS = {
    "User-Agent": "FormCoach",
    "Accept": "*/*",
    "Accept-Encoding": "identity",
    "Connection": "close",
}


class HttpLine:
    """The connection to one host, which another thread may cut at any time.

    Attributes:
        cut: whether it was cut.
    """

    def __init__(self) -> None:
        """Begin unconnected."""
        self.cut = False
        self._until_s = 0.0
        self._twin: socket.socket | None = None

    def interrupt(self) -> None:
        """End whatever waits on the connection, now and later."""
        self.cut = True
        twin = self._twin
        if twin is not None:
            with suppress(OSError, ValueError):  # not connected, or closed: nobody waits on it
                twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let the connection go."""
        twin, self._twin = self._twin, None
        if twin is not None:
            twin.close()

    def more(self) -> bool:
        """Whether bytes have come in that were not read."""
        twin = self._twin
        if twin is None or twin.fileno() < 0:
            return False
        return bool(select.select([twin], [], [], 0)[0])

    def ask(self, url: str, until_s: float) -> "HttpAnswer":
        """Send a request and return the answer; follow redirects on the same host.

        Raises:
            SourceError: it is refused, or leads elsewhere.
            OSError: nobody answers in time; requests' errors are of this kind too.
            ValueError: it is no address.
        """
        self._until_s = until_s
        named = urlsplit(url)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._get(urlsplit(url), named)
            location = response.headers.get("Location")
            if response.status_code // 100 != 3 or location is None:
                _check(response, named)
                return HttpAnswer(response, self)
            response.close()
            url = _same_host(url, urljoin(url, location), named)
        raise SourceError(f"{without_secrets(url)} redirects without end: check the address")

    def _get(self, parts: SplitResult, named: SplitResult) -> requests.Response:
        # The user's secret goes to the address that the user gave, and on redirects to its host.
        auth = None
        if named.username is not None:
            auth = _AnyAuth(unquote(named.username), unquote(named.password or ""))
        host = parts.netloc.rpartition("@")[2]
        pin = named.fragment.removeprefix(FINGERPRINT)
        pinned = pin if named.fragment.startswith(FINGERPRINT) else None
        session = requests.Session()
        session.trust_env = False
        session.mount(f"{parts.scheme}://", _Adapter(self, pinned))
        return session.get(
            urlunsplit((parts.scheme, host, parts.path or "/", parts.query, "")),
            headers=HEADERS,
            auth=auth,
            stream=True,
            allow_redirects=False,
            timeout=(max(self._until_s - time.monotonic(), POLL_S), READ_TIMEOUT_S),
            # Cameras sign their own certificates; a password is told to nobody unproven.
            verify=auth is not None and pinned is None,
        )

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect to the first address of a host that answers, looking up whether to give up."""
        self.close()
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        connected = self._race(addresses)
        connected.setblocking(True)
        connected.settimeout(max(self._until_s - time.monotonic(), POLL_S))
        self._twin = connected.dup()
        if self.cut:
            connected.close()
            raise TimeoutError
        return connected

    def _race(self, addresses: list[Any]) -> socket.socket:
        error: OSError = TimeoutError()
        trying: list[socket.socket] = []
        next_s = 0.0
        try:
            while not self.cut and (now_s := time.monotonic()) < self._until_s:
                if addresses and (now_s >= next_s or not trying):
                    trying.append(_begun(addresses.pop(0)))
                    next_s = now_s + NEXT_ADDRESS_S
                # Windows reports a refusal as an exceptional condition.
                _, ready, failed = select.select([], trying, trying, POLL_S)
                for attempt in {*ready, *failed}:
                    trying.remove(attempt)
                    code = attempt.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                    if not code:
                        return attempt
                    attempt.close()
                    error = OSError(code, os.strerror(code))
                if not trying and not addresses:
                    break
            raise error
        finally:
            for attempt in trying:
                attempt.close()


def _begun(address: Any) -> socket.socket:
    family, kind, protocol, _, where = address
    attempt = socket.socket(family, kind, protocol)
    attempt.setblocking(False)
    attempt.connect_ex(where)
    return attempt


class HttpAnswer:
    """An answer, and its body as a file that can only be read."""

    def __init__(self, response: requests.Response, line: HttpLine) -> None:
        """Take the answer, and the connection that it comes over."""
        self._response = response
        self._line = line
        self._pushed = b""
        self.more = line.more
        given = response.headers.get("Content-Type")
        self.kind = None if given is None else given.partition(";")[0].strip().lower()

    def read(self, count: int) -> bytes:
        """Return what is there, up to `count` bytes; wait for the first of them."""
        if self._pushed:
            data, self._pushed = self._pushed[:count], self._pushed[count:]
            return data
        try:
            return bytes(self._response.raw.read1(count, decode_content=False) or b"")
        except TimeoutError:
            raise
        except urllib3.exceptions.ReadTimeoutError as error:
            raise TimeoutError from error
        except (HTTPException, urllib3.exceptions.HTTPError, ValueError):
            # Cut in the middle of a chunk, or closed meanwhile: the end of the stream.
            return b""

    def push_back(self, data: bytes) -> None:
        """Let what was read be read again."""
        self._pushed = data + self._pushed

    def close(self) -> None:
        """Let the answer go."""
        self._response.close()


class _AnyAuth(HTTPDigestAuth):
    """Gives user and password when asked, and in the way asked for: Digest before Basic."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user, password)
        self._basic = HTTPBasicAuth(user.encode(), password.encode())

    def handle_401(self, r: requests.Response, **kwargs: Any) -> requests.Response:
        asked = r.headers.get("WWW-Authenticate", "").lower()
        if r.status_code != 401 or "basic" not in asked or "digest" in asked:
            try:
                return super().handle_401(r, **kwargs)
            except KeyError:  # it asks for Digest, and does not say for what
                return r
        again = self._basic(r.request.copy())
        r.close()
        return r.connection.send(again, **kwargs)


class _OnePool(HTTPConnectionPool):
    """Uses no connection twice: the server was told to close it, and may just be doing so."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()


class _Adapter(HTTPAdapter):
    """Connects by a line, and trusts one certificate where it is told which."""

    def __init__(self, line: HttpLine, pinned: str | None) -> None:
        self._line = line
        self._pinned = pinned
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._pinned is not None:
            kwargs["assert_fingerprint"] = self._pinned
        super().init_poolmanager(*args, **kwargs)
        line = self._line

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return line.connect(self.host, self.port)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return line.connect(self.host, self.port)

        class PlainPool(_OnePool, HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(_OnePool, HTTPSConnectionPool):
            ConnectionCls = Secure

            def _validate_conn(self, conn: Any) -> None:
                """Connect without a warning that the certificate is the camera's own."""
                if conn.is_closed:
                    conn.connect()

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _same_host(url: str, target: str, named: SplitResult) -> str:
    """Return where a redirect leads; raise SourceError where that is another host."""
    meant = urlsplit(target)
    downgraded = named.scheme == "https" != meant.scheme
    if meant.hostname != named.hostname or downgraded:
        raise SourceError(
            f"{without_secrets(url)} redirects to {without_secrets(target)}: if you trust "
            "that, give its address instead"
        )
    return target


def _check(response: requests.Response, named: SplitResult) -> None:
    """Raise SourceError where the answer is a refusal."""
    shown = without_secrets(named.geturl())
    status = response.status_code
    if status == 200:
        return
    response.close()
    if status == 401 and named.username is not None:
        raise SourceError(f"{shown} refuses this user and password (401): check both")
    if status == 401:
        raise SourceError(
            f"{shown} asks for a password (401): give the address as "
            f"{named.scheme}://USER:PASSWORD@HOST/..."
        )
    if status == 403:
        raise SourceError(
            f"{shown} is forbidden (403): allow this machine or this user in the camera's settings"
        )
    raise SourceError(f"{shown} answers {status} {response.reason}: check the address")


def own_certificate(error: BaseException | None, named: SplitResult, timeout_s: float) -> str:
    """Return how to trust a certificate that nobody vouches for; empty where it is not about one.

    Nothing is told to the host for that.
    """
    while error is not None and not isinstance(error, ssl.SSLCertVerificationError):
        error = error.__cause__ or error.__context__
    if error is None or named.username is None:
        return ""
    try:
        pem = ssl.get_server_certificate(
            (named.hostname or "", named.port or 443), timeout=timeout_s
        )
    except (OSError, ValueError):
        return ""
    print_ = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    return (
        f"its certificate is its own, and a password is only told to who can prove who they are; "
        f"if its settings show the same fingerprint, put #{FINGERPRINT}{print_} behind the address"
    )
