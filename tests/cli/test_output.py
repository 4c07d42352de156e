"""Where results go, and what is left when they cannot."""

import csv
import gzip
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import pytest
from clips import grey, sample, sample_fps, write_video
from commands import MODULE, Ran, names_in, run, run_apart, tree
from open_files import open_files

from formcoach.errors import NotRecognisedError

SQUAT = ("--exercise", "squat", "--model", "lite")
WHOLE = [
    "annotated.mp4",
    "poses.jsonl.gz",
    "report.html",
    "reps.csv",
    "signals.csv",
    "summary.json",
]

needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
sys.argv[0] = "formcoach"
from formcoach.cli import main
main()
"""
"""A process whose files may not grow beyond some size: writes fail as on a full disk."""


def analyse(out: Path, *arguments: object) -> Ran:
    return run("analyze", *arguments, *SQUAT, "--out", out)


def limited(max_bytes: int, *arguments: object) -> Ran:
    command = [sys.executable, "-c", LIMITED, str(max_bytes), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def test_all_files_are_there_and_readable(tmp_path: Path, squat: Path) -> None:
    assert analyse(tmp_path, squat).status == 0
    folder = tmp_path / "squat"
    assert names_in(folder) == WHOLE
    found = tree(folder)
    assert (found["schema"], found["video"], found["frames"]) == (1, "squat.mp4", 48)
    with (folder / "reps.csv").open(encoding="utf-8", newline="") as file:
        assert [row["quality"] for row in csv.DictReader(file)] == ["good"]
    with (folder / "signals.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == found["pose_frames"]
    with gzip.open(folder / "poses.jsonl.gz", "rt", encoding="utf-8") as lines:
        assert json.loads(next(lines))["kind"] == "formcoach.poses"
    with av.open(str(folder / "annotated.mp4")) as video:
        assert video.streams.video[0].codec_context.name == "h264"
        assert sum(1 for _ in video.decode(video=0)) == 48


def test_a_file_in_the_place_of_the_results(tmp_path: Path, squat: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "squat").write_text("mine", encoding="utf-8")
    ran = analyse(out, squat)
    assert ran.status == 1
    assert f"{out / 'squat'}: cannot be written (a file is in its place); choose" in ran.error
    assert (out / "squat").read_text(encoding="utf-8") == "mine"
    assert names_in(out) == ["squat"]


@pytest.mark.parametrize("command", ["analyze", "replay"])
@pytest.mark.parametrize("under", ["", "deep"])
def test_a_file_as_the_folder_of_all_results(
    command: str, under: str, tmp_path: Path, squat: Path
) -> None:
    taken = tmp_path / "out"
    taken.write_text("mine", encoding="utf-8")
    ran = run(command, squat, squat, "--exercise", "squat", "--out", taken / under)
    assert ran.status == 2
    assert f"--out {taken / under}: {taken} is a file; name a folder" in ran.error
    assert taken.read_text(encoding="utf-8") == "mine"


def test_nothing_is_open_any_more_when_it_is_not_sure_which_exercise_it_is(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsure(*_: object, **__: object) -> None:
        assert open_files(tmp_path) == []
        raise NotRecognisedError("not sure")

    monkeypatch.setattr("formcoach.commands.recorded.choose", unsure)
    ran = run("analyze", squat, "--model", "lite", "--out", tmp_path)
    assert (ran.status, ran.error.partition(",")[0]) == (1, "not sure")
    assert names_in(tmp_path) == ["squat"]


@needs_limits
@pytest.mark.parametrize("max_bytes", [500, 2_000, 9_000, 20_000, 40_000])
def test_a_full_disk(max_bytes: int, tmp_path: Path, squat: Path) -> None:
    """The limit strikes at the header, the poses, the signals, the copy while it is drawn ..."""
    ran = limited(max_bytes, "analyze", squat, *SQUAT, "--out", tmp_path / "out")
    assert ran.status == 1
    assert f"{tmp_path / 'out' / 'squat'}: cannot be written" in ran.error
    assert "File too large" in ran.error or "did not fit" in ran.error
    assert "free some space" in ran.error
    assert not (tmp_path / "out").exists()


@needs_limits
def test_a_disk_that_is_full_in_a_replay(tmp_path: Path, squat: Path) -> None:
    analyse(tmp_path, squat, "--no-video")
    poses = tmp_path / "squat" / "poses.jsonl.gz"
    ran = limited(4_000, "replay", poses, "--exercise", "squat", "--out", tmp_path / "out")
    assert ran.status == 1
    assert "File too large" in ran.error
    assert not (tmp_path / "out").exists()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 100 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    options = ["-t", "tmpfs", "-o", "size=100k", "tmpfs"]
    if subprocess.run(["mount", *options, disk], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    # Lazily: where there is no room for a file's header, PyAV does not let go of the file.
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_a_disk_that_fills_up(tiny_disk: Path, squat: Path) -> None:
    ran = analyse(tiny_disk / "out", squat)
    assert ran.status == 1
    assert "No space left on device" in ran.error
    assert "free some space or choose another --out" in ran.error
    assert names_in(tiny_disk) == []


@needs_limits
def test_results_of_an_earlier_run_survive_a_failure(tmp_path: Path, squat: Path) -> None:
    analyse(tmp_path, squat, "--no-video")
    before = {path.name: path.read_bytes() for path in (tmp_path / "squat").iterdir()}
    assert limited(9_000, "analyze", squat, *SQUAT, "--out", tmp_path).status == 1
    assert {path.name: path.read_bytes() for path in (tmp_path / "squat").iterdir()} == before
    assert names_in(tmp_path) == ["squat"]


def test_the_same_name_twice_gets_two_folders(tmp_path: Path, squat: Path) -> None:
    videos = []
    for folder, name, count in (("a", "Set.mp4", 6), ("b", "set.mov", 12), ("c", "set-2.mp4", 18)):
        (tmp_path / folder).mkdir()
        videos.append(write_video(tmp_path / folder / name, sample("squat", 0, count)))
    ran = analyse(tmp_path / "out", *videos, "--no-video")
    assert ran.status == 0
    frames = {name: tree(tmp_path / "out" / name)["frames"] for name in names_in(tmp_path / "out")}
    assert frames == {"Set": 6, "set-2": 12, "set-2-2": 18}


def test_the_same_file_twice_is_analysed_once(tmp_path: Path) -> None:
    video = write_video(tmp_path / "set.mp4", sample("squat", 0, 6))
    again = tmp_path / "deep" / ".." / "set.mp4"
    again.parent.parent.mkdir()
    ran = analyse(tmp_path / "out", video, again, "--no-video")
    assert ran.status == 0
    assert ran.error == f"{again}: the same file as {video}; it is analysed once"
    assert names_in(tmp_path / "out") == ["set"]
    assert ran.out.count("set.mp4") == 1


@pytest.mark.parametrize(
    "name",
    ["Übung größer.mp4", "深蹲 🏋️.mp4", "[bold]x[i].mp4", "a  b.mp4", "-e.mp4", "100%.mp4", ".mp4"],
)
def test_any_name_of_a_file(name: str, tmp_path: Path) -> None:
    video = write_video(tmp_path / "x.mp4", sample("squat", 0, 6)).rename(tmp_path / name)
    ran = analyse(tmp_path / "out", video)
    assert (ran.status, ran.err) == (0, "")
    assert names_in(tmp_path / "out") == [video.stem]
    assert tree(tmp_path / "out" / video.stem)["video"] == name
    assert name in ran.out
    again = run("replay", tmp_path / "out" / video.stem / "poses.jsonl.gz", "--out", tmp_path / "r")
    assert (again.status, names_in(tmp_path / "r")) == (0, [video.stem])


@pytest.mark.parametrize("name", ["...mp4", "..mp4"])
def test_a_name_whose_stem_is_another_folder(name: str, tmp_path: Path) -> None:
    video = write_video(tmp_path / "x.mp4", sample("squat", 0, 6)).rename(tmp_path / name)
    assert analyse(tmp_path / "a" / "out", video, "--no-video").status == 0
    poses = tmp_path / "a" / "out" / name / "poses.jsonl.gz"
    assert poses.exists()
    assert run("replay", poses, "--out", tmp_path / "a" / "again").status == 0
    assert names_in(tmp_path / "a") == ["again", "out"]
    assert names_in(tmp_path / "a" / "again") == names_in(tmp_path / "a" / "out") == [name]


def test_a_name_that_is_no_text_and_a_terminal_that_knows_only_ascii(tmp_path: Path) -> None:
    video = write_video(tmp_path / "x.mp4", sample("squat", 0, 6))
    named = tmp_path / os.fsdecode(b"caf\xe9.mp4")
    try:
        video.rename(named)
    except OSError:
        pytest.skip("this file system knows only names that are text")
    ascii_only = {"PYTHONIOENCODING": "ascii"}
    ran = run_apart("analyze", named, *SQUAT, "--no-video", "--out", tmp_path / "o", env=ascii_only)
    assert (ran.status, ran.err) == (0, "")
    (folder,) = (tmp_path / "o").iterdir()
    assert tree(folder)["video"] == "caf\N{REPLACEMENT CHARACTER}.mp4"


def test_several_at_once_give_what_one_after_another_gives(tmp_path: Path, squat: Path) -> None:
    other = write_video(tmp_path / "other.mp4", sample("squat", 39, 42), fps=sample_fps("squat"))
    videos = (squat, tmp_path / "gone.mp4", other)
    at_once = analyse(tmp_path / "at once", *videos, "--no-video", "--jobs", "2")
    in_turn = analyse(tmp_path / "in turn", *videos, "--no-video")
    assert at_once.status == in_turn.status == 1
    assert at_once.error == in_turn.error
    assert at_once.out.replace("at once", "in turn") == in_turn.out
    for name in ("squat", "other"):
        assert tree(tmp_path / "at once" / name) == tree(tmp_path / "in turn" / name)


def test_an_empty_folder_of_the_users_own_is_left_alone(tmp_path: Path) -> None:
    video = write_video(tmp_path / "wall.mp4", [grey()] * 5)
    (tmp_path / "out").mkdir()
    assert analyse(tmp_path / "out", video).status == 1
    assert names_in(tmp_path / "out") == []
    assert (tmp_path / "out").is_dir()


def shell(redirection: str, *arguments: object) -> Ran:
    """Run a command as a shell does that sends its output somewhere."""
    command = shlex.join([*MODULE, *map(str, arguments)])
    done = subprocess.run(
        ["sh", "-c", f"{command} {redirection}"], capture_output=True, encoding="utf-8", check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def unread(*arguments: object) -> tuple[int, str]:
    """Run a command whose output nobody reads; return its status and what it said of errors."""
    command = [*MODULE, *map(str, arguments)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()
    return process.wait(), err


def test_output_that_nobody_reads_stops_nothing(tmp_path: Path) -> None:
    assert unread("exercises") == (0, "")
    videos = [write_video(tmp_path / f"{n}.mp4", sample("squat", 0, 6)) for n in range(2)]
    ran = unread("analyze", *videos, *SQUAT, "--no-video", "--out", tmp_path / "out")
    assert ran == (0, "")
    assert names_in(tmp_path / "out") == ["0", "1"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell that closes descriptors")
def test_output_that_is_closed_stops_nothing(tmp_path: Path) -> None:
    video = write_video(tmp_path / "set.mp4", sample("squat", 0, 6))
    for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
        out = tmp_path / closed
        ran = shell(closed, "analyze", video, *SQUAT, "--no-video", "--out", out)
        assert (ran.status, ran.err) == (0, "")
        assert tree(out / "set")["frames"] == 6
    assert shell("2>&-", "exercises", "nope").status == 2


@pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full")
def test_output_that_is_full_is_told_and_stops_nothing(tmp_path: Path) -> None:
    video = write_video(tmp_path / "set.mp4", sample("squat", 0, 6))
    said = "standard output cannot be written (No space left on device); send it elsewhere"
    full = ">/dev/full"
    ran = shell(full, "analyze", video, *SQUAT, "--no-video", "--out", tmp_path / "out")
    assert (ran.status, ran.error) == (0, said), "the results are files"
    assert names_in(tmp_path / "out") == ["set"]
    for arguments in (("exercises",), ("--help",)):
        ran = shell(full, *arguments)
        assert (ran.status, ran.error) == (1, said)
    assert shell("2>/dev/full", "exercises", "nope").status == 2
