"""A voice for what is said between the exercises: waits until it is said, or goes without."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from formcoach.coaching.events import Priority
from formcoach.errors import SpeechError
from formcoach.voice.speech import MiniaudioPlayer, Voice, synthesiser_for

__all__ = ["Speak", "speaking"]

MAX_S = 8.0
"""No sentence takes longer; a voice that does is not waited for."""

SLICE_S = 0.05


class Speak(Protocol):
    """Says a sentence."""

    def __call__(self, text: str, wait: bool = True) -> None:
        """Say it; return when it is said where that is waited for."""
        ...


@contextmanager
def speaking(
    lang: str, speaker: str = "auto", meanwhile: Callable[[], object] | None = None
) -> Iterator[Speak | None]:
    """Give a function that says a sentence and returns when it is said; None without a voice.

    Args:
        lang: the language of the sentences.
        speaker: whose voice: auto, pack, system, espeak, or the path of a Piper voice or a pack.
        meanwhile: done again and again while a sentence is waited for, such as to show a picture.
    """
    try:
        voice = Voice(synthesiser_for(speaker, lang), MiniaudioPlayer(), lang=lang)
    except SpeechError:
        yield None  # every sentence is shown as well
        return

    def say(text: str, wait: bool = True) -> None:
        voice.say(text, Priority.VIEW)
        until_s = monotonic() + MAX_S
        while wait and not voice.finish(MAX_S if meanwhile is None else SLICE_S):
            if monotonic() >= until_s:
                return
            if meanwhile is not None:
                meanwhile()

    with voice:
        yield say
