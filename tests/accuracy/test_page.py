"""The page of the bench says what its figures say, and --check notices what has got worse."""

import copy
import json
from typing import Any

import pytest

from accuracy.__main__ import CURVES, FIGURES, PAGE
from accuracy.curves import curves
from accuracy.report import all_tables, fill, overview
from accuracy.totals import lost


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    tree: dict[str, Any] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return tree


def test_the_page_is_what_the_figures_give(figures: dict[str, Any]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert fill(page, all_tables(figures)) == page


def test_the_curves_are_what_the_figures_give(figures: dict[str, Any]) -> None:
    assert CURVES.read_text(encoding="utf-8") == curves(figures["sweeps"])


def test_figures_without_sweeps_have_all_other_tables(figures: dict[str, Any]) -> None:
    without = {key: value for key, value in figures.items() if key != "sweeps"}
    assert all_tables(figures).keys() - all_tables(without).keys() == {"sweeps"}
    assert "knee, near, mean error" in overview(without)


def test_what_stays_as_it_was_is_not_lost(figures: dict[str, Any]) -> None:
    assert lost(figures["models"], figures["models"]) == []


def test_a_rep_too_many_is_named_with_what_it_was(figures: dict[str, Any]) -> None:
    worse = copy.deepcopy(figures["models"])
    worse["full"]["samples"]["squat"]["reps"]["found"] += 1
    (line,) = lost(figures["models"], worse)
    assert "full, samples: count exact" in line
    assert "must be at least 100 %, was 100.00 %" in line


def test_clips_that_are_not_there_are_not_missed(figures: dict[str, Any]) -> None:
    fewer = {"full": {"samples": figures["models"]["full"]["samples"], "real": {}}}
    assert lost(figures["models"], fewer) == []
