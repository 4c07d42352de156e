from collections.abc import Callable
from pathlib import Path

import pytest
from coached import coached
from figure import Film
from moves import trace

from formcoach.choosing import candidates, choose, load_exercise, recogniser_of, seen_instead
from formcoach.coaching.events import Hold, SetSummary
from formcoach.errors import NotRecognisedError, SpecError
from formcoach.exercises.library import exercise_ids
from formcoach.notes import Note
from formcoach.pose.landmarks import Pose
from formcoach.pose.trace import TraceWriter
from formcoach.replay import replay_trace

BRIDGE = trace("glute_bridge").poses
CATALOGUE = Path(__file__).parents[1] / "formcoach" / "exercises" / "catalogue"


def instead(poses: list[Pose], exercise: str, level: str | None = None) -> str | None:
    summary = coached(poses, exercise, level)
    return seen_instead(summary, load_exercise(exercise), lambda: poses)


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
    assert instead(BRIDGE, "dead_bug", "hold") == "glute_bridge"
    assert instead(trace("squat").poses, "push_up") == "squat"
    assert instead(trace("plank_hold", "floor").poses, "squat") == "plank_hold"


def test_the_poses_are_not_looked_at_again_where_the_asked_exercise_was_seen() -> None:
    def never() -> list[Pose]:
        raise AssertionError

    summary = coached(BRIDGE, "glute_bridge")
    assert seen_instead(summary, load_exercise("glute_bridge"), never) is None
    held = coached(trace("plank_hold", "floor").poses, "plank_hold", "floor")
    assert seen_instead(held, load_exercise("plank_hold"), never) is None


def test_what_is_still_for_a_moment_is_no_plank_and_so_another_exercise_is_told() -> None:
    spec = load_exercise("plank_hold")
    held = SetSummary(holds=[Hold(side=None, start_s=0.0, end_s=1.0)] * 2)
    assert seen_instead(held, spec, lambda: trace("squat").poses) == "squat"
    long = SetSummary(holds=[Hold(side=None, start_s=0.0, end_s=3.5)])
    assert seen_instead(long, spec, lambda: trace("squat").poses) is None


def test_what_is_not_sure_is_not_said() -> None:
    still = trace("squat", reps=0).poses
    assert instead(still, "push_up") is None


def test_the_same_exercise_at_another_level_is_not_another() -> None:
    assert instead(trace("hip_flexion", "free").poses, "hip_flexion", "bent") is None


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "This looks like a bridge, not a dead bug"),
        ("nl", "Dit lijkt op een bilbrug, niet op een dead bug"),
    ],
)
def test_a_replay_tells_it(tmp_path: Path, lang: str, note: str) -> None:
    path = tmp_path / "poses.jsonl.gz"
    with TraceWriter(path, {"image_size_px": (640, 480), "video": "set.mp4"}) as writer:
        for pose in BRIDGE:
            writer.write(pose)
    asked = {"exercise": "dead_bug", "level": "hold"}
    tree = replay_trace(path, **asked, out=tmp_path / "out", lang=lang).tree  # type: ignore[arg-type]
    assert tree["looks_like"] == "glute_bridge"
    assert note in tree["notes"]
    own = replay_trace(path, exercise="glute_bridge", out=tmp_path / "own", lang=lang).tree
    assert own["looks_like"] is None
    assert own["counts"]["good"] == 4


def test_an_unknown_exercise_of_ones_own_is_named_by_its_id(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = (CATALOGUE / "push_up.toml").read_text(encoding="utf-8")
    own.write_text(text.replace('"push_up"', '"wall_press"'))
    path = tmp_path / "poses.jsonl.gz"
    with TraceWriter(path, {"image_size_px": (640, 480)}) as writer:
        for pose in BRIDGE:
            writer.write(pose)
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
    with pytest.raises(
        NotRecognisedError, match=r"not sure .*nearest: mountain_climber.*--exercise"
    ):
        choose(recogniser, choices, "x.mp4", [], asked=False)
