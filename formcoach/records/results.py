"""Stored sessions as the programme reads them."""

from formcoach.programme.results import (
    SessionResult,
    SetResult,
    StopReason,
    good_hold_s,
    rep_counts,
    rep_sides,
)
from formcoach.records.stored import StoredSession, StoredSet

__all__ = ["session_result"]


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
