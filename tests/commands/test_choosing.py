from collections.abc import Callable
from pathlib import Path

import pytest
from coached import coached
from figure import Film
from moves import trace

from formcoach.coaching.events import Hold, SetSummary
from formcoach.commands.choosing import (
    candidates,
    choose,
    find_mismatch,
    load_exercise,
    recogniser_of,
)
from formcoach.commands.replay import replay_trace
from formcoach.errors import NotRecognisedError, SpecError
from formcoach.exercises.choice import Choice
from formcoach.exercises.library import exercise_ids
from formcoach.notes import Note
from formcoach.pose.landmarks import Pose
from formcoach.pose.trace import TraceWriter

BRIDGE = trace("glute_bridge").poses
CATALOGUE = Path(__file__).parents[2] / "formcoach" / "exercises" / "catalogue"


def asked(exercise: str, level: str | None = None) -> Choice:
    return Choice(spec=load_exercise(exercise), level_id=level)


def instead(
    poses: list[Pose], exercise: str, level: str | None = None
) -> tuple[str, str | None] | None:
    found = find_mismatch(coached(poses, exercise, level), asked(exercise, level), lambda: poses)
    return None if found is None else (found.spec.id, found.level_id)


def test_every_exercise_of_the_catalogue_has_words_for_what_it_finds() -> None:
    assert [load_exercise(name).id for name in exercise_ids()] == list(exercise_ids())


@pytest.mark.parametrize("load", [load_exercise, lambda name: candidates(name, None)])
def test_a_fault_without_words_is_refused_and_the_nearest_are_offered(
    tmp_path: Path, load: Callable[[str], object]
) -> None:
    own = tmp_path / "own.toml"
    text = (CATALOGUE / "squat.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('id = "too_fast"', 'id = "too_quick"'), encoding="utf-8")
    with pytest.raises(
        SpecError,
        match=r"own\.toml: .*too_quick has no phrase cue\.too_quick in en\.toml; the nearest are",
    ):
        load(str(own))


def test_an_exercise_that_was_done_instead_is_named() -> None:
    assert instead(BRIDGE, "dead_bug", "hold") == ("glute_bridge", None)
    assert instead(trace("squat").poses, "push_up") == ("squat", None)
    assert instead(trace("plank_hold", "floor").poses, "squat") == ("plank_hold", "floor")


def test_the_poses_are_not_looked_at_again_where_the_asked_exercise_was_seen() -> None:
    def no_stop() -> list[Pose]:
        raise AssertionError

    summary = coached(BRIDGE, "glute_bridge")
    assert find_mismatch(summary, asked("glute_bridge"), no_stop) is None
    held = coached(trace("plank_hold", "floor").poses, "plank_hold", "floor")
    assert find_mismatch(held, asked("plank_hold", "floor"), no_stop) is None


def test_what_is_still_for_a_moment_is_no_plank_and_so_another_exercise_is_told() -> None:
    plank = asked("plank_hold", "floor")
    held = SetSummary(holds=[Hold(side=None, start_s=0.0, end_s=1.0)] * 2)
    found = find_mismatch(held, plank, lambda: trace("squat").poses)
    assert found is not None
    assert found.spec.id == "squat"
    long = SetSummary(holds=[Hold(side=None, start_s=0.0, end_s=3.5)])
    assert find_mismatch(long, plank, lambda: trace("squat").poses) is None


def test_what_is_not_sure_is_not_said() -> None:
    still = trace("squat", reps=0).poses
    assert instead(still, "push_up") is None


@pytest.mark.parametrize(
    ("exercise", "done", "level"),
    [
        ("hip_flexion", "free", "bent"),
        ("hip_flexion", "bent", "straight"),
        ("hip_flexion", "bent", "wall"),
        ("dead_bug", "reach", "hold"),
        ("plank_hip_flexion", "floor", "chair"),
        ("plank_hold", "floor", "wall"),
    ],
)
def test_another_level_of_the_same_exercise_is_named(exercise: str, done: str, level: str) -> None:
    assert instead(trace(exercise, done).poses, exercise, level) == (exercise, done)
    assert instead(trace(exercise, done, reps=0).poses, exercise, level) in (
        (exercise, done),
        ("plank_hold", done),  # who stands in plank holds one
    )


def test_a_level_that_looks_the_same_is_not_another() -> None:
    half = dict.fromkeys(range(1, 4), lambda body, side: body.on(side, hip=35, knee=40))
    poses = trace("hip_flexion", "free", 3, far=half).poses
    assert coached(poses, "hip_flexion", "wall").completed == []
    assert instead(poses, "hip_flexion", "wall") is None
    assert instead(poses, "hip_flexion", "bent") == ("hip_flexion", "free")


def test_a_level_of_an_exercise_of_ones_own_is_named_too(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (CATALOGUE / "plank_hold.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('"plank_hold"', '"board"'), encoding="utf-8")
    poses = trace("plank_hip_flexion", "floor", reps=0, lead_s=1.0, tail_s=1.0).poses
    found = find_mismatch(SetSummary(), asked(str(own), "wall"), lambda: poses)
    assert found is not None
    assert (found.spec.id, found.level_id) == ("board", "floor")


def written(folder: Path, poses: list[Pose]) -> Path:
    path = folder / "poses.jsonl.gz"
    with TraceWriter(path, {"image_size_px": (640, 480), "video": "set.mp4"}) as writer:
        for pose in poses:
            writer.write(pose)
    return path


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "This looks like level floor, not wall"),
        ("nl", "Dit lijkt op niveau floor, niet op wall"),
    ],
)
def test_a_replay_tells_another_level(tmp_path: Path, lang: str, note: str) -> None:
    path = written(tmp_path, trace("plank_hold", "floor").poses)
    out = tmp_path / "out"
    tree = replay_trace(path, exercise="plank_hold", level="wall", out=out, lang=lang).tree
    assert (tree["level"], tree["looks_like"], tree["looks_like_level"]) == ("wall", None, "floor")
    assert note in tree["notes"]


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "This looks like a bridge, not a dead bug"),
        ("nl", "Dit lijkt op een bruggetje, niet op een kever"),
    ],
)
def test_a_replay_tells_it(tmp_path: Path, lang: str, note: str) -> None:
    path = written(tmp_path, BRIDGE)
    out = tmp_path / "out"
    tree = replay_trace(path, exercise="dead_bug", level="hold", out=out, lang=lang).tree
    assert (tree["looks_like"], tree["looks_like_level"]) == ("glute_bridge", None)
    assert note in tree["notes"]
    own = replay_trace(path, exercise="glute_bridge", out=tmp_path / "own", lang=lang).tree
    assert own["looks_like"] is None
    assert own["counts"]["good"] == 4


def test_an_unknown_exercise_of_ones_own_is_named_by_its_id(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (CATALOGUE / "push_up.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('"push_up"', '"wall_press"'))
    path = written(tmp_path, BRIDGE)
    tree = replay_trace(path, exercise=str(own), out=tmp_path / "out").tree
    assert "This looks like a bridge, not wall_press" in tree["notes"]


def test_the_level_is_told_by_the_picture_or_the_easiest_is_taken() -> None:
    notes: list[Note] = []
    choices = candidates("hip_flexion", None)
    recogniser = recogniser_of(choices)
    for pose in trace("hip_flexion", "straight").poses:
        recogniser.step(pose)
    assert choose(recogniser, choices, "x.mp4", notes, asked=True).level_id == "straight"
    assert notes[0] == Note("level_seen", {"level": "straight"})
    assert choose(recogniser_of(choices), choices, "x.mp4", notes, asked=True).level_id == "bent"
    assert notes[1] == Note("level_easiest", {"level": "bent"})


def test_a_level_is_told_by_the_posture_where_there_is_no_rep() -> None:
    notes: list[Note] = []
    choices = candidates("hip_flexion", None)
    recogniser = recogniser_of(choices)
    for pose in trace("hip_flexion", "free", reps=0).poses:
        recogniser.step(pose)
    assert choose(recogniser, choices, "x.mp4", notes, asked=True).level_id == "free"
    assert notes == [Note("level_seen", {"level": "free"})]


def test_what_is_not_recognised_asks_for_the_exercise() -> None:
    choices = candidates(None, None)
    recogniser = recogniser_of(choices)
    for pose in trace("mountain_climber", reps=1, how=Film()).poses:
        recogniser.step(pose)
    with pytest.raises(NotRecognisedError, match=r"not sure .*nearest: .*--exercise"):
        choose(recogniser, choices, "x.mp4", [], asked=False)
