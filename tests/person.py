"""A person who follows the programme: what they told, and sessions that go as they are told to."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from formcoach.programme.ladder import Rung
from formcoach.programme.outcomes import SessionResult, SetResult, StopReason
from formcoach.programme.profile import Profile, Prop, QuietHours
from formcoach.programme.screening import QUESTIONS

__all__ = ["ALL_PROPS", "NOTHING_WRONG", "Mood", "after", "session_of", "well"]

NOTHING_WRONG = dict.fromkeys(QUESTIONS, False)
ALL_PROPS = frozenset({Prop.WALL, Prop.CHAIR})


def after(at: datetime, **span: float) -> datetime:
    """Return the moment so much true time later, in the same zone."""
    return (at.astimezone(UTC) + timedelta(**span)).astimezone(at.tzinfo)


def well(**changes: Any) -> Profile:
    """Return the profile of somebody with nothing wrong, a wall and a chair."""
    profile = Profile(
        screening=NOTHING_WRONG,
        props=ALL_PROPS,
        quiet=QuietHours(begin=time(22), end=time(8)),
    )
    return replace(profile, **changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How a session goes.

    Attributes:
        good: of ten judged reps, or of ten tenths of the time to hold.
        done: of ten reps or seconds that were asked.
        unsure: of ten reps, those that could not be judged.
    """

    good: int = 10
    done: int = 10
    unsure: int = 0
    effort: int | None = 2
    pain_before: int | None = 0
    pain_after: int | None = 0
    breathing_normal: bool | None = True
    stopped_why: StopReason | None = None


def session_of(
    rung: Rung, reps: int, sets: int, at: datetime, mood: Mood | None = None
) -> SessionResult:
    """Return the session of a rung in a mood."""
    mood = Mood() if mood is None else mood
    total = reps * mood.done // 10
    unsure = total * mood.unsure // 10
    one = SetResult(
        good=0 if rung.is_gate else (total - unsure) * mood.good // 10,
        total=0 if rung.is_gate else total,
        unsure=0 if rung.is_gate else unsure,
        hold_s=total * mood.good / 10 if rung.is_gate else 0.0,
        effort=mood.effort,
        pain_before=mood.pain_before,
        pain_after=mood.pain_after,
        breathing_normal=mood.breathing_normal,
        stopped_why=mood.stopped_why,
    )
    return SessionResult(exercise=rung.exercise, level=rung.level, at=at, sets=(one,) * sets)
