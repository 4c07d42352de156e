"""How many frames a second this machine can follow, measured on a picture of a person."""

import time
from collections.abc import Callable
from importlib.resources import files

from formcoach.capture.source import Frame, Image
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model

__all__ = ["frames_a_second", "measured_hz"]

WARM_UP, COUNT = 5, 25
"""The first frames find the person and load what is loaded late."""
PICTURE = "standing.jpg"
"""A frame of our own sample video of a squat (CC0-1.0)."""
SIZE_PX = (1280, 720)
"""What a webcam gives; frames are never larger (`grabber.MAX_PX`)."""


def measured_hz() -> float:
    """Return how many frames a second the usual model follows on this machine, now.

    Raises:
        ModelError: the model is not there.
    """
    with LandmarkerEstimator(find_model("full")) as estimator:
        return frames_a_second(estimator, _picture())


def frames_a_second(
    estimator: PoseEstimator, image: Image, clock: Callable[[], float] = time.perf_counter
) -> float:
    """Return how many frames a second an estimator takes of a picture.

    Args:
        estimator: finds the body.
        image: uint8, shape [H, W, 3].
        clock: the time now, in seconds.
    """
    begun_s = clock()
    for index in range(WARM_UP + COUNT):
        if index == WARM_UP:
            begun_s = clock()
        estimator.estimate(Frame(index=index, t_s=index / 30.0, image_bgr=image))
    return COUNT / max(clock() - begun_s, 1e-9)


def _picture() -> Image:
    import cv2
    import numpy as np

    data = np.frombuffer(files(__package__).joinpath(PICTURE).read_bytes(), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR)
    if image is None:
        raise RuntimeError(f"{PICTURE} cannot be decoded")
    return np.asarray(cv2.resize(image, SIZE_PX), np.uint8)
