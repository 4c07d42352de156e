"""How long a limb has stood at the far end of a rep, while it still stands there.

The phase `turn` begins as soon as a movement is slow, so who lifts slowly is in it long before the
far end. Here a limb stands from the moment at which `excursion` will say so when the rep is over.
"""

from math import inf, isinf, isnan, nan

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Update
from formcoach.coaching.reps.excursion import FAR_SHARE, NEAR_SHARE, Sample

__all__ = ["FarEnd"]

FORGET_DEG_PER_S = 1.0
"""How fast the level of rest may rise, so that one low value is forgotten. Proposal."""


class FarEnd:
    """Follows what is counted through one set."""

    def __init__(self, coach: Coach) -> None:
        self._movement = coach.spec.movement_of(coach.level)
        self._rest: Sample = (-inf, inf)
        self._way_out: list[Sample] = []

    def stood_s(self, update: Update) -> float:
        """Take in a frame; return how long the limb has stood, 0 while it does not."""
        value = self._value(update)
        if update.phase is Phase.READY and not isnan(value):
            forgotten = FORGET_DEG_PER_S * (update.t_s - self._rest[0])
            self._rest = update.t_s, min(value, self._rest[1] + forgotten)
        if update.phase not in (Phase.LIFT, Phase.TURN):
            self._way_out = []
        elif not isnan(value):
            self._way_out.append((update.t_s, value))
        if update.phase is not Phase.TURN or not self._way_out or isinf(self._rest[1]):
            return 0.0
        near_s, far_s = self._reached_s(NEAR_SHARE), self._reached_s(FAR_SHARE)
        return max(0.0, update.t_s - (2 * near_s - far_s))

    def _value(self, update: Update) -> float:
        """Return the counted signal, of the working side or the nearer one; it rises going out."""
        near = update.view.near_side
        side = near if update.side is None else update.side
        if self._movement is None or side is None or update.signals is None:
            return nan
        value = update.signals[self._movement.signal, side]
        return value if self._movement.direction == "up" else -value

    def _reached_s(self, share: float) -> float:
        """Return when a share of the way to the far end so far was first reached."""
        high = max(value for _, value in self._way_out)
        # Where the level of rest has risen since, the way out itself tells where it began.
        rest = min(self._rest[1], *(value for _, value in self._way_out))
        level = rest + share * (high - rest)
        return next(t_s for t_s, value in self._way_out if value >= level)
