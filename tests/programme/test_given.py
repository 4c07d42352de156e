"""A plan of a physiotherapist: taken whole or refused, followed, and never above pain."""

from datetime import UTC, date, datetime, timedelta

import pytest
from person import session_of, well

from formcoach.errors import SpecError
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.programme.agenda import Outcome, plan_today
from formcoach.programme.given import GivenPlan, parse_plan
from formcoach.programme.ladder import rung_at
from formcoach.programme.outcomes import SessionResult, SetResult, StopReason
from formcoach.programme.reminders import next_reminder, upcoming_reminders

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLAN = """
title = "After the holidays"
by = "Kim de Vries"
since = 2026-03-01
until = 2026-03-31

[[exercises]]
exercise = "dead_bug"
level = "hold"
sets = 2
reps = 6
side = "left"
rep_s = 7
days = ["mon", "thu"]
watch = "your breath"

[[exercises]]
exercise = "plank_hold"
level = "wall"
seconds = 25
days = ["mon"]

[[exercises]]
exercise = "squat"
reps = 8
end_deg = 80
days = ["wed"]
"""


def given(text: str = PLAN) -> GivenPlan:
    return parse_plan(text, "plan.toml")


def test_it_is_read_as_it_is_written() -> None:
    plan = given()
    assert (plan.by, plan.since, len(plan.exercises)) == ("Kim de Vries", date(2026, 3, 1), 3)
    assert [one.amount for one in plan.exercises] == [6, 25, 8]
    assert [one.exercise for one in plan.on(date(2026, 3, 2))] == ["dead_bug", "plank_hold"]
    assert plan.on(date(2026, 3, 3)) == ()
    assert plan.on(date(2026, 4, 6)) == (), "the plan has ended"
    assert plan.next_day(date(2026, 3, 2)) == date(2026, 3, 4)
    assert plan.next_day(date(2026, 2, 1)) == date(2026, 3, 2)
    assert plan.next_day(date(2026, 3, 30)) is None


MISTAKES = {
    "no TOML": ("reps = 8", "reps =", "no TOML"),
    "not text": ('title = "After', "title = 3 #", "Expected `str`, got `int`"),
    "a key that is not known": ("sets = 2", "set = 2", "did you mean sets"),
    "a key of the plan": ("by =", "author =", "unknown field `author`"),
    "no exercise": ('exercise = "squat"', "", "missing required field `exercise`"),
    "an exercise that is not known": ('"squat"', '"squats"', "did you mean squat"),
    "a path": ('"squat"', '"../squat.toml"', "no such exercise"),
    "a level that is not known": ('level = "hold"', 'level = "hard"', "hold, reach, classic"),
    "a level that is missing": ('level = "hold"', "", "level must be one of hold"),
    "a level where there is none": ("reps = 8", 'reps = 8\nlevel = "deep"', "leave it out"),
    "reps of a hold": ("seconds = 25", "reps = 25", "give seconds, not reps"),
    "seconds of what is repeated": ("reps = 8", "seconds = 8", "give reps, not seconds"),
    "no amount": ("reps = 8\n", "", "reps must be 1 to 50, got 0"),
    "too many reps": ("reps = 8", "reps = 500", "reps must be 1 to 50, got 500"),
    "no sets": ("sets = 2", "sets = 0", "sets must be 1 to 10, got 0"),
    "half a rep": ("reps = 8", "reps = 8.5", "Expected `int"),
    "a number that is none": (
        "end_deg = 80",
        "end_deg = nan",
        "end_deg must be 10 to 180, got nan",
    ),
    "too quick": ("rep_s = 7", "rep_s = 0.5", "rep_s must be 2 to 60"),
    "a side that is none": ('"left"', '"middle"', "there are both, left, right"),
    "a day that is none": ('["wed"]', '["wednesday"]', "did you mean wed?"),
    "a day twice": ('["wed"]', '["wed", "wed"]', "each day once, got wed, wed"),
    "it ends before it begins": ("until = 2026-03-31", "until = 2026-01-31", "since must not be"),
    "a date that is none": ("until = 2026-03-31", 'until = "soon"', "write it as 2026-03-31"),
    "a text without end": ("your breath", "x" * 501, "watch must be 500 characters at most"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_each_mistake_is_one_line_with_the_way_out(name: str) -> None:
    old, new, told = MISTAKES[name]
    assert old in PLAN
    with pytest.raises(SpecError, match=r"^plan.toml: ") as caught:
        given(PLAN.replace(old, new))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_plan_without_exercises_is_refused() -> None:
    with pytest.raises(SpecError, match="exercises must be 1 to 20, got 0"):
        given("exercises = []")
    with pytest.raises(SpecError, match="missing required field `exercises`"):
        given("")
    with pytest.raises(SpecError, match="no TOML"):
        parse_plan(b"\xff\xfe", "plan.toml")


def test_every_exercise_and_level_can_be_planned() -> None:
    for name in exercise_ids():
        spec = load_exercise(name)
        amount = "seconds = 20" if spec.isometric is not None else "reps = 5"
        for level in spec.levels:
            line = f'level = "{level.id}"' if level.id else ""
            plan = given(f'[[exercises]]\nexercise = "{name}"\n{amount}\n{line}')
            found = plan_today(well(), [], MONDAY, given=plan)
            assert [one.rung for one in found.prescriptions] == [rung_at(name, level.id)]


def test_today_follows_it_instead_of_the_ladder_and_says_so() -> None:
    found = plan_today(well(), [], MONDAY, given=given())
    assert found.outcome is Outcome.PRACTISE
    assert found.why.phrase == "plan.practise_given"
    dead_bug, plank = found.prescriptions
    assert (dead_bug.sets, dead_bug.reps, dead_bug.why.phrase) == (2, 6, "plan.why_given")
    assert [line.phrase for line in dead_bug.lead_in][-2:] == [
        "plan.given_left",
        "plan.given_tempo",
    ]
    assert (plank.rung.exercise, plank.reps, plank.sets) == ("plank_hold", 25, 1)


def done(exercise: str, level: str, at: datetime) -> SessionResult:
    return session_of(rung_at(exercise, level), 6, 1, at)


def test_what_was_done_today_is_not_asked_again() -> None:
    history = [done("dead_bug", "hold", MONDAY)]
    later = MONDAY + timedelta(hours=1)
    found = plan_today(well(), history, later, given=given())
    assert [one.rung.exercise for one in found.prescriptions] == ["plank_hold"]
    history.append(done("plank_hold", "wall", later))
    found = plan_today(well(), history, later, given=given())
    assert (found.outcome, found.why.phrase) == (Outcome.DONE_FOR_NOW, "plan.done_for_now")
    assert found.next_at is not None
    assert found.next_at.date() == date(2026, 3, 4)
    tuesday = plan_today(well(), history, MONDAY + timedelta(days=1), given=given())
    assert (tuesday.outcome, tuesday.why.phrase) == (Outcome.DONE_FOR_NOW, "plan.given_no_day")


def test_outside_its_days_the_ladder_is_followed() -> None:
    found = plan_today(well(), [], MONDAY - timedelta(days=30), given=given())
    assert found.prescriptions[0].given is None


def hurt(at: datetime, **changes: object) -> SessionResult:
    one = SetResult(good=5, total=5, pain_before=0, **changes)  # type: ignore[arg-type]  # any field
    return SessionResult(exercise="dead_bug", level="hold", at=at, sets=(one,))


def test_the_rules_when_to_stop_stay_above_it() -> None:
    plan = given()
    emergency = [hurt(MONDAY - timedelta(days=2), stopped_why=StopReason.EMERGENCY)]
    red_flag = [hurt(MONDAY - timedelta(days=2), stopped_why=StopReason.RED_FLAG)]
    strong = [hurt(MONDAY - timedelta(hours=3), pain_after=7)]
    assert plan_today(well(), emergency, MONDAY, given=plan).outcome is Outcome.EMERGENCY
    assert plan_today(well(), red_flag, MONDAY, given=plan).outcome is Outcome.SEE_PROFESSIONAL
    assert plan_today(well(), strong, MONDAY, given=plan).outcome is Outcome.REST
    assert plan_today(well(), [], MONDAY, given=plan, pain=6).outcome is Outcome.REST
    unasked = well(screening={})
    assert plan_today(unasked, [], MONDAY, given=plan).outcome is Outcome.SET_UP_FIRST
    sore = plan_today(well(), [], MONDAY, given=plan, pain=4)
    assert [(one.rung.exercise, one.sets) for one in sore.prescriptions] == [("dead_bug", 1)]


def test_reminders_come_on_its_days_only() -> None:
    found = upcoming_reminders(well(), [], MONDAY, MONDAY + timedelta(days=9), given=given())
    assert [at.day for at in found] == [2, 4, 5, 9]
    assert {at.hour for at in found} == {10}
    practised = [done("dead_bug", "hold", MONDAY)]
    at = next_reminder(well(), practised, MONDAY + timedelta(hours=2), given=given())
    assert at is not None
    assert at.day == 4
    ended = next_reminder(well(), [], datetime(2026, 3, 31, 12, tzinfo=UTC), given=given())
    assert ended is None
