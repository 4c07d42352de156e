"""The phase machine: one counted signal in, movements out.

A movement leaves rest, reaches its far end, and comes back. It is found relatively, by shares of
the way this person goes, so that a stiff hip counts like a supple one.
"""

from collections import deque
from collections.abc import Sequence
from math import isnan, nan
from statistics import median

from formcoach.coaching.events import Phase
from formcoach.coaching.reps.excursion import (
    SLIP_S,
    Excursion,
    Sample,
    measured,
    rest_before_rise,
)
from formcoach.exercises.spec import Movement

__all__ = ["MAX_GAP_S", "MAX_REP_S", "SETTLED_S", "UNSURE_GAP_S", "PersonalRange", "RepCounter"]

ENTER_SHARE = 0.35
"""Of the person's way; where a movement begins (rules C3)."""
ENTER_TIMES_LEAST = 1.2
"""Of the smallest attempt; a movement that goes further is one, and is told. Proposal."""
LEAVE_SHARE = 0.15
"""Of the way; where a movement is back (rules C3)."""
SLACK_SHARE = 0.2
"""Of the way; levels of rest differ by no more, a stop on the way out is higher. Proposal."""
TURN_SHARE = 0.2
"""Of the way; the way back begins when this much is lost again. Proposal."""
BACK_SHARE = 0.75
"""Of the way; from here on a new rise is a new movement, even without rest between. Proposal."""
BACK_CONTINUOUS_SHARE = 0.5
"""The same where reps follow each other without rest. Proposal."""
CUT_SHARE = 0.65
"""Of the way; a movement cut off by the end is counted when this much of it is back. Proposal."""
CUT_CONTINUOUS_SHARE = 0.25
"""The same where reps follow each other without rest. Proposal."""
SETTLED_S = 0.25
"""Back and hardly lower for this long: at rest. Proposal."""
SETTLED_SHARE = 0.015
"""Of the way; so much is hardly. Proposal: a 15 s rep goes this slowly only in its last moments."""
MAX_REP_S = 60.0
"""A movement that takes longer is given up (rules C3: 40 s; slow breathers need more)."""
MAX_GAP_S = 0.5
"""Unseen for longer in the middle of a movement: it is not counted (rules B4)."""
UNSURE_GAP_S = 0.3
"""Unseen for longer: it is counted, and not judged (rules C2 fills no longer gaps)."""
PAIR_SLIP_S = 0.07
"""Beyond half the way for less than this, neither of two limbs that run was there. Proposal: two
frames; the further one of a pair is there for half as long as each of them."""
REST_WINDOW_S = 10.0
"""How long the limb is remembered at rest, to find where a movement began and its lowest level."""
MIN_WAY_DEG = 15.0
"""Whoever has set an end point goes at least so far. Proposal: three times the noise."""
STUCK_S = 4.0
"""Whoever stands still this long near rest has a new rest there. Proposal."""
STUCK_SHARE = 0.5
"""Of the way; what is nearer to the far end than to rest is a pause. Proposal."""


class PersonalRange:
    """How far this person goes with one limb.

    Until the limb has shown it, the other one's range stands for it, and a modest guess for both.
    An end point that the person has set is not learnt again: reps are held against it.
    """

    def __init__(self, movement: Movement, set_end_deg: float = nan) -> None:
        """Start from the spec's guess, or from the end point that the person has set."""
        self._movement = movement
        self._set_end_deg = set_end_deg
        self._ends: list[float] = []
        self._ways: list[float] = []
        self._rests: list[float] = []
        self._end_deg, self._way_deg = movement.end_deg, movement.range_deg
        if not isnan(set_end_deg):
            self._end_deg = set_end_deg
        self.other: PersonalRange | None = None

    @property
    def way_deg(self) -> float:
        """The way from rest to the far end."""
        return self._shown()._way_deg

    @property
    def rest_deg(self) -> float:
        """The level from which the limb leaves; NaN before its first movement."""
        return median(self._rests) if self._rests else nan

    def way_from(self, rest_deg: float) -> float:
        """Return the way from a level of rest, which is no longer than to the end point set."""
        way_deg = abs(self._set_end_deg - rest_deg)
        return self.way_deg if isnan(way_deg) else min(self.way_deg, max(way_deg, MIN_WAY_DEG))

    def share(self, peak_deg: float, rom_deg: float) -> float:
        """Return which share of the full movement this is."""
        return self._shown().own_share(peak_deg, rom_deg)

    def own_share(self, peak_deg: float, rom_deg: float) -> float:
        """Do as `share`, but never take the other limb for the measure: sides may differ."""
        if self._movement.share_of == "end":
            return peak_deg / self._end_deg
        return rom_deg / self._way_deg

    def add(self, excursion: Excursion) -> None:
        """Learn from a completed movement."""
        self._ends.append(excursion.peak_deg)
        self._ways.append(excursion.rom_deg)
        self._rests.append(excursion.rest_deg)
        self._way_deg = median(self._ways)
        if isnan(self._set_end_deg):
            self._end_deg = median(self._ends)

    def _shown(self) -> "PersonalRange":
        own = self._ways or not isnan(self._set_end_deg) or self.other is None
        return self if own or self.other is None else self.other


class _SlidingLeast:
    """The least value of the last seconds."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._rising: deque[Sample] = deque()

    def add(self, t_s: float, value: float) -> None:
        while self._rising and self._rising[-1][1] >= value:
            self._rising.pop()
        self._rising.append((t_s, value))
        while self._rising[0][0] < t_s - self._window_s:
            self._rising.popleft()

    @property
    def least(self) -> float:
        return self._rising[0][1]


class RepCounter:
    """Follows one limb (or both together) and gives its movements.

    Attributes:
        phase: where in a movement the limb is.
        turned_s: when it last began its way back; NaN at rest.
        given_up_s: when the limb was last seen in a movement that was given up because it was
            unseen for too long; NaN once it is back at rest.
    """

    def __init__(
        self, movement: Movement, personal: PersonalRange, *, min_back_s: float = SLIP_S
    ) -> None:
        """Take what is counted, the range that is known, and for how long a limb must be back."""
        self._min_back_s = min_back_s
        self._movement = movement
        self._personal = personal
        self._sign = 1.0 if movement.direction == "up" else -1.0
        self._back_share = BACK_CONTINUOUS_SHARE if movement.continuous else BACK_SHARE
        self._cut_share = CUT_CONTINUOUS_SHARE if movement.continuous else CUT_SHARE
        self.reset()

    def reset(self) -> None:
        """Forget the movement under way, and the level of rest."""
        self.phase = Phase.READY
        self._rest: deque[Sample] = deque()
        self._samples: list[Sample] = []
        self._lows = _SlidingLeast(REST_WINDOW_S)
        self._high = self._level = nan
        self._valley: Sample = (nan, nan)
        self._last_s = nan
        self._max_gap_s = 0.0
        self._started_cut = False
        self._entered_s = nan
        self._half_s, self._back_s = nan, 0.0
        self.turned_s = nan
        self._fresh = True
        self._back_at = nan
        self._stands: Sample = (nan, nan)
        self.given_up_s = nan
        self.lost: Excursion | None = None

    @property
    def moving(self) -> bool:
        """Whether a movement is under way."""
        return self.phase is not Phase.READY

    @property
    def reached_deg(self) -> float:
        """How far the movement under way has got from rest; 0 at rest."""
        return self._high - self._level if self.moving else 0.0

    @property
    def since_s(self) -> float:
        """When the movement under way was entered; NaN at rest."""
        return self._entered_s if self.moving else nan

    def step(self, t_s: float, value_deg: float) -> Excursion | None:
        """Take the signal of one frame in (NaN = not seen); return a movement that is over."""
        if isnan(value_deg):
            return self._miss(t_s)
        value = self._sign * value_deg
        if self.moving and not isnan(self._last_s):
            self._max_gap_s = max(self._max_gap_s, t_s - self._last_s)
        if self.moving and self._max_gap_s > MAX_GAP_S:
            return self._give_up()
        self._last_s = t_s
        if self.phase is Phase.READY:
            if not self._is_away(t_s, value):
                self._wait(t_s, value)
            return None
        self._samples.append((t_s, value))
        if self.phase is Phase.LOWER:
            return self._lower(t_s, value)
        self._lift(t_s, value)
        return None

    def finish(self) -> Excursion | None:
        """Return the movement that the end of the set has cut off, where most of it was seen."""
        way = self._high - self._level
        if self.phase is Phase.LOWER and self._high - self._valley[1] >= self._cut_share * way:
            return self._over()
        self.lost = self.under_way()
        return None

    def _miss(self, t_s: float) -> Excursion | None:
        if self.moving and t_s - self._last_s > MAX_GAP_S:
            return self._give_up()
        return None

    def _give_up(self) -> Excursion | None:
        """End the movement under way, as the limb is not seen any more.

        Where most of its way back was seen, it left the picture at rest, and is over. Otherwise
        nothing is counted until the limb is back at its rest.
        """
        excursion = self.finish()
        if excursion is not None:
            return excursion
        back_share = max(ENTER_SHARE, 1.0 - self._back_share)
        back_at = self._level + back_share * (self._high - self._level)
        seen_s, lost = self._last_s, self.lost
        self.reset()
        self.lost = lost
        self._fresh, self._back_at, self._last_s = False, back_at, seen_s
        self.given_up_s = seen_s
        return None

    def under_way(self) -> Excursion | None:
        """Return what was seen of the movement under way; None where it is too small to be one."""
        rom = self._high - self._level
        if not self.moving or rom < self._movement.min_deg:
            return None
        top_s = max(self._samples, key=lambda sample: sample[1])[0]
        return Excursion(
            start_s=self._entered_s,
            turn_s=top_s,
            end_s=self._last_s,
            hold_s=0.0,
            lift_s=0.0,
            lower_s=0.0,
            peak_deg=self._sign * self._high,
            rest_deg=self._sign * self._level,
            rom_deg=rom,
            complete=self._complete(self._high, rom),
            max_gap_s=self._max_gap_s,
            slip=False,
        )

    def _is_away(self, t_s: float, value: float) -> bool:
        """Say whether the limb of a movement that was given up is still on its way back."""
        if isnan(self._back_at):
            self.given_up_s = nan
            return False
        since_s, stood = self._stands
        if not abs(value - stood) < 0.5 * self._movement.min_deg:
            self._stands = since_s, _ = t_s, value
        if value > self._back_at and t_s - since_s < STUCK_S:
            return True
        self._back_at = nan
        return False

    def _wait(self, t_s: float, value: float) -> None:
        """At rest: follow its level and see whether the limb leaves it."""
        if self._fresh and self._movement.continuous and self._begins_cut(t_s, value):
            return
        self._fresh = False
        before = self._rest[-1][1] if self._rest else value
        self._rest.append((t_s, value))
        while self._rest[0][0] < t_s - REST_WINDOW_S:
            self._rest.popleft()
        self._lows.add(t_s, max(value, before))
        if value - self._lows.least > self._enter_deg(self._lows.least):
            self._enter(t_s, value)

    def _enter_deg(self, rest: float) -> float:
        way = self._personal.way_from(self._sign * rest)
        least = self._movement.min_deg
        return min(max(0.5 * least, ENTER_SHARE * way), ENTER_TIMES_LEAST * least)

    def _begins_cut(self, t_s: float, value: float) -> bool:
        """Say whether the set begins with the limb near its far end, and take it as moving."""
        way = self._personal.way_deg
        end = self._sign * self._movement.end_deg
        if value < end - 0.5 * way:
            return False
        self._level, self._entered_s = min(value, end) - way, t_s
        self._high, self._samples = value, [(t_s, value)]
        self._started_cut, self._fresh = True, False
        self.phase = Phase.LIFT
        return True

    def _enter(self, t_s: float, value: float) -> None:
        self._entered_s = t_s
        self._level = self._rest_before(list(self._rest), self._personal.way_deg)
        self._samples = list(self._rest)
        self._high = value
        self._max_gap_s = 0.0
        self.phase = Phase.LIFT

    def _lift(self, t_s: float, value: float) -> None:
        """On the way out or at the far end."""
        self._high = max(self._high, value)
        way = self._high - self._level
        if value < self._high - TURN_SHARE * way:
            self._valley, self._half_s, self._back_s = (t_s, value), nan, 0.0
            self.turned_s = t_s
            self._level = self._rest_before_lift()
            self.phase = Phase.LOWER
            return
        recent = self._rose_lately(t_s, way)
        self.phase = Phase.LIFT if recent else Phase.TURN
        too_long = t_s - self._samples[0][0] > MAX_REP_S + REST_WINDOW_S
        if too_long or self._is_new_rest(t_s, value, way):
            self._stop()

    def _rest_before_lift(self) -> float:
        """Return the level of rest again, now that the whole way out is known."""
        half = self._high - 0.5 * (self._high - self._level)
        top = len(self._samples) - 1
        while top > 0 and self._samples[top][1] < self._high:
            top -= 1
        while top > 0 and self._samples[top][1] > half:
            top -= 1
        return self._rest_before(self._samples[: top + 1], self._high - self._level)

    def _rest_before(self, samples: Sequence[Sample], way: float) -> float:
        usual = self._sign * self._personal.rest_deg
        return rest_before_rise(samples, SLACK_SHARE * way, usual)

    def _rose_lately(self, t_s: float, way: float) -> bool:
        """Say whether the limb still rises: a twentieth of its way in the last 0.2 s.

        Once it stood, it has to rise twice as fast to be on its way again.
        """
        least = (0.05 if self.phase is Phase.LIFT else 0.1) * way
        for sample_s, value in reversed(self._samples):
            if sample_s <= t_s - 0.2:
                return self._samples[-1][1] - value > least
        return True

    def _is_new_rest(self, t_s: float, value: float, way: float) -> bool:
        """Say whether a small excursion stays where it is: the person lies differently now."""
        if self._complete(value, way) or way > STUCK_SHARE * self._personal.way_deg:
            return False
        if self._samples[0][0] > t_s - STUCK_S:
            return False
        for sample_s, earlier in reversed(self._samples):
            if abs(earlier - value) > 0.25 * way:
                return False
            if sample_s <= t_s - STUCK_S:
                break
        return True

    def _lower(self, t_s: float, value: float) -> Excursion | None:
        """On the way back, until it is at rest or rises again."""
        valley_s, valley = self._valley
        way = self._high - self._level
        if value < valley:
            self._valley = valley_s, valley = t_s, value
        if value < self._high - 0.5 * way:
            self._half_s = t_s if isnan(self._half_s) else self._half_s
            self._back_s = t_s - self._half_s
        was_back = self._back_s >= self._min_back_s
        is_low = valley <= self._level + LEAVE_SHARE * way
        if was_back and is_low and self._settled(t_s, value, way):
            return self._over()
        rise = value - valley
        if rise > max(self._enter_deg(self._level), TURN_SHARE * way):
            if was_back and self._high - valley >= self._back_share * way:
                return self._over()
            self._high = max(self._high, value)
            self.phase = Phase.LIFT
        elif t_s - valley_s > STUCK_S and self._high - valley >= STUCK_SHARE * way:
            return self._over()
        elif t_s - self._samples[0][0] > MAX_REP_S + REST_WINDOW_S:
            self._stop()
        return None

    def _stop(self) -> None:
        """End the movement under way where it stands: the limb rests there now."""
        lost = self.under_way()
        self.reset()
        self._fresh, self.lost = False, lost

    def _settled(self, t_s: float, value: float, way: float) -> bool:
        """Say whether the limb hardly moves any more, or rises again."""
        if value > self._valley[1] + 0.06 * way:
            return True
        for sample_s, earlier in reversed(self._samples):
            if sample_s <= t_s - SETTLED_S:
                return earlier - value < SETTLED_SHARE * way
        return False

    def _complete(self, high: float, way: float) -> bool:
        share = self._personal.own_share(self._sign * high, way)
        return way >= self._movement.min_deg and share >= self._movement.complete_share

    def _over(self) -> Excursion | None:
        """Close the movement, and begin to wait from its valley on."""
        samples = [s for s in self._samples if s[0] <= self._valley[0]]
        later = [s for s in self._samples if s[0] >= self._valley[0]]
        excursion = self._measured(samples)
        gap, low = self._last_s, self._valley[1]
        self.reset()
        self._fresh, self._last_s = False, gap
        self._rest.extend(later)
        self._lows.add(gap, low)
        return excursion

    def _measured(self, samples: Sequence[Sample]) -> Excursion | None:
        """Return the movement of some samples; what is too small is not complete."""
        back = self._valley[1]
        rom = max(self._high - self._level, self._high - back)
        return measured(
            samples,
            entered_s=self._entered_s,
            rest=self._level,
            high=self._high,
            back=back,
            sign=self._sign,
            began_cut=self._started_cut,
            complete=self._complete(self._high, rom),
            max_gap_s=self._max_gap_s,
            slip_s=max(self._min_back_s, PAIR_SLIP_S),
        )
