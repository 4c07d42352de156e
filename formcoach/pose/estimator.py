"""The plug for whatever finds the body in a frame."""

from typing import Any, Protocol, runtime_checkable

from formcoach.capture.source import Frame
from formcoach.pose.landmarks import Pose
from formcoach.system.closing import Managed

__all__ = ["PoseEstimator", "TwoLooks"]


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


@runtime_checkable
class TwoLooks(Protocol):
    """An estimator whose work on a frame can be done in two parts, each in a thread of its own.

    Both take the frames in their order; together they give what `PoseEstimator.estimate` gives.
    """

    def first_look(self, frame: Frame) -> Any:
        """Return what `second_look` goes on with."""
        ...

    def second_look(self, frame: Frame, first: Any) -> Pose:
        """Return the pose in `frame`, of which `first_look` has been taken."""
        ...
