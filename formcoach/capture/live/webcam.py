"""The cameras of this machine, by number."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from formcoach.capture.geometry import shrunk
from formcoach.capture.live.grabber import MAX_PX, Picture
from formcoach.capture.source import Image
from formcoach.errors import SourceError
from formcoach.system.quiet import quiet_native_stderr
from formcoach.told import Told

__all__ = ["CameraInfo", "WebcamGrabber", "list_cameras"]

WANTED_PX = (1280, 720)
WANTED_FPS = 30
MAX_FAILURES = 5
"""So many pictures missing one after another mean that the camera is gone."""
MAX_CAMERAS = 6
"""Numbers tried where the system does not list its cameras."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraInfo:
    """A camera of this machine.

    Attributes:
        index: its number, for ``--camera``.
        name: what the system calls it; empty when it does not say.
        size_px: width and height of its pictures; (0, 0) when it gives none.
        trouble: why it cannot be used and what to do; None when it can.
    """

    index: int
    name: str
    size_px: tuple[int, int]
    trouble: str | None


class WebcamGrabber:
    """A camera by its number, asked for 1280x720 at 30 pictures a second.

    A read that hangs in the driver cannot be broken off; it ends when the driver lets it.
    """

    comes_back = True

    def __init__(self, index: int, max_px: int = MAX_PX) -> None:
        self._index = index
        self._longest_px = max_px
        self.fps: float | None = None
        self._capture: cv2.VideoCapture | None = None
        self._first: Image | None = None

    def open(self) -> None:
        """Open it and take a first picture: a camera in use often opens, but gives none.

        Raises:
            SourceError: it is not there, in use or forbidden.
        """
        for backend in _backends(sys.platform):
            with _quiet():
                capture = cv2.VideoCapture(self._index, backend)
                if self._starts(capture):
                    self._capture = capture
                    # The camera is allowed now; on macOS asking again would work only in the main
                    # thread, and it is another thread that reconnects.
                    os.environ.setdefault("OPENCV_AVFOUNDATION_SKIP_AUTH", "1")
                    return
                capture.release()
        raise SourceError.of(_why_not(self._index, sys.platform, Path("/dev")))

    def read(self) -> Picture | None:
        """Wait for the next picture; None when the camera is gone."""
        if self._first is not None:
            picture, self._first = self._first, None
            return Picture(image_bgr=picture)
        if self._capture is None:
            return None
        for _ in range(MAX_FAILURES):
            given, image = self._capture.read()
            if given:
                return Picture(image_bgr=shrunk(np.asarray(image, np.uint8), self._longest_px))
        return None

    def _starts(self, capture: cv2.VideoCapture) -> bool:
        if not capture.isOpened():
            return False
        _ask_for(capture)
        given, image = capture.read()
        if not given:
            return False
        self._first = shrunk(np.asarray(image, np.uint8), self._longest_px)
        fps = capture.get(cv2.CAP_PROP_FPS)
        self.fps = fps if fps > 0 else None
        return True

    def interrupt(self) -> None:
        """Do nothing: a driver cannot be interrupted."""

    def close(self) -> None:
        """Let the camera go."""
        capture, self._capture = self._capture, None
        if capture is not None:
            capture.release()


def list_cameras() -> list[CameraInfo]:
    """Try the cameras of this machine, without a word on the terminal; takes a second for each.

    Where the system does not list them, numbers are tried until one does not answer.
    """
    listed = _listed(Path("/dev")) if sys.platform.startswith("linux") else None
    found = []
    for index in range(MAX_CAMERAS) if listed is None else listed:
        info = _try(index)
        if listed is None and info.trouble is not None and index > 0:
            break
        found.append(info)
    return found


def _ask_for(capture: cv2.VideoCapture) -> None:
    """Ask for what is wanted; a camera that cannot gives what it can."""
    # Most webcams send 720p at 30 a second only compressed.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, WANTED_PX[0])
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, WANTED_PX[1])
    capture.set(cv2.CAP_PROP_FPS, WANTED_FPS)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)


def _backends(platform: str) -> list[int]:
    """The system's own ways to a camera, the quickest first."""
    if platform == "darwin":
        return [cv2.CAP_AVFOUNDATION]
    if platform == "win32":
        return [cv2.CAP_DSHOW, cv2.CAP_MSMF]
    return [cv2.CAP_V4L2]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep OpenCV's log still; FormCoach says in its own words what is wrong."""
    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        with quiet_native_stderr():
            yield
    finally:
        cv2.utils.logging.setLogLevel(level)


def _listed(devices: Path) -> list[int]:
    numbers = (path.name.removeprefix("video") for path in devices.glob("video*"))
    return sorted(int(number) for number in numbers if number.isdecimal())


def _name(index: int, system: Path = Path("/sys/class/video4linux")) -> str:
    try:
        return (system / f"video{index}" / "name").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _try(index: int) -> CameraInfo:
    grabber = WebcamGrabber(index)
    try:
        grabber.open()
        picture = grabber.read()
    except SourceError as error:
        return CameraInfo(index=index, name=_name(index), size_px=(0, 0), trouble=str(error))
    finally:
        grabber.close()
    height, width = (0, 0) if picture is None else picture.image_bgr.shape[:2]
    return CameraInfo(index=index, name=_name(index), size_px=(width, height), trouble=None)


def _why_not(index: int, platform: str, devices: Path) -> Told:
    """Why a camera cannot be opened, as far as can be told, and the way out."""
    if platform == "darwin":
        return Told(
            "camera_closed_mac",
            "camera {n} cannot be opened: allow it for your terminal in System Settings > "
            "Privacy & Security > Camera, close other programs that use it, or choose another "
            "with --camera N",
            {"n": index},
        )
    if platform == "win32":
        return Told(
            "camera_closed_windows",
            "camera {n} cannot be opened: let desktop apps use it in Settings > Privacy & "
            "security > Camera, close other programs that use it, or choose another with "
            "--camera N",
            {"n": index},
        )
    device = devices / f"video{index}"
    if not device.exists():
        others = ", ".join(map(str, _listed(devices)))
        there = Told("cameras_none", "there is none at all")
        if others:
            there = Told("cameras_there", "there is {names}", {"names": others})
        return Told(
            "no_camera",
            "no camera {n} ({device} is missing, {there}): connect it or use --camera N",
            {"n": index, "device": device, "there": there},
        )
    if not os.access(device, os.R_OK | os.W_OK):
        return Told(
            "camera_forbidden",
            "camera {n} is forbidden: join the group of {device} with "
            "'sudo usermod -aG video $USER' and log in again",
            {"n": index, "device": device},
        )
    return Told(
        "camera_busy",
        "camera {n} gives no picture: close other programs that use it ('fuser {device}' "
        "lists them), or choose another with --camera N",
        {"n": index, "device": device},
    )
