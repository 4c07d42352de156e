"""A trace lets go of its file, however far it was read: what is open cannot be moved on Windows."""

import gzip
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from moves import trace
from open_files import open_files

from formcoach import read_trace
from formcoach.commands.replay import replay_trace
from formcoach.errors import FormCoachError, NotRecognisedError, TraceError
from formcoach.pose.landmarks import nobody
from formcoach.pose.profile import BLAZEPOSE, COCO
from formcoach.pose.trace import TraceWriter, quantise

POSES = trace("squat", None, 1).poses


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    path = tmp_path / "poses.jsonl.gz"
    with TraceWriter(path, {"image_size_px": POSES[0].image_size_px}) as writer:
        for pose in POSES:
            writer.write(quantise(pose))
    return path


def test_it_lets_go_at_the_end(kept: Path) -> None:
    _, poses = read_trace(kept)
    assert len(open_files(kept.parent)) == 1
    assert len(list(poses)) == len(POSES)
    assert open_files(kept.parent) == []


def test_it_lets_go_where_it_is_left_in_the_middle(kept: Path) -> None:
    _, poses = read_trace(kept)
    with poses:
        next(poses)
        assert len(open_files(kept.parent)) == 1
    assert open_files(kept.parent) == []
    assert list(poses) == []


def test_it_lets_go_where_a_line_is_no_frame(tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl"
    with TraceWriter(path, {"image_size_px": (640, 480)}):
        pass
    path.write_bytes(path.read_bytes() + b"no frame\n" * 2)
    _, poses = read_trace(path)
    with pytest.raises(TraceError, match="line 2"):
        next(poses)
    assert open_files(tmp_path) == []


@pytest.mark.parametrize("asked", ["nonsense", "dead_bug"])
def test_a_replay_that_fails_has_let_go_when_its_error_is_handled(
    kept: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsure(*_: object, **__: object) -> None:
        raise NotRecognisedError("not sure")

    monkeypatch.setattr("formcoach.commands.recorded.choose", unsure)
    error: FormCoachError | None = None
    try:
        replay_trace(kept, exercise=asked, out=kept.parent / "out")
    except FormCoachError as caught:  # its traceback holds what was open
        error = caught
        assert open_files(kept.parent) == []
    assert error is not None


def test_it_keeps_which_legs_are_doubtful_and_old_traces_have_none(tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl"
    doubtful = [replace(pose, legs_doubtful=i % 3 == 0) for i, pose in enumerate(POSES)]
    with TraceWriter(path, {"image_size_px": POSES[0].image_size_px}) as writer:
        for pose in doubtful:
            writer.write(quantise(pose))
    _, poses = read_trace(path)
    assert [pose.legs_doubtful for pose in poses] == [pose.legs_doubtful for pose in doubtful]
    path.write_bytes(path.read_bytes().replace(b',"legs_doubtful":true', b""))
    _, poses = read_trace(path)
    assert not any(pose.legs_doubtful for pose in poses)


def test_a_landmark_that_was_not_found_is_kept_as_such_and_so_is_what_found_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "poses.jsonl"
    xy_px = POSES[0].xy_px.copy()
    xy_px[[0, 29]] = np.nan
    first = replace(POSES[0], xy_px=xy_px, world_m=None, profile=COCO)
    second = replace(nobody(1.0, first.image_size_px, COCO), others=1)
    with TraceWriter(path, {"image_size_px": first.image_size_px}) as writer:
        writer.write(quantise(first))
        writer.write(quantise(second))
        with pytest.raises(ValueError, match="not all of one estimator"):
            writer.write(replace(POSES[0], t_s=2.0))
    header, poses = read_trace(path)
    assert header["estimator"]["name"] == "coco"
    kept = list(poses)
    assert [pose.seen for pose in kept] == [True, False]
    assert all(pose.profile == COCO for pose in kept)
    assert kept[0].world_m is None
    assert np.array_equal(kept[0].xy_px, quantise(first).xy_px, equal_nan=True)


def test_a_trace_without_an_estimator_is_mediapipes(kept: Path, tmp_path: Path) -> None:
    lines = gzip.decompress(kept.read_bytes()).split(b"\n")
    header = msgspec.json.decode(lines[0])
    assert header.pop("estimator")["name"] == "blazepose"
    path = tmp_path / "old.jsonl"
    path.write_bytes(b"\n".join([msgspec.json.encode(header), *lines[1:]]))
    assert {pose.profile for pose in read_trace(path)[1]} == {BLAZEPOSE}


@pytest.mark.parametrize(
    "estimator", [{"name": "x"}, {"name": "x", "min_presence": 2}, 3, {"min_presence": 0.5}]
)
def test_an_estimator_that_cannot_be_is_told(estimator: object, tmp_path: Path) -> None:
    path = tmp_path / "poses.jsonl"
    header = {"kind": "formcoach.poses", "schema": 1, "image_size_px": [640, 480]}
    path.write_bytes(msgspec.json.encode(header | {"estimator": estimator}) + b"\n")
    with pytest.raises(TraceError, match="its first line is no header"):
        read_trace(path)


@pytest.mark.parametrize("bad", [(np.nan, 3.0), (np.inf, 3.0)])
def test_half_a_landmark_is_refused(bad: tuple[float, float], tmp_path: Path) -> None:
    xy_px = POSES[0].xy_px.copy()
    xy_px[5] = bad
    with (
        TraceWriter(tmp_path / "poses.jsonl", {"image_size_px": (640, 480)}) as writer,
        pytest.raises(ValueError, match="must be finite, or NaN altogether"),
    ):
        writer.write(replace(POSES[0], xy_px=xy_px))
