"""The coach: poses in, updates out. The one stateful object, the same live, recorded, replayed."""

from collections import deque
from collections.abc import Mapping, Sequence
from math import isnan, nan

from formcoach.coaching.baseline import Baseline
from formcoach.coaching.cues import CuePolicy
from formcoach.coaching.doubt import Doubt, UnsureLog
from formcoach.coaching.events import (
    Cue,
    Hold,
    Phase,
    Priority,
    SetSummary,
    Uncounted,
    UnsureSpan,
    Update,
)
from formcoach.coaching.holds import HoldTimer
from formcoach.coaching.readiness import SETTLED_S, Readiness
from formcoach.coaching.reps.checks import asymmetry
from formcoach.coaching.reps.judge import JudgedRep, RepJudge
from formcoach.coaching.reps.limb import Counted
from formcoach.coaching.reps.watch import Watch, joined
from formcoach.exercises.spec import Asymmetry, ExerciseSpec, HoldTime
from formcoach.pose.body import BodyReader, Observation
from formcoach.pose.doubts import NO_PICTURE, Reason
from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.signals import Signal
from formcoach.pose.view import UNKNOWN_VIEW

__all__ = ["Coach"]


class Coach:
    """Coaches one set of one exercise at one level.

    Args:
        spec: the exercise.
        level_id: its level; None for the easiest.
        personal_end_deg: the end point the person has set, by side, where one was set.
        breath_s: how long one breath of this person takes; NaN when not known.

    Raises:
        SpecError: when the exercise has no such level.
    """

    def __init__(
        self,
        spec: ExerciseSpec,
        level_id: str | None = None,
        *,
        personal_end_deg: Mapping[Side, float] | None = None,
        breath_s: float = nan,
    ) -> None:
        self.spec = spec
        self.level = spec.level(level_id)
        self.summary = SetSummary()
        movement, checks = spec.movement_of(self.level), spec.checks_of(self.level)
        self._reps = self._hold = None
        if movement is not None:
            self._reps = RepJudge(
                movement,
                checks,
                level=self.level,
                personal_end_deg=personal_end_deg or {},
                breath_s=breath_s,
            )
            needed = (movement.signal, *movement.turn)
        elif spec.isometric is not None:
            self._hold = HoldTimer(spec.isometric, self.level.posture)
            needed = tuple(spec.isometric.inside)
        self._checks = checks
        self._times_pause = any(isinstance(check, HoldTime) for check in checks)
        self._pause_since_s = nan
        self._watch = Watch(checks)
        self._begun = self._hold is not None
        """Whether what is wrong is told: not while the person may do something else."""
        self._reader = BodyReader()
        self._baseline = Baseline()
        counts_from_rest = movement is not None and not movement.continuous
        self._readiness = Readiness(
            self.level,
            needs_start=movement is None or counts_from_rest,
            settled_s=SETTLED_S if counts_from_rest else 0.0,
        )
        self._doubt = Doubt(_two_sided(needed))
        self._unsure = UnsureLog()
        self._cues = CuePolicy(has_easier=self.level is not spec.levels[0])
        self._view = UNKNOWN_VIEW
        self._waiting: deque[JudgedRep] = deque()
        self._refused: deque[Uncounted] = deque()
        self._t_s = nan
        self._last_doubt: Reason = NO_PICTURE
        self._doubted_s = nan
        self._doubted: Reason | None = None
        self._told: set[Reason] = set()
        self._finished = False

    def step(self, pose: Pose) -> Update:
        """Take one frame's pose in and return what there is to say of it.

        A frame that is not later than the one before tells nothing new and is passed over.
        """
        if pose.t_s <= self._t_s:
            return Update(t_s=self._t_s, signals=None, view=self._view, phase=self._phase()[1])
        return self.observe(self._reader.read(pose))

    def observe(self, seen: Observation) -> Update:
        """Do as `step` with a pose that has been read already; several coaches can share it."""
        pose = seen.pose
        self._t_s = pose.t_s
        if seen.view.near_side is not None:
            self._view = seen.view
        reason = self._doubt.of_body(pose, seen.view)
        if reason is not None:
            return self._step_unseen(seen, reason)
        aside = seen.view.can_measure
        was_ready = self._readiness.ready
        if not self._readiness.step(pose.t_s, seen.signals.values, aside=aside):
            return self._step_elsewhere(seen)
        if not was_ready and self._reps is not None and aside:
            self._judge_all(self._reps, self._reps.settle(self._near))
        return self._step_seen(seen)

    @property
    def fits(self) -> Sequence[bool]:
        """For each whole rep whether it looks like one of this exercise and level."""
        return self._reps.fits if self._reps is not None else ()

    def finish(self) -> SetSummary:
        """End the set: close what is under way and return all that happened."""
        if self._finished:
            return self.summary
        self._finished = True
        if self._reps is not None:
            for counted in self._reps.finish(self._near):
                self._judge(self._reps, counted)
            self._take_not_counted(self._reps)
        while self._waiting:
            self._next_rep()
        if self._hold is not None:
            self._note_hold(self._hold.finish())
        summary = self.summary
        watched = self._watch.finish(self._t_s)
        summary.faults += joined(watched) if self._begun else []
        for check in self._checks:
            if isinstance(check, Asymmetry):
                fault = asymmetry(check, summary.completed)
                summary.faults += [fault] if fault is not None else []
        summary.faults.sort(key=lambda fault: fault.start_s)
        summary.unsure = self._unsure.finish()
        summary.fitting = sum(self.fits)
        summary.as_one = 0 if self._reps is None else self._reps.as_one
        summary.not_counted.sort(key=lambda one: one.start_s)
        return summary

    @property
    def _near(self) -> Side:
        """The side toward the camera; the right one until that is known."""
        return Side.RIGHT if self._view.near_side is None else self._view.near_side

    def _step_unseen(self, seen: Observation, reason: Reason) -> Update:
        """Nothing can be judged: count nothing, blame nothing, say why."""
        t_s = seen.pose.t_s
        self._last_doubt, self._doubted_s = reason, t_s
        if self._reps is not None:
            self._reps.unseen(t_s)
            self._take_not_counted(self._reps)
        self._watch.unseen(t_s)
        hold = self._hold.step(t_s, None, self._near, ()) if self._hold is not None else None
        lasting = self._unsure.step(t_s, reason)
        return Update(
            t_s=t_s,
            signals=seen.signals if seen.pose.seen else None,
            view=seen.view,
            phase=Phase.SETUP,
            hold=self._note_hold(hold),
            cue=self._note_cue(self._cues.view(t_s, lasting) if lasting else None),
            unsure=lasting,
            exchanged=seen.exchanged,
        )

    def _step_elsewhere(self, seen: Observation) -> Update:
        """The person is seen, but not in this exercise: getting into position, or out of it."""
        t_s = seen.pose.t_s
        self._watch.unseen(t_s)
        self._baseline = Baseline()
        hold = self._hold.step(t_s, None, self._near, ()) if self._hold is not None else None
        if self._reps is not None:
            self._count(seen, self._reps)
        rep = self._next_rep()
        if rep is not None and rep.rep.completed:
            self._readiness.begin(t_s)
        return Update(
            t_s=t_s,
            signals=seen.signals,
            view=seen.view,
            phase=Phase.SETUP,
            rep=rep.rep if rep is not None else None,
            not_counted=self._next_not_counted(),
            hold=self._note_hold(hold),
            unsure=self._unsure.step(t_s, None),
            exchanged=seen.exchanged,
        )

    def _step_seen(self, seen: Observation) -> Update:
        """The person is in the exercise: count, judge, and choose what to say."""
        t_s = seen.pose.t_s
        hold = None
        if self._reps is not None:
            self._step_reps(seen, self._reps)
        elif self._hold is not None:
            hold = self._step_hold(seen, self._hold)
        faults = self._watch.active if self._begun else ()
        rep = self._next_rep()
        side, phase = self._phase()
        lasting = self._note_doubt(seen, side)
        cue = None
        if phase is not Phase.TURN or any(f.priority is Priority.SAFETY for f in faults):
            found = rep.found if rep is not None else ()
            in_rep = rep is not None or (self._reps is not None and self._reps.moving)
            cue = self._cues.choose(t_s, (*faults, *found), in_rep=in_rep)
        lasting, self._doubted = self._doubted or lasting, None
        if cue is None and lasting is not None:
            cue = self._cues.view(t_s, lasting)
        if rep is not None:
            self._cues.rep_over(rep.rep.faults)
        return Update(
            t_s=t_s,
            signals=seen.signals,
            view=seen.view,
            phase=phase,
            side=side,
            rep=rep.rep if rep is not None else None,
            not_counted=self._next_not_counted(),
            hold=self._note_hold(hold),
            hold_s=self._held_s(t_s, phase),
            faults=faults,
            cue=self._note_cue(cue),
            unsure=lasting,
            exchanged=seen.exchanged,
        )

    def _step_reps(self, seen: Observation, reps: RepJudge) -> None:
        was_moving = reps.moving
        over = reps.step(seen, self._near)
        if not reps.moving:
            self._baseline.add(seen.signals)
        elif not was_moving and not self._baseline.complete:
            self._baseline.settle()
        self._begun = self._begun or bool(self.summary.reps) or self._readiness.stood
        if self._begun or reps.moving:
            self._step_watch(seen, reps.working(), reps.unknown(seen.signals.values))
        self._judge_all(reps, over)

    def _count(self, seen: Observation, reps: RepJudge) -> None:
        """Count only: the person is not in the start pose yet, or has not shown it."""
        if self._readiness.is_elsewhere(seen.pose.t_s):
            reps.leave()
        else:
            self._judge_all(reps, reps.step(seen, self._near))

    def _judge_all(self, reps: RepJudge, over: Sequence[Counted]) -> None:
        for counted in over:
            self._judge(reps, counted)
        self._take_not_counted(reps)

    def _take_not_counted(self, reps: RepJudge) -> None:
        """Note the movements that are no reps."""
        self.summary.not_counted += reps.not_counted
        self._refused += reps.not_counted
        reps.not_counted = []

    def _next_not_counted(self) -> Uncounted | None:
        """Return the next movement that is over and no rep; one a frame."""
        return self._refused.popleft() if self._refused else None

    def _step_hold(self, seen: Observation, timer: HoldTimer) -> Hold | None:
        if timer.attempted(seen.pose.t_s, seen.signals.values, self._near):
            self._step_watch(seen, (), ())
        else:
            self._watch.leave(seen.pose.t_s)
        faults = tuple(fault.id for fault in self._watch.active)
        hold = timer.step(seen.pose.t_s, seen.signals.values, self._near, faults)
        if timer.holding:
            self._baseline.add(seen.signals)
        return hold

    def _step_watch(
        self, seen: Observation, working: tuple[Side, ...], unknown: tuple[Side, ...]
    ) -> None:
        self._watch.step(
            seen, self._baseline.values, near=self._near, working=working, unknown=unknown
        )

    def _judge(self, reps: RepJudge, counted: Counted) -> None:
        judged = reps.judge(
            counted,
            self._baseline.values,
            self._watch,
            ready=self._readiness.begun,
        )
        if judged is not None:
            self._waiting.append(judged)
        while reps.doubts:
            doubted = reps.doubts.pop()
            reason = doubted.reason or self._why_unseen(doubted.start_s)
            self._unsure.add(
                UnsureSpan(start_s=doubted.start_s, end_s=doubted.end_s, reason=reason)
            )
            if judged is None or reason not in self._told:
                self._doubted = reason
                self._told.add(reason)

    def _why_unseen(self, since_s: float) -> Reason:
        """Return why nothing was seen since then: the last doubt, or else frames are missing."""
        return self._last_doubt if self._doubted_s >= since_s else NO_PICTURE

    def _next_rep(self) -> JudgedRep | None:
        """Return the next rep that is over and take note of it; one a frame."""
        if not self._waiting:
            return None
        judged = self._waiting.popleft()
        self.summary.reps.append(judged.rep)
        self.summary.faults += judged.found
        return judged

    def _note_hold(self, hold: Hold | None) -> Hold | None:
        if hold is not None:
            self.summary.holds.append(hold)
        return hold

    def _note_cue(self, cue: Cue | None) -> Cue | None:
        if cue is not None:
            self.summary.cues.append(cue)
        return cue

    def _note_doubt(self, seen: Observation, side: Side | None) -> Reason | None:
        """Return why the limb that counts now cannot be judged, once that has lasted.

        That is the near one while none moves. A movement that was given up, unseen, stays in doubt
        until the limb is back at rest, without another word.
        """
        t_s = seen.pose.t_s
        given_up = self._reps.given_up if self._reps is not None else None
        side = side if given_up is None else given_up[0]
        doubt = self._doubt.of_side(self._near if side is None else side, seen.doubts, seen.view)
        if doubt is not None:
            self._last_doubt, self._doubted_s = doubt, t_s
        elif given_up is not None:
            self._unsure.step(t_s, self._why_unseen(given_up[1]), given_up[1])
            return None
        return self._unsure.step(t_s, doubt)

    def _held_s(self, t_s: float, phase: Phase) -> float:
        """Return how long the hold, or the timed pause at the far end of a rep, has lasted."""
        if self._hold is not None:
            return self._hold.held_s(t_s)
        if not self._times_pause or phase is not Phase.TURN:
            self._pause_since_s = nan
            return 0.0
        if isnan(self._pause_since_s):
            self._pause_since_s = t_s
        return t_s - self._pause_since_s

    def _phase(self) -> tuple[Side | None, Phase]:
        if self._reps is not None:
            return self._reps.lead
        holding = self._hold is not None and self._hold.holding
        return None, Phase.HOLD if holding else Phase.READY


def _two_sided(signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    return tuple(signal for signal in signals if signal.two_sided)
