"""Answers from the mat: a raised hand says yes or no, or picks a number as it is counted (rules G).

Pure like the rest of the session: signals in, what to say and what was answered out. A hand that
was up before the question says nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signals
from formcoach.session.gesture import RaisedHand

__all__ = ["NO", "YES", "Answered", "HandCount", "HandYesNo"]

YES, NO = Side.RIGHT, Side.LEFT
RAISED_S = 1.0
WAIT_S = 8.0
"""So long without an answer, and the question is over (rules G)."""
TAKE_BACK_S = 3.0
"""So long the left hand may take an answer back (rules G)."""
COUNT_EVERY_S = 1.8
"""From one number to the next. Proposal: a hand is up in a second, and the arm was slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What one frame brings to a question.

    Attributes:
        say: the position of the number or choice to be said now; None for nothing.
        taken: what was just understood, and may still be taken back; its position.
        taken_back: whether it was just taken back.
        over: whether the question is over.
        answer: the position that was chosen, once it is over; None for no answer.
    """

    say: int | None = None
    taken: int | None = None
    taken_back: bool = False
    over: bool = False
    answer: int | None = None


class HandYesNo:
    """Waits for one hand: the right one says yes (position 0), the left one no (position 1).

    Args:
        t_s: when the question was asked.
    """

    def __init__(self, t_s: float) -> None:
        self._until_s = t_s + WAIT_S
        self._hand = RaisedHand(RAISED_S)

    def step(self, t_s: float, signals: Signals | None) -> Answered:
        """Take in a frame; `signals` is None where nothing can be believed."""
        going_up = self._hand.step(t_s, signals, free=True)
        hand = self._hand.going_up
        if going_up and hand is not None:
            return Answered(over=True, answer=0 if hand[0] is YES else 1)
        # Whoever is just raising a hand is waited for.
        return Answered(over=t_s >= self._until_s and hand is None)


class HandCount:
    """Counts choices up, and takes the one at which a hand goes up; the left hand takes it back.

    Args:
        t_s: when the question was asked.
        choices: how many there are.
        every_s: from one to the next; a function of the position where they take differently long.
    """

    def __init__(
        self, t_s: float, choices: int, every_s: float | Callable[[int], float] = COUNT_EVERY_S
    ) -> None:
        self._choices = choices
        self._every = every_s if callable(every_s) else lambda _: every_s
        self._hand = RaisedHand(RAISED_S)
        self._said: list[float] = []
        self._next_s = self._taken_s = t_s
        self._taken: int | None = None

    def step(self, t_s: float, signals: Signals | None) -> Answered:
        """Take in a frame; `signals` is None where nothing can be believed."""
        raised = self._hand.step(t_s, signals, free=True)
        hand = self._hand.going_up
        if self._taken is not None:
            return self._confirm(t_s, raised, hand)
        if raised and hand is not None and self._said:
            self._taken, self._taken_s = self._said_at(hand[1]), t_s
            self._hand = RaisedHand(RAISED_S)
            return Answered(taken=self._taken)
        if hand is not None:  # it is being raised: the count waits for it
            self._next_s = max(self._next_s, t_s + 0.2)
            return Answered()
        if len(self._said) < self._choices and t_s >= self._next_s:
            position = len(self._said)
            self._said.append(t_s)
            last = len(self._said) == self._choices
            self._next_s = t_s + (WAIT_S if last else self._every(position))
            return Answered(say=position)
        over = len(self._said) == self._choices and t_s >= self._next_s
        return Answered(over=over)

    def _begin_again(self, t_s: float) -> None:
        self._hand = RaisedHand(RAISED_S)
        self._said = []
        self._next_s = t_s
        self._taken = None

    def _confirm(self, t_s: float, raised: bool, hand: tuple[Side, float] | None) -> Answered:
        if raised and hand is not None and hand[0] is NO:
            self._begin_again(t_s)
            return Answered(taken_back=True)
        if t_s - self._taken_s < TAKE_BACK_S or (hand is not None and hand[0] is NO):
            return Answered()
        return Answered(over=True, answer=self._taken)

    def _said_at(self, up_s: float) -> int:
        """Return what was being said when the hand went up, however slow the arm."""
        return max(0, sum(said_s <= up_s for said_s in self._said) - 1)
