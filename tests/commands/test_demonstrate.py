import pytest
from live_parts import FakeScreen
from typer.testing import CliRunner

from formcoach.cli import app
from formcoach.commands import demonstrate
from formcoach.commands.demonstrate import FRAME_S, play_demonstrations
from formcoach.errors import OutputError, SpecError
from formcoach.picture.canvas import Image
from formcoach.picture.window import Key


class Clock:
    """Goes on only while somebody waits."""

    def __init__(self) -> None:
        self.t_s = 0.0

    def now_s(self) -> float:
        return self.t_s

    def wait(self, seconds: float) -> None:
        self.t_s += seconds


def played(exercise: str, screen: FakeScreen, level: str | None = None) -> list[str]:
    titles: list[str] = []

    def opened(title: str) -> FakeScreen:
        titles.append(title)
        return screen

    clock = Clock()
    play_demonstrations(
        exercise, "en", level, open_screen=opened, now_s=clock.now_s, wait=clock.wait
    )
    return titles


def test_the_figure_moves_until_it_is_ended() -> None:
    pictures: list[Image] = []
    screen = FakeScreen(keys={100: Key.STOP}, on_show=pictures.append)
    assert played("squat", screen) == ["FormCoach: Squat"]
    assert screen.shown == 101
    assert screen.closed
    assert (pictures[0] != pictures[round(2.3 / FRAME_S)]).any()


def test_next_goes_on_to_the_next_level() -> None:
    pictures: list[Image] = []
    screen = FakeScreen(keys={3: Key.NEXT, 5: Key.STOP}, on_show=pictures.append)
    played("dead_bug", screen)
    band = slice(-130, None)
    assert (pictures[2][band] == pictures[3][band]).all()
    assert (pictures[3][band] != pictures[4][band]).any()
    one = FakeScreen(keys={3: Key.NEXT, 5: Key.STOP})
    played("dead_bug", one, "reach")
    assert one.shown == 6


def test_what_cannot_be_shown_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SpecError, match="no exercise"):
        played("no_such", FakeScreen())
    monkeypatch.setattr(demonstrate, "display_works", lambda: False)
    with pytest.raises(OutputError, match="no display here"):
        play_demonstrations("squat", "en")
    told = CliRunner().invoke(app, ["exercises", "squat", "--show"])
    assert told.exit_code != 0
    assert "no display here" in told.output
    assert "Traceback" not in told.output
