"""Camera, model and window of a sitting, lent to one set after the other; what a look sees."""

from threading import Event

from formcoach.capture.source import Frame, LiveSource
from formcoach.coaching.coach import Coach
from formcoach.picture.canvas import Image
from formcoach.picture.window import Key, Screen
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.landmarks import Pose
from formcoach.pose.signals import Signals
from formcoach.pose.trace import quantise
from formcoach.session.gesture import without_copied_arm
from formcoach.system.closing import Closing

__all__ = ["LentCamera", "LentEstimator", "LentScreen", "looked"]

LOOK_S = 0.5
"""So long the next picture is waited for; a slow camera, or computer, sends five a second."""


def looked(
    camera: LiveSource, estimator: PoseEstimator, watcher: Coach
) -> tuple[float, Frame | None, Signals | None]:
    """Look at the camera once between sets; return the time, the picture, and what was measured.

    Args:
        camera: gives the picture.
        estimator: finds the body in it.
        watcher: measures it, and no more.
    """
    frame = camera.read(LOOK_S)
    if frame is None:
        return camera.now_s(), None, None
    pose = quantise(estimator.estimate(frame))
    signals = watcher.step(pose).signals
    return frame.t_s, frame, None if signals is None else without_copied_arm(pose, signals)


class _Lent(Closing):
    """What is lent to one set, and not closed with it."""

    def close(self) -> None:
        """Keep it open: the next set, or question, needs it."""


class LentCamera(_Lent):
    """A camera that stays open when a set closes it; `seen` is set with its first picture.

    Args:
        camera: the camera.
        seen: set with the first picture of the set.
    """

    def __init__(self, camera: LiveSource, seen: Event) -> None:
        self._camera, self._seen = camera, seen

    @property
    def name(self) -> str:
        """What it is called."""
        return self._camera.name

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of its pictures."""
        return self._camera.size_px

    @property
    def fps(self) -> float | None:
        """How many pictures come in a second; None where nobody knows."""
        return self._camera.fps

    @property
    def ended(self) -> bool:
        """Whether no picture will come any more."""
        return self._camera.ended

    def now_s(self) -> float:
        """Return the time now, in the time of the pictures."""
        return self._camera.now_s()

    def read(self, timeout_s: float) -> Frame | None:
        """Return the newest picture; None where none came in time."""
        frame = self._camera.read(timeout_s)
        if frame is not None:
            self._seen.set()
        return frame


class LentEstimator(_Lent):
    """A model that stays open when a set closes it."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator

    def estimate(self, frame: Frame) -> Pose:
        """Find the body in a picture."""
        return self._estimator.estimate(frame)


class LentScreen(_Lent):
    """A window that stays open when a set closes it."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def show(self, image_bgr: Image) -> Key | None:
        """Show a picture; return what was asked for since."""
        return self._screen.show(image_bgr)
