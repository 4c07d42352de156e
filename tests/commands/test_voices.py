"""`formcoach voice`: hear those that are here, and make a pack of a Piper voice."""

import json
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from commands import run
from sounds import lufs_of, tone

from formcoach.commands.voices import render_sounds
from formcoach.errors import SpeechError
from formcoach.voice import best
from formcoach.voice.pack import VoicePack
from formcoach.voice.speech import Pcm, read_wav, synthesiser_for
from formcoach.words.book import closed_book
from formcoach.words.phrases import load_phrases


@pytest.fixture(autouse=True)
def nothing_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without voices of their own; returns where their packs would be."""
    monkeypatch.delenv(best.VOICES_VARIABLE, raising=False)
    monkeypatch.setattr(best, "user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path / "data" / "voices"


@pytest.fixture
def piper_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Piper voice that hums every sentence, in Dutch."""
    path = tmp_path / "nl_NL-someone.onnx"
    path.write_bytes(b"model")
    config = json.dumps({"espeak": {"voice": "nl"}})
    path.with_name(path.name + ".json").write_text(config, encoding="utf-8")
    module = ModuleType("piper")
    hum = SimpleNamespace(
        audio_int16_array=tone(300.0, 0.4, rate_hz=16_000).samples, sample_rate=16_000
    )
    voice = SimpleNamespace(
        config=SimpleNamespace(espeak_voice="nl"), synthesize=lambda text: [hum] if text else []
    )
    module.__dict__["PiperVoice"] = SimpleNamespace(load=lambda _: voice)
    monkeypatch.setitem(sys.modules, "piper", module)
    return path


def test_each_voice_that_is_here_speaks_as_loud(tmp_path: Path) -> None:
    ran = run("voice", "try", "--out", tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "ok  pack en.voice.zip" in ran.out
    assert "ok  espeak" in ran.out
    files = sorted(tmp_path.glob("*.wav"))
    assert [file.name for file in files] == ["1-pack-en.voice.zip.wav", "2-espeak.wav"]
    assert all(lufs_of(read_wav(file)) == pytest.approx(-18.0, abs=1.0) for file in files)


def test_a_voice_that_cannot_say_it_says_so(tmp_path: Path) -> None:
    ran = run("voice", "try", "Goedemorgen, Wim", "--lang", "nl", "--out", tmp_path)
    assert ran.status == 0
    assert "--  system: there is no system voice" in ran.out or "ok  system" in ran.out
    assert (tmp_path / "1-espeak.wav").is_file() or "ok  system" in ran.out


def test_without_a_loudspeaker_files_are_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    class Mute:
        def start(self) -> None:
            raise SpeechError("no loudspeaker answers: connect one")

        def close(self) -> None:
            pass

    monkeypatch.setattr("formcoach.voice.speech.MiniaudioPlayer", Mute)
    ran = run("voice", "try")
    assert ran.status == 0
    assert ran.error == "no loudspeaker answers: connect one; or write files instead: --out FOLDER"


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    ran = run("voice", "try", "--out", tmp_path / "file")
    assert ran.status == 1
    assert "choose another --out" in ran.error


def test_a_pack_is_made_of_a_piper_voice_and_speaks_without_it(
    piper_voice: Path, nothing_of_the_users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = closed_book(load_phrases("nl"))[:40]
    monkeypatch.setattr("formcoach.commands.voices.closed_book", lambda _: few)
    ran = run("voice", "render", "--piper", piper_voice, "--lang", "nl")
    assert (ran.status, ran.err) == (0, "")
    path = nothing_of_the_users / "nl.voice.zip"
    assert f"40 sounds: {path}" in ran.out
    pack = VoicePack(path)
    assert set(pack.texts) == {piece.text for piece in few}
    assert pack.header.lang == "nl"
    monkeypatch.setitem(sys.modules, "piper", None)
    voice = synthesiser_for("auto", "nl")
    sounds = [voice.synthesise(text, "nl") for text in (few[0].text, "Goed zo, Wilhelmina")]
    assert sounds[0].duration_s == pytest.approx(0.4, abs=0.1)  # the hum, not eSpeak
    assert [lufs_of(pcm) for pcm in sounds] == pytest.approx([-18.0, -18.0], abs=1.0)


def test_every_sentence_of_the_book_is_rendered() -> None:
    asked: list[str] = []

    class Voice:
        def synthesise(self, text: str, lang: str) -> Pcm:
            asked.append(text)
            return Pcm(samples=np.full(800, 900, np.int16), rate_hz=16_000)

    book = closed_book(load_phrases("nl"))[::20]
    done: list[tuple[int, int]] = []
    sounds = render_sounds(Voice(), "nl", book, lambda *far: done.append(far))
    assert asked == [piece.text for piece in book] == list(sounds)
    assert done[-1] == (len(book), len(book))


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--piper", "gone.onnx"), 1, "no Piper voice at gone.onnx"),
        (("--piper", "VOICE", "--lang", "en"), 1, "speaks 'nl', not 'en'"),
        (("--piper", "VOICE", "--lang", "nl", "--out", "pack.zip"), 2, "must end in .voice.zip"),
        (("--piper", "VOICE", "--lang", "nl", "--out", "FILE/x.voice.zip"), 1, "another --out"),
    ],
)
def test_what_cannot_be_rendered_is_told_in_one_line(
    piper_voice: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    status: int,
    said: str,
) -> None:
    few = closed_book(load_phrases("nl"))[:2]
    monkeypatch.setattr("formcoach.commands.voices.closed_book", lambda _: few)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    places = {"VOICE": str(piper_voice), "FILE/x.voice.zip": str(tmp_path / "file" / "x.voice.zip")}
    ran = run("voice", "render", *(places.get(one, one) for one in arguments))
    assert ran.status == status
    assert said in ran.error
