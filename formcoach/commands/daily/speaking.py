"""A voice for what is said between the exercises: waits until it is said, or goes without."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from formcoach.coaching.events import Priority
from formcoach.errors import SpeechError
from formcoach.voice.speech import MiniaudioPlayer, Voice, synthesiser_for

__all__ = ["speaking"]

MAX_S = 8.0
"""No sentence takes longer; a voice that does is not waited for."""


@contextmanager
def speaking(lang: str, speaker: str = "auto") -> Iterator[Callable[[str], None] | None]:
    """Give a function that says a sentence and returns when it is said; None without a voice.

    Args:
        lang: the language of the sentences.
        speaker: whose voice: auto, pack, system, espeak, or the path of a Piper voice or a pack.
    """
    try:
        voice = Voice(synthesiser_for(speaker, lang), MiniaudioPlayer(), lang=lang)
    except SpeechError:
        yield None  # every sentence is shown as well
        return

    def say(text: str) -> None:
        voice.say(text, Priority.VIEW)
        voice.finish(MAX_S)

    with voice:
        yield say
