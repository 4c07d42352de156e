"""Who may speak, and when: the more urgent interrupts, and what comes too late is not said.

It has no clock and no thread of its own: the live voice asks with the clock's time, `schedule` with
a recorded video's. A queue may be shared by threads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

from formcoach.coaching.events import Priority
from formcoach.voice.chimes import Chime, joined_sounds
from formcoach.voice.pcm import Pcm
from formcoach.voice.synthesiser import SpeechCache, Synthesiser

__all__ = ["EXPIRES_S", "SpeechQueue", "Spoken", "Utterance", "schedule", "sound_of"]

EXPIRES_S = 2.0
"""How long a cue may wait before it is stale. Proposal: half the 4 s between any two cues (C12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """Something to be said.

    Attributes:
        t_s: when it arose.
        text: the words; empty for a sound alone.
        priority: how urgent it is; the lowest number interrupts the others.
        expires_s: how long after `t_s` it may still begin.
        chime: a sound that goes before the words.
    """

    t_s: float
    text: str
    priority: Priority
    expires_s: float = EXPIRES_S
    chime: Chime | None = None

    def stale(self, now_s: float) -> bool:
        """Whether it is too late to begin."""
        return now_s > self.t_s + self.expires_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What was said: from when, and as much of it as was heard."""

    text: str
    started_s: float
    pcm: Pcm


def sound_of(utterance: Utterance, cache: SpeechCache) -> Pcm:
    """Return the sound of an utterance: its chime, its words, or both.

    Raises:
        SpeechError: the words cannot be synthesised.
    """
    words = cache.get(utterance.text) if utterance.text or utterance.chime is None else None
    return joined_sounds(utterance.chime, words)


class SpeechQueue:
    """What waits to be said: at most one utterance of each urgency, the newest.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._waiting: dict[Priority, Utterance] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._waiting)

    def push(self, utterance: Utterance) -> None:
        """Let it wait, in place of an older one of the same urgency."""
        with self._lock:
            self._waiting[utterance.priority] = utterance

    def take(self, now_s: float, speaking: Utterance | None = None) -> Utterance | None:
        """Take what may begin now; forget what is stale.

        Args:
            now_s: the time now.
            speaking: what is being said; only something more urgent may begin before its end.
        """
        with self._lock:
            for priority, utterance in list(self._waiting.items()):
                if utterance.stale(now_s):
                    del self._waiting[priority]
            if not self._waiting:
                return None
            first = min(self._waiting)
            if speaking is not None and first >= speaking.priority:
                return None
            return self._waiting.pop(first)

    def outranked(self, utterance: Utterance) -> bool:
        """Whether something more urgent waits."""
        with self._lock:
            return min(self._waiting, default=utterance.priority) < utterance.priority

    def give_back(self, utterance: Utterance) -> None:
        """Let what was taken wait again, unless a newer one of its urgency does."""
        with self._lock:
            self._waiting.setdefault(utterance.priority, utterance)

    def clear(self) -> None:
        """Forget all that waits."""
        with self._lock:
            self._waiting.clear()


def schedule(utterances: Iterable[Utterance], synthesiser: Synthesiser, lang: str) -> list[Spoken]:
    """Say in a recorded video's own time what a live voice would have said.

    Args:
        utterances: all of them, in any order; `t_s` is the video's time.
        synthesiser: the voice.
        lang: the language of the texts, ``en`` or ``nl``.

    Returns:
        What is heard, in order of time, never two at once.

    Raises:
        SpeechError: the voice cannot speak.
    """
    desk = OfflineSpeaker(SpeechCache(synthesiser, lang))
    for utterance in sorted(utterances, key=lambda one: (one.t_s, one.priority)):
        desk.advance(utterance.t_s)
        desk.queue.push(utterance)
    desk.advance(float("inf"))
    return desk.spoken


class OfflineSpeaker:
    """A speaker in media time."""

    def __init__(self, cache: SpeechCache) -> None:
        self.queue = SpeechQueue()
        self.spoken: list[Spoken] = []
        self._cache = cache
        self._now_s = float("-inf")
        self._speaking: Utterance | None = None
        self._pcm: Pcm | None = None
        self._started_s = 0.0

    def advance(self, until_s: float) -> None:
        """Go on until a time: begin what waits, end what ends."""
        if until_s == self._now_s:
            return
        self._begin(self._now_s)
        while self._pcm is not None and (end_s := self._started_s + self._pcm.duration_s) < until_s:
            self._end(end_s)
            self._begin(end_s)
        self._now_s = until_s

    def _begin(self, now_s: float) -> None:
        utterance = self.queue.take(now_s, self._speaking)
        if utterance is None:
            return
        self._end(now_s)
        self._speaking = utterance
        self._pcm = sound_of(utterance, self._cache)
        self._started_s = now_s

    def _end(self, now_s: float) -> None:
        if self._speaking is None or self._pcm is None:
            return
        pcm = self._pcm.cut(now_s - self._started_s)
        self.spoken.append(Spoken(text=self._speaking.text, started_s=self._started_s, pcm=pcm))
        self._speaking = self._pcm = None
