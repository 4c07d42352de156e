"""Ctrl-C in the middle: what was done is written and readable."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest
from clips import SAMPLES
from commands import MODULE, Ran, names_in, run, tree

from formcoach.pose.trace import read_trace

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a process there")

VIDEO = SAMPLES / "hip_flexion_bent.mp4"
TWICE = f"{VIDEO.stem}-2"
FRAMES = 436
PATIENCE_S = 120.0
"""How long a test waits for what must come; it never runs out when all is well."""


def interrupted(
    ready: Callable[[], bool],
    *arguments: object,
    times: int = 1,
    how: signal.Signals = signal.SIGINT,
) -> Ran:
    """Run `analyze` and press Ctrl-C, or send another signal, once `ready` holds."""
    command = [*MODULE, "analyze", *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    try:
        deadline_s = time.monotonic() + PATIENCE_S
        while not ready():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline_s
            time.sleep(0.02)
        for _ in range(times):
            process.send_signal(how)
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        out, err = process.communicate(timeout=PATIENCE_S)
    finally:
        process.kill()
        process.wait()
    return Ran(process.returncode, out, err)


def copy_in(folder: Path) -> Path:
    """Return a second video of the same name."""
    folder.mkdir()
    return Path(shutil.copy(VIDEO, folder))


def grown(out: Path, name: str, min_bytes: int) -> Callable[[], bool]:
    """Say whether the poses of a video under way fill so many bytes."""

    def ready() -> bool:
        found = out.glob(f".{name}.*.part/poses.jsonl.gz")
        return any(path.stat().st_size > min_bytes for path in found)

    return ready


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_was_seen_until_then_is_written(how: signal.Signals, tmp_path: Path) -> None:
    asked = ("--exercise", "hip_flexion", "--level", "bent", "--model", "lite", "--out", tmp_path)
    ran = interrupted(grown(tmp_path, VIDEO.stem, 60_000), VIDEO, *asked, how=how)
    assert ran.status == 130
    assert ran.err == ""
    assert "stopped at" in ran.out
    assert names_in(tmp_path) == [VIDEO.stem]
    folder = tmp_path / VIDEO.stem
    found = tree(folder)
    assert found["interrupted"] is True
    assert 60 <= found["frames"] < FRAMES
    assert any("stopped at" in note for note in found["notes"])
    assert len(list(read_trace(folder / "poses.jsonl.gz")[1])) == found["frames"]
    with av.open(str(folder / "annotated.mp4")) as video:
        assert sum(1 for _ in video.decode(video=0)) == found["frames"]
    again = run("replay", folder / "poses.jsonl.gz", "--out", tmp_path / "again")
    assert again.status == 0
    assert tree(tmp_path / "again" / VIDEO.stem)["reps"] == found["reps"]


def test_the_poses_are_kept_where_it_is_not_yet_sure_which_exercise_it_is(tmp_path: Path) -> None:
    asked = ("--model", "lite", "--no-video", "--out", tmp_path)
    ran = interrupted(grown(tmp_path, VIDEO.stem, 5_000), VIDEO, *asked)
    assert ran.status == 130
    kept = tmp_path / VIDEO.stem / "poses.jsonl.gz"
    if "not sure" in ran.err:  # else it was slow to stop, and has seen enough
        assert f"formcoach replay {kept} --exercise ID" in ran.error
        assert names_in(tmp_path / VIDEO.stem) == [kept.name, "seen.json"]
    again = run("replay", kept, "--exercise", "hip_flexion", "--out", tmp_path / "again")
    assert again.status == 0


def test_videos_that_were_not_reached_are_named(tmp_path: Path, squat: Path) -> None:
    asked = ("--exercise", "hip_flexion", "--level", "bent", "--model", "lite", "--no-video")
    ready = grown(tmp_path, VIDEO.stem, 20_000)
    videos = (VIDEO, squat, tmp_path / "gone.mp4")
    ran = interrupted(ready, *videos, *asked, "--jobs", "1", "--out", tmp_path)
    assert ran.status == 130
    assert ran.error == "stopped; not analysed: squat.mp4, gone.mp4"
    assert names_in(tmp_path) == [VIDEO.stem]


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
def test_several_at_once_all_stop(tmp_path: Path, squat: Path) -> None:
    asked = ("--exercise", "hip_flexion", "--level", "bent", "--model", "lite", "--no-video")
    out = tmp_path / "out"
    ready = [grown(out, name, 20_000) for name in (VIDEO.stem, TWICE)]
    ran = interrupted(
        lambda: all(one() for one in ready),
        *(VIDEO, copy_in(tmp_path / "copy"), squat),
        *asked,
        *("--jobs", "2", "--out", out),
    )
    assert ran.status == 130
    assert ran.error == "stopped; not analysed: squat.mp4"
    assert names_in(out) == [VIDEO.stem, TWICE]
    for name in names_in(out):
        assert tree(out / name)["interrupted"] is True


def test_workers_end_with_their_parent_and_what_they_have_seen_is_written(tmp_path: Path) -> None:
    asked = ("--exercise", "hip_flexion", "--level", "bent", "--model", "lite", "--no-video")
    out, names = tmp_path / "out", (VIDEO.stem, TWICE)
    copies = [copy_in(tmp_path / name) for name in ("a", "b")]
    ready = [grown(out, name, 20_000) for name in names]
    # No one is left once all have let go of the pipes: until then `interrupted` waits.
    ran = interrupted(
        lambda: all(one() for one in ready),
        *(VIDEO, *copies, *asked, "--jobs", "2", "--out", out),
        how=signal.SIGKILL,
    )
    assert ran.status == -signal.SIGKILL
    assert names_in(out) == list(names)
    for name in names:
        assert tree(out / name)["interrupted"] is True


def test_whoever_insists_is_let_go_at_once_and_nothing_half_written_stays(tmp_path: Path) -> None:
    asked = ("--exercise", "hip_flexion", "--level", "bent", "--model", "lite", "--out", tmp_path)
    ran = interrupted(grown(tmp_path, VIDEO.stem, 20_000), VIDEO, *asked, times=3)
    assert ran.status in (130, -signal.SIGINT)  # the latter when Python was ending already
    assert "Traceback" not in ran.err
    if tmp_path.exists() and names_in(tmp_path):  # it was quicker than the third one
        assert tree(tmp_path / VIDEO.stem)["interrupted"] is True
        assert names_in(tmp_path) == [VIDEO.stem]
