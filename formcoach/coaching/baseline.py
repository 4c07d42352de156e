"""The person's own start pose, which lean, plank line and head are judged against."""

from collections.abc import Mapping
from math import isnan, nan
from statistics import median

from formcoach.pose.signals import SIGNAL_KEYS, SignalKey, Signals

__all__ = ["Baseline"]

BASELINE_S = 1.5
"""How long the start pose is looked at (rules B0)."""


class Baseline:
    """The person's own signals in the start pose: the median of its first moments."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._seen: list[Mapping[SignalKey, float]] = []
        self._last_s = float("-inf")
        self._seen_s = 0.0
        self.values: dict[SignalKey, float] = {}

    @property
    def complete(self) -> bool:
        """Whether the start pose has been seen long enough."""
        return self._seen_s >= BASELINE_S

    def add(self, signals: Signals) -> None:
        """Take a frame at rest in, until enough of them have been seen."""
        if self._seen_s >= BASELINE_S:
            return
        elapsed = signals.t_s - self._last_s
        self._seen_s += elapsed if 0.0 < elapsed < 0.5 else 0.0
        self._last_s = signals.t_s
        self._seen.append(signals.values)
        if self.complete:
            self.settle()

    def settle(self) -> None:
        """Take the baseline off what was seen so far."""
        if not self._seen:
            return
        for key in SIGNAL_KEYS:
            seen = [v for values in self._seen if not isnan(v := values[key])]
            self.values[key] = median(seen) if seen else nan
