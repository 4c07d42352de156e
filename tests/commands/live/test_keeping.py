"""What cannot be kept ends no session, is told of once, and loses nothing that could be kept."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from live_parts import Kept, Stage, parts_of
from moves import FILM, trace
from sounds import tone

from formcoach.coaching.events import Rep
from formcoach.commands.live import LiveOptions, LiveResult, run_live
from formcoach.commands.live.keeping import SessionStore
from formcoach.errors import OutputError, StoreError
from formcoach.picture.annotated import AnnotatedVideo
from formcoach.picture.live_view import LiveView
from formcoach.results.live_sets import LiveRecords
from formcoach.words.phrases import load_phrases

POSES = trace("hip_flexion", "bent", 4, how=replace(FILM, fps=8.0)).poses
OPTIONS = LiveOptions(exercise="hip_flexion", level="bent", voice=True, window=False)
LOCKED = "history: cannot be written (database is locked)"


@dataclass
class Locked(Kept):
    """A history that cannot be written for the first `refused` times it is tried."""

    refused: int = 0

    def rep(self, set_index: int, rep: Rep) -> None:
        if self.refused > 0:
            self.refused -= 1
            raise StoreError(LOCKED)
        super().rep(set_index, rep)


def play(options: LiveOptions, kept: Kept) -> tuple[LiveResult, list[str]]:
    notes: list[str] = []
    stage = Stage(POSES)
    result = run_live(options, journal=kept, parts=parts_of(stage), on_note=notes.append)
    return result, notes


def test_a_history_that_is_locked_for_a_while_has_every_rep_in_the_end() -> None:
    free, locked = Kept(), Locked(refused=2)
    play(OPTIONS, free)
    result, notes = play(OPTIONS, locked)
    assert locked.reps == free.reps
    assert len(locked.reps) == 4
    assert locked.sets == free.sets
    assert notes == [LOCKED]
    assert result.troubles == ()


def test_a_history_that_stays_locked_is_told_of_and_the_session_ends_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("formcoach.commands.live.keeping.LAST_TRY_S", 0.0)
    result, notes = play(OPTIONS, Locked(refused=1000))
    assert result.sets[0].total == 4
    assert notes == [LOCKED]
    assert result.troubles == (LOCKED,)


def fail_from(call: int) -> Callable[..., None]:
    """Return a method that cannot write from its `call`-th call on."""
    calls = 0

    def fails(*_: object, **__: object) -> None:
        nonlocal calls
        calls += 1
        if calls >= call:
            raise OutputError("no space left")

    return fails


@pytest.mark.parametrize(
    ("part", "method"),
    [(AnnotatedVideo, "write"), (AnnotatedVideo, "_finish"), (LiveRecords, "note")],
)
def test_a_file_that_cannot_be_written_any_more_costs_no_rep(
    part: type, method: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, method, fail_from(1 if method == "_finish" else 20))
    kept = Kept()
    options = replace(OPTIONS, out=tmp_path / "out", record=tmp_path / "session.mp4")
    result, notes = play(options, kept)
    assert len(kept.reps) == 4
    assert [number for number, _ in kept.sets] == [1]
    assert notes == ["no space left"]
    assert result.troubles == ("no space left",)


def test_a_recording_that_is_given_up_while_something_is_said_ends_no_voice(
    tmp_path: Path,
) -> None:
    class GivenUp(SessionStore):
        """Has a recording when it is first asked for it, and then no more."""

        videos: ClassVar[list[AnnotatedVideo]] = []

        @property
        def _video(self) -> AnnotatedVideo | None:
            return self.videos.pop() if self.videos else None

        @_video.setter
        def _video(self, video: AnnotatedVideo | None) -> None: ...

    with AnnotatedVideo(tmp_path / "session.mp4", 15.0, (64, 48)) as video:
        keeping = GivenUp(None, lambda trouble: None)
        GivenUp.videos.append(video)
        keeping.sound(1.0, tone(440.0, 0.1))
        assert not GivenUp.videos


def test_the_screen_tells_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str | None] = []

    def draw(view: object, frame: object, pose: object, step: object, said: str | None) -> object:
        words.append(said)
        return np.zeros((480, 640, 3), np.uint8)

    monkeypatch.setattr(LiveView, "draw", draw)
    monkeypatch.setattr(LiveRecords, "note", fail_from(20))
    stage = Stage(POSES[:40])
    run_live(replace(OPTIONS, window=True, out=tmp_path), parts=parts_of(stage))
    assert words.count(load_phrases("en").text("session.not_kept")) == 1
