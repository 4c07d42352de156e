"""What every synthesiser does, and the store of what one has said."""

from collections import OrderedDict
from threading import Lock
from typing import Protocol

from formcoach.feedback.voice.pcm import Pcm

__all__ = ["SpeechCache", "Synthesiser"]

LARGEST_CACHE = 128
"""Utterances kept; at some 60 kB each it stays under 8 MB."""


class Synthesiser(Protocol):
    """Turns words into sound; safe to call from several threads."""

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text, without silence around it.

        Raises:
            SpeechError: it cannot speak this language, or not at all.
        """
        ...


class SpeechCache:
    """What has been synthesised once in one language; the least used goes first."""

    def __init__(self, synthesiser: Synthesiser, lang: str, largest: int = LARGEST_CACHE) -> None:
        self._synthesiser = synthesiser
        self._lang = lang
        self._largest = largest
        self._sounds: OrderedDict[str, Pcm] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, text: str) -> bool:
        return text in self._sounds

    def __len__(self) -> int:
        return len(self._sounds)

    def get(self, text: str) -> Pcm:
        """Return the sound of a text.

        Raises:
            SpeechError: it cannot be synthesised.
        """
        with self._lock:
            if text in self._sounds:
                self._sounds.move_to_end(text)
                return self._sounds[text]
        pcm = self._synthesiser.synthesise(text, self._lang)
        with self._lock:
            self._sounds[text] = pcm
            while len(self._sounds) > self._largest:
                self._sounds.popitem(last=False)
        return pcm
