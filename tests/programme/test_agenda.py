import re
from datetime import UTC, datetime, timedelta

import pytest
from person import session_of, well

from formcoach.exercises.library import load_demonstration, load_exercise
from formcoach.programme.agenda import Outcome, Plan, plan_today
from formcoach.programme.ladder import TRACKS, rung_at
from formcoach.programme.lines import Line
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.profile import Focus, Profile, Prop
from formcoach.programme.reminders import next_reminder
from formcoach.programme.stretching import STRETCHES
from formcoach.programme.two_weeks import CheckIn, Felt
from formcoach.words.amounts import amount_of
from formcoach.words.phrases import LANGUAGES, load_phrases

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BENT = rung_at("hip_flexion", "bent")
DONE = session_of(BENT, 5, 1, NINE - timedelta(days=1))


def noted(profile: Profile, *history: SessionResult, now: datetime = NINE) -> set[str]:
    plan = plan_today(profile, history, now)
    return {line.phrase.removeprefix("plan.note_") for line in plan.notes}


def led_in(plan: Plan) -> list[tuple[str, dict[str, int]]]:
    return [(line.phrase, line.slots) for one in plan.prescriptions for line in one.lead_in]


@pytest.mark.parametrize(
    ("breath_s", "low", "high"), [(None, 8, 15), (4.5, 9, 14), (2.5, 6, 8), (10.0, 20, 30)]
)
def test_a_new_level_is_led_in_by_what_it_is_for_and_how_slow(
    breath_s: float | None, low: int, high: int
) -> None:
    plan = plan_today(well(breath_s=breath_s), [], NINE)
    tempo = ("plan.tempo", {"low": low, "high": high})
    assert led_in(plan) == [("purpose.hip_flexion", {}), tempo]
    later = plan_today(well(breath_s=breath_s), [DONE], NINE)
    assert led_in(later) == [("remember.hip_flexion.bent", {})]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_exercise_of_the_article_has_a_purpose(lang: str) -> None:
    phrases = load_phrases(lang)
    for exercise in {exercise for track in TRACKS for exercise, _ in track.rungs}:
        assert load_exercise(exercise).article
        assert phrases.text(f"purpose.{exercise}")
    for track in TRACKS:
        for exercise, level in track.rungs:
            assert phrases.text(f"remember.{exercise}.{level}")


def test_who_is_new_to_it_is_told_that_it_may_be_hard_at_first() -> None:
    assert "hard_at_first" not in noted(well())
    novice = well(intake={"novice": True})
    assert "hard_at_first" in noted(novice)
    assert "hard_at_first" not in noted(novice, DONE)


def test_a_warm_up_is_offered_with_every_practice() -> None:
    days = [noted(well(), now=NINE + timedelta(days=day)) for day in range(4)]
    assert all("warm_up" in day for day in days)
    assert {name for day in days for name in day} >= {"often", "patience", "quality", "alternate"}


def test_who_does_one_side_only_is_not_told_to_change_legs() -> None:
    assert "alternate" in noted(well())
    assert "alternate" not in noted(well(intake={"one_side": True}))


def test_one_note_a_day_is_heard_and_each_in_its_turn() -> None:
    profile = well(intake={"novice": True}, props=frozenset({Prop.BAND}), focus=Focus.BOTH)
    plans = [plan_today(profile, [], NINE + timedelta(days=day)) for day in range(60)]
    assert all(plan.heard in plan.notes for plan in plans)
    heard = {plan.heard.phrase for plan in plans if plan.heard is not None}
    assert heard == {note.phrase for plan in plans for note in plan.notes}


def test_advice_is_heard_before_any_note() -> None:
    same = [CheckIn(at=NINE - timedelta(days=day), felt=Felt.SAME) for day in (20, 5)]
    plan = plan_today(well(), [DONE], NINE, check_ins=same)
    assert plan.heard == plan.notes[0] == Line(phrase="advice.physiotherapist")
    sent = plan_today(well(intake={"increased": True}), [], NINE)
    assert sent.heard == Line(phrase="advice.see_professional")


def test_a_sitting_that_went_on_past_midnight_was_of_the_day_before() -> None:
    night = NINE.replace(hour=23, minute=50)
    sitting = [session_of(BENT, 5, 1, night + timedelta(minutes=20 * n)) for n in range(2)]
    morning = NINE + timedelta(days=1)
    assert plan_today(well(), sitting, morning).outcome is Outcome.PRACTISE
    assert next_reminder(well(), sitting, morning) == morning.replace(hour=10)
    later = session_of(BENT, 5, 1, morning)
    assert plan_today(well(), [*sitting, later], morning).outcome is Outcome.DONE_FOR_NOW


@pytest.mark.parametrize("prop", [Prop.BAND, Prop.WEIGHT])
def test_bands_and_weights_are_for_what_feels_light(prop: Prop) -> None:
    assert "resistance" in noted(well(props=frozenset({prop})))
    assert "resistance" not in noted(well())


@pytest.mark.parametrize("hour", [9, 20, 21, 23])
@pytest.mark.parametrize("profile", [well(), well(has_pain=True)], ids=["sets", "series"])
def test_the_plan_and_the_reminder_name_the_same_time_and_never_one_at_night(
    profile: Profile, hour: int
) -> None:
    at = NINE.replace(hour=hour)
    tracks = [rung_at(*track.rungs[0]) for track in TRACKS]
    history = [session_of(rung, 5, 3, at + timedelta(minutes=n)) for n, rung in enumerate(tracks)]
    now = at + timedelta(minutes=30)
    plan = plan_today(profile, history, now)
    assert plan.outcome is Outcome.DONE_FOR_NOW
    assert plan.next_at is not None
    assert plan.next_at == next_reminder(profile, history, now)
    assert not profile.quiet.cover(plan.next_at.time())


def test_rest_that_ends_at_night_is_told_to_end_in_the_morning() -> None:
    late = NINE.replace(hour=23)
    plan = plan_today(well(), [DONE], late, pain=8)
    assert plan.outcome is Outcome.REST
    assert plan.next_at is not None
    assert plan.next_at.hour == 10
    assert plan.next_at.date() == (late + timedelta(days=2)).date()


def test_the_stretch_half_has_content_a_side_at_a_time_and_is_done_for_the_day() -> None:
    stretcher = well(focus=Focus.STRETCH)
    plan = plan_today(stretcher, [], NINE)
    assert plan.outcome is Outcome.STRETCH
    told = [(one.rung.exercise, one.reps, one.sets, one.each_side) for one in plan.prescriptions]
    assert told == [("half_kneeling", 30, 4, True), ("knee_held", 30, 4, True)]
    english = load_phrases("en")
    assert amount_of(plan.prescriptions[0], english).endswith("2 x 30 seconds, on each side")
    one_side = plan_today(well(focus=Focus.STRETCH, intake={"one_side": True}), [], NINE)
    assert [(one.sets, one.each_side) for one in one_side.prescriptions] == [(2, False)] * 2
    sore = plan_today(stretcher, [], NINE, pain=4)
    assert [one.sets for one in sore.prescriptions] == [2, 2]
    done = [session_of(one.rung, 30, 1, NINE) for one in plan.prescriptions]
    later = plan_today(stretcher, done, NINE + timedelta(hours=1))
    assert later.outcome is Outcome.DONE_FOR_NOW
    assert later.next_at == next_reminder(stretcher, done, NINE + timedelta(hours=1))
    assert later.next_at is not None
    assert later.next_at.date() == (NINE + timedelta(days=1)).date()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_stretch_is_explained_and_promises_nothing(lang: str) -> None:
    phrases = load_phrases(lang)
    for exercise in STRETCHES:
        assert load_exercise(exercise).stretch
        assert len(phrases.steps(f"howto.{exercise}")) >= 4
        assert load_demonstration(exercise) is not None
        words = [
            phrases.text(f"{table}.{exercise}") for table in ("purpose", "exercise", "stretch")
        ]
        assert not re.search("pain|pijn|treat|prevent|help|genees|voorkom", " ".join(words).lower())
