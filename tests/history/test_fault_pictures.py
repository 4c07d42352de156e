"""A fault as it was, beside a good rep, from the files of a set; nothing where there are none."""

import json
from pathlib import Path

import pytest
from flaws import FLAWS
from moves import trace
from recorded import record

from formcoach.history.fault_pictures import figure_pair
from formcoach.history.session_folders import PREFIX, SessionFolder, session_folders
from formcoach.history.store import History
from formcoach.pose.trace import TraceWriter

PLANK = ("plank_hip_flexion", "floor")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("session") / "set-1"
    made.mkdir()
    flaw = FLAWS[PLANK]["hips_sag", "body_line_deg"]
    poses = trace(*PLANK, far=dict.fromkeys(flaw.reps, flaw.far)).poses
    tree = record(made, poses, *PLANK).tree
    assert {"good", "faulty"} <= {rep["quality"] for rep in tree["reps"]}
    with TraceWriter(made / "poses.jsonl.gz", {"image_size_px": poses[0].image_size_px}) as written:
        for pose in poses:
            written.write(pose)
    return made


def sag(line: str) -> float:
    """How far the hip lies below the line from shoulder to ankle, in the picture's units."""
    places = [tuple(map(float, point.split(","))) for point in line.split()]
    _, (x1, y1), (x2, y2), _, (x4, y4), _ = places
    return y2 - (y1 + (y4 - y1) * (x2 - x1) / (x4 - x1))


def test_the_fault_is_drawn_beside_a_good_rep_of_the_same_set(folder: Path) -> None:
    found = figure_pair([folder], "hips_sag")
    assert found is not None
    assert found.good is not None
    for figure in (found.fault, found.good):
        places = [p.split(",") for line in (*figure.near, *figure.far) for p in line.split()]
        assert len(places) > 12
        assert all(
            0 <= float(x) <= figure.width and 0 <= float(y) <= figure.height for x, y in places
        )
    limbs = [(*one.near, *one.far) for one in (found.fault, found.good)]
    faulty, good = (max(sag(line) for line in lines if line.count(",") == 6) for lines in limbs)
    assert faulty > good + 2, "the hips are lower where they sag"


def test_without_the_fault_the_poses_or_the_set_there_is_no_picture(
    folder: Path, tmp_path: Path
) -> None:
    assert figure_pair([folder], "head_lifted") is None
    assert figure_pair([], "hips_sag") is None
    assert figure_pair([tmp_path / "gone"], "hips_sag") is None
    summary = (folder / "summary.json").read_text(encoding="utf-8")
    for text in (summary, summary[:200], "{}", json.dumps({"reps": "?"})):
        (tmp_path / "summary.json").write_text(text, encoding="utf-8")
        assert figure_pair([tmp_path], "hips_sag") is None
    (tmp_path / "summary.json").write_text(summary, encoding="utf-8")
    (tmp_path / "poses.jsonl.gz").write_bytes((folder / "poses.jsonl.gz").read_bytes()[:99])
    assert figure_pair([tmp_path], "hips_sag") is None
    assert figure_pair([tmp_path, folder], "hips_sag") is not None


def test_what_is_known_of_a_session_is_read_and_all_else_is_as_good_as_nothing(
    folder: Path, tmp_path: Path
) -> None:
    with History.open(tmp_path / "data") as history:
        kept = {"folder": str(folder.parent), "asked_reps": 6, "film": "of a later version"}
        history.put_document(f"{PREFIX}1", kept)
        history.put_document(f"{PREFIX}2", {"folder": 3})
        history.put_document(f"{PREFIX}4", {"folder": "nul\0"})
        found = session_folders(history, {1, 2, 3, 4})
        assert set(found) == {1, 4}
        assert found[1] == SessionFolder(folder=str(folder.parent), asked_reps=6)
        assert found[1].set_folders() == [folder]
        assert found[4].set_folders() == []
