"""Looking at fewer frames: where little moves, the poses between two looks are interpolated."""

from dataclasses import replace
from math import inf

import numpy as np

from formcoach.pose.identity import Torso
from formcoach.pose.landmarks import Part, Pose, Side, landmark, nobody

__all__ = ["SparseLooks", "between"]

MAX_GAP_S = 0.2
"""Between two looks at a body that is still. With this and `MAX_TRAVEL_TORSOS` half of the frames
of the samples are looked at, and the reps stay (docs/performance.md)."""
UNSEEN_GAP_S = 0.1
"""Between two looks where nobody is seen."""
MAX_TRAVEL_TORSOS = 0.06
"""A joint may go so far between two looks, as it went between the last two."""

_JOINTS = [
    landmark(part, side)
    for part in (Part.SHOULDER, Part.WRIST, Part.HIP, Part.KNEE, Part.ANKLE)
    for side in Side
]


class SparseLooks:
    """Decides which frames are looked at, from how fast the body moved between the last looks."""

    def __init__(self) -> None:
        """Begin with the next frame."""
        self._last: Pose | None = None
        self._due_s = -inf

    def due(self, t_s: float) -> bool:
        """Say whether the frame at `t_s` is to be looked at."""
        return t_s >= self._due_s

    def looked(self, pose: Pose) -> None:
        """Take in what was seen in a frame that was looked at."""
        self._due_s = pose.t_s + self._gap_s(pose)
        self._last = pose

    def _gap_s(self, pose: Pose) -> float:
        last = self._last
        if last is None or not pose.seen or not last.seen:
            return UNSEEN_GAP_S if last is not None and pose.seen == last.seen else 0.0
        way_px = np.linalg.norm(pose.xy_px[_JOINTS] - last.xy_px[_JOINTS], axis=1).max()
        torsos = float(way_px) / max(Torso.of(pose.xy_px).length_px, 1.0)
        per_s = torsos / (pose.t_s - last.t_s)
        return min(MAX_GAP_S, MAX_TRAVEL_TORSOS / max(per_s, 1e-6))


def between(before: Pose, after: Pose, t_s: float) -> Pose:
    """Return the pose at a time between two looks; nobody's where either saw nobody."""
    if not before.seen or not after.seen:
        return replace(nobody(t_s, before.image_size_px), others=before.others)
    share = (t_s - before.t_s) / (after.t_s - before.t_s)
    world_m = None
    if before.world_m is not None and after.world_m is not None:
        world_m = before.world_m + share * (after.world_m - before.world_m)
    return Pose(
        t_s=t_s,
        xy_px=before.xy_px + share * (after.xy_px - before.xy_px),
        world_m=world_m,
        visibility=before.visibility + share * (after.visibility - before.visibility),
        presence=np.minimum(before.presence, after.presence),
        image_size_px=before.image_size_px,
        others=before.others,
    )
