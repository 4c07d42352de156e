"""A recording that was asked for is listed with its session, and a limit is kept to."""

from dataclasses import replace
from pathlib import Path

import pytest
from history_writer import rep_of

from formcoach.commands.live import LiveOptions, LiveResult, terminal
from formcoach.commands.live.options import Journal
from formcoach.exercises.library import load_exercise
from formcoach.history.store import History
from formcoach.history.videos import kept_videos, put_limit


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What each session writes into its recording; none where it is empty."""
    contents: list[bytes] = []

    def run(options: LiveOptions, *, journal: Journal, on_note: object) -> LiveResult:
        assert options.record is not None
        content = contents.pop(0)
        if content:
            options.record.write_bytes(content)
            journal.rep(1, rep_of(1, 1, 1))
        spec = load_exercise("squat")
        return LiveResult(spec=spec, level=spec.level(None), sets=(), spoken=(), stopped=False)

    monkeypatch.setattr(terminal, "run_live", run)
    return contents


def test_it_is_listed_with_its_session(recorded: list[bytes], tmp_path: Path) -> None:
    recorded += [b"film", b""]
    options = LiveOptions(exercise="squat", record=tmp_path / "a.mp4")
    assert terminal.coach_live(options, tmp_path / "data") == 0
    gone = replace(options, record=tmp_path / "b.mp4")
    assert terminal.coach_live(gone, tmp_path / "data") == 0
    with History.open(tmp_path / "data") as history:
        (video,) = kept_videos(history)
        (session,) = history.sessions()
    assert (video.path, video.size) == (str((tmp_path / "a.mp4").resolve()), 4)
    assert video.session_id == session.id


def test_the_oldest_goes_where_there_is_a_limit_and_that_is_told(
    recorded: list[bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded += [b"first", b"second"]
    with History.open(tmp_path / "data") as history:
        put_limit(history, 8)
    for name in ("a.mp4", "b.mp4"):
        options = LiveOptions(exercise="squat", record=tmp_path / name)
        terminal.coach_live(options, tmp_path / "data")
    assert not (tmp_path / "a.mp4").exists()
    assert (tmp_path / "b.mp4").exists()
    assert "a.mp4: deleted, to keep to the limit" in capsys.readouterr().err
