"""RTSP over loopback."""

import base64
import socket
import struct
import threading
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest
from grabbed import pictures

from formcoach.capture.live.camera import Camera
from formcoach.capture.live.rtsp_stream import RtspGrabber
from formcoach.errors import SourceError

PATIENCE_S = 20.0
PACE_S = 0.004


class RtspServer:
    """Speaks just enough RTSP to send H.264 within the connection, once."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"rtsp://127.0.0.1:{self._listening.getsockname()[1]}/cam"
        self.stop = threading.Event()
        self.methods: list[str] = []
        self._units = _h264()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.stop.set()
        self._listening.close()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rb") as lines:
            connection.settimeout(PATIENCE_S)
            while self.methods[-1:] != ["PLAY"]:
                self._answer(connection, lines)
            self._send(connection)

    def _answer(self, connection: socket.socket, lines: Any) -> None:
        head = [line.decode().strip() for line in iter(lines.readline, b"\r\n")]
        method = head[0].split()[0]
        self.methods.append(method)
        fields = dict(line.split(": ", 1) for line in head[1:])
        answer = [f"CSeq: {fields['CSeq']}", "Session: 1"]
        body = b""
        if method == "OPTIONS":
            answer.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        if method == "DESCRIBE":
            sets = ",".join(base64.b64encode(unit).decode() for unit in self._units[0][:2])
            body = (
                "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=cam\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
                "a=rtpmap:96 H264/90000\r\n"
                f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={sets}\r\n"
                "a=control:track\r\n"
            ).encode()
            answer += ["Content-Type: application/sdp", f"Content-Length: {len(body)}"]
        if method == "SETUP":
            answer.append("Transport: RTP/AVP/TCP;unicast;interleaved=0-1")
        connection.sendall("\r\n".join(["RTSP/1.0 200 OK", *answer, "", ""]).encode() + body)

    def _send(self, connection: socket.socket) -> None:
        sequence = 0
        try:
            for n in range(100_000):
                if self.stop.wait(PACE_S):
                    return
                units = self._units[n % len(self._units)]
                for unit in units:
                    last = 0x80 if unit is units[-1] else 0
                    head = struct.pack(">BBHII", 0x80, 96 | last, sequence % 65536, n * 3000, 7)
                    packet = head + unit
                    connection.sendall(struct.pack(">cBH", b"$", 0, len(packet)) + packet)
                    sequence += 1
        except OSError:
            return


def _h264() -> list[list[bytes]]:
    """Pictures as lists of H.264 units, the first with its parameter sets; all key frames."""
    encoder = av.CodecContext.create("libx264", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = 64, 48, "yuv420p"
    encoder.time_base = Fraction(1, 30)
    encoder.options = {"g": "1", "tune": "zerolatency", "preset": "ultrafast"}
    found = []
    for n in range(8):
        image = np.full((48, 64, 3), 20 * n, np.uint8)
        frame = av.VideoFrame.from_ndarray(image, format="bgr24")
        frame.pts = n
        for packet in encoder.encode(frame):
            data = bytes(packet).replace(b"\0\0\0\1", b"\0\0\1")
            units = [unit for unit in data.split(b"\0\0\1") if unit and unit[0] & 31 in (5, 7, 8)]
            found.append(sorted(units, key=lambda unit: (7, 8, 5).index(unit[0] & 31)))
    return found


@pytest.fixture
def rtsp() -> Iterator[RtspServer]:
    server = RtspServer()
    yield server
    server.close()


def frames(camera: Camera, count: int) -> list[Any]:
    found = []
    for frame in camera:
        found.append(frame)
        if len(found) == count:
            return found
    raise AssertionError("the camera ended")


def test_rtsp_comes_picture_by_picture(rtsp: RtspServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    found = pictures(RtspGrabber(rtsp.url), 5)
    assert [picture.image_bgr.shape for picture in found] == [(48, 64, 3)] * 5
    assert rtsp.methods == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"]


def test_a_camera_over_rtsp_is_closed_in_time(rtsp: RtspServer) -> None:
    camera = Camera(rtsp.url)
    frames(camera, 3)
    camera.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("formcoach")]


def test_rtsp_without_a_server_is_told() -> None:
    with pytest.raises(SourceError, match=r"no video from rtsp://127.0.0.1:1/x \(Connection ref"):
        RtspGrabber("rtsp://anna:secret@127.0.0.1:1/x").open()
