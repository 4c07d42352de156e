"""Two soft sounds of our own making: a movement was counted, or it was not.

They stand for words where somebody would rather hear no number, or go before them. The counted one
rises to a bright fifth; the other is lower and falls a little, and is no buzzer: nothing was wrong.
"""

from enum import Enum
from functools import cache

import numpy as np

from formcoach.voice.loudness import to_loudness
from formcoach.voice.pcm import FULL_SCALE, RATE_HZ, Pcm

__all__ = ["CHIME_LUFS", "Chime", "CountBy", "chime_sound", "joined_sounds"]

CHIME_LUFS = -24.0
"""Softer than speech, which is at -18 LUFS. Proposal."""
GAP_S = 0.04
"""Between a chime and the words that follow it; together they stay well under half a second."""
_NOTES = {
    "counted": ((587.33, 0.0), (880.0, 0.06)),
    "not_counted": ((392.0, 0.0), (329.63, 0.08)),
}
"""Pitch and beginning of each note: D5 to A5; G4 to E4."""
_LENGTH_S, _ATTACK_S, _DECAY_S = 0.22, 0.008, 0.05
_OVERTONES = ((1.0, 1.0), (2.0, 0.25), (3.0, 0.08))
"""Multiples of the pitch and their heights: a soft bell, without the edge of a beep."""


class Chime(Enum):
    """What a sound without words tells."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"


class CountBy(Enum):
    """How reps are counted aloud: by their number, by a soft sound, or by both.

    A movement that is not counted has no number, so it has its sound in each of them.
    """

    VOICE = "voice"
    SOUND = "sound"
    BOTH = "both"


@cache
def chime_sound(chime: Chime) -> Pcm:
    """Return the sound of a chime."""
    t_s = np.arange(round(_LENGTH_S * RATE_HZ)) / RATE_HZ
    wave = np.zeros_like(t_s)
    for pitch_hz, begin_s in _NOTES[chime.value]:
        at_s = t_s - begin_s
        swell = np.clip(at_s / _ATTACK_S, 0.0, 1.0) * np.exp(-np.maximum(at_s, 0.0) / _DECAY_S)
        for multiple, height in _OVERTONES:
            wave += height * swell * np.sin(2 * np.pi * pitch_hz * multiple * at_s)
    wave *= np.clip((_LENGTH_S - t_s) / 0.03, 0.0, 1.0)
    samples = to_loudness(wave / np.abs(wave).max(), RATE_HZ, CHIME_LUFS) * FULL_SCALE
    return Pcm(samples=samples.round().astype(np.int16), rate_hz=RATE_HZ)


def joined_sounds(chime: Chime | None, words: Pcm | None) -> Pcm:
    """Return a chime and the words after it as one sound; either may be missing."""
    if chime is None:
        return Pcm(samples=np.zeros(0, np.int16), rate_hz=RATE_HZ) if words is None else words
    if words is None:
        return chime_sound(chime)
    rate_hz = words.rate_hz
    gap = np.zeros(round(GAP_S * rate_hz), np.int16)
    first = chime_sound(chime).at_rate(rate_hz).samples
    return Pcm(samples=np.concatenate([first, gap, words.samples]), rate_hz=rate_hz)
