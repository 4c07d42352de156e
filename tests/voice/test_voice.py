"""The voice's threads."""

import threading
from collections.abc import Callable, Iterator

import pytest
from voice_parts import PATIENCE_S, FakeClock, FlakyPlayer, pcm_of

from formcoach.coaching.events import Priority
from formcoach.errors import SpeechError
from formcoach.voice.speech import (
    EspeakSynthesiser,
    MiniaudioPlayer,
    NullPlayer,
    Pcm,
    RecordingPlayer,
    Voice,
)


class Listing:
    """Every text lasts a second; notes what it is asked."""

    def __init__(self, until: int = 0) -> None:
        self.asked: list[str] = []
        self.ready = threading.Event()
        self._until = until

    def synthesise(self, text: str, lang: str) -> Pcm:
        self.asked.append(text)
        if len(self.asked) == self._until:
            self.ready.set()
        if text == "unspeakable":
            raise SpeechError("cannot say 'unspeakable': use other words")
        return pcm_of(1.0)


class Ear:
    """Collects what a voice reports, and can be waited for."""

    def __init__(self) -> None:
        self.spoken: list[str] = []
        self.troubles: list[str] = []
        self._news = threading.Condition()

    def on_spoken(self, text: str, _started_s: float, _pcm: Pcm) -> None:
        with self._news:
            self.spoken.append(text)
            self._news.notify_all()

    def on_trouble(self, message: str) -> None:
        with self._news:
            self.troubles.append(message)
            self._news.notify_all()

    def wait_for(self, happened: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(happened, PATIENCE_S)


class BriefSounds:
    def synthesise(self, text: str, lang: str) -> Pcm:
        return pcm_of(0.01)


@pytest.fixture
def no_leaked_threads() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert {thread.name for thread in set(threading.enumerate()) - before} == set()


@pytest.mark.usefixtures("no_leaked_threads")
def test_a_voice_says_and_reports_it() -> None:
    ear, player = Ear(), RecordingPlayer()
    with Voice(BriefSounds(), player, on_spoken=ear.on_spoken) as voice:
        voice.say("one", Priority.FORM)
        assert voice.finish(PATIENCE_S)
        voice.say("two", Priority.FORM)
        assert voice.finish(PATIENCE_S)
    assert ear.spoken == ["one", "two"]
    assert len(player.played) == 2


@pytest.mark.usefixtures("no_leaked_threads")
def test_say_does_not_wait_for_a_synthesiser_that_is_stuck() -> None:
    release = threading.Event()

    class Stuck:
        def synthesise(self, text: str, lang: str) -> Pcm:
            assert release.wait(PATIENCE_S)
            return pcm_of(0.01)

    with Voice(Stuck(), NullPlayer()) as voice:
        for n in range(100):
            voice.say(f"cue {n}", Priority.FORM)
        assert not release.is_set()
        release.set()


@pytest.mark.usefixtures("no_leaked_threads")
def test_prepared_texts_are_synthesised_before_they_are_said() -> None:
    synthesiser = Listing(until=3)
    voice = Voice(synthesiser, NullPlayer())
    voice.prepare(["one", "unspeakable", "two"])
    assert synthesiser.ready.wait(PATIENCE_S)
    voice.close()
    assert synthesiser.asked == ["one", "unspeakable", "two"]


class Broken:
    """Says "one"; fails at everything else with an error of its own."""

    def synthesise(self, text: str, lang: str) -> Pcm:
        if text != "one":
            raise RuntimeError("\nonnx failed\nat 0x7f")
        return pcm_of(0.01)


@pytest.mark.usefixtures("no_leaked_threads")
def test_a_synthesiser_that_fails_is_told_and_the_voice_goes_on() -> None:
    ear = Ear()
    voice = Voice(Broken(), NullPlayer(), on_spoken=ear.on_spoken, on_trouble=ear.on_trouble)
    with voice:
        voice.prepare(["two"])
        voice.say("three", Priority.FORM)
        ear.wait_for(lambda: bool(ear.troubles))
        assert voice.finish(PATIENCE_S)
        voice.say("one", Priority.FORM)
        assert voice.finish(PATIENCE_S)
    assert ear.spoken == ["one"]
    assert ear.troubles == ["the voice failed (onnx failed): choose another, or use --no-voice"]


@pytest.mark.usefixtures("no_leaked_threads")
def test_a_voice_that_ends_by_a_mistake_says_so_and_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ear, seen = Ear(), threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda _: seen.set())

    def mistaken(text: str, started_s: float, pcm: Pcm) -> None:
        raise AttributeError("no video")

    with Voice(BriefSounds(), NullPlayer(), on_spoken=mistaken, on_trouble=ear.on_trouble) as voice:
        voice.say("one", Priority.FORM)
        voice.say("two", Priority.SAFETY)
        assert voice.finish(PATIENCE_S)
        assert seen.wait(PATIENCE_S)
        voice.say("three", Priority.FORM)
        assert voice.finish(0.0)
    assert ear.troubles == ["the voice has stopped (no video): read the cues on the screen"]


@pytest.mark.usefixtures("no_leaked_threads")
def test_closing_breaks_off_and_may_be_done_twice() -> None:
    ear, player = Ear(), RecordingPlayer()
    started = threading.Event()
    player.play = lambda pcm: started.set()  # type: ignore[method-assign]

    class Endless:
        def synthesise(self, text: str, lang: str) -> Pcm:
            return pcm_of(3600.0)

    voice = Voice(Endless(), player, on_spoken=ear.on_spoken)
    voice.say("for ever", Priority.FORM)
    assert started.wait(PATIENCE_S)
    voice.close()
    voice.close()
    assert ear.spoken == ["for ever"]
    assert len(player.stopped) == 1


@pytest.mark.usefixtures("no_leaked_threads")
def test_volume_goes_by_steps_and_stays_in_bounds() -> None:
    player = RecordingPlayer()
    steps = []
    with Voice(BriefSounds(), player) as voice:
        for step in (voice.louder, voice.quieter, voice.quieter):
            step()
            steps.append((voice.volume, round(player.gain, 2)))
        voice.volume = -3
        steps.append((voice.volume, player.gain))
    assert steps == [(0.9, 0.81), (0.8, 0.64), (0.7, 0.49), (0.0, 0.0)]


@pytest.mark.usefixtures("no_leaked_threads")
def test_a_voice_can_be_muted() -> None:
    ear = Ear()
    with Voice(BriefSounds(), NullPlayer(), on_spoken=ear.on_spoken) as voice:
        voice.muted = True
        voice.say("unheard", Priority.FORM)
        assert voice.finish(PATIENCE_S)
        voice.muted = False
        voice.say("heard", Priority.FORM)
        ear.wait_for(lambda: ear.spoken == ["heard"])
        assert not voice.muted


@pytest.mark.usefixtures("no_leaked_threads")
def test_a_missing_device_is_told_by_the_thread_and_a_returning_one_taken_up() -> None:
    ear = Ear()
    clock = FakeClock()
    player = FlakyPlayer(clock, present=False)
    with Voice(
        Listing(), player, clock=clock, on_trouble=ear.on_trouble, retry_s=(1.0, 1.0)
    ) as voice:
        ear.wait_for(lambda: bool(ear.troubles))
        player.present = True
        clock.now_s += 1.0
        voice.say("hello", Priority.FORM)
        started = threading.Event()
        player.play = lambda pcm: started.set()  # type: ignore[method-assign]
        voice.say("hello", Priority.SAFETY)
        assert started.wait(PATIENCE_S)
    assert ear.troubles == ["no loudspeaker answers: connect one"]


@pytest.mark.usefixtures("no_leaked_threads")
def test_a_real_voice_reaches_the_null_device() -> None:
    ear = Ear()
    with Voice(
        EspeakSynthesiser(), MiniaudioPlayer(silent=True), lang="nl", on_spoken=ear.on_spoken
    ) as voice:
        voice.prepare(["Eén"])
        voice.say("Eén", Priority.FORM)
        ear.wait_for(lambda: ear.spoken == ["Eén"])
