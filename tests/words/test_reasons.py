"""Reasons to be unsure stand in files in plain English, and no program reads a sentence back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import formcoach
from formcoach.pose.doubts import (
    COME_CLOSER,
    MORE_LIGHT,
    NO_PICTURE,
    NOBODY,
    REASONS,
    TURN_SIDEWAYS,
    UNSTEADY,
    DoubtKind,
    Reason,
)
from formcoach.pose.landmarks import Part, Side
from formcoach.words.phrases import LANGUAGES, load_phrases
from formcoach.words.reasons import reason_of, written

PACKAGE = Path(formcoach.__file__).parent


@pytest.mark.parametrize(
    ("reason", "words", "name"),
    [
        (NOBODY, "nobody in the picture", "nobody"),
        (NO_PICTURE, "no picture", "no_picture"),
        (MORE_LIGHT, "more light", "more_light"),
        (COME_CLOSER, "come closer", "come_closer"),
        (TURN_SIDEWAYS, "turn sideways", "turn_sideways"),
        (UNSTEADY, "legs seen unsteadily", "legs_unsteady"),
        (Reason(DoubtKind.HIDDEN), "body hidden", "body_hidden"),
        (Reason(DoubtKind.OUT_OF_PICTURE), "body out of the picture", "body_out_of_picture"),
        (
            Reason(DoubtKind.HIDDEN, Part.KNEE, Side.LEFT),
            "left knee hidden",
            "left_knee_hidden",
        ),
        (
            Reason(DoubtKind.OUT_OF_PICTURE, Part.ANKLE, Side.RIGHT),
            "right ankle out of the picture",
            "right_ankle_out_of_picture",
        ),
    ],
)
def test_files_say_it_in_words_that_stay(reason: Reason, words: str, name: str) -> None:
    assert written(reason) == words
    assert reason.id == name


def test_each_reason_comes_back_by_its_words() -> None:
    for reason in REASONS:
        assert reason_of(written(reason)) == reason
    assert len({reason.id for reason in REASONS}) == len(REASONS)
    assert reason_of("sun spots") is None


def patterns() -> Iterator[tuple[str, str]]:
    """Give every pattern that the package spells out for `re`, with where it stands."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            module = node.func.value
            if not isinstance(module, ast.Name) or module.id != "re" or not node.args:
                continue
            pattern = node.args[0]
            if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno}", pattern.value


def test_no_pattern_of_the_package_reads_its_sentences_back() -> None:
    sentences = {written(reason) for reason in REASONS}
    for lang in LANGUAGES:
        phrases = load_phrases(lang)
        sentences |= {text for text in phrases.texts.values() if " " in text}
        sentences |= {phrases.reason(reason) for reason in REASONS}
    found = dict(patterns())
    assert len(found) > 5, "the package has patterns, of other things"
    reading = {
        where: sentence
        for where, pattern in found.items()
        for sentence in sentences
        if re.fullmatch(pattern, sentence)
    }
    assert reading == {}
