"""Two limbs: which movement is one of both, which only goes along, which is no taking of turns."""

from collections.abc import Iterable
from math import isnan, nan
from typing import NamedTuple

from formcoach.coaching.reps.checks import RepContext
from formcoach.coaching.reps.limb import AS_ONE_SHARE, Counted
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal

__all__ = [
    "ALONE_SHARE",
    "AS_ONE_TIME_SHARE",
    "TOGETHER_SHARE",
    "Went",
    "are_scissors",
    "at_once",
    "is_shadow",
    "other_goes_along",
]

ALONE_SHARE = 0.5
"""The resting limb may go this much of the working one's way along (rules C4: 2 to 1)."""
AS_ONE_TIME_SHARE = 0.25
"""Of a movement's time; limbs that move together turn no further apart. Proposal."""
SHADOW_SHARE = 0.85
"""Of the other limb's way; a whole rep that goes further is no shadow of it. Proposal."""
TOGETHER_SHARE = 0.45
"""Where both limbs work, the far one goes at least this much of the way along. Proposal."""
WITHIN_SHARE = 0.75
"""Of a movement's time; one that is in another's for so long lies within it. Proposal."""


class Went(NamedTuple):
    """What is remembered of a movement, to know shadows of it."""

    start_s: float
    turn_s: float
    end_s: float
    side: Side | None
    share: float
    complete: bool
    rom_deg: float
    signal: Signal

    @classmethod
    def of(cls, counted: Counted) -> "Went":
        """Return what is remembered of a movement that is over, or under way."""
        one = counted.excursion
        return cls(
            start_s=one.start_s,
            turn_s=one.turn_s,
            end_s=one.end_s,
            side=counted.side,
            share=one.rom_deg / counted.personal.way_deg,
            complete=one.complete,
            rom_deg=one.rom_deg,
            signal=counted.movement.signal,
        )


def is_shadow(one: Went, other: Went) -> bool:
    """Say whether a movement only goes along with another limb's larger one."""
    overlap_s = min(one.end_s, other.end_s) - max(one.start_s, other.start_s)
    if not overlap_s > 0.0:
        return False
    ratio = one.share / other.share
    if not one.complete:
        return ratio < 1.0
    if one.start_s < other.turn_s and other.start_s < one.turn_s and ratio < SHADOW_SHARE:
        return True
    within = overlap_s >= WITHIN_SHARE * (one.end_s - one.start_s)
    alike = one.signal is other.signal
    return within and alike and one.rom_deg < SHADOW_SHARE * other.rom_deg


def other_goes_along(counted: Counted, context: RepContext, side: Side) -> float:
    """Return the share of the way that the other limb goes too; NaN when it is not seen.

    A squat is no lifting of two knees, and the lifting of one knee no squat.
    """
    movement = counted.movement
    key = (movement.signal, side.other)
    seen = [(t_s, values[key]) for t_s, values in context.frames if not isnan(values[key])]
    if not seen:
        return nan
    turn = min(seen, key=lambda sample: abs(sample[0] - context.excursion.turn_s))[1]
    sign = movement.unit_scale if movement.direction == "up" else -movement.unit_scale
    way = max(sign * (turn - end) for end in (seen[0][1], seen[-1][1]))
    return way / context.excursion.rom_deg


def at_once(one: Counted, other: Counted) -> bool:
    """Say whether two movements are one of both limbs: at the same time, and about as far."""
    if one.side is None or other.side is not one.side.other:
        return False
    a, b = one.excursion, other.excursion
    longer_s = max(a.end_s - a.start_s, b.end_s - b.start_s)
    if abs(a.turn_s - b.turn_s) > AS_ONE_TIME_SHARE * longer_s:
        return False
    if min(a.end_s, b.end_s) - max(a.start_s, b.start_s) < (1 - AS_ONE_TIME_SHARE) * longer_s:
        return False
    near, far = sorted((a.rom_deg, b.rom_deg))
    return near >= AS_ONE_SHARE * far


def are_scissors(counted: Counted, before: Iterable[Went]) -> bool:
    """Say whether the other limb went out and turned well within a movement.

    Limbs that take turns do not: kicking legs and a bicycle do.
    """
    excursion = counted.excursion
    margin_s = AS_ONE_TIME_SHARE * (excursion.end_s - excursion.start_s)
    begin_s, end_s = excursion.start_s + margin_s, excursion.end_s - margin_s
    least = ALONE_SHARE * excursion.rom_deg / counted.personal.way_deg
    return counted.side is not None and any(
        went.side is counted.side.other
        and went.complete
        and went.share > least
        and begin_s < went.turn_s < end_s
        for went in before
    )
