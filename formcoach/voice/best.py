"""Which voices there are here, the best first, and a voice that never falls silent.

voice = synthesiser_for("auto", "en")
voice.synthesise("Lift your hips", "en")      # the pack
voice.synthesise("Hello, Anna", "en")         # not in the pack: the next voice, as loud
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from platformdirs import user_data_path

from formcoach.errors import SpeechError
from formcoach.voice.clauses import PACK_SUFFIX
from formcoach.voice.espeak import EspeakSynthesiser
from formcoach.voice.other_voices import PiperSynthesiser, SystemSynthesiser
from formcoach.voice.pcm import Pcm
from formcoach.voice.synthesiser import Synthesiser

__all__ = [
    "VOICES_VARIABLE",
    "BestVoice",
    "Offer",
    "own_pack_path",
    "shipped_pack",
    "synthesiser_for",
    "voices_here",
]

VOICES_VARIABLE = "FORMCOACH_VOICES"
"""Names a Piper voice, a pack, or a folder of them: they come before all other voices."""

_PACKAGE = Path(__file__).resolve().parents[1]
_SHIPPED = (_PACKAGE / "voices", _PACKAGE.parent / "voices")
"""In an installed package, and in the source folder where it is installed for development."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A voice that may be here.

    Attributes:
        kind: ``piper``, ``pack``, ``system`` or ``espeak``.
        make: opens it; raises SpeechError where it cannot be opened after all.
        path: its file, where it has one.
    """

    kind: str
    make: Callable[[], Synthesiser]
    path: Path | None = None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self.kind if self.path is None else f"{self.kind} {self.path.name}"


def voices_here(lang: str) -> list[Offer]:
    """Return the voices for a language, the best first; eSpeak is always the last.

    The user's own come first (`VOICES_VARIABLE`, then a pack of ``voice render``), then the pack
    that came with FormCoach, then the system's. That a file is named does not mean it speaks:
    opening it tells.
    """
    named = os.environ.get(VOICES_VARIABLE)
    own = _named(Path(named), lang) if named else []
    packs = [path for path in (own_pack_path(lang), shipped_pack(lang)) if path and path.is_file()]
    return [
        *own,
        *map(_pack_offer, packs),
        Offer(kind="system", make=SystemSynthesiser),
        Offer(kind="espeak", make=EspeakSynthesiser),
    ]


def synthesiser_for(speaker: str, lang: str) -> Synthesiser:
    """Return the voice that was asked for.

    Args:
        speaker: ``auto`` for the best that is here, ``pack``, ``system``, ``espeak``, or the path
            of a Piper voice or of a pack.
        lang: the language it will speak.

    Raises:
        SpeechError: there is no such voice here.
    """
    if speaker == "auto":
        return BestVoice(voices_here(lang))
    espeak = Offer(kind="espeak", make=EspeakSynthesiser)
    if speaker == "pack":
        packs = [offer for offer in voices_here(lang) if offer.kind == "pack"]
        if not packs:
            raise SpeechError(
                f"there is no voice pack for {lang!r}: make one with formcoach voice render, or "
                "use --speaker auto"
            )
        return BestVoice([*packs, espeak])
    if speaker.endswith(PACK_SUFFIX):
        offer = _pack_offer(Path(speaker))
        offer.make()
        return BestVoice([offer, espeak])
    if speaker == "espeak":
        return EspeakSynthesiser()
    return SystemSynthesiser() if speaker == "system" else PiperSynthesiser(Path(speaker))


class BestVoice:
    """Speaks with the best of several voices, and with the next where that one cannot.

    A pack is asked for every sentence. Any other voice that fails at what the next one can say is
    not asked again: a command that does not answer would hold up every cue.

    Args:
        offers: the voices, the best first; each is opened when it is first needed.
    """

    def __init__(self, offers: Sequence[Offer]) -> None:
        self._offers = list(offers)
        self._open: dict[int, Synthesiser] = {}
        self._given_up: set[int] = set()

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text, by the first voice that can say it.

        Raises:
            SpeechError: none can; it tells why the last one could not.
        """
        failed: list[int] = []
        trouble = SpeechError("there is no voice here: reinstall FormCoach, or use --no-voice")
        for number in self._candidates():
            try:
                sound = self._voice(number).synthesise(text, lang)
            except SpeechError as error:
                trouble = error
                failed.append(number)
                continue
            self._given_up.update(one for one in failed if self._may_be_given_up(one))
            return sound
        raise trouble

    def _candidates(self) -> Iterator[int]:
        return (n for n in range(len(self._offers)) if n not in self._given_up)

    def _may_be_given_up(self, number: int) -> bool:
        return number not in self._open or self._offers[number].kind != "pack"

    def _voice(self, number: int) -> Synthesiser:
        if number not in self._open:
            self._open[number] = self._offers[number].make()
        return self._open[number]


def own_pack_path(lang: str) -> Path:
    """Return where ``formcoach voice render`` puts this user's pack of a language."""
    return user_data_path("formcoach", appauthor=False) / "voices" / f"{lang}{PACK_SUFFIX}"


def shipped_pack(lang: str) -> Path | None:
    """Return the pack that came with FormCoach, where the language has one."""
    paths = (folder / f"{lang}{PACK_SUFFIX}" for folder in _SHIPPED)
    return next((path for path in paths if path.is_file()), None)


def _named(path: Path, lang: str) -> list[Offer]:
    """Return what the user's own choice holds for a language: one voice, or a folder of them."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    packs = [_pack_offer(file) for file in files if file.name.endswith(PACK_SUFFIX)]
    piper = [
        Offer(kind="piper", make=partial(PiperSynthesiser, file), path=file)
        for file in files
        if file.suffix == ".onnx" and _piper_lang(file) in (lang, None)
    ]
    return [*piper, *packs]


def _pack_offer(path: Path) -> Offer:
    def make() -> Synthesiser:
        from formcoach.voice.pack import VoicePack  # slow to import: it decodes sound

        return VoicePack(path)

    return Offer(kind="pack", make=make, path=path)


def _piper_lang(voice: Path) -> str | None:
    """Return the language that stands in the file beside a Piper voice; None where none does."""
    try:
        config = json.loads(voice.with_name(voice.name + ".json").read_bytes())
        return str(config["espeak"]["voice"]).split("-")[0]
    except (OSError, ValueError, KeyError, TypeError):
        return None
