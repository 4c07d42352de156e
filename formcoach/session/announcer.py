"""What is counted aloud: reps, the seconds of a hold; the breath, and now and then some praise.

Cues are not said here: the coach chooses those (`Update.cue`).
"""

from dataclasses import dataclass, field

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Priority, Quality, Rep, Update
from formcoach.exercises.spec import HoldTime
from formcoach.pose.landmarks import Side
from formcoach.session.breath import Breath
from formcoach.session.far_end import FarEnd

__all__ = ["Announcer", "Say"]

PRAISE_AFTER = 3
"""Good reps in a row before a word of praise; then as many again. Proposal."""
PRAISES = ("praise.calm", "praise.steady", "praise.good", "praise.better")
CALM_EVERY = 2
"""Where the breath is not paced, every so many reps call it to mind (article S29, rules B3)."""
CALM_EVERY_S = 10
"""In a hold that counts down, at each such mark. Proposal."""
HOLD_MARKS_S = (30, 20, 15, 10, 5, 3, 2, 1)
"""Seconds left of a hold that are said."""
BARE_S = 3
"""From here on the number alone is said, in a hold; in a pause, whose number would be taken for a
rep's, nothing."""
HOLD_EVERY_S = 10
"""Without a target, a hold is counted up in such steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One thing to say, by the id of its phrase.

    Attributes:
        phrase: the id.
        priority: how urgent it is.
        slots: what goes into the phrase's slots.
        side: the side of a counted rep.
    """

    phrase: str
    priority: Priority
    slots: dict[str, object] = field(default_factory=dict)
    side: Side | None = None


class Announcer:
    """Counts one set aloud.

    Args:
        coach: the coach of the set.
        hold_s: how long a hold should last; None where nothing is asked.
        breath: whether to pace the breath: in before the way out, out before the way back.
    """

    def __init__(self, coach: Coach, *, hold_s: float | None = None, breath: bool = False) -> None:
        checks = coach.spec.checks_of(coach.level)
        self._pause_s = next((c.min_s for c in checks if isinstance(c, HoldTime)), None)
        self._hold_s = hold_s
        self._far_end = FarEnd(coach)
        self._breath = Breath(coach) if breath else None
        self._breath_leads = coach.spec.breath
        self.reps = 0
        self._good_in_row = self._praised = 0
        self._mark: int | None = None
        self._pause_told = self._pause_over = False

    def step(self, update: Update, *, at_work: bool = True) -> list[Say]:
        """Take what the coach says of one frame; return what is said aloud.

        Args:
            update: what the coach says.
            at_work: whether the set has begun; before, nobody is asked to breathe.
        """
        says = []
        if update.rep is not None and update.rep.completed:
            says += self._count(update.rep, silent=update.cue is not None)
        stood_s = self._far_end.stood_s(update)
        if self._pause_s is not None:
            says += self._pause(update, stood_s, self._pause_s)
        else:
            says += self._seconds(update)
        if self._breath is not None:
            turned = self._pause_over if self._pause_s is not None else stood_s > 0.0
            breath = self._breath.step(update, at_work=at_work, turned=turned)
            says += [Say(phrase=breath, priority=Priority.PRAISE)] if breath else []
        return says

    def _count(self, rep: Rep, *, silent: bool) -> list[Say]:
        """Say the number of a completed rep; praise none that a cue goes with."""
        self.reps += 1
        counted = Say(
            phrase="rep.counted", priority=Priority.TEMPO, slots={"n": self.reps}, side=rep.side
        )
        self._good_in_row = self._good_in_row + 1 if rep.quality is Quality.GOOD else 0
        if silent:
            return [counted]
        if self._good_in_row == 0 or self._good_in_row % PRAISE_AFTER:
            paced = self._breath is not None or self.reps % CALM_EVERY
            return [counted] if paced else [counted, *self._calm()]
        praise = PRAISES[self._praised % len(PRAISES)]
        self._praised += 1
        return [counted, Say(phrase=praise, priority=Priority.PRAISE)]

    def _seconds(self, update: Update) -> list[Say]:
        """Count the seconds of a hold: down to its end where it has one, else up."""
        if update.hold_s <= 0.0:
            self._mark = None
            return []
        mark = self._new_mark(update.hold_s, self._hold_s)
        if mark is None:
            return []
        phrase = "hold.held" if self._hold_s is None else "hold.left"
        phrase = phrase if mark > BARE_S else "rep.counted"
        said = [Say(phrase=phrase, priority=Priority.TEMPO, slots={"n": mark})]
        return said if mark % CALM_EVERY_S else [*said, *self._calm()]

    def _pause(self, update: Update, stood_s: float, asked_s: float) -> list[Say]:
        """Say when a pause in a rep begins and when it has been long enough (article S70)."""
        if update.phase in (Phase.READY, Phase.SETUP) or update.rep is not None:
            self._pause_told = self._pause_over = False
        if stood_s <= 0.0 or self._pause_over:
            return []
        if stood_s >= asked_s:
            self._pause_over = True
            return [Say(phrase="hold.over", priority=Priority.TEMPO)]
        mark = self._new_mark(stood_s, asked_s)
        if not self._pause_told:
            self._pause_told = True
            return [Say(phrase="hold.begin", priority=Priority.TEMPO)]
        if mark is None or mark < BARE_S:
            return []
        return [Say(phrase="hold.left", priority=Priority.TEMPO, slots={"n": mark})]

    def _new_mark(self, held_s: float, target_s: float | None) -> int | None:
        mark = _mark(held_s, target_s)
        if mark == self._mark:
            return None
        self._mark = mark
        return mark

    def _calm(self) -> list[Say]:
        """Call the breath to mind where it leads; a held one is not seen."""
        return [Say(phrase="breath.calm", priority=Priority.PRAISE)] if self._breath_leads else []


def _mark(held_s: float, target_s: float | None) -> int | None:
    """Return the number to have been said last, this far into a hold; None before the first."""
    if target_s is None:
        return int(held_s // HOLD_EVERY_S) * HOLD_EVERY_S or None
    left_s = target_s - held_s
    due = [mark for mark in HOLD_MARKS_S if left_s <= mark <= target_s]
    return due[-1] if due and left_s > 0.0 else None
