"""Stored sessions as the programme reads them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from formcoach.history.digest import (
    RepDigest,
    SessionDigest,
    SessionFilter,
    SetDigest,
    no_collection,
    read_digests,
)
from formcoach.history.store import History
from formcoach.history.stored import StoredSession, StoredSet
from formcoach.pose.landmarks import Side
from formcoach.programme.moments import is_yet_to_come, settled
from formcoach.programme.outcomes import (
    SessionResult,
    SetResult,
    StopReason,
    good_hold_s,
    rep_counts,
    rep_sides,
)

__all__ = ["read_results", "session_result", "session_results"]


def session_results(sessions: Iterable[StoredSession], now: datetime) -> list[SessionResult]:
    """Return what came of sessions, in order of time; what a wrong clock dated is put right."""
    kept = sorted(sessions, key=lambda session: session.id)
    times = settled([session.started_at for session in kept], now)
    found = [replace(session_result(one), at=at) for one, at in zip(kept, times, strict=True)]
    return sorted(found, key=lambda result: result.at)


def read_results(history: History, now: datetime) -> list[SessionResult] | None:
    """Return what came of all sessions as `session_results` does, from sums that SQLite makes.

    None where something in the history makes no sense, or is dated as yet to come: it is to be read
    rep by rep then, and told.
    """
    odd: list[str] = []
    with no_collection():
        with history.reading() as read:
            found = read_digests(read, SessionFilter(), odd)
        if odd or (found and is_yet_to_come(found[-1].started_at, now)):
            return None
        return [_result(one) for one in found]


def _result(one: SessionDigest) -> SessionResult:
    reps = {of.set_index: of for of in one.reps}
    held_s = {of.set_index: of.in_line_s for of in one.holds}
    return SessionResult(
        exercise=one.head.exercise,
        level=one.head.level,
        at=one.started_at,
        sets=tuple([_told(of, reps.get(of.set_index), held_s) for of in one.sets]),
    )


def _told(told: SetDigest, reps: RepDigest | None, held_s: dict[int, float]) -> SetResult:
    breath, back, why = told.breathing_normal, told.back_kept, told.stopped_why
    return SetResult(
        good=reps.good if reps else 0,
        total=reps.good + reps.faulty + reps.unsure if reps else 0,
        unsure=reps.unsure if reps else 0,
        sides=_SIDES_OF[bool(reps and reps.lefts), bool(reps and reps.rights)],
        hold_s=held_s.get(told.set_index, 0.0),
        effort=told.effort,
        pain_before=told.pain_before,
        pain_after=told.pain_after,
        breathing_normal=None if breath is None else bool(breath),
        back_kept=None if back is None else bool(back),
        stopped_why=_STOPS.get(why) if why else None,
    )


_SIDES_OF = {
    (False, False): frozenset[Side](),
    (True, False): frozenset({Side.LEFT}),
    (False, True): frozenset({Side.RIGHT}),
    (True, True): frozenset(Side),
}
_STOPS = {why.value: why for why in StopReason}


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
