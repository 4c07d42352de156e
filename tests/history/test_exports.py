"""Past sessions as CSV and JSON say what the history has."""

import csv
import json
from datetime import UTC, datetime
from math import nan
from pathlib import Path

import pytest
from commands import run
from history_writer import rep_of

from formcoach.coaching.events import Hold, Quality, Rep, SetSummary
from formcoach.history.store import History
from formcoach.results.summary import rep_tree

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with History.open(folder) as history:
        for exercise in ("dead_bug", "=cmd|calc"):
            number = history.begin_session(exercise, "", started_at=BEGUN, lang="en", source="0")
            reps = [rep_of(1, 1, n) for n in (1, 2)]
            reps.append(
                Rep(
                    index=3,
                    side=None,
                    start_s=1,
                    turn_s=2,
                    end_s=3,
                    peak_deg=nan,
                    rom_deg=nan,
                    hold_s=0,
                    quality=Quality.UNSURE,
                )
            )
            hold = Hold(side=None, start_s=0, end_s=9, in_line_s=7.5, faults=("hips_sag",))
            summary = SetSummary(reps=reps, holds=[hold])
            history.end_set(number, 1, summary, effort=0, breathing_normal=False)
            history.end_set(number, 2, SetSummary(), stopped_why="pain")
    return folder


def test_csv_has_a_row_for_each_rep_and_hold(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "h.csv"
    ran = run("export", "--out", out, "--data", data)
    assert ran.out == f"{out}\n"
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = [row for row in rows if row["session"] == "1"]
    assert [row["kind"] for row in first] == ["rep", "rep", "rep", "hold", "set"]
    tree = rep_tree(rep_of(1, 1, 1))
    assert {name: first[0][name] for name in ("rom_deg", "side", "start_s")} == {
        name: str(tree[name]) for name in ("rom_deg", "side", "start_s")
    }
    assert (first[2]["rom_deg"], first[3]["hold_s"], first[3]["faults"]) == ("", "7.5", "hips_sag")
    assert (first[0]["effort"], first[0]["breathing_normal"]) == ("0", "0")
    assert first[4]["stopped_why"] == "pain"
    assert rows[-1]["exercise"] == "'=cmd|calc", "no spreadsheet takes it for a formula"


def test_json_has_the_same_and_no_number_that_is_none(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "h.json"
    assert run("export", 1, "--format", "json", "--out", out, "--data", data).status == 0
    tree = json.loads(out.read_bytes(), parse_constant=lambda word: pytest.fail(word))
    (session,) = tree["sessions"]
    assert (tree["schema"], session["id"], session["started_at"]) == (1, 1, "2026-03-02T09:00:00Z")
    assert session["sets"][0]["reps"][2]["rom_deg"] is None
    assert session["sets"][0]["answers"]["effort"] == 0
    assert session["sets"][0]["holds"][0]["hold_s"] == 7.5


def test_a_session_that_does_not_exist_and_ids_that_are_paths(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    for what in ("99", "../1", "1/../2", "-", "1;2", "\u0661"):
        ran = run("export", what, "--out", out, "--data", data)
        assert ran.status in (1, 2)
        assert "formcoach history lists" in ran.error
    assert not out.exists()
