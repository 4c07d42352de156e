"""The body as 33 landmarks: their order, their sides and the pose they make.

The order is BlazePose's, as MediaPipe's Pose Landmarker gives it. Left and right are the person's
own, whatever the camera sees.
"""

from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum

import numpy as np
import numpy.typing as npt

from formcoach.pose.profile import BLAZEPOSE, EstimatorProfile

__all__ = [
    "LANDMARK_COUNT",
    "NOSE",
    "SIDES",
    "FloatArray",
    "Part",
    "Pose",
    "Side",
    "landmark",
    "mirror",
    "nobody",
    "side_word",
]

LANDMARK_COUNT = 33
"""The points of a pose; an estimator that finds fewer leaves the others NaN."""
NOSE = 0
"""Where the nose stands among them."""

FloatArray = npt.NDArray[np.float64]
"""Places and shares: an array of numbers with a fraction."""


class Side(IntEnum):
    """A side of the person's own body."""

    LEFT = 0
    RIGHT = 1

    @property
    def other(self) -> "Side":
        """The opposite side."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT

    @property
    def word(self) -> str:
        """The side in lower case, as files and phrases spell it."""
        return "left" if self is Side.LEFT else "right"


SIDES = {side.word: side for side in Side}
"""The sides by their words; ``both`` is none of them."""


def side_word(side: Side | None) -> str:
    """Return a side as files spell it; None is both."""
    return "both" if side is None else side.word


class Part(StrEnum):
    """A landmark that the body has on both sides."""

    EYE = "eye"
    EAR = "ear"
    SHOULDER = "shoulder"
    ELBOW = "elbow"
    WRIST = "wrist"
    HIP = "hip"
    KNEE = "knee"
    ANKLE = "ankle"
    HEEL = "heel"
    TOE = "toe"


LEFT_INDEX = {
    Part.EYE: 2,
    Part.EAR: 7,
    Part.SHOULDER: 11,
    Part.ELBOW: 13,
    Part.WRIST: 15,
    Part.HIP: 23,
    Part.KNEE: 25,
    Part.ANKLE: 27,
    Part.HEEL: 29,
    Part.TOE: 31,
}
"""Where each part stands on the left; the right one follows it, the eyes (three a side) apart."""


def landmark(part: Part, side: Side) -> int:
    """Return the index of `part` on `side` among the 33 landmarks."""
    step = 3 if part is Part.EYE else 1
    return LEFT_INDEX[part] + step * side


def _mirrored_order() -> list[int]:
    pairs = {1: 4, 2: 5, 3: 6, 4: 1, 5: 2, 6: 3}
    from_seven = {i: i + 1 if i % 2 else i - 1 for i in range(7, LANDMARK_COUNT)}
    return [(pairs | from_seven).get(i, i) for i in range(LANDMARK_COUNT)]


MIRRORED = np.array(_mirrored_order())
"""The index of each landmark's twin on the other side; the nose is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """One person in one frame.

    Attributes:
        t_s: the frame's own time, in seconds.
        xy_px: landmarks in pixels, x right and y down, shape (33, 2); NaN where one was not found,
            and in all of them when nobody is seen.
        world_m: landmarks in metres about the hips, camera axes, shape (33, 3), or None.
        visibility: how sure the model is that each landmark is not hidden, 0 to 1, shape (33,).
        presence: how sure it is that each landmark lies in the picture, 0 to 1, shape (33,).
        image_size_px: width and height of the frame.
        others: how many other people were last seen in the picture.
        profile: the habits of what found the landmarks.
        legs_doubtful: whether two looks at the legs told left and right differently.
    """

    t_s: float
    xy_px: FloatArray
    world_m: FloatArray | None
    visibility: FloatArray
    presence: FloatArray
    image_size_px: tuple[int, int]
    others: int = 0
    profile: EstimatorProfile = BLAZEPOSE
    legs_doubtful: bool = False

    def __post_init__(self) -> None:
        """Hold the shapes; raise ValueError where they differ."""
        if self.xy_px.shape != (LANDMARK_COUNT, 2):
            raise ValueError(f"xy_px must be shaped (33, 2), got {self.xy_px.shape}")
        for name in ("visibility", "presence"):
            shape = getattr(self, name).shape
            if shape != (LANDMARK_COUNT,):
                raise ValueError(f"{name} must be shaped (33,), got {shape}")
        if self.world_m is not None and self.world_m.shape != (LANDMARK_COUNT, 3):
            raise ValueError(f"world_m must be shaped (33, 3), got {self.world_m.shape}")

    @property
    def seen(self) -> bool:
        """Whether there is a person in this frame at all."""
        first = self.xy_px.item(0)
        return first == first or not bool(np.isnan(self.xy_px).all())


def nobody(
    t_s: float, image_size_px: tuple[int, int], profile: EstimatorProfile = BLAZEPOSE
) -> Pose:
    """Return the pose of a frame in which no person was found."""
    return Pose(
        t_s=t_s,
        xy_px=np.full((LANDMARK_COUNT, 2), np.nan),
        world_m=None,
        visibility=np.zeros(LANDMARK_COUNT),
        presence=np.zeros(LANDMARK_COUNT),
        image_size_px=image_size_px,
        profile=profile,
    )


def mirror(pose: Pose) -> Pose:
    """Return the pose as a mirror would show it: sides exchanged, x reversed."""
    xy_px = pose.xy_px[MIRRORED].copy()
    xy_px[:, 0] = pose.image_size_px[0] - xy_px[:, 0]
    world_m = None
    if pose.world_m is not None:
        world_m = pose.world_m[MIRRORED] * np.array([-1.0, 1.0, 1.0])
    return replace(
        pose,
        xy_px=xy_px,
        world_m=world_m,
        visibility=pose.visibility[MIRRORED],
        presence=pose.presence[MIRRORED],
    )
