"""What is counted aloud: reps, the seconds of a hold; the breath, and now and then some praise.

Cues are not said here: the coach chooses those (`Update.cue`).
"""

from dataclasses import dataclass, field
from math import inf

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Priority, Quality, Rep, Update
from formcoach.coaching.pause import Pause
from formcoach.pose.landmarks import Side

__all__ = ["Announcer", "Say"]

PRAISE_AFTER = 3
"""Good reps in a row before a word of praise; then as many again. Proposal."""
PRAISES = ("praise.calm", "praise.steady", "praise.good", "praise.better")
BREATHS = {Phase.LIFT: "breath.in", Phase.LOWER: "breath.out"}
"""In on the way out, out on the way back (article S40, S46)."""
BREATH_EVERY_S = 1.5
"""No breath follows words that are closer together: they are fewer in quick reps. Proposal: the
shortest breath that a person can set."""
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
        breath: whether to pace the breath: in on the way out, out on the way back.
    """

    def __init__(self, coach: Coach, *, hold_s: float | None = None, breath: bool = False) -> None:
        self._pause = Pause(coach)
        self._hold_s = hold_s
        self._breath = breath
        self._of_article = bool(coach.spec.article)
        self.reps = 0
        self._good_in_row = self._praised = 0
        self._breathing: str | None = None
        self._breath_s = -inf
        self._mark: int | None = None
        self._pause_told = self._pause_over = False

    def step(self, update: Update) -> list[Say]:
        """Take what the coach says of one frame; return what is said aloud."""
        says = []
        if update.rep is not None and update.rep.completed:
            says += self._count(update.rep, silent=update.cue is not None)
        says += self._seconds(update)
        breath = BREATHS.get(update.phase) if self._breath else None
        if breath is not None and breath != self._breathing:
            if update.t_s - self._breath_s < BREATH_EVERY_S:
                return says
            self._breathing, self._breath_s = breath, update.t_s
            says.append(Say(phrase=breath, priority=Priority.PRAISE))
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
            paced = self._breath or self.reps % CALM_EVERY
            return [counted] if paced else [counted, *self._calm()]
        praise = PRAISES[self._praised % len(PRAISES)]
        self._praised += 1
        return [counted, Say(phrase=praise, priority=Priority.PRAISE)]

    def _seconds(self, update: Update) -> list[Say]:
        """Count the seconds of a hold: down to its end where it has one, else up."""
        if self._pause.asked_s is not None and update.phase is not Phase.HOLD:
            return self._say_pause(update, self._pause.asked_s)
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

    def _say_pause(self, update: Update, asked_s: float) -> list[Say]:
        """Say when a pause in a rep begins and when it has been long enough (article S70)."""
        stood_s = self._pause.stood_s(update)
        if update.phase in (Phase.READY, Phase.LIFT, Phase.SETUP):
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
        """Call the breath to mind in the exercises of the article; a held one is not seen."""
        return [Say(phrase="breath.calm", priority=Priority.PRAISE)] if self._of_article else []


def _mark(held_s: float, target_s: float | None) -> int | None:
    """Return the number to have been said last, this far into a hold; None before the first."""
    if target_s is None:
        return int(held_s // HOLD_EVERY_S) * HOLD_EVERY_S or None
    left_s = target_s - held_s
    due = [mark for mark in HOLD_MARKS_S if left_s <= mark <= target_s]
    return due[-1] if due and left_s > 0.0 else None
