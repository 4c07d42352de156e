"""How an exercise is done, as a moving figure: key poses per level, and what lies between them.

    demonstration = load_demonstration("dead_bug", "reach")
    if demonstration is not None:
        for limb in demonstration.figure(t_s).limbs: ...     # lines in metres, x ahead and y up

The figure is seen from its right side, as by a camera beside it. It is data and arithmetic: window,
report and browser draw it each in their own way. The poses are TOML files of
`formcoach/exercises/demonstrations`, one for each exercise, read by `exercises.library`; straight
is 0 deg.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, pi, radians, sin
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from formcoach.errors import SpecError
from formcoach.exercises.spec import Region
from formcoach.pose.landmarks import Part, Side

__all__ = ["Demonstration", "Figure", "FigureLimb", "KeyPose", "Point", "parse_demonstrations"]

Point = tuple[float, float]
"""Ahead of where the figure looks when it stands, and up, in metres."""

TRUNK_M, THIGH_M, SHANK_M, UPPER_ARM_M, FOREARM_M = 0.50, 0.43, 0.42, 0.30, 0.26
NECK_M, HEAD_M, FOOT_M, HEEL_M = 0.20, 0.11, 0.16, 0.06
ANCHOR_UP_M = {"hips": 0.10, "shoulders": 0.10, "lower_foot": 0.08, "hands": 0.0}
"""How high what stays in its place is when the floor bears it."""
STILL_S = 1.0
"""So long the start pose stands before the first rep."""


class _Strict(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file: immutable, every key known."""


class _Joints(_Strict, frozen=True, kw_only=True):
    """The joints of one side, in degrees; flexion is positive."""

    hip: float = 0.0
    knee: float = 0.0
    shoulder: float = 0.0
    elbow: float = 0.0


class KeyPose(_Strict, frozen=True, kw_only=True):
    """A pose of the figure.

    Attributes:
        trunk: how far the trunk leans ahead of upright, in degrees; -90 on the back.
        head: how far the head bends ahead of the trunk's line.
        forward_m, up_m: where the anchor is, over its usual height.
        working: the joints of the side that works.
        other: those of the other side; None for the same.
    """

    trunk: float = 0.0
    head: float = 0.0
    forward_m: float = 0.0
    up_m: float = 0.0
    working: _Joints
    other: _Joints | None = None


class _Pace(_Strict, frozen=True, kw_only=True):
    """How long each part of a rep takes."""

    lift_s: Annotated[float, Meta(gt=0)]
    hold_s: Annotated[float, Meta(ge=0)]
    lower_s: Annotated[float, Meta(gt=0)]
    rest_s: Annotated[float, Meta(ge=0)]

    @property
    def rep_s(self) -> float:
        """How long a rep takes, with the rest after it."""
        return self.lift_s + self.hold_s + self.lower_s + self.rest_s


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureLimb:
    """A line of the figure.

    Attributes:
        region: which stretch of the body it is.
        side: whose; the right one is near. None for the trunk and neck.
        points: its ends and what lies between.
    """

    region: Region
    side: Side | None
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The figure at one time.

    Attributes:
        limbs: its lines, from the farthest to the nearest.
        head: the middle of its head.
        head_m: the head's radius.
        joints: where each part of each side is.
        working: the side that works now; None for both.
    """

    limbs: tuple[FigureLimb, ...]
    head: Point
    head_m: float
    joints: Mapping[tuple[Part, Side], Point]
    working: Side | None


class Demonstration(_Strict, frozen=True, kw_only=True):
    """How a level is done.

    Attributes:
        id: the level's; "" for an exercise with only one.
        sides: whether both sides work together, the sides take turns, or one side works.
        anchor: what stays in its place while the joints move.
        hands_on: what the hands are on, where that is not the floor.
        bed: whether trunk and head lie on a bed or table, whose edge is at the hips.
        rest: the start pose.
        end: the far end of a rep; None where the start pose is held.
        tempo: how long each part of a rep takes; None where the start pose is held.
        hold_s: how long the start pose is held; 0 where there are reps.
    """

    id: str = ""
    sides: Literal["both", "turns", "one"]
    anchor: Literal["hips", "shoulders", "lower_foot", "hands"]
    hands_on: Literal["floor", "wall", "chair"] = "floor"
    bed: bool = False
    rest: KeyPose
    end: KeyPose | None = None
    tempo: _Pace | None = None
    hold_s: Annotated[float, Meta(ge=0)] = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError, for msgspec to report, where it neither moves nor is held."""
        moves = self.end is not None and self.tempo is not None
        if moves == bool(self.hold_s) or (self.end is None) != (self.tempo is None):
            raise ValueError("give end and tempo, or hold_s alone")

    @property
    def reps(self) -> int:
        """How many reps it shows before it begins again: one a side; 0 where it is held."""
        return 0 if self.tempo is None else 2 if self.sides == "turns" else 1

    @property
    def duration_s(self) -> float:
        """How long it takes until it begins again."""
        return self.hold_s if self.tempo is None else STILL_S + self.reps * self.tempo.rep_s

    @property
    def far_s(self) -> float:
        """When the far end is first reached; 0 where the start pose is held."""
        return 0.0 if self.tempo is None else STILL_S + self.tempo.lift_s

    def figure(self, t_s: float) -> Figure:
        """Return the figure at a time; after `duration_s` it begins again."""
        working, share = self._moment(t_s % self.duration_s)
        rest, end = _angles(self.rest, working), _angles(self.end or self.rest, working)
        angles = {name: rest[name] + share * (end[name] - rest[name]) for name in rest}
        return _figure(angles, self.anchor, None if self.sides == "both" else working)

    def _moment(self, t_s: float) -> tuple[Side, float]:
        """Return which side works at a time, and how far it has gone: 0 at rest, 1 at the end."""
        if self.tempo is None or t_s < STILL_S:
            return Side.RIGHT, 0.0
        number, t_s = divmod(t_s - STILL_S, self.tempo.rep_s)
        side = Side.LEFT if self.sides == "turns" and number % 2 else Side.RIGHT
        down_s = self.tempo.lift_s + self.tempo.hold_s
        if t_s < self.tempo.lift_s:
            return side, _eased(t_s / self.tempo.lift_s)
        if t_s < down_s:
            return side, 1.0
        return side, 1.0 - _eased(min(1.0, (t_s - down_s) / self.tempo.lower_s))


def _eased(share: float) -> float:
    return 0.5 - 0.5 * cos(pi * share)


def _angles(pose: KeyPose, working: Side) -> dict[str, float]:
    """Return all numbers of a pose by name, the joints' with their side."""
    values = {name: float(getattr(pose, name)) for name in ("trunk", "head", "forward_m", "up_m")}
    for side in Side:
        joints = pose.working if side is working or pose.other is None else pose.other
        for joint in ("hip", "knee", "shoulder", "elbow"):
            values[f"{side.word}_{joint}"] = float(getattr(joints, joint))
    return values


def _along(start: Point, degrees: float, length_m: float) -> Point:
    """Return what lies in a direction, counted from up and ahead of it."""
    angle = radians(degrees)
    return start[0] + length_m * sin(angle), start[1] + length_m * cos(angle)


def _figure(angles: Mapping[str, float], anchor: str, working: Side | None) -> Figure:
    """Return the figure whose joints have these angles."""
    joints = _joints(angles)
    at_x, at_y = _anchored(joints, anchor)
    by = (angles["forward_m"] - at_x, angles["up_m"] + ANCHOR_UP_M[anchor] - at_y)
    moved = {key: (x + by[0], y + by[1]) for key, (x, y) in joints.items()}
    limbs: list[FigureLimb] = []
    for side in (Side.LEFT, Side.RIGHT):
        leg = tuple(moved[part, side] for part in (Part.HIP, Part.KNEE, Part.ANKLE, Part.TOE))
        arm = tuple(moved[part, side] for part in (Part.SHOULDER, Part.ELBOW, Part.WRIST))
        limbs.append(FigureLimb(region=Region.LEG, side=side, points=leg))
        limbs.append(FigureLimb(region=Region.ARM, side=side, points=arm))
    near = Side.RIGHT
    trunk = (moved[Part.EAR, near], moved[Part.SHOULDER, near], moved[Part.HIP, near])
    limbs.insert(2, FigureLimb(region=Region.TRUNK, side=None, points=trunk))
    return Figure(
        limbs=tuple(limbs),
        head=moved[Part.EAR, near],
        head_m=HEAD_M,
        joints=moved,
        working=working,
    )


def _joints(angles: Mapping[str, float]) -> dict[tuple[Part, Side], Point]:
    """Return where each part is, the hips at the origin."""
    trunk, hip = angles["trunk"], (0.0, 0.0)
    shoulder = _along(hip, trunk, TRUNK_M)
    ear = _along(shoulder, trunk + angles["head"], NECK_M)
    joints: dict[tuple[Part, Side], Point] = {}
    for side in Side:
        thigh = trunk + 180.0 - angles[f"{side.word}_hip"]
        shank = thigh + angles[f"{side.word}_knee"]
        arm = trunk + 180.0 - angles[f"{side.word}_shoulder"]
        forearm = arm - angles[f"{side.word}_elbow"]
        knee, elbow = _along(hip, thigh, THIGH_M), _along(shoulder, arm, UPPER_ARM_M)
        ankle, wrist = _along(knee, shank, SHANK_M), _along(elbow, forearm, FOREARM_M)
        joints |= {
            (Part.EAR, side): ear,
            (Part.EYE, side): _along(ear, trunk + angles["head"] + 90.0, 0.09),
            (Part.SHOULDER, side): shoulder,
            (Part.ELBOW, side): elbow,
            (Part.WRIST, side): wrist,
            (Part.HIP, side): hip,
            (Part.KNEE, side): knee,
            (Part.ANKLE, side): ankle,
            (Part.HEEL, side): _along(ankle, shank + 40.0, HEEL_M),
            (Part.TOE, side): _along(ankle, shank - 80.0, FOOT_M),
        }
    return joints


def _anchored(joints: Mapping[tuple[Part, Side], Point], anchor: str) -> Point:
    """Return where the anchor is."""
    if anchor == "lower_foot":
        return min((joints[Part.ANKLE, side] for side in Side), key=lambda place: place[1])
    if anchor == "hands":
        (left_x, left_y), (right_x, right_y) = (joints[Part.WRIST, side] for side in Side)
        return (left_x + right_x) / 2, (left_y + right_y) / 2
    return joints[Part.HIP if anchor == "hips" else Part.SHOULDER, Side.RIGHT]


class _File(_Strict, frozen=True, kw_only=True):
    levels: tuple[Demonstration, ...]


def parse_demonstrations(text: str, where: str) -> tuple[Demonstration, ...]:
    """Read the demonstrations of an exercise's levels from TOML.

    Args:
        text: the file's content.
        where: what to call it in an error.

    Raises:
        SpecError: what is wrong, and where.
    """
    try:
        return msgspec.convert(tomllib.loads(text), _File).levels
    except (ValueError, msgspec.ValidationError) as error:
        raise SpecError(f"{where}: {error}; correct it there") from error
