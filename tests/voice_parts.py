"""Parts of a voice to test with: a clock, a loudspeaker that can be pulled out, sounds."""

from collections.abc import Callable

import numpy as np

from formcoach.errors import SpeechError
from formcoach.voice.speech import Pcm, RecordingPlayer

__all__ = ["PATIENCE_S", "RATE_HZ", "FakeClock", "FlakyPlayer", "pcm_of"]

PATIENCE_S = 20.0
"""How long a test waits for what must come; it never runs out when all is well."""
RATE_HZ = 1000


def pcm_of(duration_s: float, value: int = 1000) -> Pcm:
    """Return a sound of one value."""
    return Pcm(samples=np.full(round(duration_s * RATE_HZ), value, np.int16), rate_hz=RATE_HZ)


class FakeClock:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class FlakyPlayer(RecordingPlayer):
    """A loudspeaker that can be pulled out."""

    def __init__(self, clock: Callable[[], float], present: bool = True) -> None:
        super().__init__(clock)
        self.present = present
        self.starts = 0
        self.closed = 0

    @property
    def alive(self) -> bool:  # type: ignore[override]
        return self.present

    def start(self) -> None:
        self.starts += 1
        if not self.present:
            raise SpeechError("no loudspeaker answers: connect one")

    def close(self) -> None:
        self.closed += 1
