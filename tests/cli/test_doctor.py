"""What `formcoach doctor` finds, on machines that lack something."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
from commands import run

from formcoach.capture.live.webcam import CameraInfo
from formcoach.capture.source import Frame
from formcoach.commands import doctor
from formcoach.commands.doctor import Finding, examine
from formcoach.commands.speed_check import _picture, frames_a_second, measured_hz
from formcoach.errors import SpeechError
from formcoach.pose.landmarks import Pose, nobody
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model

MODELS = Path(__file__).resolve().parents[2] / "models"
FULL = "pose_landmarker_full.task"


@pytest.fixture(autouse=True)
def no_devices(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with no camera, display or loudspeaker, whatever the one of the test has."""
    monkeypatch.setattr("formcoach.capture.live.camera.list_cameras", list)
    monkeypatch.setattr("formcoach.picture.window.display_works", lambda: False)
    monkeypatch.setattr("formcoach.voice.speech.MiniaudioPlayer", Mute)
    monkeypatch.setattr("formcoach.commands.speed_check.measured_hz", lambda: 30.0)


class Mute:
    def start(self) -> None:
        raise SpeechError("no loudspeaker answers: connect one")

    def close(self) -> None:
        pass


class Speaking(Mute):
    def start(self) -> None:
        pass


def found() -> dict[str, Finding]:
    return {finding.name: finding for finding in examine()}


def test_what_is_shipped_works_here() -> None:
    ran = run("doctor")
    assert (ran.status, ran.err) == (0, "")
    here = found()
    for name in ("packages", "model lite", "model full", "OpenCV", "H.264", "speech"):
        assert here[name].works, here[name]
    assert f"ok  model full: ok ({MODELS / FULL})" in ran.out
    assert "libx264 found" in ran.out


def test_whatever_does_not_work_has_its_way_out() -> None:
    here = found()
    assert [name for name in ("cameras", "sound", "display") if here[name].works] == []
    out = run("doctor").out
    for finding in here.values():
        if not finding.works:
            assert f"--  {finding.name}: {finding.state}" in out
            assert str(finding.way_out) in out
            assert finding.way_out or ":" in str(finding.state)  # an error of ours has it in itself


class Ticking:
    """An estimator that takes so long for each frame, on a clock of its own."""

    def __init__(self, frame_s: float) -> None:
        self.now_s, self.frame_s = 0.0, frame_s
        self.seen: list[Frame] = []

    def clock(self) -> float:
        return self.now_s

    def estimate(self, frame: Frame) -> Pose:
        self.seen.append(frame)
        self.now_s += 1.0 if len(self.seen) == 1 else self.frame_s  # the first one loads
        return nobody(frame.t_s, frame.size_px)

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_speed_is_measured_without_what_only_the_first_frame_costs() -> None:
    for frame_s in (0.01, 0.2):
        ticking = Ticking(frame_s)
        image = np.zeros((720, 1280, 3), np.uint8)
        found_hz = frames_a_second(ticking, image, clock=ticking.clock)
        assert found_hz == pytest.approx(1 / frame_s)
        times = [frame.t_s for frame in ticking.seen]
        assert times == sorted(set(times))


def test_this_machine_is_measured_on_a_picture_with_somebody_in_it() -> None:
    assert measured_hz() > 0.5
    with LandmarkerEstimator(find_model("full")) as estimator:
        frame = Frame(index=0, t_s=0.0, image_bgr=_picture())
        assert estimator.estimate(frame).seen


@pytest.mark.parametrize(("hz", "works"), [(38.0, True), (15.0, True), (14.0, False), (3.0, False)])
def test_a_slow_computer_is_told_as_one(
    hz: float, works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.commands.speed_check.measured_hz", lambda: hz)
    assert found()["speed"].works is works
    ran = run("doctor")
    assert ran.status == 0  # recorded videos only take longer
    assert ("your computer cannot keep up: close other programs" in ran.out) is not works
    assert f"follows about {hz:.0f} pictures a second" in ran.out


@pytest.mark.parametrize(("kept", "state"), [(True, "delete that folder"), (False, "nothing kept")])
def test_where_the_history_is_and_how_to_be_rid_of_it(
    kept: bool, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "formcoach"
    if kept:
        folder.mkdir()
    monkeypatch.setattr("formcoach.history.store.default_folder", lambda: folder)
    assert state in str(found()["history"].state)
    assert str(folder) in str(found()["history"].state)
    assert folder.exists() is kept


def test_cameras_loudspeaker_and_display_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    cameras = [
        CameraInfo(index=0, name="HD Cam [front]", size_px=(1280, 720), trouble=None),
        CameraInfo(index=2, name="Old Cam", size_px=(0, 0), trouble="in use: close the other"),
    ]
    monkeypatch.setattr("formcoach.capture.live.camera.list_cameras", lambda: cameras)
    monkeypatch.setattr("formcoach.picture.window.display_works", lambda: True)
    monkeypatch.setattr("formcoach.voice.speech.MiniaudioPlayer", Speaking)
    out = run("doctor").out
    assert "ok  cameras: 0 HD Cam [front] (1280x720); 2 Old Cam: in use: close the other" in out
    assert "ok  sound: " in out
    assert "ok  display: " in out


def test_only_troubled_cameras_are_no_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = CameraInfo(index=0, name="Cam", size_px=(0, 0), trouble="gives no picture: replug it")
    monkeypatch.setattr("formcoach.capture.live.camera.list_cameras", lambda: [broken])
    assert not found()["cameras"].works


@pytest.mark.parametrize(
    ("change", "state"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"), "altered"),
        (lambda path: path.write_bytes(b""), "altered"),
    ],
)
def test_a_model_that_cannot_be_used(
    change: Callable[[Path], object],
    state: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (FULL, "SHA256SUMS"):
        shutil.copy(MODELS / name, tmp_path)
    change(tmp_path / FULL)
    monkeypatch.delenv("FORMCOACH_MODELS", raising=False)
    monkeypatch.setattr("formcoach.pose.mediapipe.model_files._SHIPPED", (tmp_path,))
    ran = run("doctor")
    assert ran.status == 1  # no video can be analysed without it
    assert f"--  model full: {state}" in ran.out
    assert "install FormCoach again" in ran.out


def test_sums_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(MODELS / FULL, tmp_path)
    monkeypatch.delenv("FORMCOACH_MODELS", raising=False)
    monkeypatch.setattr("formcoach.pose.mediapipe.model_files._SHIPPED", (tmp_path,))
    ran = run("doctor")
    assert ran.status == 1
    assert "SHA256SUMS with the sum of pose_landmarker_full.task is missing" in ran.out


def test_a_folder_of_models_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORMCOACH_MODELS", "/nowhere")
    ran = run("doctor")
    assert ran.status == 1
    assert "FORMCOACH_MODELS is /nowhere, which is not a folder" in ran.out


def test_without_a_voice(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(self: object, text: str, lang: str) -> Any:
        raise SpeechError("no eSpeak here: install espeakng-loader")

    monkeypatch.setattr("formcoach.voice.speech.EspeakSynthesiser.synthesise", silent)
    ran = run("doctor")
    assert ran.status == 0  # recorded videos need none
    assert "--  speech: no eSpeak here: install espeakng-loader" in ran.out


@pytest.mark.parametrize(("module", "name"), [("cv2", "OpenCV"), ("av", "H.264")])
def test_without_a_library_it_still_says_what_there_is(module: str, name: str) -> None:
    code = f"import sys; sys.modules[{module!r}] = None; sys.argv[1:] = ['doctor']\n"
    code += "from formcoach.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert f"--  {name}: " in done.stdout
    assert "ok  model full: ok" in done.stdout
    assert "python3 -m pip install ." in done.stdout


def test_mediapipe_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", missing)
    ran = run("doctor")
    assert ran.status == 1
    assert "--  packages: mediapipe is not installed" in ran.out
    assert "python3 -m pip install ." in ran.out
