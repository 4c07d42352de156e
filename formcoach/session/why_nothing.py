"""Says why nothing is counted while a person moves: in words that they can act on, within 8 s.

Whoever is not seen is told so by the coach (`coaching/doubt.py`). Here is the rest: the wrong
posture, no start pose, another movement, a limb that does not move, one that moves too little. The
same is said less and less often.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from enum import StrEnum
from math import inf, isnan

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import NotCounted, Phase, Priority, Update
from formcoach.coaching.readiness import within
from formcoach.exercises.posture import posture_of
from formcoach.exercises.spec import Level
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey
from formcoach.session.announcer import Say
from formcoach.session.attempts import part_word

__all__ = ["WHY_LIMB", "WHY_OTHER", "Why", "WhyNothing"]

WHY_AFTER_S = 5.0
"""So long after the first movement, or the last answer to one, it is said: with the time it takes
to be sure that something moves, within 8 s."""
IN_REP_AFTER_S = 15.0
"""So long in the midst of one: a slow rep can be counted, one that never comes back cannot."""
SAME_AFTER_S = 8.0
"""How soon the same is said again; then twice as long each time. Proposal."""
LOOK_EVERY_S = 0.2
WINDOW_S = 3.0
"""Movement is looked for in so long a stretch: who pauses for a moment is still at it."""
PAUSE_S = 4.0
"""Who rests for longer is not at it any more. Proposal: slow breathers rest 3 s between two."""
NOISE_SHARE = 0.1
"""Of the samples at either end that may be slips of the landmarks. Proposal."""
MOVES_DEG = 20.0
"""A joint that goes so far in the window moves: still people jitter by less. Proposal."""
SMALL_DEG = 8.0
"""So much at the counted joint is a try that is too small to be followed. Proposal."""
WHY_OTHER = "why.other"
"""Its slot is the id of the exercise that was asked for."""
WHY_LIMB = "why.limb"
"""Its slot is the part of the body that would be counted."""

COUNT_IN = tuple(f"session.{word}" for word in ("ready", "three", "two", "one", "go"))
"""Whoever is counted in, and holds still, is in position: there is nothing to ask for."""
JOINTS = (
    Signal.HIP_FLEXION,
    Signal.KNEE_FLEXION,
    Signal.ELBOW_FLEXION,
    Signal.SHOULDER_FLEXION,
)


class Why(StrEnum):
    """Why a movement cannot be counted; each is a phrase of the table ``why``."""

    SUPINE = "supine"
    PRONE = "prone"
    UPRIGHT = "upright"
    START = "start"
    """The start pose has not been shown."""
    FACING = "facing"
    """The start pose cannot be told from in front."""
    OTHER = "other"
    """Another movement was refused."""
    LOST = "lost"
    QUICK = "quick"
    BACK = "back"
    """A movement was begun and does not come back to rest."""
    LINE = "line"
    """What is to be held is not in line."""
    SMALL = "small"
    LIMB = "limb"
    """Something moves, and not the limb that counts."""


_REFUSED = {
    NotCounted.OTHER_MOVEMENT: Why.OTHER,
    NotCounted.ALONG: Why.OTHER,
    NotCounted.NOT_SEEN: Why.LOST,
    NotCounted.SLIP: Why.QUICK,
    NotCounted.GETTING_READY: Why.START,
}


class WhyNothing:
    """Follows one set and says why nothing is counted.

    Args:
        coach: the coach of the set.
    """

    def __init__(self, coach: Coach) -> None:
        self._spec, self._level = coach.spec, coach.level
        self._movement = coach.spec.movement_of(coach.level)
        self._window = _Window()
        self._moving_since_s = self._moved_s = self._answered_s = -inf
        self._phase = Phase.SETUP
        self._moves = False
        self._refused: tuple[float, NotCounted] = (-inf, NotCounted.SLIP)
        self._times: dict[Why, int] = {}
        self._said_s: dict[Why, float] = {}

    def step(
        self, update: Update, says: Sequence[Say] = (), *, teaching: bool = False
    ) -> list[Say]:
        """Take in a frame; return why nothing is counted, when it is time to say it.

        Args:
            update: what the coach says of it.
            says: what is said of it already.
            teaching: whether the person is being told how it goes.
        """
        t_s = update.t_s
        self._phase = update.phase
        if update.not_counted is not None:
            self._refused = (t_s, update.not_counted.reason)
        self._see_movement(update)
        counted_in = not self._moves and any(say.phrase in COUNT_IN for say in says)
        taught = teaching and update.phase is not Phase.SETUP
        if _is_answered(update, says) or counted_in or taught:
            self._answered_s = t_s
            return []
        if update.unsure is not None or not self._is_due(t_s):
            return []
        why = self._why(update)
        if t_s - self._said_s.get(why, -inf) < SAME_AFTER_S * 2 ** (self._times.get(why, 0) - 1):
            return []
        self._times[why] = self._times.get(why, 0) + 1
        self._said_s[why] = self._answered_s = t_s
        return [self._say(why)]

    def position(self, update: Update) -> str:
        """Return the phrase that asks for the position: the posture where it is another one."""
        if update.view.can_measure and _is_elsewhere(self._level, update):
            return f"why.{posture_of(self._level)}"
        return "unsure.get_in_position"

    def _see_movement(self, update: Update) -> None:
        if not self._window.add(update):
            return
        t_s = update.t_s
        self._moves = self._window.moves
        if self._moves:
            if t_s - self._moved_s > PAUSE_S:
                self._moving_since_s = t_s - LOOK_EVERY_S
            self._moved_s = t_s

    def _is_due(self, t_s: float) -> bool:
        if t_s - self._moved_s > PAUSE_S:
            return False
        in_rep = self._phase in (Phase.LIFT, Phase.TURN, Phase.LOWER)
        since_s = max(self._moving_since_s, self._answered_s)
        return t_s - since_s >= (IN_REP_AFTER_S if in_rep else WHY_AFTER_S)

    def _why(self, update: Update) -> Why:
        """Return the first reason that fits: posture, then what was refused, then the limb."""
        aside = update.view.can_measure
        if aside and _is_elsewhere(self._level, update):
            return Why(posture_of(self._level))
        refused_s, refused = self._refused
        if refused_s >= self._moving_since_s and refused in _REFUSED:
            return _REFUSED[refused]
        if update.phase is Phase.SETUP:
            return Why.START if aside else Why.FACING
        if update.phase in (Phase.LIFT, Phase.TURN, Phase.LOWER):
            return Why.BACK
        if self._movement is None:
            return Why.LINE
        small = self._window.reach(self._movement.signal) >= SMALL_DEG
        return Why.SMALL if small else Why.LIMB

    def _say(self, why: Why) -> Say:
        slots: dict[str, object] = {}
        if why is Why.OTHER:
            slots["asked"] = self._spec.id
        elif why is Why.LIMB and self._movement is not None:
            slots["part"] = part_word(self._movement)
        return Say(phrase=f"why.{why.value}", priority=Priority.FORM, slots=slots)


class _Window:
    """The joints of the last seconds, and how far each of them has gone."""

    def __init__(self) -> None:
        self._looks: deque[tuple[float, Mapping[SignalKey, float]]] = deque()

    def add(self, update: Update) -> bool:
        """Take in a frame; say whether it was looked at."""
        t_s = update.t_s
        if self._looks and t_s - self._looks[-1][0] < LOOK_EVERY_S:
            return False
        self._looks.append((t_s, {} if update.signals is None else update.signals.values))
        while self._looks[0][0] < t_s - WINDOW_S:
            self._looks.popleft()
        return True

    @property
    def moves(self) -> bool:
        """Whether any joint moves."""
        return any(self.reach(joint) >= MOVES_DEG for joint in JOINTS)

    def reach(self, signal: Signal) -> float:
        """Return how far a signal has gone on either side, slips left out."""
        return max(self._reach(signal, side) for side in Side)

    def _reach(self, signal: Signal, side: Side) -> float:
        seen = sorted(
            value
            for _, values in self._looks
            if not isnan(value := values.get((signal, side), float("nan")))
        )
        if len(seen) < len(self._looks) / 2:
            return 0.0
        drop = round(NOISE_SHARE * len(seen))
        seen = seen[drop : len(seen) - drop]
        return seen[-1] - seen[0] if seen else 0.0


def _is_answered(update: Update, says: Sequence[Say]) -> bool:
    """Say whether something was counted, or there is an answer to what was done already."""
    counted = update.rep is not None or update.hold is not None or update.phase is Phase.HOLD
    return counted or update.cue is not None or any(map(_is_answer, says))


def _is_answer(say: Say) -> bool:
    return say.phrase.startswith(("attempt.", "unsure.", "note.", "why."))


def _is_elsewhere(level: Level, update: Update) -> bool:
    """Say whether the trunk is not as this level asks."""
    band = level.posture.get(Signal.TRUNK_INCLINATION)
    if band is None or update.signals is None:
        return False
    return not within({Signal.TRUNK_INCLINATION: band}, update.signals.values)
