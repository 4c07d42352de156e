"""Rows of the history's tables, from and to the records of the program."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from math import isnan, nan
from typing import Any

from formcoach.coaching.events import Hold, Quality, Rep
from formcoach.pose.landmarks import SIDES, side_word
from formcoach.records.stored import Answers, StoredSession, StoredSet

__all__ = [
    "moment",
    "put_answers",
    "put_hold",
    "put_rep",
    "put_set",
    "read_session",
    "read_sets",
]


def moment(at: datetime) -> tuple[float, int]:
    """Return seconds since 1970 and the offset in minutes; raise ValueError without an offset."""
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(f"the time must have an offset, got {at.isoformat()}")
    return at.timestamp(), round(offset / timedelta(minutes=1))


def _datetime(utc_s: float, offset_min: int) -> datetime:
    zone = timezone(timedelta(minutes=offset_min))
    return datetime.fromtimestamp(utc_s, UTC).astimezone(zone)


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


def read_session(row: sqlite3.Row, sets: tuple[StoredSet, ...]) -> StoredSession:
    """Return the session of a row."""
    ended = row["ended_utc_s"]
    return StoredSession(
        id=row["id"],
        exercise=row["exercise"],
        level=row["level"],
        started_at=_datetime(row["started_utc_s"], row["started_offset_min"]),
        ended_at=None if ended is None else _datetime(ended, row["ended_offset_min"]),
        lang=row["lang"],
        source=row["source"],
        sets=sets,
    )


def read_sets(read: sqlite3.Connection, session_id: int) -> tuple[StoredSet, ...]:
    """Return a session's sets, in order."""
    rows = read.execute(
        "SELECT * FROM exercise_set WHERE session_id = ? ORDER BY set_index", (session_id,)
    ).fetchall()
    return tuple(_set(read, row) for row in rows)


def _set(read: sqlite3.Connection, row: sqlite3.Row) -> StoredSet:
    key = (row["session_id"], row["set_index"])
    of_set = "WHERE session_id = ? AND set_index = ?"
    reps = read.execute(f"SELECT * FROM rep {of_set} ORDER BY rep_index", key)
    holds = read.execute(f"SELECT * FROM hold {of_set} ORDER BY start_s", key)
    return StoredSet(
        index=row["set_index"],
        reps=tuple(_rep(rep) for rep in reps.fetchall()),
        holds=tuple(_hold(hold) for hold in holds.fetchall()),
        answers=Answers(
            effort=row["effort"],
            pain_before=row["pain_before"],
            pain_after=row["pain_after"],
            breathing_normal=_yes_no(row["breathing_normal"]),
            back_kept=_yes_no(row["back_kept"]),
            stopped_why=row["stopped_why"],
        ),
        unsure_s=row["unsure_s"],
        ended=bool(row["ended"]),
    )


def _yes_no(value: int | None) -> bool | None:
    return None if value is None else bool(value)


def _rep(row: sqlite3.Row) -> Rep:
    return Rep(
        index=row["rep_index"],
        side=SIDES.get(row["side"]),
        start_s=row["start_s"],
        turn_s=row["turn_s"],
        end_s=row["end_s"],
        peak_deg=_measured(row["peak_deg"]),
        rom_deg=_measured(row["rom_deg"]),
        hold_s=row["hold_s"],
        quality=Quality(row["quality"]),
        faults=tuple(row["faults"].split()),
    )


def _hold(row: sqlite3.Row) -> Hold:
    return Hold(
        side=SIDES.get(row["side"]),
        start_s=row["start_s"],
        end_s=row["end_s"],
        faults=tuple(row["faults"].split()),
        in_line_s=row["in_line_s"],
    )


def _measured(value: Any) -> float:
    return nan if value is None or isnan(value) else float(value)
