"""Limits watched in every frame: a fault is found while it lasts.

Nothing is judged on what was not seen: a NaN neither begins nor ends a fault.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from math import isnan, nan

from formcoach.coaching.events import Fault
from formcoach.coaching.readiness import within
from formcoach.coaching.reps.checks import UNSEEN_S, Values, beyond_by, bound, priority_of
from formcoach.exercises.spec import Check, Limit
from formcoach.pose.body import Observation
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import SignalKey

__all__ = ["Watch", "WatchedLimit", "joined"]

JOINED_S = 0.5
"""Faults of one kind that are no further apart are one. Proposal."""


class WatchedLimit:
    """One limit check on one limb, with hysteresis and persistence."""

    def __init__(self, check: Limit, side: Side | None) -> None:
        """Take the check and the side it watches; None for a signal of the midline."""
        self.check = check
        self.side = side
        self.key: SignalKey = (check.signal, side)
        self._over_since_s: float | None = None
        self._seen_s = nan
        self._worst = 0.0
        self.active: Fault | None = None

    def step(
        self, t_s: float, value: float, baseline: Values, *, near: bool, watching: bool
    ) -> Fault | None:
        """Take the signal of one frame in (NaN = not known); return a fault that has just ended."""
        check = self.check
        reference = (
            baseline.get(self.key, nan) if isinstance(check.reference, str) else check.reference
        )
        beyond = beyond_by(value - reference, check.compare)
        if not watching:
            return self.end(t_s)
        lost = self.unseen(t_s)
        if isnan(beyond):
            return lost
        self._seen_s = t_s
        margin = 0.0 if near else check.far_margin
        if self._over_since_s is None:
            if beyond > check.on + margin:
                self._over_since_s, self._worst = t_s, beyond
            return lost
        if beyond < check.off + margin:
            return self.end(t_s)
        self._worst = max(self._worst, beyond)
        persist_s = check.persist_s if near else max(check.persist_s, check.far_persist_s)
        if t_s - self._over_since_s >= persist_s:
            self.active = Fault(
                id=check.id,
                side=self.side,
                start_s=self._over_since_s,
                end_s=None,
                measured=round(self._worst, 3),
                limit=check.on + margin,
                priority=priority_of(check),
                signal=check.signal,
                bound=bound(reference, check.on + margin, check.compare),
            )
        return None

    def unseen(self, t_s: float) -> Fault | None:
        """End what was not seen for too long; return it when it was a fault."""
        return self.end(t_s) if t_s - self._seen_s > UNSEEN_S else None

    def end(self, t_s: float) -> Fault | None:
        """End what lasts, where it was last seen if that is long ago; return it when a fault."""
        end_s = self._seen_s if t_s - self._seen_s > UNSEEN_S else t_s
        ended, self.active, self._over_since_s = self.active, None, None
        return None if ended is None else replace(ended, end_s=end_s)


class Watch:
    """All limit checks of a level, on all limbs they may be about."""

    def __init__(self, checks: Iterable[Check]) -> None:
        """Take the checks; those of other kinds are left alone."""
        self._limits = [
            WatchedLimit(check, side)
            for check in checks
            if isinstance(check, Limit)
            for side in (tuple(Side) if check.signal.two_sided else (None,))
        ]
        self.ended: list[Fault] = []

    def step(
        self,
        seen: Observation,
        baseline: Values,
        *,
        near: Side,
        working: Collection[Side],
        unknown: Collection[Side],
    ) -> None:
        """Take one frame in.

        Args:
            seen: what it shows.
            baseline: the person's own signals in the start pose.
            near: the side toward the camera.
            working: the sides that are in a rep.
            unknown: the sides of which is not seen whether they are; not blamed as supports.
        """
        t_s, values = seen.signals.t_s, seen.signals.values
        for limit in self._limits:
            check, side = limit.check, limit.side
            watching = (check.when == "always" or bool(working)) and (
                side is None or _concerns(check.limb, side, near, working)
            )
            is_near = side is None or side is near
            watching = watching and (seen.view.near_clear if is_near else seen.view.far_clear)
            watching = watching and within(check.within, values, (near if side is None else side,))
            is_known = check.limb != "support" or side not in unknown
            value = values[limit.key] if is_known else nan
            ended = limit.step(t_s, value, baseline, near=is_near, watching=watching)
            self._note(ended)

    def leave(self, t_s: float) -> None:
        """End everything: the person does something else now."""
        for limit in self._limits:
            self._note(limit.end(t_s))

    def unseen(self, t_s: float) -> None:
        """Take one frame in that shows nothing to judge."""
        for limit in self._limits:
            self._note(limit.unseen(t_s))

    @property
    def active(self) -> tuple[Fault, ...]:
        """What is wrong now."""
        return tuple(limit.active for limit in self._limits if limit.active is not None)

    def during(self, start_s: float, end_s: float) -> list[Fault]:
        """Return what was wrong for some of a stretch of time, or still is."""
        faults = [f for f in self.ended if f.end_s is not None and f.end_s > start_s]
        return [f for f in (*faults, *self.active) if f.start_s < end_s]

    def finish(self, t_s: float) -> list[Fault]:
        """End everything and return all faults of the set."""
        self.leave(t_s)
        return self.ended

    def _note(self, ended: Fault | None) -> None:
        if ended is not None:
            self.ended.append(ended)


def joined(faults: Iterable[Fault]) -> list[Fault]:
    """Join faults of one kind that follow each other at once, as the supporting limb changes."""
    result: list[Fault] = []
    for fault in sorted(faults, key=lambda f: (f.id, f.start_s)):
        last = result[-1] if result else None
        if last is not None and _follows_at_once(last, fault):
            result[-1] = replace(
                last,
                side=last.side if last.side is fault.side else None,
                end_s=fault.end_s,
                measured=max(last.measured, fault.measured),
            )
        else:
            result.append(fault)
    return result


def _follows_at_once(last: Fault, fault: Fault) -> bool:
    if last.id != fault.id or last.end_s is None or fault.end_s is None:
        return False
    return fault.start_s - last.end_s <= JOINED_S and fault.end_s >= last.end_s


def _concerns(limb: str, side: Side, near: Side, working: Collection[Side]) -> bool:
    """Say whether a check about `limb` looks at `side` now; at rest the near side supports."""
    if limb == "both":
        return True
    if limb == "near":
        return side is near
    if limb == "working":
        return side in working
    return side not in working if working else side is near
