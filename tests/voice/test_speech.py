"""Who speaks, and when."""

from collections.abc import Callable

import numpy as np
import pytest
from voice_parts import FakeClock, FlakyPlayer, pcm_of

from formcoach.coaching.events import Priority
from formcoach.errors import SpeechError
from formcoach.voice.speech import (
    Pcm,
    Speaker,
    SpeechCache,
    Utterance,
    schedule,
)


def utterance(t_s: float, text: str, priority: Priority, expires_s: float = 2.0) -> Utterance:
    return Utterance(t_s=t_s, text=text, priority=priority, expires_s=expires_s)


class OneSecondEach:
    """Every text lasts a second; `delay_s` passes on the clock while it is synthesised."""

    def __init__(self, clock: FakeClock | None = None, delay_s: float = 0.0) -> None:
        self.length_s = 1.0
        self.asked: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self._clock, self._delay_s = clock, delay_s

    def synthesise(self, text: str, lang: str) -> Pcm:
        self.asked.append(text)
        self.meanwhile()
        if text == "unspeakable":
            raise SpeechError("cannot say 'unspeakable': use other words")
        if self._clock is not None:
            self._clock.now_s += self._delay_s
        return pcm_of(self.length_s)


class Bench:
    """A speaker on a clock that the test turns."""

    def __init__(self, delay_s: float = 0.0, present: bool = True) -> None:
        self.clock = FakeClock()
        self.synthesiser = OneSecondEach(self.clock, delay_s)
        self.player = FlakyPlayer(self.clock, present)
        self.spoken: list[tuple[str, float, float]] = []
        self.troubles: list[str] = []
        self.speaker = Speaker(
            SpeechCache(self.synthesiser, "en"),
            self.player,
            self.clock,
            lambda text, at, pcm: self.spoken.append(
                (text, round(at - 100, 3), round(pcm.duration_s, 3))
            ),
            self.troubles.append,
            retry_s=(2.0, 8.0),
        )

    def say(self, text: str, priority: Priority, expires_s: float = 2.0) -> None:
        self.speaker.queue.push(utterance(self.clock(), text, priority, expires_s))

    def go_on(self, seconds: float, step_s: float = 0.05) -> None:
        """Turn the clock, stepping as the thread would."""
        end_s = self.clock.now_s + seconds
        self.speaker.step()
        while self.clock.now_s < end_s - 1e-9:
            self.clock.now_s = round(min(self.clock.now_s + step_s, end_s), 6)
            self.speaker.step()


# --- who speaks ---


def test_one_after_the_other_when_none_is_more_urgent() -> None:
    bench = Bench()
    bench.say("first", Priority.FORM)
    bench.go_on(0.5)
    bench.say("second", Priority.FORM)
    bench.go_on(3.0)
    assert bench.spoken == [("first", 0.0, 1.0), ("second", 1.0, 1.0)]
    assert bench.speaker.idle


def test_the_more_urgent_interrupts_and_the_rest_is_not_taken_up_again() -> None:
    bench = Bench()
    bench.say("praise", Priority.PRAISE)
    bench.go_on(0.4)
    bench.say("stop", Priority.SAFETY)
    bench.go_on(3.0)
    assert bench.spoken == [("praise", 0.0, 0.4), ("stop", 0.4, 1.0)]


def test_the_less_urgent_waits_and_the_most_urgent_goes_first() -> None:
    bench = Bench()
    bench.say("praise", Priority.PRAISE)
    bench.say("stop", Priority.SAFETY)
    bench.go_on(2.5)
    assert [text for text, *_ in bench.spoken] == ["stop", "praise"]


def test_what_is_stale_is_dropped() -> None:
    bench = Bench()
    bench.say("long ago", Priority.FORM, expires_s=0.5)
    bench.clock.now_s += 0.6
    bench.say("stop", Priority.SAFETY)
    bench.say("too late", Priority.FORM, expires_s=0.8)
    bench.go_on(3.0)
    assert [text for text, *_ in bench.spoken] == ["stop"]
    assert bench.speaker.idle


def test_only_the_newest_of_a_priority_waits() -> None:
    bench = Bench()
    bench.say("talking", Priority.SAFETY)
    bench.go_on(0.1)
    for n in range(50):
        bench.say(f"cue {n}", Priority.FORM)
    assert len(bench.speaker.queue) == 1
    bench.go_on(3.0)
    assert [text for text, *_ in bench.spoken] == ["talking", "cue 49"]


def test_a_slow_synthesis_makes_a_cue_stale() -> None:
    bench = Bench(delay_s=1.0)
    bench.say("slow", Priority.FORM, expires_s=0.5)
    bench.go_on(3.0)
    assert bench.spoken == []
    bench.say("slow", Priority.FORM, expires_s=0.5)
    bench.go_on(3.0)
    assert [text for text, *_ in bench.spoken] == ["slow"]


def test_a_more_urgent_cue_that_comes_during_synthesis_goes_first() -> None:
    bench = Bench()

    def meanwhile() -> None:
        bench.synthesiser.meanwhile = lambda: None
        bench.say("stop", Priority.SAFETY)

    bench.synthesiser.meanwhile = meanwhile
    bench.say("slow", Priority.FORM)
    bench.go_on(3.0)
    assert [text for text, *_ in bench.spoken] == ["stop", "slow"]


def test_muting_breaks_off_and_drops_what_is_said_meanwhile() -> None:
    bench = Bench()
    bench.say("one", Priority.FORM)
    bench.go_on(0.3)
    bench.speaker.muted = True
    bench.say("two", Priority.SAFETY)
    bench.go_on(0.5)
    assert bench.player.stopped == [pytest.approx(100.3)]
    bench.speaker.muted = False
    bench.go_on(1.0)
    bench.say("three", Priority.FORM)
    bench.go_on(2.0)
    assert [(text, length_s) for text, _, length_s in bench.spoken] == [
        ("one", 0.3),
        ("three", 1.0),
    ]


def test_what_cannot_be_said_is_told_once_and_the_next_is_said() -> None:
    bench = Bench()
    for _ in range(3):
        bench.say("unspeakable", Priority.FORM)
        bench.go_on(0.1)
    bench.say("next", Priority.FORM)
    bench.go_on(2.0)
    assert bench.troubles == ["cannot say 'unspeakable': use other words"]
    assert [text for text, *_ in bench.spoken] == ["next"]


def test_without_a_device_it_says_so_once_and_goes_on_unheard() -> None:
    bench = Bench(present=False)
    for n in range(20):
        bench.say(f"cue {n}", Priority.FORM)
        bench.go_on(2.0)
    assert bench.troubles == ["no loudspeaker answers: connect one"]
    assert bench.player.played == []
    assert [text for text, *_ in bench.spoken] == [f"cue {n}" for n in range(20)]
    # At 0, 2, 6, 14, 22, 30, 38 s: twice as long each time, 8 s at most.
    assert bench.player.starts == 7


def test_a_device_that_vanishes_is_told_each_time_and_taken_up_again() -> None:
    bench = Bench()
    bench.go_on(1.0)
    bench.player.present = False
    bench.go_on(10.0)
    assert bench.troubles == [
        "the loudspeaker is gone: read the cues on the screen until it is back"
    ]
    bench.player.present = True
    bench.go_on(10.0)
    bench.say("heard again", Priority.FORM)
    bench.go_on(2.0)
    assert len(bench.player.played) == 1
    bench.player.present = False
    bench.go_on(1.0)
    assert len(bench.troubles) == 2


def test_the_speaker_says_how_long_it_may_be_left_alone() -> None:
    bench = Bench()
    assert bench.speaker.step() == 0.25
    bench.say("one", Priority.FORM)
    assert bench.speaker.step() == 0.25
    bench.clock.now_s += 0.9
    assert bench.speaker.step() == pytest.approx(0.1)


# --- recorded videos ---


def scheduled(*utterances: Utterance) -> list[tuple[str, float, float]]:
    spoken = schedule(utterances, OneSecondEach(), "en")
    return [(one.text, one.started_s, round(one.pcm.duration_s, 3)) for one in spoken]


def test_a_recorded_video_is_spoken_in_its_own_time() -> None:
    assert scheduled(
        utterance(9.0, "late", Priority.FORM),
        utterance(1.0, "praise", Priority.PRAISE),
        utterance(1.5, "stop", Priority.SAFETY),
        utterance(1.6, "dropped", Priority.FORM, expires_s=0.5),
        utterance(1.7, "waits", Priority.VIEW),
    ) == [
        ("praise", 1.0, 0.5),
        ("stop", 1.5, 1.0),
        ("waits", 2.5, 1.0),
        ("late", 9.0, 1.0),
    ]


def test_of_two_at_the_same_time_the_more_urgent_is_first() -> None:
    assert scheduled(
        utterance(0.0, "praise", Priority.PRAISE), utterance(0.0, "stop", Priority.SAFETY)
    ) == [("stop", 0.0, 1.0), ("praise", 1.0, 1.0)]


def test_nothing_to_say_is_no_sound() -> None:
    assert scheduled() == []


def test_live_and_recorded_say_the_same() -> None:
    rng = np.random.default_rng(3)
    times = np.sort(rng.choice(600, 80, replace=False)) / 10
    bench, recorded = Bench(), OneSecondEach()
    bench.synthesiser.length_s = recorded.length_s = 1.03
    utterances = [
        utterance(100.0 + float(t_s), f"text {n}", Priority(int(rng.integers(5))))
        for n, t_s in enumerate(times)
    ]
    for one in utterances:
        bench.go_on(one.t_s - bench.clock.now_s, step_s=0.01)
        bench.speaker.queue.push(one)
    bench.go_on(10.0, step_s=0.01)
    said = [(one.text, one.started_s - 100.0) for one in schedule(utterances, recorded, "en")]
    assert 20 < len(said) < 80
    assert [text for text, *_ in bench.spoken] == [text for text, _ in said]
    assert np.allclose([at for _, at, _ in bench.spoken], [at for _, at in said], atol=0.011)
