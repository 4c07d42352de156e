"""The face in a frame: where it is looked for, what is measured on it, and whether to trust that.

Three openings are measured, along the face's own upright axis and in shares of its height from the
base of the nose to the top of the forehead, which no expression changes: from eye to eyebrow, of
the eye, and of the mouth. Neither the size of the face, nor how it is turned in the picture, nor
how far it looks to the side changes such a share. All is taken on the side nearest the camera.

What comes out is geometry. It tells how a face looks beside itself at rest, and nothing about what
a person feels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import atan2, degrees, hypot, isfinite

import numpy as np

from formcoach.pose.landmarks import NOSE, FloatArray, Part, Pose, Side, landmark
from formcoach.pose.trust import MIN_PRESENCE

__all__ = [
    "FACE_POINTS",
    "FaceDoubt",
    "FaceLook",
    "FaceReading",
    "FaceTrust",
    "HeadCrop",
    "Opening",
    "head_crop",
]

FACE_POINTS = 468
"""Of the mesh; the model's ten points more are stand-ins for the irises."""

CROP_TORSOS = 0.75
"""Side of the crop. Measured on the samples: a face is found in 86 looks; with 0.6 in 69, with 0.9
in 70, with 1.0 in 47, and in none where the face points left and the crop is not mirrored."""
MIN_CROP_PX = 60.0
"""A smaller head has too few pixels. Proposal: at 61 px a face was still found, 1 in 20."""

TALL = (0.30, 0.60)
"""Forehead to chin, in sides of the crop. Measured: 0.35 to 0.48; wider as heads differ."""
NOSE_SHARE = (0.42, 0.68)
"""Forehead to base of the nose, in forehead to chin. Measured: 0.53 to 0.63; an open mouth lowers
it. Proposal."""
EYE_WIDE = (0.15, 0.42)
"""Corner to corner of the near eye, in the face's height. Measured: 0.24 to 0.30. Proposal."""
TURNED_DEG = (-20.0, 65.0)
"""How far a face may be turned, 0 toward the camera, 90 in profile: the mesh is made for faces that
look at the camera (rules C11), and as it nears the profile it shows the half it cannot see. It
points right in its crop; one that seems to look left is no face. Proposal."""
MAX_TILT_DEG = 30.0
"""Off the trunk's line. Proposal: further the head is lifted, or it is no face."""

PAUSE_S = 1.0
"""Looks further apart than this do not vouch for each other. Proposal: three looks."""
MAX_GROWTH = 0.12
MAX_SHIFT = 0.10
MAX_TURN_DEG = 10.0
"""From one look to the next a face that is to be trusted grows by no more than this share, shifts
by no more than this many sides of the crop, and turns by no more than this. Proposal."""

_TOP, _CHIN, _NOSE_BASE = 10, 152, 2
_EYE_CORNERS = (33, 133)
_UPPER_LID, _LOWER_LID = (160, 159, 158), (144, 145, 153)
_EYEBROW = (63, 105, 66)
_UPPER_LIP, _LOWER_LIP = (13,), (14,)
_CHEEKS = (234, 454)
"""The mesh's own numbering; the eye is the one that is nearer in a face that points right."""

_EARS = tuple(landmark(Part.EAR, side) for side in Side)
_SHOULDERS = tuple(landmark(Part.SHOULDER, side) for side in Side)
_HIPS = tuple(landmark(Part.HIP, side) for side in Side)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadCrop:
    """A square around the head in which the trunk stands upright and the face points right.

    Attributes:
        x_px, y_px: its middle in the frame.
        side_px: its side.
        up_x, up_y: the direction from hips to shoulders, of length 1.
        mirrored: whether the face points left and the crop is mirrored therefore.
    """

    x_px: float
    y_px: float
    side_px: float
    up_x: float
    up_y: float
    mirrored: bool

    def matrix(self, size_px: int) -> FloatArray:
        """Return what takes a point of the frame into the crop drawn `size_px` wide, (2, 3)."""
        scale = size_px / self.side_px
        across = -scale if self.mirrored else scale
        turn = np.array(
            [[-self.up_y * across, self.up_x * across], [-self.up_x * scale, -self.up_y * scale]]
        )
        shift = size_px / 2 - turn @ np.array([self.x_px, self.y_px])
        return np.column_stack([turn, shift])


def head_crop(pose: Pose) -> HeadCrop | None:
    """Return where the face is to be looked for; None where the head or trunk is not to be seen."""
    needed = [NOSE, *_EARS, *_SHOULDERS, *_HIPS]
    if not pose.seen or not float(pose.presence[needed].min()) >= MIN_PRESENCE:
        return None
    ear_x, ear_y = pose.xy_px[list(_EARS)].mean(axis=0).tolist()
    nose_x, nose_y = pose.xy_px[NOSE].tolist()
    up_x, up_y = (
        pose.xy_px[list(_SHOULDERS)].mean(axis=0) - pose.xy_px[list(_HIPS)].mean(axis=0)
    ).tolist()
    torso_px = hypot(up_x, up_y)
    if not torso_px * CROP_TORSOS >= MIN_CROP_PX:
        return None
    up_x, up_y = up_x / torso_px, up_y / torso_px
    return HeadCrop(
        x_px=(nose_x + ear_x) / 2,
        y_px=(nose_y + ear_y) / 2,
        side_px=torso_px * CROP_TORSOS,
        up_x=up_x,
        up_y=up_y,
        mirrored=up_x * (nose_y - ear_y) < up_y * (nose_x - ear_x),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceLook:
    """What was found in one crop.

    Attributes:
        t_s: the time of its frame.
        points: the mesh in sides of the crop, x right, y down, z away from the camera, shape
            (468 or more, 3); None where there is no face.
    """

    t_s: float
    points: FloatArray | None


class Opening(StrEnum):
    """What is measured of a face: from eye to eyebrow, between the lids, between the lips."""

    BROW = "brow"
    EYE = "eye"
    MOUTH = "mouth"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceReading:
    """What is measured on one face.

    Attributes:
        t_s: the time of its frame.
        ratios: the openings, in shares of the face's height.
        turned_deg: 0 toward the camera, 90 in profile.
        tilt_deg: from the trunk's line; + is a face that looks down.
    """

    t_s: float
    ratios: Mapping[Opening, float]
    turned_deg: float
    tilt_deg: float


class FaceDoubt(StrEnum):
    """Why a look at the face is not used."""

    NO_FACE = "no_face"
    LEAVES_CROP = "leaves_crop"
    IN_PROFILE = "in_profile"
    HEAD_TILTED = "head_tilted"
    NO_FACE_SHAPE = "no_face_shape"
    UNSTEADY = "unsteady"
    """It is not where, or as, it was in the look before."""
    GETTING_READY = "getting_ready"
    """The person is not in the exercise yet."""
    SEEN_OTHERWISE = "seen_otherwise"
    """The head is not held as it was at rest."""
    NOT_AT_REST = "not_at_rest"
    """There is no face at rest to compare with yet, and the person is moving."""


class FaceTrust:
    """Lets only those faces through that can be believed.

    A mesh is always a mesh of a face, also where it was laid on a shoulder or a far half that is
    not seen. So it must lie in the crop, have the proportions of a face, not be in profile, and be
    where it was in the look before.

    Attributes:
        doubt: why the last look was not trusted; None when it was.
    """

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.doubt: FaceDoubt | None = None
        self._last: _Placed | None = None

    def step(self, look: FaceLook) -> FaceReading | None:
        """Take one look in; return what is measured in it, None where it is not trusted."""
        reading = None
        if look.points is None:
            self.doubt, self._last = FaceDoubt.NO_FACE, None
            return None
        self.doubt = _outside(look.points)
        if self.doubt is None:
            placed = _Placed.of(look.t_s, look.points)
            self.doubt = placed.implausible() or placed.unsteady(self._last)
            reading, self._last = placed.reading, placed
        else:
            self._last = None
        return reading if self.doubt is None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Placed:
    """A face with its place in the crop."""

    reading: FaceReading
    x: float
    y: float
    tall: float
    nose_share: float
    eye_wide: float

    @classmethod
    def of(cls, t_s: float, points: FloatArray) -> "_Placed":
        """Measure a mesh that has no NaN."""
        flat = points[:, :2]
        up = flat[_TOP] - flat[_NOSE_BASE]
        height = max(float(np.hypot(*up)), 1e-9)
        up = up / height
        forward = np.array([-up[1], up[0]])
        eye_line = flat[list(_EYE_CORNERS)]

        def above(upper: tuple[int, ...], lower: tuple[int, ...]) -> float:
            apart = flat[list(upper)].mean(axis=0) - flat[list(lower)].mean(axis=0)
            return float(apart @ up) / height

        across = points[_CHEEKS[1]] - points[_CHEEKS[0]]
        tall = float(np.hypot(*(flat[_TOP] - flat[_CHIN])))
        x, y = flat[[_TOP, _CHIN]].mean(axis=0).tolist()
        reading = FaceReading(
            t_s=t_s,
            ratios={
                Opening.BROW: above(_EYEBROW, _EYE_CORNERS),
                Opening.EYE: above(_UPPER_LID, _LOWER_LID),
                Opening.MOUTH: above(_UPPER_LIP, _LOWER_LIP),
            },
            turned_deg=degrees(atan2(float(across[2]), float(across[:2] @ forward))),
            tilt_deg=degrees(atan2(float(up[0]), -float(up[1]))),
        )
        return cls(
            reading=reading,
            x=x,
            y=y,
            tall=tall,
            nose_share=height / max(tall, 1e-9),
            eye_wide=float((eye_line[1] - eye_line[0]) @ forward) / height,
        )

    def implausible(self) -> FaceDoubt | None:
        """Say what is not like a face, or like one that can be measured."""
        reading = self.reading
        if not TURNED_DEG[0] <= reading.turned_deg <= TURNED_DEG[1]:
            return FaceDoubt.IN_PROFILE
        if abs(reading.tilt_deg) > MAX_TILT_DEG:
            return FaceDoubt.HEAD_TILTED
        sizes = ((self.tall, TALL), (self.nose_share, NOSE_SHARE), (self.eye_wide, EYE_WIDE))
        fits = all(low <= size <= high for size, (low, high) in sizes)
        return None if fits else FaceDoubt.NO_FACE_SHAPE

    def unsteady(self, last: "_Placed | None") -> FaceDoubt | None:
        """Say that the face is not where, or as, it was in the look before."""
        now = self.reading
        if last is None or now.t_s - last.reading.t_s > PAUSE_S:
            return FaceDoubt.UNSTEADY
        turn_deg = max(
            abs(now.turned_deg - last.reading.turned_deg), abs(now.tilt_deg - last.reading.tilt_deg)
        )
        steady = (
            abs(self.tall / last.tall - 1.0) <= MAX_GROWTH
            and hypot(self.x - last.x, self.y - last.y) <= MAX_SHIFT
            and turn_deg <= MAX_TURN_DEG
        )
        return None if steady else FaceDoubt.UNSTEADY


def _outside(points: FloatArray) -> FaceDoubt | None:
    """Say that a mesh does not lie in its crop as a whole, or is not there."""
    flat = points[:FACE_POINTS, :2]
    if not isfinite(float(points[:FACE_POINTS].sum())):
        return FaceDoubt.NO_FACE
    inside = float(flat.min()) >= 0.0 and float(flat.max()) <= 1.0
    return None if inside else FaceDoubt.LEAVES_CROP
