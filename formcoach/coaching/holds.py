"""Isometric holds: how long a position stands."""

from collections.abc import Mapping
from math import isnan

from formcoach.coaching.events import Hold
from formcoach.coaching.readiness import within
from formcoach.exercises.spec import Band, Isometric
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey

__all__ = ["HoldTimer"]

MIN_HOLD_S = 1.0
"""A shorter stretch is passing through the position, not holding it. Proposal."""


class HoldTimer:
    """Times one position; small breaches shorter than the grace do not end it."""

    def __init__(self, isometric: Isometric, posture: Mapping[Signal, Band]) -> None:
        """Take the position to be held, and the posture it is held in."""
        self._isometric = isometric
        self._posture = posture
        self._broken_by = frozenset(isometric.broken_by)
        self._start_s: float | None = None
        self._last_inside_s = 0.0
        self._faults: dict[str, None] = {}
        self._line_since_s: float | None = None
        self._in_line_s = 0.0
        self._seen_at_first: set[SignalKey] = set()

    @property
    def holding(self) -> bool:
        """Whether a hold is under way."""
        return self._start_s is not None

    def held_s(self, t_s: float) -> float:
        """Return how long the present hold has lasted at `t_s`; 0 when there is none."""
        return 0.0 if self._start_s is None else t_s - self._start_s

    def attempted(self, t_s: float, values: Mapping[SignalKey, float], near: Side) -> bool:
        """Say whether the position is held, or missed in one of its signals at most.

        Before a hold has begun, hips below the line are those of somebody who still lies.
        """
        if self.settled(t_s):
            return True
        bands = self._isometric.outside
        missed = [key for key in bands if not within({key: bands[key]}, values, (near,))]
        line = self._isometric.inside.get(Signal.BODY_LINE)
        lies = line is not None and values[Signal.BODY_LINE, near] < line[0]
        return len(missed) <= 1 and not lies

    def settled(self, t_s: float) -> bool:
        """Say whether a hold is under way, and its beginning is over."""
        return self._start_s is not None and t_s - self._start_s >= MIN_HOLD_S

    def step(
        self,
        t_s: float,
        values: Mapping[SignalKey, float] | None,
        near: Side,
        faults: tuple[str, ...],
    ) -> Hold | None:
        """Take one frame in (None = not seen) and the faults it shows; return a hold that ended."""
        settled = self.settled(t_s)
        bands = self._isometric.outside if settled else self._isometric.inside
        if values is not None and not self.holding and not _is_seen(bands, values, near):
            values = None
        if values is not None and within(bands, values, (near,)) and within(self._posture, values):
            if self._start_s is None:
                self._start_s = t_s
            self._see(t_s, values, near, settled=settled)
            self._faults.update(dict.fromkeys(faults))
            self._follow_line(t_s, faults)
            return None
        if not settled and values is not None:
            return self.finish()  # passing through the position on the way elsewhere
        if self.holding and t_s - self._last_inside_s > self._isometric.grace_s:
            return self.finish()
        return None

    def finish(self) -> Hold | None:
        """End the hold under way and return it, where it was one."""
        start_s, self._start_s = self._start_s, None
        self._seen_at_first = set()
        faults, self._faults = tuple(self._faults), {}
        in_line_s, self._in_line_s, self._line_since_s = self._in_line_s, 0.0, None
        if start_s is None or self._last_inside_s - start_s < MIN_HOLD_S:
            return None
        return Hold(
            side=None,
            start_s=start_s,
            end_s=self._last_inside_s,
            faults=faults,
            in_line_s=in_line_s,
        )

    def _see(
        self, t_s: float, values: Mapping[SignalKey, float], near: Side, *, settled: bool
    ) -> None:
        """Let the hold last until now, if all is seen that was seen when it began."""
        keys = [(one, near if one.two_sided else None) for one in self._isometric.inside]
        seen = {key for key in keys if not isnan(values[key])}
        if not settled:
            self._seen_at_first |= seen
        if seen >= self._seen_at_first:
            self._last_inside_s = t_s

    def _follow_line(self, t_s: float, faults: tuple[str, ...]) -> None:
        """Keep the longest stretch that nothing breaks."""
        if not self._broken_by.isdisjoint(faults):
            self._line_since_s = None
            return
        if self._line_since_s is None:
            self._line_since_s = t_s
        self._in_line_s = max(self._in_line_s, t_s - self._line_since_s)


def _is_seen(bands: Mapping[Signal, Band], values: Mapping[SignalKey, float], near: Side) -> bool:
    """Say whether anything at all is known of what makes the position."""
    keys = ((signal, near if signal.two_sided else None) for signal in bands)
    return not all(isnan(values[key]) for key in keys)
