"""Whatever a camera answers, it is a picture or one line: never a traceback or a hang."""

import random
import socket
import threading
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from formcoach.capture.live.http_stream import HttpGrabber
from formcoach.capture.live.rtsp_stream import RtspGrabber
from formcoach.errors import SourceError

PATIENCE_S = 20.0
JPEG = cv2.imencode(".jpg", np.full((48, 64, 3), 90, np.uint8))[1].tobytes()
PART = b"--f\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(JPEG) + JPEG + b"\r\n"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=f\r\n"
CHUNKED = b"".join(b"%x\r\n%s\r\n" % (len(PART), PART) for _ in range(3)) + b"0\r\n\r\n"
ASKS = b"HTTP/1.1 401 No\r\nWWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n"
HTTP = [
    HEAD + b"\r\n" + PART * 3,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKED,
    ASKS % b'Digest realm="cam", nonce="abc", qop="auth", algorithm=MD5',
    ASKS % b'Basic realm="cam"',
    ASKS % b'Digest realm="a", nonce="b", algorithm=WHAT, Basic realm="c"',
    b"HTTP/1.1 302 Found\r\nLocation: /video\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\n\r\n" + JPEG * 3,
    b"ICY 200 OK\r\n\r\n",
]
SDP = (
    b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
)
RTSP = [
    b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n"
    b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s"
    b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: 1\r\nTransport: RTP/AVP/TCP;interleaved=0-1\r\n\r\n"
    b"RTSP/1.0 200 OK\r\nCSeq: 4\r\nSession: 1\r\n\r\n" % (len(SDP), SDP),
    b'RTSP/1.0 401 No\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="c", nonce="n"\r\n\r\n',
    b"RTSP/1.0 302 Moved\r\nCSeq: 1\r\nLocation: rtsp://127.0.0.1:1/x\r\n\r\n",
]


class Answers:
    """Sends the same bytes to whoever calls, and hangs up."""

    def __init__(self) -> None:
        self.data = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.1)
        self.port = self._listening.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listening.accept()
            except TimeoutError:
                continue
            with connection:
                try:
                    connection.settimeout(1.0)
                    connection.recv(4096)
                    connection.sendall(self.data)
                    connection.shutdown(socket.SHUT_WR)
                    connection.recv(4096)
                except OSError:
                    continue

    def close(self) -> None:
        self._stop.set()
        self._thread.join(PATIENCE_S)
        self._listening.close()


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    server = Answers()
    yield server
    server.close()


def edited(chance: random.Random, data: bytes) -> bytes:
    text = bytearray(data)
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(text) + 1)
        new = chance.choice([b"", b"\r\n", b"\xff\xd8\xff", b"-1", b"ffffffffff", b": ", b"\0"])
        text[at : at + chance.randint(0, 30)] = new + chance.randbytes(chance.randint(0, 3))
    return bytes(text)


@pytest.mark.parametrize("seed", range(60))
def test_http_answers(seed: int, answers: Answers) -> None:
    chance = random.Random(seed)
    answers.data = edited(chance, HTTP[seed % len(HTTP)])
    secret = chance.choice(["", "me:pass@"])
    grabber = HttpGrabber(f"http://{secret}127.0.0.1:{answers.port}/video", open_timeout_s=1.0)
    check(grabber)


@pytest.mark.parametrize("seed", range(24))
def test_rtsp_answers(seed: int, answers: Answers) -> None:
    chance = random.Random(seed)
    answers.data = edited(chance, RTSP[seed % len(RTSP)])
    secret = chance.choice(["", "me:pass@"])
    check(RtspGrabber(f"rtsp://{secret}127.0.0.1:{answers.port}/cam", open_timeout_s=1.0))


def check(grabber: HttpGrabber | RtspGrabber) -> None:
    told: list[str] = []

    def watch() -> None:
        try:
            grabber.open()
            for _ in range(20):
                if grabber.read() is None:
                    break
        except SourceError as error:
            told.append(str(error))
        finally:
            grabber.close()
            told.append("closed")

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert told[-1:] == ["closed"]  # it did not hang, nor end in another way
    for line in told[:-1]:
        assert line
        assert "\n" not in line
        assert "pass@" not in line
