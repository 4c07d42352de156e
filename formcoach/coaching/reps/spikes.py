"""Does a limb go here and there as no limb does? Then it is the model that wavers.

A knee that is up, half-way down and up again within a fifth of a second was never down: the model
takes one leg for the other for a frame or two, or puts both between them. Of the 27 samples and
real clips 20 have no such flick; the others are runs, a walk, a slant, and legs that the model is
known to exchange.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

__all__ = ["spikes"]

SPIKE_DEG = 15.0
"""A smaller way here and there is noise. Proposal."""
SPIKE_S = 0.2
"""Away and back within so long. Proposal: half of what a sprinter's knee takes, up and down."""


def spikes(samples: Iterable[tuple[float, float]]) -> list[float]:
    """Return when an angle went away and came back faster than a limb can.

    Args:
        samples: when, and the angle then in degrees; NaN where it was not seen.
    """
    turned_s = list(_turns(samples))
    return [
        (away_s + back_s) / 2 for away_s, back_s in pairwise(turned_s) if back_s - away_s <= SPIKE_S
    ]


def _turns(samples: Iterable[tuple[float, float]]) -> Iterator[float]:
    """Yield when an angle that rose has fallen by FLICK_DEG, or the other way round, in turn."""
    rising: bool | None = None
    low = high = last = last_s = float("nan")
    for t_s, value in samples:
        if value != value:
            continue
        low, high = (value if not low <= value else low), (value if not high >= value else high)
        for falls, limit in ((True, high - SPIKE_DEG), (False, low + SPIKE_DEG)):
            passed = value <= limit if falls else value >= limit
            if passed and rising in (None, falls):
                yield last_s + (t_s - last_s) * (limit - last) / (value - last)
                rising, low, high = not falls, value, value
                break
        last_s, last = t_s, value
