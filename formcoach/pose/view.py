"""Which way the body faces the camera, and how large it stands in the picture.

The azimuth is taken from the lines between the shoulders and between the hips in metres: seen from
the side they point along the optical axis; the sign says which side is near. Over the first half
second it settles and then follows slowly. Without metres the width of the shoulders in the picture
has to do.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import asin, degrees, exp, hypot, isnan, nan, sqrt
from statistics import median

from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.signals import Point

__all__ = ["UNKNOWN_VIEW", "BodyView", "ViewEstimator", "ViewKind"]

SIDE_FROM_DEG = 55.0
"""Azimuth of a side view; 90 is exactly from the side. Proposal; B4 allows 25 to 35 deg off."""
FAR_CLEAR_FROM_DEG = 68.0
"""Azimuth from which the far limbs are measured well enough to be judged; below it the near ones
hide and shorten them (measured at 60: a far knee off by 70 deg). Proposal."""
MEASURED_FROM_DEG = 45.0
"""Azimuth from which angles in the picture follow a movement, so that it can be counted by them.
Proposal."""
OBLIQUE_FROM_DEG = 40.0
"""Below it the movement runs too much toward the camera to be measured. Proposal."""
SETTLING_S = 0.5
"""Time constant of the azimuth. Proposal: half the shortest rep of the catalogue."""
SHOULDERS_TORSOS = 0.72
"""How wide shoulders are from the front, in torso lengths (0.70-0.73, measured on the samples)."""
MIN_VISIBILITY_APART = 0.02
"""The sides are seen alike where their visibilities differ by less. Proposal."""
VIEW_EVERY_S = 0.1
"""How often the view is looked at anew; people do not turn round faster."""
SCALE_WINDOW_S = 3.0
"""Over which the torso length is taken, a median."""


class ViewKind(StrEnum):
    """How the camera sees the body."""

    SIDE = "side"
    OBLIQUE = "oblique"
    FRONT = "front"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyView:
    """The view of one frame.

    Attributes:
        kind: side, oblique, front (or back), or unknown.
        near_side: the side of the body toward the camera; None when front or unknown.
        azimuth_deg: 90 = exactly from the side, 0 = from the front or back; NaN when unknown.
        torso_px: the person's torso length, the scale of all distances; NaN when unknown.
    """

    kind: ViewKind
    near_side: Side | None
    azimuth_deg: float
    torso_px: float

    @property
    def near_clear(self) -> bool:
        """Whether the near limbs can be judged, and not only counted."""
        return self.azimuth_deg >= SIDE_FROM_DEG

    @property
    def far_clear(self) -> bool:
        """Whether the far limbs can be judged too, and not only counted."""
        return self.azimuth_deg >= FAR_CLEAR_FROM_DEG

    @property
    def can_measure(self) -> bool:
        """Whether angles in the picture follow the movement, so that it can be counted by them."""
        return not self.azimuth_deg < MEASURED_FROM_DEG

    @property
    def facing(self) -> int:
        """+1 when the right side is near, -1 when the left is, 0 when unknown."""
        if self.near_side is None:
            return 0
        return 1 if self.near_side is Side.RIGHT else -1


UNKNOWN_VIEW = BodyView(kind=ViewKind.UNKNOWN, near_side=None, azimuth_deg=nan, torso_px=nan)

_SHOULDERS = (landmark(Part.SHOULDER, Side.LEFT), landmark(Part.SHOULDER, Side.RIGHT))
_HIPS = (landmark(Part.HIP, Side.LEFT), landmark(Part.HIP, Side.RIGHT))
_TRUNK = [*_SHOULDERS, *_HIPS]


class ViewEstimator:
    """Follows the view from frame to frame."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._lateral = nan
        self._t_s = nan
        self._near: Side | None = None
        self._torsos: deque[tuple[float, float]] = deque()
        self._torso_px = nan
        self._view = UNKNOWN_VIEW

    def step(self, pose: Pose, points: Sequence[Point]) -> BodyView:
        """Take one pose in and return the view of its frame."""
        if not pose.seen:
            return UNKNOWN_VIEW
        if pose.t_s - self._t_s < VIEW_EVERY_S:
            return self._view
        self._follow_azimuth(pose)
        self._follow_scale(pose.t_s, points)
        self._t_s = pose.t_s
        lateral = abs(self._lateral)
        azimuth = degrees(asin(min(1.0, lateral))) if lateral == lateral else nan
        self._view = BodyView(
            kind=_kind(azimuth),
            near_side=self._near,
            azimuth_deg=azimuth,
            torso_px=self._torso_px,
        )
        return self._view

    def _follow_azimuth(self, pose: Pose) -> None:
        now = _lateral(pose)
        if isnan(self._lateral):
            self._lateral = now
        elif not isnan(now):
            elapsed = max(0.0, pose.t_s - self._t_s)
            self._lateral += (now - self._lateral) * (1.0 - exp(-elapsed / SETTLING_S))
        if isnan(self._lateral):
            return
        if self._near is None or abs(self._lateral) > 0.3:
            self._near = Side.RIGHT if self._lateral > 0 else Side.LEFT

    def _follow_scale(self, t_s: float, points: Sequence[Point]) -> None:
        """Keep the torso length of the last seconds; a trunk that bends over looks shorter."""
        left, right = _SHOULDERS
        shoulder_x, shoulder_y = (
            points[left][0] + points[right][0],
            points[left][1] + points[right][1],
        )
        left, right = _HIPS
        hip_x, hip_y = points[left][0] + points[right][0], points[left][1] + points[right][1]
        length = hypot(shoulder_x - hip_x, shoulder_y - hip_y) / 2
        if not length > 0.0:
            return
        self._torsos.append((t_s, length))
        while self._torsos[0][0] < t_s - SCALE_WINDOW_S:
            self._torsos.popleft()
        self._torso_px = median(length for _, length in self._torsos)


def _kind(azimuth_deg: float) -> ViewKind:
    if isnan(azimuth_deg):
        return ViewKind.UNKNOWN
    if azimuth_deg >= SIDE_FROM_DEG:
        return ViewKind.SIDE
    return ViewKind.OBLIQUE if azimuth_deg >= OBLIQUE_FROM_DEG else ViewKind.FRONT


def _lateral(pose: Pose) -> float:
    """Return how far the right side of the trunk is nearer than the left, -1 to 1; NaN for unknown.

    1 is a trunk whose right side points straight at the camera. Shoulders and hips are asked apart,
    and the one that turns further away from the camera's plane is taken: an arm overhead or a twist
    turns one of the two lines, and only a body that faces the camera turns both.
    """
    if pose.world_m is None:
        return _lateral_of_picture(pose)
    (ax, ay, az), (bx, by, bz), (cx, cy, cz), (dx, dy, dz) = pose.world_m[_TRUNK].tolist()
    up = (ax + bx - cx - dx, ay + by - cy - dy, az + bz - cz - dz)
    shoulders = _toward_camera((bx - ax, by - ay, bz - az), up)
    hips = _toward_camera((dx - cx, dy - cy, dz - cz), up)
    return hips if abs(hips) > abs(shoulders) else shoulders


def _toward_camera(line: tuple[float, float, float], up: tuple[float, float, float]) -> float:
    """Return how far a line across the trunk points at the camera, -1 to 1, its lean taken off."""
    length_sq = sum(u * u for u in up)
    if not length_sq > 0.0:
        return nan
    lean = sum(a * u for a, u in zip(line, up, strict=True)) / length_sq
    x, y, z = (a - lean * u for a, u in zip(line, up, strict=True))
    length = hypot(x, y, z)
    return -z / length if length > 0.0 else nan


def _lateral_of_picture(pose: Pose) -> float:
    """Return the same without metres: how narrow the shoulders look, and which side is seen better.

    NaN where the sides are seen alike, or where the trunk is too short to tell.
    """
    difference = float(pose.visibility[12::2][:9].mean() - pose.visibility[11::2][:9].mean())
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = pose.xy_px[_TRUNK].tolist()
    up_x, up_y = (ax + bx - cx - dx) / 2, (ay + by - cy - dy) / 2
    torso_sq = up_x * up_x + up_y * up_y
    if abs(difference) < MIN_VISIBILITY_APART or not torso_sq > 0.0:
        return nan
    across = abs((bx - ax) * -up_y + (by - ay) * up_x) / torso_sq / SHOULDERS_TORSOS
    lateral = sqrt(1.0 - min(1.0, across) ** 2)
    return lateral if difference > 0 else -lateral
