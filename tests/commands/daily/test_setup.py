import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from io import StringIO
from pathlib import Path

import pytest
from answering import Typed
from commands import run

from formcoach.commands.daily.asking import Asker, Interruptible
from formcoach.commands.daily.questions import FIRST, LATER, Talk, ask_in_turn
from formcoach.commands.daily.setup import show_profile
from formcoach.errors import StoreError
from formcoach.history.journal import HistoryJournal
from formcoach.history.notebook import Notebook
from formcoach.history.store import History
from formcoach.history.stored import Answers
from formcoach.programme.outcomes import StopReason
from formcoach.programme.profile import Focus, Profile, Prop, QuietHours, Sitting
from formcoach.programme.screening import HEALTH_GROUPS, INTAKE, QUESTIONS
from formcoach.words.phrases import load_phrases

NO_TO_ALL = ["none"] * len(HEALTH_GROUPS)
ASKED = {"lang", "pain", "sitting", "focus", "props", "times", "breath", "camera"}
NO_HEART = dict.fromkeys(HEALTH_GROUPS["health_heart"], False)
HEART = ["1", *NO_TO_ALL[1:]]
REST = ["yes", "none", "4", "1 4", "1"]
"""Pain; what brings you here; focus; wall and weight; camera."""
LATE = ["most of the day", "23", "6:30", "3", "4,5"]
"""Sitting; quiet hours, hours between series; breath."""


@pytest.fixture(autouse=True)
def nobody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the camera of this machine alone."""
    monkeypatch.setattr("formcoach.commands.daily.setup.look_and_listen", None)


@pytest.fixture
def waited_s() -> list[float]:
    return []


def asked(profile: Profile, *lines: str, waited_s: list[float] | None = None) -> Profile:
    ask = Asker(load_phrases("en"), answers=Typed(*lines), out=StringIO())
    talk = Talk(ask=ask, wait=([] if waited_s is None else waited_s).append)
    return ask_in_turn(talk, profile, (*FIRST[1:], *LATER))


def test_every_answer_is_taken() -> None:
    profile = asked(Profile(), *NO_TO_ALL, *REST, *LATE)
    assert profile == Profile(
        screening=dict.fromkeys(QUESTIONS, False),
        intake=dict.fromkeys(INTAKE, False),
        has_pain=True,
        sitting=Sitting.MAX_OF_THE_DAY,
        focus=Focus.COMPARE,
        props=frozenset({Prop.WALL, Prop.WEIGHT}),
        quiet=QuietHours(begin=time(23), end=time(6, 30)),
        series_every_h=3.0,
        breath_s=4.5,
        camera="1",
        asked=frozenset(one.name for one in (*FIRST[1:], *LATER)),
    )


@pytest.mark.parametrize(
    ("typed", "hours"), [("2", 2.0), ("2,5", 2.5), ("3", 3.0), ("4", 2.5), ("two", 2.5)]
)
def test_hours_are_taken_as_they_are_typed(typed: str, hours: float) -> None:
    again = ["", ""] if hours == 2.5 and typed != "2,5" else []
    lines = [*REST, *LATE[:3], typed, *again, "4,5"]
    assert asked(Profile(), *NO_TO_ALL, *lines).series_every_h == hours


def test_answers_that_cannot_be_read_are_asked_anew_and_the_rest_is_kept(tmp_path: Path) -> None:
    with Notebook.open(tmp_path) as notebook:
        notebook.history.put_document("profile", {"lang": 7})
    ran = run("today", "--plan", "--data", tmp_path)
    assert ran.status == 1
    assert "run formcoach setup again" in ran.err
    ran = run("setup", "--screening", "none", "--no-pain", "--data", tmp_path)
    assert ran.status == 0
    assert "cannot be read" in ran.err
    with Notebook.open(tmp_path) as notebook:
        assert notebook.needed_profile().screening == dict.fromkeys(QUESTIONS, False)


@pytest.mark.parametrize("hurts", [True, False])
def test_where_it_hurts_stretching_and_strengthening_are_offered_together(hurts: bool) -> None:
    out = StringIO()
    lines = [*NO_TO_ALL, "yes" if hurts else "no", *REST[1:]]
    ask = Asker(load_phrases("en"), answers=Typed(*lines), out=out)
    ask_in_turn(Talk(ask=ask), Profile(), FIRST[1:])
    before, _, after = out.getvalue().partition(load_phrases("en").text("ask.focus"))
    assert (load_phrases("en").text("ask.try_both") in before) is hurts
    assert after


def test_what_it_is_and_is_not_comes_before_the_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, out = ask_all(tmp_path, monkeypatch, *NO_TO_ALL, *REST)
    told = ("about.disclaimer", "about.credit", "ask.screening")
    places = [out.index(load_phrases("en").text(phrase)) for phrase in told]
    assert places == sorted(places)


def test_what_is_not_answered_stays_as_it_was() -> None:
    before = asked(Profile(), *NO_TO_ALL, *REST, *LATE)
    assert asked(before) == before
    assert asked(before, *[""] * 20) == before


def ask_all(data: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> tuple[Profile, str]:
    """Answer the set-up with the language, these lines and no more."""
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Typed("", *lines))
    out = run("setup", "--data", data).out
    return kept(data), out


@pytest.mark.parametrize(
    ("words", "cleared"), [("I have", True), ("i have.", True), ("yes", False), ("", False)]
)
def test_a_yes_needs_the_words_that_a_professional_agrees(
    words: str, cleared: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile, out = ask_all(tmp_path, monkeypatch, *HEART, *REST, words)
    assert profile.screening["heart"]
    assert (profile.cleared_at is not None) is cleared
    assert (load_phrases("en").text("plan.see_professional") in out) is not cleared


def test_a_new_yes_needs_the_words_anew_and_an_old_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("setup", "--data", tmp_path, "--screening", "none", "--screening", "heart=yes", "--i-have")
    before = kept(tmp_path).cleared_at
    assert before is not None
    assert ask_all(tmp_path, monkeypatch)[0].cleared_at == before
    assert ask_all(tmp_path, monkeypatch, "1 3")[0].cleared_at is None


def test_it_getting_worse_sends_to_a_professional_too(tmp_path: Path) -> None:
    run("setup", "--data", tmp_path, "--screening", "none", "--i-have")
    assert kept(tmp_path).cleared_at is not None
    ran = run("setup", "--data", tmp_path, "--intake", "increased=yes")
    assert kept(tmp_path).cleared_at is None
    assert load_phrases("en").text("plan.see_professional") in ran.out


def test_who_was_sent_by_what_was_felt_can_say_that_a_professional_agrees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("setup", "--data", tmp_path, "--screening", "none")
    with History.open(tmp_path) as history:
        began = datetime.now(UTC) - timedelta(hours=1)
        session = history.begin_session("squat", "", started_at=began, lang="en", source="0")
        history.answer(session, 1, Answers(stopped_why=StopReason.RED_FLAG.value))
    profile, out = ask_all(tmp_path, monkeypatch, *NO_TO_ALL, *REST, "i have")
    assert load_phrases("en").text("ask.cleared") in out
    assert profile.cleared_at is not None
    assert load_phrases("en").text("plan.see_professional") not in out


class Interrupted(Typed):
    """Answers, and then presses Ctrl-C, once."""

    def line(self, timeout_s: float) -> str | None:
        if not self.lines:
            raise KeyboardInterrupt
        return super().line(timeout_s)


@pytest.mark.parametrize("answered", [0, 1, 2, len(NO_TO_ALL) + 3])
def test_ctrl_c_ends_the_questions_and_keeps_what_was_answered(
    answered: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["nederlands", *["nee"] * 20][:answered]
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Interrupted(*lines))
    ran = run("setup", "--data", tmp_path)
    assert ran.status == 130
    if answered:
        assert load_phrases("nl").text("ask.saved") in ran.out
        groups = list(HEALTH_GROUPS.values())[: answered - 1]
        assert set(kept(tmp_path).screening) == {name for group in groups for name in group}
    else:
        assert load_phrases("en").text("ask.nothing_kept") in ran.out


def test_ctrl_c_ends_the_counting_of_breaths_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("formcoach.commands.daily.asking.sleep", interrupt)
    answers = Interruptible(Typed(*NO_TO_ALL, *REST, *LATE[:-1], "m", "5"))
    ask = Asker(load_phrases("en"), answers=answers, out=StringIO())
    talk = Talk(ask=ask, wait=answers.wait)
    profile = ask_in_turn(talk, Profile(), (*FIRST[1:], *LATER))
    assert answers.interrupted
    assert (profile.series_every_h, profile.breath_s) == (3.0, None)


@pytest.mark.parametrize(
    ("lines", "quiet"),
    [
        (("none",), QuietHours(begin=time(0), end=time(0))),
        (("21", "7"), QuietHours(begin=time(21), end=time(7))),
        (("", "7"), QuietHours(begin=time(22), end=time(7))),
        (("", ""), QuietHours()),
    ],
)
def test_there_may_be_no_quiet_hours(lines: tuple[str, ...], quiet: QuietHours) -> None:
    before = ["no", *REST[1:], "little"]
    profile = asked(Profile(), *NO_TO_ALL, *before, *lines, "9.15")
    assert (profile.quiet, profile.daily_at) == (quiet, time(9, 15))


def test_no_quiet_hours_are_shown_as_none_and_stay_so(tmp_path: Path) -> None:
    out = run("setup", "--data", tmp_path, "--quiet", "none", "--lang", "nl").out
    dutch = load_phrases("nl")
    (row,) = [line for line in out.splitlines() if dutch.text("ask.quiet_begin") in line]
    assert row.split()[-1] == dutch.text("ask.none")
    assert dutch.text("ask.quiet_end") not in out
    assert asked(kept(tmp_path)).quiet == kept(tmp_path).quiet


def test_a_breath_can_be_counted(waited_s: list[float]) -> None:
    at_breath = [*NO_TO_ALL, *REST, *LATE[:-1], "m", "5"]
    assert asked(Profile(), *at_breath, waited_s=waited_s).breath_s == 4.0
    assert waited_s == [20.0]


def kept(data: Path) -> Profile:
    with Notebook.open(data) as notebook:
        return notebook.needed_profile()


SCRIPTED = (
    *("--lang", "nl", "--screening", "none", "--screening", "heart=yes", "--pain", "--chair"),
    *("--intake", "novice=yes", "--sitting", "little", "--focus", "both", "--quiet", "none"),
    *("--daily-at", "18:30", "--series-every", "2", "--breath", "4", "--camera", "2"),
)


def test_answers_can_be_given_as_options_and_nothing_is_asked(tmp_path: Path) -> None:
    ran = run("setup", "--data", tmp_path, *SCRIPTED)
    assert ran.status == 0, ran.err
    assert "[" not in ran.out
    assert kept(tmp_path) == Profile(
        lang="nl",
        screening={**dict.fromkeys(QUESTIONS, False), "heart": True},
        intake={"novice": True},
        has_pain=True,
        sitting=Sitting.LITTLE,
        focus=Focus.BOTH,
        props=frozenset({Prop.CHAIR}),
        quiet=QuietHours(begin=time(0), end=time(0)),
        daily_at=time(18, 30),
        series_every_h=2.0,
        breath_s=4.0,
        camera="2",
        asked=frozenset(one.name for one in (*FIRST, *LATER) if one.name in ASKED),
    )
    assert load_phrases("nl").text("plan.see_professional") in ran.out


ADDRESS = "rtsp://me:Secret@phone/Live"


def test_the_password_of_a_camera_is_kept_and_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = run("setup", "--data", tmp_path, "--screening", "none", "--camera", ADDRESS).out
    out += run("setup", "--data", tmp_path, "--show").out
    out += ask_all(tmp_path, monkeypatch, *[""] * 40)[1]
    assert "rtsp://phone/Live" in out
    assert "Secret" not in out
    assert kept(tmp_path).camera == ADDRESS
    with History.open(tmp_path) as history:
        journal = HistoryJournal(history, exercise="squat", level="", lang="en", source=ADDRESS)
        assert history.session(journal.begin()).source == "rtsp://phone/Live"


@pytest.mark.parametrize("camera", ["", "  ", "a\nb", "x" * 501])
def test_no_camera_at_all_is_wrong_usage(camera: str, tmp_path: Path) -> None:
    ran = run("setup", "--data", tmp_path, "--camera", camera)
    assert ran.status == 2
    assert "--camera must be a number, a file or an address" in ran.error
    assert not list(tmp_path.iterdir())


def test_later_options_change_what_they_name_and_nothing_else(tmp_path: Path) -> None:
    run("setup", "--data", tmp_path, *SCRIPTED)
    before = kept(tmp_path)
    ran = run("setup", "--data", tmp_path, "--i-have", "--no-chair", "--wall")
    after = kept(tmp_path)
    assert after.cleared_at is not None
    assert after.props == {Prop.WALL}
    assert replace(after, cleared_at=None, props=before.props) == before
    assert load_phrases("nl").text("plan.see_professional") not in ran.out


def test_the_answers_can_be_shown_and_nothing_is_kept_before_there_are_any(tmp_path: Path) -> None:
    assert run("setup", "--data", tmp_path, "--show").status == 0
    with Notebook.open(tmp_path) as notebook, pytest.raises(StoreError, match="formcoach setup"):
        notebook.needed_profile()
    run("setup", "--data", tmp_path, *SCRIPTED)
    assert "18:30" in run("setup", "--data", tmp_path, "--show").out


@pytest.mark.parametrize("before", ["nothing", "answers", "unreadable"])
def test_to_show_the_answers_changes_nothing(before: str, tmp_path: Path) -> None:
    data = tmp_path / "data"
    if before != "nothing":
        run("setup", "--data", data, "--screening", "none", "--wall")
    if before == "unreadable":
        with Notebook.open(data) as notebook:
            notebook.history.put_document("profile", {"lang": 7})
    kept_before = documents(data)
    ran = run("setup", "--data", data, "--show", "--lang", "nl")
    assert ran.status == 0
    assert load_phrases("nl").text("ask.focus") in ran.out
    assert ("formcoach setup" in ran.err) is (before == "unreadable")
    assert documents(data) == kept_before
    assert data.exists() is (before != "nothing")


def documents(data: Path) -> list[tuple[str, bytes]]:
    if not History.is_in(data):
        return []
    with History.open(data) as history:
        rows = history._connection.execute("SELECT name, body FROM document ORDER BY name")
        return [tuple(row) for row in rows]


def test_to_show_and_to_change_at_once_is_wrong_usage(tmp_path: Path) -> None:
    ran = run("setup", "--data", tmp_path, "--show", "--wall")
    assert ran.status == 2
    assert "--show changes nothing" in ran.error
    assert not list(tmp_path.iterdir())


def test_a_language_alone_answers_nothing_and_everything_else_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dutch = load_phrases("nl")
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Typed("nee"))
    ran = run("setup", "--data", tmp_path, "--lang", "nl")
    assert dutch.text("ask.lang") not in ran.out
    assert (kept(tmp_path).lang, kept(tmp_path).screening) == ("nl", NO_HEART)
    missing = [dutch.text(f"screening.{name}") for name in QUESTIONS[len(NO_HEART) :]]
    for command in (("setup", "--show"), ("today", "--plan"), ("remind",)):
        out = run(*command, "--data", tmp_path).out
        assert "formcoach setup" in out, command
        assert dutch.text("ask.pain_before") not in out
        if "today" in command:
            assert [line.strip() for line in out.splitlines()][2:] == missing


def test_comparing_begins_the_diary(tmp_path: Path) -> None:
    run("setup", "--data", tmp_path, "--focus", "both")
    with Notebook.open(tmp_path) as notebook:
        assert notebook.diary is None
    run("setup", "--data", tmp_path, "--focus", "compare")
    with Notebook.open(tmp_path) as notebook:
        assert notebook.diary is not None


@pytest.mark.parametrize(
    ("option", "offered"),
    [
        (("--screening", "hart=yes"), "heart"),
        (("--screening", "heart"), "ID=yes"),
        (("--intake", "novise=no"), "novice"),
        (("--sitting", "litle"), "little"),
        (("--focus", "compar"), "compare"),
        (("--quiet", "22-25"), "22:00-08:00"),
        (("--daily-at", "noon"), "10:00"),
    ],
)
def test_a_wrong_answer_is_told_in_one_line_and_changes_nothing(
    option: tuple[str, str], offered: str, tmp_path: Path
) -> None:
    ran = run("setup", "--data", tmp_path, "--pain", *option)
    assert ran.status == 2
    assert offered in ran.error
    assert not list(tmp_path.iterdir())


def test_the_language_is_asked_first_and_asks_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "formcoach.commands.daily.asking.Keyboard", lambda: Typed("nederlands", "nee")
    )
    ran = run("setup", "--data", tmp_path)
    assert load_phrases("nl").text("screening.heart") in ran.out
    assert load_phrases("nl").text("ask.saved") in ran.out
    assert (kept(tmp_path).lang, kept(tmp_path).screening) == ("nl", NO_HEART)


def test_with_nobody_to_answer_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", Typed)
    ran = run("setup", "--data", tmp_path)
    assert load_phrases("en").text("ask.nothing_kept") in ran.out
    with Notebook.open(tmp_path) as notebook:
        assert notebook.profile is None


@pytest.mark.parametrize("camera", ["http://[fe80::1]:8080/video", "[/x]", "[bold]"])
def test_an_address_is_printed_as_it_is(camera: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_profile(Profile(camera=camera), load_phrases("en"))
    assert capsys.readouterr().out.strip().endswith(camera)


def test_who_is_sent_to_a_professional_is_told_also_where_the_answers_cannot_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot_be_kept(*_: object) -> None:
        raise StoreError("history.sqlite3: cannot be written (disk full): free some space")

    monkeypatch.setattr(Notebook, "put_profile", cannot_be_kept)
    told = ("--screening", "none", "--screening", "heart=yes", "--no-pain")
    ran = run("setup", *told, "--data", tmp_path)
    assert load_phrases("en").text("plan.see_professional") in ran.out
    assert ran.status == 1
    assert "cannot be written" in ran.error


def test_nine_questions_come_before_the_first_exercise_each_with_its_number() -> None:
    out = StringIO()
    ask = Asker(load_phrases("nl"), answers=Typed("", *["geen"] * 3, "nee", "geen"), out=out)
    ask_in_turn(Talk(ask=ask), Profile(lang="nl"), FIRST)
    assert len(FIRST) <= 9
    assert [f"{n} van 9" for n in range(1, 10)] == re.findall(r"\d van 9", out.getvalue())
    for name in QUESTIONS:  # what blocks is asked in full
        assert load_phrases("nl").text(f"screening.{name}") in out.getvalue()
    assert {name for group in HEALTH_GROUPS.values() for name in group} == set(QUESTIONS)


def test_what_was_skipped_is_asked_once_more_and_health_is_named() -> None:
    out = StringIO()
    lines = ["none", "", "none", *REST, "", "none", "again"]
    ask = Asker(load_phrases("en"), answers=Typed(*lines), out=out)
    profile = ask_in_turn(Talk(ask=ask), Profile(), FIRST[1:])
    assert set(HEALTH_GROUPS["health_body"]).isdisjoint(profile.screening)
    _, _, again = out.getvalue().partition(load_phrases("en").text("set_up.skipped"))
    assert "1 of 1: " in again
    assert load_phrases("en").text("set_up.health_body") in again
    assert load_phrases("en").text("set_up.open_health") in again
    ask = Asker(load_phrases("en"), answers=Typed("none", "", "none", *REST, "2"), out=StringIO())
    profile = ask_in_turn(Talk(ask=ask), Profile(), FIRST[1:])
    assert [name for name, yes in profile.screening.items() if yes] == ["surgery"]
    assert set(profile.screening) == set(QUESTIONS)


@pytest.mark.parametrize("word", ["<", "back"])
def test_one_can_go_back_and_answer_anew(word: str) -> None:
    lines = [*HEART, word, word, word, *NO_TO_ALL, *REST]
    profile = asked(Profile(), *lines)
    assert profile.screening == dict.fromkeys(QUESTIONS, False)
    assert profile.has_pain


@pytest.mark.parametrize("answer", ["0", "none", "no"])
def test_none_of_them_is_an_answer_and_a_number_that_is_not_there_is_none(answer: str) -> None:
    assert asked(Profile(), answer).screening == NO_HEART
    assert asked(Profile(), "9", "1,2", "none").screening["chest_pain"]
    assert not asked(Profile(), "yes", "yes", "yes").screening


def test_the_camera_is_looked_through_and_another_one_can_be_named() -> None:
    seen: list[str] = []
    ask = Asker(
        load_phrases("en"), answers=Typed(*NO_TO_ALL, *REST, "no", "2", "", ""), out=StringIO()
    )
    talk = Talk(ask=ask, look=lambda camera, _: seen.append(camera))
    assert ask_in_turn(talk, Profile(), FIRST[1:]).camera == "2"
    assert seen == ["1", "2"]
