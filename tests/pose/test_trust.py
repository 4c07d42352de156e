from dataclasses import replace
from math import isnan, nan

import numpy as np
import pytest
from figure import Film, Hidden, leg
from moves import trace
from reasons import reason

from formcoach.pose.doubts import UNSTEADY
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.trust import MIN_PRESENCE, LandmarkTrust, Trusted, landmark_order

TORSO_PX = 120.0
KNEE = landmark(Part.KNEE, Side.RIGHT)


def trusted(poses: list[Pose]) -> list[Trusted]:
    trust = LandmarkTrust()
    return [trust.step(pose, TORSO_PX) for pose in poses]


def with_presence(pose: Pose, index: int, value: float) -> Pose:
    presence = pose.presence.copy()
    presence[index] = value
    return replace(pose, presence=presence)


def moved_to(pose: Pose, index: int, x: float, y: float) -> Pose:
    xy_px = pose.xy_px.copy()
    xy_px[index] = x, y
    return replace(pose, xy_px=xy_px)


def test_what_is_clearly_seen_is_believed_as_it_is() -> None:
    poses = trace("hip_flexion", "bent", 2).poses
    for pose, seen in zip(poses, trusted(poses), strict=True):
        assert seen.doubts == {}
        assert not seen.exchanged
        assert seen.points == pose.xy_px.tolist()


def test_a_landmark_the_model_does_not_find_is_not_believed_and_named() -> None:
    pose = with_presence(trace("squat").poses[0], KNEE, MIN_PRESENCE - 0.01)
    seen = trusted([pose])[0]
    assert seen.doubts == {KNEE: reason("right knee hidden")}
    assert all(isnan(value) for value in seen.points[KNEE])
    assert trusted([with_presence(pose, KNEE, MIN_PRESENCE)])[0].doubts == {}


@pytest.mark.parametrize("place", [(-0.5, 200.0), (640.5, 200.0), (300.0, -0.5), (300.0, 480.5)])
def test_nothing_is_seen_outside_the_picture_however_sure_the_model_is(
    place: tuple[float, float],
) -> None:
    pose = trace("squat").poses[0]
    assert pose.image_size_px == (640, 480)
    seen = trusted([moved_to(pose, KNEE, *place)])[0]
    assert seen.doubts == {KNEE: reason("right knee out of the picture")}
    assert all(isnan(value) for value in seen.points[KNEE])
    inside = tuple(
        min(max(value, 0.0), most) for value, most in zip(place, (640, 480), strict=True)
    )
    assert trusted([moved_to(pose, KNEE, *inside)])[0].doubts == {}


def test_a_doubtful_landmark_at_the_border_is_out_of_the_picture() -> None:
    pose = with_presence(trace("squat").poses[0], KNEE, 0.2)
    for x, y in ((5.0, 200.0), (636.0, 200.0), (300.0, 3.0), (300.0, 478.0), (-40.0, 900.0)):
        seen = trusted([moved_to(pose, KNEE, x, y)])[0]
        assert seen.doubts == {KNEE: reason("right knee out of the picture")}


def test_a_doubt_goes_back_with_the_legs_that_the_model_exchanged() -> None:
    poses = list(trace("hip_flexion", "free", 2).poses)
    order = landmark_order(exchanged=True)
    raised = max(
        range(len(poses)), key=lambda i: abs(poses[i].xy_px[KNEE, 1] - poses[i].xy_px[25, 1])
    )
    model = poses[raised]
    mixed = replace(model, xy_px=model.xy_px[order])
    ankles = {side: landmark(Part.ANKLE, side) for side in Side}
    seen = trusted([*poses[:raised], with_presence(mixed, ankles[Side.LEFT], 0.2)])[-1]
    assert seen.exchanged
    assert seen.doubts == {ankles[Side.RIGHT]: reason("right ankle hidden")}
    assert seen.points[ankles[Side.LEFT]] == model.xy_px[ankles[Side.LEFT]].tolist()


def test_landmarks_of_the_face_are_the_body_in_words() -> None:
    pose = with_presence(trace("squat").poses[0], 0, 0.2)
    assert trusted([pose])[0].doubts == {0: reason("body hidden")}


def test_visibility_is_no_witness() -> None:
    pose = trace("squat").poses[0]
    unseen = replace(pose, visibility=np.zeros(33))
    assert trusted([unseen])[0].doubts == {}


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_exchanged_legs_that_are_apart_are_put_back(fps: float) -> None:
    how = Film(fps=fps, exchanged_s=((5.0, 6.2),))
    filmed = trace("hip_flexion", "straight", 2, how=how)
    truth = trace("hip_flexion", "straight", 2, how=Film(fps=fps))
    seen = trusted(filmed.poses)
    exchanged = [s for s, p in zip(seen, filmed.poses, strict=True) if 5.0 <= p.t_s <= 6.2]
    assert all(one.exchanged for one in exchanged)
    assert not any(s.exchanged for s, p in zip(seen, filmed.poses, strict=True) if p.t_s < 4.9)
    assert not seen[-1].exchanged
    for one, pose in zip(seen, truth.poses, strict=True):
        for index in leg(Side.RIGHT)[:2]:
            assert one.points[index] == pytest.approx(pose.xy_px[index].tolist())


def mixed_up(pose: Pose) -> Pose:
    """Put both legs in the middle between them, as the model does before it exchanges them."""
    xy_px = pose.xy_px.copy()
    left, right = list(leg(Side.LEFT)), list(leg(Side.RIGHT))
    xy_px[left] = xy_px[right] = (xy_px[left] + xy_px[right]) / 2
    return replace(pose, xy_px=xy_px)


@pytest.mark.parametrize("fps", [15, 30])
def test_legs_that_are_mixed_up_before_they_are_exchanged_are_put_back(fps: float) -> None:
    mixed = ((4.9, 5.0), (6.2, 6.3))
    truth = trace("hip_flexion", "free", 2, how=Film(fps=fps)).poses
    filmed = trace("hip_flexion", "free", 2, how=Film(fps=fps, exchanged_s=((5.0, 6.2),))).poses
    poses = [mixed_up(p) if any(a <= p.t_s <= b for a, b in mixed) else p for p in filmed]
    seen = trusted(poses)
    for one, pose in zip(seen, truth, strict=True):
        if any(a - 0.01 <= pose.t_s <= b + 0.2 for a, b in mixed):
            continue
        for index in leg(Side.RIGHT)[:2]:
            assert one.points[index] == pytest.approx(pose.xy_px[index].tolist()), pose.t_s
    assert not seen[-1].exchanged


def test_legs_that_come_together_and_change_places_are_not_put_back() -> None:
    for tempo in (15, 30):
        seen = trusted(trace("hip_flexion", "free", 6, how=Film(fps=tempo)).poses)
        assert not any(one.exchanged for one in seen)


def test_a_leg_that_leaps_is_not_believed_until_it_stays() -> None:
    poses = trace("plank_hold", "floor", how=Film(fps=30)).poses[:60]
    leapt = [
        pose if pose.t_s < 1.0 else moved_to(pose, KNEE, *(pose.xy_px[KNEE] + 150.0))
        for pose in poses
    ]
    doubted = [
        pose.t_s
        for pose, seen in zip(leapt, trusted(leapt), strict=True)
        if UNSTEADY in seen.doubts.values()
    ]
    assert doubted[0] == pytest.approx(1.0, abs=0.04)
    assert 0.1 <= doubted[-1] - doubted[0] <= 0.25


def test_a_single_leap_does_not_outlast_its_frame() -> None:
    poses = trace("plank_hold", "floor", how=Film(fps=30)).poses[:60]
    poses[30] = moved_to(poses[30], KNEE, 20.0, 20.0)
    seen = trusted(poses)
    assert set(seen[30].doubts.values()) == {UNSTEADY}
    assert seen[31].doubts == {}


def test_fast_legs_are_no_leap_at_any_frame_rate() -> None:
    for exercise in ("high_knees", "mountain_climber"):
        for fps in (10, 15, 24, 30, 60):
            seen = trusted(trace(exercise, reps=8, how=Film(fps=fps)).poses)
            assert not any(one.doubts or one.exchanged for one in seen), (exercise, fps)


def test_before_the_scale_is_known_only_presence_counts() -> None:
    poses = trace("plank_hold", "floor").poses[:10]
    poses[5] = moved_to(poses[5], KNEE, 20.0, 20.0)
    trust = LandmarkTrust()
    assert all(trust.step(pose, nan).doubts == {} for pose in poses)


def test_nobody_is_forgotten_with_all_that_was_known() -> None:
    filmed = trace("hip_flexion", "straight", 1, how=Film(nobody_s=((4.0, 4.5),)))
    seen = trusted(filmed.poses)
    assert all(one.doubts == {} for one in seen)
    hidden = Hidden(landmarks=(KNEE,), from_s=3.0, to_s=5.0)
    lost = trusted(trace("squat", how=Film(hidden=(hidden,))).poses)
    assert sum(KNEE in one.doubts for one in lost) == pytest.approx(30, abs=2)
