"""Past sessions and progress in the terminal."""

from datetime import timedelta
from pathlib import Path

import pytest
from commands import run
from history_writer import rep_of
from person import well

from formcoach.coaching.events import SetSummary
from formcoach.commands.past.columns import aligned
from formcoach.history.notebook import Notebook
from formcoach.system.local_time import local_now


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Notebook.open(folder) as notebook:
        notebook.put_profile(well(lang="en"))
        history = notebook.history
        for days, exercise, level in (
            (200, "squat", ""),
            (40, "dead_bug", "hold"),
            (20, "dead_bug", "reach"),
            (3, "dead_bug", "reach"),
        ):
            at = local_now() - timedelta(days=days)
            number = history.begin_session(exercise, level, started_at=at, lang="en", source="0")
            reps = [rep_of(number, 1, n) for n in range(1, 6)]
            history.end_set(number, 1, SetSummary(reps=reps), effort=3, pain_after=1)
            if days != 3:
                history.end_session(number, at + timedelta(minutes=3))
    return folder


def test_sessions_are_listed_the_newest_last_with_what_was_done(data: Path) -> None:
    heading, *lines = run("history", "--data", data).out.splitlines()
    assert heading.split()[:3] == ["no.", "when", "exercise"]
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "4"]
    assert "Dead bug: hold for two seconds" in lines[1]
    assert lines[-1].endswith("cut off")
    assert " of 5 " in lines[0]


def test_they_are_filtered_by_exercise_period_and_number(data: Path) -> None:
    def found(*options: object) -> list[str]:
        lines = run("history", "--data", data, *options).out.splitlines()[1:]
        return [line.split()[0] for line in lines]

    day = f"{(local_now() - timedelta(days=30)).date()}"
    assert found("--exercise", "squat") == ["1"]
    assert found("--from", day) == ["3", "4"]
    assert found("--to", day) == ["1", "2"]
    assert found("--limit", 1) == ["4"]
    assert found("--limit", 1, "--all") == ["1", "2", "3", "4"]
    none = run("history", "--data", data, "--exercise", "../../etc")
    assert (none.status, none.out) == (0, "No sessions yet in this period\n")


def test_progress_tells_weeks_levels_and_what_the_camera_can_be_off_by(data: Path) -> None:
    told = run("progress", "--data", data)
    assert told.status == 0
    assert "squat" not in told.out.lower(), "twelve weeks, unless a period is given"
    assert "3 sessions, " in told.out
    assert "hold for two seconds → hand to knee" in told.out
    assert "the 8° the camera" in told.out or "be off by 8°" in told.out
    marks = [line.split()[1:8].count("x") for line in told.out.splitlines() if line[:2] == "20"]
    assert sum(marks) == 3


def test_progress_is_in_the_language_asked_for(data: Path) -> None:
    assert "goed van" in run("progress", "--data", data, "--lang", "nl").out


def test_progress_without_any_session_says_so(tmp_path: Path) -> None:
    assert "No sessions yet" in run("progress", "--data", tmp_path).out
    assert run("progress", "--data", tmp_path, "--html", tmp_path / "p.html").status == 0
    page = tmp_path / "physio.html"
    assert run("progress", "--data", tmp_path, "--for-physio", "--html", page).status == 0
    assert "No sessions yet" in page.read_text(encoding="utf-8")


def test_a_period_that_ends_before_it_begins_is_one_line(data: Path) -> None:
    ran = run("progress", "--data", data, "--from", "2026-03-02", "--to", "2026-03-01")
    assert ran.status == 2
    assert "exchange the two days" in ran.error


def test_a_page_that_cannot_be_written_is_one_line_and_leaves_nothing(data: Path) -> None:
    ran = run("progress", "--data", data, "--html", data / "no" / "folder" / "p.html")
    assert ran.status == 1
    assert "cannot be written" in ran.error


def test_what_would_steer_the_terminal_is_not_passed_on(data: Path) -> None:
    with Notebook.open(data) as notebook, notebook.history.writing() as write:
        write.execute("UPDATE session SET exercise = ? WHERE id = 2", ("\x1b[2Jsquat",))
    told = run("history", "--data", data).out
    assert "\x1b" not in told
    assert "\N{REPLACEMENT CHARACTER}[2Jsquat" in told
    assert "\x1b" not in run("progress", "--data", data).out


def test_a_history_of_another_version_is_one_line(data: Path) -> None:
    with Notebook.open(data) as notebook:
        notebook.history._connection.execute("PRAGMA user_version = 99")
    for command in (("history",), ("progress",), ("plan", "show")):
        ran = run(*command, "--data", data)
        assert ran.status == 1
        assert "newer FormCoach" in ran.error


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    rows = [("a", "bb", "c"), ("aaa", "b", "")]
    assert aligned(rows, right=(1,)) == ["a    bb  c", "aaa   b"]
