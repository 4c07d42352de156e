"""The exercise is told without being named: right, or not sure, and never wrong."""

from dataclasses import replace

import numpy as np
import pytest
from figure import Anchor, Film
from flaws import FLAWS
from moves import MOVES, trace

from formcoach.coaching.recognition import Recogniser, Recognition
from formcoach.exercises.choice import candidates
from formcoach.pose.landmarks import LANDMARK_COUNT, Pose, mirror

Case = tuple[str, str | None]

CHOICES = candidates(None, None)
CASES: list[Case] = [
    case for case in MOVES if case in [(choice.spec.id, choice.level_id) for choice in CHOICES]
]
UNSURE = [("plank_hip_flexion", "wall")]
"""The hands are not seen to be on a wall: whoever raises a knee there may just be leaning."""


LADDER = [case for case in CASES if case[1] is not None and case != ("dead_bug", "classic")]
"""Levels that posture or start pose tells; `classic` differs from `reach` in the arms alone."""


def named(case: object) -> str:
    return "-".join(str(part) for part in case if part) if isinstance(case, tuple) else str(case)


def recognised(poses: list[Pose]) -> Recognition:
    recogniser = Recogniser([(choice.spec, choice.level_id) for choice in CHOICES])
    for pose in poses:
        recogniser.step(pose)
    return recogniser.finish()


def told(poses: list[Pose]) -> Case | None:
    found = recognised(poses)
    return None if found.exercise_id is None else (found.exercise_id, found.level_id)


@pytest.mark.parametrize("case", [case for case in CASES if case not in UNSURE], ids=named)
def test_what_is_done_well_is_recognised_with_its_level(case: Case) -> None:
    poses = trace(*case, 3, how=Film(fps=12)).poses
    assert told(poses) == case
    assert told([mirror(pose) for pose in poses]) == case


@pytest.mark.parametrize("case", CASES, ids=named)
def test_it_is_never_taken_for_another(case: Case) -> None:
    for how in (
        Film(fps=12, jitter_px=2.0),
        Film(fps=12).with_camera(azimuth_deg=62, behind=True),
        Film(fps=12).with_camera(roll_deg=10),
    ):
        found = recognised(trace(*case, 2, how=how).poses).exercise_id
        assert found in (case[0], None)
    around = recognised(trace(*case, 3, how=Film(fps=12), around=True).poses).exercise_id
    assert around in (case[0], None)


PLANK_IN_A_RUN = {"plank_hip_flexion", "mountain_climber"}
"""Only their tempo tells these apart, and a slow climber is neither."""


RUN_OR_RAISE = {"high_knees": {"hip_flexion"}}
"""Knees that are raised slowly, and knees in a run: only their tempo tells them apart, too."""


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_faulty_set_is_not_taken_for_another(case: Case) -> None:
    for flaw in FLAWS[case].values():
        numbers = range(1, 4)
        tempos = dict.fromkeys(numbers, flaw.tempo) if flaw.tempo else None
        far = dict.fromkeys(numbers, flaw.far)
        poses = trace(*case, 3, how=Film(fps=12), far=far, tempos=tempos).poses
        found = recognised(poses).exercise_id
        alike = PLANK_IN_A_RUN if case[0] in PLANK_IN_A_RUN else {case[0]}
        assert found is None or found in alike | RUN_OR_RAISE.get(case[0], set()), flaw


def test_nothing_is_made_of_standing_still_or_of_an_empty_picture() -> None:
    still = trace("squat", reps=0, lead_s=6.0).poses
    assert told(still) is None
    gone = trace("squat", how=Film(nobody_s=((0.0, 60.0),))).poses
    assert recognised(gone) == Recognition(exercise_id=None, level_id=None, best_guess=None)
    assert recognised([]).best_guess is None


def test_getting_up_and_down_is_no_exercise() -> None:
    for case in CASES:
        if MOVES[case].anchor is not Anchor.HANDS:  # who stands in plank, holds one
            assert told(trace(*case, 0, how=Film(fps=12), around=True, tail_s=0.5).poses) is None


def test_one_rep_in_a_long_time_is_a_guess() -> None:
    once = trace("squat", reps=1).poses
    march = trace("hip_flexion", "straight", reps=4, around=True).poses
    late = [replace(pose, t_s=pose.t_s + once[-1].t_s + 0.1) for pose in march]
    found = recognised([*once, *late])
    assert found.exercise_id in ("hip_flexion", None)


def test_a_picture_every_other_second_names_nothing() -> None:
    poses = trace("plank_hold", "floor").poses
    slow = [replace(pose, t_s=2.0 * number) for number, pose in enumerate(poses[:40])]
    assert recognised(slow).exercise_id is None


def shown(poses: list[Pose], exercise: str, instead_of: str | None = None) -> str | None:
    recogniser = Recogniser([(choice.spec, choice.level_id) for choice in CHOICES])
    for pose in poses:
        recogniser.step(pose)
    recogniser.finish()
    return recogniser.level_shown(exercise, instead_of)


@pytest.mark.parametrize("case", LADDER, ids=named)
def test_the_level_of_a_known_exercise_is_told_by_its_start_pose_alone(case: Case) -> None:
    poses = trace(*case, 0, how=Film(fps=12), lead_s=3.0).poses
    assert shown(poses, case[0]) == case[1]
    others = [level for exercise, level in LADDER if exercise == case[0] and level != case[1]]
    assert {shown(poses, case[0], level) for level in others} == {case[1]}
    assert shown(poses, case[0], case[1]) is None


@pytest.mark.parametrize("case", [("hip_flexion", "free"), ("hip_flexion", "straight")], ids=named)
def test_the_level_is_told_of_half_lifts_too(case: Case) -> None:
    half = dict.fromkeys(range(1, 4), lambda body, side: body.on(side, hip=35, knee=40))
    poses = trace(*case, 3, how=Film(fps=12), far=half).poses
    assert told(poses) is None
    assert shown(poses, case[0]) == case[1]


def test_no_level_is_told_where_none_was_seen() -> None:
    assert shown([], "hip_flexion") is None
    assert shown(trace("squat", reps=0, lead_s=0.2, tail_s=0.2).poses, "hip_flexion") is None
    assert shown(trace("plank_hold", "floor").poses, "hip_flexion") is None
    assert shown(trace("squat").poses, "squat") is None, "it has only one"


def test_who_lies_along_the_line_of_sight_is_not_taken_to_stand() -> None:
    along = Film(fps=12).with_camera(azimuth_deg=0)
    assert shown(trace("hip_flexion", "bent", 2, how=along).poses, "hip_flexion") is None
    assert shown(trace("hip_flexion", "free", 2, how=along).poses, "hip_flexion") == "free"


def test_a_body_of_which_nothing_is_measured_holds_nothing() -> None:
    poses = trace("plank_hold", "floor").poses
    unseen = [replace(pose, presence=np.zeros(LANDMARK_COUNT)) for pose in poses]
    assert recognised(unseen) == Recognition(exercise_id=None, level_id=None, best_guess=None)
    assert shown(unseen, "plank_hold") is None
