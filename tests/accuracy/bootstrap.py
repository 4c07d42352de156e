"""How far a figure would move with other clips, or with other moments of the same clip."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["Figure", "of_blocks", "of_clips"]

FloatArray = npt.NDArray[np.float64]

RESAMPLES = 2000
SEED = 1
LEVEL_PCT = (2.5, 97.5)
BLOCK_S = 1.0
"""Neighbouring frames err alike, so a clip's own frames are drawn in stretches this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure and its 95 % bootstrap interval; NaN where there is nothing to tell."""

    value: float
    low: float
    high: float


def of_clips(values: Sequence[float | None], sum_up: Callable[..., FloatArray] = np.mean) -> Figure:
    """Sum one value a clip up; drawn anew are whole clips.

    Args:
        values: one a clip; NaN ones, and None as figures from JSON have it, are left out.
        sum_up: `numpy.mean` or `numpy.median`, called with an axis.
    """
    known = np.array([value for value in values if value is not None and value == value])
    if not known.size:
        return Figure(value=float("nan"), low=float("nan"), high=float("nan"))
    draws = np.random.default_rng(SEED).integers(0, known.size, (RESAMPLES, known.size))
    low, high = np.percentile(sum_up(known[draws], axis=1), LEVEL_PCT)
    return Figure(value=float(sum_up(known, axis=0)), low=float(low), high=float(high))


def of_blocks(values: FloatArray, t_s: FloatArray) -> Figure:
    """Give the mean of one value a frame; drawn anew are stretches of BLOCK_S.

    Args:
        values: shape (frames,); NaN ones are left out.
        t_s: the frames' times, shape (frames,).
    """
    known = ~np.isnan(values)
    if not known.any():
        return Figure(value=float("nan"), low=float("nan"), high=float("nan"))
    block = ((t_s[known] - t_s[0]) // BLOCK_S).astype(np.intp)
    sums, counts = np.bincount(block, values[known]), np.bincount(block)
    sums, counts = sums[counts > 0], counts[counts > 0]
    draws = np.random.default_rng(SEED).integers(0, counts.size, (RESAMPLES, counts.size))
    means = sums[draws].sum(axis=1) / counts[draws].sum(axis=1)
    low, high = np.percentile(means, LEVEL_PCT)
    return Figure(value=float(values[known].mean()), low=float(low), high=float(high))
