"""The ladder's levels: which a picture can tell, and which are the person's word."""

import pytest
from coached import coached
from moves import trace

from formcoach.coaching.recognition import Recogniser
from formcoach.errors import SpecError
from formcoach.exercises.choice import candidates
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.parsing import parse_spec
from formcoach.exercises.spec import Prop

CONTRACT = {
    "hip_flexion": ["bent", "straight", "wall_chair", "wall", "chair", "free"],
    "plank_hold": ["wall", "chair", "floor"],
    "plank_hip_flexion": ["wall", "chair", "floor"],
    "dead_bug": ["hold", "reach", "classic"],
}
DECLARED = {("hip_flexion", "wall_chair"), ("hip_flexion", "wall"), ("hip_flexion", "chair")}
INCLINED = [
    (exercise, level)
    for exercise in ("plank_hold", "plank_hip_flexion")
    for level in CONTRACT[exercise]
]


@pytest.mark.parametrize("exercise", CONTRACT)
def test_levels_are_listed_easy_to_hard(exercise: str) -> None:
    assert [level.id for level in load_exercise(exercise).levels] == CONTRACT[exercise]


def test_walls_and_chairs_for_standing_are_never_guessed() -> None:
    declared = {
        (name, level.id)
        for name in exercise_ids()
        for level in load_exercise(name).levels
        if level.declared
    }
    assert declared == DECLARED
    guessed = {(choice.spec.id, choice.level_id) for choice in candidates(None, None)}
    assert not guessed & DECLARED
    assert {("hip_flexion", "free"), ("plank_hold", "wall")} <= guessed
    named = candidates("hip_flexion", "wall_chair")
    assert [choice.level_id for choice in named] == ["wall_chair"]


def test_a_level_says_what_must_be_there() -> None:
    needs = {level.id: level.needs for level in load_exercise("hip_flexion").levels}
    assert needs["wall_chair"] == (Prop.WALL, Prop.CHAIR)
    assert needs["bent"] == needs["free"] == ()


@pytest.mark.parametrize(("exercise", "level"), INCLINED)
def test_the_incline_tells_the_level(exercise: str, level: str) -> None:
    recogniser = Recogniser([(c.spec, c.level_id) for c in candidates(exercise, None)])
    for pose in trace(exercise, level).poses:
        recogniser.step(pose)
    assert recogniser.finish().level_id == level


@pytest.mark.parametrize("level", ["wall", "chair", "floor"])
def test_a_hold_on_another_incline_is_not_held(level: str) -> None:
    for other in {"wall", "chair", "floor"} - {level}:
        assert coached(trace("plank_hold", level).poses, "plank_hold", other).holds == []


def test_standing_still_is_no_plank_against_a_wall() -> None:
    assert coached(trace("hip_flexion", "free").poses, "plank_hold", "wall").holds == []
    assert coached(trace("hip_flexion", "free").poses, "plank_hip_flexion", "wall").reps == []


SHARED = """
id = "own"
[[levels]]
id = "easy"
posture = {{}}
start = {{}}
movement_as = "{shared}"
source = "a test"
[[levels]]
id = "hard"
posture = {{}}
start = {{}}
source = "a test"
[levels.movement]
signal = "hip_flexion_deg"
direction = "up"
sides = "each"
end_deg = 80
range_deg = 75
source = "a test"
"""


def test_levels_may_share_a_movement() -> None:
    spec = parse_spec(SHARED.format(shared="hard"), "own.toml")
    easy, hard = (spec.movement_of(level) for level in spec.levels)
    assert easy is not None
    assert easy is hard


@pytest.mark.parametrize("shared", ["easy", "harder"])
def test_a_shared_movement_must_be_there(shared: str) -> None:
    with pytest.raises(SpecError, match=f"level 'easy': no level '{shared}' with a movement"):
        parse_spec(SHARED.format(shared=shared), "own.toml")
