"""The plug for whatever finds the body in a frame."""

from typing import Protocol

from formcoach.capture.source import Frame
from formcoach.pose.landmarks import Pose
from formcoach.system.closing import Managed

__all__ = ["PoseEstimator"]


class PoseEstimator(Managed, Protocol):
    """Finds one person's pose in each frame, in the order of time.

    Its poses have their landmarks where MediaPipe's 33 have them, NaN for those that it does not
    find; metres only where it has them; and the `EstimatorProfile` that says how to read them.
    """

    def estimate(self, frame: Frame) -> Pose:
        """Return the pose in `frame`; nobody's where no one is seen."""
        ...

    def close(self) -> None:
        """Let go of the model."""
        ...
