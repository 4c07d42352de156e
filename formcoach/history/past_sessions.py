"""Stored sessions as the programme reads them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from formcoach.history.stored import StoredSession, StoredSet
from formcoach.programme.moments import settled
from formcoach.programme.outcomes import (
    SessionResult,
    SetResult,
    StopReason,
    good_hold_s,
    rep_counts,
    rep_sides,
)

__all__ = ["session_result", "session_results"]


def session_results(sessions: Iterable[StoredSession], now: datetime) -> list[SessionResult]:
    """Return what came of sessions, in order of time; what a wrong clock dated is put right."""
    kept = sorted(sessions, key=lambda session: session.id)
    times = settled([session.started_at for session in kept], now)
    found = [replace(session_result(one), at=at) for one, at in zip(kept, times, strict=True)]
    return sorted(found, key=lambda result: result.at)


def session_result(session: StoredSession) -> SessionResult:
    """Return what came of a session; sets that were cut off count with what was done in them."""
    return SessionResult(
        exercise=session.exercise,
        level=session.level,
        at=session.started_at,
        sets=tuple(_set_result(one) for one in session.sets),
    )


def _set_result(one: StoredSet) -> SetResult:
    answers = one.answers
    why = answers.stopped_why
    return SetResult(
        **rep_counts(one.reps),
        sides=rep_sides(one.reps),
        hold_s=good_hold_s(one.holds),
        effort=answers.effort,
        pain_before=answers.pain_before,
        pain_after=answers.pain_after,
        breathing_normal=answers.breathing_normal,
        back_kept=answers.back_kept,
        stopped_why=StopReason(why) if why in set(StopReason) else None,
    )
