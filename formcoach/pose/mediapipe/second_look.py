"""The second look at the legs: the quick model beside the one that follows the person.

It runs in a thread, at the same time as the first look where the frame before already asked for
it, since MediaPipe keeps only one core busy. Each frame waits for its own look, so the same video
always gives the same poses.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from math import inf
from pathlib import Path

from formcoach.capture.source import Frame, Image
from formcoach.errors import ModelError
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.landmarker import Landmarker
from formcoach.pose.mediapipe.model_files import ModelVariant, find_model
from formcoach.pose.witness import LegWitness
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["SecondLook"]

BUSY_S = 5.0
"""How long nothing is looked at twice after a camera's frame was left out: the machine has no time
to spare. A recorded video leaves none out. Proposal."""


class SecondLook:
    """Looks at the legs again in the frames that `LegWitness` asks for.

    For each frame `begin` and, when the first model is done, `settle`. Of the lite model there is
    no second look: it would only agree with itself.
    """

    def __init__(self, model_path: Path) -> None:
        """Take the first model's bundle; the second is loaded when it is first needed."""
        self._model_path = _witness_of(model_path)
        self._witness = LegWitness()
        self._landmarker: Landmarker | None = None
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="witness")
        self._look: Future[Pose | None] | None = None
        self._last_index: int | None = None
        self._busy_s = -inf

    def begin(self, frame: Frame, rgb: Callable[[], Image], video_ms: int) -> None:
        """Begin to look where the frame before asked for it.

        Args:
            frame: the frame.
            rgb: gives its picture, in RGB; it must stay until `settle`.
            video_ms: its time, as the models are told it.
        """
        if self._last_index is not None and frame.index > self._last_index + 1:
            self._busy_s = frame.t_s + BUSY_S
        self._last_index = frame.index
        if self._witness.looking and self._may_look(frame.t_s):
            self._look = self._worker.submit(self._follow, rgb, frame.t_s, video_ms)

    def settle(self, pose: Pose, rgb: Callable[[], Image], video_ms: int) -> Pose:
        """Return the first model's pose with the legs to go on with."""
        if self._model_path is None:
            return pose
        wanted = self._witness.wants(pose)
        if wanted and self._look is None and self._may_look(pose.t_s):
            self._look = self._worker.submit(self._follow, rgb, pose.t_s, video_ms)
        look, self._look = self._look, None
        second = None if look is None else look.result()
        return self._witness.settle(pose, second if wanted else None)

    def _may_look(self, t_s: float) -> bool:
        return self._model_path is not None and t_s >= self._busy_s

    def _follow(self, rgb: Callable[[], Image], t_s: float, video_ms: int) -> Pose | None:
        if self._landmarker is None:
            assert self._model_path is not None
            with quiet_native_stderr():
                self._landmarker = Landmarker(self._model_path, video=True)
        return self._landmarker.follow(rgb(), t_s, video_ms)

    def close(self) -> None:
        """Let go of the model."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        if self._landmarker is not None:
            self._landmarker.close()


def _witness_of(model_path: Path) -> Path | None:
    """Return the bundle of the second model; None where there is none but the first itself."""
    try:
        lite = find_model(ModelVariant.LITE)
    except ModelError:
        return None
    return None if lite.resolve() == model_path.resolve() else lite
