"""Live sessions as processes and over loopback: killed, told to end, cut off and joined again."""

import http.server
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from coached import coached
from moves import FILM, Tempo, trace

from formcoach.capture.source import Frame, Image
from formcoach.commands.live import LiveOptions, Parts, run_live
from formcoach.history.store import History
from formcoach.pose.landmarks import Pose
from formcoach.session.guide import SessionTargets
from formcoach.system.closing import Closing

SAMPLES = Path(__file__).resolve().parents[3] / "sample_videos"
SLOW = SAMPLES / "hip_flexion_bent.mp4"
"""Its reps last so long that a busy machine, which leaves frames out, counts them too."""
PATIENCE_S = 60.0
CUT_S = 6.0
REPS, FPS = 5, 10.0
QUICK = Tempo(lift_s=1.0, hold_s=0.3, lower_s=1.0, rest_s=0.7)
POSES = trace("hip_flexion", "bent", REPS, tempo=QUICK, how=replace(FILM, fps=FPS)).poses
BAND_PX = 60


def live(data: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "formcoach", "live", "hip_flexion", "--level", "bent"]
    command += ["--camera", str(SLOW), "--no-window", "--no-voice", "--data", str(data), *more]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_reps(data: Path, count: int, process: subprocess.Popen[str]) -> None:
    """Look into the history until so many reps are in it."""
    pause = threading.Event()
    for _ in range(round(PATIENCE_S / 0.05)):
        assert process.poll() is None, process.communicate()
        if reps_in(data) >= count:
            return
        pause.wait(0.05)
    raise AssertionError(f"{count} reps were never kept")


def reps_in(data: Path) -> int:
    if not data.exists():
        return 0
    with History.open(data) as history:
        return sum(len(one.reps) for session in history.sessions() for one in session.sets)


@pytest.mark.slow
def test_a_killed_session_loses_no_finished_rep(tmp_path: Path) -> None:
    with live(tmp_path / "data") as process:
        wait_for_reps(tmp_path / "data", 1, process)
        process.kill()
        process.communicate()
    assert reps_in(tmp_path / "data") >= 1


@pytest.mark.slow
def test_a_terminated_session_saves_and_says_what_it_has(tmp_path: Path) -> None:
    with live(tmp_path / "data", "--out", str(tmp_path / "files")) as process:
        wait_for_reps(tmp_path / "data", 1, process)
        process.send_signal(signal.SIGTERM)
        out, error = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0, error
    assert "Traceback" not in error
    assert "hip_flexion bent" in out
    assert len(list(tmp_path.glob("files/*/set-1/summary.json"))) == 1
    with History.open(tmp_path / "data") as history:
        (session,) = history.sessions()
    assert session.ended_at is not None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--camera", "no_such_file.mp4"), "no_such_file.mp4"),
        (("--camera", "97"), "camera 97"),
        (("--camera", "gopher://there"), "gopher"),
        (("--camera", "http://127.0.0.1:9/video"), "127.0.0.1:9"),
        (("--window",), "--no-window"),
        (("--model", "no_such.task"), "no_such.task"),
        (("--record", "no/such/folder/x.mp4"), "x.mp4"),
    ],
)
def test_what_cannot_begin_is_one_line(more: tuple[str, ...], words: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "formcoach", "live", "hip_flexion", "--no-voice"]
    command += ["--data", str(tmp_path), "--camera", str(SLOW)]
    command += ["--no-window"] if "--window" not in more else []
    blind = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    done = subprocess.run([*command, *more], env=blind, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("formcoach: ")
    assert done.stderr.count("\n") == 1
    assert words in done.stderr


class Stream(http.server.ThreadingHTTPServer):
    """Sends pictures as motion JPEG, in its own time, again and again; `ends` after the first time.

    Between calls its pictures go on.
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self, pictures: list[tuple[float, bytes]], port: int = 0, *, ends: bool = False
    ) -> None:
        super().__init__(("127.0.0.1", port), StreamHandler)
        self.pictures = iter(pictures) if ends else cycle(pictures)
        self.shown, self.stop = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def cut(self) -> None:
        self.stop.set()
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader that hangs up is no error here."""


class StreamHandler(http.server.BaseHTTPRequestHandler):
    server: Stream

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=f")
        self.end_headers()
        for step_s, data in self.server.pictures:
            if self.server.stop.wait(step_s):
                return
            head = f"--f\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            self.wfile.write(head.encode() + data + b"\r\n")
        self.server.shown.set()


def picture_of(index: int, size_px: tuple[int, int]) -> bytes:
    """Return a picture that tells its number, in three grey bands, beside a light one."""
    image = np.full((size_px[1], size_px[0], 3), 200, np.uint8)
    for band, digit in enumerate((index // 64, index // 8 % 8, index % 8)):
        image[:, band * BAND_PX : (band + 1) * BAND_PX] = 20 + 30 * digit
    return cv2.imencode(".jpg", image)[1].tobytes()


def number_in(image_bgr: Image) -> int:
    """Return the number that a picture tells."""
    middles = [round(BAND_PX * (band + 0.5)) for band in range(3)]
    digits = [round((float(image_bgr[:, at].mean()) - 20) / 30) for at in middles]
    return 64 * digits[0] + 8 * digits[1] + digits[2]


class PosesByNumber(Closing):
    """An estimator for numbered pictures, so quick that a busy machine keeps up with them."""

    def estimate(self, frame: Frame) -> Pose:
        return replace(POSES[number_in(frame.image_bgr)], t_s=frame.t_s)

    def close(self) -> None:
        """There is nothing to let go of."""


@pytest.fixture(scope="module")
def pictures() -> list[tuple[float, bytes]]:
    size_px = POSES[0].image_size_px
    return [(1.0 / FPS, picture_of(index, size_px)) for index in range(len(POSES))]


@pytest.fixture
def cut_stream(pictures: list[tuple[float, bytes]]) -> Iterator[str]:
    """A stream that shows the movement once, is gone for a while, and shows it again and again."""
    first = Stream(pictures, ends=True)
    port = first.server_port
    servers = [first]

    def cut_and_come_back() -> None:
        first.shown.wait(PATIENCE_S)
        first.cut()
        if not done.wait(CUT_S):
            servers.append(Stream(pictures, port))

    done = threading.Event()
    director = threading.Thread(target=cut_and_come_back, daemon=True)
    director.start()
    yield f"http://127.0.0.1:{port}/video"
    done.set()
    first.shown.set()
    director.join()
    for server in servers:
        if not server.stop.is_set():
            server.cut()


@pytest.mark.slow
def test_a_stream_that_is_cut_is_joined_again_and_no_rep_is_lost(
    cut_stream: str, tmp_path: Path
) -> None:
    notes: list[str] = []
    options = LiveOptions(
        exercise="hip_flexion",
        level="bent",
        camera=cut_stream,
        voice=False,
        window=False,
        targets=SessionTargets(reps=2 * REPS),
        out=tmp_path,
    )
    parts = Parts(estimator=lambda _: PosesByNumber())
    result = run_live(options, parts=parts, on_note=notes.append)
    assert result.sets[0].total == 2 * REPS
    gap_s = np.diff([rep.end_s for rep in result.sets[0].completed]).max()
    assert gap_s > CUT_S
    assert any("no picture between" in note for note in notes)
    assert len(list(tmp_path.glob("*/set-1/summary.json"))) == 1
    sides = [rep.side for rep in result.sets[0].completed]
    assert sides == 2 * [rep.side for rep in coached(POSES, "hip_flexion", "bent").completed]
