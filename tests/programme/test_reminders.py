"""When to be reminded: of what the ladder or the diary still waits for, and of nothing else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from person import session_of, well

from formcoach.programme import reminders
from formcoach.programme.agenda import Outcome, plan_today
from formcoach.programme.dosing import dose_of, rep_seconds
from formcoach.programme.ladder import rung_at
from formcoach.programme.outcomes import SessionResult, SetResult
from formcoach.programme.profile import Focus, Profile, Sitting
from formcoach.programme.progression import Standing, standing_of
from formcoach.programme.reminders import next_reminder, upcoming_reminders
from formcoach.programme.two_weeks import Diary, DiaryEntry

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BENT, GATE = rung_at("hip_flexion", "bent"), rung_at("plank_hold", "wall")
SERIES = well(sitting=Sitting.MAX_OF_THE_DAY, series_every_h=2.0)
SQUAT = SessionResult(exercise="squat", level="", at=NINE, sets=(SetResult(good=5, total=5),))


def hours_from(history: list[SessionResult], *, daily: bool = False) -> float:
    at = next_reminder(well() if daily else SERIES, history, NINE)
    assert at is not None
    return (at - NINE).total_seconds() / 3600


def test_a_series_waits_for_the_one_before_and_a_day_for_the_next() -> None:
    done = session_of(BENT, 5, 1, NINE)
    assert hours_from([]) == 0
    assert hours_from([done]) == 2
    assert hours_from([], daily=True) == 1  # at ten
    assert hours_from([done], daily=True) == 25


def test_what_is_not_of_the_ladder_puts_no_reminder_off() -> None:
    assert hours_from([SQUAT]) == 0
    assert hours_from([SQUAT], daily=True) == 1
    assert plan_today(SERIES, [SQUAT], NINE + timedelta(minutes=5)).outcome is Outcome.PRACTISE


def test_a_sitting_past_midnight_belongs_to_the_day_before() -> None:
    late = NINE.replace(hour=23, minute=56)
    sitting = [session_of(BENT, 5, 2, late + timedelta(minutes=4 * n)) for n in range(3)]
    at = next_reminder(well(), sitting, late + timedelta(minutes=30))
    assert at == NINE.replace(day=3, hour=10)


def test_a_day_of_stretching_is_done_when_the_diary_has_it() -> None:
    compares = well(focus=Focus.COMPARE)
    today = NINE.date()

    def reminded(*entries: DiaryEntry) -> date:
        at = next_reminder(compares, [], NINE, diary=Diary(begun_on=today, entries=entries))
        assert at is not None
        return at.date()

    tomorrow = today + timedelta(days=1)
    assert reminded() == today
    assert reminded(DiaryEntry(day=today, comfort=5, done=False)) == today
    assert reminded(DiaryEntry(day=today, comfort=5)) == tomorrow


def test_a_day_s_reminders_are_as_if_each_was_followed() -> None:
    day = upcoming_reminders(SERIES, [], NINE, NINE + timedelta(hours=24))
    assert [at.hour for at in day] == [9, 11, 13, 15, 17, 19, 21, 8]
    week = upcoming_reminders(well(), [], NINE, NINE + timedelta(days=7))
    assert [at.hour for at in week] == [10] * 7
    stretching = well(focus=Focus.STRETCH, sitting=Sitting.MAX_OF_THE_DAY)
    assert len(upcoming_reminders(stretching, [], NINE, NINE + timedelta(days=7))) == 7


@pytest.mark.parametrize(
    ("series", "reps", "sets"), [(True, 5, 1), (True, 10, 1), (False, 5, 2), (False, 7, 3)]
)
def test_a_dose(series: bool, reps: int, sets: int) -> None:
    dose = dose_of(SERIES if series else well(), BENT, reps)
    assert (dose.reps, dose.sets) == (reps, sets)


def test_a_gate_is_held_twice() -> None:
    assert dose_of(well(), GATE, 20).sets == 2


@pytest.mark.parametrize(
    ("breath_s", "seconds"), [(None, (8, 15)), (4.0, (8, 12)), (1.5, (6, 6)), (2.5, (6, 7.5))]
)
def test_a_rep_takes_two_to_three_breaths_and_never_under_six_seconds(
    breath_s: float | None, seconds: tuple[float, float]
) -> None:
    assert rep_seconds(breath_s) == seconds


def test_however_many_reminders_the_history_is_gone_through_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone_through = []

    def counted(profile: Profile, history: Sequence[SessionResult]) -> Standing:
        gone_through.append(len(history))
        return standing_of(profile, history)

    monkeypatch.setattr(reminders, "standing_of", counted)
    found = upcoming_reminders(SERIES, [SQUAT], NINE, NINE + timedelta(days=20))
    assert len(found) > 50
    assert gone_through == [1]
