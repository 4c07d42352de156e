"""Where sound goes: to a loudspeaker, to nobody, or into a list."""

import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from formcoach.errors import SpeechError
from formcoach.voice.pcm import CUT_FADE_S, FULL_SCALE, RATE_HZ, Pcm

__all__ = ["Clock", "MiniaudioPlayer", "Mixer", "NullPlayer", "Player", "RecordingPlayer"]

PERIOD_MS, PERIODS = 15, 3
"""The device's buffer: 45 ms in all, so that a cue sounds within 50 ms. Measured, not tuned."""
SILENT_DEVICE_S = 1.0
"""A running device that has asked for no samples for this long is gone: some never say so."""

Clock = Callable[[], float]


class Player(Protocol):
    """Plays one sound at a time; a new one takes the place of the old."""

    @property
    def alive(self) -> bool:
        """Whether the device still takes sound."""
        ...

    def start(self) -> None:
        """Open the device, again if it was open.

        Raises:
            SpeechError: there is none.
        """
        ...

    def play(self, pcm: Pcm) -> None:
        """Begin a sound now; return at once."""
        ...

    def stop(self) -> None:
        """Break off what sounds."""
        ...

    def set_gain(self, gain: float) -> None:
        """Set the factor of the samples, 0 to 1."""
        ...

    def close(self) -> None:
        """Let the device go."""
        ...


class NullPlayer:
    """A player that is never heard."""

    alive = True

    def start(self) -> None:
        """Do nothing."""

    def play(self, pcm: Pcm) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""

    def set_gain(self, gain: float) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


class RecordingPlayer(NullPlayer):
    """A player that keeps what it was given.

    Args:
        clock: the time now, in seconds.

    Attributes:
        played: when each sound began, and the sound.
        stopped: when what sounded was broken off.
        gain: the last that was set.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self.played: list[tuple[float, Pcm]] = []
        self.stopped: list[float] = []
        self.gain = 1.0

    def play(self, pcm: Pcm) -> None:
        """Note the sound."""
        self.played.append((self._clock(), pcm))

    def stop(self) -> None:
        """Note the time."""
        self.stopped.append(self._clock())

    def set_gain(self, gain: float) -> None:
        """Note the factor."""
        self.gain = gain


@dataclass(slots=True, eq=False)
class _Track:
    """A sound and how far it has been played."""

    samples: NDArray[np.int16]
    at: int = 0

    def take(self, count: int) -> NDArray[np.int16]:
        chunk = self.samples[self.at : self.at + count]
        self.at += len(chunk)
        return chunk


class Mixer:
    """Hands out samples block by block; a replaced sound fades out under the new one.

    `play` and `stop` may be called from any thread, `render` from one: what they share is a single
    reference, so the device's thread never waits.
    """

    def __init__(self, rate_hz: int) -> None:
        self.gain = 1.0
        self._rate_hz = rate_hz
        self._wanted: _Track | None = None
        self._playing: _Track | None = None

    def play(self, pcm: Pcm) -> None:
        """Begin a sound with the next block."""
        self._wanted = _Track(pcm.at_rate(self._rate_hz).samples)

    def stop(self) -> None:
        """Fall silent with the next block."""
        self._wanted = None

    def render(self, count: int) -> NDArray[np.int16]:
        """Return the next samples, shape [count]."""
        block = np.zeros(count, np.float32)
        wanted = self._wanted
        if wanted is not self._playing:
            if self._playing is not None:
                tail = self._playing.take(min(round(CUT_FADE_S * self._rate_hz), count))
                block[: len(tail)] += tail * np.linspace(1, 0, len(tail), dtype=np.float32)
            self._playing = wanted
        if wanted is not None:
            chunk = wanted.take(count)
            block[: len(chunk)] += chunk
        samples: NDArray[np.int16] = np.clip(block * self.gain, -FULL_SCALE, FULL_SCALE).astype(
            np.int16
        )
        return samples


class MiniaudioPlayer:
    """The loudspeaker of this machine.

    The device runs from `start` to `close`, silent in between: opening one takes longer than a
    word.

    Args:
        rate_hz: samples a second given to the device.
        silent: play to miniaudio's null device, for tests and for machines without a loudspeaker.
        clock: the time now, in seconds.
    """

    def __init__(
        self, rate_hz: int = RATE_HZ, silent: bool = False, clock: Clock = time.monotonic
    ) -> None:
        self._rate_hz = rate_hz
        self._silent = silent
        self._clock = clock
        self._mixer = Mixer(rate_hz)
        self._device: Any = None
        self._asked_s = 0.0

    @property
    def alive(self) -> bool:
        """Whether the device is open and still asks for samples."""
        device = self._device
        return (
            device is not None
            and bool(device.running)
            and self._clock() - self._asked_s < SILENT_DEVICE_S
        )

    def start(self) -> None:
        """Open the device, again if it was open.

        Raises:
            SpeechError: there is none, or miniaudio is not installed.
        """
        self.close()
        try:
            import miniaudio
        except ImportError as error:
            raise SpeechError(
                f"no sound: miniaudio is not installed ({error}); read the cues on the screen"
            ) from error
        _hush_alsa()
        blocks = self._blocks()
        next(blocks)
        try:
            self._device = self._open(miniaudio)
            self._asked_s = self._clock()
            self._device.start(blocks)
        except miniaudio.MiniaudioError as error:
            self.close()
            detail = str(error.args[0] if error.args else error)
            raise SpeechError(
                f"no loudspeaker answers ({detail}): connect one; until then read the cues on "
                "the screen"
            ) from error

    def play(self, pcm: Pcm) -> None:
        """Begin a sound with the device's next block."""
        self._mixer.play(pcm)

    def stop(self) -> None:
        """Break off what sounds."""
        self._mixer.stop()

    def set_gain(self, gain: float) -> None:
        """Set the factor of the samples, 0 to 1."""
        self._mixer.gain = gain

    def close(self) -> None:
        """Let the device go."""
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _open(self, miniaudio: Any) -> Any:
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16,
            nchannels=1,
            sample_rate=self._rate_hz,
            buffersize_msec=PERIOD_MS,
            callback_periods=PERIODS,
            backends=[miniaudio.Backend.NULL] if self._silent else None,
            app_name="FormCoach",
        )
        # Where no sound system answers at all, miniaudio falls back to a device nobody hears.
        if device.backend == "Null" and not self._silent:
            device.close()
            raise miniaudio.MiniaudioError("no sound system")
        return device

    def _blocks(self) -> Generator[bytes, int, None]:
        """Called by the device's own thread, each time with how many samples it wants."""
        count = yield b""
        while True:
            self._asked_s = self._clock()
            count = yield self._mixer.render(count).tobytes()


_keep: list[Any] = []


def _hush_alsa(platform: str = sys.platform) -> None:
    """Keep ALSA, which complains of a missing card line by line, off the user's terminal."""
    if _keep or not platform.startswith("linux"):
        return
    import ctypes

    handler_type = ctypes.CFUNCTYPE(
        None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
    )
    try:
        alsa = ctypes.CDLL("libasound.so.2")
        handler = handler_type(lambda *_: None)
        alsa.snd_lib_error_set_handler(handler)
    except (OSError, AttributeError):
        return
    # ALSA calls the handler for as long as the process lives.
    _keep.extend((alsa, handler))
