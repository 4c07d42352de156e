from pathlib import Path

import pytest

from formcoach.errors import SpecError
from formcoach.exercises import library
from formcoach.exercises.choice import candidates
from formcoach.exercises.library import exercise_ids, load_exercise

CATALOGUE = Path(library.__file__).parent / "catalogue"
ONE_LEVEL = [
    "bicep_curl",
    "glute_bridge",
    "half_kneeling",
    "heel_slide",
    "high_knees",
    "knee_held",
    "lunge",
    "mountain_climber",
    "push_up",
    "sit_up",
    "squat",
    "straight_leg_raise",
]
CONTRACT = {
    "hip_flexion": ["bent", "straight", "wall_chair", "wall", "chair", "free"],
    "plank_hold": ["wall", "chair", "floor"],
    "plank_hip_flexion": ["wall", "chair", "floor"],
    "dead_bug": ["hold", "reach", "classic"],
    **{name: [""] for name in ONE_LEVEL},
}


def test_the_catalogue_is_as_it_should_be_with_its_levels_easy_to_hard() -> None:
    assert {
        name: [level.id for level in load_exercise(name).levels] for name in exercise_ids()
    } == CONTRACT


def test_an_unknown_exercise_offers_the_nearest() -> None:
    with pytest.raises(SpecError, match=r"no exercise 'squats'; did you mean squat"):
        load_exercise("squats")
    with pytest.raises(SpecError, match=r"no exercise 'zumba'; there are bicep_curl, dead_bug"):
        load_exercise("zumba")


def test_no_two_exercises_go_by_the_same_name() -> None:
    names = [name for one in exercise_ids() for name in (one, *load_exercise(one).aliases)]
    assert len(names) == len(set(names))
    assert load_exercise("kever") == load_exercise("Dode kever") == load_exercise("dead-bug")
    assert load_exercise("bruggetje").id == "glute_bridge"


def test_a_name_is_no_way_out_of_the_catalogue() -> None:
    with pytest.raises(SpecError, match=r"no exercise '\.\./spec'"):
        load_exercise("../spec")


@pytest.mark.parametrize("name", ["deep_squat.toml", "DEEP_SQUAT.TOML"])
def test_a_file_of_ones_own_is_an_exercise_too(name: str, tmp_path: Path) -> None:
    own = tmp_path / name
    text = (CATALOGUE / "squat.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('id = "squat"', 'id = "deep_squat"'), encoding="utf-8")
    assert load_exercise(str(own)).id == "deep_squat"


def test_a_file_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"gone\.toml: cannot be read \(.*\); check the path"):
        load_exercise(str(tmp_path / "gone.toml"))
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    with pytest.raises(SpecError, match=r"folder\.toml: cannot be read"):
        load_exercise(str(folder))


def test_a_file_of_ones_own_that_is_wrong_is_named_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "odd.toml"
    own.write_text('id = "odd"\n', encoding="utf-8")
    with pytest.raises(SpecError, match=r"odd\.toml: .*levels"):
        load_exercise(str(own))


def test_one_choice_where_both_are_known() -> None:
    (choice,) = candidates("dead_bug", "reach")
    assert (choice.spec.id, choice.level_id) == ("dead_bug", "reach")
    (only,) = candidates("squat", None)
    assert only.level_id is None


def test_all_levels_where_the_exercise_is_known_and_all_exercises_where_not() -> None:
    assert [choice.level_id for choice in candidates("dead_bug", None)] == CONTRACT["dead_bug"]
    stretches = {name for name in exercise_ids() if load_exercise(name).stretch}
    assert stretches == {"half_kneeling", "knee_held"}
    guessed = {choice.spec.id for choice in candidates(None, None)}
    assert guessed == set(exercise_ids()) - stretches
    assert [choice.spec.id for choice in candidates("knee_held", None)] == ["knee_held"]


def test_a_level_that_has_to_be_declared_is_possible_only_where_it_is_named() -> None:
    guessed = [choice.level_id for choice in candidates("hip_flexion", None)]
    assert guessed == ["bent", "straight", "free"]
    assert candidates("hip_flexion", "wall")[0].level_id == "wall"


def test_where_each_level_has_to_be_declared_one_has_to_be_named(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (CATALOGUE / "dead_bug.toml").read_text(encoding="utf-8")
    own.write_text(text.replace("[[levels]]", "[[levels]]\ndeclared = true"), encoding="utf-8")
    names = ", ".join(CONTRACT["dead_bug"])
    with pytest.raises(SpecError, match=f"dead_bug: .*; name one with --level: {names}"):
        candidates(str(own), None)
    assert candidates(str(own), "reach")[0].level_id == "reach"


def test_the_only_level_of_an_exercise_needs_no_naming(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (CATALOGUE / "squat.toml").read_text(encoding="utf-8")
    own.write_text(text.replace("[[levels]]", "[[levels]]\ndeclared = true"), encoding="utf-8")
    (only,) = candidates(str(own), None)
    assert (only.spec.id, only.level_id) == ("squat", None)


def test_a_level_of_no_exercise_is_refused() -> None:
    with pytest.raises(SpecError, match=r"level 'reach' of which exercise\? Name it with"):
        candidates(None, "reach")
