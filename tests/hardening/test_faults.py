"""Faults injected into the system calls of a whole command, by strace.

The long version, with random moments, is ``benchmarks/kills.py``; docs/reliability.md has its
results.
"""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from clips import grey, write_video
from commands import MODULE, run
from moves import trace

from formcoach.coaching.coach import Coach
from formcoach.commands import batch
from formcoach.errors import SourceError
from formcoach.exercises.library import load_exercise
from formcoach.pose.trace import TraceWriter, quantise

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="no strace here to inject faults with"
)
FILES = {"summary.json", "reps.csv", "signals.csv", "report.html"}
IN_THE_WAY = "ptrace"
"""What strace says where nothing may be traced."""


@pytest.fixture(scope="module")
def poses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short trace of somebody who does squats."""
    path = tmp_path_factory.mktemp("poses") / "squat.jsonl.gz"
    header = {"image_size_px": (640, 480), "video": "squat.mp4", "exercise": "squat"}
    with TraceWriter(path, header) as writer:
        for pose in trace("squat", None, 2).poses:
            writer.write(quantise(pose))
    return path


def faulty(command: list[str], fault: str, *paths: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command of FormCoach with a fault injected."""
    only = [argument for path in paths for argument in ("-P", str(path))]
    call = fault.partition(":")[0]
    strace = ["strace", "-f", "-qq", "-o", os.devnull, *only]
    strace += ["-e", f"trace={call}", "-e", f"inject={fault}"]
    ran = subprocess.run(
        [*strace, *MODULE, *command],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        # Python, too, renames what it writes of its own.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    if IN_THE_WAY in ran.stderr:
        pytest.skip("nothing may be traced here")
    return ran


def whole(folder: Path) -> str:
    """Return the language of a folder of results, once it is seen that all of it is of one run."""
    assert {path.name for path in folder.iterdir()} >= FILES
    lang = str(json.loads((folder / "summary.json").read_bytes())["lang"])
    assert f'<html lang="{lang}"' in (folder / "report.html").read_text(encoding="utf-8")
    return lang


@pytest.mark.parametrize(
    "fault",
    [
        "mkdir:signal=KILL:when=1",
        "write:signal=KILL:when=6",
        "linkat,link:signal=KILL:when=1",
        "renameat2:signal=KILL:when=1",
        "unlinkat,unlink:signal=KILL:when=2",
    ],
)
def test_a_killed_run_leaves_the_earlier_results_or_the_new_ones(
    fault: str, poses: Path, tmp_path: Path
) -> None:
    assert run("replay", poses, "--lang", "nl", "--out", tmp_path).status == 0
    (tmp_path / "squat" / "mine.txt").write_text("mine", encoding="utf-8")
    ran = faulty(["replay", str(poses), "--lang", "en", "--out", str(tmp_path)], fault)
    assert ran.returncode in (-9, 137)
    assert whole(tmp_path / "squat") in ("nl", "en")
    assert (tmp_path / "squat" / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert run("replay", poses, "--lang", "en", "--out", tmp_path).status == 0
    assert whole(tmp_path / "squat") == "en"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("renameat2,rename:error=EROFS:when=1", "Read-only file system"),
        ("renameat2,rename:error=ENOSPC:when=1", "No space left on device"),
        ("linkat,link:error=EPERM", ""),  # a drive without links: copied instead
        ("renameat2:error=EINVAL", ""),  # one that cannot exchange folders: moved one by one
        ("renameat2:error=ENOSYS", ""),
    ],
)
def test_a_drive_that_fails_at_the_end_costs_no_earlier_results(
    fault: str, said: str, poses: Path, tmp_path: Path
) -> None:
    assert run("replay", poses, "--lang", "nl", "--out", tmp_path).status == 0
    (tmp_path / "squat" / "mine.txt").write_text("mine", encoding="utf-8")
    ran = faulty(["replay", str(poses), "--lang", "en", "--out", str(tmp_path)], fault)
    assert ran.returncode == bool(said)
    assert said in ran.stderr
    assert len(ran.stderr.splitlines()) == bool(said)
    assert whole(tmp_path / "squat") == ("nl" if said else "en")
    assert (tmp_path / "squat" / "mine.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["squat"]


def test_a_drive_that_cannot_be_read_on_is_not_told_as_one_that_cannot_be_written(
    tmp_path: Path,
) -> None:
    video = write_video(tmp_path / "wall.mp4", [grey()] * 30)
    out = tmp_path / "out"
    command = ["analyze", str(video), "-e", "squat", "--no-video", "--model", "lite"]
    ran = faulty([*command, "--out", str(out)], "read:error=EIO:when=4+", video)
    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert "cannot be written" not in line
    assert "wall.mp4" in line


def test_whatever_goes_wrong_with_a_video_is_its_line(
    squat: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("float division\nby zero")

    monkeypatch.setattr(batch, "analyze_video", broken)
    asked = ("-e", "squat", "--no-video", "--model", "lite", "--out", tmp_path / "out")
    ran = run("analyze", squat, *asked)
    assert ran.status == 1
    assert ran.error.startswith(
        "squat.mp4: ZeroDivisionError: float division by zero; please report this"
    )
    assert not (tmp_path / "out").exists()


def test_an_input_that_fails_while_it_is_read_is_told_as_that(
    squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from formcoach.capture.file.libav import LibavReader
    from formcoach.capture.file.video import VideoFile

    genuine = LibavReader.frames

    def failing(reader: LibavReader, start_s: float) -> Any:
        for number, frame in enumerate(genuine(reader, start_s)):
            if number == 10:
                raise OSError(5, "Input/output error")
            yield frame

    monkeypatch.setattr(LibavReader, "frames", failing)
    with (
        pytest.raises(SourceError, match=r"cannot read .*squat.mp4 \(Input/output error\); check"),
        VideoFile(squat) as video,
    ):
        assert len(list(video)) == 0


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e30, -1e30])
def test_landmarks_that_are_no_places_stop_no_coach(wrong: float) -> None:
    poses = trace("squat", None, 3).poses
    broken = []
    for number, pose in enumerate(poses):
        xy_px, world_m = pose.xy_px.copy(), pose.world_m
        if number % 7 == 3:
            xy_px[number % 33] = wrong
        if number % 11 == 5 and world_m is not None:
            world_m = world_m.copy()
            world_m[number % 33] = wrong
        broken.append(replace(pose, xy_px=xy_px, world_m=world_m))
    coach = Coach(load_exercise("squat"))
    for pose in broken:
        coach.step(pose)
    assert coach.finish().total <= 3
