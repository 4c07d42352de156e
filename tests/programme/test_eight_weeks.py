"""Eight weeks of a person who does what the programme says, in all moods, in several zones.

What must hold is told here a second time, by what the person lived through and not by how the
programme reckons.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from person import Mood, after, session_of, well

from formcoach.programme import (
    after_session,
    next_reminder,
    plan_today,
    progression,
    reaction,
)
from formcoach.programme.agenda import Outcome, Plan, Prescription
from formcoach.programme.ladder import TRACKS, Rung, rungs_for, track_of
from formcoach.programme.outcomes import SessionResult, StopReason
from formcoach.programme.profile import Profile, Prop, QuietHours, Rhythm, Sitting
from formcoach.programme.progression import Change, Verdict
from formcoach.programme.reactions import Action

WEEKS = timedelta(weeks=8)
ZONES = ("Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "UTC")
"""Lord Howe puts its clocks on by half an hour, Santiago at midnight."""


@pytest.fixture(autouse=True, scope="module")
def from_where_it_was() -> Iterator[None]:
    """Work the standing out from the last one: whole histories, over and over, take minutes."""
    whole = progression._climb
    kept: list[tuple[Profile, Sequence[SessionResult], progression._Climb]] = []

    def onward(profile: Profile, history: Sequence[SessionResult]) -> progression._Climb:
        climb, done = progression._Climb(profile), 0
        if kept and kept[0][0] is profile and kept[0][1] == history[: len(kept[0][1])]:
            climb, done = kept[0][2], len(kept[0][1])
        for session in history[done:]:
            climb.take(session)
        kept[:] = [(profile, history, climb)]
        return copy(climb)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(progression, "_climb", onward)
        yield
    assert progression._climb is whole


some_pain = st.one_of(st.none(), st.integers(0, 10))
bad_moods = st.builds(
    Mood,
    good=st.integers(0, 10),
    done=st.integers(0, 10),
    unsure=st.integers(0, 10),
    effort=st.one_of(st.none(), st.integers(0, 10)),
    pain_before=some_pain,
    pain_after=some_pain,
    breathing_normal=st.sampled_from([True, False, None]),
    stopped_why=st.sampled_from([None, *StopReason]),
)
NOT_QUITE = (
    Mood(good=8),
    Mood(done=9),
    Mood(unsure=10),
    Mood(effort=5),
    Mood(effort=None),
    Mood(pain_after=3, pain_before=2),
    Mood(pain_after=None, pain_before=None),
    Mood(breathing_normal=False),
    Mood(breathing_normal=None),
)
"""Each one thing short of what makes it harder."""
moods = st.lists(
    st.one_of(st.just(Mood()), st.sampled_from(NOT_QUITE), bad_moods), min_size=1, max_size=8
)
clocks = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0))
profiles = st.builds(
    well,
    has_pain=st.booleans(),
    sitting=st.sampled_from(Sitting),
    props=st.frozensets(st.sampled_from(Prop)),
    quiet=st.builds(QuietHours, begin=clocks, end=clocks),
    daily_at=clocks,
    series_every_h=st.sampled_from([2.0, 2.5, 3.0]),
)
begins = st.builds(
    lambda month, day, hour, zone: datetime(2026, month, day, hour, tzinfo=ZoneInfo(zone)),
    st.sampled_from([3, 9, 10]),
    st.integers(1, 28),
    st.integers(0, 23),
    st.sampled_from(ZONES),
)


@dataclass(frozen=True)
class Lived:
    """One exercise of one day."""

    before: tuple[SessionResult, ...]
    asked: Prescription
    mood: Mood
    session: SessionResult
    verdict: Verdict


@dataclass(frozen=True)
class Reminded:
    """One reminder, and the plan that it led to."""

    at: datetime
    history: tuple[SessionResult, ...]
    plan: Plan


def live(profile: Profile, moods: list[Mood], begin: datetime) -> Iterator[Lived | Reminded]:
    """Follow every reminder for eight weeks; moods come round again and again."""
    history: tuple[SessionResult, ...] = ()
    now, number = begin, 0
    while (at := next_reminder(profile, history, now)) is not None:
        now = at
        if now.astimezone(UTC) - begin.astimezone(UTC) > WEEKS:
            return
        plan = plan_today(profile, history, now, pain=moods[number % len(moods)].pain_before)
        yield Reminded(now, history, plan)
        for asked in plan.prescriptions:
            mood = moods[number % len(moods)]
            number += 1
            session = session_of(asked.rung, asked.reps, asked.sets, now, mood)
            before, history = history, (*history, session)
            verdict = after_session(profile, history)
            yield Lived(before, asked, mood, session, verdict)
            now = after(now, minutes=4)
            if verdict.change is Change.STOP or told_at_once(mood).ends_session:
                break
        now = after(now, minutes=30)


def told_at_once(mood: Mood):  # type: ignore[no-untyped-def]
    signs = {
        StopReason.SHARP_PAIN: "sharp_pain",
        StopReason.RED_FLAG: "faint",
        StopReason.EMERGENCY: "accident",
        StopReason.BALANCE: "balance_lost",
        StopReason.PAIN: "pain",
    }
    sign = None if mood.stopped_why is None else signs.get(mood.stopped_why)
    return reaction(
        pain=mood.pain_after,
        pain_before=mood.pain_before,
        effort=mood.effort,
        breathing_normal=mood.breathing_normal,
        sign=sign,
    )


def went_well(session: SessionResult, reps: int) -> bool:
    """Say whether a session is good enough to count for more, by the rules' own words."""
    for one in session.sets:
        answers = (one.effort, one.pain_before, one.pain_after, one.breathing_normal)
        if one.effort is None or one.breathing_normal is not True:
            return False
        if answers[1] is None and answers[2] is None:
            return False
        if one.effort > 4 or max(one.pain_before or 0, one.pain_after or 0) > 2:
            return False
    held = max((one.hold_s for one in session.sets), default=0.0)
    good = sum(one.good for one in session.sets)
    judged = sum(one.total - one.unsure for one in session.sets)
    return held >= reps if not judged else good >= 0.85 * judged


def hurt(mood: Mood) -> bool:
    pains = [pain for pain in (mood.pain_before, mood.pain_after) if pain is not None]
    rise = (
        mood.pain_after - mood.pain_before
        if mood.pain_before is not None and mood.pain_after is not None
        else 0
    )
    called = mood.stopped_why in (StopReason.PAIN, StopReason.SHARP_PAIN)
    return called or rise >= 2 or max(pains, default=0) >= 4


def height(profile: Profile, rung: Rung, reps: int) -> tuple[int, int]:
    track = track_of(rung.exercise, rung.level)
    assert track is not None
    return rungs_for(track, profile.props).index(rung), reps


eight_weeks = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@eight_weeks
@given(profile=profiles, moods=moods, begin=begins)
def test_no_gate_is_skipped_and_nothing_gets_harder_on_bad_form(
    profile: Profile, moods: list[Mood], begin: datetime
) -> None:
    for lived in live(profile, moods, begin):
        if isinstance(lived, Reminded):
            continue
        rung, asked = lived.asked.rung, lived.asked
        track = track_of(rung.exercise, rung.level)
        assert track is not None
        assert rung.needs <= profile.props
        assert asked.reps == 20 if rung.is_gate else 5 <= asked.reps <= 10
        rungs = rungs_for(track, profile.props)
        below = rungs[: rungs.index(rung)]
        gates = [(one.exercise, one.level) for one in below]
        if track.opens_after is not None:
            gates.append(track.opens_after)
        for exercise, level in gates:
            good = [
                session
                for session in lived.before
                if (session.exercise, session.level) == (exercise, level) and went_well(session, 20)
            ]
            assert len({session.at.date() for session in good}) >= 2, (rung, exercise, level)
        if rung.exercise == "plank_hip_flexion":
            assert any(
                session.level == rung.level and session.hold_s >= 20
                for session in lived.before
                if session.exercise == "plank_hold"
            )
        if lived.verdict.rung is not None and not went_well(lived.session, asked.reps):
            after_it = height(profile, lived.verdict.rung, lived.verdict.reps)
            assert after_it <= height(profile, rung, asked.reps)


@eight_weeks
@given(profile=profiles, moods=moods, begin=begins)
def test_pain_is_answered_within_its_session(
    profile: Profile, moods: list[Mood], begin: datetime
) -> None:
    for lived in live(profile, moods, begin):
        if isinstance(lived, Reminded) or not hurt(lived.mood):
            continue
        assert lived.verdict.change in (Change.STEP_BACK, Change.STOP)
        assert lived.verdict.rung is not None
        asked = height(profile, lived.asked.rung, lived.asked.reps)
        comes = height(profile, lived.verdict.rung, lived.verdict.reps)
        assert comes < asked or (comes == asked and lived.verdict.change is Change.STOP)
        if lived.mood.pain_after is not None and lived.mood.pain_after >= 4:
            assert told_at_once(lived.mood).action not in (Action.GO_ON, Action.ASK_LESS)


@eight_weeks
@given(profile=profiles, moods=moods, begin=begins)
def test_reminders_keep_the_quiet_hours_and_the_rhythm(
    profile: Profile, moods: list[Mood], begin: datetime
) -> None:
    held_back = (Outcome.REST, Outcome.SEE_PROFESSIONAL, Outcome.EMERGENCY)
    for reminded in live(profile, moods, begin):
        if isinstance(reminded, Lived):
            continue
        clock = reminded.at.time().replace(fold=0)
        quiet = profile.quiet
        if quiet.begin <= quiet.end:
            assert not quiet.begin <= clock < quiet.end
        else:
            assert quiet.end <= clock < quiet.begin
        assert reminded.plan.outcome in (Outcome.PRACTISE, *held_back)
        if reminded.history and profile.rhythm is Rhythm.SERIES:
            since = reminded.at.astimezone(UTC) - reminded.history[-1].at.astimezone(UTC)
            assert since >= timedelta(hours=profile.series_every_h)


@eight_weeks
@given(begin=begins, daily_at=clocks, quiet=st.builds(QuietHours, begin=clocks, end=clocks))
@example(
    begin=datetime(2026, 3, 1, 1, tzinfo=ZoneInfo("Europe/Amsterdam")),
    daily_at=time(0),
    quiet=QuietHours(begin=time(0, 1), end=time(23)),
)
def test_once_a_day_is_every_day(begin: datetime, daily_at: time, quiet: QuietHours) -> None:
    profile = well(daily_at=daily_at, quiet=quiet)
    days = [r.at.date() for r in live(profile, [Mood()], begin) if isinstance(r, Reminded)]
    assert len(days) >= 54
    # The first day may be over before its usual time; from then on none is left out.
    assert {late - early for early, late in pairwise(days[1:])} == {timedelta(days=1)}


@pytest.mark.parametrize("mood", NOT_QUITE, ids=str)
@pytest.mark.parametrize("has_pain", [False, True])
def test_one_thing_short_of_well_never_makes_it_harder(mood: Mood, has_pain: bool) -> None:
    begin = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
    asked = [
        (lived.asked.rung.level, lived.asked.reps)
        for lived in live(well(has_pain=has_pain), [mood], begin)
        if isinstance(lived, Lived)
    ]
    assert len(asked) >= 50
    assert set(asked) == {("bent", 5)}


def test_who_does_well_gets_to_the_end_of_every_track() -> None:
    begin = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
    profile, last = well(), dict[str, tuple[str, str]]()
    for lived in live(profile, [Mood()], begin):
        if isinstance(lived, Lived):
            track = track_of(lived.asked.rung.exercise, lived.asked.rung.level)
            assert track is not None
            last[track.id] = (lived.asked.rung.exercise, lived.asked.rung.level)
    assert last == {track.id: track.rungs[-1] for track in TRACKS}


def test_who_does_well_every_few_hours_needs_as_many_days() -> None:
    begin = datetime(2026, 3, 1, 9, tzinfo=ZoneInfo("Europe/Amsterdam"))
    first = next(
        lived.session.at.date()
        for lived in live(well(has_pain=True), [Mood()], begin)
        if isinstance(lived, Lived) and lived.asked.rung.level == "straight"
    )
    assert first - begin.date() >= timedelta(days=4)
