"""What is measured on a body: joint flexions, trunk, body line, distances.

Straight is 0 degrees. Angles come from pixels, in the plane the camera sees; `BodyView` says how
far that plane is from the body's own (sagittal) one and which way the body faces. What was not
seen is NaN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, degrees, hypot, nan

from formcoach.pose.landmarks import NOSE, Part, Side, landmark

__all__ = [
    "HEIGHTS",
    "PARTS_OF",
    "SIGNAL_KEYS",
    "Point",
    "Signal",
    "SignalKey",
    "Signals",
    "column",
    "measure",
]

Point = Sequence[float]
"""A landmark in the picture, in pixels: x to the right, y down; NaN where it is not seen."""


class Signal(StrEnum):
    """The closed vocabulary of measured quantities; `two_sided` ones exist for left and right.

    KNEE_HEIGHT and FOOT_HEIGHT are how far knee and ankle lie beyond the hip toward the head, along
    the trunk, and HAND_HEIGHT likewise the wrist beyond the elbow. HIP_LIFT is how far the hip is
    above the ankle in the picture, HIP_OVER_KNEE above the knee, SHOULDER_LIFT the shoulder above
    the wrist. All are in torso lengths, and they follow a movement in every view that shows it.
    """

    HIP_FLEXION = "hip_flexion_deg"
    KNEE_FLEXION = "knee_flexion_deg"
    ELBOW_FLEXION = "elbow_flexion_deg"
    SHOULDER_FLEXION = "shoulder_flexion_deg"
    BODY_LINE = "body_line_deg"
    HAND_TO_OPPOSITE_KNEE = "hand_to_opposite_knee_ratio"
    HAND_TO_SAME_KNEE = "hand_to_same_knee_ratio"
    FOOT_PLACE = "foot_place_ratio"
    KNEE_HEIGHT = "knee_height_ratio"
    FOOT_HEIGHT = "foot_height_ratio"
    HAND_HEIGHT = "hand_height_ratio"
    HIP_LIFT = "hip_lift_ratio"
    HIP_OVER_KNEE = "hip_over_knee_ratio"
    SHOULDER_LIFT = "shoulder_lift_ratio"
    TRUNK_INCLINATION = "trunk_inclination_deg"
    HEAD_ANGLE = "head_angle_deg"
    HAND_SHIFT = "hand_shift_ratio"

    @property
    def two_sided(self) -> bool:
        """Whether the signal is measured for each side apart."""
        return self not in MIDLINE

    @property
    def unit(self) -> str:
        """The unit that its name ends with: ``deg``, or ``ratio`` of the torso's length."""
        return self.value.rpartition("_")[2]


MIDLINE = frozenset({Signal.TRUNK_INCLINATION, Signal.HEAD_ANGLE, Signal.HAND_SHIFT})

HEIGHTS = frozenset(
    {
        Signal.KNEE_HEIGHT,
        Signal.FOOT_HEIGHT,
        Signal.HAND_HEIGHT,
        Signal.HIP_LIFT,
        Signal.HIP_OVER_KNEE,
        Signal.SHOULDER_LIFT,
    }
)
"""What is counted where angles cannot be measured: it rises and falls in the picture."""

SignalKey = tuple[Signal, Side | None]
"""A signal and the side it is measured on; None for one of the midline."""

SIGNAL_KEYS: tuple[SignalKey, ...] = tuple(
    (signal, side) for signal in Signal for side in (tuple(Side) if signal.two_sided else (None,))
)
"""Every signal with its side (None on the midline), in the order in which `measure` gives them."""

PARTS_OF: Mapping[Signal, tuple[Part, ...]] = {
    Signal.HIP_FLEXION: (Part.SHOULDER, Part.HIP, Part.KNEE),
    Signal.KNEE_FLEXION: (Part.HIP, Part.KNEE, Part.ANKLE),
    Signal.ELBOW_FLEXION: (Part.SHOULDER, Part.ELBOW, Part.WRIST),
    Signal.SHOULDER_FLEXION: (Part.ELBOW, Part.SHOULDER, Part.HIP),
    Signal.BODY_LINE: (Part.SHOULDER, Part.HIP, Part.ANKLE),
    Signal.HAND_TO_OPPOSITE_KNEE: (Part.WRIST, Part.KNEE),
    Signal.HAND_TO_SAME_KNEE: (Part.WRIST, Part.KNEE),
    Signal.KNEE_HEIGHT: (Part.SHOULDER, Part.HIP, Part.KNEE),
    Signal.FOOT_HEIGHT: (Part.SHOULDER, Part.HIP, Part.ANKLE),
    Signal.HAND_HEIGHT: (Part.SHOULDER, Part.HIP, Part.ELBOW, Part.WRIST),
    Signal.HIP_LIFT: (Part.HIP, Part.ANKLE),
    Signal.HIP_OVER_KNEE: (Part.HIP, Part.KNEE),
    Signal.SHOULDER_LIFT: (Part.SHOULDER, Part.WRIST),
}
"""The landmarks of one side that a signal needs; of an angle the joint is the middle one. The knee
that a hand should be at is looked for on the hand's side."""

MAX_EXTENSION_DEG = 45.0
"""No hip or knee extends further; a larger angle is flexion, whatever the view says (anatomy: a hip
10-30, a knee 0-10)."""


def column(key: SignalKey) -> str:
    """Return the name of a signal in files: ``left_hip_flexion_deg``, ``trunk_inclination_deg``."""
    signal, side = key
    return signal.value if side is None else f"{side.word}_{signal.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """All that was measured in one frame.

    Attributes:
        t_s: the frame's time, in seconds.
        values: degrees or ratios of the torso's length by signal and side; NaN where not seen.
    """

    t_s: float
    values: Mapping[SignalKey, float]

    def __getitem__(self, key: SignalKey) -> float:
        """Return one value; NaN where it was not seen."""
        return self.values[key]


def flexion(a: Point, b: Point, c: Point) -> float:
    """Return how far the joint `b` between `a` and `c` is bent, in degrees; straight is 0."""
    x, y = b
    ux, uy, vx, vy = a[0] - x, a[1] - y, c[0] - x, c[1] - y
    return 180.0 - degrees(atan2(abs(ux * vy - uy * vx), ux * vx + uy * vy))


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)


def _distance(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], a[1] - b[1])


_CHAINS = tuple(
    tuple(
        landmark(part, side)
        for part in (
            Part.SHOULDER,
            Part.ELBOW,
            Part.WRIST,
            Part.HIP,
            Part.KNEE,
            Part.ANKLE,
            Part.EAR,
        )
    )
    for side in Side
)


def measure(
    points: Sequence[Point], *, facing: int, torso_px: float, sagittal: bool = True
) -> dict[SignalKey, float]:
    """Measure every signal on one body.

    Args:
        points: the 33 landmarks in pixels; NaN where a landmark is not seen or not trusted.
        facing: +1 when the right side is near the camera, -1 when the left is, 0 when unknown.
        torso_px: the person's torso length (shoulder to hip), the scale of all ratios.
        sagittal: whether the view is near enough to the side to tell bent from overextended.

    Returns:
        A value for each of `SIGNAL_KEYS`. Hip and knee flexion are negative where the joint is
        extended past straight, if `sagittal`. Body line is + piked, - sagging; trunk inclination is
        from the vertical, + forward or face down, -90 on the back; these need `facing`.
    """
    sides: tuple[list[float], ...] = tuple([] for _ in range(8))
    hips, knees, elbows, arms, lines, crossed, same, feet = sides
    for own, other in ((0, 1), (1, 0)):
        shoulder, elbow, wrist, hip, knee, ankle = (points[i] for i in _CHAINS[own][:6])
        line_deg = flexion(shoulder, hip, ankle) if facing else nan
        if _bends_back(shoulder, hip, ankle, facing):
            line_deg = -line_deg
        hips.append(_signed_flexion(shoulder, hip, knee, facing * sagittal))
        knees.append(_signed_flexion(hip, knee, ankle, -facing * sagittal))
        elbows.append(flexion(shoulder, elbow, wrist))
        arms.append(180.0 - flexion(elbow, shoulder, hip))
        lines.append(line_deg)
        same.append(_distance(wrist, knee) / torso_px)
        crossed.append(_distance(wrist, points[_CHAINS[other][4]]) / torso_px)
        feet.append(ankle[0] / torso_px)
    heights = _measure_heights(points, torso_px=torso_px)
    midline = _measure_midline(points, facing=facing, torso_px=torso_px)
    values = (value for signal in (*sides, *heights, midline) for value in signal)
    return dict(zip(SIGNAL_KEYS, values, strict=True))


def _measure_heights(points: Sequence[Point], *, torso_px: float) -> tuple[list[float], ...]:
    """Return how high limbs stand, in torso lengths: along the trunk, then over the floor.

    A length along the trunk stays what it is when the body turns about its trunk, and a height over
    the floor when it turns about the vertical: both can be counted from the front as well.
    """
    left, right = _CHAINS
    shoulder, hip = (_middle(points[left[i]], points[right[i]]) for i in (0, 3))
    up_x, up_y = shoulder[0] - hip[0], shoulder[1] - hip[1]
    scale = hypot(up_x, up_y) * torso_px
    if not scale > 0.0:
        scale = nan
    sides: tuple[list[float], ...] = tuple([] for _ in range(6))
    for chain in _CHAINS:
        shoulder, elbow, wrist, hip, knee, ankle = (points[i] for i in chain[:6])
        for found, (low, high) in zip(
            sides, ((hip, knee), (hip, ankle), (elbow, wrist)), strict=False
        ):
            found.append(((high[0] - low[0]) * up_x + (high[1] - low[1]) * up_y) / scale)
        sides[3].append((ankle[1] - hip[1]) / torso_px)
        sides[4].append((knee[1] - hip[1]) / torso_px)
        sides[5].append((wrist[1] - shoulder[1]) / torso_px)
    return sides


def _signed_flexion(a: Point, b: Point, c: Point, forward: int) -> float:
    """Return the flexion of joint `b`, negative past straight.

    `forward` is +1 or -1 by the way the joint flexes in the picture, 0 where that is not known.
    """
    angle_deg = flexion(a, b, c)
    if angle_deg < MAX_EXTENSION_DEG and _bends_back(a, b, c, forward):
        return -angle_deg
    return angle_deg


def _bends_back(above: Point, joint: Point, below: Point, forward: int) -> bool:
    """Say whether `below` lies behind the line that goes down from `above` through `joint`."""
    cross = (above[0] - joint[0]) * (below[1] - joint[1]) - (above[1] - joint[1]) * (
        below[0] - joint[0]
    )
    return cross * forward < 0


def _measure_midline(
    points: Sequence[Point], *, facing: int, torso_px: float
) -> tuple[float, float, float]:
    left, right = _CHAINS
    shoulder = _middle(points[left[0]], points[right[0]])
    hip = _middle(points[left[3]], points[right[3]])
    wrist = _middle(points[left[2]], points[right[2]])
    ear = _middle(points[left[6]], points[right[6]])
    up_x, up_y = shoulder[0] - hip[0], shoulder[1] - hip[1]
    if not facing:
        return nan, nan, nan
    inclination = facing * degrees(atan2(up_x, -up_y))
    nose = points[NOSE]
    face_x, face_y = (ear[0] + nose[0]) / 2 - shoulder[0], (ear[1] + nose[1]) / 2 - shoulder[1]
    head = facing * degrees(atan2(up_x * face_y - up_y * face_x, up_x * face_x + up_y * face_y))
    return inclination, head, facing * (wrist[0] - shoulder[0]) / torso_px
