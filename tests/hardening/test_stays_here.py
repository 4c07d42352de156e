"""Nothing leaves the machine, and nothing listens: live coaching and the day's practice, by strace.

`tests/test_seal.py` holds the same of an analysis, and shows that the watch finds what there is.
"""

import http.server
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clips import grey, sample, write_video
from commands import MODULE

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="no strace here")

CALLS = "connect,sendto,sendmsg,sendmmsg,bind,listen"
SEALED_PORT = ("127.0.0.1", 9)
ADDRESS = re.compile(
    r"sin6?_port=htons\((\d+)\)"
    r".*?(?:sin_addr=inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)


def reached(command: list[str], folder: Path, answers: str = "") -> set[tuple[str, int]]:
    """Run a command to its end; return whom it tried to reach, address and port."""
    log = folder / "strace.log"
    watch = ["strace", "-f", "-qq", "-e", "signal=none", "-e", f"trace={CALLS}", "-o", str(log)]
    env = {**os.environ, "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}
    ran = subprocess.run(
        [*watch, *command],
        input=answers,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=env,
    )
    if "PTRACE" in ran.stderr or "ptrace" in ran.stderr:
        pytest.skip("nothing may be traced here")
    assert ran.returncode == 0, ran.stderr
    found = set()
    for line in log.read_text(encoding="utf-8").splitlines():
        assert "listen(" not in line, line
        address = ADDRESS.search(line)
        if address is not None and "bind(" in line:
            # urllib3 looks whether there is IPv6 here; nobody can call what does not listen.
            assert (address[3], address[1]) == ("::1", "0"), line
        elif address is not None:
            found.add((address[2] or address[3], int(address[1])))
    return found


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """A second of somebody, and then of nobody."""
    return write_video(tmp_path / "short.mp4", [*sample("squat", 0, 20), *[grey(640, 480)] * 5])


def test_a_live_session_reaches_nobody(short: Path, tmp_path: Path) -> None:
    asked = ["live", "squat", "--camera", str(short), "--no-window", "--no-voice"]
    more = ["--model", "lite", "--data", str(tmp_path / "data"), "--out", str(tmp_path / "out")]
    assert reached([*MODULE, *asked, *more], tmp_path) <= {SEALED_PORT}


def test_a_days_practice_reaches_nobody(short: Path, tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    told = ["setup", "--screening", "none", "--no-pain", "--intake", "none"]
    assert reached([*MODULE, *told, *data], tmp_path) == set()
    asked = ["today", "--camera", str(short), "--no-window", "--no-voice", "--model", "lite"]
    found = reached([*MODULE, *asked, *data], tmp_path, answers="0\n" * 12)
    assert found <= {SEALED_PORT}


class Pictures(http.server.BaseHTTPRequestHandler):
    """A few pictures, and the end."""

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        import cv2

        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
        self.end_headers()
        data = cv2.imencode(".jpg", grey())[1].tobytes()
        for _ in range(5):
            self.wfile.write(b"--f\r\nContent-Type: image/jpeg\r\n\r\n" + data + b"\r\n")


@pytest.fixture
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    server.server_close()
    thread.join(20.0)


def test_a_stream_reaches_its_camera_and_nobody_else(port: int, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from formcoach.capture.live.http_stream import HttpGrabber\n"
        "grabber = HttpGrabber(sys.argv[1])\n"
        "grabber.open()\n"
        "while grabber.read() is not None: pass\n"
        "grabber.close()"
    )
    command = [sys.executable, "-c", code, f"http://me:pass@127.0.0.1:{port}/video"]
    assert reached(command, tmp_path) == {("127.0.0.1", port)}
