"""The ladder, session by session: each limit on both of its sides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from person import Mood, session_of, well

from formcoach.pose.landmarks import Side
from formcoach.programme.ladder import REPS, Rung, rung_at
from formcoach.programme.outcomes import SessionResult, SetResult, StopReason
from formcoach.programme.progression import (
    Change,
    Stop,
    Verdict,
    after_session,
    standing_of,
)

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BENT, STRAIGHT = rung_at("hip_flexion", "bent"), rung_at("hip_flexion", "straight")
GATE = rung_at("plank_hold", "wall")


def judged(*sessions: SessionResult) -> Verdict:
    return after_session(well(), sessions)


def days(*moods: Mood, rung: Rung = BENT, reps: int = 5) -> list[SessionResult]:
    """Sessions of one rung, one a day."""
    return [
        session_of(rung, reps, 2, NINE + timedelta(days=day), mood)
        for day, mood in enumerate(moods)
    ]


def of_twenty(good: int, total: int = 20) -> SessionResult:
    sets = (
        SetResult(
            good=good, total=total, effort=2, pain_before=0, pain_after=0, breathing_normal=True
        ),
    )
    return SessionResult(exercise="hip_flexion", level="bent", at=NINE, sets=sets)


def place(history: list[SessionResult]) -> tuple[str, int]:
    found = standing_of(well(), history).places["hip_flexion"]
    return found.rung.level, found.reps


def climbed(times: int) -> list[SessionResult]:
    """As many good days as lead `times` steps up from the beginning."""
    return [
        session_of(BENT, REPS[min(day // 2, 3)], 2, NINE + timedelta(days=day))
        for day in range(2 * times)
    ]


@pytest.mark.parametrize(
    ("good", "change", "reason"),
    [
        (17, Change.STAY, "verdict.stay_once_more"),  # 85 %: good
        (16, Change.STAY, "verdict.stay_form"),
        (12, Change.STAY, "verdict.stay_form"),  # 60 %: not yet lost
    ],
)
def test_the_share_of_good_reps_decides(good: int, change: Change, reason: str) -> None:
    verdict = judged(of_twenty(good))
    assert (verdict.change, verdict.reason.phrase) == (change, reason)


def test_under_sixty_percent_good_is_a_step_back_at_once() -> None:
    history = climbed(1)
    assert place(history) == ("bent", 7)
    poor = session_of(BENT, 7, 1, NINE + timedelta(days=3))
    lost = replace(poor, sets=(replace(poor.sets[0], good=4),))  # 57 %
    kept = replace(poor, sets=(replace(poor.sets[0], good=5),))  # 71 %
    assert judged(*history, lost).change is Change.STEP_BACK
    assert place([*history, lost]) == ("bent", 5)
    assert place([*history, kept]) == ("bent", 7)


def test_two_sessions_in_a_row_that_miss_the_quality_are_a_step_back() -> None:
    history = climbed(1)
    middling, good = Mood(good=8), Mood()
    later = NINE + timedelta(days=3)
    missed = session_of(BENT, 7, 2, later, middling)
    assert place([*history, missed]) == ("bent", 7)
    again = session_of(BENT, 7, 2, later + timedelta(days=1), middling)
    assert place([*history, missed, again]) == ("bent", 5)
    between = session_of(BENT, 7, 2, later + timedelta(hours=20), good)
    assert place([*history, missed, between, again]) == ("bent", 7)


def test_it_gets_harder_after_good_sessions_on_two_days() -> None:
    one, two = days(Mood(), Mood())
    same_day = replace(two, at=one.at + timedelta(hours=3))
    assert judged(one).change is Change.STAY
    assert judged(one, same_day).change is Change.STAY
    assert judged(one, two).change is Change.MORE_REPS
    assert judged(one, two).reps == 7


def test_all_reps_come_before_the_next_level() -> None:
    assert place(climbed(3)) == ("bent", 10)
    assert judged(*climbed(4)).change is Change.ADVANCE
    assert place(climbed(4)) == ("straight", 5)
    assert "plank" in standing_of(well(), climbed(4)).places
    assert "plank" not in standing_of(well(), climbed(3)).places


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        (Mood(effort=5), "verdict.stay_effort"),
        (Mood(effort=None), "verdict.stay_unanswered"),
        (Mood(pain_before=None, pain_after=None), "verdict.stay_unanswered"),
        (Mood(breathing_normal=None), "verdict.stay_unanswered"),
        (Mood(breathing_normal=False), "verdict.stay_breath"),
        (Mood(pain_before=3, pain_after=3), "verdict.stay_pain"),
        (Mood(done=8), "verdict.stay_fewer"),
        (Mood(unsure=10), "verdict.stay_unseen"),
    ],
)
def test_what_keeps_it_as_it_is(mood: Mood, reason: str) -> None:
    history = days(Mood(), mood)
    assert judged(*history).change is Change.STAY
    assert judged(*history).reason.phrase == reason
    again = session_of(BENT, 5, 2, NINE + timedelta(days=5))
    assert judged(*history, again).change is Change.STAY, "the good days begin anew"


@pytest.mark.parametrize(
    ("total", "unsure", "reason"),
    [
        (5, 1, "verdict.stay_once_more"),
        (5, 2, "verdict.stay_unseen"),
        (4, 0, "verdict.stay_fewer"),
        (4, 2, "verdict.stay_fewer"),
        (8, 2, "verdict.stay_once_more"),
    ],
)
def test_too_few_seen_is_not_the_same_as_too_few_done(total: int, unsure: int, reason: str) -> None:
    (one,) = days(Mood())
    seen = replace(one.sets[0], good=total - unsure, total=total, unsure=unsure)
    assert judged(replace(one, sets=(seen,))).reason.phrase == reason
    assert judged(replace(one, sets=(seen, one.sets[0]))).reason.phrase == "verdict.stay_once_more"


def of_sides(*sides: Side) -> list[SessionResult]:
    """Two good days on which each set was done with one of the sides."""
    good = days(Mood(), Mood())
    return [
        replace(
            one,
            sets=tuple(
                replace(done, sides=frozenset({side}))
                for done, side in zip(one.sets, sides, strict=True)
            ),
        )
        for one in good
    ]


def test_it_gets_harder_with_both_sides_only() -> None:
    alone, both = of_sides(Side.RIGHT, Side.RIGHT), of_sides(Side.RIGHT, Side.LEFT)
    assert judged(*alone).reason.phrase == "verdict.stay_one_side"
    assert judged(*both).change is Change.MORE_REPS
    told = well(intake={"one_side": True})
    assert after_session(told, alone).change is Change.MORE_REPS


@pytest.mark.parametrize("mood", [Mood(effort=4), Mood(pain_before=2, pain_after=2)])
def test_a_little_effort_or_pain_keeps_nobody_back(mood: Mood) -> None:
    assert judged(*days(mood, mood)).change is Change.MORE_REPS


@pytest.mark.parametrize(("effort", "change"), [(6, Change.STAY), (7, Change.STEP_BACK)])
def test_from_seven_on_the_effort_is_too_much(effort: int, change: Change) -> None:
    hard = session_of(BENT, 7, 2, NINE + timedelta(days=3), Mood(effort=effort))
    assert judged(*climbed(1), hard).change is change


@pytest.mark.parametrize(
    ("mood", "hurts"),
    [
        (Mood(pain_before=3, pain_after=3), False),
        (Mood(pain_before=4, pain_after=4), True),
        (Mood(pain_before=0, pain_after=1), False),
        (Mood(pain_before=0, pain_after=2), True),
        (Mood(stopped_why=StopReason.PAIN), True),
    ],
)
def test_pain_goes_back_to_the_rung_below(mood: Mood, hurts: bool) -> None:
    history = [*climbed(4), session_of(STRAIGHT, 5, 2, NINE + timedelta(days=10), mood)]
    assert place(history) == (("bent", 5) if hurts else ("straight", 5))


@pytest.mark.parametrize(
    ("pain", "hours", "back"), [(2, 24, True), (1, 24, False), (2, 36, True), (2, 37, False)]
)
def test_pain_that_rose_by_the_next_day_takes_the_step_back(
    pain: int, hours: int, back: bool
) -> None:
    history = [*climbed(4), session_of(STRAIGHT, 5, 2, NINE + timedelta(days=10))]
    now = history[-1].at + timedelta(hours=hours)
    found = standing_of(well(), history, pain=pain, now=now).places["hip_flexion"].rung
    assert found == (BENT if back else STRAIGHT)


def test_strong_pain_rests_and_twice_in_a_row_it_sends_to_a_professional() -> None:
    strong = Mood(pain_after=6)
    once, twice = days(strong), days(strong, strong)
    assert judged(*once).reason.phrase == "verdict.stop_rest"
    assert standing_of(well(), once).rest_from == once[-1].at
    assert standing_of(well(), twice).sent is Stop.SEE_PROFESSIONAL
    apart = days(strong, Mood(), strong)
    assert standing_of(well(), apart).sent is None


def test_three_sessions_in_a_row_that_hurt_send_to_a_professional() -> None:
    sore = Mood(pain_before=4, pain_after=4)
    assert standing_of(well(), days(sore, sore)).sent is None
    assert standing_of(well(), days(sore, sore, sore)).sent is Stop.SEE_PROFESSIONAL
    assert standing_of(well(), days(sore, sore, Mood(), sore)).sent is None


@pytest.mark.parametrize(
    ("why", "sent"),
    [
        (StopReason.EMERGENCY, Stop.EMERGENCY),
        (StopReason.RED_FLAG, Stop.SEE_PROFESSIONAL),
        (StopReason.TIRED, None),
        (StopReason.ENOUGH, None),
    ],
)
def test_a_sign_sends_at_once_and_tiredness_never(why: StopReason, sent: Stop | None) -> None:
    assert standing_of(well(), days(Mood(stopped_why=why))).sent is sent


@pytest.mark.parametrize(("held_s", "passed"), [(19.9, False), (20.0, True)])
def test_a_plank_is_a_gate_of_twenty_seconds(held_s: float, passed: bool) -> None:
    answers = Mood()
    gate = [
        SessionResult(
            exercise=GATE.exercise,
            level=GATE.level,
            at=NINE + timedelta(days=20 + day),
            sets=(
                SetResult(
                    hold_s=held_s,
                    effort=answers.effort,
                    pain_before=0,
                    pain_after=0,
                    breathing_normal=True,
                ),
            ),
        )
        for day in range(2)
    ]
    rung = standing_of(well(), [*climbed(4), *gate]).places["plank"].rung
    assert rung.exercise == ("plank_hip_flexion" if passed else "plank_hold")
    assert rung.level == "wall"


def test_an_exercise_beside_the_ladder_changes_nothing_on_it() -> None:
    squat = SessionResult(exercise="squat", level="", at=NINE, sets=days(Mood())[0].sets)
    assert judged(squat).reason.phrase == "verdict.extra"
    assert place([squat, squat]) == ("bent", 5)


def test_the_top_stays_the_top() -> None:
    alone = well(props=frozenset())
    history = climbed(4) + [
        session_of(STRAIGHT, REPS[min(day // 2, 3)], 2, NINE + timedelta(days=10 + day))
        for day in range(8)
    ]
    assert after_session(alone, history).reason.phrase == "verdict.stay_top"
