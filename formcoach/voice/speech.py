"""The coach's voice: what is urgent is said at once, what is stale is not said at all.

    voice = Voice(EspeakSynthesiser(), MiniaudioPlayer(), lang="en")
    voice.prepare(phrases)                     # ahead, in the background
    voice.say("Lift your hips", Priority.FORM) # returns at once
    voice.finish(5.0)
    voice.close()

The caller never waits: a thread of the voice's own synthesises and plays. Without a loudspeaker the
voice says so once through `on_trouble`, goes on unheard and tries again now and then; `on_spoken`
still tells what was said and when, for the sound track of a recording.
"""

import time
from collections.abc import Iterable
from threading import Condition, Thread
from typing import Protocol

from formcoach.coaching.events import Priority
from formcoach.errors import SpeechError
from formcoach.system.closing import Closing, Managed
from formcoach.voice.best import synthesiser_for
from formcoach.voice.chimes import Chime, CountBy
from formcoach.voice.espeak import EspeakSynthesiser
from formcoach.voice.other_voices import (
    PiperSynthesiser,
    SystemSynthesiser,
)
from formcoach.voice.pcm import RATE_HZ, Pcm, read_wav
from formcoach.voice.players import (
    Clock,
    MiniaudioPlayer,
    NullPlayer,
    Player,
    RecordingPlayer,
)
from formcoach.voice.policy import EXPIRES_S, Spoken, Utterance, schedule
from formcoach.voice.speaker import RETRY_S, OnSpoken, OnTrouble, Speaker
from formcoach.voice.synthesiser import SpeechCache, Synthesiser, reason_of

__all__ = [
    "EXPIRES_S",
    "RATE_HZ",
    "Chime",
    "CountBy",
    "EspeakSynthesiser",
    "MiniaudioPlayer",
    "NullPlayer",
    "OnSpoken",
    "OnTrouble",
    "Pcm",
    "PiperSynthesiser",
    "Player",
    "RecordingPlayer",
    "Speaker",
    "SpeechCache",
    "Spoken",
    "Synthesiser",
    "SystemSynthesiser",
    "Talker",
    "Utterance",
    "Voice",
    "read_wav",
    "schedule",
    "synthesiser_for",
]

VOLUME = 0.8
"""At first: there is room to turn it up."""
VOLUME_STEP = 0.1
JOIN_S = 1.0


class Talker(Managed, Protocol):
    """What speaks: `Voice`, or what a test listens with. A context manager."""

    muted: bool

    @property
    def volume(self) -> float:
        """0 to 1, as the ear hears it."""
        ...

    def say(
        self,
        text: str,
        priority: Priority,
        t_s: float | None = None,
        expires_s: float = EXPIRES_S,
        chime: Chime | None = None,
    ) -> None:
        """Say something as soon as nothing as urgent is being said."""
        ...

    def prepare(self, texts: Iterable[str]) -> None:
        """Make ready what may have to be said at once."""
        ...

    def louder(self) -> None:
        """Raise the volume by a step."""
        ...

    def quieter(self) -> None:
        """Lower the volume by a step."""
        ...

    def finish(self, timeout_s: float) -> bool:
        """Wait until all is said; return whether it is."""
        ...


class Voice(Closing):
    """A voice with a thread of its own; every method but `finish` and `close` returns at once.

    Args:
        synthesiser: turns words into sound.
        player: where the sound goes; the voice opens and closes it.
        lang: the language of the texts, ``en`` or ``nl``.
        clock: the time now, in seconds.
        on_spoken: told of each utterance at its end: the text, when it began, what was heard of
            it. Called by the voice's thread, as is `on_trouble`.
        on_trouble: told of each trouble once, of the loudspeaker once each time it goes, in a
            sentence for the user.
        retry_s: after how long a lost device is tried again, at first and at most.
    """

    def __init__(
        self,
        synthesiser: Synthesiser,
        player: Player,
        *,
        lang: str = "en",
        clock: Clock = time.monotonic,
        on_spoken: OnSpoken | None = None,
        on_trouble: OnTrouble | None = None,
        retry_s: tuple[float, float] = RETRY_S,
    ) -> None:
        self._player = player
        self._clock = clock
        self._cache = SpeechCache(synthesiser, lang)
        self._speaker = Speaker(self._cache, player, clock, on_spoken, on_trouble, retry_s)
        self._bell = Condition()
        self._rung = False
        self._stepping = False
        self._closing = False
        self._ended = False
        self._preparing: list[Thread] = []
        self.volume = VOLUME
        self._thread = Thread(target=self._run, name="formcoach-voice", daemon=True)
        self._thread.start()

    def say(
        self,
        text: str,
        priority: Priority,
        t_s: float | None = None,
        expires_s: float = EXPIRES_S,
        chime: Chime | None = None,
    ) -> None:
        """Say something as soon as nothing as urgent is being said.

        Args:
            text: the words; empty for a chime alone.
            priority: it interrupts what is less urgent, and takes the place of what waits with
                the same priority.
            t_s: when it arose, on the voice's clock; now if not given.
            expires_s: how long after `t_s` it may still begin.
            chime: a sound that goes before the words.
        """
        t_s = self._clock() if t_s is None else t_s
        self._push(
            Utterance(t_s=t_s, text=text, priority=priority, expires_s=expires_s, chime=chime)
        )

    def prepare(self, texts: Iterable[str]) -> None:
        """Synthesise texts ahead, in the background, so that they begin at once."""
        wanted = list(texts)
        thread = Thread(
            target=self._prepare, args=(wanted,), name="formcoach-voice-prepare", daemon=True
        )
        self._preparing = [one for one in self._preparing if one.is_alive()]
        self._preparing.append(thread)
        thread.start()

    @property
    def muted(self) -> bool:
        """Whether nothing is said; what was being said is broken off."""
        return self._speaker.muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._speaker.muted = muted
        self._ring()

    @property
    def volume(self) -> float:
        """0 to 1, as the ear hears it; the samples follow its square."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = round(min(max(volume, 0.0), 1.0), 2)
        self._player.set_gain(self._volume**2)

    def louder(self) -> None:
        """Raise the volume by a step."""
        self.volume += VOLUME_STEP

    def quieter(self) -> None:
        """Lower the volume by a step."""
        self.volume -= VOLUME_STEP

    def finish(self, timeout_s: float) -> bool:
        """Wait until all is said, or nothing more can be; return whether it is so."""
        with self._bell:
            return self._bell.wait_for(
                lambda: (
                    self._ended or (not self._rung and not self._stepping and self._speaker.idle)
                ),
                timeout=timeout_s,
            )

    def close(self) -> None:
        """Break off, end the threads and let the device go; safe to call twice."""
        self._closing = True
        self._ring()
        for thread in (self._thread, *self._preparing):
            thread.join(JOIN_S)
        self._player.close()

    def _push(self, utterance: Utterance) -> None:
        self._speaker.queue.push(utterance)
        self._ring()

    def _ring(self) -> None:
        with self._bell:
            self._rung = True
            self._bell.notify_all()

    def _run(self) -> None:
        try:
            self._go_on()
        # Whatever ends this thread, somebody must be told: raised again, it is only printed.
        except Exception as error:
            reason = reason_of(error)
            self._speaker.trouble(f"the voice has stopped ({reason}): read the cues on the screen")
            raise
        finally:
            with self._bell:
                self._ended = True
                self._bell.notify_all()

    def _go_on(self) -> None:
        while not self._closing:
            with self._bell:
                self._rung = False
                self._stepping = True
            wait_s = self._speaker.step()
            with self._bell:
                self._stepping = False
                self._bell.notify_all()
                if not self._rung:
                    self._bell.wait(wait_s)
        self._speaker.hush()

    def _prepare(self, texts: list[str]) -> None:
        for text in texts:
            if self._closing:
                return
            try:
                self._cache.make_ready(text)
            except SpeechError as error:
                self._speaker.trouble(str(error))
