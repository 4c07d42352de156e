"""One set on disk: what is written, when, and what is left when it cannot be."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from moves import trace
from recorded import record

from formcoach.coaching.coach import Coach
from formcoach.exercises.library import load_exercise
from formcoach.results.set_record import SetRecord
from formcoach.words.phrases import load_phrases

EN = load_phrases("en")


def squats() -> Coach:
    return Coach(load_exercise("squat"))


def test_a_set_leaves_its_four_files(tmp_path: Path) -> None:
    record(tmp_path, trace("squat", reps=1).poses, "squat")
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["report.html", "reps.csv", "signals.csv", "summary.json"]


def test_the_header_of_the_recording_is_in_the_summary(tmp_path: Path) -> None:
    poses = [replace(pose, others=int(pose.t_s > 2)) for pose in trace("squat", reps=1).poses]
    known: dict[str, Any] = {
        "video": "x.mov",
        "duration_s": 9.5,
        "recognised": True,
        "notes": ["cut short"],
    }
    tree = record(tmp_path, poses, "squat", **known).tree
    assert {key: tree[key] for key in known} == known
    assert (tree["others"], tree["signal"]) == (1, "knee_flexion_deg")


def test_the_summary_is_for_people_too(tmp_path: Path) -> None:
    """Indented, ends with a line's end, and letters beyond ASCII are themselves."""
    record(tmp_path, trace("squat", reps=1).poses, "squat", video="Übung 深蹲.mp4")
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert text.startswith('{\n "schema": 1,\n "video": "Übung 深蹲.mp4",\n')
    assert text.endswith("}\n")
    assert json.loads(text)["counts"]["total"] == 1


def test_a_folder_that_is_not_there_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SetRecord(squats(), tmp_path / "gone", EN)


def test_a_set_that_is_given_up_lets_go_of_its_files_and_writes_no_summary(tmp_path: Path) -> None:
    poses = trace("squat", reps=1).poses
    coach = squats()
    given_up = SetRecord(coach, tmp_path, EN)
    for pose in poses[:10]:
        given_up.note(pose, coach.step(pose))
    given_up.close()
    given_up.close()
    assert [path.name for path in tmp_path.iterdir()] == ["signals.csv"]
    assert len((tmp_path / "signals.csv").read_text(encoding="utf-8").splitlines()) == 11


@pytest.mark.parametrize(
    ("exercise", "level", "signal"),
    [
        ("plank_hold", "floor", "body_line_deg"),
        ("dead_bug", "hold", "hip_flexion_deg"),
        ("bicep_curl", None, "elbow_flexion_deg"),
    ],
)
def test_the_summary_names_the_signal_that_is_counted_or_held(
    exercise: str, level: str | None, signal: str, tmp_path: Path
) -> None:
    tree = record(tmp_path, trace(exercise, level, 1).poses[:15], exercise, level).tree
    assert tree["signal"] == signal
