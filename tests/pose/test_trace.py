"""A trace lets go of its file, however far it was read: what is open cannot be moved on Windows."""

from pathlib import Path

import pytest
from moves import trace
from open_files import open_files

from formcoach import read_trace
from formcoach.commands.replay import replay_trace
from formcoach.errors import FormCoachError, NotRecognisedError, TraceError
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
