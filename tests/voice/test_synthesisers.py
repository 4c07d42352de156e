"""Voices: the built-in one and those that can take its place."""

import ctypes
import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sounds import lufs_of, tone, write_wav

from formcoach.errors import SpeechError
from formcoach.voice import espeak as espeak_module
from formcoach.voice.loudness import SPEECH_LUFS
from formcoach.voice.speech import (
    EspeakSynthesiser,
    Pcm,
    PiperSynthesiser,
    SpeechCache,
    Synthesiser,
    SystemSynthesiser,
    read_wav,
    synthesiser_for,
)
from formcoach.words.book import SHOWN_ONLY
from formcoach.words.phrases import LANGUAGES, load_phrases

MIN_S, MAX_S = 0.2, 3.5
"""How long a phrase must be to be understood, and may be to still be of use."""
PATIENCE_S = 20.0
"""How long a test waits for what must come; it never runs out when all is well."""
RATE_HZ = 1000


def pcm_of(duration_s: float, value: int = 1000) -> Pcm:
    return Pcm(samples=np.full(round(duration_s * RATE_HZ), value, np.int16), rate_hz=RATE_HZ)


class CountingSynthesiser:
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def synthesise(self, text: str, lang: str) -> Pcm:
        self.asked.append(text)
        return pcm_of(0.5)


@pytest.mark.parametrize(("lang", "text"), [("en", "Lift your hips"), ("nl", "Til je heupen op")])
def test_espeak_speaks_both_languages_without_silence_first(lang: str, text: str) -> None:
    pcm = EspeakSynthesiser().synthesise(text, lang)
    assert 0.5 < pcm.duration_s < 2.0
    loudness = np.abs(pcm.samples.astype(int))
    assert lufs_of(pcm) == pytest.approx(SPEECH_LUFS, abs=1.0)
    assert np.argmax(loudness > 300) <= 0.006 * pcm.rate_hz


def test_espeak_speaks_slower_when_told() -> None:
    text = "Straighten your standing leg"
    slow = EspeakSynthesiser(rate_wpm=120).synthesise(text, "en")
    fast = EspeakSynthesiser(rate_wpm=220).synthesise(text, "en")
    assert slow.duration_s > 1.3 * fast.duration_s


@pytest.mark.parametrize(("lang", "text", "said"), [("xx", "Hi", "en or nl"), ("en", " ", "words")])
def test_espeak_refuses_what_it_cannot_say(lang: str, text: str, said: str) -> None:
    with pytest.raises(SpeechError, match=said):
        EspeakSynthesiser().synthesise(text, lang)


def test_espeak_takes_any_text_for_words() -> None:
    for text in ("<b>5 & 6</b>", "--help", "één\0twee", "🏋 go", "[[x]]"):
        assert EspeakSynthesiser().synthesise(text, "nl").duration_s > 0.1


def test_espeak_may_be_called_from_several_threads() -> None:
    espeak = EspeakSynthesiser()
    texts = [("One", "en"), ("Til je heupen een klein beetje op", "nl")]
    alone = [espeak.synthesise(*one).duration_s for one in texts]
    spoken: list[tuple[int, float]] = []

    def speak(which: int) -> None:
        spoken.extend((which, espeak.synthesise(*texts[which]).duration_s) for _ in range(20))

    threads = [threading.Thread(target=speak, args=(which % 2,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert len(spoken) == 80
    # The voice flutters a little: no two are the same to the sample.
    assert all(length_s == pytest.approx(alone[which], rel=0.05) for which, length_s in spoken)


@pytest.fixture
def fresh_espeak() -> Iterator[None]:
    """Let a test load eSpeak anew, and leave the real one behind."""
    espeak_module._library.cache_clear()
    yield
    espeak_module._library.cache_clear()


@pytest.mark.usefixtures("fresh_espeak")
def test_missing_espeak_gives_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(SpeechError, match="reinstall espeakng-loader or use --no-voice"):
        EspeakSynthesiser().synthesise("One", "en")


@pytest.mark.usefixtures("fresh_espeak")
def test_unreadable_espeak_data_gives_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Function:
        def __call__(self, *_: Any) -> int:
            return -1

    class Library:
        def __getattr__(self, _: str) -> Function:
            return Function()

    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library())
    with pytest.raises(SpeechError, match="in a shorter path if this one is long"):
        EspeakSynthesiser().synthesise("One", "en")


def spoken_texts(lang: str) -> list[str]:
    """Every phrase of a language that a voice may have to say, its slots filled."""
    phrases = load_phrases(lang)
    silent = {
        *("about", "catalogue", "fault", "part", "quality", "recording", "report"),
        *("side", "side_of", "ui"),
    }
    texts = {
        key: value
        for key, value in phrases.texts.items()
        if key.split(".")[0] not in silent and not key.startswith(SHOWN_ONLY)
    }
    numbers = ("1", "7", "23")
    fillings = {
        "side": [value for key, value in phrases.texts.items() if key.startswith("side_of.")],
        "part": [value for key, value in phrases.texts.items() if key.startswith("part.")],
    }
    filled: list[str] = []
    for text in texts.values():
        slots = re.findall(r"{(\w+)}", text)
        filled.extend(
            text.format(**dict(zip(slots, values, strict=True)))
            for values in product(*(fillings.get(slot, numbers) for slot in slots))
        )
    told = [steps for key, steps in phrases.lists.items() if not key.startswith(SHOWN_ONLY)]
    return filled + [step for steps in told for step in steps]


def wrong_lengths(texts: Iterable[str], synthesiser: Synthesiser, lang: str) -> dict[str, float]:
    """Return how long those texts last that are too short to be understood or too long to help."""
    lengths = {text: synthesiser.synthesise(text, lang).duration_s for text in texts}
    return {text: length_s for text, length_s in lengths.items() if not MIN_S < length_s < MAX_S}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_phrase_is_long_enough_to_hear_and_short_enough_to_help(lang: str) -> None:
    texts = spoken_texts(lang)
    assert len(texts) > 100
    assert wrong_lengths(texts, EspeakSynthesiser(), lang) == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_phrase_spoken_to_a_file_keeps_its_length(lang: str, tmp_path: Path) -> None:
    pcm = EspeakSynthesiser().synthesise(load_phrases(lang).text("cue.hips_sag"), lang)
    write_wav(tmp_path / "cue.wav", pcm)
    assert MIN_S < read_wav(tmp_path / "cue.wav").duration_s == pcm.duration_s < MAX_S


def test_wrong_lengths_are_named() -> None:
    class ByLetters:
        def synthesise(self, text: str, lang: str) -> Pcm:
            return pcm_of(len(text) / 10)

    assert wrong_lengths(["a", "abcdef", "z" * 40], ByLetters(), "en") == {"a": 0.1, "z" * 40: 4.0}


def test_the_cache_asks_once_and_forgets_the_least_used() -> None:
    synthesiser = CountingSynthesiser()
    cache = SpeechCache(synthesiser, "en", lately=2)
    for text in ("one", "two", "one", "three", "one", "two"):
        cache.get(text)
    assert synthesiser.asked == ["one", "two", "three", "two"]
    assert len(cache) == 2


def test_what_was_made_ready_stays_however_much_is_said() -> None:
    synthesiser = CountingSynthesiser()
    cache = SpeechCache(synthesiser, "en", lately=2)
    cache.make_ready("ready")
    for number in range(100):
        cache.get(str(number))
    assert "ready" in cache
    assert len(cache) == 3
    cache.get("ready")
    assert synthesiser.asked.count("ready") == 1


@pytest.fixture
def piper_voice(tmp_path: Path) -> Path:
    path = tmp_path / "nl_NL-someone.onnx"
    path.write_bytes(b"model")
    path.with_name(path.name + ".json").write_text(json.dumps({}), encoding="utf-8")
    return path


def fake_piper(espeak_voice: str = "nl") -> ModuleType:
    module = ModuleType("piper")
    chunk = SimpleNamespace(audio_int16_array=np.full(4000, 900, np.int16), sample_rate=16_000)
    voice = SimpleNamespace(
        config=SimpleNamespace(espeak_voice=espeak_voice),
        synthesize=lambda text: [chunk] * len(text.split()),
    )
    module.__dict__["PiperVoice"] = SimpleNamespace(load=lambda _: voice)
    return module


def test_a_piper_voice_speaks_by_path(piper_voice: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "piper", fake_piper())
    pcm = synthesiser_for(str(piper_voice), "nl").synthesise("twee woorden", "nl")
    assert (pcm.rate_hz, pcm.duration_s) == (16_000, 0.5)


def test_a_piper_voice_of_another_language_is_refused(
    piper_voice: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "piper", fake_piper("en-us"))
    voice = PiperSynthesiser(piper_voice)
    assert voice.synthesise("One", "en").duration_s > 0
    with pytest.raises(SpeechError, match="speaks 'en-us', not 'nl'"):
        voice.synthesise("Een", "nl")
    with pytest.raises(SpeechError, match="nothing to say"):
        voice.synthesise(" ", "en")


def test_piper_troubles_give_the_way_out(
    piper_voice: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SpeechError, match=r"no Piper voice at .*gone\.onnx"):
        PiperSynthesiser(tmp_path / "gone.onnx")
    monkeypatch.setitem(sys.modules, "piper", None)
    with pytest.raises(SpeechError, match="pip install piper-tts"):
        PiperSynthesiser(piper_voice)
    broken = fake_piper()

    def load(_: Path) -> None:
        raise RuntimeError("bad protobuf\nmore")

    broken.__dict__["PiperVoice"] = SimpleNamespace(load=load)
    monkeypatch.setitem(sys.modules, "piper", broken)
    with pytest.raises(SpeechError, match=r"is not a Piper voice \(bad protobuf\): download"):
        PiperSynthesiser(piper_voice)


class FakeSystem:
    """Stands for `subprocess.run` on a machine with voices."""

    LISTING = "Bad News   en_US  # Hm\nXander   nl_NL  # Hallo, ik ben Xander.\n"

    def __init__(self) -> None:
        self.commands: list[list[str]] = []
        self.inputs: list[str] = []
        self.env: dict[str, str] = {}

    def __call__(self, command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        self.commands.append(command)
        self.inputs.append(options["input"])
        self.env = options["env"]
        path = self.env.get("FORMCOACH_WAV")
        if "-o" in command:
            path = command[command.index("-o") + 1]
        if path:
            write_wav(Path(path), tone(200.0, 0.4))
        return subprocess.CompletedProcess(command, 0, stdout=self.LISTING, stderr="")


def test_macos_speaks_with_a_voice_of_the_language() -> None:
    system = FakeSystem()
    voice = SystemSynthesiser(run=system, platform="darwin")
    assert voice.synthesise("-v twee", "nl").duration_s == pytest.approx(0.4, abs=0.05)
    voice.synthesise("drie", "nl")
    assert [command[:3] for command in system.commands] == [
        ["say", "-v", "?"],
        ["say", "-v", "Xander"],
        ["say", "-v", "Xander"],
    ]
    assert system.inputs[1:] == ["-v twee", "drie"]
    voice.synthesise("one", "en")
    assert system.commands[-1][2] == "Bad News"
    with pytest.raises(SpeechError, match="macOS has no voice for 'fr'"):
        voice.synthesise("un", "fr")


def test_windows_speaks_and_no_word_reaches_the_shell() -> None:
    system = FakeSystem()
    voice = SystemSynthesiser(run=system, platform="win32")
    text = "'; Remove-Item *"
    assert voice.synthesise(text, "en").duration_s > 0.3
    assert system.commands[0][0] == "powershell"
    assert not any(text in argument for argument in system.commands[0])
    assert (system.env["FORMCOACH_TEXT"], system.env["FORMCOACH_LANG"]) == (text, "en")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FileNotFoundError("no such command"), "no such command"),
        (subprocess.TimeoutExpired(["say"], 15.0), "timed out"),
        (subprocess.CalledProcessError(3, ["say"], stderr="no voice for 'nl'\nat"), "no voice for"),
        (subprocess.CalledProcessError(3, ["say"], stderr=" \n"), "exit status 3"),
        (subprocess.TimeoutExpired(["say"], 15.0, stderr=b"x"), "timed out"),
        (OSError(), "OSError"),
    ],
)
def test_a_failing_system_voice_gives_the_way_out(error: Exception, said: str) -> None:
    def run(*_: Any, **__: Any) -> "subprocess.CompletedProcess[str]":
        raise error

    with pytest.raises(SpeechError, match=rf"{said}.*use the built-in one"):
        SystemSynthesiser(run=run, platform="win32").synthesise("One", "en")


def test_linux_has_no_system_voice() -> None:
    with pytest.raises(SpeechError, match="use the built-in one or a Piper voice"):
        SystemSynthesiser(platform="linux")
    assert isinstance(synthesiser_for("espeak", "nl"), EspeakSynthesiser)
