"""Is the person in this exercise: in its posture, and before the first rep in its start pose?"""

from collections.abc import Mapping, Sequence
from math import inf, isnan

from formcoach.exercises.spec import Band, Level
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey

__all__ = ["SETTLED_S", "Readiness", "within"]

SETTLED_S = 0.2
"""How long the start pose must stand before the first rep. Proposal: recorded clips begin late."""
STOOD_S = 1.0
"""Whoever stands in the start pose for so long is about to begin, and hears what is wrong then.
Proposal: who passes through it on the way elsewhere does not."""
LEFT_S = 1.0
"""How long the posture may be lost before the exercise is over (rules B4: 0.5 s unseen)."""


def within(
    bands: Mapping[Signal, Band],
    values: Mapping[SignalKey, float],
    sides: Sequence[Side] = tuple(Side),
) -> bool:
    """Say whether all signals lie in their bands; what is not seen is not held against it."""
    for signal, (low, high) in bands.items():
        for side in sides if signal.two_sided else (None,):
            value = values[signal, side]
            if not isnan(value) and not low <= value <= high:
                return False
    return True


class Readiness:
    """Follows whether the person is in the exercise: in posture, and once in the start pose.

    Args:
        level: gives the posture and the start pose.
        needs_start: whether the start pose comes first.
        settled_s: how long it must stand.

    Attributes:
        ready: whether the person is in the exercise now.
        begun: whether they ever were.
        stood: whether they stood in the start pose for a while, and kept the posture since.
    """

    def __init__(self, level: Level, *, needs_start: bool, settled_s: float) -> None:
        self._level = level
        self._needs_start = needs_start
        self._settled_s = settled_s
        self._good_since_s: float | None = None
        self._last_good_s: float | None = None
        self.ready = False
        self.begun = not needs_start
        self._in_posture_s = inf
        self.stood = False
        self._stood_s = 0.0
        self._last_s = inf

    def is_elsewhere(self, t_s: float) -> bool:
        """Say whether the posture has been lost for so long that nothing is counted."""
        return t_s - self._in_posture_s > LEFT_S

    def step(self, t_s: float, values: Mapping[SignalKey, float], *, aside: bool = True) -> bool:
        """Take the signals of one frame in and say whether the person is in the exercise.

        Args:
            t_s: the frame's time.
            values: its signals.
            aside: whether angles can be measured in this view; where not, none is asked.
        """
        good = not aside or within(self._level.posture, values)
        stands = good and aside and within(self._level.start, values)
        self._stood_s += t_s - self._last_s if stands and t_s > self._last_s else -self._stood_s
        self._last_s = t_s
        self.stood = good and (self.stood or self._stood_s >= STOOD_S)
        if good or self._in_posture_s == inf:
            self._in_posture_s = t_s
        if self.ready:
            if good:
                self._last_good_s = t_s
            elif self._last_good_s is None or t_s - self._last_good_s > LEFT_S:
                self.leave()
            return self.ready
        if self._needs_start:
            good = good and aside and within(self._level.start, values)
        if not good:
            self._good_since_s = None
            return False
        if self._good_since_s is None:
            self._good_since_s = t_s
        if t_s - self._good_since_s >= self._settled_s:
            self.begin(t_s)
        return self.ready

    def begin(self, t_s: float) -> None:
        """Take note that the person is in the exercise, by the start pose or by a whole rep."""
        self.ready = self.begun = True
        self._last_good_s = t_s

    def leave(self) -> None:
        """Take note that the person has left the exercise."""
        self.ready, self._good_since_s, self._last_good_s = False, None, None
