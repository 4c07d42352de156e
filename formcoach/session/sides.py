"""Both sides in turn: the other one is asked for once a set, and waited for a while.

Some exercises are done on one side and then on the other (`turns`; article S59, S75). Who can do
one side only is told once and left alone: the set ends by itself when they rest.
"""

from collections import Counter

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Quality, Update
from formcoach.pose.landmarks import Side

__all__ = ["Sides"]

ASK_AFTER = 2
"""Good reps in a row on one side before the other one is asked for. Proposal."""
MIN_SHARE = 0.4
"""Of the target, on each side. Proposal: half, and one of five may have been lost or miscounted."""
MAX_SETS = 2
"""So many times the target on one side end a set all the same. Proposal."""


class Sides:
    """Follows the sides of one set.

    Args:
        coach: the coach of the set.
        target: how many reps the set has; None for as many as one likes.
        one_side: whether one side is all this person does.
    """

    def __init__(self, coach: Coach, target: int | None, *, one_side: bool) -> None:
        movement = coach.spec.movement_of(coach.level)
        in_turn = movement is not None and movement.sides == "each" and coach.spec.turns
        self._asks = in_turn and not one_side
        self._target = target
        self._tries: Counter[Side] = Counter()
        self._last: Side | None = None
        self._in_row = self._done = 0
        self._asked = False

    @property
    def awaited(self) -> bool:
        """Whether the target is reached with hardly a try of one side, which may still come."""
        if not self._asks or self._target is None or self._done < self._target:
            return False
        fewest = min(self._tries[side] for side in Side)
        return fewest < round(MIN_SHARE * self._target) and self._done < MAX_SETS * self._target

    def step(self, update: Update) -> bool:
        """Take in a frame; say whether to ask for the other side now, once a set."""
        if update.unsure is not None and self._done:
            self._asks = False  # the other side may have been done and not been seen
        rep = update.rep
        if not self._asks or rep is None or rep.side is None:
            return False
        self._tries[rep.side] += 1
        self._done += rep.completed
        in_row = self._in_row if rep.side is self._last else 0
        self._last, self._in_row = rep.side, in_row + 1 if rep.quality is Quality.GOOD else 0
        if self._asked or not (self._in_row == ASK_AFTER or self.awaited):
            return False
        self._asked = True
        return True
