"""Sound in memory."""

from pathlib import Path

import numpy as np
import pytest
from sounds import lufs_of, tone, write_wav

from formcoach.errors import SpeechError
from formcoach.voice.speech import Pcm, read_wav

RATE_HZ = 1000


def pcm_of(duration_s: float, value: int = 1000) -> Pcm:
    return Pcm(samples=np.full(round(duration_s * RATE_HZ), value, np.int16), rate_hz=RATE_HZ)


def test_a_sound_must_be_mono_int16() -> None:
    with pytest.raises(SpeechError, match=r"must be int16 of shape \[N\], got float64"):
        Pcm(samples=np.zeros(3), rate_hz=8000)  # type: ignore[arg-type]
    with pytest.raises(SpeechError, match="must be positive, got 0"):
        Pcm(samples=np.zeros(3, np.int16), rate_hz=0)


def test_another_rate_keeps_length_and_height() -> None:
    pcm = tone(440.0, 0.5)
    other = pcm.at_rate(48_000)
    assert other.rate_hz == 48_000
    assert other.duration_s == pytest.approx(pcm.duration_s, abs=1e-4)
    spectrum = np.abs(np.fft.rfft(other.samples))
    assert np.argmax(spectrum) / other.duration_s == pytest.approx(440.0, abs=2.0)


def test_cutting_fades_out_and_never_lengthens() -> None:
    pcm = pcm_of(1.0)
    cut = pcm.cut(0.3)
    assert cut.duration_s == pytest.approx(0.3)
    assert cut.samples[-1] == 0
    assert cut.samples[0] == 1000
    assert pcm.samples[299] == 1000
    assert pcm.cut(5.0) is pcm
    assert pcm.cut(-1.0).duration_s == 0.0


def test_levelling_takes_the_silence_away_and_makes_it_as_loud_as_any_other() -> None:
    voice = tone(400.0, 1.0, fade_s=0.0)
    silence = np.zeros(voice.rate_hz, np.int16)
    quiet = Pcm(samples=np.concatenate([silence, voice.samples, silence]), rate_hz=voice.rate_hz)
    for gain in (1, 4):
        levelled = Pcm(samples=quiet.samples * np.int16(gain), rate_hz=quiet.rate_hz).levelled()
        assert levelled.duration_s == pytest.approx(1.035, abs=0.002)
        assert lufs_of(levelled) == pytest.approx(-18.0, abs=0.1)
    assert not len(Pcm(samples=np.zeros(9, np.int16), rate_hz=RATE_HZ).levelled().samples)


def test_wav_files_go_out_and_come_back(tmp_path: Path) -> None:
    pcm = tone(330.0, 0.2)
    write_wav(tmp_path / "tone.wav", pcm)
    back = read_wav(tmp_path / "tone.wav")
    assert back.rate_hz == pcm.rate_hz
    assert np.array_equal(back.samples, pcm.samples)


def test_a_wav_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.wav"
    path.write_text("not a sound", encoding="utf-8")
    with pytest.raises(SpeechError, match="must be a WAV file"):
        read_wav(path)
