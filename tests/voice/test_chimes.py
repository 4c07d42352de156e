"""The two soft sounds: what they are like, and that they are heard at the right moments."""

from dataclasses import replace

import numpy as np
import pytest
from coached import updates
from live_parts import Stage, parts_of
from moves import FILM, trace
from sounds import lufs_of, tone

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Priority, Quality, Update
from formcoach.commands.live import LiveOptions, run_live
from formcoach.exercises.library import load_exercise
from formcoach.session.announcer import Announcer, Say
from formcoach.voice.chimes import CHIME_LUFS, Chime, CountBy, chime_sound, joined_sounds
from formcoach.voice.policy import Utterance, schedule
from formcoach.voice.speech import Pcm
from formcoach.words.narrator import Narrator
from formcoach.words.phrases import load_phrases

POSES = trace("hip_flexion", "bent", 3, how=replace(FILM, fps=8.0)).poses


def pitches_hz(pcm: Pcm) -> list[float]:
    """The loudest pitch of the first and of the last third."""
    third = len(pcm.samples) // 3
    found = []
    for part in (pcm.samples[:third], pcm.samples[-2 * third : -third]):
        spectrum = np.abs(np.fft.rfft(part * np.hanning(third), 16 * third))
        found.append(float(np.argmax(spectrum) * pcm.rate_hz / (16 * third)))
    return found


def test_one_rises_the_other_falls_and_both_are_soft_and_short() -> None:
    for chime in Chime:
        sound = chime_sound(chime)
        assert lufs_of(sound) == pytest.approx(CHIME_LUFS, abs=0.5)
        assert sound.duration_s <= 0.25
        assert abs(int(sound.samples[0])) < 50  # no click
        assert abs(int(sound.samples[-1])) < 50
    low, high = pitches_hz(chime_sound(Chime.COUNTED))
    assert high > 1.3 * low
    high, low = pitches_hz(chime_sound(Chime.NOT_COUNTED))
    assert low < high


def test_words_follow_a_chime_at_once_and_at_their_own_rate() -> None:
    words = tone(300.0, 0.5, rate_hz=16_000)
    both = joined_sounds(Chime.COUNTED, words)
    assert both.rate_hz == 16_000
    assert 0.7 < both.duration_s < 0.8
    assert joined_sounds(None, words) is words
    assert joined_sounds(Chime.COUNTED, None) is chime_sound(Chime.COUNTED)
    assert joined_sounds(None, None).duration_s == 0.0


class Words:
    """A voice that notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def synthesise(self, text: str, lang: str) -> Pcm:
        self.asked.append(text)
        return tone(300.0, 0.4)


def test_a_chime_alone_asks_no_voice_for_words() -> None:
    alone = Utterance(t_s=1.0, text="", priority=Priority.TEMPO, chime=Chime.NOT_COUNTED)
    said = Utterance(t_s=3.0, text="Three", priority=Priority.TEMPO, chime=Chime.COUNTED)
    voice = Words()
    first, second = schedule([alone, said], voice, "en")
    assert voice.asked == ["Three"]
    assert first.pcm.duration_s == chime_sound(Chime.NOT_COUNTED).duration_s
    assert second.pcm.duration_s > 0.6


def heard(count_by: CountBy, *, partial: bool = False) -> list[tuple[str, Chime | None]]:
    """What is heard of the reps of a set: words and chime of each."""
    coach = Coach(load_exercise("hip_flexion"), "bent")
    announcer = Announcer(coach)
    narrator = Narrator(load_phrases("en"), "hip_flexion.bent", count_by)
    found = []
    for update in updates(POSES, "hip_flexion", "bent"):
        if update.rep is None:
            continue
        rep = replace(update.rep, quality=Quality.PARTIAL) if partial else update.rep
        ended = replace(update, rep=rep, cue=None)
        found += [
            (one.text, one.chime)
            for one in narrator.words(ended, announcer.step(ended))
            if one.priority is Priority.TEMPO
        ]
    return found


def test_reps_are_counted_by_number_by_sound_or_by_both() -> None:
    assert heard(CountBy.VOICE) == [("1, right", None), ("2, left", None), ("3, right", None)]
    assert heard(CountBy.SOUND) == [("", Chime.COUNTED)] * 3
    assert heard(CountBy.BOTH) == [
        ("1, right", Chime.COUNTED),
        ("2, left", Chime.COUNTED),
        ("3, right", Chime.COUNTED),
    ]


@pytest.mark.parametrize("count_by", list(CountBy))
def test_what_is_not_counted_has_its_sound_however_the_others_are_counted(
    count_by: CountBy,
) -> None:
    assert heard(count_by, partial=True) == [("", Chime.NOT_COUNTED)] * 3


def test_a_chime_goes_before_the_most_urgent_words_of_its_moment() -> None:
    update: Update = next(u for u in updates(POSES, "hip_flexion", "bent") if u.rep is not None)
    narrator = Narrator(load_phrases("en"), "hip_flexion.bent", CountBy.SOUND)
    view = Say(phrase="session.next_set", priority=Priority.VIEW)
    form = Say(phrase="cue.range_short", priority=Priority.FORM)
    count = Say(phrase="rep.counted", priority=Priority.TEMPO, slots={"n": 1})
    bare = replace(update, cue=None)
    words = [(said.text, said.chime) for said in narrator.words(bare, [count, view])]
    assert words == [("Next set", Chime.COUNTED)]
    # What is less urgent follows it: the sound is not to wait for a sentence to end.
    words = [(said.text, said.chime) for said in narrator.words(bare, [count, form])]
    assert words == [("", Chime.COUNTED), ("Bring your knee closer", None)]


def test_the_last_seconds_of_a_hold_are_numbers_also_where_reps_are_sounds() -> None:
    update = next(u for u in updates(POSES, "hip_flexion", "bent") if u.rep is None)
    narrator = Narrator(load_phrases("en"), "hip_flexion.bent", CountBy.SOUND)
    three = Say(phrase="rep.counted", priority=Priority.TEMPO, slots={"n": 3})
    (said,) = narrator.words(replace(update, cue=None), [three])
    assert (said.text, said.chime) == ("3", None)


def test_a_live_session_counts_as_asked() -> None:
    options = LiveOptions(
        exercise="hip_flexion", level="bent", window=False, count_by=CountBy.SOUND
    )
    stage = Stage(POSES)
    result = run_live(options, parts=parts_of(stage))
    assert stage.voice.chimes == [Chime.COUNTED] * 3
    assert not any(text.startswith("1") for text in stage.voice.texts)
    assert all(spoken.text for spoken in result.spoken)
