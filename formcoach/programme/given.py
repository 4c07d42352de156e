"""The plan that a physiotherapist has given: what to do on which days, in place of the ladder.

    plan = parse_plan(text, "plan.toml")
    today = plan.on(date(2026, 3, 2))           the exercises of that Monday

A file is taken whole, or refused in one line that says what is wrong, where, and the way out. When
to stop is no part of a plan: those rules stay above it.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

import msgspec
from msgspec import structs

from formcoach.errors import SpecError
from formcoach.exercises.library import exercise_id, exercise_ids, load_exercise
from formcoach.exercises.spec import nearest

__all__ = ["GivenExercise", "GivenPlan", "GivenSide", "Weekday", "own_words", "parse_plan"]

MAX_SETS, MAX_REPS, MAX_SECONDS = 10, 50, 300
MAX_REST_S = 600.0
MIN_REP_S, MAX_REP_S = 2.0, 60.0
MIN_END_DEG, MAX_END_DEG = 10.0, 180.0
MAX_EXERCISES, MAX_TEXT = 20, 500
"""More, or less, is a slip of the pen and not an exercise. Proposals."""
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`")
_NO_CHOICE = re.compile(r"Invalid enum value '(?P<value>[^']*)'.*\.(?P<key>side|days)\b")


class Weekday(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class GivenSide(StrEnum):
    """Which side is to work."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class GivenExercise(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One exercise of a plan.

    Attributes:
        exercise, level: ids of the catalogue; level may be left out where there is only one.
        sets: how many sets.
        reps: completed repetitions a set, both sides together; for what is repeated.
        seconds: how long; for what is held.
        side: which side is to work.
        rep_s: how many seconds a repetition should take at least; None for no wish.
        end_deg: how far to go, in degrees of what is counted; None for the person's own end.
        rest_s: rest between sets, in seconds.
        days: on which days; empty for every day.
        notes, watch: the physiotherapist's own words: what to know, what to watch.
    """

    exercise: str
    level: str = ""
    sets: int = 1
    reps: int | None = None
    seconds: int | None = None
    side: GivenSide = GivenSide.BOTH
    rep_s: float | None = None
    end_deg: float | None = None
    rest_s: float = 30.0
    days: tuple[Weekday, ...] = ()
    notes: str = ""
    watch: str = ""

    @property
    def amount(self) -> int:
        """Repetitions a set, or seconds where something is held."""
        return self.reps or self.seconds or 0


class GivenPlan(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A plan.

    Attributes:
        title: what it is called.
        by: who gave it.
        since, until: the first and the last day it is for; None for no such day.
        notes: what to know of it, in the words of who gave it.
        exercises: what to do, in order.
    """

    title: str = ""
    by: str = ""
    since: date | None = None
    until: date | None = None
    notes: str = ""
    exercises: tuple[GivenExercise, ...]

    def is_for(self, day: date) -> bool:
        """Say whether a day lies in the time the plan is for."""
        after = self.since is None or day >= self.since
        return after and (self.until is None or day <= self.until)

    def on(self, day: date) -> tuple[GivenExercise, ...]:
        """Return the exercises of a day, in order."""
        if not self.is_for(day):
            return ()
        name = tuple(Weekday)[day.weekday()]
        return tuple(one for one in self.exercises if not one.days or name in one.days)

    def next_day(self, after: date) -> date | None:
        """Return the first day after another on which something is to be done; None for none."""
        begin = after + timedelta(days=1)
        if self.since is not None:
            begin = max(begin, self.since)
        days = (begin + timedelta(days=n) for n in range(7))
        return next((day for day in days if self.on(day)), None)


def own_words(one: GivenExercise | None) -> tuple[str, ...]:
    """Return what the physiotherapist wrote to an exercise; nothing where no plan was given."""
    return () if one is None else tuple(text for text in (one.notes, one.watch) if text)


def parse_plan(text: str | bytes, where: str) -> GivenPlan:
    """Read a plan from TOML.

    Args:
        text: the file's content.
        where: what to call it in an error.

    Raises:
        SpecError: what is wrong, where, and the way out.
    """
    try:
        tree = tomllib.loads(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{where}: no TOML ({error}); correct it there") from error
    try:
        plan = msgspec.convert(tree, GivenPlan)
    except msgspec.ValidationError as error:
        raise SpecError(f"{where}: {error}; {_offer(str(error))}correct it there") from error
    named = [structs.replace(one, exercise=exercise_id(one.exercise)) for one in plan.exercises]
    plan = structs.replace(plan, exercises=tuple(named))
    for problem in _problems(plan):
        raise SpecError(f"{where}: {problem}")
    return plan


def _offer(message: str) -> str:
    """Return what could stand there instead; nothing where the message says it already."""
    if "date" in message:
        return "write it as 2026-03-31; "
    if wrong := _NO_CHOICE.search(message):
        kind = GivenSide if wrong["key"] == "side" else Weekday
        return f"{nearest(wrong['value'], [one.value for one in kind])}; "
    if wrong := _UNKNOWN.search(message):
        table = GivenExercise if "exercises" in message.partition(" - at ")[2] else GivenPlan
        return f"{nearest(wrong['field'], table.__struct_fields__)}; "
    return ""


def _problems(plan: GivenPlan) -> Iterable[str]:
    """Yield what the types cannot say, worst first."""
    if not 1 <= len(plan.exercises) <= MAX_EXERCISES:
        yield f"exercises must be 1 to {MAX_EXERCISES}, got {len(plan.exercises)}"
    if plan.since is not None and plan.until is not None and plan.since > plan.until:
        yield f"since must not be after until, got {plan.since} and {plan.until}"
    for name in ("title", "by", "notes"):
        yield from _too_long(name, getattr(plan, name))
    for number, one in enumerate(plan.exercises, start=1):
        where = f"exercise {number} ({one.exercise!r})"
        yield from (f"{where}: {problem}" for problem in _exercise_problems(one))


def _exercise_problems(one: GivenExercise) -> Iterable[str]:
    if one.exercise not in exercise_ids():
        yield f"there is no such exercise; {nearest(one.exercise, exercise_ids())}"
        return
    spec = load_exercise(one.exercise)
    levels = [level.id for level in spec.levels if level.id]
    if levels and one.level not in levels:
        yield f"level must be one of {', '.join(levels)}, got {one.level!r}"
    if not levels and one.level:
        yield f"it has no levels, got level {one.level!r}; leave it out"
    asked, other = ("seconds", "reps") if spec.isometric is not None else ("reps", "seconds")
    most = MAX_SECONDS if asked == "seconds" else MAX_REPS
    if getattr(one, other) is not None:
        way = "held" if asked == "seconds" else "repeated"
        yield f"it is {way}: give {asked}, not {other}"
    amount = getattr(one, asked)
    yield from _out_of(asked, 0 if amount is None else amount, 1, most)
    yield from _out_of("sets", one.sets, 1, MAX_SETS)
    yield from _out_of("rest_s", one.rest_s, 0, MAX_REST_S)
    yield from _out_of("rep_s", one.rep_s, MIN_REP_S, MAX_REP_S)
    yield from _out_of("end_deg", one.end_deg, MIN_END_DEG, MAX_END_DEG)
    if len(set(one.days)) < len(one.days):
        yield f"each day once, got {', '.join(one.days)}"
    for name in ("notes", "watch"):
        yield from _too_long(name, getattr(one, name))


def _out_of(name: str, value: float | None, low: float, high: float) -> Iterable[str]:
    if value is not None and not low <= value <= high:  # NaN is not either
        yield f"{name} must be {low:g} to {high:g}, got {value:g}"


def _too_long(name: str, text: str) -> Sequence[str]:
    if len(text) <= MAX_TEXT:
        return ()
    return [f"{name} must be {MAX_TEXT} characters at most, got {len(text)}"]
