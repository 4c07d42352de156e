"""Many recordings: any executor does, and who kills a worker is told apart from the others."""

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from clips import sample, sample_fps, write_video
from deadly import deadly

from formcoach.commands import many
from formcoach.commands.analyze import AnalyzeOptions
from formcoach.commands.manifest import MANIFEST, Manifest
from formcoach.commands.many import Task, analyze_many, run_all
from formcoach.errors import FormCoachError

OPTIONS = AnalyzeOptions()


def pool(jobs: int) -> Executor:
    return ProcessPoolExecutor(jobs, get_context("spawn"))


def test_one_that_kills_its_process_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "run_task", deadly)
    names = ["a", "b", "deadly", "c", "d", "e"]
    tasks = [Task(path=Path(f"{name}.mp4"), name=name) for name in names]
    told = {task.name: str(result) for task, result in run_all(tasks, OPTIONS, pool, 2)}
    assert set(told) == set(names)
    killed = told.pop("deadly")
    assert killed.startswith("deadly.mp4: its process was killed")
    assert told == {name: name for name in told}


def test_an_error_that_nobody_thought_of_is_one_recordings_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by\nzero")

    monkeypatch.setattr(many, "analyze_video", broken)
    tasks = [Task(path=Path(f"{name}.mp4"), name=name) for name in "ab"]
    told = [str(result) for _, result in run_all(tasks, OPTIONS, ThreadPoolExecutor, 2)]
    assert sorted(told) == [
        f"{name}.mp4: ZeroDivisionError: by zero; please report this" for name in "ab"
    ]


def test_any_executor_does_and_stays_open(tmp_path: Path) -> None:
    video = write_video(tmp_path / "squat.mp4", sample("squat", 0, 48), fps=sample_fps("squat"))
    with ThreadPoolExecutor(2) as executor:
        paths = [video, tmp_path / "gone.mp4"]
        asked: dict[str, Any] = {"exercise": "squat", "model": "lite", "video": False}
        results = dict(analyze_many(paths, executor, out=tmp_path / "out", **asked))
        assert executor.submit(int, "1").result() == 1
    done, gone = results[video], results[tmp_path / "gone.mp4"]
    assert isinstance(gone, FormCoachError)
    assert not isinstance(done, FormCoachError)
    assert done.summary.total == 1


def entry(out: Path, path: Path, options: AnalyzeOptions = OPTIONS) -> str | None:
    return Manifest(out, options).folder_of(path)


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """A recording that is noted as done, in the folder of results."""
    video = tmp_path / "a.mp4"
    video.write_bytes(b"a film")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "summary.json").write_text("{}", encoding="utf-8")
    Manifest(tmp_path, OPTIONS).add(video, "a")
    return video


def test_what_is_done_is_known_by_its_content(done: Path, tmp_path: Path) -> None:
    assert entry(tmp_path, done) == "a"
    assert entry(tmp_path, done.rename(tmp_path / "other.mp4")) == "a"


@pytest.mark.parametrize(
    "change",
    [
        lambda video: video.write_bytes(b"another film"),
        lambda video: (video.parent / "a" / "summary.json").unlink(),
        lambda video: (video.parent / MANIFEST).write_bytes(b'{"sha256": "torn'),
    ],
)
def test_what_has_changed_or_gone_is_done_again(
    done: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    change(done)
    assert entry(tmp_path, done) is None


def test_what_was_done_otherwise_is_done_again(
    done: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry(tmp_path, done, AnalyzeOptions(fast=True)) is None
    assert entry(tmp_path, done, AnalyzeOptions(out=tmp_path / "elsewhere", jobs=9)) == "a"
    monkeypatch.setattr("formcoach.commands.manifest.__version__", "99")
    assert entry(tmp_path, done) is None


def test_a_torn_line_costs_no_other(done: Path, tmp_path: Path) -> None:
    with (tmp_path / MANIFEST).open("ab") as file:
        file.write(b'{"sha256": "torn')
    second = tmp_path / "b.mp4"
    second.write_bytes(b"b film")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "summary.json").write_text("{}", encoding="utf-8")
    Manifest(tmp_path, OPTIONS).add(second, "b")
    assert (entry(tmp_path, done), entry(tmp_path, second)) == ("a", "b")
