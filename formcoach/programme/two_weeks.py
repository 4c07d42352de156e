"""Stretch week, strength week and the comparison; checking in. The person judges, nobody else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from formcoach.programme.lines import Line
from formcoach.programme.moments import elapsed
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.profile import Focus, Profile
from formcoach.programme.screening import has_complaint

__all__ = [
    "WEEK",
    "CheckIn",
    "Diary",
    "DiaryEntry",
    "Felt",
    "Week",
    "WeekKind",
    "advice_of",
    "begun",
    "check_in_due",
    "compare",
    "entry_on",
    "is_empty",
    "last_done_on",
    "notes_of",
    "only_stretches",
    "week_on",
]

WEEK = timedelta(days=7)
"""Of stretching, then of strengthening (article S8)."""
CHECK_IN_EVERY = timedelta(days=14)
"""How often to ask whether it has got better; the article names no time (S17). Proposal."""
NO_BETTER = 2
"""So many check-ins in a row that are no better send to a physiotherapist. Proposal."""


class WeekKind(StrEnum):
    """What a week of the comparison is for."""

    STRETCH = "stretch"
    STRENGTH = "strength"


class Felt(StrEnum):
    """How it has been since the last time."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryEntry:
    """One day of the comparison.

    Attributes:
        day: the day.
        comfort: how the hips and back felt that day, 0 (very stiff) to 10 (at ease); None where
            that was not told.
        done: whether the week's practice was done that day.
        note: the person's own words.
    """

    day: date
    comfort: int | None = None
    done: bool = True
    note: str = ""

    def __post_init__(self) -> None:
        if self.comfort is not None and not 0 <= self.comfort <= 10:
            raise ValueError(f"comfort must be 0 to 10, got {self.comfort}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Diary:
    """Two weeks: one of stretching only, one of strengthening only.

    Attributes:
        begun_on: the first day of the stretch week.
        entries: the later one of a day counts; those of other weeks are kept, and not shown.
    """

    begun_on: date
    entries: tuple[DiaryEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """What was told at a check-in."""

    at: datetime
    felt: Felt


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week of the comparison, as it was told.

    Attributes:
        kind: what it was for.
        days: how many days were told of.
        done: on how many of them the practice was done.
        comfort: the median of how it felt; None where it was told of no day.
    """

    kind: WeekKind
    days: int
    done: int
    comfort: float | None


def begun(diary: Diary | None, day: date) -> Diary:
    """Return a diary that begins on a day, with what was noted before."""
    return Diary(begun_on=day, entries=() if diary is None else diary.entries)


def is_empty(diary: Diary) -> bool:
    """Say whether nothing was noted in the two weeks."""
    return all(week_on(diary, entry.day) is None for entry in diary.entries)


def week_on(diary: Diary, day: date) -> WeekKind | None:
    """Return which week a day lies in; None before the first and after the second."""
    since = day - diary.begun_on
    if since < timedelta(0):
        return None
    if since < WEEK:
        return WeekKind.STRETCH
    return WeekKind.STRENGTH if since < 2 * WEEK else None


def only_stretches(profile: Profile, diary: Diary | None, day: date) -> bool:
    """Say whether nothing but stretching is for a day: by choice, or in a week of the diary."""
    if profile.focus is Focus.COMPARE:
        return diary is not None and week_on(diary, day) is WeekKind.STRETCH
    return profile.focus is Focus.STRETCH


def entry_on(diary: Diary, day: date) -> DiaryEntry | None:
    """Return what was told of a day; None where nothing was."""
    return _by_day(diary).get(day)


def notes_of(diary: Diary) -> list[DiaryEntry]:
    """Return the days of the two weeks of which there are words, in order."""
    days = sorted(_by_day(diary).items())
    return [entry for day, entry in days if entry.note and week_on(diary, day) is not None]


def last_done_on(diary: Diary) -> date | None:
    """Return the last day on which the week's practice was done; None where none was."""
    return max((day for day, entry in _by_day(diary).items() if entry.done), default=None)


def _by_day(diary: Diary) -> dict[date, DiaryEntry]:
    return {entry.day: entry for entry in diary.entries}


def compare(diary: Diary) -> tuple[Week, Week]:
    """Return both weeks side by side, for the person to judge."""
    weeks = []
    for kind in WeekKind:
        entries = [entry for day, entry in _by_day(diary).items() if week_on(diary, day) is kind]
        told = [entry.comfort for entry in entries if entry.comfort is not None]
        weeks.append(
            Week(
                kind=kind,
                days=len(entries),
                done=sum(entry.done for entry in entries),
                comfort=median(told) if told else None,
            )
        )
    return weeks[0], weeks[1]


def check_in_due(
    profile: Profile,
    history: Sequence[SessionResult],
    check_ins: Sequence[CheckIn],
    now: datetime,
) -> bool:
    """Say whether it is time to ask if it has got better; only who has a complaint is asked."""
    if not history or not has_complaint(profile):
        return False
    since = check_ins[-1].at if check_ins else history[0].at
    return elapsed(since, now) >= CHECK_IN_EVERY


def advice_of(check_ins: Sequence[CheckIn]) -> Line | None:
    """Return the steps to say after the last check-in; None where all goes well.

    Worse, or no better twice in a row: a physiotherapist (article S17, S18).
    """
    if not check_ins or check_ins[-1].felt is Felt.BETTER:
        return None
    lately = [one.felt for one in check_ins[-NO_BETTER:]]
    no_better = len(lately) == NO_BETTER and Felt.BETTER not in lately
    if check_ins[-1].felt is Felt.WORSE or no_better:
        return Line(phrase="advice.physiotherapist")
    return None
