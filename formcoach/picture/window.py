"""The window: shows pictures, tells which key was pressed and whether it was closed.

On Linux the wheels of OpenCV and PyAV bring X libraries of the same names. Where PyAV's came first,
OpenCV's window would wait for ever in its first call, so whatever imports PyAV imports OpenCV
before.
"""

import os
import subprocess
import sys
from enum import StrEnum
from typing import Protocol

import cv2

from formcoach.capture.geometry import letterboxed
from formcoach.errors import OutputError
from formcoach.picture.canvas import Image
from formcoach.system.closing import Closing, Managed
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["NO_DISPLAY", "Key", "Screen", "Window", "display_works", "key_of"]

PROBE_S = 20.0
OPENING_PX = (960, 540)
"""The size the window opens with: with its frame it fits a screen of 1024 by 600. The
user may change it, and the picture keeps its shape."""
NO_DISPLAY = (
    "no display here for the window: use --no-window, the voice leads through everything, "
    "or run it where a desktop is"
)


TOO_LATE = (
    "the window cannot be opened: PyAV was imported before OpenCV, and their X libraries clash; "
    "import cv2 before av"
)


class Key(StrEnum):
    """What a key, or closing the window, asks for."""

    STOP = "stop"
    PAUSE = "pause"
    MUTE = "mute"
    LOUDER = "louder"
    QUIETER = "quieter"
    NEXT = "next"
    HELP = "help"


_KEYS = {
    **dict.fromkeys((ord("q"), ord("Q"), 27), Key.STOP),
    ord(" "): Key.PAUSE,
    **dict.fromkeys((ord("m"), ord("M")), Key.MUTE),
    **dict.fromkeys((ord("+"), ord("=")), Key.LOUDER),
    **dict.fromkeys((ord("-"), ord("_")), Key.QUIETER),
    **dict.fromkeys((ord("n"), ord("N")), Key.NEXT),
    **dict.fromkeys((ord("h"), ord("H"), ord("?")), Key.HELP),
}


_MODIFIERS = ~0xFFFF
"""Some window libraries tell of Num Lock and its like in the bits above."""


def key_of(pressed: int) -> Key | None:
    """Return what a key code of OpenCV asks for; None for a key that means nothing, or for none.

    The code is taken whole: that of the left arrow, 0xFF51, ends as that of Q does.
    """
    return _KEYS.get(pressed & ~_MODIFIERS) if pressed >= 0 else None


class Screen(Managed, Protocol):
    """Where pictures are shown; a context manager."""

    def show(self, image_bgr: Image) -> Key | None:
        """Show a picture, uint8 of shape (height, width, 3); return what was asked for since."""
        ...


class Window(Closing):
    """A window of OpenCV's highgui.

    Args:
        title: stands above it.
        fullscreen: whether to cover the whole screen.

    Raises:
        OutputError: there is no display, or PyAV was imported before OpenCV.
    """

    def __init__(self, title: str, *, fullscreen: bool = False) -> None:
        if not display_works():
            raise OutputError.told("no_display", NO_DISPLAY)
        if sys.platform == "linux" and _came_first("av", "cv2"):
            raise OutputError(TOO_LATE)
        self._title = title
        self._open = True
        with quiet_native_stderr():
            try:
                # Whatever is shown fills it: the picture's shape is kept here, not by the library.
                free = cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL
                cv2.namedWindow(title, free)
                cv2.resizeWindow(title, *OPENING_PX)
                if fullscreen:
                    full = cv2.WINDOW_FULLSCREEN
                    cv2.setWindowProperty(title, cv2.WND_PROP_FULLSCREEN, full)
                cv2.pollKey()
            except cv2.error as error:
                raise OutputError.told("no_display", NO_DISPLAY) from error

    def show(self, image_bgr: Image) -> Key | None:
        """Show a picture and return what was asked for since the last one; never waits.

        Closing the window asks to stop.
        """
        # Asked before and after: showing a picture would open a closed window again.
        if not self._visible():
            return Key.STOP
        cv2.imshow(self._title, self._fitted(image_bgr))
        pressed = cv2.pollKey()
        if not self._visible():
            return Key.STOP
        return key_of(pressed)

    def _fitted(self, image_bgr: Image) -> Image:
        """Return a picture that fills the window, bars where the shapes differ.

        The window library would stretch it, and Qt scales more slowly.
        """
        _, _, width, height = cv2.getWindowImageRect(self._title)
        return letterboxed(image_bgr, (width, height))

    def _visible(self) -> bool:
        """Say whether the window is still open; once closed it stays so."""
        try:
            seen = cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1
        except cv2.error:
            seen = False
        self._open = self._open and seen
        return self._open

    def close(self) -> None:
        """Close the window; safe to call twice and after the user has closed it."""
        if not self._open:
            return
        self._open = False
        try:
            cv2.destroyWindow(self._title)
            cv2.pollKey()
        except cv2.error:
            return


def _came_first(one: str, other: str) -> bool:
    """Say whether one module was imported before another."""
    modules = list(sys.modules)
    return one in modules and modules.index(one) < modules.index(other)


def display_works() -> bool:
    """Say whether a window can be opened here.

    On Linux the window library ends the whole process where it cannot reach the display, so a
    process of its own tries first. It imports nothing from the current folder.
    """
    if sys.platform in ("win32", "darwin"):
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    probe = "import cv2; cv2.namedWindow('probe'); cv2.destroyAllWindows()"
    try:
        tried = subprocess.run(
            [sys.executable, "-P", "-c", probe], capture_output=True, timeout=PROBE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
