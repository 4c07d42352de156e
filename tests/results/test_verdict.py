"""The set in a sentence: what was done, and kindly what was not counted and why."""

from pathlib import Path

import pytest
from moves import trace
from recorded import record

from formcoach.results.report_words import Words
from formcoach.results.verdict import verdict
from formcoach.words.phrases import load_phrases


def said(folder: Path, exercise: str, asked: str, lang: str = "en", **far: float) -> str:
    short = dict.fromkeys((2, 3), lambda body, side: body.on(None, **far)) if far else None
    poses = trace(exercise, reps=4, far=short).poses
    tree = record(folder, poses, asked, lang=lang).tree
    return verdict(tree, Words(tree, load_phrases(lang)))[0]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "All 2 repetitions were good. 2 more did not go far enough to count."),
        ("nl", "Nog 2 gingen niet ver genoeg om te tellen."),
    ],
)
def test_what_did_not_go_far_enough_is_told_beside_what_was_counted(
    tmp_path: Path, lang: str, words: str
) -> None:
    assert words in said(tmp_path, "squat", "squat", lang, hip=45, knee=40)


def test_nothing_counted_names_the_reason(tmp_path: Path) -> None:
    told = said(tmp_path, "lunge", "squat")
    assert told == "No repetition was counted in this set. It was another movement."


def test_what_to_change_is_not_empty_where_something_fell_short(tmp_path: Path) -> None:
    far = dict.fromkeys((1, 2, 3), lambda body, side: body.on(None, hip=45, knee=40))
    for reps, place in ((3, "only"), (4, "with a good one")):
        folder = tmp_path / place
        folder.mkdir()
        page = record(folder, trace("squat", reps=reps, far=far).poses, "squat").page
        assert "A little further, if it feels fine" in page, place
        assert "No faults seen" not in page, place
