"""Limbs that run are counted as a pair; what the picture hides is counted by what it shows."""

from dataclasses import replace

import numpy as np
import pytest
from coached import coached
from figure import Camera, Film
from moves import Tempo, trace

from formcoach.coaching.events import Quality
from formcoach.pose.landmarks import Part, Pose, Side, landmark

RUNS = ("high_knees", "mountain_climber")
SHINS = [landmark(part, side) for part in (Part.ANKLE, Part.HEEL, Part.TOE) for side in Side]


def without_shins(pose: Pose) -> Pose:
    xy_px, visibility = pose.xy_px.copy(), pose.visibility.copy()
    presence = pose.presence.copy()
    xy_px[SHINS], visibility[SHINS], presence[SHINS] = np.nan, 0.0, 0.0
    return replace(pose, xy_px=xy_px, visibility=visibility, presence=presence)


@pytest.mark.parametrize("exercise", RUNS)
@pytest.mark.parametrize("exchanged_s", [((2.6, 2.8),), ((2.3, 2.5), (3.2, 3.45)), ((2.5, 3.0),)])
def test_legs_that_are_taken_for_each_other_change_no_count_of_a_run(
    exercise: str, exchanged_s: tuple[tuple[float, float], ...]
) -> None:
    how = Film(fps=25.0, exchanged_s=exchanged_s)
    filmed = trace(exercise, reps=8, how=how)
    assert coached(filmed.poses, exercise).total == 8


@pytest.mark.parametrize("exercise", RUNS)
def test_the_side_of_a_run_is_that_of_most_of_its_far_half(exercise: str) -> None:
    filmed = trace(exercise, reps=8, how=Film(fps=25.0, exchanged_s=((2.2, 2.26),)))
    reps = coached(filmed.poses, exercise).reps
    assert [rep.side for rep in reps] == [rep.side for rep in filmed.reps]


@pytest.mark.parametrize("azimuth_deg", [90.0, 60.0, 10.0])
def test_a_squat_is_counted_where_no_shin_is_seen_and_is_not_judged(azimuth_deg: float) -> None:
    filmed = trace("squat", reps=4, how=Film(camera=Camera(azimuth_deg=azimuth_deg)))
    summary = coached(map(without_shins, filmed.poses), "squat")
    assert [rep.quality for rep in summary.reps] == [Quality.UNSURE] * 4
    assert summary.faults == []


def test_a_march_from_the_front_is_no_squat() -> None:
    filmed = trace("hip_flexion", "free", 4, how=Film(camera=Camera(azimuth_deg=10.0)))
    assert coached(filmed.poses, "squat").total == 0
    assert coached(filmed.poses, "hip_flexion", "free").total == 4


def test_the_tempo_of_a_rep_that_began_before_the_first_picture_is_not_judged() -> None:
    quick = Tempo(lift_s=0.4, hold_s=0.0, lower_s=0.4, rest_s=1.0)
    filmed = trace("squat", reps=3, tempo=quick)
    began_s = filmed.reps[0].start_s
    late = [pose for pose in filmed.poses if pose.t_s > began_s + 0.05]
    told = [rep.faults for rep in coached(late, "squat").reps]
    assert told == [(), ("too_fast",), ("too_fast",)]
    assert coached(filmed.poses, "squat").reps[0].faults == ("too_fast",)
