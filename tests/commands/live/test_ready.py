import pytest
from live_parts import Stage, parts_of
from moves import trace

from formcoach.commands.live import LiveOptions
from formcoach.commands.live.ready import check_ready
from formcoach.errors import ModelError, OutputError

SQUAT = LiveOptions(exercise="squat", window=False)


def test_the_camera_is_let_go_again() -> None:
    stage = Stage(trace("squat", None, 1).poses)
    check_ready(SQUAT, parts_of(stage))
    (camera,) = stage.cameras
    assert camera.closed


def test_a_display_is_needed_for_a_window_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcoach.commands.live.ready.display_works", lambda: False)
    parts = parts_of(Stage(trace("squat", None, 1).poses))
    check_ready(SQUAT, parts)
    with pytest.raises(OutputError, match="--no-window"):
        check_ready(LiveOptions(exercise="squat"), parts)


def test_the_model_of_the_face_is_needed_where_it_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> None:
        raise ModelError("missing")

    monkeypatch.setattr("formcoach.commands.live.ready.find_face_model", missing)
    parts = parts_of(Stage(trace("squat", None, 1).poses))
    check_ready(SQUAT, parts)
    with pytest.raises(ModelError):
        check_ready(LiveOptions(exercise="squat", window=False, face=True), parts)
