"""Finding the body in a video's frames: in all of them, or in fewer where little moves."""

from collections.abc import Iterable, Iterator

from formcoach.capture.source import Frame
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.landmarks import Pose
from formcoach.pose.sparse import SparseLooks, between

__all__ = ["Look", "looks_at"]

Look = tuple[Frame, Pose]


def looks_at(frames: Iterable[Frame], estimator: PoseEstimator, *, fast: bool) -> Iterator[Look]:
    """Give each frame with the pose in it.

    Args:
        frames: the frames, in the order of time.
        estimator: finds the body in them.
        fast: whether to look at fewer of them, and to interpolate between; the last frames keep
            the last pose that was seen.
    """
    if not fast:
        for frame in frames:
            yield frame, estimator.estimate(frame)
        return
    sparse, held, last = SparseLooks(), list[Frame](), None
    for frame in frames:
        if last is not None and not sparse.due(frame.t_s):
            held.append(frame)
            continue
        pose = estimator.estimate(frame)
        sparse.looked(pose)
        if last is not None:
            yield from ((one, between(last, pose, one.t_s)) for one in held)
        held.clear()
        yield frame, pose
        last = pose
    if last is not None and held:
        # The end of a recording is looked at too: a rep may end there.
        pose = estimator.estimate(held[-1])
        yield from ((one, between(last, pose, one.t_s)) for one in held[:-1])
        yield held[-1], pose
