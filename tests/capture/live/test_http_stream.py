"""HTTP over loopback: servers that send, stop, stall and lie."""

import base64
import hashlib
import http.server
import shutil
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pytest
from grabbed import pictures
from requests.utils import parse_dict_header

from formcoach.capture.live.address import without_secrets
from formcoach.capture.live.camera import Camera, CameraEvent
from formcoach.capture.live.grabber import Picture
from formcoach.capture.live.http_stream import HttpGrabber, _JpegDecoder
from formcoach.capture.live.transport import HttpAnswer
from formcoach.errors import SourceError

PATIENCE_S = 20.0
"""How long a test waits for what must come; it never runs out when all is well."""
PACE_S = 0.004
STEP = 8


def jpeg(number: int, width: int = 160, height: int = 120) -> bytes:
    """A grey picture that tells its number."""
    image = np.full((height, width, 3), number * STEP % 256, np.uint8)
    return cv2.imencode(".jpg", image)[1].tobytes()


def number_of(picture: Picture) -> int:
    return round(float(picture.image_bgr.mean()) / STEP)


ANAMORPHIC = Path(__file__).parents[1] / "bugs" / "live_anamorphic.ts"
PASSWORD = "p@ss"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


PICTURES = [jpeg(number) for number in range(256 // STEP)]


class Server(http.server.ThreadingHTTPServer):
    """An MJPEG server whose behaviour a test can change while it runs."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.mode = "send"
        self.length = True
        self.chunked = False
        self.pictures = PICTURES
        self.pieces = False
        self.lockstep: threading.Semaphore | None = None
        self.stop = threading.Event()
        self.asked = threading.Event()
        self.requests: list[tuple[str, str | None]] = []
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/video"

    def cut(self) -> None:
        """End all answers and take no more calls."""
        self.stop.set()
        self.shutdown()
        self.server_close()
        self._thread.join(PATIENCE_S)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is no error here."""


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.server.requests.append((self.path, self.headers.get("Authorization")))
        self.server.asked.set()
        self.close_connection = True
        answers: dict[str, Callable[[], None]] = {
            "/nothing": lambda: None,
            "/silent": lambda: self.wait(),
            "/missing": lambda: self.send_error(404),
            "/secret": lambda: self.challenge('Basic realm="cam"'),
            "/digest": self.digest,
            "/strange": lambda: self.challenge("Digest"),
            "/forbidden": lambda: self.send_error(403),
            "/anamorphic": lambda: self.plain("video/mp2t", ANAMORPHIC.read_bytes()),
            "/untyped": lambda: self.untyped(),
            "/page": lambda: self.plain("text/html", b"<html>"),
            "/still": lambda: self.plain("image/jpeg", PICTURES[0]),
            "/playlist": lambda: self.plain("application/vnd.apple.mpegurl", b"#EXTM3U"),
            "/hidden_playlist": lambda: self.plain("video/mp2t", self.playlist()),
            "/noise": lambda: self.plain("video/mp4", bytes(range(256)) * 500),
            "/trickle": self.trickle,
            "/moved": lambda: self.redirect("/video"),
            "/elsewhere": lambda: self.redirect("http://localhost.invalid/video?token=abc"),
            "/around": lambda: self.redirect("/around"),
        }
        answers.get(self.path.partition("?")[0], self.send_pictures)()

    def untyped(self) -> None:
        """Pictures of a camera held upright, one behind the other, and no word of what they are."""
        self.send_response(200)
        self.end_headers()
        orientation = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
        exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + orientation + bytes(4)
        mark = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        for data in PICTURES * 20:
            self.wfile.write(data[:2] + mark + data[2:])

    def challenge(self, how: str) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", how)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def digest(self) -> None:
        """Ask for Digest, and look whether the answer is that of anna with p@ss."""
        said = parse_dict_header(self.headers.get("Authorization", "").removeprefix("Digest "))
        one = md5(f"anna:cam:{PASSWORD}")
        two = md5(f"GET:{self.path}")
        middle = ":".join(str(said.get(key)) for key in ("nonce", "nc", "cnonce", "qop"))
        if said.get("response") == md5(f"{one}:{middle}:{two}"):
            self.send_pictures()
        else:
            self.challenge('Digest realm="cam", qop="auth", nonce="abc123", algorithm=MD5')

    def wait(self) -> None:
        self.server.stop.wait(PATIENCE_S)

    def plain(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)

    def redirect(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.end_headers()

    def playlist(self) -> bytes:
        segment = f"http://127.0.0.1:{self.server.server_port}/segment.ts"
        head = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\n"
        return f"{head}{segment}\n#EXT-X-ENDLIST\n".encode()

    def trickle(self) -> None:
        self.plain("multipart/x-mixed-replace; boundary=f", b"--f\r\n")
        while not self.server.stop.wait(PACE_S):
            self.wfile.write(b"X-Pad: 0\r\n")

    def send_pictures(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
        if self.server.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        number = 0
        while not self.server.stop.wait(PACE_S):
            if self.server.mode == "stall":
                continue
            if self.server.lockstep is not None:
                self.server.lockstep.acquire(timeout=PATIENCE_S)
            data = self.server.pictures[number % len(self.server.pictures)]
            number += 1
            length = f"Content-Length: {len(data)}\r\n" if self.server.length else ""
            part = f"--f\r\nContent-Type: image/jpeg\r\n{length}\r\n".encode() + data + b"\r\n"
            if self.server.mode == "garbage":
                part = np.random.default_rng(1).bytes(20_000)
            if self.server.mode == "damaged":
                part = part.replace(data[200:400], bytes(200))
            if self.server.pieces:
                head = part.index(data)
                for piece in (part[:4], part[4:head], part[head:]):
                    self.wfile.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                continue
            if self.server.chunked:
                part = f"{len(part):x}\r\n".encode() + part + b"\r\n"
            self.wfile.write(part)


@pytest.fixture
def server() -> Iterator[Server]:
    before = set(threading.enumerate())
    server = Server()
    yield server
    server.cut()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE_S)
    assert not {thread.name for thread in set(threading.enumerate()) - before}


class Events:
    """Collects what a camera tells."""

    def __init__(self) -> None:
        self.all: list[CameraEvent] = []
        self.details: list[str] = []
        self._news = threading.Condition()

    def __call__(self, event: CameraEvent, detail: str) -> None:
        with self._news:
            self.all.append(event)
            self.details.append(detail)
            self._news.notify_all()

    def wait_for(self, *events: CameraEvent) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.all == list(events), PATIENCE_S), self.all


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize(("chunked", "pieces"), [(True, False), (False, False), (True, True)])
def test_mjpeg_comes_picture_by_picture(
    server: Server, length: bool, chunked: bool, pieces: bool
) -> None:
    # In pieces: a chunk each for boundary, head and picture, as ESP32 cameras send them.
    server.length, server.chunked, server.pieces = length, chunked, pieces
    server.lockstep = threading.Semaphore(0)
    grabber = HttpGrabber(server.url)
    server.lockstep.release()
    grabber.open()
    found = []
    for _ in range(6):
        picture = grabber.read()
        assert picture is not None
        found.append(picture)
        server.lockstep.release()
    grabber.close()
    assert [number_of(picture) for picture in found] == [0, 1, 2, 3, 4, 5]
    assert found[0].image_bgr.shape == (120, 160, 3)
    assert found[0].t_s is None


def test_proxies_of_the_environment_are_not_asked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert len(pictures(HttpGrabber(server.url), 2)) == 2
    assert server.requests == [("/video", None)]


def test_user_and_password_are_given_when_asked_for_and_never_shown(server: Server) -> None:
    url = server.url.replace("://", "://anna:p%40ss@") + "?key=s3cret"
    assert len(pictures(HttpGrabber(url), 1)) == 1
    assert server.requests == [("/video?key=s3cret", None)]  # nobody had asked for them
    with pytest.raises(SourceError, match=r"refuses this user and password \(401\): check both"):
        HttpGrabber(url.replace("/video", "/secret")).open()
    path, secret = server.requests[-1]
    assert path == "/secret?key=s3cret"
    assert secret == "Basic " + base64.b64encode(b"anna:p@ss").decode()
    assert without_secrets(url) == server.url
    with pytest.raises(SourceError) as raised:
        HttpGrabber(url.replace("/video", "/missing")).open()
    assert not any(word in str(raised.value) for word in ("anna", "p%40ss", "s3cret"))


def test_digest_is_spoken_and_a_wrong_password_is_called_refused(server: Server) -> None:
    url = server.url.replace("://", "://anna:p%40ss@").replace("/video", "/digest")
    assert len(pictures(HttpGrabber(url), 2)) == 2
    assert [secret and secret.split()[0] for _, secret in server.requests] == [None, "Digest"]
    for wrong in (url.replace("p%40ss", "pass"), url.replace("/digest", "/strange")):
        with pytest.raises(SourceError, match=r"refuses this user and password \(401\)"):
            HttpGrabber(wrong).open()


def test_a_large_picture_is_made_smaller(server: Server) -> None:
    server.pictures = [jpeg(3, 1920, 1080)]
    (picture,) = pictures(HttpGrabber(server.url), 1)
    assert picture.image_bgr.shape == (720, 1280, 3)
    (picture,) = pictures(HttpGrabber(server.url, max_px=320), 1)
    assert picture.image_bgr.shape == (180, 320, 3)


def test_a_stream_has_square_pixels_as_a_file_has(server: Server) -> None:
    (picture,) = pictures(HttpGrabber(server.url.replace("video", "anamorphic")), 1)
    assert picture.image_bgr.shape == (240, 320, 3)


def test_pictures_without_a_word_around_them_are_taken_and_turned_upright(server: Server) -> None:
    (picture,) = pictures(HttpGrabber(server.url.replace("video", "untyped")), 1)
    assert picture.image_bgr.shape == (160, 120, 3)


class Flood:
    """An answer in which there is always more than was read."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, count: int) -> bytes:
        self.given += 1
        return PICTURES[(self.given - 1) % len(PICTURES)]

    def more(self) -> bool:
        return True


def test_pictures_that_are_late_are_skipped_but_never_all() -> None:
    decoder = _JpegDecoder(cast(HttpAnswer, Flood()), 1280, stills=False)
    found = [decoder.next() for _ in range(4)]
    assert [number_of(picture) for picture in found if picture is not None] == [5, 11, 17, 23]


def test_damaged_pictures_do_not_end_the_stream(server: Server) -> None:
    grabber = HttpGrabber(server.url)
    grabber.open()
    try:
        server.mode = "damaged"
        server.asked.clear()
        assert grabber.read() is not None
        server.mode = "send"
        for _ in range(200):
            picture = grabber.read()
            if picture is None or number_of(picture) == 5:
                break
        assert picture is not None
    finally:
        grabber.close()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing", "check the address, that the phone or camera is on"),
        ("missing", "answers 404 Not Found: check the address"),
        ("secret", r"asks for a password \(401\): give the address as http://USER:PASSWORD@HOST"),
        ("forbidden", r"is forbidden \(403\): allow"),
        ("page", r"but a web page \(text/html\): give the address of the stream itself"),
        ("still", "but a single picture"),
        ("playlist", "but a playlist"),
        ("hidden_playlist", "no video from"),
        ("noise", r"no video from .* \(Invalid data found"),
        ("elsewhere", r"redirects to http://localhost\.invalid/video: if you trust that"),
        ("around", "redirects without end"),
    ],
)
def test_what_is_no_stream_is_told_with_the_way_out(server: Server, path: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as raised:
        HttpGrabber(server.url.replace("video", path)).open()
    assert "\n" not in str(raised.value)
    # Nothing that a stream names is asked for: no playlist's segment, no other host.
    assert {asked.partition("?")[0] for asked, _ in server.requests} == {f"/{path}"}


def test_a_redirect_on_the_same_host_is_followed(server: Server) -> None:
    assert len(pictures(HttpGrabber(server.url.replace("video", "moved")), 2)) == 2
    assert [path for path, _ in server.requests] == ["/moved", "/video"]


@pytest.mark.parametrize("path", ["trickle", "silent"])
def test_a_server_that_never_gets_to_the_point_is_given_up(server: Server, path: str) -> None:
    grabber = HttpGrabber(server.url.replace("video", path), open_timeout_s=0.2)
    with pytest.raises(SourceError, match="no answer in time"):
        grabber.open()


@pytest.mark.parametrize("path", ["trickle", "silent"])
def test_opening_can_be_broken_off(server: Server, path: str) -> None:
    grabber = HttpGrabber(server.url.replace("video", path), open_timeout_s=600.0)
    troubles: list[str] = []

    def open_it() -> None:
        try:
            grabber.open()
        except SourceError as error:
            troubles.append(str(error))

    thread = threading.Thread(target=open_it)
    thread.start()
    assert server.asked.wait(PATIENCE_S)
    grabber.interrupt()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()
    assert len(troubles) == 1


def test_connecting_can_be_broken_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    grabber = HttpGrabber(server.url, open_timeout_s=600.0)

    def nobody_answers(*_: Any) -> tuple[list[Any], list[Any], list[Any]]:
        grabber.interrupt()
        return [], [], []

    monkeypatch.setattr("formcoach.capture.live.transport.select.select", nobody_answers)
    with pytest.raises(SourceError, match="was given up"):
        grabber.open()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http://[::1/", "http://a:b:c/", "http://"]
)
def test_an_address_where_nobody_is_is_told(url: str) -> None:
    with pytest.raises(SourceError, match="check the address"):
        HttpGrabber(url).open()


# --- a camera over a stream ---


def frames(camera: Camera, count: int) -> list[Any]:
    found = []
    for frame in camera:
        found.append(frame)
        if len(found) == count:
            return found
    raise AssertionError("the camera ended")


def test_a_stream_that_is_cut_comes_back_by_itself(server: Server) -> None:
    events = Events()
    with Camera(server.url, on_event=events, backoff_s=(0.01, 0.02)) as camera:
        before = frames(camera, 3)
        server.cut()
        events.wait_for(CameraEvent.LOST)
        again = Server(server.server_port)
        events.wait_for(CameraEvent.LOST, CameraEvent.BACK)
        after = frames(camera, 3)
        again.cut()
    times = [frame.t_s for frame in before + after]
    assert times == sorted(set(times))
    numbers = [frame.index for frame in before + after]
    assert numbers == sorted(set(numbers))
    assert camera.losses[0].id == "no_picture_between"


@pytest.mark.parametrize(
    ("mode", "event"), [("garbage", CameraEvent.LOST), ("stall", CameraEvent.STALLED)]
)
def test_garbage_and_stalls_are_survived(server: Server, mode: str, event: CameraEvent) -> None:
    events = Events()
    with Camera(server.url, on_event=events, backoff_s=(0.01, 0.02), stall_s=0.5) as camera:
        frames(camera, 3)
        server.mode = mode
        events.wait_for(event)
        server.mode = "send"
        events.wait_for(event, CameraEvent.BACK)
        frames(camera, 3)


@pytest.mark.parametrize("mode", ["send", "stall", "garbage"])
def test_closing_ends_every_thread(server: Server, mode: str) -> None:
    camera = Camera(server.url, backoff_s=(0.01, 600.0))
    frames(camera, 2)
    server.mode = mode
    camera.close()
    assert camera.ended
    assert camera.read(0.0) is None
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("formcoach")]


def test_secure_streams_work_with_a_certificate_of_the_cameras_own(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = f"{openssl} req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
    files = ["-subj", "/CN=phone", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*command.split(), *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    url = server.url.replace("http://", "https://")
    assert len(pictures(HttpGrabber(url), 3)) == 3
    # A password is told to nobody who cannot prove who they are.
    secret = url.replace("://", "://anna:pass@")
    with pytest.raises(SourceError, match="its certificate is its own") as raised:
        HttpGrabber(secret).open()
    # ... but for the one whose fingerprint the user has seen.
    pin = str(raised.value).rpartition("put ")[2].partition(" ")[0]
    assert len(pictures(HttpGrabber(secret + pin), 2)) == 2
    assert all(asked is None for _, asked in server.requests)
    with pytest.raises(SourceError, match="no video from"):
        HttpGrabber(secret + pin[:-4] + "0000").open()
