"""When to be reminded: by elapsed time in UTC, never in quiet hours of the place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from formcoach.programme.given import GivenPlan
from formcoach.programme.lines import Line
from formcoach.programme.moments import (
    after,
    after_quiet,
    aware,
    day_of,
    elapsed,
    latest,
    on_the_clock,
)
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.profile import Profile, Rhythm
from formcoach.programme.progression import Standing, standing_of
from formcoach.programme.screening import as_of, concerns, is_cleared, unanswered
from formcoach.programme.sittings import ONE_SITTING, last_practised, last_sitting, resting_until
from formcoach.programme.stretching import last_stretched
from formcoach.programme.two_weeks import CheckIn, Diary, Felt, last_done_on, only_stretches

__all__ = ["next_reminder", "reminder_line", "reminder_text", "upcoming_reminders"]


def next_reminder(
    profile: Profile,
    history: Sequence[SessionResult],
    now: datetime,
    *,
    diary: Diary | None = None,
    check_ins: Sequence[CheckIn] = (),
    not_before: datetime | None = None,
    followed_at: datetime | None = None,
    given: GivenPlan | None = None,
) -> datetime | None:
    """Return when to remind next, in the zone of `now`, at `now` at the earliest; None for never.

    Every few hours it is so long after the last time something of the ladder was done; else once a
    day, until that is. In a stretch week it is once a day, until the diary has it.

    Args:
        profile: what the person told.
        history: all sessions, in order of time.
        now: with the time zone of the place, one that knows its daylight saving.
        diary: the two weeks of comparing, where they were begun.
        check_ins: what was told at the check-ins, in order of time.
        not_before: the end of a snooze.
        followed_at: a reminder that was followed, which the history does not have.
        given: the physiotherapist's plan: once a day, on its days.

    Raises:
        ValueError: now has no time zone.
    """
    past = _past_of(profile, history, given)
    return _next(
        profile,
        past,
        aware(now),
        diary=diary,
        check_ins=check_ins,
        not_before=not_before,
        followed_at=followed_at,
        given=given,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """What a reminder needs to know of the history, however long that is."""

    standing: Standing
    practised_at: datetime | None
    sitting_at: datetime | None
    given_at: datetime | None
    stretched_at: datetime | None


def _past_of(profile: Profile, history: Sequence[SessionResult], given: GivenPlan | None) -> _Past:
    asked = {(one.exercise, one.level) for one in given.exercises} if given is not None else set()
    of_plan = (one.at for one in reversed(history) if (one.exercise, one.level) in asked)
    return _Past(
        standing=standing_of(profile, history),
        practised_at=last_practised(history),
        sitting_at=last_sitting(history),
        given_at=next(of_plan, None) if asked else None,
        stretched_at=last_stretched(history),
    )


def _next(
    profile: Profile,
    past: _Past,
    now: datetime,
    *,
    diary: Diary | None,
    check_ins: Sequence[CheckIn],
    not_before: datetime | None = None,
    followed_at: datetime | None = None,
    given: GivenPlan | None = None,
) -> datetime | None:
    profile, standing = as_of(profile, now), past.standing
    sent_at = standing.sent_at
    held_back = (concerns(profile) and not is_cleared(profile)) or (
        sent_at is not None and not is_cleared(profile, sent_at)
    )
    if check_ins and check_ins[-1].felt is Felt.WORSE:
        held_back = held_back or not is_cleared(profile, check_ins[-1].at)
    if held_back or unanswered(profile):
        return None
    earliest = latest(now, not_before, resting_until(standing))
    if given is not None and given.is_for(earliest.date()):
        return _next_given(profile, given, _later(followed_at, past.given_at), earliest)
    if only_stretches(profile, diary, earliest.date()):
        stretched = None if diary is None else last_done_on(diary)
        done_at = _later(followed_at, past.stretched_at)
        return _next_daily(profile, _later_day(stretched, done_at, earliest), earliest)
    if profile.rhythm is Rhythm.SERIES:
        done_at = _later(followed_at, past.practised_at)
        return _next_series(profile, done_at, earliest)
    done_at = _later(followed_at, past.sitting_at)
    practised_at = _later(followed_at, past.practised_at)
    if practised_at is not None:  # what is done sooner belongs to the same sitting
        earliest = latest(earliest, after(practised_at, 2 * ONE_SITTING))
    return _next_daily(profile, _later_day(None, done_at, earliest), earliest)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else latest(one, other)


def _next_series(profile: Profile, last_at: datetime | None, earliest: datetime) -> datetime:
    every = timedelta(hours=profile.series_every_h)
    due = latest(earliest, None if last_at is None else after(last_at, every))
    return after_quiet(due, profile.quiet)


def _later_day(day: date | None, at: datetime | None, zone: datetime) -> date | None:
    """Return the later of a day and of that on which a moment lies in a zone."""
    days = [day] if day is not None else []
    return max([*days, *([day_of(at, zone)] if at is not None else [])], default=None)


def _next_daily(profile: Profile, done_on: date | None, earliest: datetime) -> datetime:
    day = earliest.date()
    if done_on is not None:
        day = max(day, done_on + timedelta(days=1))
    quiet = profile.quiet
    usual = quiet.end if quiet.cover(profile.daily_at) else profile.daily_at
    due = after_quiet(latest(on_the_clock(day, usual, earliest), earliest), quiet)
    if due.date() > day:
        # Too late for that day: at the usual time of the next, not at the first moment of it.
        due = after_quiet(latest(on_the_clock(due.date(), usual, due), due), quiet)
    return due


def _next_given(
    profile: Profile, given: GivenPlan, done_at: datetime | None, earliest: datetime
) -> datetime | None:
    """Return the usual time of the next day that the plan has something for."""
    done_on = _later_day(None, done_at, earliest)
    yesterday = earliest.date() - timedelta(days=1)
    day = given.next_day(yesterday if done_on is None else max(yesterday, done_on))
    while day is not None:
        due = _next_daily(profile, day - timedelta(days=1), earliest)
        if due.date() == day:
            return due
        day = given.next_day(day)
    return None


def upcoming_reminders(
    profile: Profile,
    history: Sequence[SessionResult],
    now: datetime,
    until: datetime,
    *,
    diary: Diary | None = None,
    check_ins: Sequence[CheckIn] = (),
    given: GivenPlan | None = None,
) -> list[datetime]:
    """Return all reminders from now up to `until`, as if each was followed at once."""
    aware(until)
    past = _past_of(profile, history, given)
    found: list[datetime] = []
    known = partial(_next, profile, past, diary=diary, check_ins=check_ins, given=given)
    at = known(aware(now))
    while at is not None and elapsed(at, until) > timedelta(0):
        found.append(at)
        at = known(at, followed_at=at)
    return found


def reminder_line(profile: Profile, diary: Diary | None, day: date) -> Line:
    """Return what a reminder of a day says: a habit, no promise (article S33, S35, S77)."""
    if only_stretches(profile, diary, day):
        return Line(phrase="plan.reminder_stretch")
    return Line(phrase=f"plan.reminder_{profile.rhythm.value}")


def reminder_text(
    profile: Profile, diary: Diary | None, given: GivenPlan | None, day: date
) -> Line:
    """Return what an event of the calendar says to do on a day."""
    if given is not None and given.is_for(day):
        return Line(phrase="calendar.given")
    if only_stretches(profile, diary, day):
        return Line(phrase="calendar.stretch")
    return Line(phrase=f"calendar.{profile.rhythm.value}")
