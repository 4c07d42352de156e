"""Whoever does another exercise or level than the one asked for is told so, once."""

from dataclasses import replace

import pytest
from live_parts import Stage, parts_of
from moves import FILM, trace

from formcoach.commands.live import LiveOptions, run_live
from formcoach.words.phrases import load_phrases

SLOW = replace(FILM, fps=12.0)


def said(exercise: str, level: str | None, asked: str, asked_level: str | None) -> list[str]:
    stage = Stage(trace(exercise, level, 5, how=SLOW).poses)
    options = LiveOptions(exercise=asked, level=asked_level, window=False, setup=False)
    run_live(options, parts=parts_of(stage))
    return stage.voice.texts


@pytest.mark.parametrize(
    ("done", "level", "asked", "asked_level"),
    [
        ("glute_bridge", None, "dead_bug", "hold"),
        ("squat", None, "hip_flexion", "free"),
        ("push_up", None, "plank_hip_flexion", "floor"),
    ],
)
def test_another_exercise_is_told_once(
    done: str, level: str | None, asked: str, asked_level: str | None
) -> None:
    sentence = load_phrases("en").looks_like(done, asked)
    texts = said(done, level, asked, asked_level)
    assert sum(sentence in text for text in texts) == 1


@pytest.mark.parametrize(
    ("level", "asked", "sentence"),
    [
        ("free", "bent", "This looks like another level: standing free"),
        ("bent", "wall", "This looks like another level: on your back, knees bent"),
        ("free", "wall", None),
    ],
)
def test_another_level_is_told_once_where_a_picture_can_tell_it(
    level: str, asked: str, sentence: str | None
) -> None:
    told = [text for text in said("hip_flexion", level, "hip_flexion", asked) if "level:" in text]
    assert [text.partition(". ")[0] for text in told] == [sentence] * (sentence is not None)


@pytest.mark.parametrize(("exercise", "level"), [("dead_bug", "hold"), ("squat", None)])
def test_the_asked_exercise_is_never_called_another(exercise: str, level: str | None) -> None:
    assert not any("looks like" in text for text in said(exercise, level, exercise, level))
