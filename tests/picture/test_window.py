"""The window, on a screen that nobody sees."""

import ast
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from display import virtual_screen

from formcoach.capture.geometry import letterboxed
from formcoach.errors import OutputError
from formcoach.picture import window
from formcoach.picture.window import Key, Window, display_works, key_of

SHOW_AND_CLOSE = """
import cv2, numpy as np, select, sys
from formcoach.picture.window import Window
picture = np.full((360, 640, 3), (40, 160, 220), np.uint8)
with Window("FormCoach", fullscreen="full" in sys.argv) as shown:
    print(shown.show(picture))
    while not select.select([sys.stdin], [], [], 0)[0]:  # until asked to go on
        shown.show(picture)
    print(input() and shown.show(picture))
    cv2.destroyWindow("FormCoach")  # as if the user had closed it
    print(shown.show(picture))
    print(shown.show(picture))
"""


@pytest.mark.parametrize("how", ["window", "full"])
def test_a_picture_is_shown_and_a_closed_window_asks_to_stop(how: str, tmp_path: Path) -> None:
    with (
        virtual_screen(tmp_path) as screen,
        subprocess.Popen(
            [sys.executable, "-c", SHOW_AND_CLOSE, how],
            env=screen.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "None"
        wanted = np.array([40, 160, 220])
        share = 0.0
        while share < 0.3 and process.poll() is None:
            share = float((np.abs(screen.picture() - wanted.astype(int)) < 3).all(axis=2).mean())
        out, error = process.communicate("look\n")
    assert share >= 0.3
    assert out.split() == ["None", "stop", "stop"]
    assert error == "", "the window library's chatter reaches the user"


@pytest.mark.skipif(sys.platform != "linux", reason="only there do the libraries clash")
def test_where_the_other_library_came_first_it_says_so_and_does_not_wait_for_ever(
    tmp_path: Path,
) -> None:
    code = "import av\nfrom formcoach.picture.window import Window\nWindow('FormCoach')"
    with virtual_screen(tmp_path) as screen:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env=screen.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert "OutputError: the window cannot be opened" in done.stderr
    assert "import cv2 before av" in done.stderr


def test_whatever_imports_pyav_imports_opencv_before() -> None:
    package = Path(window.__file__).parents[1]
    found = 0
    for path in package.rglob("*.py"):
        names = [
            name.partition(".")[0]
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for name in ([node.module] if isinstance(node, ast.ImportFrom) else _plain(node))
            if name is not None
        ]
        if "av" in names:
            found += 1
            assert "cv2" in names[: names.index("av")], path
    assert found >= 5


def _plain(node: ast.Import) -> list[str]:
    return [alias.name for alias in node.names]


@pytest.mark.parametrize(
    ("shape", "size_px", "inner"),
    [
        ((480, 640), (1120, 630), (630, 840)),
        ((640, 360), (1120, 630), (630, 354)),
        ((540, 960), (1120, 630), (630, 1120)),
        ((630, 1120), (1120, 630), (630, 1120)),
        ((720, 1280), (400, 900), (225, 400)),
    ],
)
def test_a_picture_keeps_its_shape_in_any_window(
    shape: tuple[int, int], size_px: tuple[int, int], inner: tuple[int, int]
) -> None:
    shown = letterboxed(np.full((*shape, 3), 200, np.uint8), size_px)
    assert shown.shape == (size_px[1], size_px[0], 3)
    rows, columns = np.nonzero(shown[:, :, 0])
    assert (int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1) == inner
    middle = (rows.mean() + 0.5, columns.mean() + 0.5)
    assert middle == pytest.approx((size_px[1] / 2, size_px[0] / 2), abs=1.0)


def test_a_window_without_a_size_leaves_the_picture_as_it_is() -> None:
    picture = np.full((48, 64, 3), 200, np.uint8)
    assert letterboxed(picture, (-1, -1)) is picture


def test_without_a_display_the_way_out_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(OutputError, match="--no-window"):
        Window("FormCoach")


def test_a_display_that_does_not_answer_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":987")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not display_works()


@pytest.mark.parametrize(
    ("pressed", "key"),
    [
        (27, Key.STOP),
        (ord("q"), Key.STOP),
        (ord(" "), Key.PAUSE),
        (ord("m"), Key.MUTE),
        (ord("+"), Key.LOUDER),
        (ord("-"), Key.QUIETER),
        (ord("n"), Key.NEXT),
        (ord("h"), Key.HELP),
        (ord("x"), None),
        (-1, None),
    ],
)
def test_keys(pressed: int, key: Key | None, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*args: object) -> None:
        return

    monkeypatch.setattr(window, "display_works", lambda: True)
    monkeypatch.setattr(window, "_came_first", lambda *names: False)
    for name in ("namedWindow", "resizeWindow", "imshow", "destroyWindow"):
        monkeypatch.setattr(cv2, name, nothing)
    monkeypatch.setattr(cv2, "getWindowProperty", lambda *args: 1.0)
    monkeypatch.setattr(cv2, "getWindowImageRect", lambda *args: (0, 0, 64, 48))
    monkeypatch.setattr(cv2, "pollKey", lambda: pressed)
    with Window("FormCoach") as shown:
        assert shown.show(np.zeros((4, 4, 3), np.uint8)) is key


@pytest.mark.parametrize("left_arrow", [0xFF51, 0x10FF51])
def test_a_key_whose_code_ends_like_another_is_not_that_one(left_arrow: int) -> None:
    assert key_of(left_arrow) is None
    assert key_of(ord("q")) is key_of(ord("q") | 0x100000) is Key.STOP
    assert key_of(-1) is None
