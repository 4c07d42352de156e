"""Reads many sessions at once, each set summed up by SQLite: ten thousand in half a second.

`store.History.sessions` gives every rep as a record; whoever only needs counts and means reads
digests. What makes no sense is left out here as there, and told.
"""

import gc
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from formcoach.system.local_time import local_now

__all__ = [
    "HoldDigest",
    "RepDigest",
    "SessionDigest",
    "SessionFilter",
    "SetDigest",
    "no_collection",
    "read_digests",
]

MAX_OFFSET_MIN = 24 * 60 - 1
MIN_UTC_S, MAX_UTC_S = -6.1e10, 2.5e11
"""Times of the years 37 to 9892: a year may be added to them and taken away."""

T = TypeVar("T", bound=msgspec.Struct)

Number = Annotated[float, msgspec.Meta(ge=-1e300, le=1e300)]
Scale = Annotated[int, msgspec.Meta(ge=0, le=10)]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFilter:
    """Which sessions are asked for.

    Attributes:
        exercise: only those of this exercise; None for all.
        since, until: only those begun from this day on and up to this day, both included, on the
            clock of this machine; None for no limit.
        limit: so many at most, the newest; None for all.
    """

    exercise: str | None = None
    since: date | None = None
    until: date | None = None
    limit: int | None = None


class SetDigest(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What was told of a set, and kept of it."""

    session_id: int
    set_index: int
    effort: Scale | None
    pain_before: Scale | None
    pain_after: Scale | None
    breathing_normal: Literal[0, 1] | None
    back_kept: Literal[0, 1] | None
    stopped_why: str | None
    unsure_s: Number


class RepDigest(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The reps of a set, summed up.

    Ranges are sums over the reps that were seen well enough to be judged, with how many those were;
    `faults` are the ids of all faults, joined by spaces.
    """

    session_id: int
    set_index: int
    good: int
    faulty: int
    unsure: int
    partial: int
    lefts: int
    rights: int
    total_s: float
    left_deg: float
    left_n: int
    right_deg: float
    right_n: int
    both_deg: float
    both_n: int
    faults: str | None
    rows: int


class HoldDigest(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The holds of a set, summed up: the longest good stretch."""

    session_id: int
    set_index: int
    in_line_s: float
    faults: str | None
    rows: int


class Head(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The row of a session."""

    id: int
    exercise: str
    level: str
    started_utc_s: Annotated[float, msgspec.Meta(ge=MIN_UTC_S, le=MAX_UTC_S)]
    started_offset_min: Annotated[int, msgspec.Meta(ge=-MAX_OFFSET_MIN, le=MAX_OFFSET_MIN)]
    ended_utc_s: float | None


@dataclass(slots=True)
class SessionDigest:
    """One session: its row, its sets, and the sums over their reps and holds."""

    head: Head
    sets: Sequence[SetDigest]
    reps: Sequence[RepDigest]
    holds: Sequence[HoldDigest]

    @property
    def started_at(self) -> datetime:
        """When it began, with the offset of the place."""
        zone = _zone(self.head.started_offset_min)
        return datetime.fromtimestamp(self.head.started_utc_s, zone)


def _measured(column: str) -> str:
    return f"typeof({column}) IN ('real', 'integer') AND abs({column}) < 1e300"


_SANE_REP = " AND ".join(
    [
        *(_measured(name) for name in ("start_s", "turn_s", "end_s", "hold_s")),
        *(f"({name} IS NULL OR {_measured(name)})" for name in ("peak_deg", "rom_deg")),
        "quality IN ('good', 'faulty', 'unsure', 'partial')",
        "typeof(faults) = 'text'",
    ]
)
_SANE_HOLD = " AND ".join(
    [*(_measured(name) for name in ("start_s", "end_s", "in_line_s")), "typeof(faults) = 'text'"]
)


def _judged(side: str) -> str:
    """Return the columns of one side's range: the sum over its judged reps, and their number."""
    of = f"quality IN ('good', 'faulty') AND side = '{side}' AND rom_deg IS NOT NULL"
    return f"total(rom_deg) FILTER (WHERE {of}), count(*) FILTER (WHERE {of})"


_REPS = f"""SELECT session_id, set_index,
    sum(quality = 'good'), sum(quality = 'faulty'), sum(quality = 'unsure'),
    sum(quality = 'partial'),
    sum(quality <> 'partial' AND side = 'left'), sum(quality <> 'partial' AND side = 'right'),
    total((end_s - start_s) * (quality <> 'partial')),
    {_judged("left")}, {_judged("right")}, {_judged("both")},
    group_concat(nullif(faults, ''), ' '), count(*)
    FROM rep WHERE {{of}} AND {_SANE_REP} GROUP BY session_id, set_index"""
_HOLDS = f"""SELECT session_id, set_index, max(in_line_s),
    group_concat(nullif(faults, ''), ' '), count(*)
    FROM hold WHERE {{of}} AND {_SANE_HOLD} GROUP BY session_id, set_index"""
_SETS = """SELECT session_id, set_index, effort, pain_before, pain_after, breathing_normal,
    back_kept, stopped_why, unsure_s FROM exercise_set WHERE {of} ORDER BY session_id, set_index"""
_HEADS = """SELECT id, exercise, level, started_utc_s, started_offset_min, ended_utc_s
    FROM session WHERE {of} ORDER BY started_utc_s, id"""
_ROWS = """SELECT (SELECT count(*) FROM rep WHERE {of}), (SELECT count(*) FROM hold WHERE {of})"""
_ODD = f"""SELECT session_id, set_index, 'a rep' FROM rep WHERE {{of}} AND NOT ({_SANE_REP})
    UNION ALL SELECT session_id, set_index, 'a hold' FROM hold
    WHERE {{of}} AND NOT ({_SANE_HOLD})"""


@contextmanager
def no_collection() -> Iterator[None]:
    """Let Python look for no cycles meanwhile: rows have none, and looking costs a third."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_digests(
    read: sqlite3.Connection, wanted: SessionFilter, odd: list[str]
) -> list[SessionDigest]:
    """Return the sessions that are asked for, in order of time.

    Args:
        read: the history, in one transaction.
        wanted: which ones.
        odd: what makes no sense is told to it, and left out.
    """
    condition, values = _condition(wanted)
    everything = condition == "1" and wanted.limit is None
    newest = "ORDER BY started_utc_s DESC, id DESC LIMIT ?"
    picked = f"IN (SELECT id FROM session WHERE {condition} {newest})"

    def rows(query: str, of: str = "session_id", times: int = 1) -> list[Any]:
        cursor = read.cursor()
        cursor.row_factory = None
        if everything:
            return cursor.execute(query.format(of="1")).fetchall()
        return cursor.execute(query.format(of=f"{of} {picked}"), values * times).fetchall()

    heads = _convert(rows(_HEADS, "id"), Head, odd)
    sets = _by_session(_convert(rows(_SETS), SetDigest, odd))
    rep_rows, hold_rows = rows(_REPS), rows(_HOLDS)
    ((rep_count, hold_count),) = rows(_ROWS, times=2)
    if (rep_count, hold_count) != tuple(sum(row[-1] for row in of) for of in (rep_rows, hold_rows)):
        bad = rows(_ODD, times=2)
        odd += [f"session {s}, set {n}: {what} makes no sense" for s, n, what in bad]
    reps = _by_session(_convert(rep_rows, RepDigest, odd))
    holds = _by_session(_convert(hold_rows, HoldDigest, odd))
    return [
        SessionDigest(one, sets.get(one.id, ()), reps.get(one.id, ()), holds.get(one.id, ()))
        for one in heads
    ]


def _condition(wanted: SessionFilter) -> tuple[str, list[Any]]:
    """Return what SQLite is to look for, and the values of it."""
    parts: list[str] = []
    values: list[Any] = []
    zone = local_now().tzinfo
    if wanted.exercise is not None:
        parts.append("exercise = ?")
        values.append(wanted.exercise)
    if wanted.since is not None:
        parts.append("started_utc_s >= ?")
        values.append(datetime.combine(wanted.since, time(), zone).timestamp())
    if wanted.until is not None and wanted.until < date.max:
        parts.append("started_utc_s < ?")
        following = wanted.until + timedelta(days=1)
        values.append(datetime.combine(following, time(), zone).timestamp())
    limit = -1 if wanted.limit is None else wanted.limit
    return " AND ".join(parts) or "1", [*values, limit]


def _convert(rows: Sequence[Any], kind: type[T], odd: list[str]) -> list[T]:
    """Return the rows as records: all at once, or one by one where one of them makes no sense."""
    try:
        return msgspec.convert(rows, list[kind])  # type: ignore[valid-type]  # known at run time
    except msgspec.ValidationError:
        return [one for row in rows for one in _converted(row, kind, odd)]


def _converted(row: Sequence[Any], kind: type[T], odd: list[str]) -> Iterable[T]:
    try:
        yield msgspec.convert(row, kind)
    except msgspec.ValidationError:
        bad = [
            f"{name} {value!r}"
            for name, value, hint in zip(
                kind.__struct_fields__, row, kind.__annotations__.values(), strict=True
            )
            if not _fits(value, hint)
        ]
        odd.append(f"session {row[0]}: {', '.join(bad)}")


def _fits(value: object, hint: Any) -> bool:
    try:
        msgspec.convert(value, hint)
    except msgspec.ValidationError:
        return False
    return True


_SESSION_OF = attrgetter("session_id")


def _by_session(rows: Iterable[T]) -> dict[int, list[T]]:
    return {key: list(group) for key, group in groupby(rows, _SESSION_OF)}


@cache
def _zone(offset_min: int) -> timezone:
    return timezone(timedelta(minutes=offset_min))
