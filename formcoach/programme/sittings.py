"""Which sessions belong to one sitting, when one was, and how long to rest after one that hurt."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from formcoach.programme.ladder import track_of
from formcoach.programme.moments import after, elapsed
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.progression import Standing

__all__ = [
    "ONE_SITTING",
    "REST_AFTER_PAIN",
    "last_practised",
    "last_sitting",
    "resting_until",
    "since",
    "sitting_of",
]

REST_AFTER_PAIN = timedelta(hours=24)
"""Until it should have settled (rules C14)."""
ONE_SITTING = timedelta(hours=1)
"""Exercises begun so long before the last one belong to it. Proposal."""


def last_practised(history: Sequence[SessionResult]) -> datetime | None:
    """Return when something of the ladder was last begun; None where nothing was."""
    return next(iter(_of_ladder(reversed(history))), None)


def last_sitting(history: Sequence[SessionResult]) -> datetime | None:
    """Return when the last sitting with something of the ladder began; None where none was.

    A sitting that goes on past midnight belongs to the day before.
    """
    last_at = last_practised(history)
    return None if last_at is None else sitting_of(history, last_at)


def sitting_of(history: Sequence[SessionResult], at: datetime) -> datetime:
    """Return when the sitting began to which what was done at a moment belongs."""
    earlier = since(after(at, -ONE_SITTING), history)
    began = [one for one in _of_ladder(earlier) if elapsed(one, at) >= timedelta(0)]
    return began[-1] if began else at


def since(at: datetime, history: Sequence[SessionResult]) -> Iterator[SessionResult]:
    """Yield the sessions begun from a moment on, the last one first; those before are not read."""
    utc = at.astimezone(UTC)
    return takewhile(lambda one: one.at >= utc, reversed(history))


def _of_ladder(history: Iterable[SessionResult]) -> Iterator[datetime]:
    return (one.at for one in history if track_of(one.exercise, one.level) is not None)


def resting_until(standing: Standing) -> datetime | None:
    """Return until when to rest; None where no rest was asked."""
    return None if standing.rest_from is None else after(standing.rest_from, REST_AFTER_PAIN)
