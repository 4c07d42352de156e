"""What a person or a script types, understood: times of day, ids with yes or no, breaths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import time
from enum import StrEnum
from typing import Any, TypeVar

from formcoach.errors import SpecError
from formcoach.exercises.spec import nearest
from formcoach.programme.profile import (
    MAX_BREATH_S,
    MAX_HOURS,
    MIN_BREATH_S,
    MIN_HOURS,
    Focus,
    Prop,
    QuietHours,
    Sitting,
)
from formcoach.programme.screening import INTAKE, QUESTIONS

__all__ = [
    "NO_QUIET",
    "Given",
    "breath_of",
    "camera_of",
    "decided",
    "given_answers",
    "hours_of",
    "quiet_of",
    "time_of",
]

E = TypeVar("E", bound=StrEnum)

MAX_ADDRESS = 500
NO_QUIET = QuietHours(begin=time(0), end=time(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Answers given as options.

    Attributes:
        changes: fields of the profile by name.
        screening, intake, props: yes or no by id; what is not in them stays as it was.
        cleared: whether the person says that a professional has seen them and agrees.
    """

    changes: dict[str, Any] = field(default_factory=dict)
    screening: dict[str, bool] = field(default_factory=dict)
    intake: dict[str, bool] = field(default_factory=dict)
    props: dict[Prop, bool] = field(default_factory=dict)
    cleared: bool = False

    @property
    def lang(self) -> str | None:
        """The language that was given."""
        return self.changes.get("lang")

    @property
    def empty(self) -> bool:
        """Whether nothing was given that answers a question; a language answers none."""
        return replace(self, changes={}) == Given() and self.changes.keys() <= {"lang"}


def given_answers(
    *,
    lang: str | None = None,
    screening: Sequence[str] = (),
    intake: Sequence[str] = (),
    cleared: bool = False,
    has_pain: bool | None = None,
    sitting: str | None = None,
    focus: str | None = None,
    props: Mapping[str, bool | None] | None = None,
    quiet: str | None = None,
    daily_at: str | None = None,
    series_every_h: float | None = None,
    breath_s: float | None = None,
    camera: str | None = None,
) -> Given:
    """Return the answers given as options, each as it is typed; None was not given.

    Raises:
        SpecError: one is not written as it should be.
    """
    changes = {
        "lang": lang,
        "has_pain": has_pain,
        "sitting": None if sitting is None else _member(sitting, Sitting, "--sitting"),
        "focus": None if focus is None else _member(focus, Focus, "--focus"),
        "quiet": None if quiet is None else quiet_of(quiet),
        "daily_at": None if daily_at is None else _clock(daily_at),
        "series_every_h": series_every_h,
        "breath_s": breath_s,
        "camera": None if camera is None else _camera(camera),
    }
    return Given(
        changes={name: value for name, value in changes.items() if value is not None},
        screening=decided(screening, QUESTIONS, "--screening"),
        intake=decided(intake, INTAKE, "--intake"),
        props={Prop(name): yes for name, yes in (props or {}).items() if yes is not None},
        cleared=cleared,
    )


def time_of(text: str) -> time | None:
    """Return a time of day, ``7``, ``07:30`` or ``7.30``; None for anything else."""
    hours, _, minutes = text.strip().replace(".", ":").partition(":")
    if not (_digits(hours) and (not minutes or (_digits(minutes) and len(minutes) == 2))):
        return None
    hour, minute = int(hours), int(minutes or 0)
    return time(hour % 24, minute) if hour <= 23 or (hour, minute) == (24, 0) else None


def quiet_of(text: str) -> QuietHours:
    """Return quiet hours from ``22:00-08:00``; ``none`` for none.

    Raises:
        SpecError: they are not written so.
    """
    if text.strip().lower() == "none":
        return NO_QUIET
    begin, _, end = text.partition("-")
    first, last = time_of(begin), time_of(end)
    if first is None or last is None:
        raise SpecError(f"quiet hours must be written 22:00-08:00 or none, got '{text}'")
    return QuietHours(begin=first, end=last)


def breath_of(text: str) -> float | None:
    """Return the length of a breath in seconds; None for anything that cannot be one."""
    try:
        breath_s = float(text.replace(",", "."))
    except ValueError:
        return None
    return breath_s if MIN_BREATH_S <= breath_s <= MAX_BREATH_S else None


def hours_of(text: str) -> float | None:
    """Return the hours between two series; None for what cannot be."""
    try:
        hours = float(text.replace(",", "."))
    except ValueError:
        return None
    return hours if MIN_HOURS <= hours <= MAX_HOURS else None


def camera_of(text: str) -> str | None:
    """Return what to look through; None for what is certainly nothing to look through."""
    text = text.strip()
    return text if text and text.isprintable() and len(text) <= MAX_ADDRESS else None


def decided(given: Iterable[str], known: Sequence[str], what: str) -> dict[str, bool]:
    """Return yes or no by id, from ``heart=yes``; ``none`` says no to all, later ones count.

    Raises:
        SpecError: one is not written so, or there is no such id; the nearest are offered.
    """
    found: dict[str, bool] = {}
    for text in given:
        name, _, answer = text.strip().lower().partition("=")
        if (name, answer) == ("none", ""):
            found |= dict.fromkeys(known, False)
            continue
        if answer not in ("yes", "no"):
            raise SpecError(f"{what} must be written ID=yes, ID=no or none, got '{text}'")
        if name not in known:
            raise SpecError(f"{what} '{name}' is not asked; {nearest(name, known)}")
        found[name] = answer == "yes"
    return found


def _member(text: str, kind: type[E], option: str) -> E:
    """Return the one of an enumeration; raise SpecError for none of it."""
    name = text.strip().lower().replace("-", "_")
    if name not in set(kind):
        raise SpecError(f"{option} is '{text}'; {nearest(name, kind)}")
    return kind(name)


def _clock(text: str) -> time:
    at = time_of(text)
    if at is None:
        raise SpecError(f"a time of day must be written 10:00, got '{text}'")
    return at


def _camera(text: str) -> str:
    camera = camera_of(text)
    if camera is None:
        raise SpecError(f"--camera must be a number, a file or an address, got '{text[:50]}'")
    return camera


def _digits(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 2
