"""A limb that goes here and there as no limb does, and what becomes of the rep it does that in."""

from dataclasses import replace
from math import cos, nan, tau

import pytest
from coached import coached
from moves import FILM, trace

from formcoach.coaching.doubt import UnsureLog
from formcoach.coaching.events import Quality, UnsureSpan
from formcoach.coaching.reps.spikes import SPIKE_DEG, spikes
from formcoach.pose.doubts import NOBODY, UNSTEADY
from formcoach.pose.landmarks import Part, Pose, Side, landmark

LEGS = [
    (landmark(part, Side.LEFT), landmark(part, Side.RIGHT))
    for part in (Part.KNEE, Part.ANKLE, Part.HEEL, Part.TOE)
]


def at(fps: float, *values: float) -> list[tuple[float, float]]:
    return [(index / fps, value) for index, value in enumerate(values)]


@pytest.mark.parametrize("fps", [10.0, 15.0, 30.0, 60.0])
@pytest.mark.parametrize("hz", [0.1, 1.0, 2.2])
def test_a_limb_that_moves_does_not_flick_however_fast(fps: float, hz: float) -> None:
    wave = [50 - 50 * cos(tau * hz * index / fps) for index in range(round(8 * fps))]
    assert spikes(at(fps, *wave)) == []


@pytest.mark.parametrize("fps", [8.0, 12.0, 30.0])
def test_one_frame_on_the_other_leg_is_a_flick(fps: float) -> None:
    up = [80.0] * 10
    assert spikes(at(fps, *up, 40.0, *up)) == [pytest.approx(10 / fps, abs=0.5 / fps)]
    assert spikes(at(fps, *up, 80.0 - SPIKE_DEG + 1, *up)) == []
    assert spikes(at(fps, *up, nan, *up)) == []


def test_there_and_back_slowly_is_a_movement() -> None:
    assert spikes(at(10.0, 0, 0, 10, 20, 30, 40, 30, 20, 10, 0, 0)) == []


def between(pose: Pose) -> Pose:
    """Both legs where the model puts them when it cannot decide."""
    xy_px = pose.xy_px.copy()
    for left, right in LEGS:
        xy_px[[left, right]] = xy_px[[left, right]].mean(axis=0)
    return replace(pose, xy_px=xy_px)


def test_a_rep_in_which_the_model_wavers_is_unsure_or_told_and_blamed_for_nothing() -> None:
    poses = trace("hip_flexion", "free", 4, how=replace(FILM, fps=12.0)).poses
    clean = coached(poses, "hip_flexion", "free")
    assert [rep.quality for rep in clean.reps] == [Quality.GOOD] * 4
    wavering = clean.reps[1]
    shaken = [
        between(pose) if index % 3 == 1 and abs(pose.t_s - wavering.turn_s) < 1.5 else pose
        for index, pose in enumerate(poses)
    ]
    found = coached(shaken, "hip_flexion", "free")
    others = [rep for rep in found.reps if abs(rep.turn_s - wavering.turn_s) > 2.0]
    assert [rep.quality for rep in others] == [Quality.GOOD] * 3
    doubted = [rep for rep in found.reps if rep not in others]
    assert all(rep.quality is Quality.UNSURE for rep in doubted)
    told = [s for s in found.unsure if s.start_s < wavering.turn_s < s.end_s]
    assert doubted or told
    assert found.faults == []


def test_a_frame_astray_in_the_middle_of_a_rep_changes_nothing() -> None:
    poses = trace("hip_flexion", "free", 4, how=replace(FILM, fps=12.0)).poses
    clean = coached(poses, "hip_flexion", "free")
    turn_s = clean.reps[1].turn_s
    astray = min(range(len(poses)), key=lambda index: abs(poses[index].t_s - turn_s))
    shaken = [between(pose) if index == astray else pose for index, pose in enumerate(poses)]
    found = coached(shaken, "hip_flexion", "free")
    assert [rep.quality for rep in found.reps] == [Quality.GOOD] * 4
    assert found.faults == []


def test_a_doubt_that_comes_up_late_is_put_in_its_place() -> None:
    log = UnsureLog()
    for tenth in range(20):
        log.step(tenth / 10, NOBODY)
    log.add(UnsureSpan(start_s=0.2, end_s=0.9, reason=UNSTEADY))
    assert [span.start_s for span in log.finish()] == [0.0, 0.2]
