from dataclasses import replace
from math import isnan

import pytest
from figure import Camera, Film
from moves import trace

from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.view import (
    FAR_CLEAR_FROM_DEG,
    OBLIQUE_FROM_DEG,
    SIDE_FROM_DEG,
    UNKNOWN_VIEW,
    BodyView,
    ViewEstimator,
    ViewKind,
)

POSES = trace("hip_flexion", "free", 1).poses


def view_of(poses: list[Pose]) -> BodyView:
    estimator = ViewEstimator()
    view = UNKNOWN_VIEW
    for pose in poses:
        view = estimator.step(pose, pose.xy_px.tolist())
    return view


def filmed(camera: Camera, exercise: str = "hip_flexion", level: str = "free") -> list[Pose]:
    return trace(exercise, level, 1, how=Film(camera=camera)).poses


@pytest.mark.parametrize("azimuth_deg", [5, 20, 35, 45, 60, 75, 90])
@pytest.mark.parametrize("near", Side)
@pytest.mark.parametrize("behind", [False, True])
def test_the_azimuth_is_that_of_the_camera(azimuth_deg: float, near: Side, behind: bool) -> None:
    camera = Camera(azimuth_deg=azimuth_deg, near=near, behind=behind, size_px=(1280, 960))
    view = view_of(filmed(camera))
    assert view.azimuth_deg == pytest.approx(azimuth_deg, abs=1.0)
    assert view.near_side is near
    expected = ViewKind.FRONT
    if azimuth_deg >= SIDE_FROM_DEG:
        expected = ViewKind.SIDE
    elif azimuth_deg >= OBLIQUE_FROM_DEG:
        expected = ViewKind.OBLIQUE
    assert view.kind is expected
    assert view.far_clear == (azimuth_deg >= FAR_CLEAR_FROM_DEG)
    assert view.facing == (1 if near is Side.RIGHT else -1)


@pytest.mark.parametrize(("exercise", "level"), [("dead_bug", "reach"), ("plank_hold", "floor")])
def test_a_lying_body_and_a_plank_are_seen_from_the_side_too(exercise: str, level: str) -> None:
    for near in Side:
        view = view_of(filmed(Camera(near=near), exercise, level))
        assert view.near_side is near
        assert view.kind is ViewKind.SIDE


def test_the_scale_is_the_length_of_the_torso() -> None:
    assert view_of(POSES).torso_px == pytest.approx(120, rel=0.02)
    assert view_of(filmed(Camera(px_per_m=100))).torso_px == pytest.approx(50, rel=0.02)


def test_nobody_has_no_view() -> None:
    view = view_of([replace(POSES[0], xy_px=POSES[0].xy_px * float("nan"))])
    assert view == UNKNOWN_VIEW
    assert view.facing == 0
    assert not view.far_clear
    assert isnan(view.torso_px)


def test_without_metres_the_more_visible_side_is_near() -> None:
    for near in Side:
        flat = [replace(pose, world_m=None) for pose in filmed(Camera(near=near))]
        assert view_of(flat).near_side is near


def test_without_metres_and_with_both_sides_alike_it_is_unknown() -> None:
    flat = [
        replace(pose, world_m=None, visibility=pose.visibility * 0.0 + 0.9) for pose in POSES[:20]
    ]
    view = view_of(flat)
    assert view.kind is ViewKind.UNKNOWN
    assert view.near_side is None


def test_a_moment_of_another_view_does_not_turn_the_person_round() -> None:
    other = filmed(Camera(near=Side.LEFT))
    poses = [*POSES[:30], replace(other[30], t_s=POSES[30].t_s), *POSES[31:45]]
    estimator = ViewEstimator()
    sides = [estimator.step(pose, pose.xy_px.tolist()).near_side for pose in poses]
    assert set(sides) == {Side.RIGHT}


def test_who_turns_round_is_followed_within_seconds() -> None:
    other = filmed(Camera(near=Side.LEFT))
    poses = [*POSES[:30], *(replace(pose, t_s=pose.t_s + 2.0) for pose in other[:60])]
    assert view_of(poses).near_side is Side.LEFT
