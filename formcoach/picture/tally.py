"""What the picture has counted so far, frame by frame."""

from dataclasses import dataclass, replace

from formcoach.coaching.events import Priority, Quality, Update
from formcoach.pose.landmarks import Side

__all__ = ["CUE_SHOWN_S", "Tally"]

CUE_SHOWN_S = 4.0
"""How long a cue stays on the picture; the next may come no sooner (rules C12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What has been counted so far, and what is being said.

    Attributes:
        marks: what each rep was worth, in order of time, those not complete among them.
        left, right: the completed reps of each side; 0 where both work together.
        hold_s: how long the present hold has lasted.
        hold_target_s: how long it should last; None where nothing is held.
        set_index, sets: the present set and how many there are.
        cue: the words of the cue that is shown.
        cue_s: since when it is shown.
        cue_priority: how urgent it was; None for words that are no cue of the coach.
    """

    marks: tuple[Quality, ...] = ()
    left: int = 0
    right: int = 0
    hold_s: float = 0.0
    hold_target_s: float | None = None
    set_index: int = 1
    sets: int = 1
    cue: str | None = None
    cue_s: float = 0.0
    cue_priority: Priority | None = None

    @property
    def good(self) -> int:
        """How many reps were good."""
        return self.marks.count(Quality.GOOD)

    @property
    def total(self) -> int:
        """How many reps were completed."""
        return len(self.marks) - self.marks.count(Quality.PARTIAL)

    def after(self, update: Update, cue: str | None = None) -> "Tally":
        """Return the tally after one frame; `cue` is in words, given once when it is said."""
        tally = replace(self, hold_s=update.hold_s)
        if cue is not None:
            priority = update.cue.priority if update.cue is not None else None
            tally = replace(tally, cue=cue, cue_s=update.t_s, cue_priority=priority)
        elif self.cue is not None and update.t_s - self.cue_s > CUE_SHOWN_S:
            tally = replace(tally, cue=None)
        rep = update.rep
        if rep is None:
            return tally
        return replace(
            tally,
            marks=(*tally.marks, rep.quality),
            left=tally.left + (rep.completed and rep.side is Side.LEFT),
            right=tally.right + (rep.completed and rep.side is Side.RIGHT),
        )
