"""Moments and the clock of a place: reckoned in UTC, read on the clock, right on every day.

Where clocks are put on, an hour is missing; where they are put back, one comes twice.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from formcoach.programme.profile import QuietHours

__all__ = [
    "after",
    "after_quiet",
    "aware",
    "day_of",
    "elapsed",
    "is_yet_to_come",
    "latest",
    "on_the_clock",
    "settled",
]

A_DAY = timedelta(days=1)
"""A clock that is put right, or a change of zone, moves the time by less; more is a mistake."""


def aware(at: datetime) -> datetime:
    """Return a moment as it is.

    Raises:
        ValueError: it has no time zone.
    """
    if at.utcoffset() is None:
        raise ValueError(f"the time must have a zone, got {at.isoformat()}")
    return at


def elapsed(since: datetime, until: datetime) -> timedelta:
    """Return how much time truly passes; two times of one zone subtract as its clock shows them."""
    return until.astimezone(UTC) - since.astimezone(UTC)


def after(at: datetime, span: timedelta) -> datetime:
    """Return the moment so much true time later, in the same zone."""
    return (at.astimezone(UTC) + span).astimezone(at.tzinfo)


def latest(one: datetime, *others: datetime | None) -> datetime:
    """Return the last of some moments, in the zone of the first."""
    told = [at for at in others if at is not None]
    return max([one, *told], key=lambda at: at.astimezone(UTC)).astimezone(one.tzinfo)


def is_yet_to_come(at: datetime, now: datetime) -> bool:
    """Say whether what has happened is dated so far in the future that a clock was wrong."""
    return elapsed(now, at) > A_DAY


def settled(times: Sequence[datetime], now: datetime) -> list[datetime]:
    """Return when things happened, given in the order in which they did, none of it yet to come.

    What is dated in the future while a clock was wrong is put where it would belong: right after
    what came before it, or else a day ago; as far apart as it was, and not after what came next.
    """
    latest_utc = now.astimezone(UTC) + A_DAY
    if all(at <= latest_utc for at in times):
        return list(times)
    found: list[datetime] = []
    runs = [(wrong, list(run)) for wrong, run in groupby(times, lambda at: is_yet_to_come(at, now))]
    for number, (wrong, run) in enumerate(runs):
        if not wrong:
            found += run
            continue
        following = [later[0] for _, later in runs[number + 1 :][:1]]
        end = after(now, -A_DAY)
        if found:
            end = max(end, found[-1])
            shift = elapsed(run[0], found[-1])
        else:
            shift = elapsed(max(run), min([end, *following]))
        end = min([end, *following])
        found += [min(after(at, shift), end) for at in run]
    return found


def day_of(at: datetime, now: datetime) -> date:
    """Return the day of a moment on the clock of `now`."""
    return at.astimezone(now.tzinfo).date()


def on_the_clock(day: date, at: time, now: datetime, *, again: bool = False) -> datetime:
    """Return when it is `at` on a day, in the zone of `now`.

    Where clocks are put on over it, it is as much later; where it comes twice, the first time or,
    `again`, the second.
    """
    wall = datetime.combine(day, at.replace(tzinfo=None), now.tzinfo)
    return wall.replace(fold=int(again)).astimezone(UTC).astimezone(now.tzinfo)


def after_quiet(at: datetime, quiet: QuietHours) -> datetime:
    """Return the first moment from `at` on that is not in quiet hours, in the same zone."""
    if not _is_quiet(at, quiet):
        return at
    return next(
        end
        for end in _ends(at, quiet)
        if elapsed(at, end) > timedelta(0) and not _is_quiet(end, quiet)
    )


def _is_quiet(at: datetime, quiet: QuietHours) -> bool:
    return quiet.cover(at.time())


def _ends(at: datetime, quiet: QuietHours) -> Iterator[datetime]:
    """Yield when quiet hours end from the day of `at` on, in order, without end."""
    day = at.date()
    while True:
        first = on_the_clock(day, quiet.end, at)
        second = on_the_clock(day, quiet.end, at, again=True)
        yield from sorted({first, second}, key=lambda end: end.astimezone(UTC))
        day += timedelta(days=1)
