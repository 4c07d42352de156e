"""When to be reminded: by elapsed time in UTC, never in quiet hours of the place."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from formcoach.programme.clock import (
    after,
    after_quiet,
    aware,
    day_of,
    elapsed,
    latest,
    on_the_clock,
)
from formcoach.programme.diary import CheckIn, Diary, Felt, only_stretches
from formcoach.programme.profile import Profile, Rhythm
from formcoach.programme.progression import standing_of
from formcoach.programme.results import SessionResult
from formcoach.programme.screening import concerns, is_cleared, unanswered
from formcoach.programme.today import resting_until
from formcoach.programme.words import Line

__all__ = ["next_reminder", "reminder_line", "upcoming_reminders"]


def next_reminder(
    profile: Profile,
    history: Sequence[SessionResult],
    now: datetime,
    *,
    diary: Diary | None = None,
    check_ins: Sequence[CheckIn] = (),
    not_before: datetime | None = None,
) -> datetime | None:
    """Return when to remind next, in the zone of `now`, at `now` at the earliest; None for never.

    Every few hours it is so long after the last session; else once a day, until it is done.

    Args:
        profile: what the person told.
        history: all sessions, in order of time.
        now: with the time zone of the place, one that knows its daylight saving.
        diary: the two weeks of comparing, where they were begun.
        check_ins: what was told at the check-ins, in order of time.
        not_before: the end of a snooze.

    Raises:
        ValueError: now has no time zone.
    """
    aware(now)
    standing = standing_of(profile, history)
    sent_at = standing.sent_at
    held_back = (concerns(profile) and not is_cleared(profile)) or (
        sent_at is not None and not is_cleared(profile, sent_at)
    )
    if check_ins and check_ins[-1].felt is Felt.WORSE:
        held_back = held_back or not is_cleared(profile, check_ins[-1].at)
    if held_back or unanswered(profile):
        return None
    earliest = latest(now, not_before, resting_until(standing))
    last_at = None if standing.last is None else standing.last.at
    series = profile.rhythm is Rhythm.SERIES
    if series and not only_stretches(profile, diary, earliest.date()):
        return _next_series(profile, last_at, earliest)
    return _next_daily(profile, last_at, earliest)


def _next_series(profile: Profile, last_at: datetime | None, earliest: datetime) -> datetime:
    every = timedelta(hours=profile.series_every_h)
    due = latest(earliest, None if last_at is None else after(last_at, every))
    return after_quiet(due, profile.quiet)


def _next_daily(profile: Profile, last_at: datetime | None, earliest: datetime) -> datetime:
    day = earliest.date()
    if last_at is not None:
        day = max(day, day_of(last_at, earliest) + timedelta(days=1))
    quiet = profile.quiet
    usual = quiet.end if quiet.cover(profile.daily_at) else profile.daily_at
    due = after_quiet(latest(on_the_clock(day, usual, earliest), earliest), quiet)
    if due.date() > day:
        # Too late for that day: at the usual time of the next, not at the first moment of it.
        due = after_quiet(latest(on_the_clock(due.date(), usual, due), due), quiet)
    return due


def upcoming_reminders(
    profile: Profile,
    history: Sequence[SessionResult],
    now: datetime,
    until: datetime,
    *,
    diary: Diary | None = None,
    check_ins: Sequence[CheckIn] = (),
) -> list[datetime]:
    """Return all reminders from now up to `until`, as if each was followed at once."""
    aware(until)
    done, found = list(history), []
    at = next_reminder(profile, done, now, diary=diary, check_ins=check_ins)
    while at is not None and elapsed(at, until) > timedelta(0):
        found.append(at)
        done.append(SessionResult(exercise="hip_flexion", level="bent", at=at))
        at = next_reminder(profile, done, at, diary=diary, check_ins=check_ins)
    return found


def reminder_line(profile: Profile, diary: Diary | None, day: date) -> Line:
    """Return what a reminder of a day says: a habit, no promise (article S33, S35, S77)."""
    if only_stretches(profile, diary, day):
        return Line(phrase="plan.reminder_stretch")
    return Line(phrase=f"plan.reminder_{profile.rhythm.value}")
