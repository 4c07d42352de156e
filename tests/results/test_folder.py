"""A folder of results is complete or not there, and nobody's files are lost."""

import os
import sys
import time
from errno import EACCES, ENAMETOOLONG, ENOSPC, ENOTDIR, EROFS
from pathlib import Path

import pytest

from formcoach.errors import OutputError
from formcoach.results.folder import FolderNames, ResultFolder, folder_name, plain_name
from formcoach.system.swapping import swap


def left(out: Path) -> list[str]:
    return sorted(str(path.relative_to(out)) for path in out.rglob("*"))


def test_results_appear_when_complete_and_not_before(tmp_path: Path) -> None:
    with ResultFolder(tmp_path, "squat") as folder:
        (folder.part / "summary.json").write_text("{}", encoding="utf-8")
        assert not folder.final.exists()
        folder.complete()
    assert left(tmp_path) == ["squat", "squat/summary.json"]


def test_what_is_not_complete_is_removed(tmp_path: Path) -> None:
    with ResultFolder(tmp_path, "squat") as folder:
        (folder.part / "summary.json").write_text("{}", encoding="utf-8")
    assert left(tmp_path) == []


def test_new_results_replace_old_ones_and_leave_other_files(tmp_path: Path) -> None:
    mine = tmp_path / "squat"
    mine.mkdir()
    (mine / "notes.txt").write_text("my own", encoding="utf-8")
    (mine / "reps.csv").write_text("old", encoding="utf-8")
    with ResultFolder(tmp_path, "squat") as folder:
        (folder.part / "reps.csv").write_text("new", encoding="utf-8")
        folder.complete()
    assert (mine / "notes.txt").read_text(encoding="utf-8") == "my own"
    assert (mine / "reps.csv").read_text(encoding="utf-8") == "new"


def test_two_runs_for_the_same_results_do_not_touch_each_other(tmp_path: Path) -> None:
    with ResultFolder(tmp_path, "squat") as first, ResultFolder(tmp_path, "squat") as second:
        for folder, text in ((first, "first"), (second, "second")):
            (folder.part / "summary.json").write_text(text, encoding="utf-8")
        first.complete()
        assert (first.final / "summary.json").read_text(encoding="utf-8") == "first"
        second.complete()
    assert (first.final / "summary.json").read_text(encoding="utf-8") == "second"
    assert left(tmp_path) == ["squat", "squat/summary.json"]


def test_what_an_earlier_run_made_does_not_stay_beside_new_results(tmp_path: Path) -> None:
    earlier = ("annotated.mp4", "poses.jsonl.gz", "report.html", "summary.json")
    with ResultFolder(tmp_path, "squat") as folder:
        for name in earlier:
            (folder.part / name).write_text("old", encoding="utf-8")
        folder.complete()
    with ResultFolder(tmp_path, "squat") as folder:
        (folder.part / "summary.json").write_text("new", encoding="utf-8")
        folder.complete()
    # The poses were perhaps what this run replayed.
    assert left(folder.final) == ["poses.jsonl.gz", "summary.json"]


def test_what_a_run_keeps_of_an_earlier_one_stays(tmp_path: Path) -> None:
    for keeps in ([], ["annotated.mp4"]):
        with ResultFolder(tmp_path, "squat", keeps=keeps) as folder:
            for name in () if keeps else ("annotated.mp4", "report.html"):
                (folder.part / name).write_text("old", encoding="utf-8")
            folder.complete()
    assert left(folder.final) == ["annotated.mp4"]


@pytest.mark.parametrize(("hours", "kept"), [(23, True), (25, False)])
def test_what_a_killed_run_left_is_cleared_away_a_day_later(
    hours: int, kept: bool, tmp_path: Path
) -> None:
    killed = ResultFolder(tmp_path, "squat[1]").__enter__()
    poses = killed.part / "poses.jsonl.gz"
    poses.write_bytes(b"half")
    then_s = time.time() - hours * 3600
    for path in (poses, killed.part):
        os.utime(path, (then_s, then_s))
    with ResultFolder(tmp_path, "squat[1]") as folder:
        folder.complete()
    assert poses.exists() is kept


def test_a_name_as_long_as_may_be(tmp_path: Path) -> None:
    with ResultFolder(tmp_path, "n" * 255) as folder:
        folder.complete()
    assert left(tmp_path) == ["n" * 255]


def test_a_file_in_its_place_is_named_and_kept(tmp_path: Path) -> None:
    (tmp_path / "squat").write_text("mine", encoding="utf-8")
    with (
        pytest.raises(OutputError, match=r"squat: cannot be written .*choose another --out"),
        ResultFolder(tmp_path, "squat"),
    ):
        pass
    assert (tmp_path / "squat").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("number", "way_out"),
    [
        (ENOSPC, "free some space or choose another --out"),
        (EACCES, "check its permissions or choose another --out"),
        (EROFS, "check its permissions or choose another --out"),
        (ENAMETOOLONG, "give the recording a shorter name or choose another --out"),
        (ENOTDIR, "choose another --out"),
    ],
)
def test_the_error_names_the_folder_that_the_user_knows_and_a_way_out_that_helps(
    number: int, way_out: str, tmp_path: Path
) -> None:
    folder = ResultFolder(tmp_path, "squat")
    reason = os.strerror(number)
    error = folder.unwritable(OSError(number, reason, str(folder.part)))
    assert str(error) == f"{tmp_path / 'squat'}: cannot be written ({reason}); {way_out}"


def test_each_recording_of_a_call_has_a_folder_of_its_own() -> None:
    names = FolderNames()
    stems = ["squat", "Squat", "squat", "squat-2", "lunge"]
    assert [names.take(stem) for stem in stems] == [
        "squat",
        "Squat-2",
        "squat-3",
        "squat-2-2",
        "lunge",
    ]


def test_a_name_is_free_again_where_what_it_was_for_fails() -> None:
    names = FolderNames()
    with pytest.raises(OutputError), names.taken("squat"):
        raise OutputError("no room")
    with names.taken("squat") as name:
        assert name == "squat"
    assert names.take("squat") == "squat-2"


@pytest.mark.parametrize(
    ("video", "folder"),
    [
        ("squat.mp4", "squat"),
        (".mp4", ".mp4"),
        ("...mp4", "...mp4"),
        ("..mp4", "..mp4"),
        (". .mp4", ". .mp4"),
        ("..", ""),
        (".", ""),
        ("", ""),
        ("../../up.mp4", "up"),
        ("C:\\up.mp4", "up"),
        ("a\x00b.mp4", "ab"),
    ],
)
def test_no_name_is_a_way_out_of_the_folder_of_all_results(
    video: str, folder: str, tmp_path: Path
) -> None:
    assert folder_name(video) == folder
    assert (tmp_path / (folder or "else")).resolve().parent == tmp_path.resolve()


def test_a_name_that_is_no_text_can_be_written_all_the_same() -> None:
    assert plain_name(Path("a/Übung.mp4")) == "Übung.mp4"
    named = plain_name(Path(os.fsdecode(b"caf\xe9.mp4")))
    assert named.encode("utf-8").decode("utf-8") == "caf\N{REPLACEMENT CHARACTER}.mp4"


def test_an_earlier_result_is_replaced_as_one(tmp_path: Path) -> None:
    """Whoever looks at any moment sees the old files or the new ones, never some of each."""
    if not swap_works(tmp_path):
        pytest.skip("folders cannot be exchanged here")
    for text in ("old", "new"):
        with ResultFolder(tmp_path, "squat") as folder:
            for name in ("reps.csv", "summary.json"):
                (folder.part / name).write_text(text, encoding="utf-8")
            if text == "new":
                seen = watched_until(folder)
            else:
                (folder.part / "mine.txt").write_text("mine", encoding="utf-8")
                folder.complete()
    assert seen == [("old", "old"), ("new", "new")]
    assert left(tmp_path / "squat") == ["mine.txt", "reps.csv", "summary.json"]
    assert left(tmp_path)[0] == "squat"  # nothing hidden is left


def swap_works(tmp_path: Path) -> bool:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    works = swap(one, other)
    one.rmdir()
    other.rmdir()
    return works


def watched_until(folder: ResultFolder) -> list[tuple[str, ...]]:
    """Complete a folder; return what was seen in its place at each system call, without repeats."""
    seen: list[tuple[str, ...]] = []

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if not looking or not event.startswith(("os.", "open", "shutil.", "ctypes.")):
            return
        looking.clear()  # what is read here is not to be looked at
        names = ("reps.csv", "summary.json")
        now = tuple((folder.final / name).read_text(encoding="utf-8") for name in names)
        if now not in seen[-1:]:
            seen.append(now)
        looking.append(True)

    looking: list[bool] = []
    sys.addaudithook(look)
    looking.append(True)
    folder.complete()
    looking.clear()
    names = ("reps.csv", "summary.json")
    return [*seen, tuple((folder.final / name).read_text(encoding="utf-8") for name in names)]


def test_where_folders_cannot_be_exchanged_files_are_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.results.folder.swap", lambda *_: False)
    for text in ("old", "new"):
        with ResultFolder(tmp_path, "squat") as folder:
            (folder.part / "reps.csv").write_text(text, encoding="utf-8")
            folder.complete()
    assert (folder.final / "reps.csv").read_text(encoding="utf-8") == "new"
    assert left(tmp_path) == ["squat", "squat/reps.csv"]


def test_somebodys_own_folder_among_the_results_stays(tmp_path: Path) -> None:
    for text in ("old", "new"):
        with ResultFolder(tmp_path, "squat") as folder:
            (folder.part / "reps.csv").write_text(text, encoding="utf-8")
            folder.complete()
        (folder.final / "mine").mkdir(exist_ok=True)
        (folder.final / "mine" / "a.txt").write_text("mine", encoding="utf-8")
    assert left(folder.final) == ["mine", "mine/a.txt", "reps.csv"]
    assert (folder.final / "reps.csv").read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(os.name != "posix", reason="rights as on POSIX")
def test_a_folder_of_results_has_the_rights_of_any_new_folder(tmp_path: Path) -> None:
    with ResultFolder(tmp_path, "squat") as folder:
        folder.complete()
    (tmp_path / "any").mkdir()
    assert folder.final.stat().st_mode == (tmp_path / "any").stat().st_mode
