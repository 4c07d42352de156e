"""Says what waits to be said: one step at a time, and with patience where no loudspeaker is."""

from collections.abc import Callable
from threading import Lock

from formcoach.errors import SpeechError
from formcoach.voice.pcm import Pcm
from formcoach.voice.players import Clock, Player
from formcoach.voice.policy import SpeechQueue, Spoken, Utterance, sound_of
from formcoach.voice.synthesiser import SpeechCache

__all__ = ["RETRY_S", "OnSpoken", "OnTrouble", "Speaker"]

RETRY_S = (2.0, 60.0)
"""After how long a lost device is tried again: the first time, and at most. Proposal."""
MAX_WAIT_S = 0.25
"""How often the device is looked after while nothing is to be said."""

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
        self._telling = Lock()
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
            return MAX_WAIT_S
        return min(max(self._end_s(self._spoken) - now_s, 0.0), MAX_WAIT_S)

    def hush(self) -> None:
        """Break off what is being said."""
        if self._speaking is not None:
            self._player.stop()
            self._end(self._clock())

    def trouble(self, message: str) -> None:
        """Tell of a trouble, once; may be called from any thread."""
        with self._telling:
            new = message not in self._told
            self._told.add(message)
        if new and self._on_trouble is not None:
            self._on_trouble(message)

    def _consider(self, utterance: Utterance) -> None:
        """Begin an utterance, unless by the time it can begin it should not."""
        try:
            pcm = sound_of(utterance, self._cache)
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
