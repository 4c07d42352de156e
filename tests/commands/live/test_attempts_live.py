"""What somebody hears live who tries and does not get there, or does something else."""

from dataclasses import replace

import pytest
from live_parts import Stage, parts_of
from moves import FILM, trace

from formcoach.commands.live import LiveOptions, Spoken, run_live
from formcoach.session.guide import SessionTargets
from formcoach.voice.chimes import Chime
from formcoach.words.phrases import load_phrases

ENGLISH = load_phrases("en")
FILMED = replace(FILM, fps=8.0)


def heard(stage: Stage, exercise: str, level: str | None = None, **more: bool) -> list[Spoken]:
    options = LiveOptions(
        exercise=exercise,
        level=level,
        targets=SessionTargets(),
        window=False,
        **{"setup": False, "howto": False, **more},  # type: ignore[arg-type]  # all are bool
    )
    return list(run_live(options, parts=parts_of(stage)).spoken)


def test_short_ones_have_their_sound_each_and_words_twice() -> None:
    shallow = dict.fromkeys(range(1, 5), lambda body, side: body.on(None, hip=45, knee=40))
    stage = Stage(trace("squat", reps=4, far=shallow, how=FILMED).poses)
    texts = [one.text for one in heard(stage, "squat")]
    assert stage.voice.chimes == [Chime.NOT_COUNTED] * 4
    assert texts.count(ENGLISH.text("attempt.short")) == 1
    assert texts.count(ENGLISH.text("attempt.smaller")) == 1
    assert "4 tries, not far enough yet; all fine" in texts


@pytest.mark.parametrize("setup", [False, True])
def test_whoever_does_something_else_is_told_what_to_do_within_eight_seconds(
    setup: bool,
) -> None:
    filmed = trace("squat", reps=4, how=FILMED)
    spoken = heard(Stage(filmed.poses), "hip_flexion", "bent", setup=setup)
    # While the set-up is told, it says to lie down itself.
    wanted = {ENGLISH.text("why.supine"), *ENGLISH.steps("setup.supine")[-1:]}
    said_s = next(one.t_s for one in spoken if one.text in wanted)
    assert said_s - filmed.reps[0].start_s <= 8.0


def test_what_the_end_says_is_what_the_person_saw() -> None:
    far = {2: lambda body, side: body.on(None, hip=45, knee=40)}
    texts = [one.text for one in heard(Stage(trace("squat", reps=3, far=far).poses), "squat")]
    assert "Set done, 2 good of 2. 1 not counted: not far enough yet" in texts
