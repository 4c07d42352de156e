"""MediaPipe's Pose Landmarker, sealed and quiet: a picture in, a pose out.

MediaPipe is imported when the first landmarker is made: that takes a second, and what it writes to
the terminal can be held back then. Importing this module changes nothing in the process.
"""

import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from formcoach.capture.source import Image
from formcoach.errors import ModelError
from formcoach.pose.landmarks import Pose
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["DEAD_END", "Landmarker", "let_go", "seal_mediapipe"]

DEAD_END = "http://127.0.0.1:9"
"""The discard port of this very machine, where nothing listens."""


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


class Landmarker:
    """One of MediaPipe's landmarkers, with its results as poses.

    Args:
        model_path: a .task bundle.
        video: whether it follows one person through a video, or looks at single pictures.
    """

    def __init__(self, model_path: Path, *, video: bool) -> None:
        """Load the model; raise ModelError where MediaPipe cannot."""
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
