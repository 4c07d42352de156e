"""The check kinds that judge a rep when it is over, and the faults that come of it.

`RepContext` is what they may know of the rep. Nothing is judged on what was not seen: a rep without
the value has no such fault. The other family, limits watched in every frame, is in `watch`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf, isnan, nan
from statistics import median, pstdev

from formcoach.coaching.events import Fault, Priority, Rep
from formcoach.coaching.reps.counter import PersonalRange
from formcoach.coaching.reps.excursion import Excursion
from formcoach.exercises.spec import (
    Asymmetry,
    AtTurn,
    Check,
    Drift,
    HoldTime,
    PersonalEnd,
    Range,
    Sway,
    Tempo,
    WrongHand,
)
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey

__all__ = [
    "TURN_HALF_S",
    "UNSEEN_S",
    "RepContext",
    "Sight",
    "Values",
    "asymmetry",
    "beyond_by",
    "bound",
    "judge_rep",
    "priority_of",
]

Values = Mapping[SignalKey, float]

UNSEEN_S = 0.5
"""What is wrong and then not seen for longer has ended as far as anyone knows (rules B4)."""
TURN_HALF_S = 0.15
"""The far end of a rep is looked at for so long before and after its middle, at least,"""
TURN_TIME_SHARE = 0.2
"""or for this share of a rep that is over sooner. Proposal: running legs stay up for no longer."""


def priority_of(check: Check) -> Priority:
    """Return how urgent the cue of a check is."""
    return Priority[check.priority.upper()]


def beyond_by(difference: float, compare: str) -> float:
    """Return how far a difference from the reference goes the wrong way; "away" is either way."""
    if compare == "above":
        return difference
    if compare == "below":
        return -difference
    return abs(difference)


def bound(reference: float, limit: float, compare: str) -> float | None:
    """Return the value of a signal from which on it is beyond its limit; None for either way."""
    return {"above": reference + limit, "below": reference - limit}.get(compare)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepContext:
    """What a check may know of a rep that is over.

    Attributes:
        excursion: its times and ranges.
        side: the working side; None when both work.
        near_side: the side toward the camera.
        frames: time and signals of every frame of the rep.
        baseline: the person's signals in the start pose.
        personal: how far this person goes.
        personal_end_deg: the end point the person has set for this side; NaN for none.
        breath_s: how long one breath takes; NaN when not known.
        alone_s: from when to when the other limb was not in a movement of its own.
        began_unseen: whether it may have begun before the first picture.
    """

    excursion: Excursion
    side: Side | None
    near_side: Side
    frames: Sequence[tuple[float, Values]]
    baseline: Values
    personal: PersonalRange
    personal_end_deg: float = nan
    breath_s: float = nan
    alone_s: tuple[float, float] = (-inf, inf)
    began_unseen: bool = False

    def limb(self, limb: str, signal: Signal) -> Side | None:
        """Return the side that a check's limb stands for in this rep."""
        if not signal.two_sided:
            return None
        if self.side is None or limb == "near":
            return self.near_side
        return self.side if limb == "working" else self.side.other

    def around_turn(self, key: SignalKey) -> float:
        """Return the median of a signal at the far end of the rep; NaN when it was not seen."""
        return self.around(key, self.excursion.turn_s, self.turn_half_s)

    @property
    def turn_half_s(self) -> float:
        """For how long before and after its middle the far end of the rep is looked at."""
        one = self.excursion
        return max(min(TURN_HALF_S, TURN_TIME_SHARE * (one.end_s - one.start_s)), one.hold_s / 2)

    def around(self, key: SignalKey, t_s: float, half_s: float) -> float:
        """Return the median of a signal about a moment of the rep; NaN when it was not seen."""
        seen = [
            values[key]
            for frame_s, values in self.frames
            if abs(frame_s - t_s) <= half_s and not isnan(values[key])
        ]
        return median(seen) if seen else nan


class Sight(Enum):
    """How well a rep was seen: all of it, its times only, or too little to judge anything."""

    CLEAR = "clear"
    TIMES = "times"
    NONE = "none"


_Finding = tuple[Side | None, float, float] | None
"""The side, the value measured and the limit it passed; None when all is well."""


def judge_rep(
    checks: Iterable[Check], context: RepContext, watched: Collection[str], sight: Sight
) -> list[Fault]:
    """Return the faults of a rep that is over, but the `watched` ones, which are known already."""
    faults: list[Fault] = []
    for check in checks:
        if sight is Sight.NONE or (sight is Sight.TIMES and not isinstance(check, Tempo)):
            continue
        judge = _JUDGES.get(type(check))
        found = judge(check, context) if judge else None
        if found is None:
            continue
        known = {*watched, *(fault.id for fault in faults)}
        if check.id in known or (isinstance(check, Drift | Range) and known & {*check.unless}):
            continue
        side, measured, limit = found
        faults.append(
            Fault(
                id=check.id,
                side=side,
                start_s=context.excursion.start_s,
                end_s=context.excursion.end_s,
                measured=round(measured, 3),
                limit=limit,
                priority=priority_of(check),
                signal=_signal_of(check),
                bound=bound(check.reference, limit, check.compare)
                if isinstance(check, AtTurn)
                else None,
            )
        )
    return faults


def _signal_of(check: Check) -> Signal | None:
    """Return what a check looks at; None where it is the movement itself."""
    if isinstance(check, WrongHand):
        return Signal.HAND_TO_SAME_KNEE
    return check.signal if isinstance(check, AtTurn | Drift | Sway) else None


def _at_turn(check: AtTurn, context: RepContext) -> _Finding:
    side = context.limb(check.limb, check.signal)
    beyond = beyond_by(context.around_turn((check.signal, side)) - check.reference, check.compare)
    return (side, beyond, check.limit) if beyond > check.limit else None


def _range(check: Range, context: RepContext) -> _Finding:
    excursion = context.excursion
    share = context.personal.own_share(excursion.peak_deg, excursion.rom_deg)
    if share < check.min_share:
        return context.side, excursion.rom_deg, round(excursion.rom_deg * check.min_share / share)
    if excursion.rom_deg < check.min_deg:
        return context.side, excursion.rom_deg, check.min_deg
    return None


def _personal_end(check: PersonalEnd, context: RepContext) -> _Finding:
    past = context.excursion.peak_deg - context.personal_end_deg
    if past > check.past_deg:
        return context.side, context.excursion.peak_deg, context.personal_end_deg + check.past_deg
    return None


def _tempo(check: Tempo, context: RepContext) -> _Finding:
    excursion = context.excursion
    if context.began_unseen:
        return None
    min_s = check.min_rep_s
    if not isnan(context.breath_s):
        min_s = max(min_s, check.min_breaths * context.breath_s)
    is_far = context.side is not None and context.side is not context.near_side
    margin_s = check.far_margin_s if is_far else check.margin_s
    lasted_s = excursion.end_s - excursion.start_s
    if lasted_s < min_s - margin_s:
        return context.side, lasted_s, min_s
    shorter_s = min(excursion.lift_s, excursion.lower_s)
    if shorter_s < check.min_phase_s - margin_s / 2:
        return context.side, shorter_s, check.min_phase_s
    return None


def _hold_time(check: HoldTime, context: RepContext) -> _Finding:
    held_s = context.excursion.hold_s
    if held_s < check.min_s - check.margin_s:
        return context.side, held_s, check.min_s
    return None


def _drift(check: Drift, context: RepContext) -> _Finding:
    side = context.limb(check.limb, check.signal)
    key = (check.signal, side)
    reference = context.baseline.get(key, nan)
    since_s, seen_s, worst, found = nan, nan, 0.0, 0.0
    for t_s, values in context.frames:
        beyond = abs(values[key] - reference)
        if isnan(beyond):
            continue
        if t_s - seen_s > UNSEEN_S:
            since_s, worst = nan, 0.0
        seen_s = t_s
        if beyond > check.limit:
            since_s = t_s if isnan(since_s) else since_s
            worst = max(worst, beyond)
            if t_s - since_s >= check.persist_s:
                found = worst
        else:
            since_s, worst = nan, 0.0
    return (side, found, check.limit) if found else None


def _wrong_hand(check: WrongHand, context: RepContext) -> _Finding:
    leg = context.side
    if leg is None:
        return None
    own = context.around_turn((Signal.HAND_TO_OPPOSITE_KNEE, leg))
    other = context.around_turn((Signal.HAND_TO_SAME_KNEE, leg.other))
    if other < check.near_ratio and own - other > check.margin_ratio:
        return leg.other, other, check.near_ratio
    return (leg, own, check.reach_ratio) if own > check.reach_ratio else None


def _sway(check: Sway, context: RepContext) -> _Finding:
    side = context.limb(check.limb, check.signal)
    if side is not context.near_side:  # a covered foot seems to wander
        return None
    begin_s, end_s = context.alone_s
    seen = [
        value
        for t_s, values in context.frames
        if begin_s <= t_s <= end_s and not isnan(value := values[check.signal, side])
    ]
    sway = pstdev(seen) if len(seen) > 1 else 0.0
    return (side, sway, check.max_ratio) if sway > check.max_ratio else None


_Judge = Callable[..., _Finding]

_JUDGES: dict[type[Check], _Judge] = {
    AtTurn: _at_turn,
    Range: _range,
    PersonalEnd: _personal_end,
    Tempo: _tempo,
    HoldTime: _hold_time,
    Drift: _drift,
    WrongHand: _wrong_hand,
    Sway: _sway,
}
"""The kinds that judge a rep when it is over. A new kind is a struct in `spec` and a row here."""


def asymmetry(check: Asymmetry, reps: Sequence[Rep]) -> Fault | None:
    """Return the fault of two sides that go unequally far, once each has enough reps."""
    peaks = {side: [rep.rom_deg for rep in reps if rep.side is side] for side in Side}
    if min(len(values) for values in peaks.values()) < check.min_reps:
        return None
    left, right = (median(peaks[side]) for side in Side)
    share = abs(right - left) / max(left, right)
    if share <= check.max_share:
        return None
    weaker = Side.LEFT if left < right else Side.RIGHT
    return Fault(
        id=check.id,
        side=weaker,
        start_s=reps[0].start_s,
        end_s=reps[-1].end_s,
        measured=round(share, 3),
        limit=check.max_share,
        priority=priority_of(check),
    )
