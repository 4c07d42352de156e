"""Voice packs: written, read, put together, and refused where they are none."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from sounds import lufs_of, tone

from formcoach.errors import SpeechError
from formcoach.voice.clauses import clauses, plain
from formcoach.voice.opus import decode_opus, encode_opus
from formcoach.voice.pack import PackHeader, VoicePack, write_pack
from formcoach.voice.pcm import RATE_HZ, Pcm

HEADER = PackHeader(lang="en", voice="somebody", licence="CC0-1.0")
SOUNDS = {"Ready": 300.0, "5": 400.0, "Set done, 5 good of": 500.0, "Next set": 600.0}


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    path = tmp_path / "en.voice.zip"
    write_pack(path, HEADER, {text: encode_opus(tone(hz, 0.5)) for text, hz in SOUNDS.items()})
    return path


def pitch_hz(pcm: Pcm) -> float:
    spectrum = np.abs(np.fft.rfft(pcm.samples * np.hanning(len(pcm.samples))))
    return float(np.argmax(spectrum) / pcm.duration_s)


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 48_000])
def test_opus_keeps_length_pitch_and_loudness(rate_hz: int) -> None:
    sound = tone(440.0, 0.73, rate_hz=rate_hz)
    back = decode_opus(encode_opus(sound))
    assert back.rate_hz == RATE_HZ
    assert back.duration_s == pytest.approx(sound.duration_s, abs=0.01)
    assert pitch_hz(back) == pytest.approx(440.0, abs=4.0)
    assert lufs_of(back) == pytest.approx(lufs_of(sound), abs=0.6)


def test_what_is_no_sound_is_refused() -> None:
    for data in (b"", b"OggS", b"not a sound at all" * 50, encode_opus(tone(300.0, 0.2))[:60]):
        with pytest.raises(SpeechError, match="are not a sound in Ogg Opus"):
            decode_opus(data)


def test_a_pack_says_what_was_put_into_it(pack: Path) -> None:
    voice = VoicePack(pack)
    assert voice.header == HEADER
    assert sorted(voice.texts) == sorted(SOUNDS)
    for text, hz in SOUNDS.items():
        assert pitch_hz(voice.synthesise(text, "en")) == pytest.approx(hz, abs=6.0)


def test_a_sentence_is_put_together_from_its_clauses(pack: Path) -> None:
    voice = VoicePack(pack)
    whole = voice.synthesise("Set done, 5 good of 5. Next set", "en")
    assert whole.duration_s == pytest.approx(0.5 + 0.02 + 0.5 + 0.25 + 0.5, abs=0.05)
    last = Pcm(samples=whole.samples[-RATE_HZ // 2 :], rate_hz=RATE_HZ)
    assert pitch_hz(last) == pytest.approx(600.0, abs=6.0)


@pytest.mark.parametrize(
    "text", ["Hello, Anna", "5 apples", "Ready, Anna", "", "Set done, 6 good of 5"]
)
def test_what_a_pack_lacks_it_does_not_say(pack: Path, text: str) -> None:
    with pytest.raises(SpeechError, match="another voice says it"):
        VoicePack(pack).synthesise(text, "en")


def test_a_pack_of_another_language_is_refused(pack: Path) -> None:
    with pytest.raises(SpeechError, match="speaks 'en', not 'nl'"):
        VoicePack(pack).synthesise("Ready", "nl")


def test_the_same_sounds_make_the_same_file(pack: Path, tmp_path: Path) -> None:
    voice = VoicePack(pack)
    again = tmp_path / "again.voice.zip"
    write_pack(again, voice.header, {text: voice.data(text) for text in reversed(voice.texts)})
    assert again.read_bytes() == pack.read_bytes()
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_what_is_no_pack_is_refused(pack: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.voice.zip"
    with ZipFile(other, "w") as archive:
        archive.writestr("index.json", '{"format": "formcoach-voice-9", "sounds": {}}')
    text = tmp_path / "text.voice.zip"
    text.write_text("no zip", encoding="utf-8")
    cut = tmp_path / "cut.voice.zip"
    cut.write_bytes(pack.read_bytes()[:-200])
    empty = tmp_path / "empty.voice.zip"
    with ZipFile(empty, "w"):
        pass
    for path in (other, text, cut, empty, tmp_path / "gone.voice.zip", tmp_path):
        with pytest.raises(SpeechError, match=r"is not a voice pack .* formcoach voice render"):
            VoicePack(path)


def test_a_damaged_sound_is_told_of(pack: Path) -> None:
    data = bytearray(pack.read_bytes())
    at = data.index(b"OggS")
    data[at : at + 4] = b"XXXX"
    pack.write_bytes(data)
    voice = VoicePack(pack)
    troubles = []
    for text in voice.texts:
        try:
            voice.synthesise(text, "en")
        except SpeechError as error:
            troubles.append(str(error))
    assert len(troubles) == 1
    assert "another voice says it" in troubles[0]


def test_clauses_are_as_long_as_can_be() -> None:
    known = {"Hips down", "in line", "Hips down, in line", "5", "5 good of"}
    assert clauses("Hips down, in line.", known) == [("Hips down, in line", "")]
    assert clauses("Hips down. 5 good of 5", known) == [
        ("Hips down", ". "),
        ("5 good of", " "),
        ("5", ""),
    ]
    assert clauses("Hips down, anything", known) is None
    assert plain(" Did it hurt? ") == "Did it hurt?"
