"""Keeps to the person it began with, whoever else is found."""

from dataclasses import dataclass, replace
from math import hypot

from formcoach.pose.landmarks import FloatArray, Part, Pose, Side, landmark, nobody

__all__ = ["SamePerson", "Torso"]

REACH_TORSOS = 1.5
"""Someone who is found again within this distance is the same person. Proposal: an exerciser stays
in place; the next person is at least a mat away."""
MIN_SIZE_RATIO = 0.4
"""Someone found again much smaller (or larger by as much) is another. Proposal: leaning forward to
the camera halves a torso's length in the picture."""
PATIENCE_S = 5.0
"""So long the first person is waited for; then whoever is there is coached. Proposal."""
SURE_S = 0.5
"""A stranger seen for this long is told of; less may be a landmark gone astray. Proposal."""

_SHOULDERS = tuple(landmark(Part.SHOULDER, side) for side in Side)
_HIPS = tuple(landmark(Part.HIP, side) for side in Side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Torso:
    """Where a body is and how large.

    Attributes:
        x_px: middle between shoulders and hips.
        y_px: likewise.
        length_px: from shoulders to hips, or across the shoulders where that is more.
    """

    x_px: float
    y_px: float
    length_px: float

    @classmethod
    def of(cls, xy_px: FloatArray) -> "Torso":
        """Measure landmarks in pixels, shape (33, 2)."""
        (left_x, left_y), (right_x, right_y) = xy_px[list(_SHOULDERS)].tolist()
        hips = xy_px[list(_HIPS)].mean(axis=0).tolist()
        top = ((left_x + right_x) / 2, (left_y + right_y) / 2)
        long = hypot(top[0] - hips[0], top[1] - hips[1])
        wide = hypot(left_x - right_x, left_y - right_y)
        return cls(
            x_px=(top[0] + hips[0]) / 2, y_px=(top[1] + hips[1]) / 2, length_px=max(long, wide)
        )

    def distance(self, other: "Torso") -> float:
        """Return how far apart two torsos are, in lengths of the larger."""
        apart_px = hypot(self.x_px - other.x_px, self.y_px - other.y_px)
        return apart_px / max(self.length_px, other.length_px, 1.0)

    def size_ratio(self, other: "Torso") -> float:
        """Return the smaller length over the larger, 0 to 1."""
        small, large = sorted((self.length_px, other.length_px))
        return small / max(large, 1.0)

    def may_be(self, other: "Torso") -> bool:
        """Say whether two torsos may be one person's, the one a moment after the other."""
        return self.distance(other) <= REACH_TORSOS and self.size_ratio(other) >= MIN_SIZE_RATIO


class SamePerson:
    """Keeps to the person it began with.

    A pose that is far from where the person was last seen, or of a very different size, is a
    stranger's: it becomes nobody's, until the first person is back or `patience_s` have passed.
    Whoever is there then is taken on, so that someone who crossed the room is found again.
    """

    def __init__(self, *, patience_s: float = PATIENCE_S) -> None:
        """Take how long to wait for the first person."""
        self._patience_s = patience_s
        self._known: Torso | None = None
        self._known_s = 0.0
        self._strange_s: float | None = None

    def step(self, pose: Pose) -> Pose:
        """Take the next pose in and return it, or nobody's where it is a stranger's."""
        if not pose.seen:
            return pose
        torso = Torso.of(pose.xy_px)
        if self._is_known(torso) or pose.t_s - self._known_s > self._patience_s:
            self._known, self._known_s = torso, pose.t_s
            self._strange_s = None
            return pose
        if self._strange_s is None:
            self._strange_s = pose.t_s
        sure = pose.t_s - self._strange_s >= SURE_S
        others = max(pose.others, 1) if sure else pose.others
        return replace(nobody(pose.t_s, pose.image_size_px, pose.profile), others=others)

    def _is_known(self, torso: Torso) -> bool:
        return self._known is None or torso.may_be(self._known)
