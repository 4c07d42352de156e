"""`signals.csv` and `reps.csv`: columns, units and signs as in the file format (README)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from figure import Hidden, leg
from moves import FILM, plank, trace
from recorded import REP_FIELDS, Recorded, record, rows

from formcoach.coaching.events import Phase
from formcoach.pose.landmarks import Part, Pose, Side, landmark, mirror
from formcoach.results.tables import write_reps

FIRST = [
    "t_s",
    "near_side",
    "left_hip_flexion_deg",
    "right_hip_flexion_deg",
    "left_knee_flexion_deg",
    "right_knee_flexion_deg",
    "left_elbow_flexion_deg",
    "right_elbow_flexion_deg",
    "trunk_inclination_deg",
    "body_line_deg",
    "phase",
]


def numbers(table: Sequence[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in table if row[name]]


def held(folder: Path, line: float) -> Recorded:
    """Hold a plank; + piked, - sagging for the middle third."""
    bent = plank(line=line, knee=2, elbow=4)
    poses = trace("plank_hold", "floor", far={1: lambda body, side: bent}).poses
    return record(folder, poses, "plank_hold", "floor")


def test_the_columns_of_the_file_format_come_first_and_in_its_order(tmp_path: Path) -> None:
    held(tmp_path, 0.0)
    header = (tmp_path / "signals.csv").read_text(encoding="utf-8").splitlines()[0]
    names = header.split(",")
    assert names[: len(FIRST)] == FIRST
    assert len(set(names)) == len(names)


def test_a_row_for_each_frame_with_a_pose(tmp_path: Path) -> None:
    film = replace(FILM, nobody_s=((3.0, 4.0),))
    poses = trace("squat", reps=2, how=film).poses
    written = record(tmp_path, poses, "squat")
    seen = [pose for pose in poses if pose.seen]
    assert 0 < len(seen) < len(poses)
    assert numbers(written.signals, "t_s") == pytest.approx([p.t_s for p in seen], abs=1e-4)
    assert (written.tree["frames"], written.tree["pose_frames"]) == (len(poses), len(seen))


def test_straight_is_zero_and_bent_is_more(tmp_path: Path) -> None:
    table = record(tmp_path, trace("dead_bug", "hold", 1).poses, "dead_bug", "hold").signals
    for side in ("left", "right"):
        hips, knees = (numbers(table, f"{side}_{name}_flexion_deg") for name in ("hip", "knee"))
        assert (min(hips), max(hips)) == pytest.approx((50, 90), abs=3)
        assert (min(knees), max(knees)) == pytest.approx((90, 100), abs=3)
        assert max(numbers(table, f"{side}_elbow_flexion_deg")) == pytest.approx(10, abs=3)
    assert set(numbers(table, "trunk_inclination_deg")) == {-90.0}


@pytest.mark.parametrize(("line", "sign"), [(20.0, 1), (-20.0, -1)])
def test_body_line_has_a_sign_and_hip_flexion_has_it_in_a_column_of_its_own(
    line: float, sign: int, tmp_path: Path
) -> None:
    """In a sagging plank the hips are past straight: 20 deg away from it, and line -20."""
    table = held(tmp_path, line).signals
    lines = numbers(table, "body_line_deg")
    assert max(lines, key=abs) == pytest.approx(sign * 20, abs=3)
    assert all(value >= 0 for value in numbers(table, "left_hip_flexion_deg"))
    assert all(value >= 0 for value in numbers(table, "right_hip_flexion_deg"))
    assert max(numbers(table, "right_hip_flexion_deg")) == pytest.approx(20, abs=4)
    signed = numbers(table, "right_hip_flexion_signed_deg")
    assert max(signed, key=abs) == pytest.approx(sign * 20, abs=4)
    assert list(map(abs, signed)) == numbers(table, "right_hip_flexion_deg")


def test_a_straight_plank_has_no_body_line_to_speak_of(tmp_path: Path) -> None:
    bodies = numbers(held(tmp_path, 0.0).signals, "body_line_deg")
    assert max(map(abs, bodies)) < 3


@pytest.mark.parametrize("line", [20.0, -20.0])
def test_a_mirrored_recording_has_the_same_signs_and_the_other_side_near(
    line: float, tmp_path: Path
) -> None:
    bent = plank(line=line, knee=2, elbow=4)
    poses = trace("plank_hold", "floor", far={1: lambda body, side: bent}).poses

    def recorded(name: str, filmed: Sequence[Pose]) -> list[dict[str, str]]:
        (tmp_path / name).mkdir()
        return record(tmp_path / name, filmed, "plank_hold", "floor").signals

    plain = recorded("plain", poses)
    turned = recorded("turned", [mirror(pose) for pose in poses])
    assert {row["near_side"] for row in plain} == {"right"}
    assert {row["near_side"] for row in turned} == {"left"}
    for name, other in (
        ("body_line_deg", "body_line_deg"),
        ("trunk_inclination_deg", "trunk_inclination_deg"),
        ("left_hip_flexion_deg", "right_hip_flexion_deg"),
    ):
        assert numbers(plain, name) == pytest.approx(numbers(turned, other), abs=0.5)


def test_what_is_not_seen_is_empty(tmp_path: Path) -> None:
    knee = (landmark(Part.KNEE, Side.RIGHT), *leg(Side.RIGHT))
    film = replace(FILM, hidden=(Hidden(landmarks=knee, from_s=5.0, to_s=7.0),))
    table = record(tmp_path, trace("squat", reps=3, how=film).poses, "squat").signals
    unseen = [row for row in table if 5.5 < float(row["t_s"]) < 6.5]
    assert {row["right_knee_flexion_deg"] for row in unseen} == {""}
    assert "" not in {row["left_elbow_flexion_deg"] for row in unseen}
    assert all(cell != "nan" for row in table for cell in row.values())


def test_phases_are_the_coachs_and_follow_the_movement(tmp_path: Path) -> None:
    filmed = trace("squat", reps=1)
    table = record(tmp_path, filmed.poses, "squat").signals
    phases = list(dict.fromkeys(row["phase"] for row in table))
    assert set(phases) <= {phase.value for phase in Phase}
    assert phases.index("lift") < phases.index("turn") < phases.index("lower")
    (rep,) = filmed.reps
    at_turn = min(table, key=lambda row: abs(float(row["t_s"]) - rep.turn_s))
    assert at_turn["phase"] == "turn"


def test_reps_csv_is_the_list_of_reps(tmp_path: Path) -> None:
    poses = trace("hip_flexion", "free", 4, far={3: lambda b, s: b.on(s, hip=71, knee=70)}).poses
    written = record(tmp_path, poses, "hip_flexion", "free", breath_s=9.0)
    assert list(written.reps[0]) == REP_FIELDS
    assert len(written.reps) == len(written.tree["reps"]) == 4
    for row, rep in zip(written.reps, written.tree["reps"], strict=True):
        assert row["faults"].split(";") == rep["faults"]
        told = {name: "" if rep[name] is None else str(rep[name]) for name in REP_FIELDS}
        assert row == told | {"faults": ";".join(rep["faults"])}
    assert written.reps[2]["faults"] == "range_short;too_fast"


def test_no_reps_leave_a_table_with_its_header(tmp_path: Path) -> None:
    write_reps(tmp_path / "reps.csv", [])
    assert (tmp_path / "reps.csv").read_text(encoding="utf-8") == ",".join(REP_FIELDS) + "\n"
    assert rows(tmp_path / "reps.csv") == []


def test_the_standing_line_is_that_of_the_leg_that_bears_the_body(tmp_path: Path) -> None:
    """A knee drawn up bends its own side's line by 40 deg and more; the plank stays straight."""
    filmed = trace("plank_hip_flexion", "floor", 2)
    table = record(tmp_path, filmed.poses, "plank_hip_flexion", "floor").signals
    assert max(numbers(table, "body_line_deg")) > 40
    lines = numbers(table, "standing_line_deg")
    assert len(lines) == len(table)
    assert max(map(abs, lines)) < 4
