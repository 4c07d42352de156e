"""The demonstrations as they are drawn: inline SVG for pages, pictures for the window."""

from xml.etree import ElementTree

import numpy as np
import pytest

from formcoach.exercises.library import exercise_ids, load_demonstration, load_exercise
from formcoach.picture.figure_extent import bounds_of, support_of
from formcoach.picture.figure_svg import FRAMES_PER_S, demonstration_svg
from formcoach.picture.figure_view import draw_demonstration
from formcoach.picture.palette import LIGHT, NIGHT

SVG = "{http://www.w3.org/2000/svg}"
MAX_SVG_BYTES = 60_000
LEVELS = [(name, level.id) for name in exercise_ids() for level in load_exercise(name).levels]


@pytest.mark.parametrize(("exercise", "level"), LEVELS)
def test_each_level_is_a_small_moving_drawing(exercise: str, level: str) -> None:
    shown = load_demonstration(exercise, level)
    assert shown is not None
    text = demonstration_svg(shown, title="A <b> & c")
    assert len(text) < MAX_SVG_BYTES
    assert "script" not in text
    assert "href" not in text
    svg = ElementTree.fromstring(text)
    assert svg.findtext(f"{SVG}title") == "A <b> & c"
    width, height = (float(v) for v in svg.attrib["viewBox"].split()[2:])
    lines = svg.findall(f"{SVG}polyline")
    for line in lines:
        for points in [line.attrib["points"], *_values(line)]:
            for point in points.split():
                x, y = map(float, point.split(","))
                assert -1 <= x <= width + 1
                assert -1 <= y <= height + 1
    moves = [move for element in svg for move in element.findall(f"{SVG}animate")]
    assert bool(moves) is not bool(shown.hold_s)
    for move in moves:
        assert float(move.attrib["dur"].rstrip("s")) == pytest.approx(shown.duration_s)
        count = len(move.attrib["values"].split(";"))
        assert count == max(2, round(shown.duration_s * FRAMES_PER_S)) + 1


def _values(line: ElementTree.Element) -> list[str]:
    return [v for move in line.findall(f"{SVG}animate") for v in move.attrib["values"].split(";")]


def test_the_hands_are_on_the_wall_or_the_chair() -> None:
    on = {}
    for level in ("wall", "chair", "floor"):
        shown = load_demonstration("plank_hold", level)
        assert shown is not None
        on[level] = support_of(shown)
        left, bottom, right, top = bounds_of(shown)
        for line in on[level]:
            for x, y in line:
                assert left <= x <= right + 1e-9
                assert bottom <= y <= top + 1e-9
    assert [len(on[level]) for level in ("wall", "chair", "floor")] == [2, 2, 1]


@pytest.mark.parametrize("size", [(640, 360), (480, 360), (360, 640)])
def test_the_window_shows_the_figure_the_camera_and_the_words_beside_each_other(
    size: tuple[int, int],
) -> None:
    shown = load_demonstration("dead_bug", "reach")
    assert shown is not None
    camera = np.full((size[1], size[0], 3), (1, 255, 2), np.uint8)
    first = draw_demonstration(shown, 0.0, size, words="Stretch your right leg", image_bgr=camera)
    assert first.shape == (size[1], size[0], 3)
    later = draw_demonstration(shown, 3.6, size, words="Stretch your right leg", image_bgr=camera)
    assert (first != later).any()
    green = (first == (1, 255, 2)).all(axis=2)
    rows, columns = np.nonzero(green)
    whole = (np.ptp(rows) + 1) * (np.ptp(columns) + 1)
    assert green.sum() == whole  # nothing lies on the person
    bare = draw_demonstration(shown, 0.0, size)
    assert (bare == LIGHT).all(axis=2).sum() > 200
    assert tuple(bare[0, 0]) == NIGHT
