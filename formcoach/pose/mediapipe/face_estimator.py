"""Finds the face in a frame: a protocol, and MediaPipe's Face Landmarker behind it.

It looks about three times a second, in a thread of its own, and at a small crop: the picture never
waits for it, and no frame is kept for it.
"""

import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from math import inf
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from formcoach.capture.source import Frame, Image
from formcoach.errors import ModelError
from formcoach.pose.face import FaceLook, HeadCrop, head_crop
from formcoach.pose.landmarks import FloatArray, Pose
from formcoach.pose.mediapipe.landmarker import let_go, seal_mediapipe
from formcoach.system.closing import Closing, Managed
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["FaceFinder", "FaceSource", "FaceWatcher", "upright_crop"]

LOOK_EVERY_S = 0.3
"""How often it looks. Proposal: an expression that lasts is seen several times in two seconds."""
CROP_PX = 256
"""How wide the crop is drawn; the model looks at 192 of it."""


class FaceSource(Managed, Protocol):
    """Looks for the face in the frames it is offered."""

    def offer(self, frame: Frame, pose: Pose) -> None:
        """Take a frame where it is time to look; never wait."""
        ...

    def looks(self) -> list[FaceLook]:
        """Return what was found since the last call, in the order of time; never wait."""
        ...

    def close(self) -> None:
        """Let go of the model."""
        ...


def upright_crop(image_bgr: Image, crop: HeadCrop) -> Image:
    """Return the square of a frame around the head, upright, the face pointing right."""
    size = (CROP_PX, CROP_PX)
    turned = cv2.warpAffine(image_bgr, crop.matrix(CROP_PX), size, flags=cv2.INTER_LINEAR)
    return np.asarray(turned, np.uint8)


class FaceFinder:
    """MediaPipe's Face Landmarker on single pictures, on the CPU."""

    def __init__(self, model_path: Path, *, faces: int = 1, min_presence: float = 0.5) -> None:
        """Load the model.

        Args:
            model_path: a .task bundle, as `find_face_model` returns it.
            faces: how many faces to find at most.
            min_presence: how sure it must be that what was found is a face; low to miss none.

        Raises:
            ModelError: MediaPipe cannot load it.
        """
        seal_mediapipe()
        with quiet_native_stderr():
            import mediapipe
            from mediapipe.tasks.python import BaseOptions, vision

            self._mediapipe = mediapipe
            try:
                options = vision.FaceLandmarkerOptions(
                    # The bytes rather than the path, which need not be ASCII.
                    base_options=BaseOptions(model_asset_buffer=model_path.read_bytes()),
                    num_faces=faces,
                    min_face_presence_confidence=min_presence,
                )
                self._landmarker = vision.FaceLandmarker.create_from_options(options)
            except (OSError, RuntimeError, ValueError) as error:
                reason = " ".join(str(error).split())
                raise ModelError(
                    f"cannot load model {model_path}: {reason}; leave --face out, or run "
                    "`python models/build.py face` in FormCoach's source folder"
                ) from error
        self._chatty = True
        self._let_go = weakref.finalize(self, let_go, self._landmarker)

    def find(self, crop_bgr: Image) -> FloatArray | None:
        """Return the mesh in a square picture, in shares of its side, (478, 3); None without."""
        return next(iter(self.find_all(crop_bgr)), None)

    def find_all(self, image_bgr: Image) -> list[FloatArray]:
        """Return the mesh of each face in a picture, in shares of its edges, each (478, 3)."""
        if not self._chatty:
            return self._find(image_bgr)
        # MediaPipe writes its warnings when it first sees a face.
        with quiet_native_stderr():
            found = self._find(image_bgr)
        self._chatty = not found
        return found

    def _find(self, crop_bgr: Image) -> list[FloatArray]:
        rgb = cv2.cvtColor(crop_bgr, cv2.COLOR_BGR2RGB)
        picture = self._mediapipe.Image(image_format=self._mediapipe.ImageFormat.SRGB, data=rgb)
        faces = self._landmarker.detect(picture).face_landmarks
        return [
            np.array([(point.x, point.y, point.z) for point in face], np.float64) for face in faces
        ]

    def close(self) -> None:
        """Let go of the model."""
        self._let_go()


class FaceWatcher(Closing):
    """Looks at the head now and then, in a thread.

        with FaceWatcher(find_face_model()) as faces:
            faces.offer(frame, pose)
            for look in faces.looks(): ...

    A frame that comes while it still looks is left out.
    """

    def __init__(self, model_path: Path) -> None:
        """Load the model.

        Raises:
            ModelError: MediaPipe cannot load it.
        """
        self._finder = FaceFinder(model_path)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="face")
        self._look: Future[FaceLook] | None = None
        self._next_s = -inf

    def offer(self, frame: Frame, pose: Pose) -> None:
        """Begin to look where it is time to and the head is to be seen."""
        if self._look is not None or frame.t_s < self._next_s:
            return
        crop = head_crop(pose)
        if crop is None:
            return
        self._next_s = frame.t_s + LOOK_EVERY_S
        picture = upright_crop(frame.image_bgr, crop)
        self._look = self._worker.submit(self._find, frame.t_s, picture)

    def looks(self) -> list[FaceLook]:
        """Return the look that has ended, where one has."""
        if self._look is None or not self._look.done():
            return []
        look, self._look = self._look.result(), None
        return [look]

    def _find(self, t_s: float, picture: Image) -> FaceLook:
        return FaceLook(t_s=t_s, points=self._finder.find(picture))

    def close(self) -> None:
        """Let go of the model, once the look under way has ended."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._finder.close()
