"""Questions to the history: which sessions there were, what was in one, how it went over a period.

    with History.open() as history:
        newest = sessions(history, SessionFilter(exercise="dead_bug", limit=20))
        whole = session(history, newest[0].id)
        weeks = progress(history, SessionFilter(since=date(2026, 9, 1)))

What makes no sense in the file is left out, and told in ``history.odd``. All of it is quick: ten
thousand sessions are read in a fraction of a second.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from formcoach.errors import UsageError
from formcoach.history.digest import (
    HoldDigest,
    RepDigest,
    SessionDigest,
    SessionFilter,
    no_collection,
    read_digests,
)
from formcoach.history.store import History
from formcoach.history.stored import StoredSession
from formcoach.system.local_time import local_now

__all__ = [
    "Day",
    "LevelStep",
    "Progress",
    "SessionFilter",
    "SessionRow",
    "Week",
    "period_of",
    "progress",
    "session",
    "sessions",
]

A_WEEK = timedelta(days=7)
USUAL = timedelta(weeks=12) - timedelta(days=1)
"""The period where none is given: long enough to see a change, short enough to be of now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """One session in a few numbers.

    Attributes:
        id: its number in the history.
        exercise, level: ids; level is empty where the exercise has only one.
        started_at: when, with the offset of the place.
        ended: False where the program ended in the midst of it.
        sets: how many sets.
        good, faulty, unsure, partial: reps by quality; partial ones are not in `total`.
        hold_s: the longest stretch held with the body in line, in seconds; 0 where none was.
        range_deg: the mean range of the judged reps, by side: left, right or both.
        rep_s: the mean duration of a completed rep, in seconds; None without one.
        effort: the highest that was told, 0 to 10; None where none was.
        pain_before: the first that was told, 0 to 10; None where none was.
        pain: the highest that was told, before or after; None where none was.
        breathing_normal: whether the breath stayed calm in every set; None where not told.
        stopped_why: why sets ended early, by the ids of the reasons.
        faults: how many reps and holds had each fault, by id.
        unsure_s: how long the coach could not judge, in seconds.
    """

    id: int
    exercise: str
    level: str
    started_at: datetime
    ended: bool = True
    sets: int = 0
    good: int = 0
    faulty: int = 0
    unsure: int = 0
    partial: int = 0
    hold_s: float = 0.0
    range_deg: dict[str, float] = field(default_factory=dict)
    rep_s: float | None = None
    effort: int | None = None
    pain_before: int | None = None
    pain: int | None = None
    breathing_normal: bool | None = None
    stopped_why: tuple[str, ...] = ()
    faults: dict[str, int] = field(default_factory=dict)
    unsure_s: float = 0.0

    @property
    def total(self) -> int:
        """How many reps were completed."""
        return self.good + self.faulty + self.unsure

    @property
    def day(self) -> date:
        """The day on which it began, on the clock of the place."""
        return self.started_at.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day of the calendar on which something was done.

    Attributes:
        day: the day.
        sessions: how many.
        first_id: the number of the first of them.
    """

    day: date
    sessions: int
    first_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week, from Monday on.

    Attributes:
        monday: its first day.
        days: on how many days something was done.
        sessions: how many.
        good, total: good and all completed reps.
        hold_s: how long was held in all, the best stretch of each session, in seconds.
    """

    monday: date
    days: int = 0
    sessions: int = 0
    good: int = 0
    total: int = 0
    hold_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelStep:
    """A session that was the first at another level of its exercise.

    Attributes:
        session_id, at: which one, and when.
        exercise: the exercise.
        before: the level before; None where the exercise was new.
        level: the level from then on.
    """

    session_id: int
    at: datetime
    exercise: str
    before: str | None
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How it went over a period.

    Attributes:
        since, until: the first and the last day of it.
        sessions: all of them, in order of time.
        days: those on which something was done, in order.
        weeks: every week of the period, those without practice too.
        steps: the changes of level, in order of time.
    """

    since: date
    until: date
    sessions: tuple[SessionRow, ...]
    days: tuple[Day, ...]
    weeks: tuple[Week, ...]
    steps: tuple[LevelStep, ...]

    def exercises(self) -> tuple[str, ...]:
        """Return the ids of the exercises that were done, the most frequent first."""
        return tuple(name for name, _ in Counter(s.exercise for s in self.sessions).most_common())

    def of(self, exercise: str) -> tuple[SessionRow, ...]:
        """Return the sessions of one exercise, in order of time."""
        return tuple(one for one in self.sessions if one.exercise == exercise)

    def faults(self, exercise: str) -> list[tuple[str, int]]:
        """Return how many reps and holds of an exercise had each fault, the most frequent first."""
        found: Counter[str] = Counter()
        for one in self.of(exercise):
            found.update(one.faults)
        return found.most_common()


def session(history: History, session_id: int) -> StoredSession:
    """Return one session whole: its sets, reps, holds and answers.

    Raises:
        StoreError: there is none of this number that can be read.
    """
    return history.session(session_id)


def sessions(history: History, wanted: SessionFilter = SessionFilter()) -> list[SessionRow]:  # noqa: B008 (frozen)
    """Return the sessions that are asked for, in order of time, each in a few numbers.

    Raises:
        StoreError: the history cannot be read.
    """
    history.odd = []
    with no_collection():
        with history.reading() as read:
            found = read_digests(read, wanted, history.odd)
        return [_row(one) for one in found]


def progress(history: History, wanted: SessionFilter = SessionFilter()) -> Progress:  # noqa: B008 (frozen)
    """Return how it went over a period: the sessions, and what they come to by day and week.

    The period reaches from `wanted.since`, else the first session, to `wanted.until`, else today.

    Raises:
        StoreError: the history cannot be read.
    """
    rows = sessions(history, wanted)
    until = wanted.until or max([local_now().date(), *(one.day for one in rows[-1:])])
    since = wanted.since or min([until, *(one.day for one in rows[:1])])
    return Progress(
        since=since,
        until=until,
        sessions=tuple(rows),
        days=tuple(_days(rows)),
        weeks=tuple(_weeks(rows, since, until)),
        steps=tuple(_steps(rows)),
    )


def period_of(wanted: SessionFilter) -> SessionFilter:
    """Return what is asked for with a first and a last day; the last twelve weeks by default.

    Raises:
        UsageError: the first day is after the last one.
    """
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise UsageError(
            f"--from {wanted.since} is after --to {wanted.until}; exchange the two days"
        )
    until = wanted.until or local_now().date()
    return replace(wanted, since=wanted.since or until - USUAL, until=until)


def _row(digest: SessionDigest) -> SessionRow:
    """Sum a session up."""
    head, sets, reps = digest.head, digest.sets, digest.reps
    completed = sum([one.good + one.faulty + one.unsure for one in reps])
    pain = [p for one in sets for p in (one.pain_before, one.pain_after) if p is not None]
    effort = [one.effort for one in sets if one.effort is not None]
    breath = [bool(b) for one in sets if (b := one.breathing_normal) is not None]
    return SessionRow(
        id=head.id,
        exercise=head.exercise,
        level=head.level,
        started_at=digest.started_at,
        ended=head.ended_utc_s is not None,
        sets=len(sets),
        good=sum([one.good for one in reps]),
        faulty=sum([one.faulty for one in reps]),
        unsure=sum([one.unsure for one in reps]),
        partial=sum([one.partial for one in reps]),
        hold_s=max([one.in_line_s for one in digest.holds], default=0.0),
        range_deg=_ranges(reps),
        rep_s=sum([one.total_s for one in reps]) / completed if completed else None,
        effort=max(effort) if effort else None,
        pain_before=next((p for one in sets if (p := one.pain_before) is not None), None),
        pain=max(pain) if pain else None,
        breathing_normal=all(breath) if breath else None,
        stopped_why=tuple([one.stopped_why for one in sets if one.stopped_why]),
        faults=_faults((*reps, *digest.holds)),
        unsure_s=sum([one.unsure_s for one in sets]),
    )


def _ranges(reps: Sequence[RepDigest]) -> dict[str, float]:
    """Return the mean range by side; only of reps that were seen well enough to be judged."""
    found = {}
    sums = (
        ("left", [(one.left_n, one.left_deg) for one in reps]),
        ("right", [(one.right_n, one.right_deg) for one in reps]),
        ("both", [(one.both_n, one.both_deg) for one in reps]),
    )
    for side, parts in sums:
        if number := sum([n for n, _ in parts]):
            found[side] = sum([deg for _, deg in parts]) / number
    return found


def _faults(found: Iterable[RepDigest | HoldDigest]) -> dict[str, int]:
    names = [name for one in found if one.faults for name in one.faults.split()]
    return dict(Counter(names)) if names else {}


def _days(rows: Sequence[SessionRow]) -> Iterator[Day]:
    first: dict[date, SessionRow] = {}
    count: Counter[date] = Counter()
    for one in rows:
        day = one.day
        first.setdefault(day, one)
        count[day] += 1
    for day in sorted(first):
        yield Day(day=day, sessions=count[day], first_id=first[day].id)


def _weeks(rows: Sequence[SessionRow], since: date, until: date) -> Iterator[Week]:
    by_week: dict[date, list[SessionRow]] = {}
    for one in rows:
        day = one.day
        by_week.setdefault(day - timedelta(days=day.weekday()), []).append(one)
    monday = since - timedelta(days=since.weekday())
    while monday <= until:
        done = by_week.get(monday, [])
        yield Week(
            monday=monday,
            days=len({one.day for one in done}),
            sessions=len(done),
            good=sum(one.good for one in done),
            total=sum(one.total for one in done),
            hold_s=sum(one.hold_s for one in done),
        )
        monday += A_WEEK


def _steps(rows: Iterable[SessionRow]) -> Iterator[LevelStep]:
    level: dict[str, str] = {}
    for one in rows:
        before = level.get(one.exercise)
        if before != one.level:
            level[one.exercise] = one.level
            yield LevelStep(
                session_id=one.id,
                at=one.started_at,
                exercise=one.exercise,
                before=before,
                level=one.level,
            )
