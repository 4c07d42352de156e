"""Sounds at given times, mixed into one track."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see feedback/window.py)
import av
import numpy as np
import numpy.typing as npt
from av.container import OutputContainer
from av.packet import Packet

__all__ = ["SOUND_RATE", "Soundtrack"]

SOUND_RATE = 44_100
"""Samples a second of the track; every browser plays it, and espeak's 22 050 doubles into it."""
BIT_RATE = 96_000
BLOCK_S = 1.0

Samples = npt.NDArray[np.int16]


class Soundtrack:
    """Collects sounds and mixes them when the video is finished."""

    def __init__(self) -> None:
        """Start silent."""
        self._sounds: list[tuple[float, Samples]] = []

    def add(self, t_s: float, pcm: Samples, rate: int) -> None:
        """Add mono samples that begin at `t_s`; raise ValueError where they are not shaped (n,)."""
        if pcm.ndim != 1:
            raise ValueError(f"pcm must be shaped (n,), got {pcm.shape}")
        if pcm.size:
            self._sounds.append((t_s, resampled(np.asarray(pcm, np.int16), rate)))

    def packets(
        self, container: OutputContainer, start_s: float, duration_s: float
    ) -> "Iterator[Packet[Any]]":
        """Add an AAC stream to `container` and return its packets; none where all is silent.

        Args:
            container: what the packets are for.
            start_s: the time at which the track begins.
            duration_s: how long it lasts at least; the last sound is always heard to its end.
        """
        if not self._sounds:
            return iter(())
        stream = container.add_stream("aac", rate=SOUND_RATE, layout="mono")
        stream.bit_rate = BIT_RATE
        placed = [(round((t_s - start_s) * SOUND_RATE), pcm) for t_s, pcm in self._sounds]
        total = max(round(duration_s * SOUND_RATE), *(at + pcm.size for at, pcm in placed), 1)
        return self._encoded(stream, placed, total)

    @staticmethod
    def _encoded(
        stream: av.AudioStream, placed: list[tuple[int, Samples]], total: int
    ) -> "Iterator[Packet[Any]]":
        block = round(BLOCK_S * SOUND_RATE)
        for begin in range(0, total, block):
            samples = mixed(placed, begin, min(block, total - begin))
            frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
            frame.sample_rate = SOUND_RATE
            frame.pts = begin
            frame.time_base = Fraction(1, SOUND_RATE)
            yield from stream.encode(frame)
        yield from stream.encode(None)


def mixed(placed: list[tuple[int, Samples]], begin: int, count: int) -> Samples:
    """Return `count` samples from `begin` on, the sum of all sounds, held within 16 bits."""
    mix = np.zeros(count, np.int32)
    for at, pcm in placed:
        first, last = max(at, begin), min(at + pcm.size, begin + count)
        if first < last:
            mix[first - begin : last - begin] += pcm[first - at : last - at]
    return np.clip(mix, -32768, 32767).astype(np.int16)


def resampled(pcm: Samples, rate: int) -> Samples:
    """Return samples at `SOUND_RATE`."""
    if rate == SOUND_RATE:
        return pcm.copy()
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SOUND_RATE)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm)[None], format="s16", layout="mono")
    frame.sample_rate = rate
    frames = [*resampler.resample(frame), *resampler.resample(None)]
    return np.concatenate([part.to_ndarray()[0] for part in frames]).astype(np.int16)
