"""The camera check of the set-up: shows for a while what the camera sees, and speaks a sentence."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic

import numpy as np

from formcoach.commands.daily.asking import Asker
from formcoach.commands.daily.speaking import speaking
from formcoach.commands.live.options import Parts
from formcoach.errors import FormCoachError
from formcoach.picture.window import Screen, Window, display_works
from formcoach.words.errors import error_text

__all__ = ["look_and_listen"]

FRAME_S = 0.5
"""So long a frame is waited for."""
LOOK_S = 6.0
"""So long the picture is shown; a key ends it sooner. Proposal."""


def look_and_listen(
    camera: str,
    ask: Asker,
    *,
    parts: Parts | None = None,
    open_screen: Callable[[str], AbstractContextManager[Screen]] | None = None,
    now_s: Callable[[], float] = monotonic,
) -> None:
    """Show what a camera sees, where there is a display, and speak a sentence meanwhile.

    What does not work is told, and no reason to stop: the question after it asks for another.

    Args:
        camera: what to look through.
        ask: tells what is seen.
        parts: the camera, where it is not the usual one.
        open_screen: opens a window; the usual one if not given.
        now_s: the time now.
    """
    if open_screen is None and display_works():
        open_screen = Window
    try:
        with (parts or Parts()).camera(camera, _ignore) as source:
            width, height = source.size_px
            ask.tell("set_up.camera_works", width=width, height=height)
            _speak(ask)
            if open_screen is not None:
                ask.tell("set_up.look")
                with open_screen("FormCoach") as screen:
                    end_s = now_s() + LOOK_S
                    while now_s() < end_s and not source.ended:
                        frame = source.read(FRAME_S)
                        if frame is None:
                            continue
                        if screen.show(np.ascontiguousarray(frame.image_bgr[:, ::-1])):
                            break
    except FormCoachError as error:
        ask.tell("set_up.camera_fails")
        ask.tell_text(error_text(error, ask.phrases))
        _speak(ask)


def _speak(ask: Asker) -> None:
    with speaking(ask.phrases.lang) as say:
        if say is not None:
            say(ask.phrases.text("app.setup.sound_sentence"))


def _ignore(event: object, detail: str) -> None:
    """A camera that is lost in this moment gives no picture, which is told."""
