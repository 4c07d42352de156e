"""The answer to a movement that is not counted, or is done with both limbs where one is asked.

A rep has its number; whoever tries and does not get that far, or does it in another way, is
answered too, kindly and not every time: once, once more with an offer, and then with the soft
sound alone (`voice/chimes.py`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import NotCounted, Phase, Priority, SetSummary, Update
from formcoach.exercises.spec import Movement
from formcoach.pose.signals import Signal
from formcoach.session.announcer import Say

__all__ = ["PART_NAMES", "Attempts", "Tried", "by_turns", "fell_short", "part_word", "tried"]

OFFER_AFTER = 2
"""Short ones in a row before something easier is offered."""
AGAIN_S = 20.0
"""How soon the same may be said again, once something else came between. Proposal."""
_PARTS = {
    Signal.HIP_FLEXION: ("leg", "hip"),
    Signal.KNEE_FLEXION: ("leg", "knee"),
    Signal.ELBOW_FLEXION: ("arm", "elbow"),
    Signal.SHOULDER_FLEXION: ("arm", "shoulder"),
}
PART_NAMES = tuple(dict.fromkeys(name for names in (*_PARTS.values(), ("body",)) for name in names))
"""All that `part_word` can return."""


class Attempts:
    """Answers the movements of one set that have no number, or a number and a word about sides.

    Args:
        coach: the coach of the set.
    """

    def __init__(self, coach: Coach) -> None:
        movement = coach.spec.movement_of(coach.level)
        self._by_turns = by_turns(movement)
        self._as_one = "attempt.legs_as_one"
        if movement is not None and part_word(movement) == "arm":
            self._as_one = "attempt.arms_as_one"
        has_easier = coach.level is not coach.spec.levels[0]
        self._offer = "attempt.easier" if has_easier else "attempt.smaller"
        self._in_row = 0
        self._together_in_row = 0
        self._offered = False
        self._said_s = dict.fromkeys(("attempt.short", self._as_one), -inf)

    def step(self, update: Update) -> list[Say]:
        """Take in a frame; return what is said of a movement that has ended in it."""
        rep = update.rep
        if rep is not None and rep.completed:
            self._in_row = 0
            together = self._by_turns and rep.side is None
            self._together_in_row = self._together_in_row + 1 if together else 0
            if self._together_in_row == 1:
                return self._told(self._as_one, update)
            return []
        if not fell_short(update):
            return []
        self._in_row += 1
        if self._in_row == 1:
            return self._told("attempt.short", update)
        if self._in_row < OFFER_AFTER or self._offered or update.cue is not None:
            return []
        self._offered = True
        return [Say(phrase=self._offer, priority=Priority.FORM)]

    def _told(self, phrase: str, update: Update) -> list[Say]:
        """Say it, unless a cue is said or it was said not long ago: one thing at a time."""
        if update.cue is not None or update.t_s - self._said_s[phrase] < AGAIN_S:
            return []
        self._said_s[phrase] = update.t_s
        return [Say(phrase=phrase, priority=Priority.FORM)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How many movements of some sets are no reps, as a person sees them.

    Attributes:
        short: those that did not go far enough.
        unseen: those that were not seen whole.
        other: those that were another movement.
    """

    short: int = 0
    unseen: int = 0
    other: int = 0


def tried(sets: Iterable[SetSummary]) -> Tried:
    """Count the movements that are no reps.

    The shadow of the other limb, a slip of the landmarks and the way into position are no attempts
    of anybody and left out.
    """
    short, reasons = 0, Counter[NotCounted]()
    for one in sets:
        short += sum(not rep.completed for rep in one.reps)
        reasons.update(movement.reason for movement in one.not_counted)
    return Tried(
        short=short + reasons[NotCounted.TOO_SMALL],
        unseen=reasons[NotCounted.NOT_SEEN],
        other=reasons[NotCounted.OTHER_MOVEMENT],
    )


def fell_short(update: Update) -> bool:
    """Say whether a movement has just ended that did not go far enough to count."""
    if update.rep is not None:
        return not update.rep.completed
    small = update.not_counted
    at_it = update.phase is not Phase.SETUP
    return at_it and small is not None and small.reason is NotCounted.TOO_SMALL


def by_turns(movement: Movement | None) -> bool:
    """Say whether limbs take turns in a movement, so that both at once is another way to do it."""
    return movement is not None and movement.sides == "each"


def part_word(movement: Movement) -> str:
    """Return the part of the body that a movement is counted by, as the words have it.

    A limb where one works by itself, the joint where both work together.
    """
    limb, joint = _PARTS.get(movement.signal, ("body", "body"))
    return joint if movement.sides == "both" else limb
