"""Whether a live session can begin, found out before anybody is led to it."""

from formcoach.commands.live.options import LiveOptions, Parts
from formcoach.errors import OutputError
from formcoach.picture.window import NO_DISPLAY, display_works
from formcoach.pose.mediapipe.model_files import find_face_model, find_model

__all__ = ["check_ready"]


def check_ready(options: LiveOptions, parts: Parts | None = None) -> None:
    """Look for the models, the display, and a picture of the camera, which is let go again.

    Args:
        options: how the session will be coached.
        parts: the camera, where it is not the usual one.

    Raises:
        FormCoachError: something is not there; the session would fail in the same way.
    """
    find_model(options.model)
    if options.face:
        find_face_model()
    if options.window and not display_works():
        raise OutputError.told("no_display", NO_DISPLAY)
    with (parts or Parts()).camera(options.camera, _ignore) as camera:
        _ = camera.size_px


def _ignore(event: object, detail: str) -> None:
    """A camera that is lost in this moment gives no picture, which is told."""
