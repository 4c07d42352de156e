"""Counts one limb by the signal that can be trusted in this view.

A movement may name several signals. All are followed all the time; the one that leads decides what
is counted. The first leads while the limb is seen from the side; from the front, or where its
landmarks are not seen, the next one that is seen does. The lead changes while the limb rests, or
when the signal that leads has not been seen for a while.

Limbs that run are counted as a pair: what counts is how far the further one is. The model takes
running legs for each other so often that neither can be followed alone, and that changes nothing
in which way the further one goes. Which one it was is told when the movement is over.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan, nan
from statistics import median

from formcoach.coaching.events import Phase
from formcoach.coaching.reps.counter import (
    MAX_GAP_S,
    MAX_REP_S,
    UNSURE_GAP_S,
    PersonalRange,
    RepCounter,
)
from formcoach.coaching.reps.excursion import Excursion
from formcoach.exercises.spec import Movement
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import SignalKey

__all__ = ["AS_ONE_SHARE", "Counted", "LimbCounter"]

AS_ONE_SHARE = 0.6
"""Limbs that move at once, one at least this much as far as the other, work together, whatever the
exercise asks. Proposal."""

Values = Mapping[SignalKey, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A movement that is over.

    Attributes:
        side: the limb; None for both.
        excursion: its times and ranges, in the unit of the signal it was counted by.
        movement: the movement by that signal.
        personal: how far this person goes in that signal.
        first: whether that is the first signal of the exercise, in which reps are judged.
    """

    side: Side | None
    excursion: Excursion
    movement: Movement
    personal: PersonalRange
    first: bool


class _Reading:
    """The limb by one of the movement's signals."""

    def __init__(self, movement: Movement, set_end_deg: float) -> None:
        self.movement = movement
        self.scale = movement.unit_scale
        self.personal = PersonalRange(movement, set_end_deg)
        self.counter = RepCounter(movement, self.personal)
        self.seen_s = nan

    def step(self, t_s: float, values: Values, side: Side) -> Excursion | None:
        return self._take(t_s, values[self.movement.signal, side])

    def is_seen(self, t_s: float) -> bool:
        return t_s - self.seen_s <= UNSURE_GAP_S

    @property
    def ahead(self) -> Side | None:
        """The limb that is further now; None where there is but one."""
        return None

    def side_of(self, excursion: Excursion) -> Side | None:
        """Return the limb that a movement was of; None where there is but one."""

    def _take(self, t_s: float, value: float) -> Excursion | None:
        value *= self.scale
        if not isnan(value):
            self.seen_s = t_s
        return self.counter.step(t_s, value)


class _PairReading(_Reading):
    """The further one of two limbs, by one of the movement's signals."""

    def __init__(self, movement: Movement) -> None:
        super().__init__(movement, nan)
        self.counter = RepCounter(movement, self.personal, min_back_s=0.0)
        self._seen_of = dict.fromkeys(Side, nan)
        self._values: deque[tuple[float, float, float]] = deque()
        self._sign = 1.0 if movement.direction == "up" else -1.0

    def step(self, t_s: float, values: Values, side: Side) -> Excursion | None:
        left, right = (values[self.movement.signal, one] for one in Side)
        self._values.append((t_s, self._sign * left, self._sign * right))
        while self._values[0][0] < t_s - MAX_REP_S:
            self._values.popleft()
        for one, value in zip(Side, (left, right), strict=True):
            if not isnan(value):
                self._seen_of[one] = t_s
            elif t_s - self._seen_of[one] <= MAX_GAP_S:
                return self._take(t_s, nan)
        seen = [value for value in (left, right) if not isnan(value)]
        return self._take(t_s, max(seen, key=lambda value: self._sign * value, default=nan))

    @property
    def ahead(self) -> Side | None:
        """The limb that is further now; None while neither is seen."""
        left, right = self._values[-1][1:] if self._values else (nan, nan)
        if isnan(left) and isnan(right):
            return None
        return Side.RIGHT if isnan(left) or right > left else Side.LEFT

    def side_of(self, excursion: Excursion) -> Side | None:
        """Return the limb that was further for most of a movement's far half; None for both."""
        peak, half = self._sign * excursion.peak_deg, 0.5 * excursion.rom_deg
        alone: list[float] = []
        ahead = 0
        for t_s, left, right in self._values:
            if not excursion.start_s <= t_s <= excursion.end_s:
                continue
            left, right = left * self.scale, right * self.scale
            further = right if isnan(left) or right > left else left
            if further < peak - half:
                continue
            nearer = left if further is right else right
            ahead += 1 if further is right else -1
            alone.append((peak - nearer) / excursion.rom_deg)
        if alone and median(1.0 if isnan(one) else one for one in alone) < 1 - AS_ONE_SHARE:
            return None
        return Side.RIGHT if ahead > 0 else Side.LEFT


class LimbCounter:
    """Counts the movements of one limb, of both together, or of a pair that runs.

    Args:
        movement: what is counted.
        side: the limb; None for both.
        set_end_deg: the end point the person has set; NaN for none.
        runs: whether it is a pair that runs: each movement is of the limb that went further.
    """

    def __init__(
        self, movement: Movement, side: Side | None, set_end_deg: float, *, runs: bool = False
    ) -> None:
        self.side = side
        movements = (movement, *movement.other_readings)
        self._readings: list[_Reading]
        if runs:
            self._readings = [_PairReading(one) for one in movements]
        else:
            self._readings = [_Reading(one, nan) for one in movements]
            self._readings[0] = _Reading(movement, set_end_deg)
        self._leads = 0
        self._over_s = nan
        self.unseen: list[Excursion] = []

    def share_range_with(self, other: "LimbCounter") -> None:
        """Let the other limb's range stand for this one's until this one has shown its own."""
        for own, others in zip(self._readings, other._readings, strict=True):
            own.personal.other = others.personal

    @property
    def counter(self) -> RepCounter:
        """The counter of the signal that leads."""
        return self._readings[self._leads].counter

    @property
    def working(self) -> Side | None:
        """The limb that works now; None for both."""
        return self._readings[self._leads].ahead if self.side is None else self.side

    @property
    def personal(self) -> PersonalRange:
        """How far this person goes, in the first signal."""
        return self._readings[0].personal

    @property
    def phase(self) -> Phase:
        """Where in a movement the limb is."""
        return self.counter.phase

    @property
    def moving(self) -> bool:
        """Whether a movement is under way."""
        return self.counter.moving

    @property
    def reached_share(self) -> float:
        """How far the movement under way has got, as a share of the person's way; 0 at rest."""
        lead = self._readings[self._leads]
        return lead.counter.reached_deg / lead.personal.way_deg

    def step(self, t_s: float, values: Values, side: Side, *, aside: bool) -> Counted | None:
        """Take the signals of one frame in; return a movement that is over.

        Args:
            t_s: the frame's time.
            values: its signals; NaN where not seen.
            side: the side to read where the counter is for both.
            aside: whether angles can be measured in this view.
        """
        limb = side if self.side is None else self.side
        over = [reading.step(t_s, values, limb) for reading in self._readings]
        excursion = over[self._leads]
        counted = None if excursion is None else self._counted(excursion)
        self._choose(t_s, aside=aside)
        return counted

    def under_way(self) -> Counted | None:
        """Return the movement that is not over yet, as far as it has come; None at rest."""
        excursion = self.counter.under_way()
        return None if excursion is None else self._as_counted(excursion)

    def finish(self) -> Counted | None:
        """Return the movement that the end of the set has cut off, where most of it was seen."""
        excursion = self.counter.finish()
        return None if excursion is None else self._counted(excursion)

    def miss(self, t_s: float) -> None:
        """Take note of a frame in which nothing was seen."""
        for reading in self._readings:
            reading.counter.step(t_s, nan)

    def reset(self) -> None:
        """Forget the movement under way."""
        for reading in self._readings:
            reading.counter.reset()

    def take_lost(self) -> Iterator[Excursion]:
        """Yield the movements that were given up because the limb was not seen."""
        for index, reading in enumerate(self._readings):
            lost, reading.counter.lost = reading.counter.lost, None
            if lost is not None and index == self._leads:
                yield lost

    def _counted(self, excursion: Excursion) -> Counted | None:
        """Return a movement by the signal that leads, unless it was counted by the one before."""
        if excursion.turn_s <= self._over_s:
            return None
        self._over_s = excursion.end_s
        return self._as_counted(excursion)

    def _as_counted(self, excursion: Excursion) -> Counted:
        lead = self._readings[self._leads]
        return Counted(
            side=lead.side_of(excursion) if self.side is None else self.side,
            excursion=excursion,
            movement=lead.movement,
            personal=lead.personal,
            first=self._leads == 0,
        )

    def _choose(self, t_s: float, *, aside: bool) -> None:
        """Let another signal lead where this one is not the best any more."""
        lead = self._readings[self._leads]
        if len(self._readings) == 1 or (lead.counter.moving and lead.is_seen(t_s)):
            return
        order = range(len(self._readings)) if aside else (*range(1, len(self._readings)), 0)
        self._leads = next((i for i in order if self._readings[i].is_seen(t_s)), self._leads)
