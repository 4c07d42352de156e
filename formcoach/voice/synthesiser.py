"""What every synthesiser does, and the store of what one has said."""

from collections import OrderedDict
from threading import Lock
from typing import Protocol

from formcoach.errors import SpeechError
from formcoach.voice.pcm import Pcm

__all__ = ["SpeechCache", "Synthesiser", "reason_of"]

LATELY = 16
"""So many utterances are kept besides those that were made ready; some 60 kB each. What comes once,
like the count of a long set, is to fill no memory."""


def reason_of(error: Exception) -> str:
    """Return in a few words why something foreign failed: what it wrote, said, or else is."""
    for words in (getattr(error, "stderr", None), str(error)):
        if isinstance(words, str) and words.strip():
            return words.strip().splitlines()[0]
    return type(error).__name__


class Synthesiser(Protocol):
    """Turns words into sound; safe to call from several threads."""

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text, without silence around it.

        Raises:
            SpeechError: it cannot speak this language, or not at all.
        """
        ...


class SpeechCache:
    """What has been synthesised in one language: what was made ready, and what was said lately.

    Whatever a synthesiser fails with comes out of here as a SpeechError.
    """

    def __init__(self, synthesiser: Synthesiser, lang: str, lately: int = LATELY) -> None:
        self._synthesiser = synthesiser
        self._lang = lang
        self._most_lately = lately
        self._ready: dict[str, Pcm] = {}
        self._lately: OrderedDict[str, Pcm] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, text: str) -> bool:
        return text in self._ready or text in self._lately

    def __len__(self) -> int:
        return len(self._ready) + len(self._lately)

    def make_ready(self, text: str) -> None:
        """Synthesise a text and keep it.

        Raises:
            SpeechError: it cannot be synthesised.
        """
        pcm = self.get(text)
        with self._lock:
            self._ready[text] = pcm
            self._lately.pop(text, None)

    def get(self, text: str) -> Pcm:
        """Return the sound of a text.

        Raises:
            SpeechError: it cannot be synthesised.
        """
        with self._lock:
            if text in self._ready:
                return self._ready[text]
            if text in self._lately:
                self._lately.move_to_end(text)
                return self._lately[text]
        pcm = self._synthesised(text)
        with self._lock:
            self._lately[text] = pcm
            while len(self._lately) > self._most_lately:
                self._lately.popitem(last=False)
        return pcm

    def _synthesised(self, text: str) -> Pcm:
        try:
            return self._synthesiser.synthesise(text, self._lang)
        except SpeechError:
            raise
        # A voice may be anybody's, so what goes wrong in it has no common error class.
        except Exception as error:
            raise SpeechError(
                f"the voice failed ({reason_of(error)}): choose another, or use --no-voice"
            ) from error
