"""Which voice speaks: the best that is here, and another where it cannot."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sounds import lufs_of, tone

from formcoach.errors import SpeechError
from formcoach.voice import best
from formcoach.voice.best import BestVoice, Offer, synthesiser_for, voices_here
from formcoach.voice.opus import encode_opus
from formcoach.voice.pack import PackHeader, write_pack
from formcoach.voice.speech import EspeakSynthesiser, Pcm


@pytest.fixture(autouse=True)
def nothing_of_the_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user without voices of their own; returns where their packs would be."""
    monkeypatch.delenv(best.VOICES_VARIABLE, raising=False)
    monkeypatch.setattr(best, "user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path / "data" / "voices"


class Fake:
    """A voice that can say only some texts."""

    def __init__(self, *texts: str, hz: float = 300.0) -> None:
        self.texts, self.hz = texts, hz
        self.asked: list[str] = []

    def synthesise(self, text: str, lang: str) -> Pcm:
        self.asked.append(text)
        if self.texts and text not in self.texts:
            raise SpeechError(f"cannot say {text!r}")
        return tone(self.hz, 0.5).levelled()


def offer(kind: str, voice: Any) -> Offer:
    return Offer(kind=kind, make=lambda: voice)


def make_pack(path: Path, *texts: str, lang: str = "en") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    header = PackHeader(lang=lang, voice="somebody", licence="CC0-1.0")
    sounds = {text: encode_opus(tone(500.0, 0.5).levelled()) for text in texts}
    write_pack(path, header, sounds)
    return path


def test_english_has_the_pack_that_came_along_and_dutch_has_none() -> None:
    assert [one.name for one in voices_here("en")] == ["pack en.voice.zip", "system", "espeak"]
    assert [one.name for one in voices_here("nl")] == ["system", "espeak"]


def test_the_users_own_come_first(
    tmp_path: Path, nothing_of_the_users: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_pack(nothing_of_the_users / "nl.voice.zip", "Klaar", lang="nl")
    folder = tmp_path / "mine"
    make_pack(folder / "anna.voice.zip", "Klaar", lang="nl")
    for name, lang in (("a", "nl"), ("b", "en-us")):
        (folder / f"{name}.onnx").write_bytes(b"model")
        config = json.dumps({"espeak": {"voice": lang}})
        (folder / f"{name}.onnx.json").write_text(config, encoding="utf-8")
    monkeypatch.setenv(best.VOICES_VARIABLE, str(folder))
    assert [one.name for one in voices_here("nl")] == [
        "piper a.onnx",
        "pack anna.voice.zip",
        "pack nl.voice.zip",
        "system",
        "espeak",
    ]
    monkeypatch.setenv(best.VOICES_VARIABLE, str(folder / "b.onnx"))
    assert voices_here("en")[0].name == "piper b.onnx"
    assert "piper b.onnx" not in [one.name for one in voices_here("nl")]


def test_what_the_pack_lacks_is_said_by_the_next_voice_as_loud(tmp_path: Path) -> None:
    path = make_pack(tmp_path / "en.voice.zip", "Ready")
    voice = synthesiser_for(str(path), "en")
    said = [voice.synthesise(text, "en") for text in ("Ready", "Well done, Anna", "Ready")]
    loud = [lufs_of(pcm) for pcm in said]
    assert max(loud) - min(loud) <= 1.0
    assert np.allclose(loud, -18.0, atol=1.0)
    assert len({pcm.rate_hz for pcm in said}) == 1


def test_a_pack_is_asked_for_every_sentence_and_a_dead_voice_is_not() -> None:
    system, pack, espeak = Fake("nothing"), Fake("Ready"), Fake()
    voice = BestVoice([offer("system", system), offer("pack", pack), offer("espeak", espeak)])
    for text in ("Hello", "Ready", "Bye"):
        voice.synthesise(text, "en")
    assert system.asked == ["Hello"]
    assert pack.asked == ["Hello", "Ready", "Bye"]
    assert espeak.asked == ["Hello", "Bye"]


def test_a_text_that_nobody_can_say_costs_no_voice_its_place() -> None:
    first, last = Fake("Ready"), Fake("Ready")
    voice = BestVoice([offer("piper", first), offer("espeak", last)])
    with pytest.raises(SpeechError, match="cannot say ' '"):
        voice.synthesise(" ", "en")
    voice.synthesise("Ready", "en")
    assert first.asked == [" ", "Ready"]
    assert last.asked == [" "]


def test_a_voice_that_cannot_be_opened_is_passed_over_once() -> None:
    tries = []

    def broken() -> Fake:
        tries.append(1)
        raise SpeechError("not a Piper voice")

    voice = BestVoice([Offer(kind="piper", make=broken), offer("espeak", Fake())])
    voice.synthesise("Hello", "en")
    voice.synthesise("Bye", "en")
    assert len(tries) == 1


def test_no_voice_at_all_is_told() -> None:
    with pytest.raises(SpeechError, match="use --no-voice"):
        BestVoice([]).synthesise("Hello", "en")


def test_auto_never_falls_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.voice.zip"
    broken.write_bytes(b"no zip")
    monkeypatch.setenv(best.VOICES_VARIABLE, str(broken))
    for lang, text in (("en", "Hello, Anna"), ("nl", "Hallo, Anna"), ("en", "Lift your hips")):
        assert lufs_of(synthesiser_for("auto", lang).synthesise(text, lang)) > -19.0


def test_a_voice_is_asked_for_by_name(tmp_path: Path) -> None:
    assert isinstance(synthesiser_for("espeak", "nl"), EspeakSynthesiser)
    with pytest.raises(SpeechError, match="no voice pack for 'nl'"):
        synthesiser_for("pack", "nl")
    with pytest.raises(SpeechError, match="is not a voice pack"):
        synthesiser_for(str(tmp_path / "gone.voice.zip"), "en")
    with pytest.raises(SpeechError, match="no Piper voice at"):
        synthesiser_for("nonsense", "en")
    assert synthesiser_for("pack", "en").synthesise("Ready", "en").duration_s > 0.2
