"""Every demonstration is a faultless rep: the coach that a person meets counts the figure's own."""

import numpy as np
import pytest

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Quality
from formcoach.errors import SpecError
from formcoach.exercises import demonstration as module
from formcoach.exercises.demonstration import Demonstration, Figure, parse_demonstrations
from formcoach.exercises.library import exercise_ids, load_demonstration, load_exercise
from formcoach.pose.landmarks import NOSE, Part, Pose, Side, landmark

FPS, PX_PER_M = 15.0, 240.0
SIZE_PX = (960, 720)
BREADTH_M = {Part.SHOULDER: 0.17, Part.ELBOW: 0.2, Part.WRIST: 0.2, Part.EAR: 0.07, Part.EYE: 0.03}
LEVELS = [
    (exercise, level.id) for exercise in exercise_ids() for level in load_exercise(exercise).levels
]


def pose_of(figure: Figure, t_s: float) -> Pose:
    """Film the figure from its right side."""
    world = np.zeros((33, 3))
    for (part, side), (ahead, up) in figure.joints.items():
        away = BREADTH_M.get(part, 0.1) * (-1 if side is Side.RIGHT else 1)
        world[landmark(part, side)] = (ahead, -up, away)
    for side in Side:
        for eye in range(3):
            world[(1 if side is Side.LEFT else 4) + eye] = world[landmark(Part.EYE, side)]
        world[9 + side] = world[landmark(Part.EAR, side)]
        for finger in (17, 19, 21):
            world[finger + side] = world[landmark(Part.WRIST, side)]
    world[NOSE] = (world[2] + world[5]) / 2
    xy = world[:, :2] * PX_PER_M + (SIZE_PX[0] / 2, SIZE_PX[1] - 150)
    hips = (world[landmark(Part.HIP, Side.LEFT)] + world[landmark(Part.HIP, Side.RIGHT)]) / 2
    return Pose(
        t_s=t_s,
        xy_px=xy,
        world_m=world - hips,
        visibility=np.full(33, 0.95),
        presence=np.full(33, 0.99),
        image_size_px=SIZE_PX,
    )


def demonstration_of(exercise: str, level: str) -> Demonstration:
    found = load_demonstration(exercise, level)
    assert found is not None, f"{exercise} {level} has no demonstration"
    return found


@pytest.mark.parametrize(("exercise", "level"), LEVELS)
def test_the_coach_counts_each_demonstration_as_good(exercise: str, level: str) -> None:
    shown = demonstration_of(exercise, level)
    coach = Coach(load_exercise(exercise), level or None)
    rounds = 1 if shown.hold_s else 2
    for number in range(round((rounds * shown.duration_s + 1.5) * FPS)):
        # After the last round it stands still: the first pose of a round.
        t_s = min(number / FPS, rounds * shown.duration_s)
        coach.step(pose_of(shown.figure(t_s), number / FPS))
    summary = coach.finish()
    assert [fault.id for fault in summary.faults] == []
    if shown.hold_s:
        assert sum(hold.duration_s for hold in summary.holds) > 0.8 * shown.hold_s
        return
    assert [rep.quality for rep in summary.reps] == [Quality.GOOD] * (rounds * shown.reps)
    if shown.sides == "turns":
        assert [rep.side for rep in summary.reps] == [Side.RIGHT, Side.LEFT] * rounds


def test_it_begins_again_where_it_ended_and_its_bones_keep_their_length() -> None:
    shown = demonstration_of("dead_bug", "reach")
    assert shown.figure(0.0) == shown.figure(shown.duration_s)
    assert shown.reps == 2
    lengths = set()
    for t_s in np.linspace(0, shown.duration_s, 30):
        joints = shown.figure(float(t_s)).joints
        thigh = np.subtract(joints[Part.HIP, Side.RIGHT], joints[Part.KNEE, Side.RIGHT])
        lengths.add(round(float(np.hypot(*thigh)), 6))
    assert len(lengths) == 1


def test_the_tempo_is_the_one_that_is_asked() -> None:
    shown = demonstration_of("hip_flexion", "bent")
    assert shown.tempo is not None
    top_s = module.STILL_S + shown.tempo.lift_s
    knees = [shown.figure(t).joints[Part.KNEE, Side.RIGHT][0] for t in (1.0, top_s, top_s + 0.5)]
    assert knees[1] == pytest.approx(knees[2])
    assert knees[0] != pytest.approx(knees[1], abs=0.1)


def test_what_has_no_demonstration_has_none() -> None:
    assert load_demonstration("my_own") is None
    assert load_demonstration("../catalogue/squat") is None
    assert load_demonstration("squat", "no such level") is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[levels]]", "missing required field `sides`"),
        ('[[levels]]\nsides = "both"\nanchor = "hips"\nrest = { working = {} }', "give end"),
        ("levels = [", "Invalid value"),
    ],
)
def test_a_file_that_is_not_valid_is_refused_in_one_line(text: str, problem: str) -> None:
    with pytest.raises(SpecError, match=problem) as refused:
        parse_demonstrations(text, "demonstrations/mine.toml")
    assert str(refused.value).startswith("demonstrations/mine.toml: ")
    assert "\n" not in str(refused.value)
