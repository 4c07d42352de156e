"""Counts one limb by the signal that can be trusted in this view.

A movement may name several signals. All are followed all the time; the one that leads decides what
is counted. The first leads while the limb is seen from the side; from the front, or where its
landmarks are not seen, the next one that is seen does. The lead changes while the limb rests, or
when the signal that leads has not been seen for a while.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan, nan

from formcoach.coaching.events import Phase
from formcoach.coaching.reps.counter import UNSURE_GAP_S, PersonalRange, RepCounter
from formcoach.coaching.reps.excursion import Excursion
from formcoach.exercises.spec import Movement
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import SignalKey

__all__ = ["Counted", "LimbCounter"]

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
        value = values[self.movement.signal, side] * self.scale
        if not isnan(value):
            self.seen_s = t_s
        return self.counter.step(t_s, value)

    def is_seen(self, t_s: float) -> bool:
        return t_s - self.seen_s <= UNSURE_GAP_S


class LimbCounter:
    """Counts the movements of one limb, or of both together.

    Args:
        movement: what is counted.
        side: the limb; None for both.
        set_end_deg: the end point the person has set; NaN for none.
    """

    def __init__(self, movement: Movement, side: Side | None, set_end_deg: float) -> None:
        self.side = side
        first = _Reading(movement, set_end_deg)
        self._readings = [first, *(_Reading(other, nan) for other in movement.other_readings)]
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
        lead = self._readings[self._leads]
        return Counted(
            side=self.side,
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
