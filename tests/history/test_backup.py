"""Copies of the history: whole, checked, and never over what is newer."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import run
from history_writer import rep_of
from person import well

from formcoach.history.database import FILE_NAME
from formcoach.history.migrations import APPLICATION_ID, STEPS
from formcoach.history.notebook import Notebook
from formcoach.pose.landmarks import Side

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def add(folder: Path, sessions: int) -> None:
    with Notebook.open(folder) as notebook:
        for _ in range(sessions):
            number = notebook.history.begin_session(
                "dead_bug", "hold", started_at=BEGUN, lang="en", source="0"
            )
            notebook.history.add_rep(number, 1, rep_of(number, 1, 1))
            notebook.history.end_session(number, BEGUN + timedelta(minutes=3))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Notebook.open(folder) as notebook:
        notebook.put_profile(well(lang="en"))
        notebook.history.put_personal_end("dead_bug", "hold", Side.LEFT, 91.5, BEGUN)
    add(folder, 3)
    return folder


@pytest.fixture
def copy(data: Path, tmp_path: Path) -> Path:
    path = tmp_path / "copy.sqlite3"
    ran = run("backup", path, "--data", data)
    assert (ran.status, ran.out) == (0, f"3 sessions copied to {path}\n")
    return path


def content(folder: Path) -> object:
    with Notebook.open(folder) as notebook:
        ends = notebook.history.personal_ends("dead_bug", "hold")
        return notebook.history.sessions(), notebook.profile, ends


def test_a_copy_comes_back_as_it_was(data: Path, copy: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    ran = run("restore", copy, "--data", other)
    assert (ran.status, ran.out) == (0, f"3 sessions restored from {copy}\n")
    assert content(other) == content(data)
    if os.name == "posix":
        assert copy.stat().st_mode & 0o777 == 0o600
        assert (other / FILE_NAME).stat().st_mode & 0o777 == 0o600
    add(other, 1)
    assert len(run("history", "--data", other).out.splitlines()) == 5


def test_an_older_history_is_replaced(data: Path, copy: Path, tmp_path: Path) -> None:
    assert run("forget", 3, "--yes", "--data", data).status == 0
    assert run("restore", copy, "--data", data).status == 0
    assert len(run("history", "--data", data).out.splitlines()) == 4


def test_a_newer_history_is_never_replaced(data: Path, copy: Path) -> None:
    add(data, 1)
    before = content(data)
    ran = run("restore", copy, "--data", data)
    assert ran.status == 1
    assert "is newer: session 4 is not so in" in ran.error
    assert content(data) == before


def test_nor_is_one_with_other_answers(data: Path, copy: Path) -> None:
    with Notebook.open(data) as notebook:
        notebook.put_profile(well(lang="en", has_pain=True))
    ran = run("restore", copy, "--data", data)
    assert "is newer: 'profile' is not so" in ran.error


def test_what_is_no_copy_is_refused_and_changes_nothing(data: Path, copy: Path) -> None:
    before = content(data)
    text, torn, foreign = (data.parent / name for name in ("text", "torn", "foreign"))
    text.write_text("hello" * 1000)
    raw = bytearray(copy.read_bytes())
    torn.write_bytes(raw[: len(raw) // 2])
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("CREATE TABLE x (y)")
    newer = data.parent / "newer"
    newer.write_bytes(raw)
    with closing(sqlite3.connect(newer)) as other:
        other.execute("PRAGMA user_version = 99")
    for path, told in (
        (text, "is no copy of a history"),
        (torn, "damaged"),
        (foreign, "is no copy of a history"),
        (newer, "newer FormCoach"),
        (data.parent / "none", "no such file"),
        (data.parent, "no such file"),
        (data / FILE_NAME, "is the history itself"),
    ):
        ran = run("restore", path, "--data", data)
        assert ran.status == 1, path
        assert told in ran.error
    assert content(data) == before


def test_a_copy_with_rows_that_belong_to_nothing_is_damaged(copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy)) as other:
        other.execute("DELETE FROM session WHERE id = 1")
        other.commit()
    ran = run("restore", copy, "--data", tmp_path / "other")
    assert "damaged (a row of" in ran.error
    assert not (tmp_path / "other").exists()


def test_a_copy_of_an_older_version_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(old)) as raw:
        for statement in STEPS[0]:
            raw.execute(statement)
        raw.execute("INSERT INTO session VALUES (1, 'squat', '', 0, 0, NULL, NULL, 'en', '0')")
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        raw.execute("PRAGMA user_version = 1")
        raw.commit()
    assert run("restore", old, "--data", tmp_path / "new").status == 0
    add(tmp_path / "new", 1)
    assert len(run("history", "--data", tmp_path / "new").out.splitlines()) == 3


def test_a_copy_goes_over_an_older_copy_and_over_nothing_else(
    data: Path, copy: Path, tmp_path: Path
) -> None:
    add(data, 1)
    assert "4 sessions" in run("backup", copy, "--data", data).out
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8 not a copy")
    for path in (photo, data / FILE_NAME, tmp_path, tmp_path / "no" / "copy"):
        ran = run("backup", path, "--data", data)
        assert ran.status == 1
        assert ran.error.startswith(str(path))
    assert photo.read_bytes() == b"\xff\xd8 not a copy"
    assert len(run("history", "--data", data).out.splitlines()) == 5


def test_without_a_history_there_is_nothing_to_copy(tmp_path: Path) -> None:
    ran = run("backup", tmp_path / "copy", "--data", tmp_path / "none")
    assert "no history to back up" in ran.error
    assert list(tmp_path.iterdir()) == []


FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, 30_000))
from formcoach.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of files are of POSIX")
def test_on_a_full_disk_nothing_is_left_half_written(
    data: Path, copy: Path, tmp_path: Path
) -> None:
    add(data, 1)
    old = copy.read_bytes()
    for arguments in (
        ("backup", copy, "--data", data),
        ("restore", copy, "--data", tmp_path / "other"),
        ("export", "--format", "json", "--out", tmp_path / "x.json", "--data", data),
    ):
        command = [sys.executable, "-c", FULL, *map(str, arguments)]
        if arguments[0] == "export":
            command[2] = FULL.replace("30_000", "300")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1, arguments
        assert done.stderr.startswith("formcoach: ")
        assert done.stderr.count("\n") == 1, done.stderr
    assert copy.read_bytes() == old
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [copy.name]
    assert len(run("history", "--data", tmp_path / "other").out.splitlines()) == 1
