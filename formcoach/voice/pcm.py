"""Sound in memory."""

import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcoach.errors import SpeechError
from formcoach.voice.loudness import to_loudness

__all__ = ["CUT_FADE_S", "FULL_SCALE", "RATE_HZ", "Pcm", "read_wav"]

RATE_HZ = 22_050
"""What eSpeak and most Piper voices speak at; the others are brought to it."""
FULL_SCALE = 32_767
AUDIBLE = 0.01
"""Below this share of its peak a sound is taken for silence. Proposal."""
LEAD_S, TAIL_S = 0.005, 0.03
"""What trimming leaves of the silence before and after, so that no consonant is clipped."""
CUT_FADE_S = 0.005
"""How quickly a cut sound dies away; without it the loudspeaker clicks."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pcm:
    """A mono sound.

    Attributes:
        samples: int16, shape [N].
        rate_hz: samples a second.
    """

    samples: NDArray[np.int16]
    rate_hz: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.int16:
            raise SpeechError(
                f"a sound must be int16 of shape [N], got {self.samples.dtype} of shape "
                f"{list(self.samples.shape)}"
            )
        if self.rate_hz <= 0:
            raise SpeechError(f"a sound's rate must be positive, got {self.rate_hz} Hz")

    @property
    def duration_s(self) -> float:
        """How long it sounds."""
        return len(self.samples) / self.rate_hz

    def at_rate(self, rate_hz: int) -> "Pcm":
        """Return the same sound at another rate."""
        if rate_hz == self.rate_hz or not len(self.samples):
            return Pcm(samples=self.samples, rate_hz=rate_hz)
        count = round(self.duration_s * rate_hz)
        at = np.arange(count) * (self.rate_hz / rate_hz)
        samples = np.interp(at, np.arange(len(self.samples)), self.samples)
        return Pcm(samples=samples.round().astype(np.int16), rate_hz=rate_hz)

    def cut(self, duration_s: float) -> "Pcm":
        """Return its beginning, faded out at the end as a player does it."""
        count = max(round(duration_s * self.rate_hz), 0)
        if count >= len(self.samples):
            return self
        samples = self.samples[:count].copy()
        fade = min(round(CUT_FADE_S * self.rate_hz), count)
        samples[count - fade :] = samples[count - fade :] * np.linspace(1, 0, fade)
        return Pcm(samples=samples, rate_hz=self.rate_hz)

    def levelled(self) -> "Pcm":
        """Return it without the silence around it and as loud as every voice is (-18 LUFS).

        Silence before the first sound would delay every cue; a voice that is louder than the one
        before it startles.
        """
        loudness = np.abs(self.samples.astype(np.int32))
        peak = int(loudness.max(initial=0))
        if not peak:
            return Pcm(samples=self.samples[:0], rate_hz=self.rate_hz)
        heard = np.flatnonzero(loudness > AUDIBLE * peak)
        first = max(int(heard[0]) - round(LEAD_S * self.rate_hz), 0)
        last = int(heard[-1]) + 1 + round(TAIL_S * self.rate_hz)
        samples = to_loudness(self.samples[first:last] / FULL_SCALE, self.rate_hz) * FULL_SCALE
        return Pcm(samples=samples.round().astype(np.int16), rate_hz=self.rate_hz)


def read_wav(path: Path) -> Pcm:
    """Read a 16-bit WAV file; several channels become one.

    Raises:
        SpeechError: the file is not there or not 16-bit WAV.
    """
    try:
        with path.open("rb") as source, wave.open(source, "rb") as file:
            channels, width, rate_hz = file.getparams()[:3]
            data = file.readframes(file.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        raise SpeechError(f"cannot read {path}: {error}; it must be a WAV file") from error
    if width != 2:
        raise SpeechError(f"{path} has {8 * width} bits a sample; it must have 16")
    samples = np.frombuffer(data, "<i2").reshape(-1, channels)
    return Pcm(samples=samples.mean(axis=1).round().astype(np.int16), rate_hz=rate_hz)
