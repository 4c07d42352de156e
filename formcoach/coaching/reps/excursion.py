"""One movement out and back: when it began, turned and ended, and how far it went.

Its times are those of the movement, not of thresholds: a limb that starts from rest goes as the
square of time, so it had made a fifth of its way in twice the time of a twentieth, and left rest
that much before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from statistics import median
from typing import NamedTuple

__all__ = [
    "FAR_SHARE",
    "NEAR_SHARE",
    "SLIP_S",
    "Excursion",
    "Sample",
    "measured",
    "rest_before_rise",
]

SLOW_SHARE = 0.15
"""Of a rise's own speed; where it was slower than that, it had not begun. Proposal."""
SLOPE_S = 0.25
"""Over which a speed is taken. Proposal: three frames of a slow camera."""

NEAR_SHARE, FAR_SHARE = 0.9, 0.6
"""Of the way out: a limb that slows down until it stands had a tenth of its way left half as long
before as two fifths."""

SLIP_S = 0.13
"""Beyond half the way for less than this, the landmarks slipped and the limb did not move.
Proposal: a knee that runs on the spot three times a second is up for longer."""

Sample = tuple[float, float]
"""When, and the signal then; it rises on the way out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excursion:
    """One movement out and back of one limb.

    Attributes:
        start_s, turn_s, end_s, hold_s: as in `Rep`.
        lift_s, lower_s: how long the way out and the way back took.
        peak_deg: the signal at the turn.
        rest_deg: the signal at rest before it.
        rom_deg: the larger of the two ways.
        complete: whether it went far enough to be a rep.
        max_gap_s: for how long at most it was not seen.
        slip: whether it was over faster than a limb can be: the landmarks slipped.
    """

    start_s: float
    turn_s: float
    end_s: float
    hold_s: float
    lift_s: float
    lower_s: float
    peak_deg: float
    rest_deg: float
    rom_deg: float
    complete: bool
    max_gap_s: float
    slip: bool


def measured(
    samples: Sequence[Sample],
    *,
    entered_s: float,
    rest: float,
    high: float,
    back: float,
    sign: float,
    began_cut: bool,
    complete: bool,
    max_gap_s: float,
    slip_s: float = SLIP_S,
) -> Excursion:
    """Take times and ranges off the samples of one movement.

    Args:
        samples: from rest to rest.
        entered_s: when it was surely under way; the far end comes later.
        rest: the level of rest before it.
        high: the far end.
        back: the lowest value after it.
        sign: what makes degrees of a sample: -1 where the signal falls on the way out.
        began_cut: whether its beginning was not seen.
        complete: whether it went far enough to be a rep.
        max_gap_s: for how long at most it was not seen.
        slip_s: beyond half the way for less than this, it was no movement.
    """
    way_out, way_back = high - rest, high - back
    samples = _since_rest(samples, entered_s, high - 0.5 * way_out)
    top = max(
        (i for i in range(len(samples)) if samples[i][0] >= entered_s),
        key=lambda i: samples[i][1],
        default=len(samples) - 1,
    )
    out = _Flank(samples[: top + 1], high, way_out)
    home = _Flank([(-t, v) for t, v in reversed(samples[top:])], high, way_back)
    lift_from, lift_to = out.leaves(), out.arrives()
    lower_to, lower_from = -home.leaves(), -home.arrives()
    if began_cut:
        lift_from = lift_to = samples[0][0]
    near_out, near_home = out.crossing(0.9), -home.crossing(0.9)
    return Excursion(
        start_s=lift_from,
        turn_s=(near_out + near_home) / 2,
        end_s=lower_to,
        hold_s=max(0.0, lower_from - lift_to),
        lift_s=max(0.0, min(lift_to, near_home) - lift_from),
        lower_s=max(0.0, lower_to - max(lower_from, near_out)),
        peak_deg=sign * high,
        rest_deg=sign * rest,
        rom_deg=max(way_out, way_back),
        complete=complete,
        max_gap_s=max_gap_s,
        slip=not began_cut and -home.crossing(0.5) - out.crossing(0.5) < slip_s,
    )


def _since_rest(samples: Sequence[Sample], entered_s: float, half: float) -> Sequence[Sample]:
    """Leave out an earlier far end, before the rest from which the movement was entered."""
    far_s, rested = nan, False
    for i in range(len(samples) - 1, -1, -1):
        t_s, value = samples[i]
        rested = rested or (t_s < entered_s and value <= half)
        if not rested or value <= half:
            far_s = nan
            continue
        far_s = t_s if isnan(far_s) else far_s
        if far_s - t_s >= SLIP_S or i == 0:
            first = next(k for k in range(i, len(samples)) if samples[k][0] > far_s)
            return samples[first:]
    return samples


class _Flank:
    """One way between rest and far end, in the order of time from rest to far end."""

    def __init__(self, samples: Sequence[Sample], high: float, way: float) -> None:
        self._samples = samples
        self._high = high
        self._way = way

    def crossing(self, share: float) -> float:
        """Return when the way was last passed at `share` before the far end was first near."""
        level = self._high - (1 - share) * self._way
        first_near = self._high - 0.1 * self._way
        end = next((i for i, (_, v) in enumerate(self._samples) if v >= first_near), None)
        end = len(self._samples) - 1 if end is None else end
        for i in range(end, 0, -1):
            (t0, v0), (t1, v1) = self._samples[i - 1], self._samples[i]
            if v0 < level <= v1:
                return t0 + (t1 - t0) * (level - v0) / (v1 - v0)
        return self._samples[0][0]

    def leaves(self) -> float:
        """Return when the limb left rest: constant acceleration over the first fifth."""
        return max(self._samples[0][0], 2 * self.crossing(0.05) - self.crossing(0.2))

    def arrives(self) -> float:
        """Return when the limb came to stand at the far end, seen backwards over two fifths."""
        reached_s, before_s = self.crossing(NEAR_SHARE), self.crossing(FAR_SHARE)
        return min(self._samples[-1][0], 2 * reached_s - before_s)


def rest_before_rise(samples: Sequence[Sample], slack: float, usual: float = nan) -> float:
    """Return the level that a limb left when it began to rise.

    It is the last level at which the limb was slow, the lowest where it never was; but a stop on
    the way out is none, which is higher by more than `slack` than where the limb stood longest, and
    than where it usually rests.

    Args:
        samples: what was seen last, up to some point of the rise.
        slack: by how much levels of rest may differ.
        usual: where the limb rested before other movements; NaN when not known.
    """
    slow = [stretch for stretch in _slow_stretches(samples) if stretch.level < samples[-1][1]]
    if not slow:
        return min(value for _, value in samples)
    longest = max(slow, key=lambda stretch: stretch.lasted_s).level
    highest = (longest if isnan(usual) else max(longest, usual)) + slack
    return next(stretch.level for stretch in slow if stretch.level <= highest)


class _Slow(NamedTuple):
    """A stretch of time in which a limb was slow: the level at its end, and how long it lasted."""

    level: float
    lasted_s: float


def _slow_stretches(samples: Sequence[Sample]) -> list[_Slow]:
    """Return when the limb was slow before its rise, as seen from there backwards."""
    slow: list[_Slow] = []
    fastest, earlier, since_s = 0.0, len(samples) - 1, nan
    for i in range(len(samples) - 1, 0, -1):
        t_s, value = samples[i]
        while earlier > 0 and samples[earlier][0] > t_s - SLOPE_S:
            earlier -= 1
        before_s, before = samples[earlier]
        speed = (value - before) / (t_s - before_s)
        fastest = max(fastest, speed)
        if abs(speed) >= SLOW_SHARE * fastest:
            since_s = nan
        elif isnan(since_s):
            slow.append(_Slow(median(v for _, v in samples[earlier : i + 1]), t_s - before_s))
            since_s = t_s
        else:
            slow[-1] = slow[-1]._replace(lasted_s=since_s - before_s)
    return slow
