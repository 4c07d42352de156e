"""What came of sessions, as the programme needs it: one exercise at one level, set by set."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from formcoach.coaching.events import Hold, Quality, Rep
from formcoach.pose.landmarks import Side

__all__ = ["SessionResult", "SetResult", "StopReason", "good_hold_s", "rep_counts", "rep_sides"]


class StopReason(StrEnum):
    """Why a set ended before its target, or what else the person told in it."""

    TIRED = "tired"
    PAIN = "pain"
    SHARP_PAIN = "sharp_pain"
    RED_FLAG = "red_flag"
    EMERGENCY = "emergency"
    BALANCE = "balance"
    ENOUGH = "enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetResult:
    """One set.

    Attributes:
        good, total: good and all completed reps.
        unsure: completed reps that could not be judged; held against nobody.
        sides: the sides that completed reps; empty where both work together.
        hold_s: the longest good hold, in seconds; 0 where nothing is held.
        effort: 0 (none) to 10 (all one can); None when not answered.
        pain_before, pain_after: 0 (none) to 10; None when not answered.
        breathing_normal: whether the breath stayed as it was; None when not answered.
        back_kept: whether the low back stayed as asked, by the person's own feeling; None when
            not asked or not answered.
        stopped_why: why it ended early; None when it did not.
    """

    good: int = 0
    total: int = 0
    unsure: int = 0
    sides: frozenset[Side] = frozenset()
    hold_s: float = 0.0
    effort: int | None = None
    pain_before: int | None = None
    pain_after: int | None = None
    breathing_normal: bool | None = None
    back_kept: bool | None = None
    stopped_why: StopReason | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.unsure <= self.total:
            raise ValueError(f"unsure must be 0 to {self.total}, got {self.unsure}")
        if not 0 <= self.good <= self.judged:
            raise ValueError(f"good must be 0 to {self.judged}, got {self.good}")
        for name in ("effort", "pain_before", "pain_after"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= 10:
                raise ValueError(f"{name} must be 0 to 10, got {value}")

    @property
    def judged(self) -> int:
        """How many completed reps could be judged."""
        return self.total - self.unsure


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionResult:
    """One session of one exercise at one level.

    Attributes:
        exercise, level: ids; level is empty where the exercise has only one.
        at: when it began, with the offset of the place.
        sets: in order.
    """

    exercise: str
    level: str
    at: datetime
    sets: tuple[SetResult, ...] = ()

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError(f"at must have an offset, got {self.at.isoformat()}")

    @property
    def good(self) -> int:
        """How many good reps."""
        return sum(one.good for one in self.sets)

    @property
    def judged(self) -> int:
        """How many completed reps could be judged."""
        return sum(one.judged for one in self.sets)

    @property
    def most_done(self) -> int:
        """How many were completed in the fullest set."""
        return max((one.total for one in self.sets), default=0)

    def seen_of(self, reps: int) -> float:
        """Return the share that could be judged, in the best seen set of so many or more."""
        whole = [one for one in self.sets if one.total >= max(1, reps)]
        return max((one.judged / one.total for one in whole), default=0.0)

    @property
    def one_sided(self) -> bool:
        """Whether one side did it all, where the sides work one at a time."""
        return len({side for one in self.sets for side in one.sides}) == 1

    @property
    def done(self) -> bool:
        """Whether anything was done at all."""
        return any(one.total or one.hold_s for one in self.sets)

    @property
    def hold_s(self) -> float:
        """The longest good hold."""
        return max((one.hold_s for one in self.sets), default=0.0)

    @property
    def effort(self) -> int | None:
        """The highest effort that was told."""
        return _highest([one.effort for one in self.sets])

    @property
    def pain_before(self) -> int | None:
        """The first pain that was told before a set."""
        return next((p for one in self.sets if (p := one.pain_before) is not None), None)

    @property
    def pain(self) -> int | None:
        """The highest pain that was told, before or after a set."""
        told = [pain for one in self.sets for pain in (one.pain_before, one.pain_after)]
        return _highest(told)

    @property
    def breathing_normal(self) -> bool | None:
        """Whether the breath stayed normal in every set; None when none was answered."""
        return _in_all(one.breathing_normal for one in self.sets)

    @property
    def back_kept(self) -> bool | None:
        """Whether the low back stayed as asked in every set; None when none was answered."""
        return _in_all(one.back_kept for one in self.sets)

    @property
    def stops(self) -> tuple[StopReason, ...]:
        """Why sets ended early."""
        return tuple(one.stopped_why for one in self.sets if one.stopped_why is not None)


def _in_all(answers: Iterable[bool | None]) -> bool | None:
    told = [answer for answer in answers if answer is not None]
    return all(told) if told else None


def _highest(told: list[int | None]) -> int | None:
    return max((value for value in told if value is not None), default=None)


def rep_counts(reps: Iterable[Rep]) -> dict[str, int]:
    """Return good, total and unsure reps, as `SetResult` wants them; partial ones are left out."""
    completed = [rep.quality for rep in reps if rep.quality is not Quality.PARTIAL]
    return {
        "good": completed.count(Quality.GOOD),
        "total": len(completed),
        "unsure": completed.count(Quality.UNSURE),
    }


def rep_sides(reps: Iterable[Rep]) -> frozenset[Side]:
    """Return the sides that completed reps, as `SetResult` wants them."""
    return frozenset(rep.side for rep in reps if rep.completed and rep.side is not None)


def good_hold_s(holds: Iterable[Hold]) -> float:
    """Return the longest stretch with the body in one line, in seconds; 0 without one."""
    return max((hold.in_line_s for hold in holds), default=0.0)
