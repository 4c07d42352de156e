"""The rendered samples, from the video file to the files it leads to, against their truth."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"
TRUTHS = {path.name.removesuffix(".truth.json"): path for path in SAMPLES.glob("*.truth.json")}

HOLD_TOLERANCE_S = 0.5
REP_TOLERANCE_S = 1.2
"""A far limb's first and last degrees are not seen; a near one's times are within 0.4 s."""

Analysed = Callable[..., dict[str, Any]]


@pytest.fixture(params=sorted(TRUTHS))
def case(
    request: pytest.FixtureRequest, analysed: Analysed
) -> tuple[dict[str, Any], dict[str, Any]]:
    truth = json.loads(TRUTHS[request.param].read_text(encoding="utf-8"))
    tree = analysed(SAMPLES / truth["video"], exercise=truth["exercise"], level=truth["level"])
    return truth, tree


@pytest.mark.slow
def test_reps_sides_holds_and_faults_are_those_of_the_truth(
    case: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    truth, tree = case
    expected = [rep for rep in truth["reps"] if not rep["partial"]]
    found = [rep for rep in tree["reps"] if rep["quality"] != "partial"]
    assert [rep["side"] for rep in found] == [rep["side"] for rep in expected]
    assert tree["counts"]["total"] == len(expected)
    assert tree["counts"]["unsure"] == 0
    ignored = set(truth.get("ignore_faults", []))
    for rep, true in zip(found, expected, strict=True):
        assert abs(rep["turn_s"] - true["turn_s"]) <= REP_TOLERANCE_S / 2
        assert set(rep["faults"]) - ignored == set(true["faults"]) - ignored
    if truth["exercise"] == "dead_bug" and truth["level"] == "hold":
        for rep, true in zip(found, expected, strict=True):
            assert abs(rep["hold_s"] - true["hold_s"]) <= HOLD_TOLERANCE_S


@pytest.mark.slow
def test_faults_of_the_set_are_those_of_the_truth(
    case: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    truth, tree = case
    ignored = set(truth.get("ignore_faults", []))
    expected = {fault["id"] for fault in truth["faults"]}
    expected |= {fault for rep in truth["reps"] if not rep["partial"] for fault in rep["faults"]}
    assert {fault["id"] for fault in tree["faults"]} - ignored == expected - ignored
    for true in truth["faults"]:
        found = [f for f in tree["faults"] if f["id"] == true["id"]]
        assert abs(found[0]["start_s"] - true["start_s"]) <= 1.0
        assert abs(found[-1]["end_s"] - true["end_s"]) <= 1.0


@pytest.mark.slow
def test_the_view_is_that_of_the_truth(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    truth, tree = case
    assert tree["view"] == {key: truth["view"][key] for key in ("kind", "near_side")}
    assert tree["frames"] == tree["pose_frames"] == len(truth["frames"]["t_s"])
