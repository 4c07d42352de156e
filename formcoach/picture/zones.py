"""Where the far end of a rep should be, as a zone on the arc of the angle.

The zone shows what the checks of the exercise ask; it judges nothing itself.
"""

from collections.abc import Iterable, Mapping
from math import inf

from formcoach.coaching.coach import Coach
from formcoach.exercises.spec import AtTurn, Check, Movement, PersonalEnd, Range
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal

__all__ = ["Zone", "zones_of"]

Zone = tuple[float, float]

FURTHER_DEG = 30.0
"""Where nothing limits the far end, the zone goes on this far past the usual one. Proposal."""
MAX_DEG = 150.0


def zones_of(
    coach: Coach, signals: Iterable[Signal], personal_end_deg: Mapping[Side, float]
) -> dict[Signal, Zone]:
    """Return the zone of each signal that has one, from low to high in degrees.

    Args:
        coach: a coach of the exercise.
        signals: the angles that are shown.
        personal_end_deg: the end point the person has set, by side; the lower of the two counts.
    """
    checks = coach.spec.checks_of(coach.level)
    zones = {signal: _asked_at_turn(checks, signal) for signal in signals}
    movement = coach.spec.movement_of(coach.level)
    if movement is not None and movement.signal in zones:
        own = min(personal_end_deg.values(), default=None)
        usual = _usual_end(movement, checks, own)
        low, high = zones[movement.signal]
        zones[movement.signal] = (max(low, usual[0]), min(high, usual[1]))
    return {signal: zone for signal, zone in zones.items() if zone != (-inf, inf)}


def _asked_at_turn(checks: Iterable[Check], signal: Signal) -> Zone:
    """Return where a signal may be at the turn."""
    low, high = -inf, inf
    for check in checks:
        if isinstance(check, AtTurn) and check.signal is signal:
            if check.compare in ("above", "away"):
                high = min(high, check.reference + check.limit)
            if check.compare in ("below", "away"):
                low = max(low, check.reference - check.limit)
    if (low, high) == (-inf, inf):
        return low, high
    return max(0.0, low), min(MAX_DEG, high)


def _usual_end(movement: Movement, checks: Iterable[Check], own_deg: float | None) -> Zone:
    """Return where the counted signal should turn: at the person's own end, or the usual one."""
    share = max((c.min_share for c in checks if isinstance(c, Range)), default=1.0)
    if movement.direction == "down":
        return 0.0, movement.end_deg + (1.0 - share) * movement.range_deg
    if own_deg is None:
        return share * movement.end_deg, min(MAX_DEG, movement.end_deg + FURTHER_DEG)
    past_deg = max((c.past_deg for c in checks if isinstance(c, PersonalEnd)), default=FURTHER_DEG)
    return share * own_deg, own_deg + past_deg
