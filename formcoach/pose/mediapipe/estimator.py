"""MediaPipe's Pose Landmarker as a `PoseEstimator`: it follows one person through a video."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

import cv2
import numpy as np

from formcoach.capture.source import Frame, Image
from formcoach.errors import ModelError
from formcoach.pose.identity import SamePerson
from formcoach.pose.landmarks import Pose, nobody
from formcoach.pose.mediapipe.bystanders import count_others
from formcoach.pose.mediapipe.landmarker import Landmarker
from formcoach.pose.mediapipe.model_files import ModelVariant, find_model
from formcoach.pose.mediapipe.second_look import SecondLook
from formcoach.system.closing import Closing
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["FirstLook", "LandmarkerEstimator"]

WATCH_EVERY_S = 2.0
"""How often to look for other people. Proposal: someone walking through takes longer."""
WATCH_EVERY_FRAMES = 30
"""... and how many frames apart at least. A look costs 0.8 frames of the full model, 1.1 of lite,
and on a second core; when it finds someone, three times that."""
WATCH_TAKES_FRAMES = 15
"""After so many frames the outcome of a look is taken over; it is ready before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLook:
    """What the first model finds in a frame, before the second has looked at the legs.

    Attributes:
        pose: its pose.
        video_ms: the time of the frame, as the models are told it.
    """

    pose: Pose
    video_ms: int


class LandmarkerEstimator(Closing):
    """MediaPipe's Pose Landmarker on the CPU, following one person through a video.

    The person it began with is kept (`SamePerson`). MediaPipe itself follows whoever it found last,
    so when it has gone over to a stranger the first person stays unseen until it lets go. A second
    detection, in the picture with the stranger blanked, would belong before
    `SamePerson` in `_followed`; it is not built.

        with LandmarkerEstimator(find_model("full")) as estimator:
            pose = estimator.estimate(frame)
    """

    def __init__(self, model_path: Path, *, one_person: bool = True) -> None:
        """Load the model.

        Args:
            model_path: a .task bundle, as `find_model` returns it.
            one_person: whether to keep to the person it began with. Whoever joins the poses of
                several estimators does that over all of them.

        Raises:
            ModelError: MediaPipe cannot load it.
        """
        self._landmarker = Landmarker(model_path, video=True)
        self._person = SamePerson()
        self._second = SecondLook(model_path)
        self._one_person = one_person
        self._watch = _Watch(model_path)
        self._rgb: Image = np.empty((0, 0, 3), dtype=np.uint8)
        self._last_ms = -1

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in `frame`, whose time must be later than the last one's."""
        video_ms = self._next_ms(frame)
        rgb = self._converted(frame)
        self._second.begin(frame, lambda: rgb, video_ms)
        return self._second.settle(self._followed(frame, rgb, video_ms), lambda: rgb, video_ms)

    def first_look(self, frame: Frame) -> FirstLook:
        """Return what the first model alone finds; `second_look` makes the frame's pose of it.

        The two give what `estimate` gives. Each may have a thread of its own, so that the first
        model never waits for the second; each takes the frames in their order.
        """
        video_ms = self._next_ms(frame)
        return FirstLook(
            pose=self._followed(frame, self._converted(frame), video_ms), video_ms=video_ms
        )

    def second_look(self, frame: Frame, first: FirstLook) -> Pose:
        """Return the pose in `frame`, of which `first_look` has been taken."""

        def rgb() -> Image:
            return np.asarray(cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2RGB), np.uint8)

        self._second.begin(frame, rgb, first.video_ms)
        return self._second.settle(first.pose, rgb, first.video_ms)

    def _next_ms(self, frame: Frame) -> int:
        self._last_ms = max(round(frame.t_s * 1000.0), self._last_ms + 1)
        return self._last_ms

    def _converted(self, frame: Frame) -> Image:
        """Return the picture in RGB; it stays until the next one."""
        if self._rgb.shape != frame.image_bgr.shape:
            self._rgb = np.empty(frame.image_bgr.shape, dtype=np.uint8)
        cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2RGB, dst=self._rgb)
        return self._rgb

    def _followed(self, frame: Frame, rgb: Image, video_ms: int) -> Pose:
        found = self._landmarker.follow(rgb, frame.t_s, video_ms)
        tracked = nobody(frame.t_s, frame.size_px) if found is None else found
        person = self._person.step(tracked)
        self._watch.step(rgb, person)
        pose = person if self._one_person else tracked
        others = max(pose.others, self._watch.others) if self._one_person else self._watch.others
        return replace(pose, others=others)

    def close(self) -> None:
        """Let go of the models."""
        self._landmarker.close()
        self._second.close()
        self._watch.close()


class _Watch:
    """Looks for other people every now and then, with a landmarker of its own.

    The one that follows the person sees nobody else, and one for several people would not smooth.
    A look runs in a thread, since MediaPipe keeps only one core busy; its outcome is taken over
    after a fixed number of frames, so that the same video always gives the same poses.
    """

    def __init__(self, model_path: Path) -> None:
        self.others = 0
        self._model_path = model_path
        self._landmarker: Landmarker | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="watch")
        self._look: Future[int] | None = None
        self._next_s = -inf
        self._frames = WATCH_EVERY_FRAMES

    def step(self, rgb: Image, person: Pose) -> None:
        self._frames += 1
        if self._look is not None and self._frames >= WATCH_TAKES_FRAMES:
            self.others = self._look.result()
            self._look = None
        if not person.seen or person.t_s < self._next_s or self._frames < WATCH_EVERY_FRAMES:
            return
        self._next_s = person.t_s + WATCH_EVERY_S
        self._frames = 0
        self._look = self._worker.submit(self._count, rgb.copy(), person)

    def _count(self, rgb: Image, person: Pose) -> int:
        if self._landmarker is None:
            with quiet_native_stderr():
                self._landmarker = Landmarker(_quick_model(self._model_path), video=False)
        return count_others(rgb, person, self._landmarker.find)

    def close(self) -> None:
        self._worker.shutdown(wait=True, cancel_futures=True)
        if self._landmarker is not None:
            self._landmarker.close()


def _quick_model(model_path: Path) -> Path:
    try:
        return find_model(ModelVariant.LITE)
    except ModelError:
        return model_path
