"""The reps of a set: counted per side, refused where they are another movement, and judged."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, isnan, nan

from formcoach.coaching.doubt import Doubted
from formcoach.coaching.events import (
    Fault,
    NotCounted,
    Phase,
    Quality,
    Rep,
    Uncounted,
)
from formcoach.coaching.reps.checks import RepContext, Sight, judge_rep
from formcoach.coaching.reps.counter import SETTLED_S, UNSURE_GAP_S
from formcoach.coaching.reps.excursion import Excursion
from formcoach.coaching.reps.likeness import fits, is_this_movement
from formcoach.coaching.reps.limb import Counted, LimbCounter
from formcoach.coaching.reps.pairs import (
    ALONE_SHARE,
    AS_ONE_TIME_SHARE,
    Went,
    are_scissors,
    at_once,
    is_shadow,
)
from formcoach.coaching.reps.sight import SeenFrame, SeenHow, around_s, spiked, steadiness
from formcoach.coaching.reps.spikes import spikes
from formcoach.coaching.reps.watch import Watch
from formcoach.exercises.spec import Check, Level, Movement
from formcoach.pose.body import Observation
from formcoach.pose.doubts import TURN_SIDEWAYS, UNSTEADY, Reason
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey
from formcoach.pose.view import UNKNOWN_VIEW, BodyView

__all__ = ["JudgedRep", "RepJudge"]

CUT_S = 0.3
"""A movement that begins so soon after the first frame had begun before it. Proposal."""
REMEMBERED_S = 75.0
"""How long frames are kept to judge a rep by; longer than the longest rep."""
GUESS_GAP_S = 0.15
"""A partial that was unseen for longer, or in which a limb flicked, is a guess and is left out.
Proposal."""

Values = Mapping[SignalKey, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRep:
    """A rep, and the faults that were found when it was over."""

    rep: Rep
    found: tuple[Fault, ...]


class RepJudge:
    """Counts and judges the reps of one movement.

    Args:
        movement: what is counted.
        level: gives the posture in which reps are done, and what they look like.
        checks: what is judged.
        personal_end_deg: the end point the person has set, by side.
        breath_s: how long one breath takes; NaN when not known.

    Attributes:
        fits: for each whole rep whether it looks like one of this exercise and level.
        doubts: when movements were refused, or counted and not judged, and why.
        not_counted: movements that are no reps, and why; whoever takes them empties it.
        as_one: how many reps both limbs did at once where they work by turns.
    """

    def __init__(
        self,
        movement: Movement,
        checks: Sequence[Check],
        *,
        level: Level,
        personal_end_deg: Mapping[Side, float],
        breath_s: float,
    ) -> None:
        self._movement = movement
        self._checks = checks
        self._personal_end_deg = personal_end_deg
        self._breath_s = breath_s
        self._sign = 1.0 if movement.direction == "up" else -1.0
        runs = movement.continuous and movement.sides != "both"
        one = runs or movement.sides == "both"
        sides: tuple[Side | None, ...] = (None,) if one else tuple(Side)
        self._limbs = {
            side: LimbCounter(
                movement, side, nan if side is None else personal_end_deg.get(side, nan), runs=runs
            )
            for side in sides
        }
        if None not in self._limbs:
            for side in Side:
                self._limbs[side].share_range_with(self._limbs[side.other])
        self._frames: deque[SeenFrame] = deque()
        self._first_s = nan
        self._waiting: list[Counted] = []
        self._went: deque[Went] = deque(maxlen=6)
        self._index = 0
        self._level = level
        self.fits: list[bool] = []
        legs = movement.signal in (Signal.HIP_FLEXION, Signal.KNEE_FLEXION)
        self._followed = (Signal.HIP_FLEXION, Signal.KNEE_FLEXION) if legs else (movement.signal,)
        self.doubts: list[Doubted] = []
        self.not_counted: list[Uncounted] = []
        self.as_one = 0

    @property
    def moving(self) -> bool:
        """Whether a movement is under way on any side."""
        return any(limb.moving for limb in self._limbs.values())

    @property
    def lead(self) -> tuple[Side | None, Phase]:
        """The side that is furthest in a movement, and its phase; ready when none moves."""
        lead, phase, furthest = None, Phase.READY, -1.0
        for limb in self._limbs.values():
            if limb.phase is not Phase.READY and limb.reached_share > furthest:
                lead, phase, furthest = limb.working, limb.phase, limb.reached_share
        return lead, phase

    @property
    def given_up(self) -> tuple[Side | None, float] | None:
        """A side whose movement was given up and is not back, and when it was last seen."""
        for side, limb in self._limbs.items():
            if not isnan(limb.counter.given_up_s):
                return side, limb.counter.given_up_s
        return None

    def working(self) -> tuple[Side, ...]:
        """Return the sides that are in a movement; a limb that only goes along left out."""
        moving = {side: limb for side, limb in self._limbs.items() if limb.moving}
        if None in moving:
            alone = moving[None].working
            return tuple(Side) if alone is None else (alone,)
        furthest = max((limb.reached_share for limb in moving.values()), default=0.0)
        return tuple(
            side
            for side in Side
            if side in moving
            and (
                moving[side].reached_share >= ALONE_SHARE * furthest
                or moving[side].counter.since_s > moving[side.other].counter.turned_s
            )
        )

    def unknown(self, values: Values) -> tuple[Side, ...]:
        """Return the sides whose counted signal is not seen: they may move or not."""
        return tuple([side for side in Side if isnan(values[self._movement.signal, side])])

    def step(self, seen: Observation, near: Side) -> list[Counted]:
        """Take what one frame shows in; return the movements that are over.

        A movement is held back for as long as the other limb, which began with it, is under way:
        both may be one.
        """
        t_s, values = seen.signals.t_s, seen.signals.values
        self._first_s = t_s if isnan(self._first_s) else self._first_s
        self._frames.append(SeenFrame(t_s, values, seen.view, seen.exchanged, seen.unsteady))
        while self._frames[0].t_s < t_s - REMEMBERED_S:
            self._frames.popleft()
        aside = seen.view.can_measure
        for limb in self._limbs.values():
            counted = limb.step(t_s, values, near, aside=aside)
            if counted is not None:
                self._waiting.append(counted)
            unseen = not isnan(limb.counter.given_up_s)
            self._refuse_lost(limb, NotCounted.NOT_SEEN if unseen else None)
        return self._take_over(t_s, near)

    def unseen(self, t_s: float) -> None:
        """Take note of a frame in which nothing could be seen."""
        for limb in self._limbs.values():
            limb.miss(t_s)
            unseen = not isnan(limb.counter.given_up_s)
            self._refuse_lost(limb, NotCounted.NOT_SEEN if unseen else None)

    def _refuse_lost(self, limb: LimbCounter, reason: NotCounted | None) -> None:
        """Note the movements that never came back; without a reason, the limb rests there now."""
        for lost in limb.take_lost():
            stays = NotCounted.OTHER_MOVEMENT if lost.complete else NotCounted.TOO_SMALL
            self._refuse(limb.side, lost, stays if reason is None else reason)

    def leave(self) -> None:
        """Give up what is under way: the person has left the exercise."""
        for limb in self._limbs.values():
            limb.reset()

    def settle(self, near: Side) -> list[Counted]:
        """Take the start pose for rest: end what led there, and return it where it was a rep."""
        over = self._end(near, NotCounted.GETTING_READY)
        self.leave()
        return over

    def finish(self, near: Side) -> list[Counted]:
        """Return the movements that the end of the set cut off, where most of them was seen."""
        return self._end(near, NotCounted.NOT_SEEN)

    def _end(self, near: Side, reason: NotCounted) -> list[Counted]:
        """End what is under way: count it, or refuse it for a reason."""
        for limb in self._limbs.values():
            counted = limb.finish()
            self._waiting += [] if counted is None else [counted]
            self._refuse_lost(limb, reason)
        return self._take_over(inf, near)

    def _take_over(self, t_s: float, near: Side) -> list[Counted]:
        """Return what need not wait any more, limbs that moved at once as one."""
        over: list[Counted] = []
        waiting, self._waiting = self._waiting, []
        while waiting:
            counted = waiting.pop(0)
            other = next((one for one in waiting if at_once(counted, one)), None)
            if other is not None:
                waiting.remove(other)
                nearer = counted if counted.side is near else other
                over.append(replace(nearer, side=None))
            elif self._may_be_joined(counted, t_s):
                self._waiting.append(counted)
            else:
                over.append(counted)
        for counted in over:
            self._went.append(Went.of(counted))
        return over

    def _may_be_joined(self, counted: Counted, t_s: float) -> bool:
        """Say whether the other limb is in a movement that may be one with this one."""
        if counted.side not in self._limbs or counted.side is None:
            return False
        other, excursion = self._limbs[counted.side.other], counted.excursion
        lasted_s = excursion.end_s - excursion.start_s
        late_s = t_s - excursion.end_s
        began_with_it = other.moving and other.counter.since_s < excursion.turn_s
        return began_with_it and late_s <= max(SETTLED_S, AS_ONE_TIME_SHARE * lasted_s)

    def judge(
        self,
        counted: Counted,
        baseline: Values,
        watch: Watch,
        *,
        ready: bool,
    ) -> JudgedRep | None:
        """Return the rep that a movement makes, with its faults; None when it makes none.

        Its view is that in which it began: an arm overhead or a twist turns only the trunk.
        """
        side, excursion = counted.side, counted.excursion
        frames = [f for f in self._frames if excursion.start_s <= f.t_s <= excursion.end_s]
        view = frames[0].view if frames else UNKNOWN_VIEW
        context = self._context(counted, view, baseline, frames)
        spikes_s = self._spikes(side, excursion)
        reason = self._why_no_rep(counted, context, view, spikes_s, ready=ready)
        if reason is not None:
            if reason is not NotCounted.ALONG and excursion.complete and spikes_s:
                self._doubt(excursion, UNSTEADY)
            self._refuse(side, excursion, reason)
            return None
        sight, why = self._sight(counted, context, frames, view, spikes_s)
        quality, faults, found = self._worth(context, sight, watch)
        if quality is Quality.UNSURE:
            self._doubt(excursion, why)
        if excursion.complete:
            self.fits.append(fits(self._movement, self._level, context, aside=view.can_measure))
            counted.personal.add(excursion)
        if side is None and self._movement.sides == "each":
            self.as_one += 1
        self._index += 1
        peak_deg, rom_deg = self._angles(counted, context, view)
        rep = Rep(
            index=self._index,
            side=side,
            start_s=excursion.start_s,
            turn_s=excursion.turn_s,
            end_s=excursion.end_s,
            peak_deg=peak_deg,
            rom_deg=rom_deg,
            hold_s=excursion.hold_s,
            quality=quality,
            faults=faults,
            why=why if quality is Quality.UNSURE else None,
        )
        return JudgedRep(rep=rep, found=found)

    def _angles(self, counted: Counted, context: RepContext, view: BodyView) -> tuple[float, float]:
        """Return peak and range in the first signal; NaN where it was not seen."""
        excursion = counted.excursion
        if counted.first:
            return excursion.peak_deg, excursion.rom_deg
        side = context.near_side if counted.side is None else counted.side
        key = (self._movement.signal, side)
        seen = [values[key] for _, values in context.frames if not isnan(values[key])]
        if not seen or not view.can_measure:
            return nan, nan
        far = max if self._movement.direction == "up" else min
        return far(seen), max(seen) - min(seen)

    def _refuse(self, side: Side | None, excursion: Excursion, reason: NotCounted) -> None:
        self.not_counted.append(
            Uncounted(
                start_s=excursion.start_s,
                end_s=excursion.end_s,
                side=side,
                reason=reason,
                peak_deg=excursion.peak_deg,
                rom_deg=excursion.rom_deg,
            )
        )

    def _why_no_rep(
        self,
        counted: Counted,
        context: RepContext,
        view: BodyView,
        spikes_s: Sequence[float],
        *,
        ready: bool,
    ) -> NotCounted | None:
        """Return why a movement is no rep; None where it is one."""
        excursion = counted.excursion
        if self._is_crosstalk(counted):
            return NotCounted.ALONG
        if excursion.rom_deg < counted.movement.min_deg:
            return NotCounted.TOO_SMALL
        if excursion.slip:
            return NotCounted.SLIP
        if not is_this_movement(self._movement, self._level, counted, context, view):
            return NotCounted.OTHER_MOVEMENT
        if not self._movement.continuous and are_scissors(counted, self._went):
            return NotCounted.OTHER_MOVEMENT
        if not ready and counted.side is None and self._movement.sides == "each":
            return NotCounted.GETTING_READY
        if excursion.complete:
            return None
        if spikes_s:
            return NotCounted.SLIP
        if excursion.max_gap_s > GUESS_GAP_S:
            return NotCounted.NOT_SEEN
        return None if ready else NotCounted.GETTING_READY

    def _doubt(self, excursion: Excursion, reason: Reason | None) -> None:
        self.doubts.append(Doubted(start_s=excursion.start_s, end_s=excursion.end_s, reason=reason))

    def _context(
        self,
        counted: Counted,
        view: BodyView,
        baseline: Values,
        frames: Sequence[SeenFrame],
    ) -> RepContext:
        near = Side.RIGHT if view.near_side is None else view.near_side
        side = counted.side
        return RepContext(
            excursion=counted.excursion,
            side=side,
            near_side=near,
            frames=[(frame.t_s, frame.values) for frame in frames],
            baseline=baseline,
            personal=counted.personal,
            personal_end_deg=self._personal_end_deg.get(near if side is None else side, nan),
            breath_s=self._breath_s,
            alone_s=self._alone_s(counted),
            began_unseen=counted.excursion.start_s - self._first_s < CUT_S,
        )

    def _alone_s(self, counted: Counted) -> tuple[float, float]:
        """Return from when to when the other limb was not in a movement of its own."""
        begin_s, end_s = counted.excursion.start_s, counted.excursion.end_s
        if counted.side not in self._limbs or counted.side is None:
            return begin_s, end_s
        for went in self._went:
            if went.side is counted.side.other and went.start_s < begin_s:
                begin_s = max(begin_s, went.end_s)
        other = self._limbs[counted.side.other].counter
        return begin_s, min(end_s, other.since_s) if other.moving else end_s

    def _spikes(self, side: Side | None, excursion: Excursion) -> list[float]:
        """Return when what counts went here and there as no limb does, in and around a movement."""
        margin_s = around_s(excursion)
        begin_s, end_s = excursion.start_s - margin_s, excursion.end_s + margin_s
        frames = [frame for frame in self._frames if begin_s <= frame.t_s <= end_s]
        return [
            t_s
            for signal in self._followed
            for one in (Side if side is None else (side,))
            for t_s in spikes((frame.t_s, frame.values[signal, one]) for frame in frames)
        ]

    def _sight(
        self,
        counted: Counted,
        context: RepContext,
        frames: Sequence[SeenFrame],
        view: BodyView,
        spikes_s: Sequence[float],
    ) -> SeenHow:
        """Say how well a rep was seen: what was not seen is not blamed.

        What the person can change comes first: the view, then what the picture hides.
        """
        is_far = context.side is not None and context.side is not context.near_side
        if not (view.far_clear if is_far else view.near_clear):
            return Sight.NONE, TURN_SIDEWAYS
        if not counted.first or context.excursion.max_gap_s > UNSURE_GAP_S:
            return Sight.NONE, None
        runs = self._movement.continuous
        return spiked(spikes_s, context.excursion, runs=runs) or steadiness(frames)

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

    def _is_crosstalk(self, counted: Counted) -> bool:
        """Say whether this is only the shadow of the other limb's larger movement.

        The model lets the resting leg shiver with the lifted one. A partial is a shadow wherever it
        overlaps the other's movement; a whole rep when each began before the other's turn and it is
        the smaller share of the person's way, or lies within the other's movement and is smaller.
        """
        side = counted.side
        if side not in self._limbs or side is None:
            return False
        others = [went for went in self._went if went.side is not side]
        under_way = self._limbs[side.other].under_way()
        if under_way is not None:
            others.append(Went.of(under_way))
        return any(is_shadow(Went.of(counted), other) for other in others)
