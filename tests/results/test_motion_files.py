"""Files of other programs, read back by other programs' own readers."""

import csv
import json
import shutil
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import c3d
import numpy as np
import pytest
from commands import run
from moves import trace
from recorded import record
from trc import TRCData

from formcoach.errors import OutputError, TraceError
from formcoach.history.session_folders import PREFIX
from formcoach.history.store import History
from formcoach.pose.landmarks import FloatArray, Pose, nobody
from formcoach.pose.signals import flexion
from formcoach.pose.trace import TraceWriter
from formcoach.results import motion_files
from formcoach.results.motion_files import ANGLES, MARKERS, read_markers

UNSEEN = range(20, 24)
SIZE = trace("squat", reps=1).poses[0].image_size_px
READ = """
import json, opensim, sys
opensim.Logger.setLevelString("Error")
kind, path = sys.argv[1:]
table = (opensim.TimeSeriesTableVec3 if kind == "trc" else opensim.TimeSeriesTable)(path)
def numbers(row):
    if kind == "mot":
        return row.to_numpy().tolist()
    return [row[i][k] for i in range(row.ncol()) for k in range(3)]
rows = [numbers(table.getRowAtIndex(n)) for n in range(table.getNumRows())]
degrees = kind == "trc" or opensim.Storage(path).isInDegrees()
times = list(table.getIndependentColumn())
print(json.dumps([list(table.getColumnLabels()), times, rows, degrees]))
"""


def poses() -> list[Pose]:
    found = [replace(pose, world_m=None) for pose in trace("squat", reps=2).poses]
    return [
        nobody(pose.t_s, pose.image_size_px) if n in UNSEEN else pose
        for n, pose in enumerate(found)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("squat")
    record(made, poses(), "squat")
    with TraceWriter(made / "poses.jsonl.gz", {"image_size_px": SIZE}) as written:
        for pose in poses():
            written.write(pose)
    return made


def exported(folder: Path, kind: str, tmp_path: Path) -> Path:
    out = tmp_path / f"out.{kind}"
    assert run("export", folder, "--format", kind, "--out", out).status == 0
    return out


def by_opensim(kind: str, path: Path) -> tuple[list[str], FloatArray, FloatArray]:
    if find_spec("opensim") is None:
        pytest.skip("OpenSim has no wheel for this Python or machine")
    command = [sys.executable, "-W", "ignore", "-c", READ, kind, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    labels, times, rows, degrees = json.loads(told)
    assert degrees
    return labels, np.array(times), np.array(rows)


def test_opensim_reads_the_markers_of_the_poses(folder: Path, tmp_path: Path) -> None:
    labels, times, rows = by_opensim("trc", exported(folder, "trc", tmp_path))
    found, known = rows.reshape(len(times), len(labels), 3), poses()
    assert labels == list(MARKERS)
    assert times == pytest.approx([pose.t_s for pose in known], abs=1e-6)
    for index, landmark in enumerate(MARKERS.values()):
        px = np.array([pose.xy_px[landmark] for pose in known])
        seen = ~np.isnan(px[:, 0])
        assert not seen[list(UNSEEN)].any()
        assert np.isnan(found[~seen, index]).all()
        ratio = np.ptp(found[seen, index, 0]) / max(np.ptp(px[seen, 0]), 1e-9)
        if np.ptp(px[seen, 0]) > 5:
            scale = read_markers(folder / "poses.jsonl.gz").metres_per_px
            assert ratio == pytest.approx(scale, rel=1e-3)


def test_an_angle_of_the_markers_is_that_of_the_poses(folder: Path, tmp_path: Path) -> None:
    data = TRCData()
    data.load(str(exported(folder, "trc", tmp_path)))
    hip, knee, ankle = (data["Markers"].index(name) for name in ("LHip", "LKnee", "LAnkle"))
    checked = 0
    for n, pose in enumerate(poses()):
        if not pose.seen:
            continue
        _, places = data[n + 1]
        found = flexion(*(places[i][:2] for i in (hip, knee, ankle)))
        parts = (MARKERS[name] for name in ("LHip", "LKnee", "LAnkle"))
        assert found == pytest.approx(flexion(*(pose.xy_px[i] for i in parts)), abs=0.05)
        checked += 1
    assert checked > 50


def test_opensim_reads_the_angles_of_the_signals(folder: Path, tmp_path: Path) -> None:
    labels, times, rows = by_opensim("mot", exported(folder, "mot", tmp_path))
    with (folder / "signals.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert labels == list(ANGLES.values())
    assert len(times) == len(table) > 50
    assert times.tolist() == [float(row["t_s"]) for row in table]
    told = [[float(row[name] or "nan") for name in ANGLES] for row in table]
    np.testing.assert_array_equal(rows, np.array(told))


def test_c3d_is_read_back_by_another_library(folder: Path, tmp_path: Path) -> None:
    path = exported(folder, "c3d", tmp_path)
    markers = read_markers(folder / "poses.jsonl.gz")
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")  # it has no analog data
        reader: Any = c3d.Reader(file)
        frames = np.array([points for _, points, _ in reader.read_frames()])
    assert [label.strip() for label in reader.point_labels] == list(markers.names)
    assert reader.point_rate == pytest.approx(markers.rate_hz)
    seen = ~np.isnan(markers.xyz_m[..., 0])
    assert frames[seen][:, :3] == pytest.approx(markers.xyz_m[seen] * 1000, abs=0.01)
    assert (frames[~seen][:, 3] == -1).all(), "marked as not measured"


def test_uneven_frames_become_even_ones_and_none_is_made_up() -> None:
    times = np.array([0.0, 0.1, 0.2, 0.35, 0.4])
    xyz = np.arange(5.0)[:, None, None] * np.ones((5, 1, 3))
    markers = motion_files.Markers(names=("a",), t_s=times, xyz_m=xyz, metres_per_px=1.0)
    even = motion_files._evened(markers)
    assert even[:, 0, 0].tolist() == [0, 1, 2, 3, 4]
    gap = replace(markers, t_s=np.array([0.0, 0.1, 0.2, 0.7, 0.8]))
    assert motion_files._evened(gap)[:, 0, 0].tolist() == [0, 2, 2, 3, 4]


def test_without_the_library_for_c3d_it_says_how_to_get_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ezc3d", None)
    ran = run("export", folder, "--format", "c3d", "--out", tmp_path / "x.c3d")
    assert ran.status == 1
    assert "pip install ezc3d" in ran.error
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_set_is_one_line(folder: Path, tmp_path: Path) -> None:
    for what in (tmp_path, tmp_path / "none", "../../no/such"):
        for kind in ("trc", "mot", "c3d"):
            ran = run("export", what, "--format", kind, "--out", tmp_path / "x")
            assert ran.status in (1, 2)
            assert "analyze" in ran.error
    assert "needs a set" in run("export", "--format", "trc").error
    broken = tmp_path / "poses.jsonl.gz"
    broken.write_bytes((folder / "poses.jsonl.gz").read_bytes()[:50] + b"!!")
    assert run("export", broken, "--format", "trc").status == 1


def test_poses_without_anybody_are_refused(tmp_path: Path) -> None:
    with TraceWriter(tmp_path / "poses.jsonl.gz", {"image_size_px": SIZE}) as written:
        written.write(nobody(0.0, SIZE))
    with pytest.raises(TraceError, match="nobody is seen"):
        read_markers(tmp_path / "poses.jsonl.gz")
    (tmp_path / "signals.csv").write_text("t_s,left_knee_flexion_deg\n")
    with pytest.raises(OutputError, match="no angles"):
        motion_files.mot_text(tmp_path / "signals.csv")


def test_a_session_is_exported_by_its_number_where_its_set_was_kept(
    folder: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "live" / "set-1"
    shutil.copytree(folder, kept)
    data = tmp_path / "data"
    with History.open(data) as history:
        for _ in range(2):
            history.begin_session(
                "squat", "", started_at=datetime(2026, 3, 2, tzinfo=UTC), lang="en", source="0"
            )
        history.put_document(f"{PREFIX}1", {"folder": str(kept.parent)})
    out = tmp_path / "x.mot"
    assert run("export", 1, "--format", "mot", "--out", out, "--data", data).status == 0
    assert out.read_text().startswith("Coordinates\n")
    told = run("export", 2, "--format", "mot", "--data", data).error
    assert "its poses were not kept" in told
    assert "no session 9" in run("export", 9, "--format", "trc", "--data", data).error
    (kept.parent / "set-2").mkdir()
    several = run("export", 1, "--format", "mot", "--out", out, "--data", data)
    assert "set-1, set-2; give the folder of one" in several.error
    gone = run("forget", 1, "--yes", "--data", data)
    assert f"stay in {kept.parent}" in gone.out
    with History.open(data) as history:
        assert history.document(f"{PREFIX}1", object) is None
