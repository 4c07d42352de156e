import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from commands import run
from history_writer import rep_of

from formcoach.history.notebook import Notebook
from formcoach.history.stored import Answers
from formcoach.programme.outcomes import StopReason
from formcoach.programme.profile import Profile
from formcoach.programme.screening import QUESTIONS
from formcoach.programme.two_weeks import CheckIn, Diary, DiaryEntry, Felt
from formcoach.words.phrases import load_phrases

ENGLISH = load_phrases("en")
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
WORSE = {"at": "2026-03-02T09:00:00Z", "felt": "worse"}
ENTRY = {"day": "2026-03-03", "comfort": 6, "done": True, "note": "stiff"}
UNREADABLE: list[object] = [
    b"{",
    b"\xff",
    b"[" * 100_000,
    7,
    b"",
    b"8",
    b'"a"',
    b'{"a": 1}',
    b"[3]",
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    with Notebook.open(tmp_path) as notebook:
        screening = dict.fromkeys(QUESTIONS, False)
        notebook.put_profile(Profile(screening=screening, has_pain=True))
    return tmp_path


def spoil(data: Path, name: str, body: object) -> None:
    with Notebook.open(data) as notebook:
        connection = notebook.history._connection
        connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?)", (name, body))


def documents(data: Path) -> dict[str, object]:
    with Notebook.open(data) as notebook:
        return dict(notebook.history._connection.execute("SELECT name, body FROM document"))


COMMANDS = [
    ("today", "--plan"),
    ("programme",),
    ("remind",),
    ("setup", "--no-pain"),
    ("diary", "--comfort", "5", "--done"),
]


@pytest.mark.parametrize("name", ["diary", "check_ins"])
@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_read_of_diary_and_check_ins_ends_no_command(
    name: str, command: tuple[str, ...], data: Path
) -> None:
    spoil(data, name, b'{"felt": "worse", "begun_on": "soon"}')
    ran = run(*command, "--data", data)
    assert ran.status == 0
    if ran.err:
        assert f"{name} cannot be read whole" in ran.error


@pytest.mark.parametrize("body", UNREADABLE)
def test_whatever_stands_there_it_is_as_good_as_nothing(body: object, data: Path) -> None:
    spoil(data, "diary", body)
    spoil(data, "check_ins", body)
    with Notebook.open(data) as notebook:
        assert (notebook.diary, notebook.check_ins) == (None, ())


def test_what_can_be_read_of_the_check_ins_counts(data: Path) -> None:
    spoil(data, "check_ins", json.dumps([{"at": "noon", "felt": "same"}, WORSE, 3]).encode())
    with Notebook.open(data) as notebook:
        assert notebook.check_ins == (CheckIn(at=NINE, felt=Felt.WORSE),)
    assert ENGLISH.text("plan.see_professional") in run("today", "--plan", "--data", data).out


@pytest.mark.parametrize(
    ("begun_on", "begins"), [("2026-03-02", MONDAY), ("soon", date(2026, 3, 3))]
)
def test_what_can_be_read_of_the_diary_counts(begun_on: str, begins: date, data: Path) -> None:
    body = {"begun_on": begun_on, "entries": [{**ENTRY, "comfort": 60}, ENTRY]}
    spoil(data, "diary", json.dumps(body).encode())
    entry = DiaryEntry(day=date(2026, 3, 3), comfort=6, done=True, note="stiff")
    with Notebook.open(data) as notebook:
        assert notebook.diary == Diary(begun_on=begins, entries=(entry,))


def add_check_in(notebook: Notebook) -> None:
    notebook.add_check_in(CheckIn(at=NINE, felt=Felt.SAME))


def put_diary(notebook: Notebook) -> None:
    notebook.put_diary(Diary(begun_on=MONDAY))


def put_profile(notebook: Notebook) -> None:
    notebook.put_profile(Profile())


@pytest.mark.parametrize(
    ("name", "write"),
    [("check_ins", add_check_in), ("diary", put_diary), ("profile", put_profile)],
)
def test_what_cannot_be_read_is_set_aside_and_not_written_over(
    name: str, write: Callable[[Notebook], None], data: Path
) -> None:
    spoil(data, name, b"[{}]")
    with Notebook.open(data) as notebook:
        write(notebook)
        write(notebook)
    found = documents(data)
    (aside,) = [key for key in found if key.startswith(f"{name}.damaged-")]
    assert found[aside] == b"[{}]"
    assert found[name] != b"[{}]"


def practised(data: Path, ahead: timedelta, answers: Answers) -> None:
    with Notebook.open(data) as notebook:
        history, at = notebook.history, datetime.now(UTC) + ahead
        session = history.begin_session("hip_flexion", "bent", started_at=at, lang="en", source="0")
        history.add_rep(session, 1, rep_of(1, 1, 1))
        history.answer(session, 1, answers)


@pytest.mark.parametrize(
    "answers",
    [Answers(pain_after=0), Answers(pain_after=8), Answers(stopped_why=StopReason.SHARP_PAIN)],
)
def test_a_session_of_a_clock_that_was_ahead_does_not_hold_practice_back(
    answers: Answers, data: Path
) -> None:
    practised(data, timedelta(days=30), answers)
    ran = run("today", "--plan", "--data", data)
    assert ENGLISH.text("plan.practise_series") in ran.out
    assert "which is yet to come" in ran.error
    run("setup", "--quiet", "none", "--data", data)
    told = run("remind", "--data", data).out
    assert re.search(r"\d\d:\d\d", told)
    assert "-" not in told, "a day that is not today has its date"


def test_a_professional_can_agree_to_a_sign_of_a_clock_that_was_ahead(data: Path) -> None:
    practised(data, timedelta(days=30), Answers(stopped_why=StopReason.RED_FLAG))
    assert ENGLISH.text("plan.see_professional") in run("today", "--plan", "--data", data).out
    run("setup", "--i-have", "--data", data)
    assert ENGLISH.text("plan.practise_series") in run("today", "--plan", "--data", data).out


def test_a_check_in_of_a_clock_that_was_ahead_does_not_put_the_next_one_off(data: Path) -> None:
    ahead = CheckIn(at=NINE + timedelta(days=90), felt=Felt.SAME)
    with Notebook.open(data) as notebook:
        notebook.add_check_in(CheckIn(at=NINE, felt=Felt.BETTER))
        notebook.add_check_in(ahead)
        assert notebook.check_ins_by(NINE + timedelta(days=14))[-1] == replace(ahead, at=NINE)
        assert notebook.check_ins[-1] == ahead
