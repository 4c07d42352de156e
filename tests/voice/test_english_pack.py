"""The English pack that comes along: it holds the book, it is small, and it sounds as it should."""

import json
import tomllib
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pytest
from sounds import lufs_of

from formcoach.voice.best import shipped_pack, synthesiser_for
from formcoach.voice.clauses import clauses
from formcoach.voice.loudness import SPEECH_LUFS
from formcoach.voice.pack import INDEX, VoicePack
from formcoach.voice.speech import EspeakSynthesiser
from formcoach.words.book import closed_book
from formcoach.words.phrases import load_phrases

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "voices"
MAX_BYTES = 6_000_000
MAX_MISSING = 0.10
"""Of the book, until the pack is rendered again after a change of words; eSpeak says those."""
RENDER = "render them with `python voices/build.py`, or name what is only read in SHOWN_ONLY"


@pytest.fixture(scope="module")
def pack() -> VoicePack:
    path = shipped_pack("en")
    assert path is not None
    return VoicePack(path)


def test_it_is_small_plain_and_the_one_that_was_built(pack: VoicePack) -> None:
    path = FOLDER / "en.voice.zip"
    assert shipped_pack("en") == path
    assert path.stat().st_size <= MAX_BYTES
    digest, name = (FOLDER / "SHA256SUMS").read_text(encoding="utf-8").split()
    assert (digest, name) == (sha256(path.read_bytes()).hexdigest(), path.name)
    with ZipFile(path) as archive:
        assert {entry.compress_type for entry in archive.infolist()} == {ZIP_STORED}
        assert len(archive.namelist()) == len(pack.texts) + 1
        assert json.loads(archive.read(INDEX))["header"]["licence"] == "Apache-2.0"
    assert (pack.header.lang, "Kokoro" in pack.header.voice) == ("en", True)


def test_it_is_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included["voices/en.voice.zip"] == "formcoach/voices/en.voice.zip"


def test_the_book_is_in_it(pack: VoicePack) -> None:
    book = closed_book(load_phrases("en"))
    known = set(pack.texts)
    missing = [f"{piece.phrase}: {piece.text}" for piece in book if piece.text not in known]
    assert len(missing) <= MAX_MISSING * len(book), f"{missing}; {RENDER}"


def test_nothing_in_it_is_stale_beyond_what_is_missing(pack: VoicePack) -> None:
    book = {piece.text for piece in closed_book(load_phrases("en"))}
    stale = [text for text in pack.texts if text not in book]
    assert len(stale) <= MAX_MISSING * len(book), f"{stale}; {RENDER}"


def test_what_must_be_said_is_never_missing(pack: VoicePack) -> None:
    """Numbers, and what to do when something hurts, are held without any margin."""
    phrases = load_phrases("en")
    must = [phrases.text(key) for key in phrases.texts if key.startswith("react.")]
    must += [str(n) for n in range(1, 31)]
    must += [
        step for key in phrases.lists if key.startswith("advice.") for step in phrases.steps(key)
    ]
    assert [text for text in must if clauses(text, pack.texts) is None] == []


def test_every_sound_is_as_loud_as_any_voice_and_as_long_as_its_words(pack: VoicePack) -> None:
    """A third of them here; `voices/check.py` listens to all, and to their words."""
    espeak = EspeakSynthesiser()
    suspicious, texts = [], sorted(pack.texts)[::3]
    for text in texts:
        pcm = pack.synthesise(text, "en")
        ratio = pcm.duration_s / espeak.synthesise(text, "en").duration_s
        if abs(lufs_of(pcm) - SPEECH_LUFS) > 1.0 or not 0.55 <= ratio <= 1.8:
            suspicious.append((text, round(lufs_of(pcm), 1), round(ratio, 2)))
    assert len(suspicious) <= 0.02 * len(texts), suspicious


def test_a_sound_begins_at_once_and_never_in_the_middle(pack: VoicePack) -> None:
    late, abrupt = [], []
    for text in pack.texts[::3]:
        pcm = pack.synthesise(text, "en")
        height = np.abs(pcm.samples.astype(int))
        if np.argmax(height > 0.03 * height.max()) > 0.06 * pcm.rate_hz:
            late.append(text)
        if height[: round(0.003 * pcm.rate_hz)].max() > 0.35 * height.max():
            abrupt.append(text)
    assert len(late) <= 0.02 * len(pack.texts), late
    assert abrupt == []


def test_a_name_that_was_typed_in_is_said_as_loud_in_the_same_session() -> None:
    voice = synthesiser_for("auto", "en")
    texts = ("Lift your hips slightly", "Well done, Wilhelmina", "Lift your hips slightly")
    loud = [lufs_of(voice.synthesise(text, "en")) for text in texts]
    assert max(loud) - min(loud) <= 1.0
    assert loud[0] == pytest.approx(SPEECH_LUFS, abs=1.0)
