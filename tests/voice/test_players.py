"""Players: the loudspeaker, and what stands in for it."""

import sys
import threading
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sounds import tone
from voice_parts import PATIENCE_S, RATE_HZ, FakeClock, pcm_of

from formcoach.errors import SpeechError
from formcoach.voice.players import Mixer
from formcoach.voice.speech import MiniaudioPlayer


def test_the_mixer_plays_to_the_end_and_then_silence() -> None:
    mixer = Mixer(RATE_HZ)
    assert not mixer.render(50).any()
    mixer.play(pcm_of(0.12))
    heard = np.concatenate([mixer.render(50) for _ in range(4)])
    assert np.count_nonzero(heard) == 120
    assert heard.dtype == np.int16


def test_the_mixer_fades_the_replaced_sound_out_under_the_new_one() -> None:
    mixer = Mixer(RATE_HZ)
    mixer.play(pcm_of(1.0, 10_000))
    mixer.render(50)
    mixer.play(pcm_of(1.0, -2000))
    block = mixer.render(50)
    assert block[0] == 8000
    assert (block[5:] == -2000).all()
    mixer.stop()
    assert np.count_nonzero(mixer.render(50)) < 6


def test_the_mixer_obeys_the_gain_and_never_wraps() -> None:
    mixer = Mixer(RATE_HZ)
    mixer.gain = 0.25
    mixer.play(pcm_of(1.0, 10_000))
    assert (mixer.render(10) == 2500).all()
    mixer.gain = 1.0
    mixer.play(pcm_of(1.0, 32_000))
    mixer.render(10)
    mixer.play(pcm_of(1.0, 32_000))
    assert mixer.render(10).max() == 32_767


def answers(player: MiniaudioPlayer) -> bool:
    return player.alive


def test_the_null_device_takes_sound_until_it_is_closed() -> None:
    player = MiniaudioPlayer(silent=True)
    rendered = threading.Event()
    render = player._mixer.render

    def watch(count: int) -> Any:
        block = render(count)
        if block.any():
            rendered.set()
        return block

    player._mixer.render = watch  # type: ignore[method-assign]
    assert not answers(player)
    player.start()
    try:
        assert answers(player)
        player.play(tone(440.0, 1.0, fade_s=0.0))
        assert rendered.wait(PATIENCE_S)
    finally:
        player.close()
    assert not answers(player)


def test_a_device_that_asks_for_nothing_any_more_is_gone() -> None:
    clock = FakeClock()
    player = MiniaudioPlayer(silent=True, clock=clock)
    player.start()
    try:
        player._device.stop()
        clock.now_s += 5.0
        assert not answers(player)
    finally:
        player.close()


def fake_miniaudio(backend: str | None) -> ModuleType:
    module = ModuleType("miniaudio")
    module.__dict__["MiniaudioError"] = type("MiniaudioError", (Exception,), {})
    module.__dict__["SampleFormat"] = SimpleNamespace(SIGNED16=2)
    closed: list[bool] = []

    def open_device(**_: Any) -> Any:
        if backend is None:
            raise module.__dict__["MiniaudioError"]("failed to init device", -401)
        return SimpleNamespace(backend=backend, close=lambda: closed.append(True))

    module.__dict__["PlaybackDevice"] = open_device
    module.__dict__["closed"] = closed
    return module


def test_no_device_and_a_device_nobody_hears_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "miniaudio", fake_miniaudio(None))
    with pytest.raises(SpeechError, match=r"no loudspeaker answers \(failed to init device\)"):
        MiniaudioPlayer().start()
    unheard = fake_miniaudio("Null")
    monkeypatch.setitem(sys.modules, "miniaudio", unheard)
    with pytest.raises(SpeechError, match=r"no loudspeaker answers \(no sound system\)"):
        MiniaudioPlayer().start()
    assert unheard.__dict__["closed"] == [True]
    monkeypatch.setitem(sys.modules, "miniaudio", None)
    with pytest.raises(SpeechError, match="miniaudio is not installed"):
        MiniaudioPlayer().start()
