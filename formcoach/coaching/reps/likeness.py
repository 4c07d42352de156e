"""Is a movement the one that is asked, and does it look like one of this exercise and level?"""

from collections.abc import Mapping
from math import isnan

from formcoach.coaching.readiness import within
from formcoach.coaching.reps.checks import RepContext
from formcoach.coaching.reps.limb import Counted
from formcoach.coaching.reps.pairs import TOGETHER_SHARE, other_goes_along
from formcoach.exercises.spec import Band, Level, Movement
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import HEIGHTS, Signal, SignalKey
from formcoach.pose.view import BodyView

__all__ = ["fits", "is_this_movement"]

REST_HALF_S = 0.1
"""The body is looked at for so long before and after a rep's beginning and end."""


def is_this_movement(
    movement: Movement, level: Level, counted: Counted, context: RepContext, view: BodyView
) -> bool:
    """Say whether the rest of the body does what this movement asks.

    Where angles cannot be measured, heights alone are asked.
    """
    side = context.side if context.side is not None else context.near_side
    excursion, aside = context.excursion, view.can_measure
    turn = movement.turn if view.near_clear else movement.turn_unjudged
    done = 1.0 if excursion.complete else min(1.0, excursion.rom_deg / context.personal.way_deg)
    for bands, whose in (
        (level.posture, side),
        (_part_way(turn, done), side),
        (
            movement.turn_other if excursion.complete else _angles(movement.turn_other),
            side.other,
        ),
    ):
        if not _at_turn(bands if aside else _heights(bands), context, whose):
            return False
    rest = movement.rest if aside else _heights(movement.rest)
    # Where a recording begins in the middle of a movement, its end tells where the limb rests.
    was_cut = context.began_unseen
    t_s = excursion.end_s if was_cut else excursion.start_s
    if not _in_bands(rest, context, side, t_s, REST_HALF_S):
        return False
    trunk = _trunk({**level.posture, **rest} if aside else {})
    begins_s = () if was_cut else (excursion.start_s,)
    for end_s in (*begins_s, excursion.end_s):
        if not _in_bands(trunk, context, side, end_s, REST_HALF_S):
            return False
    # Limbs that take turns are told apart by when each moves, not by how far the other one is.
    if context.side is not None or movement.sides != "both":
        return True
    return not other_goes_along(counted, context, side) <= TOGETHER_SHARE


def fits(movement: Movement, level: Level, context: RepContext, *, aside: bool) -> bool:
    """Say whether a rep looks like one of this exercise: its posture, its rest, its limbs.

    More is asked here than of a rep that is counted where the exercise is known.
    """
    excursion = context.excursion
    sides = movement.sides
    if sides != "either" and (sides == "both") != (context.side is None):
        return False
    ends = (excursion.start_s, excursion.end_s)
    rest, turn = _trunk(movement.rest), _trunk(movement.turn)
    for t_s, bands in ((ends[0], rest), (excursion.turn_s, turn), (ends[1], rest)):
        if not _in_posture({**level.posture, **bands}, context, t_s, aside=aside):
            return False
    if not aside:
        return True
    side = context.near_side if context.side is None else context.side
    if not _at_turn(level.tells, context, side):
        return False
    return movement.continuous or all(
        any(_in_bands(level.start, context, one, t_s, REST_HALF_S) for t_s in ends) for one in Side
    )


def _in_posture(
    posture: Mapping[Signal, Band], context: RepContext, t_s: float, *, aside: bool
) -> bool:
    """Say whether the body is in a posture; from the front, whichever way it leans."""
    for signal, (low, high) in posture.items():
        key = (signal, context.near_side if signal.two_sided else None)
        value = context.around(key, t_s, REST_HALF_S)
        values = (value,) if aside else (value, -value)
        if not isnan(value) and not any(low <= one <= high for one in values):
            return False
    return True


def _trunk(bands: Mapping[Signal, Band]) -> dict[Signal, Band]:
    """Return the band of the trunk, where one is asked."""
    return {signal: band for signal, band in bands.items() if signal is Signal.TRUNK_INCLINATION}


def _angles(bands: Mapping[Signal, Band]) -> dict[Signal, Band]:
    """Return the bands of angles: how high a body is half-way says little."""
    return {signal: band for signal, band in bands.items() if signal not in HEIGHTS}


def _heights(bands: Mapping[Signal, Band]) -> dict[Signal, Band]:
    """Return the bands that can be looked at in every view."""
    return {signal: band for signal, band in bands.items() if signal in HEIGHTS}


def _part_way(bands: Mapping[Signal, Band], done: float) -> dict[Signal, Band]:
    """Return what is asked at the turn of a movement that went a share `done` of its way.

    Who lifts a knee half-way has bent it half as much.
    """
    return {
        signal: (low * done if low > 0.0 else low, high) for signal, (low, high) in bands.items()
    }


def _at_turn(bands: Mapping[Signal, Band], context: RepContext, side: Side) -> bool:
    """Say whether signals of one side, or of the midline, lie in their bands at the turn."""
    return _in_bands(bands, context, side, context.excursion.turn_s, context.turn_half_s)


def _in_bands(
    bands: Mapping[Signal, Band], context: RepContext, side: Side, t_s: float, half_s: float
) -> bool:
    keys: list[SignalKey] = [(signal, side if signal.two_sided else None) for signal in bands]
    values = {key: context.around(key, t_s, half_s) for key in keys}
    return within(bands, values, (side,))
