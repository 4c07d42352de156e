"""Loudness: the standard's own figure, and every voice brought to the same."""

import numpy as np
import pytest
from sounds import lufs_of

from formcoach.voice.loudness import CEILING, SPEECH_LUFS, loudness_lufs, to_loudness
from formcoach.voice.speech import EspeakSynthesiser
from formcoach.words.book import closed_book
from formcoach.words.phrases import LANGUAGES, load_phrases


def sine(frequency_hz: float, duration_s: float, rate_hz: int = 48_000) -> np.ndarray:
    return np.sin(2 * np.pi * frequency_hz * np.arange(round(duration_s * rate_hz)) / rate_hz)


@pytest.mark.parametrize("rate_hz", [22_050, 24_000, 44_100, 48_000])
def test_a_full_sine_is_as_loud_as_the_standard_says(rate_hz: int) -> None:
    assert loudness_lufs(sine(997, 2.0, rate_hz), rate_hz) == pytest.approx(-3.01, abs=0.05)


def test_rumble_is_not_heard_and_silence_has_no_loudness() -> None:
    assert loudness_lufs(sine(20, 2.0), 48_000) < loudness_lufs(sine(997, 2.0), 48_000) - 10
    assert loudness_lufs(np.zeros(48_000), 48_000) == -np.inf
    assert loudness_lufs(np.zeros(0), 48_000) == -np.inf


def test_the_pauses_of_speech_do_not_count() -> None:
    spoken = sine(500, 1.0) * 0.1
    paused = np.concatenate([spoken, np.zeros(2 * 48_000), spoken])
    assert loudness_lufs(paused, 48_000) == pytest.approx(loudness_lufs(spoken, 48_000), abs=1.0)


def test_a_word_shorter_than_a_block_is_measured_whole() -> None:
    assert loudness_lufs(sine(997, 0.2), 48_000) == pytest.approx(-3.01, abs=0.1)


def test_what_has_high_peaks_is_rounded_off_and_still_as_loud() -> None:
    clicks = sine(300, 1.0) * 0.05
    clicks[::4800] = 1.0
    loud = to_loudness(clicks, 48_000)
    assert np.abs(loud).max() <= CEILING + 1e-9
    assert loudness_lufs(loud, 48_000) == pytest.approx(SPEECH_LUFS, abs=1.0)


def test_silence_stays_silence() -> None:
    assert not to_loudness(np.zeros(100), 48_000).any()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_espeak_says_everything_as_loud(lang: str) -> None:
    espeak = EspeakSynthesiser()
    texts = [piece.text for piece in closed_book(load_phrases(lang))][::12]
    assert len(texts) > 50
    wrong = {text: lufs_of(espeak.synthesise(text, lang)) for text in texts}
    assert {t: lufs for t, lufs in wrong.items() if abs(lufs - SPEECH_LUFS) > 1.0} == {}
