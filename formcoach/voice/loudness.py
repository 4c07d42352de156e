"""How loud a sound is to the ear, and bringing it to a common loudness.

The measure is that of ITU-R BS.1770-4 (LUFS), for one channel: the K-weighted power of blocks of
400 ms, without those that are silence or far below the rest. A sound that is shorter than a block
is measured whole.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["SPEECH_LUFS", "loudness_lufs", "to_loudness"]

SPEECH_LUFS = -18.0
"""How loud every utterance is made, whoever speaks it. Proposal: loud enough for a laptop, and low
enough for the peaks of speech to fit."""
CEILING = 0.97
"""The highest peak, as a share of full scale."""

_BLOCK_S, _STEP_S = 0.4, 0.1
_SILENCE_LUFS, _BELOW_REST_LU = -70.0, -10.0
_OFFSET_LU = -0.691
"""BS.1770: it makes a full-scale sine of 997 Hz -3.01 LUFS."""
_TABLE_HZ = 48_000.0
_SHELF = (
    (1.53512485958697, -2.69169618940638, 1.19839281085285),
    (-1.69065929318241, 0.73248077421585),
)
_HIGH_PASS = ((1.0, -2.0, 1.0), (-1.99004745483398, 0.99007225036621))
"""BS.1770, tables 1 and 2: the two filters at 48 kHz, numerator and denominator."""
_SMOOTH_S = 0.003
_ROUNDS, _NEAR_LU = 4, 0.1
"""Limiting a peak takes some loudness away, which is given back; so often, until so near."""

Samples = NDArray[np.float64]


def loudness_lufs(samples: Samples, rate_hz: int) -> float:
    """Return how loud a sound is, in LUFS; -inf for silence.

    Args:
        samples: full scale is 1.0, shape [N].
        rate_hz: samples a second.
    """
    if not len(samples):
        return -np.inf
    powers = _block_powers(_weighted(samples, rate_hz), rate_hz)
    heard = powers[powers > _power(_SILENCE_LUFS)]
    if not len(heard):
        return -np.inf
    kept = heard[heard > _power(_lufs(heard.mean()) + _BELOW_REST_LU)]
    return _lufs(kept.mean())


def to_loudness(samples: Samples, rate_hz: int, lufs: float = SPEECH_LUFS) -> Samples:
    """Return a sound as loud as asked; its highest peaks are rounded off where they would clip.

    Silence stays silence.
    """
    now = loudness_lufs(samples, rate_hz)
    if not np.isfinite(now):
        return samples
    gain = 10 ** ((lufs - now) / 20)
    loud = samples * gain
    for _ in range(_ROUNDS):
        if np.abs(loud).max() <= CEILING:
            break
        loud = _limited(loud, rate_hz)
        lost = lufs - loudness_lufs(loud, rate_hz)
        if lost < _NEAR_LU:
            break
        gain *= 10 ** (lost / 20)
        loud = samples * gain
    return _limited(loud, rate_hz)


def _limited(samples: Samples, rate_hz: int) -> Samples:
    """Turn a sound down around each peak above the ceiling, so smoothly that nothing is heard.

    Each block is turned down as far as its own peak or a neighbour's asks, and from the middle of
    one block to that of the next the gain goes in a straight line.
    """
    block = max(round(_SMOOTH_S * rate_hz), 1)
    count = -(-len(samples) // block)
    padded = np.pad(np.abs(samples), (0, count * block - len(samples)))
    peaks = np.pad(padded.reshape(count, block).max(axis=1), 1)
    highest = np.maximum(np.maximum(peaks[:-2], peaks[1:-1]), peaks[2:])
    gains = CEILING / np.maximum(highest, CEILING)
    middles = (np.arange(count) + 0.5) * block - 0.5
    limited: Samples = samples * np.interp(np.arange(len(samples)), middles, gains)
    return limited


def _weighted(samples: Samples, rate_hz: int) -> Samples:
    """Return a sound as the ear weighs it: treble up, deep rumble out."""
    room = len(samples) + rate_hz // 4  # for what the filters let ring
    count = 1 << (room - 1).bit_length()
    response = _response(count, rate_hz)
    weighted: Samples = np.fft.irfft(np.fft.rfft(samples, count) * response, count)[: len(samples)]
    return weighted


@lru_cache(maxsize=8)
def _response(count: int, rate_hz: int) -> NDArray[np.complex128]:
    """Return what the two filters do at each frequency of a transform of `count` samples."""
    hz = np.minimum(np.fft.rfftfreq(count, 1 / rate_hz), _TABLE_HZ / 2)
    at = np.exp(-2j * np.pi * hz / _TABLE_HZ)
    response = np.ones_like(at)
    for (b0, b1, b2), (a1, a2) in (_SHELF, _HIGH_PASS):
        response *= (b0 + b1 * at + b2 * at**2) / (1.0 + a1 * at + a2 * at**2)
    weights: NDArray[np.complex128] = response
    return weights


def _block_powers(weighted: Samples, rate_hz: int) -> Samples:
    block, step = round(_BLOCK_S * rate_hz), round(_STEP_S * rate_hz)
    if len(weighted) <= block:
        return np.array([np.mean(weighted**2)])
    sums = np.concatenate(([0.0], np.cumsum(weighted**2)))
    starts = np.arange(0, len(weighted) - block + 1, step)
    powers: Samples = (sums[starts + block] - sums[starts]) / block
    return powers


def _lufs(power: float) -> float:
    return float(_OFFSET_LU + 10 * np.log10(power)) if power > 0 else -np.inf


def _power(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LU) / 10))
