"""Views that are not from the side: each rep is counted on its side, and nothing blamed unseen."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

VIEWS = Path(__file__).resolve().parents[2] / "sample_videos" / "views"

Analysed = Callable[..., dict[str, Any]]


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(VIEWS.glob("*.truth.json")), ids=lambda path: path.stem)
def test_each_rep_is_counted_on_its_side(path: Path, analysed: Analysed) -> None:
    truth = json.loads(path.read_text(encoding="utf-8"))
    video = path.with_name(truth["video"])
    tree = analysed(video, exercise=truth["exercise"], level=truth["level"])
    completed = [rep for rep in tree["reps"] if rep["quality"] != "partial"]
    assert [rep["side"] for rep in completed] == [rep["side"] for rep in truth["reps"]]
    from_the_front = truth["view"]["kind"] == "front"
    if from_the_front:
        assert {rep["quality"] for rep in completed} == {"unsure"}
        assert {rep["why"] for rep in completed} == {"turn sideways"}
        assert tree["faults"] == []
    for rep in tree["reps"]:
        assert rep["judged"] == (rep["why"] is None)
