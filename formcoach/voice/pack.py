"""A voice pack: a book of sentences spoken once, to be played from then on.

A pack is a stored zip: ``index.json`` says the language, whose voice it is and which sound says
which words; each sound is an Ogg Opus file that any player opens. A sentence that is not there
whole is put together from those of its clauses that are (``Set done, 5 good of`` and ``8``).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import numpy as np

from formcoach.errors import SpeechError
from formcoach.voice.clauses import clauses
from formcoach.voice.opus import decode_opus
from formcoach.voice.pcm import RATE_HZ, Pcm

__all__ = ["INDEX", "PackHeader", "VoicePack", "write_pack"]

INDEX = "index.json"
FORMAT = "formcoach-voice-1"
GAPS_S = {". ": 0.25, ", ": 0.12, "; ": 0.15, ": ": 0.15, " ": 0.02}
"""The pause between two sounds of a sentence, by what stands between them. Proposal."""
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackHeader:
    """What a pack says of itself.

    Attributes:
        lang: the language, ``en`` or ``nl``.
        voice: whose voice it is.
        licence: of the voice, and so of the sounds.
        recipe: how they were made; sounds of another recipe are made again.
    """

    lang: str
    voice: str
    licence: str
    recipe: str = ""


class VoicePack:
    """A voice that has all its sentences ready.

    Args:
        path: the pack.

    Attributes:
        header: what it says of itself.

    Raises:
        SpeechError: there is no such file, or it is no pack.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._zip = ZipFile(BytesIO(path.read_bytes()))
            index = json.loads(self._zip.read(INDEX))
            if index["format"] != FORMAT:
                raise ValueError(f"format {index['format']!r}, not {FORMAT!r}")
            self.header = PackHeader(**index["header"])
            self._files: dict[str, str] = dict(index["sounds"])
        except (OSError, BadZipFile, KeyError, TypeError, ValueError) as error:
            raise SpeechError(
                f"{path} is not a voice pack ({error}): make it again with formcoach voice render"
            ) from error
        self._path = path
        self._lock = Lock()

    @property
    def texts(self) -> tuple[str, ...]:
        """What it can say whole."""
        return tuple(self._files)

    def data(self, text: str) -> bytes:
        """Return the file of one sound.

        Raises:
            SpeechError: there is none, or it is damaged.
        """
        try:
            with self._lock:
                return self._zip.read(self._files[text])
        except (BadZipFile, KeyError) as error:
            raise SpeechError(
                f"{self._path.name} has no sound for {text!r} ({error}): another voice says it"
            ) from error

    def synthesise(self, text: str, lang: str) -> Pcm:
        """Return the sound of a text, whole or put together.

        Raises:
            SpeechError: the pack is of another language, or lacks some of the words.
        """
        if lang != self.header.lang:
            raise SpeechError(
                f"{self._path.name} speaks {self.header.lang!r}, not {lang!r}: choose another voice"
            )
        parts = clauses(text, self._files)
        if parts is None:
            raise SpeechError(f"{self._path.name} cannot say {text!r}: another voice says it")
        sounds = []
        for words, joint in parts:
            sounds += [decode_opus(self.data(words)).samples, _silence(joint)]
        # Opus moves the loudness of some words a little.
        return Pcm(samples=np.concatenate(sounds[:-1]), rate_hz=RATE_HZ).levelled()


def write_pack(path: Path, header: PackHeader, sounds: Mapping[str, bytes]) -> None:
    """Write a pack; the same sounds give the same bytes.

    Args:
        path: where; a pack that is there is replaced once the new one is whole.
        header: what it says of itself.
        sounds: an Ogg Opus file for each text.

    Raises:
        OSError: it cannot be written.
    """
    files = {text: f"{sha256(text.encode()).hexdigest()[:12]}.opus" for text in sorted(sounds)}
    index = {"format": FORMAT, "header": asdict(header), "sounds": files}
    entries = {INDEX: json.dumps(index, ensure_ascii=False, indent=0).encode()}
    entries |= {name: sounds[text] for text, name in files.items()}
    part = path.with_name(path.name + ".part")
    with ZipFile(part, "w", ZIP_STORED) as archive:
        for name, data in entries.items():
            archive.writestr(ZipInfo(name, _ZIP_DATE), data)
    part.replace(path)


def _silence(joint: str) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.zeros(round(GAPS_S.get(joint, 0.0) * RATE_HZ), np.int16)
