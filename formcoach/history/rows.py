"""Rows of the history's tables, from and to the records of the program.

What another program, or a damage, has made of a row is not believed: the part that makes no sense
is left out and told, and the rest is read.
"""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from math import isfinite, nan
from typing import Any, TypeVar

from formcoach.coaching.events import Hold, Quality, Rep
from formcoach.history.stored import Answers, StoredSession, StoredSet
from formcoach.pose.landmarks import SIDES, side_word

__all__ = [
    "OnOdd",
    "moment",
    "put_answers",
    "put_hold",
    "put_rep",
    "put_set",
    "read_session",
    "read_sets",
]

T = TypeVar("T")

OnOdd = Callable[[str], None]
"""Told what could not be read, and the value there."""
A_YEAR = timedelta(days=366)
_ODD = (ValueError, TypeError, OverflowError, OSError)
"""What is raised where a value makes no sense; OSError by times that the platform has not."""


def moment(at: datetime) -> tuple[float, int]:
    """Return seconds since 1970 and the offset in minutes; raise ValueError without an offset."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"the time must have an offset, got {at.isoformat()}")
    return at.timestamp(), round(offset / timedelta(minutes=1))


def put_set(write: sqlite3.Connection, session_id: int, set_index: int) -> None:
    """Make the set, where it is not there yet."""
    write.execute(
        "INSERT OR IGNORE INTO exercise_set (session_id, set_index) VALUES (?, ?)",
        (session_id, set_index),
    )


def put_rep(write: sqlite3.Connection, session_id: int, set_index: int, rep: Rep) -> None:
    """Write a rep over the one of the same index."""
    # SQLite keeps NaN as NULL: not measured.
    write.execute(
        "INSERT OR REPLACE INTO rep VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            session_id,
            set_index,
            rep.index,
            side_word(rep.side),
            rep.start_s,
            rep.turn_s,
            rep.end_s,
            rep.peak_deg,
            rep.rom_deg,
            rep.hold_s,
            rep.quality.value,
            " ".join(rep.faults),
        ),
    )


def put_hold(write: sqlite3.Connection, session_id: int, set_index: int, hold: Hold) -> None:
    """Write a hold over the one of the same start."""
    write.execute(
        "INSERT OR REPLACE INTO hold VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            session_id,
            set_index,
            hold.start_s,
            hold.end_s,
            side_word(hold.side),
            " ".join(hold.faults),
            hold.in_line_s,
        ),
    )


def put_answers(
    write: sqlite3.Connection, session_id: int, set_index: int, answers: Answers
) -> None:
    """Write what was answered, and leave what was not."""
    for name in Answers.__dataclass_fields__:
        value = getattr(answers, name)
        if value is not None:
            write.execute(
                f"UPDATE exercise_set SET {name} = ? WHERE session_id = ? AND set_index = ?",
                (value, session_id, set_index),
            )


def read_session(
    row: sqlite3.Row, sets: tuple[StoredSet, ...], on_odd: OnOdd
) -> StoredSession | None:
    """Return the session of a row; None where it cannot be said what was done, or when."""
    name = f"session {row['id']}"
    try:
        exercise, level = _text(row["exercise"]), _text(row["level"])
    except TypeError as error:
        on_odd(f"{name}: exercise and level, {error}")
        return None
    started_at = _moment(row, "started", name, on_odd)
    if started_at is None:
        return None
    return StoredSession(
        id=row["id"],
        exercise=exercise,
        level=level,
        started_at=started_at,
        ended_at=_moment(row, "ended", name, on_odd),
        lang=row["lang"],
        source=row["source"],
        sets=sets,
    )


def _moment(row: sqlite3.Row, which: str, name: str, on_odd: OnOdd) -> datetime | None:
    """Return a moment of a session; in UTC where only its offset makes no sense."""
    utc_s, offset_min = row[f"{which}_utc_s"], row[f"{which}_offset_min"]
    if utc_s is None:
        return None
    try:
        at = datetime.fromtimestamp(utc_s, UTC)
        _ = at - A_YEAR, at + A_YEAR  # days are counted from it
    except _ODD:
        on_odd(f"{name}: {which}, {utc_s!r}")
        return None
    try:
        return at.astimezone(timezone(timedelta(minutes=offset_min)))
    except _ODD:
        on_odd(f"{name}: offset, {offset_min!r}")
        return at


def read_sets(read: sqlite3.Connection, session_id: int, on_odd: OnOdd) -> tuple[StoredSet, ...]:
    """Return a session's sets, in order."""
    rows = read.execute(
        "SELECT * FROM exercise_set WHERE session_id = ? ORDER BY set_index", (session_id,)
    ).fetchall()
    return tuple(_set(read, row, on_odd) for row in rows)


def _set(read: sqlite3.Connection, row: sqlite3.Row, on_odd: OnOdd) -> StoredSet:
    key = (row["session_id"], row["set_index"])
    name = "session {}, set {}".format(*key)
    of_set = "WHERE session_id = ? AND set_index = ?"
    reps = read.execute(f"SELECT * FROM rep {of_set} ORDER BY rep_index", key).fetchall()
    holds = read.execute(f"SELECT * FROM hold {of_set} ORDER BY start_s", key).fetchall()

    def answer(of: str, read_as: Callable[[Any], T]) -> T | None:
        try:
            return None if row[of] is None else read_as(row[of])
        except _ODD:
            on_odd(f"{name}: {of}, {row[of]!r}")
            return None

    return StoredSet(
        index=row["set_index"],
        reps=tuple(_readable(reps, _rep, f"{name}: a rep", on_odd)),
        holds=tuple(_readable(holds, _hold, f"{name}: a hold", on_odd)),
        answers=Answers(
            effort=answer("effort", _scale),
            pain_before=answer("pain_before", _scale),
            pain_after=answer("pain_after", _scale),
            breathing_normal=answer("breathing_normal", _yes_no),
            back_kept=answer("back_kept", _yes_no),
            stopped_why=answer("stopped_why", _text),
        ),
        unsure_s=answer("unsure_s", _number) or 0.0,
        ended=bool(row["ended"]),
    )


def _readable(
    rows: Iterable[sqlite3.Row], read_as: Callable[[sqlite3.Row], T], name: str, on_odd: OnOdd
) -> list[T]:
    found = []
    for row in rows:
        try:
            found.append(read_as(row))
        except _ODD as error:
            on_odd(f"{name}, {error}")
    return found


def _rep(row: sqlite3.Row) -> Rep:
    return Rep(
        index=row["rep_index"],
        side=SIDES.get(row["side"]),
        start_s=_number(row["start_s"]),
        turn_s=_number(row["turn_s"]),
        end_s=_number(row["end_s"]),
        peak_deg=_measured(row["peak_deg"]),
        rom_deg=_measured(row["rom_deg"]),
        hold_s=_number(row["hold_s"]),
        quality=Quality(row["quality"]),
        faults=tuple(_text(row["faults"]).split()),
    )


def _hold(row: sqlite3.Row) -> Hold:
    return Hold(
        side=SIDES.get(row["side"]),
        start_s=_number(row["start_s"]),
        end_s=_number(row["end_s"]),
        faults=tuple(_text(row["faults"]).split()),
        in_line_s=_number(row["in_line_s"]),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float) or not isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return value


def _scale(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= 10:
        raise ValueError(f"{value!r} is not from 0 to 10")
    return value


def _yes_no(value: object) -> bool:
    if value not in (0, 1):
        raise ValueError(f"{value!r} is neither 0 nor 1")
    return bool(value)


def _measured(value: object) -> float:
    return nan if value is None else _number(value)
