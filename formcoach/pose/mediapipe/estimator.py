"""Finds the body in a frame: a protocol, and MediaPipe's Pose Landmarker behind it.

MediaPipe is imported when the first estimator is made: that takes a second, and what it writes to
the terminal can be held back then.
"""

import os
import weakref
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from math import inf
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

import cv2
import numpy as np

from formcoach.capture.source import Frame, Image
from formcoach.errors import ModelError
from formcoach.pose.identity import SamePerson
from formcoach.pose.landmarks import Pose, nobody
from formcoach.pose.mediapipe.bystanders import count_others
from formcoach.pose.mediapipe.model_files import ModelVariant, find_model
from formcoach.system.closing import Closing
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["LandmarkerEstimator", "PoseEstimator", "let_go", "seal_mediapipe"]

DEAD_END = "http://127.0.0.1:9"
"""The discard port of this very machine, where nothing listens."""
WATCH_EVERY_S = 2.0
"""How often to look for other people. Proposal: someone walking through takes longer."""
WATCH_EVERY_FRAMES = 30
"""... and how many frames apart at least. A look costs 0.8 frames of the full model, 1.1 of lite,
and on a second core; when it finds someone, three times that."""
WATCH_TAKES_FRAMES = 15
"""After so many frames the outcome of a look is taken over; it is ready before."""


class PoseEstimator(Protocol):
    """Finds one person's pose in each frame, in the order of time."""

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in `frame`; nobody's where no one is seen."""
        ...

    def close(self) -> None:
        """Let go of the model."""
        ...

    def __enter__(self) -> Self:
        """Give the estimator itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        ...


def seal_mediapipe() -> None:
    """Keep MediaPipe's usage metrics from leaving this machine.

    Its native library sends them to Google some seconds after the first landmarker was made, and
    has no documented switch (google-ai-edge/mediapipe#6291). The sender is libcurl, which obeys
    the proxy variables of the process: they are pointed at a port of this machine where nothing
    listens, and the variables that make exceptions are removed. To be called before the first
    landmarker is made; it holds for the life of the process and for what the process starts, so
    whoever opens a browser from here must give it the environment of before.
    """
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = os.environ[name.upper()] = DEAD_END
    for name in ("no_proxy", "NO_PROXY"):
        os.environ.pop(name, None)


class LandmarkerEstimator(Closing):
    """MediaPipe's Pose Landmarker on the CPU, following one person through a video.

    The person it began with is kept (`SamePerson`). MediaPipe itself follows whoever it found last,
    so when it has gone over to a stranger the first person stays unseen until it lets go. A second
    detection, in the picture with the stranger blanked, would belong between `_track` and
    `SamePerson` in `estimate`; it is not built.

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
        self._landmarker = _Landmarker(model_path, video=True)
        self._person = SamePerson()
        self._one_person = one_person
        self._watch = _Watch(model_path)
        self._rgb: Image = np.empty((0, 0, 3), dtype=np.uint8)
        self._last_ms = -1

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in `frame`, whose time must be later than the last one's."""
        if self._rgb.shape != frame.image_bgr.shape:
            self._rgb = np.empty(frame.image_bgr.shape, dtype=np.uint8)
        cv2.cvtColor(frame.image_bgr, cv2.COLOR_BGR2RGB, dst=self._rgb)
        tracked = self._track(frame)
        pose = self._person.step(tracked)
        self._watch.step(self._rgb, pose)
        if not self._one_person:
            return replace(tracked, others=self._watch.others)
        return replace(pose, others=max(pose.others, self._watch.others))

    def _track(self, frame: Frame) -> Pose:
        self._last_ms = max(round(frame.t_s * 1000.0), self._last_ms + 1)
        pose = self._landmarker.follow(self._rgb, frame.t_s, self._last_ms)
        return nobody(frame.t_s, frame.size_px) if pose is None else pose

    def close(self) -> None:
        """Let go of the models."""
        self._landmarker.close()
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
        self._landmarker: _Landmarker | None = None
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
                self._landmarker = _Landmarker(_quick_model(self._model_path), video=False)
        return count_others(rgb, person, self._landmarker.find)

    def close(self) -> None:
        self._worker.shutdown(wait=True, cancel_futures=True)
        if self._landmarker is not None:
            self._landmarker.close()


class _Landmarker:
    """One of MediaPipe's landmarkers, with its results as poses."""

    def __init__(self, model_path: Path, *, video: bool) -> None:
        seal_mediapipe()
        with quiet_native_stderr():
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision

            self._mediapipe = mediapipe
            try:
                options = vision.PoseLandmarkerOptions(
                    # The bytes rather than the path, which need not be ASCII.
                    base_options=BaseOptions(model_asset_buffer=model_path.read_bytes()),
                    running_mode=vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE,
                )
                self._landmarker = vision.PoseLandmarker.create_from_options(options)
            except (OSError, RuntimeError, ValueError) as error:
                reason = " ".join(str(error).split())
                raise ModelError(
                    f"cannot load model {model_path}: {reason}; give lite, full or heavy"
                ) from error
        self._chatty = True
        self._let_go = weakref.finalize(self, let_go, self._landmarker)

    def find(self, rgb: Image) -> Pose | None:
        """Return the clearest pose in a picture of its own, or None; its time is 0."""
        return self._quietly(self._landmarker.detect, rgb, 0.0)

    def follow(self, rgb: Image, t_s: float, video_ms: int) -> Pose | None:
        """Return the pose in the next frame of a video, or None."""
        return self._quietly(self._landmarker.detect_for_video, rgb, t_s, video_ms)

    def _quietly(
        self, detect: Callable[..., Any], rgb: Image, t_s: float, *more: int
    ) -> Pose | None:
        if not self._chatty:
            return self._detect(detect, rgb, t_s, *more)
        # MediaPipe writes its warnings when it first sees a person.
        with quiet_native_stderr():
            pose = self._detect(detect, rgb, t_s, *more)
        self._chatty = pose is None
        return pose

    def _detect(
        self, detect: Callable[..., Any], rgb: Image, t_s: float, *more: int
    ) -> Pose | None:
        picture = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)
        result = detect(picture, *more)
        if not result.pose_landmarks:
            return None
        size_px = (rgb.shape[1], rgb.shape[0])
        return _pose(result.pose_landmarks[0], result.pose_world_landmarks[0], t_s, size_px)

    def close(self) -> None:
        """Let go of the model."""
        self._let_go()


def let_go(landmarker: Any) -> None:
    """Close one of MediaPipe's landmarkers, quietly, also when the interpreter ends."""
    try:
        with quiet_native_stderr():
            landmarker.close()
    except RuntimeError:
        # Nobody closed it and the interpreter ends: MediaPipe's thread is gone already. Without its
        # handle its __del__ will not try again and complain.
        landmarker._handle = None


def _quick_model(model_path: Path) -> Path:
    try:
        return find_model(ModelVariant.LITE)
    except ModelError:
        return model_path


def _pose(image: Any, world: Any, t_s: float, size_px: tuple[int, int]) -> Pose:
    """Make a pose of MediaPipe's normalised landmarks and its world landmarks."""
    values = np.array([(point.x, point.y, point.visibility, point.presence) for point in image])
    return Pose(
        t_s=t_s,
        xy_px=values[:, :2] * np.array(size_px, dtype=np.float64),
        world_m=np.array([(point.x, point.y, point.z) for point in world]),
        visibility=np.clip(values[:, 2], 0.0, 1.0),
        presence=np.clip(values[:, 3], 0.0, 1.0),
        image_size_px=size_px,
    )
