"""Sounds to test with, in memory and as WAV files."""

import wave
from pathlib import Path

import numpy as np

from formcoach.voice.loudness import loudness_lufs
from formcoach.voice.speech import RATE_HZ, Pcm

__all__ = ["lufs_of", "tone", "write_wav"]

LEVEL = 4000


def tone(
    frequency_hz: float, duration_s: float, fade_s: float = 0.15, rate_hz: int = RATE_HZ
) -> Pcm:
    """Return a soft tone that swells and dies away in `fade_s`, at most half of its length each."""
    t_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    fade_s = min(fade_s, duration_s / 2)
    edge = np.minimum(t_s, duration_s - t_s)
    swell = np.clip(edge / fade_s, 0, 1) if fade_s > 0 else np.ones_like(t_s)
    wave_form = np.sin(2 * np.pi * frequency_hz * t_s) * np.sin(swell * np.pi / 2) ** 2
    return Pcm(samples=(wave_form * LEVEL).round().astype(np.int16), rate_hz=rate_hz)


def lufs_of(pcm: Pcm) -> float:
    """Return how loud a sound is."""
    return loudness_lufs(pcm.samples / 32_768, pcm.rate_hz)


def write_wav(path: Path, pcm: Pcm) -> None:
    """Write a sound to a WAV file."""
    with path.open("wb") as out, wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(pcm.rate_hz)
        file.writeframes(pcm.samples.astype("<i2").tobytes())
