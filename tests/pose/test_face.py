"""Where the face is looked for, what is measured on it, and which faces are not believed."""

from dataclasses import replace
from math import cos, radians, sin

import numpy as np
import pytest
from faces import Face
from hypothesis import given
from hypothesis import strategies as st
from moves import trace

from formcoach.pose.face import (
    FaceDoubt,
    FaceLook,
    FaceReading,
    FaceTrust,
    HeadCrop,
    Opening,
    head_crop,
)
from formcoach.pose.landmarks import NOSE, FloatArray, Part, Pose, Side, landmark, mirror, nobody

LYING = trace("hip_flexion", "bent", 1).poses[0]
STANDING = trace("squat").poses[0]
EARS = [landmark(Part.EAR, side) for side in Side]
NEUTRAL = Face()


def crop_of(pose: Pose) -> HeadCrop:
    crop = head_crop(pose)
    assert crop is not None
    return crop


def in_crop(pose: Pose) -> FloatArray:
    """Return where the landmarks come to lie, in a crop 1 wide."""
    matrix = crop_of(pose).matrix(1)
    placed: FloatArray = pose.xy_px @ matrix[:, :2].T + matrix[:, 2]
    return placed


def moved(pose: Pose, *, turn_deg: float = 0.0, scale: float = 1.0, shift: float = 0.0) -> Pose:
    angle = radians(turn_deg)
    turn = scale * np.array([[cos(angle), -sin(angle)], [sin(angle), cos(angle)]])
    return replace(pose, xy_px=pose.xy_px @ turn.T + shift)


def read(face: Face | FloatArray) -> FaceReading | None:
    """Return what is measured where the face was the same in the look before."""
    points = face.points() if isinstance(face, Face) else face
    trust = FaceTrust()
    trust.step(FaceLook(t_s=0.0, points=points))
    return trust.step(FaceLook(t_s=0.3, points=points))


def reading(face: Face) -> FaceReading:
    found = read(face)
    assert found is not None
    return found


@pytest.mark.parametrize("pose", [LYING, STANDING, mirror(LYING), mirror(STANDING)])
def test_in_the_crop_the_trunk_is_upright_and_the_face_points_right(pose: Pose) -> None:
    placed = in_crop(pose)
    hips, shoulders = placed[[23, 24]].mean(axis=0), placed[[11, 12]].mean(axis=0)
    assert shoulders[1] < hips[1]
    assert abs(shoulders[0] - hips[0]) < 1e-9
    ears = placed[EARS].mean(axis=0)
    assert placed[NOSE][0] > ears[0]
    assert (placed[NOSE] + ears) / 2 == pytest.approx([0.5, 0.5])


def test_only_a_face_that_points_left_is_mirrored() -> None:
    assert not crop_of(LYING).mirrored
    assert crop_of(mirror(LYING)).mirrored


@given(turn_deg=st.floats(-180.0, 180.0), scale=st.floats(0.8, 5.0), shift=st.floats(-500.0, 500.0))
def test_the_crop_goes_with_the_body(turn_deg: float, scale: float, shift: float) -> None:
    pose = moved(LYING, turn_deg=turn_deg, scale=scale, shift=shift)
    assert crop_of(pose).side_px == pytest.approx(scale * crop_of(LYING).side_px)
    assert in_crop(pose) == pytest.approx(in_crop(LYING), abs=1e-6)


def test_nobody_a_hidden_head_and_a_far_one_are_not_looked_at() -> None:
    assert head_crop(nobody(0.0, (640, 480))) is None
    presence = LYING.presence.copy()
    presence[NOSE] = 0.5
    assert head_crop(replace(LYING, presence=presence)) is None
    assert head_crop(moved(LYING, scale=0.5)) is None


@pytest.mark.parametrize("turned", [0.0, 20.0, 40.0, 60.0])
def test_the_openings_are_the_same_however_far_a_face_is_turned(turned: float) -> None:
    found = reading(replace(NEUTRAL, turned=turned))
    assert found.turned_deg == pytest.approx(turned, abs=0.1)
    for opening, ratio in ((Opening.BROW, 0.28), (Opening.EYE, 0.06), (Opening.MOUTH, 0.02)):
        assert found.ratios[opening] == pytest.approx(ratio, abs=1e-9)


@given(
    tilt=st.floats(-25.0, 25.0),
    tall=st.floats(0.32, 0.55),
    x=st.floats(0.45, 0.55),
    y=st.floats(0.45, 0.55),
)
def test_the_openings_are_the_same_at_any_size_place_and_tilt(
    tilt: float, tall: float, x: float, y: float
) -> None:
    found = reading(replace(NEUTRAL, tilt=tilt, tall=tall, x=x, y=y))
    assert found.tilt_deg == pytest.approx(tilt, abs=0.1)
    assert dict(found.ratios) == pytest.approx(dict(reading(NEUTRAL).ratios))


def test_each_opening_is_measured_by_itself() -> None:
    rest = reading(NEUTRAL).ratios
    for opening in Opening:
        changed = reading(replace(NEUTRAL, **{opening.value: 0.10})).ratios
        assert changed[opening] == pytest.approx(0.10)
        assert {o: changed[o] for o in Opening if o is not opening} == pytest.approx(
            {o: rest[o] for o in Opening if o is not opening}
        )


@pytest.mark.parametrize(
    ("face", "doubt"),
    [
        (replace(NEUTRAL, turned=80.0), FaceDoubt.IN_PROFILE),
        (replace(NEUTRAL, turned=-40.0), FaceDoubt.IN_PROFILE),
        (replace(NEUTRAL, tilt=45.0), FaceDoubt.HEAD_TILTED),
        (replace(NEUTRAL, tall=0.15), FaceDoubt.NO_FACE_SHAPE),
        (replace(NEUTRAL, tall=0.75), FaceDoubt.NO_FACE_SHAPE),
        (replace(NEUTRAL, y=0.85), FaceDoubt.LEAVES_CROP),
        (replace(NEUTRAL, x=-0.1), FaceDoubt.LEAVES_CROP),
    ],
)
def test_what_is_not_like_a_face_that_can_be_measured_is_not_trusted(
    face: Face, doubt: FaceDoubt
) -> None:
    trust = FaceTrust()
    for i in range(3):
        assert trust.step(FaceLook(t_s=0.3 * i, points=face.points())) is None
        assert trust.doubt == doubt


def test_a_mesh_that_points_left_or_lost_its_order_is_not_trusted() -> None:
    points = NEUTRAL.points()
    assert read(points) is not None
    assert read(points * [-1.0, 1.0, 1.0] + [1.0, 0.0, 0.0]) is None
    assert read(points[np.random.default_rng(1).permutation(len(points))]) is None
    assert read(points * [1.0, -1.0, 1.0] + [0.0, 1.0, 0.0]) is None


def test_no_face_and_nan_are_no_face() -> None:
    trust = FaceTrust()
    holed = NEUTRAL.points()
    holed[159, 1] = np.nan
    for points in (None, holed):
        assert trust.step(FaceLook(t_s=0.0, points=points)) is None
        assert trust.doubt == FaceDoubt.NO_FACE


def test_a_face_is_trusted_from_its_second_look_on() -> None:
    trust = FaceTrust()
    seen = []
    for t_s in (0.0, 0.3, 5.0, 5.3):  # for a while it is not seen
        found = trust.step(FaceLook(t_s=t_s, points=NEUTRAL.points()))
        seen.append((found is not None, trust.doubt))
    assert seen == [(False, FaceDoubt.UNSTEADY), (True, None)] * 2


@pytest.mark.parametrize(
    "other",
    [
        replace(NEUTRAL, y=0.62),
        replace(NEUTRAL, tall=0.48),
        replace(NEUTRAL, turned=25.0),
        replace(NEUTRAL, tilt=15.0),
    ],
)
def test_a_face_that_jumps_is_not_trusted_until_it_stays(other: Face) -> None:
    trust = FaceTrust()
    faces = [NEUTRAL, NEUTRAL, other, other, NEUTRAL, other, NEUTRAL]
    trusted = [
        trust.step(FaceLook(t_s=0.3 * i, points=face.points())) is not None
        for i, face in enumerate(faces)
    ]
    assert trusted == [False, True, False, True, False, False, False]


def test_a_small_drift_is_followed() -> None:
    trust = FaceTrust()
    for i in range(20):
        face = replace(NEUTRAL, turned=20.0 + 2.0 * i, x=0.5 + 0.004 * i)
        found = trust.step(FaceLook(t_s=0.3 * i, points=face.points()))
        assert (found is not None) == (i > 0)
