"""What is forgotten is gone for good: from the answers of every command, and from the bytes."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from commands import run
from history_writer import rep_of
from person import well

from formcoach.coaching.events import SetSummary
from formcoach.history.notebook import Notebook
from formcoach.history.videos import keep_video
from formcoach.pose.landmarks import Side
from formcoach.programme.two_weeks import CheckIn, Diary, DiaryEntry, Felt

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRETS = (b"secret_exercise_one", b"secret note", b"better")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Notebook.open(folder) as notebook:
        history = notebook.history
        notebook.put_profile(well(lang="en"))
        for day, exercise in enumerate(("secret_exercise_one", "squat", "dead_bug")):
            at = BEGUN + timedelta(days=10 * day)
            number = history.begin_session(exercise, "", started_at=at, lang="en", source="0")
            history.end_set(number, 1, SetSummary(reps=[rep_of(1, 1, n) for n in (1, 2)]))
            history.put_personal_end(exercise, "", Side.LEFT, 90.0, at)
            video = tmp_path / f"{number}.mp4"
            video.write_bytes(b"x" * number)
            keep_video(history, video, number, at)
        entries = (DiaryEntry(day=BEGUN.date(), note="secret note"), DiaryEntry(day=date.max))
        notebook.put_diary(Diary(begun_on=BEGUN.date(), entries=entries))
        notebook.add_check_in(CheckIn(at=BEGUN, felt=Felt.BETTER))
        notebook.add_check_in(CheckIn(at=BEGUN + timedelta(days=12), felt=Felt.SAME))
    return folder


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_session_goes_with_its_recording_and_without_a_trace(data: Path, tmp_path: Path) -> None:
    assert SECRETS[0] in raw(data)
    with Notebook.open(data) as notebook, notebook.history.writing() as write:
        write.execute("DELETE FROM personal_end")
    ran = run("forget", 1, "--yes", "--data", data)
    assert ran.status == 0
    assert "sessions: 1 (1)" in ran.out
    assert str(tmp_path / "1.mp4") in ran.out
    assert SECRETS[0] not in raw(data)
    assert not (tmp_path / "1.mp4").exists()
    assert (tmp_path / "2.mp4").exists()
    with Notebook.open(data) as notebook:
        assert [one.id for one in notebook.history.sessions()] == [2, 3]
        with notebook.history.reading() as read:
            left = read.execute("SELECT count(*) FROM rep WHERE session_id = 1").fetchone()[0]
        assert left == 0


def test_all_before_a_day_goes_and_what_comes_after_stays(data: Path) -> None:
    assert all(secret in raw(data) for secret in SECRETS)
    ran = run("forget", "--before", "2026-03-12", "--yes", "--data", data)
    told = ("sessions: 1 (1)", "end points: 1", "days of the diary: 1", "check-ins: 1", "1.mp4")
    assert all(part in ran.out for part in told)
    assert not any(secret in raw(data) for secret in SECRETS)
    with Notebook.open(data) as notebook:
        assert [one.id for one in notebook.history.sessions()] == [2, 3]
        assert notebook.history.personal_ends("squat", "") == {Side.LEFT: 90.0}
        assert notebook.diary is not None
        assert [entry.day for entry in notebook.diary.entries] == [date.max]
        assert [one.felt for one in notebook.check_ins] == [Felt.SAME]
    assert "nothing to delete" in run("forget", "--before", "2026-03-12", "--data", data).out


def test_nothing_goes_without_a_yes(data: Path) -> None:
    ran = run("forget", "--before", "2027-01-01", "--data", data)
    assert ran.status == 2
    assert "add --yes" in ran.error
    assert len(run("history", "--data", data).out.splitlines()) == 4


def test_what_is_not_there_is_one_line_and_nothing_goes(data: Path, tmp_path: Path) -> None:
    for arguments, told in (
        ((1, 99), "no session 99; formcoach history lists"),
        ((), "give numbers of sessions, or --before"),
        ((10**30,), "no session"),
    ):
        ran = run("forget", *arguments, "--yes", "--data", data)
        assert ran.status in (1, 2)
        assert told in ran.error
    assert run("forget", "../1", "--yes", "--data", data).status == 2
    assert "no history" in run("forget", 1, "--yes", "--data", tmp_path / "none").error
    assert not (tmp_path / "none").exists()
    assert len(run("history", "--data", data).out.splitlines()) == 4


def test_copies_set_aside_are_named(data: Path) -> None:
    (data / "history.sqlite3.damaged-20260101-000000").write_bytes(b"?")
    ran = run("forget", 1, "--yes", "--data", data)
    assert "history.sqlite3.damaged-20260101-000000" in ran.out
