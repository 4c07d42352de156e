"""Two weeks side by side, checking in, and what is too much to wait for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from person import session_of, well

from formcoach.programme.ladder import rung_at
from formcoach.programme.profile import Focus
from formcoach.programme.two_weeks import (
    CheckIn,
    Diary,
    DiaryEntry,
    Felt,
    WeekKind,
    advice_of,
    check_in_due,
    compare,
    last_done_on,
    only_stretches,
    week_on,
)

MONDAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BETTER, SAME, WORSE = Felt.BETTER, Felt.SAME, Felt.WORSE


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (-1, None),
        (0, WeekKind.STRETCH),
        (6, WeekKind.STRETCH),
        (7, WeekKind.STRENGTH),
        (13, WeekKind.STRENGTH),
        (14, None),
    ],
)
def test_a_week_of_each(number: int, kind: WeekKind | None) -> None:
    assert week_on(Diary(begun_on=MONDAY), day(number)) is kind


def test_the_later_word_of_a_day_counts_and_days_off_are_not_practised() -> None:
    entries = (
        DiaryEntry(day=day(0), comfort=2, done=False),
        DiaryEntry(day=day(0), comfort=4),
        DiaryEntry(day=day(3), comfort=8, done=False),
        DiaryEntry(day=day(8), comfort=7),
    )
    stretch, strength = compare(Diary(begun_on=MONDAY, entries=entries))
    assert (stretch.days, stretch.done, stretch.comfort) == (2, 1, 6)
    assert (strength.days, strength.done, strength.comfort) == (1, 1, 7)
    assert last_done_on(Diary(begun_on=MONDAY, entries=entries[:3])) == day(0)
    assert last_done_on(Diary(begun_on=MONDAY)) is None


@pytest.mark.parametrize(
    ("focus", "number", "stretches"),
    [
        (Focus.STRETCH, 20, True),
        (Focus.STRENGTHEN, 0, False),
        (Focus.BOTH, 0, False),
        (Focus.COMPARE, 0, True),
        (Focus.COMPARE, 7, False),
    ],
)
def test_who_only_stretches_when(focus: Focus, number: int, stretches: bool) -> None:
    assert only_stretches(well(focus=focus), Diary(begun_on=MONDAY), day(number)) is stretches


@pytest.mark.parametrize(
    ("felt", "sends"),
    [
        ((), False),
        ((BETTER,), False),
        ((SAME,), False),
        ((SAME, SAME), True),
        ((SAME, BETTER, SAME), False),
        ((WORSE,), True),
        ((WORSE, BETTER), False),
        ((BETTER, WORSE), True),
    ],
)
def test_worse_or_no_better_twice_sends_to_a_physiotherapist(
    felt: tuple[Felt, ...], sends: bool
) -> None:
    told = [CheckIn(at=NINE + timedelta(days=14 * i), felt=one) for i, one in enumerate(felt)]
    assert (advice_of(told) is not None) is sends


@pytest.mark.parametrize(("days", "due"), [(13.9, False), (14.0, True)])
def test_it_is_asked_every_two_weeks_of_who_has_a_complaint(days: float, due: bool) -> None:
    history = [session_of(rung_at("hip_flexion", "bent"), 5, 1, NINE)]
    sore, now = well(has_pain=True), NINE + timedelta(days=days)
    assert check_in_due(sore, history, (), now) is due
    assert not check_in_due(well(), history, (), now)
    lately = (CheckIn(at=now - timedelta(days=1), felt=SAME),)
    assert not check_in_due(sore, history, lately, now)
    assert not check_in_due(sore, (), (), now)


def test_comfort_goes_from_nought_to_ten() -> None:
    with pytest.raises(ValueError, match="comfort must be 0 to 10, got 11"):
        DiaryEntry(day=MONDAY, comfort=11)
