"""A stick figure to test with: a body posed by its joints and filmed by a camera without a lens.

The body is planar but for its breadth: every joint turns in the plane from front to back. Straight
is 0 deg; flexion is positive, at the trunk forward of upright (+90 face down, -90 on the back).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from formcoach.pose.landmarks import LANDMARK_COUNT, Part, Pose, Side, landmark

__all__ = ["Anchor", "Body", "Camera", "Film", "Hidden", "Stretch", "film", "leg", "skeleton"]

Array = npt.NDArray[np.float64]

TRUNK_M, THIGH_M, SHANK_M, UPPER_ARM_M, FOREARM_M = 0.50, 0.43, 0.42, 0.30, 0.26
ANKLE_UP_M, HIP_UP_M, SHOULDER_UP_M = 0.08, 0.10, 0.10
"""How high these joints lie when the floor bears them."""


class Body(NamedTuple):
    """The joints of a body, in degrees, where its anchor is, in metres, and where it looks.

    `turn` is how far the whole body is turned about the vertical, from what the camera expects.
    """

    trunk: float = 0.0
    left_hip: float = 0.0
    right_hip: float = 0.0
    left_knee: float = 0.0
    right_knee: float = 0.0
    left_shoulder: float = 0.0
    right_shoulder: float = 0.0
    left_elbow: float = 0.0
    right_elbow: float = 0.0
    head: float = 0.0
    forward_m: float = 0.0
    up_m: float = 0.0
    turn: float = 0.0

    def on(self, side: Side | None, **angles: float) -> "Body":
        """Set joints of one side, or of both sides for None."""
        sides = tuple(Side) if side is None else (side,)
        return self._replace(**{f"{s.word}_{j}": v for s in sides for j, v in angles.items()})

    def turned(self, side: Side | None, **by: float) -> "Body":
        """Turn joints of one side (or both) further by so much."""
        sides = tuple(Side) if side is None else (side,)
        names = {f"{s.word}_{joint}": value for s in sides for joint, value in by.items()}
        return self._replace(**{name: getattr(self, name) + by for name, by in names.items()})


class Anchor(Enum):
    """What stays in its place while the joints move."""

    HIPS = "hips"
    SHOULDERS = "shoulders"
    HANDS = "hands"
    LOWER_FOOT = "lower foot"


ANCHOR_UP_M = {
    Anchor.HIPS: HIP_UP_M,
    Anchor.SHOULDERS: SHOULDER_UP_M,
    Anchor.LOWER_FOOT: ANKLE_UP_M,
}


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Bodies at moments; from one to the next every joint goes as a cosine does."""

    keys: Sequence[tuple[float, Body]]
    anchor: Anchor

    @property
    def end_s(self) -> float:
        return self.keys[-1][0]

    def bodies(self, times: Array) -> Array:
        """Return the body at each time, shape (N, len(Body))."""
        at = np.array([t_s for t_s, _ in self.keys])
        bodies = np.array([body for _, body in self.keys])
        after = np.clip(np.searchsorted(at, times, side="right"), 1, len(at) - 1)
        span = np.maximum(at[after] - at[after - 1], 1e-9)
        share = np.clip((times - at[after - 1]) / span, 0.0, 1.0)
        eased = (0.5 - 0.5 * np.cos(np.pi * share))[:, None]
        between: Array = bodies[after - 1] * (1.0 - eased) + bodies[after] * eased
        return between


def leg(side: Side) -> tuple[int, ...]:
    """Return the landmarks of a leg below the hip."""
    return tuple(landmark(part, side) for part in (Part.KNEE, Part.ANKLE, Part.HEEL, Part.TOE))


def _along(degrees: Array) -> Array:
    """Return the direction (forward, up) at an angle from up, forward of it."""
    radians = np.radians(degrees)
    return np.stack([np.sin(radians), np.cos(radians)], axis=1)


def skeleton(bodies: Array, anchor: Anchor) -> Array:
    """Return the landmarks of bodies (N, len(Body)) as (N, 33, 3): forward, up, right; metres."""
    joint = dict(zip(Body._fields, bodies.T, strict=True))
    trunk = joint["trunk"]
    flat = np.zeros((len(bodies), LANDMARK_COUNT, 2))
    across = np.zeros(LANDMARK_COUNT)
    shoulder = TRUNK_M * _along(trunk)
    for side in Side:
        right = 1.0 if side is Side.RIGHT else -1.0
        word = side.word
        thigh = trunk + 180.0 - joint[f"{word}_hip"]
        shank = thigh + joint[f"{word}_knee"]
        arm = trunk + 180.0 - joint[f"{word}_shoulder"]
        forearm = arm - joint[f"{word}_elbow"]
        knee = THIGH_M * _along(thigh)
        ankle = knee + SHANK_M * _along(shank)
        elbow = shoulder + UPPER_ARM_M * _along(arm)
        wrist = elbow + FOREARM_M * _along(forearm)
        ear = shoulder + 0.20 * _along(trunk + joint["head"])
        face = _along(trunk + joint["head"] + 90.0)
        eyes = [ear + reach * face + 0.03 * _along(trunk) for reach in (0.10, 0.095, 0.09)]
        for first, (eye, breadth) in enumerate(zip(eyes, (0.02, 0.03, 0.04), strict=True)):
            index = (1 if side is Side.LEFT else 4) + first
            flat[:, index], across[index] = eye, right * breadth
        rest: list[tuple[int, Array, float]] = [
            (7, ear, 0.07),
            (9, ear + 0.10 * face - 0.05 * _along(trunk), 0.02),
            (11, shoulder, 0.17),
            (13, elbow, 0.20),
            (15, wrist, 0.20),
            (17, wrist + 0.08 * _along(forearm), 0.22),
            (19, wrist + 0.09 * _along(forearm), 0.20),
            (21, wrist + 0.04 * _along(forearm - 40.0), 0.18),
            (23, np.zeros_like(knee), 0.10),
            (25, knee, 0.10),
            (27, ankle, 0.10),
            (29, ankle + 0.06 * _along(shank + 40.0), 0.10),
            (31, ankle + 0.16 * _along(shank - 80.0), 0.10),
        ]
        for index, place, breadth in rest:
            flat[:, index + side], across[index + side] = place, right * breadth
        flat[:, 0] = ear + 0.11 * face
    flat += _moved(flat, joint, anchor)[:, None, :]
    turn = np.radians(joint["turn"])[:, None]
    forward, up = flat[..., 0], flat[..., 1]
    turned_forward = forward * np.cos(turn) - across * np.sin(turn)
    turned_right = forward * np.sin(turn) + across * np.cos(turn)
    return np.stack([turned_forward, up, turned_right], axis=2)


def _moved(flat: Array, joint: dict[str, Array], anchor: Anchor) -> Array:
    """Return by how much each body must be moved for its anchor to be in place."""
    place: Array = np.stack([joint["forward_m"], joint["up_m"]], axis=1)
    if anchor is Anchor.HANDS:
        return place - (flat[:, 15] + flat[:, 16]) / 2
    place[:, 1] += ANCHOR_UP_M[anchor]
    if anchor is Anchor.HIPS:
        return place
    if anchor is Anchor.SHOULDERS:
        return place - flat[:, 11]
    lower = np.where(flat[:, 27, 1] <= flat[:, 28, 1], 27, 28)
    return place - flat[np.arange(len(flat)), lower]


@dataclass(frozen=True, kw_only=True)
class Camera:
    """Where the camera stands.

    Attributes:
        near: the side of the body toward it.
        azimuth_deg: 90 = exactly from the side, 0 = from the front (or the back, when `behind`).
        roll_deg: how far the picture is turned.
        px_per_m: the scale; the torso is half a metre.
        shift_px: how far the body is from the middle of the picture.
    """

    near: Side = Side.RIGHT
    azimuth_deg: float = 90.0
    behind: bool = False
    roll_deg: float = 0.0
    px_per_m: float = 240.0
    shift_px: tuple[float, float] = (0.0, 0.0)
    size_px: tuple[int, int] = (640, 480)

    def sees(self, points: Array) -> Array:
        """Turn (N, 33, 3) forward, up, right into camera axes: right, down, away; metres."""
        turn = self.azimuth_deg - 90.0 if self.behind else 90.0 - self.azimuth_deg
        heading = np.radians(turn if self.near is Side.RIGHT else 180.0 - turn)
        forward, up, right = points[..., 0], points[..., 1], points[..., 2]
        x = forward * np.cos(heading) - right * np.sin(heading)
        away = -(forward * np.sin(heading) + right * np.cos(heading))
        roll = np.radians(self.roll_deg)
        seen_x = x * np.cos(roll) + up * np.sin(roll)
        seen_y = x * np.sin(roll) - up * np.cos(roll)
        return np.stack([seen_x, seen_y, away], axis=2)


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """Landmarks that are not seen for a while; the model puts them somewhere all the same."""

    landmarks: tuple[int, ...]
    from_s: float
    to_s: float


@dataclass(frozen=True, kw_only=True)
class Film:
    """How a movement is recorded.

    Attributes:
        start_s: the time of the first frame.
        jitter_px: standard deviation of the noise on every landmark, the same for the same `seed`.
        exchanged_s: stretches of time in which the model takes each leg for the other.
        nobody_s: stretches in which nobody is found.
    """

    camera: Camera = Camera()
    fps: float = 15.0
    start_s: float = 0.0
    jitter_px: float = 0.0
    seed: int = 1
    hidden: tuple[Hidden, ...] = ()
    exchanged_s: tuple[tuple[float, float], ...] = ()
    nobody_s: tuple[tuple[float, float], ...] = ()

    def with_camera(self, **changes: object) -> "Film":
        """Return the same recording by another camera."""
        return replace(self, camera=replace(self.camera, **changes))  # type: ignore[arg-type]


def film(stretches: Iterable[Stretch], how: Film) -> list[Pose]:
    """Record stretches that follow each other, from time 0 on; return a pose for each frame."""
    parts = list(stretches)
    times = np.arange(0.0, parts[-1].end_s + 1e-9, 1.0 / how.fps)
    begin, points = -1.0, np.zeros((len(times), LANDMARK_COUNT, 3))
    for part in parts:
        own = (times > begin) & (times <= part.end_s + 1e-9)
        points[own] = skeleton(part.bodies(times[own]), part.anchor)
        begin = part.end_s + 1e-9
    world_m = how.camera.sees(points)
    flat_px = how.camera.px_per_m * world_m[..., :2]
    spread = flat_px.reshape(-1, 2)
    middle = (spread.min(axis=0) + spread.max(axis=0)) / 2
    size = np.array(how.camera.size_px, dtype=np.float64)
    flat_px += size / 2 - middle + np.array(how.camera.shift_px)
    world_m -= (world_m[:, [23]] + world_m[:, [24]]) / 2
    noise = np.random.default_rng(how.seed)
    flat_px += how.jitter_px * noise.standard_normal(flat_px.shape)
    world_m += 0.004 * how.jitter_px * noise.standard_normal(world_m.shape)
    inside = ((flat_px >= 0) & (flat_px <= size)).all(axis=2)
    presence = np.where(inside, 0.99, 0.3)
    _hide(how, times, flat_px, presence, noise)
    _exchange(how, times, flat_px, world_m)
    visibility = np.where(np.arange(LANDMARK_COUNT) % 2 == how.camera.near % 2, 0.7, 0.97)
    return [
        _pose(how, i, float(t_s), flat_px, world_m, visibility, presence)
        for i, t_s in enumerate(times)
    ]


def _pose(
    how: Film,
    i: int,
    t_s: float,
    flat_px: Array,
    world_m: Array,
    visibility: Array,
    presence: Array,
) -> Pose:
    gone = any(a <= t_s <= b for a, b in how.nobody_s)
    return Pose(
        t_s=t_s + how.start_s,
        xy_px=np.full_like(flat_px[i], np.nan) if gone else flat_px[i],
        world_m=None if gone else world_m[i],
        visibility=visibility,
        presence=presence[i],
        image_size_px=how.camera.size_px,
    )


def _hide(
    how: Film, times: Array, flat_px: Array, presence: Array, noise: np.random.Generator
) -> None:
    for hidden in how.hidden:
        frames = np.flatnonzero((times >= hidden.from_s) & (times <= hidden.to_s))
        for index in hidden.landmarks:
            presence[frames, index] = 0.4
            wander = np.cumsum(noise.standard_normal((len(frames), 2)), axis=0)
            flat_px[frames, index] += 10.0 * wander


def _exchange(how: Film, times: Array, flat_px: Array, world_m: Array) -> None:
    left, right = list(leg(Side.LEFT)), list(leg(Side.RIGHT))
    for from_s, to_s in how.exchanged_s:
        frames = np.flatnonzero((times >= from_s) & (times <= to_s))
        rows = frames[:, None]
        for values in (flat_px, world_m):
            values[rows, left + right] = values[rows, right + left]
