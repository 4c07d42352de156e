"""What the history gives back: sessions with their sets, reps and holds."""

from dataclasses import dataclass
from datetime import datetime

from formcoach.coaching.events import Hold, Quality, Rep

__all__ = ["Answers", "StoredSession", "StoredSet"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the person said of a set; None where it was not asked or not answered.

    Attributes:
        effort: 0 (none) to 10 (all one can).
        pain_before, pain_after: 0 (none) to 10.
        breathing_normal: whether the breath stayed as it was.
        back_kept: whether the low back stayed as the exercise asks, as the person felt it.
        stopped_why: why the set ended before its target, by the id of the reason.
    """

    effort: int | None = None
    pain_before: int | None = None
    pain_after: int | None = None
    breathing_normal: bool | None = None
    back_kept: bool | None = None
    stopped_why: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSet:
    """One set.

    Attributes:
        index: 1 for the first of the session.
        reps: in order of time, partial ones too.
        holds: in order of time.
        answers: what the person said of it.
        unsure_s: how long the coach could not judge.
        ended: False when the program ended in the midst of it.
    """

    index: int
    reps: tuple[Rep, ...] = ()
    holds: tuple[Hold, ...] = ()
    answers: Answers = Answers()
    unsure_s: float = 0.0
    ended: bool = False

    def count(self, *qualities: Quality) -> int:
        """Return how many reps have one of the qualities."""
        return sum(rep.quality in qualities for rep in self.reps)

    @property
    def total(self) -> int:
        """How many reps were completed: good, faulty and unsure ones."""
        return sum(rep.completed for rep in self.reps)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """One session of one exercise at one level.

    Attributes:
        id: its number in the history.
        exercise, level: ids; level is empty where the exercise has only one.
        started_at: when, with the offset of the place.
        ended_at: when; None when the program ended in the midst of it.
        lang: language of the cues.
        source: what was looked through: a camera's number, a file, a stream.
        sets: in order.
    """

    id: int
    exercise: str
    level: str
    started_at: datetime
    ended_at: datetime | None
    lang: str
    source: str
    sets: tuple[StoredSet, ...] = ()
