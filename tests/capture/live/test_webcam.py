"""Cameras by number, with OpenCV's part played by a fake."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import pytest

from formcoach.capture.geometry import shrunk
from formcoach.capture.live import webcam
from formcoach.capture.live.grabber import MAX_PX
from formcoach.capture.live.webcam import WebcamGrabber, list_cameras
from formcoach.errors import SourceError


class FakeCapture:
    """What `cv2.VideoCapture` gives on a machine with one camera."""

    index, opens, gives = 0, True, 1000
    size = (1280, 720)
    asked: ClassVar[list[tuple[int, float]]] = []
    released = 0

    def __init__(self, index: int, backend: int) -> None:
        self._there = index == self.index and self.opens

    def isOpened(self) -> bool:  # noqa: N802 - OpenCV's name
        return self._there

    def set(self, what: int, value: float) -> bool:
        type(self).asked.append((what, value))
        return False

    def get(self, what: int) -> float:
        return 30.0 if what == cv2.CAP_PROP_FPS else 0.0

    def read(self) -> tuple[bool, Any]:
        if type(self).gives <= 0:
            return False, None
        type(self).gives -= 1
        return True, np.full((self.size[1], self.size[0], 3), 7, np.uint8)

    def release(self) -> None:
        type(self).released += 1


Make = Callable[..., type[FakeCapture]]


@pytest.fixture
def capture(monkeypatch: pytest.MonkeyPatch) -> Make:
    monkeypatch.setenv("OPENCV_AVFOUNDATION_SKIP_AUTH", "")

    def make(**traits: Any) -> type[FakeCapture]:
        fake: type[FakeCapture] = type("Capture", (FakeCapture,), {"asked": [], **traits})
        monkeypatch.setattr(cv2, "VideoCapture", fake)
        return fake

    return make


def test_720p_at_30_is_asked_for_and_what_comes_is_taken(capture: Make) -> None:
    fake = capture(size=(640, 480))
    grabber = WebcamGrabber(0)
    grabber.open()
    picture = grabber.read()
    assert picture is not None
    assert picture.image_bgr.shape == (480, 640, 3)
    assert picture.t_s is None
    assert grabber.fps == 30.0
    wanted = {cv2.CAP_PROP_FRAME_WIDTH: 1280, cv2.CAP_PROP_FRAME_HEIGHT: 720, cv2.CAP_PROP_FPS: 30}
    assert wanted.items() <= dict(fake.asked).items()
    grabber.close()
    grabber.close()
    assert fake.released == 1
    assert grabber.read() is None


def test_a_4k_picture_is_made_smaller(capture: Make) -> None:
    capture(size=(3840, 2160))
    grabber = WebcamGrabber(0)
    grabber.open()
    for _ in range(2):
        picture = grabber.read()
        assert picture is not None
        assert picture.image_bgr.shape == (720, 1280, 3)


def test_a_camera_that_gives_no_more_is_gone(capture: Make) -> None:
    capture(gives=3)
    grabber = WebcamGrabber(0)
    grabber.open()
    assert [grabber.read() is None for _ in range(4)] == [False, False, False, True]


@pytest.mark.parametrize("traits", [{"opens": False}, {"gives": 0}])
def test_a_camera_that_cannot_be_used_is_let_go(capture: Make, traits: dict[str, Any]) -> None:
    fake = capture(**traits)
    with pytest.raises(SourceError, match="camera 0"):
        WebcamGrabber(0).open()
    assert fake.released >= 1


def test_a_number_without_a_camera_is_told_quietly(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SourceError, match="camera 97"):
        WebcamGrabber(97).open()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("platform", "said"),
    [
        ("darwin", "System Settings > Privacy & Security > Camera"),
        ("win32", "Settings > Privacy & security > Camera"),
        ("linux", "no camera 0 .*/dev/video0 is missing, there is none at all"),
    ],
)
def test_every_system_has_its_way_out(platform: str, said: str, tmp_path: Path) -> None:
    devices = tmp_path / "dev"
    devices.mkdir()
    message = str(webcam._why_not(0, platform, devices))
    assert "--camera N" in message
    assert "\n" not in message
    assert re.search(said, message)


def test_linux_tells_missing_forbidden_and_busy_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "video2").touch()
    (tmp_path / "video10").touch()
    assert "there is 2, 10" in str(webcam._why_not(0, "linux", tmp_path))
    assert "close other programs" in str(webcam._why_not(2, "linux", tmp_path))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "sudo usermod -aG video $USER" in str(webcam._why_not(2, "linux", tmp_path))


def test_the_ways_to_a_camera_are_the_systems_own() -> None:
    assert webcam._backends("darwin") == [cv2.CAP_AVFOUNDATION]
    assert webcam._backends("win32")[0] == cv2.CAP_DSHOW
    assert webcam._backends("linux") == [cv2.CAP_V4L2]


def test_cameras_are_listed_with_their_trouble(
    capture: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture(index=2)
    monkeypatch.setattr(webcam, "_listed", lambda _: [0, 2])
    monkeypatch.setattr("formcoach.capture.live.webcam.sys.platform", "linux")
    useless, useful = list_cameras()
    assert (useless.index, useless.size_px) == (0, (0, 0))
    assert useless.trouble is not None
    assert (useful.index, useful.size_px, useful.trouble) == (2, (1280, 720), None)


def test_where_the_system_lists_none_numbers_are_tried(
    capture: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    capture()
    monkeypatch.setattr("formcoach.capture.live.webcam.sys.platform", "darwin")
    assert [info.index for info in list_cameras()] == [0]
    capture(opens=False)
    (only,) = list_cameras()
    assert only.trouble is not None


def test_pictures_are_only_ever_made_smaller() -> None:
    small = np.zeros((100, 60, 3), np.uint8)
    assert shrunk(small, MAX_PX) is small
    assert shrunk(np.zeros((2160, 1214, 3), np.uint8), MAX_PX).shape == (1280, 720, 3)
    assert shrunk(np.zeros((40, 60), np.uint8), MAX_PX).shape == (40, 60, 3)
