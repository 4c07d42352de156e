"""The files of a live session: a set is there with all of its files, or not at all."""

from collections.abc import Callable
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path
from re import escape

import pytest
from moves import FILM, trace
from open_files import open_files

from formcoach.coaching.coach import Coach
from formcoach.errors import OutputError
from formcoach.exercises.library import load_exercise
from formcoach.results.live_sets import LiveRecords
from formcoach.words.phrases import load_phrases

POSES = trace("squat", None, 2, how=replace(FILM, fps=8.0)).poses
HEADER = {
    "video": "squat now",
    "source": "0",
    "model": "full",
    "lang": "en",
    "image_size_px": POSES[0].image_size_px,
}
NAMES = ["poses.jsonl.gz", "report.html", "reps.csv", "signals.csv", "summary.json"]


def keep_a_set(records: LiveRecords) -> None:
    coach = Coach(load_exercise("squat"))
    for pose in POSES:
        records.note(coach, pose, coach.step(pose))
    records.end_set(coach.finish())


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def full_disk(*_: object, **__: object) -> None:
    raise OSError(ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    "broken",
    [
        "formcoach.results.set_record.SignalsTable.__init__",
        "formcoach.results.set_record.SignalsTable.write",
        "formcoach.results.set_record.write_report",
        "formcoach.results.live_sets.SetRecord.finish",
    ],
)
def test_a_set_that_was_not_written_whole_is_not_among_the_results(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LiveRecords(tmp_path, load_phrases("en"), HEADER) as records:
        keep_a_set(records)
        monkeypatch.setattr(broken, full_disk)
        told = f"{records.folder}: cannot be written (No space left on device); free some space"
        with pytest.raises(OutputError, match=escape(told)):
            keep_a_set(records)
        records.complete()
    assert names_in(tmp_path) == ["squat_now"]
    assert names_in(records.folder) == ["set-1"]
    assert names_in(records.folder / "set-1") == NAMES


def begin_a_set(records: LiveRecords) -> None:
    coach = Coach(load_exercise("squat"))
    for pose in POSES[:20]:
        records.note(coach, pose, coach.step(pose))


@pytest.mark.parametrize("end", [LiveRecords.complete, lambda records: None])
def test_a_set_under_way_is_closed_before_it_is_removed(
    end: Callable[[LiveRecords], None], tmp_path: Path
) -> None:
    with LiveRecords(tmp_path, load_phrases("en"), HEADER) as records:
        begin_a_set(records)
        assert len(open_files(tmp_path)) == 2
        end(records)
        assert end is not LiveRecords.complete or open_files(tmp_path) == []
    assert open_files(tmp_path) == []
    assert not records.folder.exists() or names_in(records.folder) == []


def test_nothing_is_called_a_set_before_all_its_files_are_there(tmp_path: Path) -> None:
    with LiveRecords(tmp_path, load_phrases("en"), HEADER) as records:
        begin_a_set(records)
        assert not list(tmp_path.rglob("set-1"))
