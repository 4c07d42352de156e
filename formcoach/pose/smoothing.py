"""A filter over time for angles, for any frame rate.

Most landmarkers smooth landmarks already; what is left are single wild values and a little jitter
at rest. `AngleFilter` drops the first and calms the second with a One-Euro filter (Casiez et al.
2012, doi 10.1145/2207676.2208639) tuned for degrees, so lightly that it does not lag a movement.
"""

from math import nan, tau

__all__ = ["MIN_CUTOFF_HZ", "RAW_CUTOFF_HZ", "AngleFilter"]

MIN_CUTOFF_HZ = 6.0
"""Cut-off at rest: 27 ms of lag. On the samples less costs accuracy and more calms nothing."""
RAW_CUTOFF_HZ = 3.0
"""The same for landmarks that nobody has smoothed yet. Proposal: they jitter twice as much."""
BETA = 0.15
"""Hz of cut-off per degree a second: at 60 deg/s the lag is 11 ms. Measured likewise."""
SPEED_CUTOFF_HZ = 1.0
"""Cut-off of the speed itself, as Casiez et al. set it."""
MAX_DEG_PER_S = 1500.0
"""No joint of an exercise turns faster; a high knee reaches 700. Proposal."""
WILD_DEG = 25.0
"""A smaller step is never called wild, however short the time. Proposal."""
BELIEVED_S = 0.2
"""A value that stays is believed after this long. Proposal."""
FORGOTTEN_S = 1.0
"""After a gap this long the filter starts anew. Proposal."""


class AngleFilter:
    """Drops wild values and calms the rest; NaN stays NaN.

    Args:
        cutoff_hz: the cut-off at rest; lower calms more and lags more.
    """

    __slots__ = ("_cutoff_hz", "_last", "_smooth", "_speed", "_t_s")

    def __init__(self, cutoff_hz: float = MIN_CUTOFF_HZ) -> None:
        """Start with nothing known."""
        self._cutoff_hz = cutoff_hz
        self._last = self._smooth = self._t_s = nan
        self._speed = 0.0

    def step(self, t_s: float, value_deg: float) -> float:
        """Take one value in degrees in and return it smoothed; NaN where it is not believed."""
        if value_deg != value_deg:
            return nan
        elapsed = t_s - self._t_s
        if not 0.0 < elapsed < FORGOTTEN_S:
            self._last, self._smooth, self._speed, self._t_s = value_deg, value_deg, 0.0, t_s
            return value_deg
        if elapsed < BELIEVED_S:
            step = abs(value_deg - self._last)
            if step > WILD_DEG and step > MAX_DEG_PER_S * elapsed:
                return nan
        self._last, self._t_s = value_deg, t_s
        change = value_deg - self._smooth
        weight = tau * SPEED_CUTOFF_HZ * elapsed
        self._speed += (change / elapsed - self._speed) * weight / (1.0 + weight)
        weight = tau * (self._cutoff_hz + BETA * abs(self._speed)) * elapsed
        self._smooth += change * weight / (1.0 + weight)
        return self._smooth
