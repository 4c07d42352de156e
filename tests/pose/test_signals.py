from math import isnan, nan

import numpy as np
import pytest
from figure import Anchor, Body, Camera, Film, Stretch, film
from hypothesis import given, settings
from hypothesis import strategies as st
from moves import LEGS_OUT, NINETY, PLANK, STAND, plank

from formcoach.pose.landmarks import Part, Pose, Side, landmark, mirror
from formcoach.pose.signals import (
    PARTS_OF,
    SIGNAL_KEYS,
    Point,
    Signal,
    SignalKey,
    column,
    flexion,
    measure,
)

CAMERA = Camera(size_px=(1920, 1080))
TORSO_PX = 0.5 * CAMERA.px_per_m
TOLERANCE_DEG = 0.01


def pose_of(body: Body, camera: Camera = CAMERA) -> Pose:
    stretch = Stretch(keys=[(0.0, body), (0.1, body)], anchor=Anchor.HIPS)
    return film([stretch], Film(camera=camera))[0]


def measured(body: Body, camera: Camera = CAMERA) -> dict[SignalKey, float]:
    facing = 1 if camera.near is Side.RIGHT else -1
    return measure(pose_of(body, camera).xy_px.tolist(), facing=facing, torso_px=TORSO_PX)


@given(
    trunk=st.floats(-110, 110),
    hip=st.floats(-40, 130),
    knee=st.floats(-20, 150),
    elbow=st.floats(0, 150),
    shoulder=st.floats(0, 170),
    near=st.sampled_from(Side),
)
@settings(max_examples=60, derandomize=True, deadline=None, database=None)
def test_the_joints_of_a_figure_are_measured_as_they_are(
    trunk: float, hip: float, knee: float, elbow: float, shoulder: float, near: Side
) -> None:
    body = Body(trunk=trunk).on(Side.LEFT, hip=hip, knee=knee, elbow=elbow, shoulder=shoulder)
    values = measured(body, Camera(near=near, size_px=(1920, 1080)))
    side = Side.LEFT
    assert values[Signal.HIP_FLEXION, side] == pytest.approx(hip, abs=TOLERANCE_DEG)
    assert values[Signal.KNEE_FLEXION, side] == pytest.approx(knee, abs=TOLERANCE_DEG)
    assert values[Signal.ELBOW_FLEXION, side] == pytest.approx(elbow, abs=TOLERANCE_DEG)
    assert values[Signal.SHOULDER_FLEXION, side] == pytest.approx(shoulder, abs=TOLERANCE_DEG)
    assert values[Signal.TRUNK_INCLINATION, None] == pytest.approx(trunk, abs=TOLERANCE_DEG)
    assert values[Signal.HIP_FLEXION, Side.RIGHT] == pytest.approx(0.0, abs=TOLERANCE_DEG)


def test_an_angle_does_not_depend_on_the_shape_of_the_picture() -> None:
    for size_px in ((640, 480), (1920, 1080), (480, 1920)):
        values = measured(NINETY, Camera(px_per_m=150, size_px=size_px))
        assert values[Signal.HIP_FLEXION, Side.RIGHT] == pytest.approx(90, abs=TOLERANCE_DEG)


def test_a_body_line_is_positive_when_piked_and_negative_when_it_sags() -> None:
    for near in Side:
        camera = Camera(near=near, size_px=(1920, 1080))
        assert measured(plank(line=25), camera)[Signal.BODY_LINE, near] == pytest.approx(25, abs=1)
        assert measured(plank(line=-18), camera)[Signal.BODY_LINE, near] == pytest.approx(
            -18, abs=1
        )
    assert abs(measured(PLANK)[Signal.BODY_LINE, Side.RIGHT]) < 2.5


def test_lying_standing_and_plank_are_told_by_the_trunk() -> None:
    assert measured(LEGS_OUT)[Signal.TRUNK_INCLINATION, None] == pytest.approx(-90, abs=0.01)
    assert measured(STAND)[Signal.TRUNK_INCLINATION, None] == pytest.approx(0, abs=0.01)
    assert 60 < measured(PLANK)[Signal.TRUNK_INCLINATION, None] < 80


def test_a_tilted_camera_tilts_the_trunk() -> None:
    camera = Camera(roll_deg=10, size_px=(1920, 1080))
    tilted = measured(STAND, camera)[Signal.TRUNK_INCLINATION, None]
    assert abs(tilted) == pytest.approx(10, abs=0.01)


def test_distances_are_in_torsos() -> None:
    pose = pose_of(NINETY)
    xy_px = pose.xy_px.copy()
    wrist, knee = landmark(Part.WRIST, Side.LEFT), landmark(Part.KNEE, Side.RIGHT)
    xy_px[wrist] = xy_px[knee] + np.array([0.0, 0.5 * TORSO_PX])
    values = measure(xy_px.tolist(), facing=1, torso_px=TORSO_PX)
    assert values[Signal.HAND_TO_OPPOSITE_KNEE, Side.LEFT] == pytest.approx(0.5)
    assert values[Signal.HAND_TO_SAME_KNEE, Side.RIGHT] != pytest.approx(0.5)


def test_hands_ahead_of_the_shoulders_are_positive_from_both_sides() -> None:
    for near in Side:
        camera = Camera(near=near, size_px=(1920, 1080))
        ahead = measured(plank(ahead=0.3), camera)[Signal.HAND_SHIFT, None]
        assert ahead == pytest.approx(0.3, abs=0.01)


def test_a_lifted_head_and_a_dropped_one_differ_in_sign() -> None:
    rest = measured(LEGS_OUT)[Signal.HEAD_ANGLE, None]
    lifted = measured(LEGS_OUT._replace(head=30.0))[Signal.HEAD_ANGLE, None]
    dropped = measured(LEGS_OUT._replace(head=-30.0))[Signal.HEAD_ANGLE, None]
    assert dropped < rest - 15 < rest + 15 < lifted


def test_what_is_not_seen_is_not_measured_and_the_rest_is() -> None:
    points: list[Point] = pose_of(NINETY).xy_px.tolist()
    points[landmark(Part.ANKLE, Side.RIGHT)] = (nan, nan)
    values = measure(points, facing=1, torso_px=TORSO_PX)
    lost = {key for key in SIGNAL_KEYS if isnan(values[key])}
    ankle = (
        Signal.KNEE_FLEXION,
        Signal.BODY_LINE,
        Signal.FOOT_PLACE,
        Signal.FOOT_HEIGHT,
        Signal.HIP_LIFT,
    )
    assert lost == {(signal, Side.RIGHT) for signal in ankle}


@pytest.mark.parametrize("signal", [s for s in PARTS_OF if s is not Signal.HAND_TO_OPPOSITE_KNEE])
def test_a_signal_needs_just_the_landmarks_of_the_table(signal: Signal) -> None:
    xy_px = pose_of(STAND).xy_px
    for part in Part:
        hidden = xy_px.copy()
        hidden[landmark(part, Side.RIGHT)] = nan
        values = measure(hidden.tolist(), facing=1, torso_px=100.0)
        assert isnan(values[signal, Side.RIGHT]) == (part in PARTS_OF[signal]), part


def test_without_a_view_nothing_is_signed() -> None:
    values = measure(pose_of(STAND).xy_px.tolist(), facing=0, torso_px=TORSO_PX)
    unknown = {key for key in SIGNAL_KEYS if isnan(values[key])}
    assert unknown == {
        (Signal.BODY_LINE, Side.LEFT),
        (Signal.BODY_LINE, Side.RIGHT),
        (Signal.TRUNK_INCLINATION, None),
        (Signal.HEAD_ANGLE, None),
        (Signal.HAND_SHIFT, None),
    }


def test_a_mirror_exchanges_the_sides_of_what_is_measured() -> None:
    pose = pose_of(NINETY.on(Side.LEFT, hip=30, knee=10, shoulder=41))
    values = measure(pose.xy_px.tolist(), facing=1, torso_px=TORSO_PX)
    other = measure(mirror(pose).xy_px.tolist(), facing=-1, torso_px=TORSO_PX)
    for signal, side in SIGNAL_KEYS:
        if signal is not Signal.FOOT_PLACE:  # a place in the picture, not on the body
            twin = None if side is None else side.other
            assert other[signal, twin] == pytest.approx(values[signal, side], abs=1e-9)


def test_flexion_of_known_corners() -> None:
    assert flexion((0, 0), (1, 0), (2, 0)) == pytest.approx(0)
    assert flexion((0, 0), (1, 0), (1, 1)) == pytest.approx(90)
    assert flexion((0, 0), (1, 0), (0, 0)) == pytest.approx(180)
    assert isnan(flexion((0, 0), (nan, nan), (1, 1)))


def test_columns_name_the_side_first() -> None:
    assert column((Signal.HIP_FLEXION, Side.LEFT)) == "left_hip_flexion_deg"
    assert column((Signal.TRUNK_INCLINATION, None)) == "trunk_inclination_deg"
    assert len({column(key) for key in SIGNAL_KEYS}) == len(SIGNAL_KEYS)


def test_every_signal_stands_once_for_each_side_that_has_it() -> None:
    for signal in Signal:
        sides = [side for key, side in SIGNAL_KEYS if key is signal]
        assert sides == (list(Side) if signal.two_sided else [None])
        assert signal.value.endswith(("_deg", "_ratio"))
