"""Past sessions as CSV and JSON, for spreadsheets and scripts."""

import csv
import io
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

import msgspec

from formcoach.coaching.events import Hold, Rep
from formcoach.history.stored import StoredSession, StoredSet
from formcoach.pose.landmarks import side_word
from formcoach.results.summary import REP_COLUMNS, rep_tree

__all__ = ["SCHEMA", "history_csv", "history_json"]

SCHEMA = 1
_SESSION = ("session", "started_at", "exercise", "level", "set")
_ANSWERS = ("effort", "pain_before", "pain_after", "breathing_normal", "back_kept", "stopped_why")
_COLUMNS = (*_SESSION, "kind", *REP_COLUMNS, *_ANSWERS)


def history_csv(sessions: Iterable[StoredSession]) -> str:
    """Return a row for each rep and hold, and one for a set without any; empty = not told.

    The columns of a rep are those of ``reps.csv``; the answers of its set stand in every row.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for session in sessions:
        for one in session.sets:
            writer.writerows(_rows(session, one))
    return text.getvalue()


def _rows(session: StoredSession, one: StoredSet) -> Iterator[dict[str, Any]]:
    known = {
        "session": session.id,
        "started_at": session.started_at.isoformat(timespec="seconds"),
        "exercise": _cell(session.exercise),
        "level": _cell(session.level),
        "set": one.index,
        **{name: _told(getattr(one.answers, name)) for name in _ANSWERS},
    }
    kept = [("rep", _rep(rep)) for rep in one.reps] + [("hold", _hold(hold)) for hold in one.holds]
    for kind, tree in kept or [("set", {})]:
        cells = {name: "" if value is None else value for name, value in tree.items()}
        faults = ";".join(map(_cell, tree.get("faults", ())))
        yield known | {"kind": kind} | cells | {"faults": faults}


def _told(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return "" if value is None else _cell(value) if isinstance(value, str) else value


def _cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _rep(rep: Rep) -> dict[str, Any]:
    """Return a rep; what was not measured is None."""
    tree = rep_tree(rep)
    return {
        name: None if isinstance(value, float) and not isfinite(value) else value
        for name, value in tree.items()
    }


def _hold(hold: Hold) -> dict[str, Any]:
    return {
        "side": side_word(hold.side),
        "start_s": round(hold.start_s, 3),
        "end_s": round(hold.end_s, 3),
        "hold_s": round(hold.in_line_s, 3),
        "faults": list(hold.faults),
    }


def history_json(sessions: Iterable[StoredSession]) -> bytes:
    """Return sessions with their sets, reps, holds and answers; null = not told or not measured."""
    tree = {"schema": SCHEMA, "sessions": [_session(session) for session in sessions]}
    return msgspec.json.format(msgspec.json.encode(tree), indent=1) + b"\n"


def _session(session: StoredSession) -> dict[str, Any]:
    return {
        "id": session.id,
        "exercise": session.exercise,
        "level": session.level or None,
        "started_at": session.started_at,
        "ended_at": session.ended_at,
        "lang": session.lang,
        "sets": [
            {
                "index": one.index,
                "ended": one.ended,
                "unsure_s": round(one.unsure_s, 3),
                "answers": one.answers,
                "reps": [_rep(rep) for rep in one.reps],
                "holds": [_hold(hold) for hold in one.holds],
            }
            for one in session.sets
        ],
    }
