from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from answering import Typed
from commands import run
from history_writer import rep_of
from rich.console import Console

from formcoach.coaching.events import Hold, Quality, Rep, SetSummary
from formcoach.commands.daily.asking import Asker
from formcoach.commands.daily.practice import _amount
from formcoach.commands.daily.today import Today
from formcoach.commands.live import Journal, LiveOptions, LiveResult
from formcoach.errors import SourceError, StoreError
from formcoach.exercises.library import load_exercise
from formcoach.history.notebook import Notebook
from formcoach.history.stored import Answers, StoredSession
from formcoach.pose.landmarks import Side
from formcoach.programme.agenda import Plan, Prescription
from formcoach.programme.given import parse_plan
from formcoach.programme.ladder import TRACKS
from formcoach.programme.outcomes import StopReason
from formcoach.programme.profile import Focus, Profile
from formcoach.programme.reminders import next_reminder
from formcoach.programme.screening import QUESTIONS
from formcoach.programme.two_weeks import CheckIn, Felt
from formcoach.words.phrases import load_phrases

ENGLISH = load_phrases("en")
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELL = Profile(screening=dict.fromkeys(QUESTIONS, False))
SORE = replace(WELL, has_pain=True)


def reps(number: int, *, hold_s: float = 0.5) -> SetSummary:
    return SetSummary(reps=[rep(n, hold_s) for n in range(1, number + 1)])


def rep(index: int, hold_s: float) -> Rep:
    good = replace(rep_of(1, 1, index), quality=Quality.GOOD, faults=())
    return replace(good, hold_s=hold_s, side=Side(index % 2), peak_deg=100.0 + index)


class Coached:
    """Somebody who is coached: does what is told, set by set, and it takes a minute each time.

    Who is `stopped` is so from the set `stops_in` on, counted from 1.
    """

    def __init__(self, *sets: SetSummary, stopped: bool = False, stops_in: int = 1) -> None:
        self.options: list[LiveOptions] = []
        self.now = NINE
        self._sets = list(sets)
        self._stopped, self._stops_in = stopped, stops_in

    def __call__(self, options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        self.options.append(options)
        self.now += timedelta(minutes=1)
        done = self._sets.pop(0) if self._sets else reps(options.targets.reps or 0)
        if journal is not None:
            for one in done.reps:
                journal.rep(1, one)
            for hold in done.holds:
                journal.hold(1, hold)
            journal.set_over(1, done)
        spec = load_exercise(options.exercise)
        level = spec.level(options.level)
        stopped = self._stopped and len(self.options) >= self._stops_in
        return LiveResult(spec=spec, level=level, sets=(done,), spoken=(), stopped=stopped)


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    with Notebook.open(tmp_path) as notebook:
        for side in Side:
            notebook.history.put_personal_end("hip_flexion", "bent", side, 95.0, NINE)
        yield notebook


def practise(
    notebook: Notebook,
    profile: Profile,
    coached: Coached,
    *lines: str,
    recalibrate: bool = False,
) -> str:
    """Spend a sitting; return what was said."""
    said: list[str] = []
    ask = Asker(ENGLISH, answers=Typed(*lines), say=said.append, out=StringIO())
    options = LiveOptions(exercise="", camera="7")
    today = Today(
        notebook,
        profile,
        ask,
        options,
        recalibrate=recalibrate,
        run=coached,
        now=lambda: coached.now,
    )
    today.run()
    return "\n".join(said)


def stored(notebook: Notebook) -> StoredSession:
    (session,) = notebook.history.sessions()
    return session


def test_one_series_is_done_asked_about_kept_and_the_next_one_told(notebook: Notebook) -> None:
    coached = Coached()
    said = practise(notebook, SORE, coached, "1", "2", "3", "yes", "yes")
    session = stored(notebook)
    assert (session.exercise, session.level, session.source) == ("hip_flexion", "bent", "7")
    assert session.ended_at == coached.now
    (one,) = session.sets
    assert [rep.index for rep in one.reps] == [1, 2, 3, 4, 5]
    assert one.ended
    told = Answers(pain_before=1, pain_after=2, effort=3, breathing_normal=True, back_kept=True)
    assert one.answers == told
    assert said.startswith(ENGLISH.text("ask.pain_before"))
    assert ENGLISH.text("plan.practise_series") in said
    assert ENGLISH.text("verdict.stay_once_more") in said
    assert ENGLISH.text("ask.next_at", when="today at 11:30") in said
    assert said.endswith(ENGLISH.text("session.goodbye"))


def test_a_note_a_day_and_what_matters_most_are_said(notebook: Notebook) -> None:
    coached, texts = Coached(), []
    for day in range(3):
        coached.now = NINE + timedelta(days=day)
        texts.append(practise(notebook, SORE, coached, "0", "0", "2", "yes", "yes"))
    line = ENGLISH.text("remember.hip_flexion.bent")
    assert [line in said for said in texts] == [False, True, True], "the how-to comes first"
    notes = [text for key, text in ENGLISH.texts.items() if key.startswith("plan.note_")]
    assert [sum(note in said for note in notes) for said in texts] == [1, 1, 1]


def test_the_set_is_coached_as_the_plan_says(notebook: Notebook) -> None:
    coached = Coached()
    practise(notebook, replace(SORE, breath_s=4.5), coached)
    (options,) = coached.options
    assert (options.exercise, options.level, options.camera) == ("hip_flexion", "bent", "7")
    assert (options.targets.reps, options.targets.sets, options.targets.breath) == (5, 1, True)
    assert options.howto
    assert options.breath_s == 4.5
    assert options.personal_end_deg == {Side.LEFT: 95.0, Side.RIGHT: 95.0}


def test_a_back_that_did_not_stay_is_acted_on_and_makes_nothing_harder(notebook: Notebook) -> None:
    coached = Coached()
    for day in range(2):
        coached.now = NINE + timedelta(days=day)
        said = practise(notebook, SORE, coached, "0", "0", "2", "yes", "no")
        assert ENGLISH.text("ask.back.hip_flexion") in said
        assert ENGLISH.text("react.back") in said
        assert ENGLISH.text("verdict.stay_back") in said
    assert [one.sets[0].answers.back_kept for one in notebook.history.sessions()] == [False, False]


def test_where_the_camera_sees_the_line_the_back_is_not_asked_about(notebook: Notebook) -> None:
    ladder = {exercise for track in TRACKS for exercise, _ in track.rungs}
    asked = {exercise for exercise in ladder if ENGLISH.has(f"ask.back.{exercise}")}
    assert ladder - asked == {"plank_hold", "plank_hip_flexion"}


def test_several_sets_are_asked_about_one_by_one_in_one_session(notebook: Notebook) -> None:
    coached = Coached()
    said = practise(notebook, WELL, coached, "0", "0", "3", "yes", "yes", "", "1", "4", "no", "yes")
    session = stored(notebook)
    assert [one.index for one in session.sets] == [1, 2]
    assert [one.total for one in session.sets] == [5, 5]
    assert [one.answers.pain_after for one in session.sets] == [0, 1]
    assert [one.answers.pain_before for one in session.sets] == [0, None]
    assert session.sets[1].answers.breathing_normal is False
    assert [one.howto for one in coached.options] == [True, False]
    assert ENGLISH.text("ask.rest", seconds=30) in said


def test_nobody_answers_and_it_is_kept_all_the_same(notebook: Notebook) -> None:
    said = practise(notebook, SORE, Coached())
    assert stored(notebook).sets[0].answers == Answers()
    assert ENGLISH.text("verdict.stay_unanswered") in said


def test_much_pain_ends_the_day_at_once_and_the_next_plan_is_to_rest(notebook: Notebook) -> None:
    coached = Coached()
    said = practise(notebook, WELL, coached, "1", "7")
    assert len(coached.options) == 1
    assert stored(notebook).sets[0].answers.stopped_why == StopReason.PAIN
    assert ENGLISH.text("react.stop_pain") in said
    assert all(step in said for step in ENGLISH.steps("advice.rest"))
    assert ENGLISH.text("ask.effort") not in said
    assert ENGLISH.text("plan.rest") in practise(notebook, WELL, coached, "1")
    assert len(coached.options) == 1


def climbed(notebook: Notebook, days: int) -> Coached:
    """Go well for some days of series, and come again the day after."""
    coached = Coached()
    for day in range(days):
        coached.now = NINE + timedelta(days=day)
        practise(notebook, SORE, coached, "0", "0", "3", "yes", "yes")
    coached.now = NINE + timedelta(days=days)
    return coached


def told_much_pain(
    notebook: Notebook, coached: Coached, later: timedelta, *, pain: str = "8"
) -> str:
    before = len(coached.options)
    coached.now += later
    said = practise(notebook, SORE, coached, pain)
    assert len(coached.options) == before
    assert ENGLISH.text("session.goodbye") not in said
    return said


def prescribed(notebook: Notebook, at: datetime) -> Prescription:
    ask = Asker(ENGLISH, answers=Typed(), out=StringIO())
    today = Today(notebook, SORE, ask, LiveOptions(exercise=""), now=lambda: at)
    return today.plan().prescriptions[0]


def test_much_pain_before_a_practice_is_known_for_a_day_and_makes_it_easier(
    notebook: Notebook,
) -> None:
    coached = climbed(notebook, 9)
    level = prescribed(notebook, coached.now).rung.level
    assert level == "straight"
    said = told_much_pain(notebook, coached, timedelta(0))
    assert ENGLISH.text("plan.rest") in said
    *_, told = notebook.history.sessions()
    assert [one.answers for one in told.sets] == [Answers(pain_before=8, stopped_why="pain")]
    for hours in (0.01, 1, 23):
        later = Coached()
        later.now = coached.now + timedelta(hours=hours)
        assert ENGLISH.text("plan.rest") in practise(notebook, SORE, later, "0")
        at = next_reminder(SORE, notebook.results(later.now), later.now)
        assert at is not None
        assert at >= coached.now + timedelta(hours=24)
    after_it = prescribed(notebook, coached.now + timedelta(hours=25))
    assert (after_it.rung.level, after_it.why.phrase) == ("bent", "plan.why_step_back")


def test_the_same_much_pain_told_twice_in_a_sitting_is_one(notebook: Notebook) -> None:
    coached = Coached()
    for minutes in (0, 1, 50):
        said = told_much_pain(notebook, coached, timedelta(minutes=minutes))
        assert ENGLISH.text("plan.rest") in said
    stored(notebook)


@pytest.mark.parametrize("hours", [3, 25])
def test_much_pain_that_stays_sends_to_a_professional(notebook: Notebook, hours: int) -> None:
    coached = Coached()
    told_much_pain(notebook, coached, timedelta(0))
    said = told_much_pain(notebook, coached, timedelta(hours=hours), pain="6")
    assert ENGLISH.text("plan.see_professional") in said


def test_much_pain_while_there_is_only_stretching_is_known_too(notebook: Notebook) -> None:
    coached, stretches = Coached(), replace(WELL, focus=Focus.STRETCH)
    assert ENGLISH.text("plan.rest") in practise(notebook, stretches, coached, "7")
    assert ENGLISH.text("plan.rest") in practise(notebook, stretches, coached, "")


def test_who_hurts_much_is_told_to_rest_also_where_it_cannot_be_kept(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook.history, "begin_session", cannot_be_kept)
    said: list[str] = []
    ask = Asker(ENGLISH, answers=Typed("8"), say=said.append, out=StringIO())
    today = Today(notebook, WELL, ask, LiveOptions(exercise=""), now=lambda: NINE)
    with pytest.raises(StoreError):
        today.run()
    assert ENGLISH.text("plan.rest") in said


NEVER_UNDERSTOOD = ("11", "eleven", "much")


def test_pain_that_is_not_understood_is_no_reason_to_practise(notebook: Notebook) -> None:
    coached = Coached()
    said = practise(notebook, WELL, coached, *NEVER_UNDERSTOOD, "0")
    assert coached.options == []
    assert said.endswith(ENGLISH.text("ask.pain_again"))
    assert ENGLISH.text("plan.practise_sets") not in said
    assert ENGLISH.text("plan.practise_sets") in practise(notebook, WELL, coached, "")


def test_pain_after_a_set_that_is_not_understood_ends_the_day(notebook: Notebook) -> None:
    coached = Coached()
    said = practise(notebook, WELL, coached, "0", *NEVER_UNDERSTOOD, "2", "yes", "yes")
    assert len(coached.options) == 1
    assert ENGLISH.text("ask.pain_unclear") in said
    assert ENGLISH.text("ask.effort") not in said
    assert stored(notebook).sets[0].answers == Answers(pain_before=0)


@pytest.mark.parametrize("lines", [("other", "", "0"), ("my leg", "it", "hurts", "0")])
def test_something_felt_that_is_not_understood_ends_the_day(
    notebook: Notebook, lines: tuple[str, ...]
) -> None:
    coached = Coached(reps(2))
    practise(notebook, WELL, coached, "0", *lines, "2", "yes", "yes")
    assert len(coached.options) == 1


def test_some_pain_ends_the_exercise(notebook: Notebook) -> None:
    coached = Coached()
    said = practise(notebook, WELL, coached, "1", "4", "3", "yes")
    assert len(coached.options) == 1
    assert ENGLISH.text("react.easier_pain") in said
    assert stored(notebook).sets[0].answers.stopped_why == StopReason.PAIN
    assert stored(notebook).sets[0].answers.effort == 3


def test_who_stops_early_may_say_that_it_was_enough(notebook: Notebook) -> None:
    coached = Coached(reps(2), stopped=True)
    said = practise(notebook, WELL, coached, "0", "1", "0", "2", "yes")
    assert ENGLISH.text("ask.stopped") in said
    answers = stored(notebook).sets[0].answers
    assert (answers.stopped_why, answers.effort) == (StopReason.ENOUGH, 2)
    assert len(coached.options) == 1


@pytest.mark.parametrize(
    ("sign", "reason", "advice"),
    [
        ("chest_pain", StopReason.EMERGENCY, "emergency"),
        ("numbness", StopReason.RED_FLAG, "see_professional"),
        ("groin_pinch", StopReason.SHARP_PAIN, "rest"),
        ("balance_lost", StopReason.BALANCE, "balance"),
    ],
)
def test_what_was_felt_is_acted_on_at_once(
    notebook: Notebook, sign: str, reason: StopReason, advice: str
) -> None:
    coached = Coached(reps(1), stopped=True)
    felt = ENGLISH.text(f"sign.{sign}")
    said = practise(notebook, WELL, coached, "0", "something else", felt)
    assert stored(notebook).sets[0].answers.stopped_why == reason
    assert all(step in said for step in ENGLISH.steps(f"advice.{advice}"))
    assert ENGLISH.text("ask.pain_after") not in said
    assert len(coached.options) == 1


def test_nothing_is_scolded_and_nothing_kept_where_nothing_was_done(notebook: Notebook) -> None:
    said = practise(notebook, WELL, Coached(SetSummary()), "0")
    assert ENGLISH.text("ask.nothing_done") in said
    assert ENGLISH.text("ask.pain_after") not in said
    assert notebook.history.sessions() == []


def test_the_end_points_are_found_first_and_kept_where_somebody_held_still(tmp_path: Path) -> None:
    still = SetSummary(reps=[rep(1, hold_s=2.2), rep(2, hold_s=1.0)])
    coached = Coached(still)
    with Notebook.open(tmp_path) as notebook:
        said = practise(notebook, SORE, coached)
        assert notebook.history.personal_ends("hip_flexion", "bent") == {Side.RIGHT: 101.0}
        assert stored(notebook).sets[0].total == 5
    assert [one.targets.reps for one in coached.options] == [2, 5]
    assert coached.options[1].personal_end_deg == {Side.RIGHT: 101.0}
    assert ENGLISH.steps("ask.calibrate")[0] in said
    assert ENGLISH.text("ask.calibrated") in said


def test_end_points_that_are_known_are_found_anew_where_that_is_asked_for(
    notebook: Notebook,
) -> None:
    for side in Side:
        notebook.history.put_personal_end("hip_flexion", "bent", side, 80.0, NINE)
    assert ENGLISH.steps("ask.calibrate")[0] not in practise(notebook, SORE, Coached())
    still = SetSummary(reps=[rep(1, hold_s=2.2), rep(2, hold_s=2.0)])
    coached = Coached(still)
    coached.now = NINE + timedelta(hours=3)
    said = practise(notebook, SORE, coached, recalibrate=True)
    assert ENGLISH.steps("ask.calibrate")[0] in said
    assert coached.options[0].personal_end_deg == {}, "no old end stands in the way of a new one"
    assert coached.options[0].targets.max_s is not None, "it ends by itself"
    assert coached.options[1].targets.max_s is None
    assert set(notebook.history.personal_ends("hip_flexion", "bent").values()) != {80.0}


def test_without_holding_still_there_is_no_end_point(tmp_path: Path) -> None:
    with Notebook.open(tmp_path) as notebook:
        said = practise(notebook, SORE, Coached(reps(2)))
        assert notebook.history.personal_ends("hip_flexion", "bent") == {}
    assert ENGLISH.text("ask.not_calibrated") in said


def test_who_does_one_side_only_is_coached_and_calibrated_so(tmp_path: Path) -> None:
    coached = Coached()
    with Notebook.open(tmp_path) as notebook:
        notebook.history.put_personal_end("hip_flexion", "bent", Side.RIGHT, 95.0, NINE)
        said = practise(notebook, replace(SORE, intake={"one_side": True}), coached)
    assert [one.targets.one_side for one in coached.options] == [True]
    assert ENGLISH.steps("ask.calibrate")[0] not in said


def test_a_lost_camera_loses_nothing_that_was_done(notebook: Notebook) -> None:
    coached = Coached()

    def fail(options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        if coached.options:
            raise SourceError("camera 7: gone")
        return coached(options, journal=journal)

    ask = Asker(ENGLISH, answers=Typed("0", "0", "3", "yes"), out=StringIO())
    today = Today(notebook, WELL, ask, LiveOptions(exercise=""), run=fail, now=lambda: coached.now)
    with pytest.raises(SourceError):
        today.run()
    session = stored(notebook)
    assert session.ended_at is not None
    assert [one.total for one in session.sets] == [5]
    assert session.sets[0].answers.effort == 3


def test_after_two_weeks_it_asks_how_it_has_been_and_acts_on_it(notebook: Notebook) -> None:
    coached = Coached()
    practise(notebook, SORE, coached, "1", "1", "3", "yes")
    coached.now = NINE + timedelta(days=15)
    said = practise(notebook, SORE, coached, "1", "worse")
    assert ENGLISH.text("ask.felt") in said
    assert notebook.check_ins == (CheckIn(at=coached.now, felt=Felt.WORSE),)
    assert ENGLISH.text("plan.see_professional") in said
    assert len(coached.options) == 1


def test_held_time_counts_where_something_is_held(notebook: Notebook) -> None:
    hold = Hold(side=None, start_s=0.0, end_s=21.0, in_line_s=21.0)
    assert _amount(SetSummary(holds=[hold])) == 21.0
    assert _amount(reps(3)) == 3


def test_before_the_set_up_it_says_so_in_one_line(tmp_path: Path) -> None:
    ran = run("today", "--data", tmp_path)
    assert ran.status == 1
    assert "formcoach setup" in ran.error


def test_the_plan_alone_does_and_asks_nothing(tmp_path: Path) -> None:
    run("setup", "--data", tmp_path, "--screening", "none", "--lang", "nl")
    ran = run("today", "--plan", "--data", tmp_path)
    dutch = load_phrases("nl")
    assert ran.status == 0
    assert dutch.text("plan.practise_sets") in ran.out
    assert "2 x 5" in ran.out
    assert dutch.text("ask.pain_before") not in ran.out
    assert (
        ENGLISH.text("plan.practise_sets")
        in run("today", "--plan", "--lang", "en", "--data", tmp_path).out
    )


def test_a_yes_of_the_screening_is_named_and_nothing_is_done(tmp_path: Path) -> None:
    run("setup", "--data", tmp_path, "--screening", "none", "--screening", "heart=yes")
    ran = run("today", "--plan", "--data", tmp_path)
    assert ENGLISH.text("plan.see_professional") in ran.out
    assert ENGLISH.text("screening.heart") in ran.out


def test_no_such_camera_is_told_in_one_line(tmp_path: Path) -> None:
    run("setup", "--data", tmp_path, "--screening", "none", "--pain")
    ran = run("today", "--no-voice", "--no-window", "--camera", "nix.mp4", "--data", tmp_path)
    assert ran.status == 1
    assert "nix.mp4" in ran.error


def test_pain_after_a_set_ends_the_day_and_not_only_the_exercise(notebook: Notebook) -> None:
    coached = Coached()
    practise(notebook, WELL, coached, "1", "4", "3", "yes", "yes")
    assert {one.exercise for one in coached.options} == {"hip_flexion"}


def test_who_stops_before_anything_was_counted_is_asked_why(notebook: Notebook) -> None:
    coached = Coached(SetSummary(), stopped=True)
    said = practise(notebook, WELL, coached, "5", "3")
    assert ENGLISH.text("ask.stopped") in said
    assert ENGLISH.text("react.stop_pain") in said
    assert len(coached.options) == 1


FELT = {
    "chest_pain": (StopReason.EMERGENCY, "plan.emergency"),
    "numbness": (StopReason.RED_FLAG, "plan.see_professional"),
    "sharp_pain": (StopReason.SHARP_PAIN, "plan.rest"),
    "balance_lost": (StopReason.BALANCE, "plan.rest"),
}
"""What is kept of a sign, and what is said the next time."""


def stopped_for(notebook: Notebook, sign: str, *sets: SetSummary) -> str:
    """Stop in the last of some sets, feel something, and come again an hour later.

    Return what was said; the second time nothing may be coached.
    """
    calm = ["0", "3", "yes", "yes", ""] * (len(sets) - 1)
    coached = Coached(*sets, stopped=True, stops_in=len(sets))
    said = practise(notebook, WELL, coached, "1", *calm, "other", sign)
    later = Coached()
    later.now = coached.now + timedelta(hours=1)
    assert ENGLISH.text(FELT[sign][1]) in practise(notebook, WELL, later, "0")
    assert later.options == []
    return said


@pytest.mark.parametrize("sign", FELT)
def test_what_was_felt_before_the_first_rep_is_known_the_next_time(
    notebook: Notebook, sign: str
) -> None:
    said = stopped_for(notebook, sign, SetSummary())
    (one,) = stored(notebook).sets
    assert (one.total, one.ended) == (0, True)
    assert one.answers == Answers(pain_before=1, stopped_why=FELT[sign][0])
    for line in ("ask.nothing_done", "ask.next_now"):
        assert ENGLISH.text(line) not in said


@pytest.mark.parametrize("sign", ["chest_pain", "numbness"])
@pytest.mark.parametrize("sets", [(SetSummary(),), (reps(3),), (reps(5), reps(2))])
def test_nobody_is_told_well_done_who_has_to_get_help(
    notebook: Notebook, sets: tuple[SetSummary, ...], sign: str
) -> None:
    assert ENGLISH.text("session.goodbye") not in stopped_for(notebook, sign, *sets)


@pytest.mark.parametrize("sign", FELT)
def test_what_was_felt_before_the_first_rep_of_a_later_set_is_known(
    notebook: Notebook, sign: str
) -> None:
    stopped_for(notebook, sign, reps(5), SetSummary())
    first, second = stored(notebook).sets
    assert (first.total, first.answers.stopped_why) == (5, None)
    assert (second.total, second.answers) == (0, Answers(stopped_why=FELT[sign][0]))


@pytest.mark.parametrize("sign", FELT)
def test_what_was_felt_while_the_end_points_were_looked_for_is_known(
    tmp_path: Path, sign: str
) -> None:
    with Notebook.open(tmp_path) as notebook:
        stopped_for(notebook, sign, SetSummary())
        (one,) = stored(notebook).sets
        assert (one.total, one.answers.stopped_why) == (0, FELT[sign][0])


@pytest.mark.parametrize("why", ["enough", "tired"])
def test_a_set_that_was_enough_before_it_began_is_no_practice(notebook: Notebook, why: str) -> None:
    coached = Coached(SetSummary(), stopped=True)
    said = practise(notebook, WELL, coached, "5", ENGLISH.text(f"ask.option.{why}"))
    assert ENGLISH.text("ask.nothing_done") in said
    assert notebook.history.sessions() == []


def test_who_stopped_for_pain_is_not_told_to_go_on(notebook: Notebook) -> None:
    well = ["0", "3", "yes", "yes"]
    coached = Coached()
    for day in range(2):
        coached.now = NINE + timedelta(days=day)
        practise(notebook, WELL, coached, "0", *well, "", *well)
    coached = Coached(SetSummary(), stopped=True)
    coached.now = NINE + timedelta(days=2)
    said = practise(notebook, WELL, coached, "0", "pain")
    assert ENGLISH.text("plan.why_more_reps") in said
    assert ENGLISH.text("verdict.easier_pain") in said
    assert ENGLISH.text("ask.next_now") not in said


def test_what_to_do_at_once_is_said_also_where_it_cannot_be_kept(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook.history, "end_set", cannot_be_kept)
    said: list[str] = []
    answers = Typed("0", "other", "chest_pain")
    ask = Asker(ENGLISH, answers=answers, say=said.append, out=StringIO())
    coached = Coached(SetSummary(), stopped=True)
    today = Today(notebook, WELL, ask, LiveOptions(exercise=""), run=coached, now=lambda: NINE)
    with pytest.raises(StoreError):
        today.run()
    assert ENGLISH.text("react.emergency") in said
    assert said[-1] == ENGLISH.steps("advice.emergency")[-1]


def cannot_be_kept(*args: object, **kwargs: object) -> None:
    raise StoreError("history.sqlite3: cannot be written")


def in_order(notebook: Notebook, monkeypatch: pytest.MonkeyPatch, *names: str) -> list[str]:
    """Return a list that tells when the history is written, by the name of the call."""
    order: list[str] = []

    def noted(name: str) -> None:
        real = getattr(notebook.history, name)

        def call(*args: object, **kwargs: object) -> object:
            order.append(name)
            return real(*args, **kwargs)

        monkeypatch.setattr(notebook.history, name, call)

    for name in names:
        noted(name)
    return order


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("0", "9"), "react.stop_pain"),
        (("0", "4"), "react.easier_pain"),
        (("0", "0", "9"), "react.easier"),
        (("0", "0", "3", "no"), "react.breathe"),
    ],
)
def test_what_to_do_is_said_before_the_answer_is_written(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, answers: tuple[str, ...], said: str
) -> None:
    order = in_order(notebook, monkeypatch, "answer")
    ask = Asker(ENGLISH, answers=Typed(*answers), say=order.append, out=StringIO())
    coached = Coached()
    Today(notebook, SORE, ask, LiveOptions(exercise=""), run=coached, now=lambda: NINE).run()
    after_question = order[order.index(ENGLISH.text("ask.pain_after")) :]
    told = after_question.index(ENGLISH.text(said))
    asked = [ENGLISH.text(f"ask.{name}") for name in ("effort", "breathing")]
    earlier = [one for one in after_question[:told] if one == "answer"]
    # Written before it was, at most, the answer to an earlier question.
    assert len(earlier) <= sum(one in after_question[:told] for one in asked[:1])
    assert "answer" in after_question[told:]


@pytest.mark.parametrize("fails", ["answer", "end_set", "begin_session"])
def test_much_pain_after_a_set_is_asked_and_answered_whatever_cannot_be_kept(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    monkeypatch.setattr(notebook.history, fails, cannot_be_kept)
    said: list[str] = []
    ask = Asker(ENGLISH, answers=Typed("0", "9"), say=said.append, out=StringIO())
    coached = Forgiving()
    today = Today(notebook, SORE, ask, LiveOptions(exercise=""), run=coached, now=lambda: NINE)
    if fails == "end_set":  # the session is there; the answers find their place
        today.run()
    else:
        with pytest.raises(StoreError, match=r"kept|written"):
            today.run()
    assert ENGLISH.text("react.stop_pain") in said
    assert ENGLISH.steps("advice.rest")[-1] in said
    assert len(coached.options) == 1


class Forgiving(Coached):
    """Goes on where the history cannot be written, as a live session does."""

    def __call__(self, options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        return super().__call__(options, journal=None if journal is None else _Forgiving(journal))


class _Forgiving:
    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def rep(self, set_index: int, rep: Rep) -> None:
        with suppress(StoreError):
            self._journal.rep(set_index, rep)

    def hold(self, set_index: int, hold: Hold) -> None:
        with suppress(StoreError):
            self._journal.hold(set_index, hold)

    def set_over(self, set_index: int, summary: SetSummary) -> None:
        with suppress(StoreError):
            self._journal.set_over(set_index, summary)


def test_who_hurts_much_is_told_before_it_is_written(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = in_order(notebook, monkeypatch, "begin_session", "end_set", "end_session")
    ask = Asker(ENGLISH, answers=Typed("8"), say=order.append, out=StringIO())
    Today(notebook, WELL, ask, LiveOptions(exercise=""), now=lambda: NINE).run()
    told = order.index(ENGLISH.text("plan.rest"))
    assert order.index("begin_session") > told
    assert order[-3:] == ["begin_session", "end_set", "end_session"]


def test_what_to_do_is_said_also_where_the_terminal_is_gone(notebook: Notebook) -> None:
    class Gone(StringIO):
        def write(self, text: str) -> int:
            if ENGLISH.text("react.stop_pain") in text:
                raise BrokenPipeError
            return super().write(text)

    said: list[str] = []
    ask = Asker(ENGLISH, answers=Typed("0", "9"), say=said.append, out=Gone())
    today = Today(notebook, SORE, ask, LiveOptions(exercise=""), run=Coached(), now=lambda: NINE)
    with pytest.raises(BrokenPipeError):
        today.run()
    assert said[-1] == ENGLISH.text("react.stop_pain")
    assert stored(notebook).sets[0].answers.pain_after == 9


@pytest.mark.parametrize("lacks", ["camera", "display", "model"])
def test_what_is_not_there_is_found_out_before_anybody_is_led_to_it(
    lacks: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Typed("0"))
    monkeypatch.setattr("formcoach.commands.live.ready.display_works", lambda: lacks != "display")
    run("setup", "--screening", "none", "--data", tmp_path)
    options = ["--camera", tmp_path / "none.mp4"]
    if lacks == "model":
        options += ["--model", tmp_path / "none.task"]
    ran = run("today", "--no-voice", *options, "--data", tmp_path)
    assert ran.status == 1
    way_out = {"camera": "none.mp4", "display": "--no-window", "model": "none.task"}
    assert way_out[lacks] in ran.error
    assert ENGLISH.text("ask.pain_before") in ran.out
    for phrase in ("plan.practise_sets", "purpose.hip_flexion"):
        assert ENGLISH.text(phrase) not in ran.out


def test_no_camera_is_needed_where_nothing_is_to_be_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Typed("8"))
    run("setup", "--screening", "none", "--data", tmp_path)
    ran = run("today", "--no-voice", "--camera", tmp_path / "none.mp4", "--data", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ENGLISH.text("plan.rest") in ran.out


def test_both_end_points_are_asked_for_until_both_are_known(tmp_path: Path) -> None:
    with Notebook.open(tmp_path / "one") as notebook:
        notebook.history.put_personal_end("hip_flexion", "bent", Side.RIGHT, 105.0, NINE)
        said = practise(notebook, WELL, Coached(), "0", "0", "3", "yes", "yes")
    assert ENGLISH.steps("ask.calibrate")[0] in said


GIVEN = parse_plan(
    """
[[exercises]]
exercise = "hip_flexion"
level = "straight"
reps = 8
sets = 2
side = "right"
end_deg = 70
rep_s = 9

[[exercises]]
exercise = "squat"
reps = 4
""",
    "plan.toml",
)


def test_a_given_plan_is_coached_instead_of_the_ladder(notebook: Notebook) -> None:
    notebook.put_given_plan(GIVEN)
    coached = Coached()
    answers = ["0", "3", "y", "y"]
    said = practise(notebook, WELL, coached, "0", *answers, "", *answers, "0", "3", "y")
    done = [(o.exercise, o.level, o.targets.reps) for o in coached.options]
    assert done == [("hip_flexion", "straight", 8)] * 2 + [("squat", None, 4)]
    first = coached.options[0]
    assert first.personal_end_deg == dict.fromkeys(Side, 70)
    assert first.targets.one_side
    assert "What your physiotherapist planned for today" in said
    assert "With your right side only" in said
    assert "Take at least 9 seconds for each" in said
    assert said.count("Done, as planned") == 2
    assert "That went well" not in said, "nothing gets harder by itself"
    later = practise(notebook, WELL, coached)
    assert len(coached.options) == 3, "what was done today is not done again"
    assert "You are done for now" in later


def test_pain_ends_a_given_plan_as_it_does_the_ladder(notebook: Notebook) -> None:
    notebook.put_given_plan(GIVEN)
    coached = Coached()
    said = practise(notebook, WELL, coached, "0", "7")
    assert len(coached.options) == 1
    assert "Done, as planned" not in said
    assert "Rest today" in practise(notebook, WELL, coached)
    assert len(coached.options) == 1


def test_some_pain_on_a_given_plan_is_told_to_who_gave_it(notebook: Notebook) -> None:
    climbed(notebook, 8)  # the ladder has something easier
    notebook.put_given_plan(GIVEN)
    coached = Coached()
    coached.now = NINE + timedelta(days=30)
    said = practise(notebook, WELL, coached, "0", "4")
    assert "It hurt: tell your physiotherapist" in said
    assert "easier" not in said.partition("It hurt")[2]


def test_a_set_that_breaks_off_in_the_midst_keeps_nobody_from_being_told_to_stop(
    notebook: Notebook,
) -> None:
    def breaks_off(options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        assert journal is not None
        journal.rep(1, rep(1, 0.5))
        raise SourceError("camera 7: gone")

    said: list[str] = []
    ask = Asker(ENGLISH, answers=Typed("0", "9"), say=said.append, out=StringIO())
    today = Today(notebook, SORE, ask, LiveOptions(exercise=""), run=breaks_off, now=lambda: NINE)
    with pytest.raises(SourceError):
        today.run()
    assert ENGLISH.text("react.stop_pain") in said
    assert said[-1] == ENGLISH.steps("advice.rest")[-1]
    answers = stored(notebook).sets[0].answers
    assert (answers.pain_before, answers.pain_after, answers.stopped_why) == (0, 9, "pain")


@pytest.mark.parametrize("pain", ["6", "10"])
def test_much_pain_is_answered_also_where_the_history_cannot_be_read(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch, pain: str
) -> None:
    said: list[str] = []
    ask = Asker(ENGLISH, answers=Typed(pain), say=said.append, out=StringIO())
    today = Today(notebook, WELL, ask, LiveOptions(exercise=""), now=lambda: NINE)
    plan = today.plan

    def unreadable(pain: int | None = None, **more: Any) -> Plan:
        if pain is not None:
            raise StoreError("history.sqlite3: cannot be read")
        return plan(pain, **more)

    monkeypatch.setattr(today, "plan", unreadable)
    with pytest.raises(StoreError):
        today.run()
    assert ENGLISH.text("react.stop_pain") in said
    assert said[-1] == ENGLISH.steps("advice.rest")[-1]


def test_who_is_sent_to_a_professional_hears_all_of_it_though_the_terminal_is_gone(
    notebook: Notebook,
) -> None:
    class Gone(StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "the terminal is gone")

    said: list[str] = []
    ill = replace(WELL, screening={**WELL.screening, "chest_pain": True})
    ask = Asker(ENGLISH, answers=Typed("0"), say=said.append, out=StringIO())
    console = Console(file=Gone())
    today = Today(notebook, ill, ask, LiveOptions(exercise=""), console=console, now=lambda: NINE)
    plan = today.plan(0)
    with pytest.raises(OSError, match="gone"):
        today.run()
    assert ENGLISH.text(plan.why.phrase) in said
    if plan.heard is not None:
        heard = plan.heard.phrase
        assert ENGLISH.texts.get(heard, ENGLISH.lists.get(heard, ("",))[0]) in said


def test_today_asks_what_it_must_know_itself_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dutch = load_phrases("nl")
    monkeypatch.setattr("formcoach.commands.daily.setup.look_and_listen", None)
    lines = ["nederlands", *["geen"] * 3, "nee", "geen", "1", "geen", "", "8"]
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Typed(*lines))
    ran = run("today", "--no-voice", "--camera", tmp_path / "none.mp4", "--data", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    told = ("about.disclaimer", "set_up.health_heart", "set_up.props", "ask.pain_before")
    places = [ran.out.index(dutch.text(phrase)) for phrase in (*told, "plan.rest")]
    assert places == sorted(places)
    again = run("today", "--plan", "--data", tmp_path).out
    assert dutch.text("set_up.health_heart") not in again


def test_today_asks_only_what_is_missing_about_health(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("setup", "--screening", "none", "--no-pain", "--focus", "both", "--data", tmp_path)
    with Notebook.open(tmp_path) as notebook:
        profile = notebook.needed_profile()
        left = {name: no for name, no in profile.screening.items() if name != "cancer"}
        named = profile.asked | {"intake", "props"}
        notebook.put_profile(replace(profile, screening=left, asked=named))
    monkeypatch.setattr("formcoach.commands.daily.asking.Keyboard", lambda: Typed("none", "8"))
    ran = run("today", "--no-voice", "--camera", tmp_path / "none.mp4", "--data", tmp_path)
    assert ENGLISH.text("screening.cancer") in ran.out
    assert ENGLISH.text("screening.heart") not in ran.out.partition(ENGLISH.text("ask.saved"))[0]
    assert ENGLISH.text("plan.rest") in ran.out


def test_when_to_remind_is_asked_after_the_first_practice_and_changes_the_next_time(
    notebook: Notebook,
) -> None:
    profile = Profile(screening=dict.fromkeys(QUESTIONS, False), has_pain=True)
    coached = Coached()
    late = ["little", "none", "2"]
    said = practise(notebook, profile, coached, "1", "2", "3", "yes", "yes", *late)
    kept = notebook.needed_profile()
    assert (kept.quiet.is_none, kept.series_every_h, kept.breath_s) == (True, 2.0, None)
    assert {"sitting", "times"} <= kept.asked
    assert ENGLISH.text("ask.next_at", when="today at 11:30") in said  # as it was until then
    assert said.endswith(ENGLISH.text("session.goodbye"))  # the rest is read and typed


def test_who_does_not_answer_when_to_remind_is_kept_waiting_once_only(notebook: Notebook) -> None:
    asked = Typed("1", "2", "3", "yes", "yes")
    ask, coached = Asker(ENGLISH, answers=asked, out=StringIO()), Coached()
    Today(notebook, SORE, ask, LiveOptions(exercise=""), run=coached, now=lambda: NINE).run()
    assert len(asked.waited_s) == 6
    assert notebook.profile is None


def held(seconds: float) -> SetSummary:
    return SetSummary(holds=[Hold(side=None, start_s=0.0, end_s=seconds, in_line_s=seconds)])


def test_today_leads_the_stretches_side_by_side_and_asks_the_diarys_question(
    notebook: Notebook,
) -> None:
    compares = replace(WELL, focus=Focus.COMPARE)
    notebook.begin_diary(NINE.date())
    coached = Coached(*[held(30.5)] * 8)
    rests = [""] * 3
    answers = ["1", *rests, "1", "yes", *rests, "0", "yes", "7"]
    said = practise(notebook, compares, coached, *answers)
    led = [(one.exercise, one.targets.reps, one.howto) for one in coached.options]
    of_each = [True, False, False, False]
    assert led == [(name, 30, new) for name in ("half_kneeling", "knee_held") for new in of_each]
    for phrase in ("stretch.why", "stretch.half_kneeling", "stretch.done", "ask.comfort"):
        assert ENGLISH.text(phrase) in said
    assert said.count(ENGLISH.text("stretch.first_side")) == 4
    assert said.count(ENGLISH.text("stretch.other_side")) == 4
    assert ENGLISH.text("ask.effort") not in said
    assert said.count(ENGLISH.text("ask.pain_after")) == 2
    diary = notebook.diary
    assert diary is not None
    assert [(entry.comfort, entry.done) for entry in diary.entries] == [(7, True)]
    assert ENGLISH.text("ask.next_at", when="tomorrow at 10:00") in said
    kept = notebook.history.sessions()
    assert [(one.exercise, len(one.sets)) for one in kept] == [
        ("half_kneeling", 4),
        ("knee_held", 4),
    ]
    assert kept[0].sets[-1].answers.pain_after == 1


def test_pain_ends_the_stretching_and_it_is_said_first(notebook: Notebook) -> None:
    coached = Coached(*[held(30.5)] * 8)
    stretches = replace(WELL, focus=Focus.STRETCH)
    said = practise(notebook, stretches, coached, "1", "", "", "", "7")
    assert {one.exercise for one in coached.options} == {"half_kneeling"}
    assert ENGLISH.text("react.stop_pain") in said
    assert ENGLISH.text("stretch.done") not in said
    assert ENGLISH.text("ask.comfort") not in said


def test_who_stops_a_stretch_early_is_asked_why(notebook: Notebook) -> None:
    coached = Coached(held(12.0), *[held(30.5)] * 8, stopped=True)
    said = practise(notebook, replace(WELL, focus=Focus.STRETCH), coached, "1", "2", "0", "yes")
    assert ENGLISH.text("ask.stopped") in said
    assert len(coached.options) == 1
