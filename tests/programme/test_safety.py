"""What the programme does at once about pain and about getting worse."""

from datetime import UTC, datetime, timedelta

import pytest
from person import NOTHING_WRONG, Mood, session_of, well

from formcoach.programme.agenda import Outcome, plan_today
from formcoach.programme.ladder import rung_at
from formcoach.programme.outcomes import StopReason
from formcoach.programme.reminders import next_reminder
from formcoach.programme.two_weeks import CheckIn, Felt

NINE = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
BENT = rung_at("hip_flexion", "bent")


@pytest.mark.parametrize("pain", [4, 5])
def test_pain_before_makes_it_one_set_of_one_exercise(pain: int) -> None:
    plan = plan_today(well(), (), NINE, pain=pain)
    assert plan.outcome is Outcome.PRACTISE
    assert [one.sets for one in plan.prescriptions] == [1]
    free = plan_today(well(), (), NINE, pain=0)
    assert sum(one.sets for one in free.prescriptions) > 1


def test_much_pain_before_is_a_day_of_rest() -> None:
    assert plan_today(well(), (), NINE, pain=6).outcome is Outcome.REST


@pytest.mark.parametrize(
    ("why", "outcome"),
    [(StopReason.EMERGENCY, Outcome.EMERGENCY), (StopReason.RED_FLAG, Outcome.SEE_PROFESSIONAL)],
)
def test_a_professional_who_agreed_in_the_future_agreed_to_no_sign(
    why: StopReason, outcome: Outcome
) -> None:
    profile = well(screening=NOTHING_WRONG | {"heart": True}, cleared_at=NINE + timedelta(days=30))
    assert plan_today(profile, (), NINE).outcome is Outcome.PRACTISE
    sent = session_of(BENT, 5, 1, NINE - timedelta(hours=1), Mood(stopped_why=why))
    assert plan_today(profile, (sent,), NINE).outcome is outcome
    assert next_reminder(profile, (sent,), NINE) is None


def test_who_tells_that_it_got_worse_is_not_reminded_until_a_professional_agrees() -> None:
    worse = (CheckIn(at=NINE, felt=Felt.WORSE),)
    later = NINE + timedelta(hours=3)
    assert next_reminder(well(), (), later) is not None
    assert next_reminder(well(), (), later, check_ins=worse) is None
    seen = well(cleared_at=NINE + timedelta(hours=1))
    assert next_reminder(seen, (), later, check_ins=worse) is not None
    assert plan_today(well(), (), later, check_ins=worse).outcome is Outcome.SEE_PROFESSIONAL
