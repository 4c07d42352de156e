"""The reps of a set: counted per side, refused where they are another movement, and judged."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import NamedTuple

from formcoach.coaching.doubt import TURN_SIDEWAYS
from formcoach.coaching.events import Fault, Phase, Quality, Rep, UnsureSpan
from formcoach.coaching.readiness import within
from formcoach.coaching.reps.checks import TURN_HALF_S, RepContext, Sight, judge_rep
from formcoach.coaching.reps.counter import UNSURE_GAP_S, PersonalRange, RepCounter
from formcoach.coaching.reps.excursion import Excursion
from formcoach.coaching.reps.spikes import spikes
from formcoach.coaching.reps.watch import Watch
from formcoach.exercises.spec import Band, Check, Movement
from formcoach.pose.body import Observation
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey
from formcoach.pose.trust import UNSTEADY
from formcoach.pose.view import BodyView

__all__ = ["JudgedRep", "RepJudge"]

ALONE_SHARE = 0.5
"""The resting limb may go this much of the working one's way along (rules C4: 2 to 1)."""
SHADOW_SHARE = 0.85
"""Of the other limb's way; a whole rep that goes further is no shadow of it. Proposal."""
TOGETHER_SHARE = 0.45
"""Where both limbs work, the far one goes at least this much of the way along. Proposal."""
REST_HALF_S = 0.1
"""The body is looked at for so long before and after a rep's beginning and end."""
REMEMBERED_S = 75.0
"""How long frames are kept to judge a rep by; longer than the longest rep."""
AROUND_S = 0.4
AROUND_SHARE = 0.25
"""A flick this near to a rep's beginning or end, and within this share of its time, may have made
it. Proposal."""
SHAKY_SHARE = 0.1
"""Of a rep's frames; when the legs were put back in more, only its times are judged, and when they
were not believed in more, nothing of them is. Proposal."""
GUESS_GAP_S = 0.15
"""A partial that was unseen for longer, or in which a limb flicked, is a guess and is left out.
Proposal."""

Values = Mapping[SignalKey, float]


class _Frame(NamedTuple):
    """What is kept of a frame to judge a rep by."""

    t_s: float
    values: Values
    exchanged: bool
    unsteady: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRep:
    """A rep, and the faults that were found when it was over."""

    rep: Rep
    found: tuple[Fault, ...]


class RepJudge:
    """Counts and judges the reps of one movement.

    Args:
        movement: what is counted.
        posture: where signals must be at the turn too, for a rep to be one.
        checks: what is judged.
        personal_end_deg: the end point the person has set, by side.
        breath_s: how long one breath takes; NaN when not known.
        tells: what tells the level from others at the turn, noted for each rep in `told`.

    Attributes:
        told: for each rep whether it shows that.
        doubts: when movements were refused, or counted and not judged, and why.
    """

    def __init__(
        self,
        movement: Movement,
        checks: Sequence[Check],
        *,
        posture: Mapping[Signal, Band],
        personal_end_deg: Mapping[Side, float],
        breath_s: float,
        tells: Mapping[Signal, Band],
    ) -> None:
        self._movement = movement
        self._posture = posture
        self._checks = checks
        self._personal_end_deg = personal_end_deg
        self._breath_s = breath_s
        self._sign = 1.0 if movement.direction == "up" else -1.0
        self._counted = tuple(((movement.signal, side), side) for side in Side)
        sides: tuple[Side | None, ...] = tuple(Side) if movement.sides == "each" else (None,)
        self._personal = {
            side: PersonalRange(movement, nan if side is None else personal_end_deg.get(side, nan))
            for side in sides
        }
        for side in Side if movement.sides == "each" else ():
            self._personal[side].other = self._personal[side.other]
        self._counters = {side: RepCounter(movement, self._personal[side]) for side in sides}
        self._frames: deque[_Frame] = deque()
        self._done: list[JudgedRep] = []
        self._index = 0
        self._tells = tells
        self.told: list[bool] = []
        legs = movement.signal in (Signal.HIP_FLEXION, Signal.KNEE_FLEXION)
        self._followed = (Signal.HIP_FLEXION, Signal.KNEE_FLEXION) if legs else (movement.signal,)
        self.doubts: list[UnsureSpan] = []

    @property
    def moving(self) -> bool:
        """Whether a movement is under way on any side."""
        return any(counter.moving for counter in self._counters.values())

    @property
    def lead(self) -> tuple[Side | None, Phase]:
        """The side that is furthest in a movement, and its phase; ready when none moves."""
        lead, phase, most = None, Phase.READY, -1.0
        for side, counter in self._counters.items():
            if counter.phase is not Phase.READY and counter.reached_deg > most:
                lead, phase, most = side, counter.phase, counter.reached_deg
        return lead, phase

    @property
    def given_up(self) -> tuple[Side | None, float] | None:
        """A side whose movement was given up and is not back, and when it was last seen."""
        for side, counter in self._counters.items():
            if not isnan(counter.given_up_s):
                return side, counter.given_up_s
        return None

    def working(self) -> tuple[Side, ...]:
        """Return the sides that are in a movement; crosstalk of the other limb left out."""
        moving = [(side, c.reached_deg) for side, c in self._counters.items() if c.moving]
        if not moving:
            return ()
        least = ALONE_SHARE * max(reached for _, reached in moving)
        if moving[0][0] is None:
            return tuple(Side)
        return tuple(side for side, reached in moving if side is not None and reached >= least)

    def unknown(self, values: Values) -> tuple[Side, ...]:
        """Return the sides whose counted signal is not seen: they may move or not."""
        return tuple([side for key, side in self._counted if isnan(values[key])])

    def step(self, seen: Observation, near: Side) -> list[tuple[Side | None, Excursion]]:
        """Take what one frame shows in; return the movements that are over."""
        t_s, values = seen.signals.t_s, seen.signals.values
        self._frames.append(_Frame(t_s, values, seen.exchanged, seen.unsteady))
        while self._frames[0].t_s < t_s - REMEMBERED_S:
            self._frames.popleft()
        over = []
        for side, counter in self._counters.items():
            value = values[self._movement.signal, near if side is None else side]
            excursion = counter.step(t_s, value)
            if excursion is not None:
                over.append((side, excursion))
        return over

    def unseen(self, t_s: float) -> None:
        """Take note of a frame in which nothing could be seen."""
        for counter in self._counters.values():
            counter.step(t_s, nan)

    def leave(self) -> None:
        """Give up what is under way: the person has left the exercise."""
        for counter in self._counters.values():
            counter.reset()

    def finish(self) -> list[tuple[Side | None, Excursion]]:
        """Return the movements that the end of the set cut off, where most of them was seen."""
        cut = [(side, counter.finish()) for side, counter in self._counters.items()]
        return [(side, excursion) for side, excursion in cut if excursion is not None]

    def judge(
        self,
        side: Side | None,
        excursion: Excursion,
        view: BodyView,
        baseline: Values,
        watch: Watch,
    ) -> JudgedRep | None:
        """Return the rep that a movement makes, with its faults; None when it makes none."""
        frames = [f for f in self._frames if excursion.start_s <= f.t_s <= excursion.end_s]
        context = self._context(side, excursion, view, baseline, frames)
        spikes_s = self._spikes(side, excursion)
        if not self._is_this_movement(context):
            if excursion.complete and spikes_s:
                self._doubt(excursion, UNSTEADY)
            return None
        if self._is_crosstalk(side, excursion):
            return None
        if not excursion.complete and (spikes_s or excursion.max_gap_s > GUESS_GAP_S):
            return None
        sight, why = _spiked(spikes_s, excursion) or _sight(context, frames, view)
        quality, faults, found = self._worth(context, sight, watch)
        if quality is Quality.UNSURE:
            self._doubt(excursion, why)
        if self._tells:
            whose = context.near_side if side is None else side
            self.told.append(_at_turn(self._tells, context, whose))
        if excursion.complete:
            self._personal[side].add(excursion)
        self._index += 1
        rep = Rep(
            index=self._index,
            side=side,
            start_s=excursion.start_s,
            turn_s=excursion.turn_s,
            end_s=excursion.end_s,
            peak_deg=excursion.peak_deg,
            rom_deg=excursion.rom_deg,
            hold_s=excursion.hold_s,
            quality=quality,
            faults=faults,
        )
        judged = JudgedRep(rep=rep, found=found)
        self._done.append(judged)
        return judged

    def _doubt(self, excursion: Excursion, reason: str) -> None:
        span = UnsureSpan(start_s=excursion.start_s, end_s=excursion.end_s, reason=reason)
        self.doubts.append(span)

    def _context(
        self,
        side: Side | None,
        excursion: Excursion,
        view: BodyView,
        baseline: Values,
        frames: Sequence[_Frame],
    ) -> RepContext:
        near = Side.RIGHT if view.near_side is None else view.near_side
        return RepContext(
            excursion=excursion,
            side=side,
            near_side=near,
            frames=[(frame.t_s, frame.values) for frame in frames],
            baseline=baseline,
            personal=self._personal[side],
            personal_end_deg=self._personal_end_deg.get(near if side is None else side, nan),
            breath_s=self._breath_s,
        )

    def _spikes(self, side: Side | None, excursion: Excursion) -> list[float]:
        """Return when what counts went here and there as no limb does, in and around a movement."""
        around_s = _around_s(excursion)
        begin_s, end_s = excursion.start_s - around_s, excursion.end_s + around_s
        frames = [frame for frame in self._frames if begin_s <= frame.t_s <= end_s]
        return [
            t_s
            for signal in self._followed
            for one in (Side if side is None else (side,))
            for t_s in spikes((frame.t_s, frame.values[signal, one]) for frame in frames)
        ]

    def _worth(
        self, context: RepContext, sight: Sight, watch: Watch
    ) -> tuple[Quality, tuple[str, ...], tuple[Fault, ...]]:
        """Return a rep's quality, the ids of its faults, and those found now that it is over."""
        excursion = context.excursion
        if not excursion.complete:
            return Quality.PARTIAL, (), ()
        # A trunk or head is seen whatever the legs do.
        during = watch.during(excursion.start_s, excursion.end_s)
        watched = [f for f in during if sight is Sight.CLEAR or f.side is None]
        found = judge_rep(self._checks, context, {fault.id for fault in watched}, sight)
        faults = tuple(dict.fromkeys(fault.id for fault in (*watched, *found)))
        if faults:
            return Quality.FAULTY, faults, tuple(found)
        return Quality.GOOD if sight is Sight.CLEAR else Quality.UNSURE, (), ()

    def _is_this_movement(self, context: RepContext) -> bool:
        """Say whether the rest of the body does what this movement asks at its turn."""
        side = context.side if context.side is not None else context.near_side
        movement, excursion = self._movement, context.excursion
        done = 1.0 if excursion.complete else min(1.0, excursion.rom_deg / context.personal.way_deg)
        for bands, whose in (
            (self._posture, side),
            (_part_way(movement.turn, done), side),
            (movement.turn_other, side.other),
        ):
            if not _at_turn(bands, context, whose):
                return False
        for t_s in (excursion.start_s, excursion.end_s):
            if not _in_bands(movement.rest, context, side, t_s, REST_HALF_S):
                return False
        along = self._other_goes_along(context, side)
        if isnan(along):
            return True
        return along > TOGETHER_SHARE if context.side is None else along < ALONE_SHARE

    def _other_goes_along(self, context: RepContext, side: Side) -> float:
        """Return the share of the way that the other limb goes too; NaN when it is not seen.

        A squat is no lifting of two knees, and the lifting of one knee no raising of both.
        """
        key = (self._movement.signal, side.other)
        seen = [(t_s, values[key]) for t_s, values in context.frames if not isnan(values[key])]
        if not seen:
            return nan
        turn = min(seen, key=lambda sample: abs(sample[0] - context.excursion.turn_s))[1]
        way = max(self._sign * (turn - end) for end in (seen[0][1], seen[-1][1]))
        return way / context.excursion.rom_deg

    def _is_crosstalk(self, side: Side | None, excursion: Excursion) -> bool:
        """Say whether this is only the shadow of the other limb's larger movement.

        The model lets the resting leg shiver with the lifted one. A partial is a shadow wherever it
        overlaps the other's movement; a whole rep, where limbs take turns, when it began before
        the other one's turn.
        """
        if side is None or (excursion.complete and self._movement.continuous):
            return False
        other = self._counters[side.other]
        until_s = excursion.turn_s if excursion.complete else excursion.end_s
        min_deg = excursion.rom_deg / (SHADOW_SHARE if excursion.complete else 1.0)
        if other.moving and other.since_s < until_s and other.reached_deg > min_deg:
            return True
        for done in self._done[-3:]:
            rep = done.rep
            until_s = rep.turn_s if excursion.complete else rep.end_s
            overlaps = excursion.start_s < until_s and rep.start_s < excursion.end_s
            if rep.side is side.other and overlaps and rep.rom_deg > min_deg:
                return True
        return False


def _part_way(bands: Mapping[Signal, Band], done: float) -> dict[Signal, Band]:
    """Return what is asked at the turn of a movement that went a share `done` of its way.

    Who lifts a knee half-way has bent it half as much.
    """
    return {
        signal: (low * done if low > 0.0 else low, high) for signal, (low, high) in bands.items()
    }


def _at_turn(bands: Mapping[Signal, Band], context: RepContext, side: Side) -> bool:
    """Say whether signals of one side, or of the midline, lie in their bands at the turn."""
    half_s = max(TURN_HALF_S, context.excursion.hold_s / 2)
    return _in_bands(bands, context, side, context.excursion.turn_s, half_s)


def _in_bands(
    bands: Mapping[Signal, Band], context: RepContext, side: Side, t_s: float, half_s: float
) -> bool:
    keys: list[SignalKey] = [(signal, side if signal.two_sided else None) for signal in bands]
    values = {key: context.around(key, t_s, half_s) for key in keys}
    return within(bands, values, (side,))


_Seen = tuple[Sight, str]
"""How well a rep was seen, and why no better; empty where nothing is wrong, or a gap tells it."""


def _spiked(spikes_s: Sequence[float], excursion: Excursion) -> _Seen | None:
    """Say how little a rep was seen in which a limb flicked; None where that changes nothing.

    A flick at its beginning or end may have made that. A single one in between is a frame or two
    astray; more than one, and only the times are to be believed.
    """
    ends = (excursion.start_s, excursion.end_s)
    around_s = _around_s(excursion)
    near_end = any(abs(t_s - end_s) <= around_s for t_s in spikes_s for end_s in ends)
    if near_end:
        return Sight.NONE, UNSTEADY
    return (Sight.TIMES, UNSTEADY) if len(spikes_s) > 1 else None


def _around_s(excursion: Excursion) -> float:
    return min(AROUND_S, AROUND_SHARE * (excursion.end_s - excursion.start_s))


def _sight(context: RepContext, frames: Sequence[_Frame], view: BodyView) -> _Seen:
    """Say how well a rep was seen: what was not seen is not blamed."""
    is_far = context.side is not None and context.side is not context.near_side
    if not (view.far_clear if is_far else view.near_clear):
        return Sight.NONE, TURN_SIDEWAYS
    if context.excursion.max_gap_s > UNSURE_GAP_S:
        return Sight.NONE, ""
    most = SHAKY_SHARE * len(frames)
    if sum(frame.unsteady for frame in frames) > most:
        return Sight.NONE, UNSTEADY
    shaky = sum(frame.exchanged or frame.unsteady for frame in frames)
    return (Sight.TIMES, UNSTEADY) if shaky > most else (Sight.CLEAR, "")
