"""`summary.json`: names, units and meanings as scripts and people rely on them."""

import json
from dataclasses import replace
from math import nan
from pathlib import Path

import pytest
from figure import Hidden, leg
from flaws import FAULT_IDS, FLAWS
from moves import FILM, trace
from reasons import reason
from recorded import REP_FIELDS, Recorded, record

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import (
    Cue,
    Fault,
    Hold,
    Priority,
    Quality,
    Rep,
    SetSummary,
    UnsureSpan,
)
from formcoach.exercises.library import load_exercise
from formcoach.pose.landmarks import Side, nobody
from formcoach.pose.view import BodyView, ViewKind
from formcoach.results.set_record import SetRecord
from formcoach.results.summary import ViewTally, summary_tree
from formcoach.words.phrases import load_phrases

TOP = {
    "schema": int,
    "video": str,
    "duration_s": float,
    "frames": int,
    "pose_frames": int,
    "exercise": str,
    "level": str,
    "recognised": bool,
    "view": dict,
    "counts": dict,
    "reps": list,
    "holds": list,
    "faults": list,
    "cues": list,
    "unsure": list,
}
COUNTS = [
    *("total", "good", "faulty", "partial", "unsure", "left", "right", "both", "not_counted"),
    "as_one",
]
FAULT = ["id", "side", "start_s", "end_s", "measured", "limit", "unit", "signal", "bound"]
HEADER = {"video": "a.mp4", "exercise": "plank_hip_flexion", "level": "floor"}


def flawed(folder: Path, exercise: str, level: str, key: tuple[str, str]) -> Recorded:
    """Record a set with one of the known flaws in it."""
    flaw = FLAWS[exercise, level][key]
    filmed = trace(
        exercise,
        level,
        flaw.total,
        far=dict.fromkeys(flaw.reps, flaw.far),
        tempos=dict.fromkeys(flaw.reps, flaw.tempo) if flaw.tempo is not None else None,
    )
    return record(folder, filmed.poses, exercise, level)


@pytest.fixture(scope="module")
def sagging(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """Four reps in plank; in the second the hips sag."""
    folder = tmp_path_factory.mktemp("sagging")
    return flawed(folder, "plank_hip_flexion", "floor", ("hips_sag", "body_line_deg"))


def test_the_fields_and_their_types_are_those_of_the_file_format(sagging: Recorded) -> None:
    tree = sagging.tree
    assert {name: type(tree[name]) for name in TOP} == TOP
    assert list(tree["view"]) == ["kind", "near_side"]
    assert list(tree["counts"]) == COUNTS
    assert [list(rep) for rep in tree["reps"]] == [REP_FIELDS] * 4
    assert [list(fault) for fault in tree["faults"]] == [FAULT] * len(tree["faults"])
    assert [list(cue) for cue in tree["cues"]] == [["t_s", "id", "text"]] * len(tree["cues"])
    assert tree["cues"]


def test_a_set_as_it_was_done(sagging: Recorded) -> None:
    tree = sagging.tree
    assert (tree["schema"], tree["exercise"], tree["level"]) == (1, "plank_hip_flexion", "floor")
    assert tree["view"] == {"kind": "side", "near_side": "right"}
    assert tree["counts"] == {
        "total": 4,
        "good": 3,
        "faulty": 1,
        "partial": 0,
        "unsure": 0,
        "left": 2,
        "right": 2,
        "both": 0,
        "not_counted": 0,
        "as_one": 0,
    }
    assert [rep["index"] for rep in tree["reps"]] == [1, 2, 3, 4]
    assert [rep["side"] for rep in tree["reps"]] == ["right", "left", "right", "left"]
    assert [rep["quality"] for rep in tree["reps"]] == ["good", "faulty", "good", "good"]
    assert [rep["faults"] for rep in tree["reps"]] == [[], ["hips_sag"], [], []]


def test_times_are_where_the_movement_leaves_rest_and_is_back(sagging: Recorded) -> None:
    truth = trace("plank_hip_flexion", "floor", 4).reps
    for rep, true in zip(sagging.tree["reps"], truth, strict=True):
        for name in ("start_s", "turn_s", "end_s"):
            assert rep[name] == pytest.approx(getattr(true, name), abs=0.35), name
        assert rep["start_s"] < rep["turn_s"] < rep["end_s"]


def test_peak_and_range_are_degrees_from_straight(sagging: Recorded) -> None:
    for rep in sagging.tree["reps"]:
        assert rep["peak_deg"] == pytest.approx(98, abs=4)
        assert rep["rom_deg"] == pytest.approx(97, abs=4 if rep["index"] != 2 else 25)


def test_a_fault_has_its_time_its_worst_value_and_its_limit(sagging: Recorded) -> None:
    (fault,) = sagging.tree["faults"]
    rep = sagging.tree["reps"][1]
    assert fault["id"] == "hips_sag"
    assert rep["start_s"] < fault["start_s"] < rep["turn_s"] < fault["end_s"] < rep["end_s"]
    assert fault["limit"] == 15
    assert (fault["signal"], fault["bound"], fault["unit"]) == ("body_line_deg", -15, "deg")
    assert fault["measured"] == pytest.approx(22, abs=2)


def test_a_cue_says_what_to_do_in_the_users_language(sagging: Recorded, tmp_path: Path) -> None:
    assert [cue["text"] for cue in sagging.tree["cues"]] == ["Lift your hips slightly"]
    filmed = trace("plank_hold", "floor", far={1: FLAWS["plank_hold", "floor"][SAG].far})
    dutch = record(tmp_path, filmed.poses, "plank_hold", "floor", lang="nl")
    assert "Til je heupen iets op" in [cue["text"] for cue in dutch.tree["cues"]]


SAG = ("hips_sag", "body_line_deg")


def test_a_held_position_has_a_hold_and_no_reps(tmp_path: Path) -> None:
    filmed = trace("plank_hold", "floor", far={1: FLAWS["plank_hold", "floor"][SAG].far})
    tree = record(tmp_path, filmed.poses, "plank_hold", "floor").tree
    assert tree["reps"] == []
    assert set(tree["counts"].values()) == {0}
    (hold,) = tree["holds"]
    assert list(hold) == ["start_s", "end_s", "duration_s", "faults"]
    assert (hold["start_s"], hold["end_s"]) == pytest.approx(filmed.hold_s, abs=0.7)
    assert hold["duration_s"] == pytest.approx(hold["end_s"] - hold["start_s"], abs=0.002)
    assert hold["faults"] == ["hips_sag"]


def test_partial_reps_are_in_the_list_and_not_in_the_total(tmp_path: Path) -> None:
    filmed = trace("squat", reps=3, far={2: lambda body, side: body.on(None, hip=42, knee=38)})
    tree = record(tmp_path, filmed.poses, "squat").tree
    assert [rep["quality"] for rep in tree["reps"]] == ["good", "partial", "good"]
    assert [rep["index"] for rep in tree["reps"]] == [1, 2, 3]
    counts = tree["counts"]
    assert (counts["total"], counts["good"], counts["partial"], counts["both"]) == (2, 2, 1, 2)
    assert tree["level"] is None, "an exercise with one level has none to name"


def test_unseen_time_is_told_with_its_reason(tmp_path: Path) -> None:
    hidden = Hidden(landmarks=leg(Side.RIGHT) + leg(Side.LEFT), from_s=4.0, to_s=8.0)
    filmed = trace("squat", reps=4, how=replace(FILM, hidden=(hidden,)))
    tree = record(tmp_path, filmed.poses, "squat").tree
    (span,) = tree["unsure"]
    assert list(span) == ["start_s", "end_s", "reason"]
    assert (span["start_s"], span["end_s"]) == pytest.approx((4.0, 8.0), abs=1.0)
    assert span["reason"]
    counts = tree["counts"]
    assert counts["total"] == counts["good"] + counts["faulty"] + counts["unsure"]


def test_an_empty_set_is_complete_and_empty(tmp_path: Path) -> None:
    poses = [nobody(i / 15, (640, 480)) for i in range(60)]
    tree = record(tmp_path, poses, "dead_bug", "hold").tree
    assert {name: type(tree[name]) for name in TOP} == TOP
    assert (tree["frames"], tree["pose_frames"]) == (60, 0)
    assert tree["view"] == {"kind": "unknown", "near_side": None}
    assert set(tree["counts"].values()) == {0}
    assert [tree[name] for name in ("reps", "holds", "faults", "cues")][:3] == [[], [], []]
    assert [span["reason"] for span in tree["unsure"]] == ["nobody in the picture"]


def test_every_fault_of_the_catalogue_has_a_known_name() -> None:
    assert {key[0] for flaws in FLAWS.values() for key in flaws} <= set(FAULT_IDS)


def test_a_set_of_every_kind_of_thing() -> None:
    """All that a summary can hold, built by hand: sides, lasting faults, rounding."""
    rep = Rep(
        index=1,
        side=Side.LEFT,
        start_s=1.23456,
        turn_s=2.0,
        end_s=3.0,
        peak_deg=92.04,
        rom_deg=48.06,
        hold_s=0.5,
        quality=Quality.UNSURE,
        faults=("too_fast", "leg_bent"),
    )
    lasting = Fault(
        id="hips_sag", side=None, start_s=1.0, end_s=None, measured=21.00049, limit=15.0
    )
    summary = SetSummary(
        reps=[rep, replace(rep, index=2, side=None, quality=Quality.PARTIAL)],
        holds=[Hold(side=None, start_s=2.0, end_s=31.5)],
        faults=[lasting],
        cues=[Cue(t_s=12.3456, id="hips_sag", side=None, priority=Priority.SAFETY)],
        unsure=[UnsureSpan(start_s=3.0, end_s=4.2, reason=reason("left knee hidden"))],
    )
    tree = summary_tree(summary, load_phrases("en"), dict(HEADER), {"kind": "side"})
    assert tree["reps"][0] == {
        "index": 1,
        "side": "left",
        "start_s": 1.235,
        "turn_s": 2.0,
        "end_s": 3.0,
        "peak_deg": 92.0,
        "rom_deg": 48.1,
        "hold_s": 0.5,
        "quality": "unsure",
        "faults": ["too_fast", "leg_bent"],
        "judged": True,
        "why": None,
    }
    assert tree["reps"][1]["side"] == "both"
    assert tree["counts"]["left"] == tree["counts"]["unsure"] == tree["counts"]["total"] == 1
    assert tree["counts"]["partial"] == 1
    assert tree["counts"]["both"] == 0
    assert tree["holds"][0]["duration_s"] == 29.5
    assert tree["faults"][0] == {
        "id": "hips_sag",
        "side": "both",
        "start_s": 1.0,
        "end_s": None,
        "measured": 21.0,
        "limit": 15.0,
        "unit": None,
        "signal": None,
        "bound": None,
    }
    assert tree["cues"] == [{"t_s": 12.346, "id": "hips_sag", "text": "Lift your hips slightly"}]
    assert tree["unsure"] == [{"start_s": 3.0, "end_s": 4.2, "reason": "left knee hidden"}]


def test_what_is_not_known_is_null_in_json_and_never_nan(tmp_path: Path) -> None:
    written = SetRecord(Coach(load_exercise("squat")), tmp_path, load_phrases("en"))
    unknown = Fault(id="balance", side=None, start_s=1.0, end_s=2.0, measured=nan, limit=0.1)
    written.finish({"video": "a.mp4", "duration_s": 2.0}, SetSummary(faults=[unknown]))
    text = (tmp_path / "summary.json").read_text(encoding="utf-8")
    assert json.loads(text)["faults"][0]["measured"] is None
    assert "NaN" not in text
    assert "nan" not in (tmp_path / "report.html").read_text(encoding="utf-8").casefold()


def view(kind: ViewKind, near: Side | None) -> BodyView:
    return BodyView(kind=kind, near_side=near, azimuth_deg=80.0, torso_px=100.0)


@pytest.mark.parametrize(
    ("views", "kind", "near"),
    [
        ([], "unknown", None),
        ([view(ViewKind.UNKNOWN, None)] * 3, "unknown", None),
        ([view(ViewKind.UNKNOWN, None)] * 9 + [view(ViewKind.SIDE, Side.LEFT)], "side", "left"),
        ([view(ViewKind.OBLIQUE, Side.RIGHT)] * 2, "oblique", "right"),
        ([view(ViewKind.FRONT, Side.RIGHT)] * 2, "front", None),
        (
            [view(ViewKind.FRONT, Side.LEFT)] * 2 + [view(ViewKind.SIDE, Side.RIGHT)] * 3,
            "side",
            "right",
        ),
    ],
)
def test_the_view_is_the_one_there_was_most_of(
    views: list[BodyView], kind: str, near: str | None
) -> None:
    tally = ViewTally()
    for one in views:
        tally.add(one)
    assert tally.tree() == {"kind": kind, "near_side": near}
