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
from collections.abc import Callable, Iterable
from threading import Condition, Thread
from types import TracebackType
from typing import Protocol, Self

from formcoach.coaching.events import Priority
from formcoach.errors import SpeechError
from formcoach.feedback.voice.espeak import EspeakSynthesiser
from formcoach.feedback.voice.other_voices import (
    PiperSynthesiser,
    SystemSynthesiser,
    synthesiser_for,
)
from formcoach.feedback.voice.pcm import RATE_HZ, Pcm, read_wav
from formcoach.feedback.voice.players import (
    Clock,
    MiniaudioPlayer,
    NullPlayer,
    Player,
    RecordingPlayer,
)
from formcoach.feedback.voice.policy import EXPIRES_S, SpeechQueue, Spoken, Utterance, schedule
from formcoach.feedback.voice.synthesiser import SpeechCache, Synthesiser

__all__ = [
    "EXPIRES_S",
    "RATE_HZ",
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

RETRY_S = (2.0, 60.0)
"""After how long a lost device is tried again: the first time, and at most. Proposal."""
LONGEST_WAIT_S = 0.25
"""How often the device is looked after while nothing is to be said."""
VOLUME = 0.8
"""At first: there is room to turn it up."""
VOLUME_STEP = 0.1
JOIN_S = 1.0

OnSpoken = Callable[[str, float, Pcm], None]
OnTrouble = Callable[[str], None]


class Speaker:
    """Says what waits in its queue; one `step` at a time, by whatever thread calls it.

    Args:
        cache: the voice.
        player: where the sound goes.
        clock: the time now, in seconds; `Utterance.t_s` is on it.
        on_spoken: told of each utterance at its end: the text, when it began, what was heard.
        on_trouble: told of each trouble once, of the loudspeaker once each time it goes, in a
            sentence for the user.
        retry_s: after how long a lost device is tried again, at first and at most.
    """

    def __init__(
        self,
        cache: SpeechCache,
        player: Player,
        clock: Clock,
        on_spoken: OnSpoken | None = None,
        on_trouble: OnTrouble | None = None,
        retry_s: tuple[float, float] = RETRY_S,
    ) -> None:
        self.queue = SpeechQueue()
        self.muted = False
        self._cache = cache
        self._player = player
        self._clock = clock
        self._on_spoken = on_spoken
        self._on_trouble = on_trouble
        self._device = _Device(player, on_trouble, retry_s)
        self._told: set[str] = set()
        self._speaking: Utterance | None = None
        self._spoken: Spoken | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is being said and nothing waits."""
        return self._speaking is None and not len(self.queue)

    def step(self) -> float:
        """End what has ended, begin what waits; return how long nothing more is to be done."""
        now_s = self._clock()
        self._device.mind(now_s)
        if self._spoken is not None and now_s >= self._end_s(self._spoken):
            self._end(now_s)
        if self.muted:
            self.queue.clear()
            self.hush()
        while (utterance := self.queue.take(now_s, self._speaking)) is not None:
            # Synthesis takes time: what was fresh and the most urgent may be so no more.
            self._consider(utterance)
            now_s = self._clock()
        if self._spoken is None:
            return LONGEST_WAIT_S
        return min(max(self._end_s(self._spoken) - now_s, 0.0), LONGEST_WAIT_S)

    def hush(self) -> None:
        """Break off what is being said."""
        if self._speaking is not None:
            self._player.stop()
            self._end(self._clock())

    def trouble(self, message: str) -> None:
        """Tell of a trouble, once."""
        if message not in self._told and self._on_trouble is not None:
            self._told.add(message)
            self._on_trouble(message)

    def _consider(self, utterance: Utterance) -> None:
        """Begin an utterance, unless by the time it can begin it should not."""
        try:
            pcm = self._cache.get(utterance.text)
        except SpeechError as error:
            self.trouble(str(error))
            return
        if self.queue.outranked(utterance):
            self.queue.give_back(utterance)
            return
        now_s = self._clock()
        if utterance.stale(now_s):
            return
        self._end(now_s)
        if self._device.open:
            self._player.play(pcm)
        self._speaking = utterance
        self._spoken = Spoken(text=utterance.text, started_s=now_s, pcm=pcm)

    @staticmethod
    def _end_s(spoken: Spoken) -> float:
        return spoken.started_s + spoken.pcm.duration_s

    def _end(self, now_s: float) -> None:
        spoken, self._spoken, self._speaking = self._spoken, None, None
        if spoken is not None and self._on_spoken is not None:
            heard = spoken.pcm.cut(now_s - spoken.started_s)
            self._on_spoken(spoken.text, spoken.started_s, heard)


class _Device:
    """Keeps a player's device open, and tries again with patience when it is not there."""

    def __init__(
        self, player: Player, on_trouble: OnTrouble | None, retry_s: tuple[float, float]
    ) -> None:
        self.open = False
        self._player = player
        self._on_trouble = on_trouble
        self._told = False
        self._first_s, self._most_s = retry_s
        self._delay_s = self._first_s
        self._next_try_s: float | None = None

    def mind(self, now_s: float) -> None:
        """See that the device is there; open it when it is due."""
        if self.open and not self._player.alive:
            self.open = False
            self._next_try_s = now_s + self._delay_s
            self._trouble("the loudspeaker is gone: read the cues on the screen until it is back")
        if self.open or (self._next_try_s is not None and now_s < self._next_try_s):
            return
        try:
            self._player.start()
        except SpeechError as error:
            self._trouble(str(error))
            self._next_try_s = now_s + self._delay_s
            self._delay_s = min(2 * self._delay_s, self._most_s)
        else:
            self.open = True
            self._told = False
            self._delay_s = self._first_s

    def _trouble(self, message: str) -> None:
        """Tell of it, once until the device is back."""
        if not self._told and self._on_trouble is not None:
            self._on_trouble(message)
        self._told = True


class Talker(Protocol):
    """What speaks: `Voice`, or what a test listens with. A context manager."""

    muted: bool

    @property
    def volume(self) -> float:
        """0 to 1, as the ear hears it."""
        ...

    def say(
        self, text: str, priority: Priority, t_s: float | None = None, expires_s: float = EXPIRES_S
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

    def __enter__(self) -> Self:
        """Give the voice itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Break off and let the device go."""
        ...


class Voice:
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
        self._preparing: list[Thread] = []
        self.volume = VOLUME
        self._thread = Thread(target=self._run, name="formcoach-voice", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def say(
        self,
        text: str,
        priority: Priority,
        t_s: float | None = None,
        expires_s: float = EXPIRES_S,
    ) -> None:
        """Say something as soon as nothing as urgent is being said.

        Args:
            text: the words.
            priority: it interrupts what is less urgent, and takes the place of what waits with
                the same priority.
            t_s: when it arose, on the voice's clock; now if not given.
            expires_s: how long after `t_s` it may still begin.
        """
        t_s = self._clock() if t_s is None else t_s
        self._push(Utterance(t_s=t_s, text=text, priority=priority, expires_s=expires_s))

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
        """Wait until all is said; return whether it is."""
        with self._bell:
            return self._bell.wait_for(
                lambda: not self._rung and not self._stepping and self._speaker.idle,
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
