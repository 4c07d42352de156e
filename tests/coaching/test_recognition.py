"""The exercise is told without being named: right, or not sure, and never wrong."""

from dataclasses import replace

import pytest
from figure import Anchor, Film
from flaws import FLAWS
from moves import MOVES, trace

from formcoach.coaching.recognition import Recogniser, Recognition
from formcoach.exercises.choice import candidates
from formcoach.pose.landmarks import Pose, mirror

Case = tuple[str, str | None]

CHOICES = candidates(None, None)
CASES: list[Case] = [
    case for case in MOVES if case in [(choice.spec.id, choice.level_id) for choice in CHOICES]
]
UNSURE = [("plank_hip_flexion", "wall")]
"""The hands are not seen to be on a wall: whoever raises a knee there may just be leaning."""


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


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_faulty_set_is_not_taken_for_another(case: Case) -> None:
    for flaw in FLAWS[case].values():
        numbers = range(1, 4)
        tempos = dict.fromkeys(numbers, flaw.tempo) if flaw.tempo else None
        far = dict.fromkeys(numbers, flaw.far)
        poses = trace(*case, 3, how=Film(fps=12), far=far, tempos=tempos).poses
        found = recognised(poses).exercise_id
        alike = PLANK_IN_A_RUN if case[0] in PLANK_IN_A_RUN else {case[0]}
        assert found is None or found in alike, flaw


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
