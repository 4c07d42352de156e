"""A demonstration on the window: a moving figure, and beside it the camera's picture."""

import cv2
import numpy as np

from formcoach.exercises.demonstration import Demonstration
from formcoach.picture.canvas import Image, Points, arc, stroke
from formcoach.picture.figure_extent import bounds_of, support_of
from formcoach.picture.palette import EDGE, GREY, LIGHT, NIGHT, TEAL
from formcoach.picture.panels import band_sprite, layout_for
from formcoach.picture.room import Box
from formcoach.pose.landmarks import Side

__all__ = ["draw_demonstration"]

BAND_SHARE = 0.24
"""Of the height: the words below the figure."""
INSET_SHARE = 0.3
"""Of the width: the camera's picture in the upper right corner."""


def draw_demonstration(
    demonstration: Demonstration,
    t_s: float,
    size_px: tuple[int, int],
    *,
    words: str | None = None,
    image_bgr: Image | None = None,
) -> Image:
    """Return a picture of how an exercise is done at a time.

    Args:
        demonstration: from `exercises.library.load_demonstration`.
        t_s: the time; the figure begins again when it is through.
        size_px: width and height of what is drawn.
        words: a sentence below it.
        image_bgr: the camera's picture, shown small in a corner.
    """
    width, height = size_px
    canvas: Image = np.empty((height, width, 3), np.uint8)
    canvas[:] = NIGHT
    layout = layout_for(width, height, live=True)
    room = Box(layout.margin, layout.margin, width - layout.margin, height * (1 - BAND_SHARE))
    if image_bgr is not None:
        room = _with_inset(canvas, image_bgr, room, layout.margin)
    _draw_figure(canvas, demonstration, t_s, room)
    if words is not None:
        size = (width - 2 * layout.margin, round(height * BAND_SHARE) - 2 * layout.margin)
        sprite = band_sprite(words, layout.cue, TEAL, size)
        sprite.lay(
            canvas, (width - sprite.size_px[0]) // 2, height - layout.margin - sprite.size_px[1]
        )
    return canvas


def _with_inset(canvas: Image, image_bgr: Image, room: Box, margin: int) -> Box:
    """Lay the camera's picture into the upper right corner; return the room that is left."""
    rows, columns = image_bgr.shape[:2]
    scale = min(INSET_SHARE * canvas.shape[1] / columns, INSET_SHARE * canvas.shape[0] / rows)
    width, height = round(scale * columns), round(scale * rows)
    left, top = canvas.shape[1] - margin - width, margin
    small = cv2.resize(image_bgr, (width, height), interpolation=cv2.INTER_AREA)
    canvas[top : top + height, left : left + width] = small
    if canvas.shape[1] >= canvas.shape[0]:
        return Box(room.left, room.top, left - margin, room.bottom)
    return Box(room.left, top + height + margin, room.right, room.bottom)


def _draw_figure(canvas: Image, demonstration: Demonstration, t_s: float, room: Box) -> None:
    left, bottom, right, top = bounds_of(demonstration)
    scale = min(room.width / (right - left), room.height / (top - bottom))
    spare_x, spare_y = room.width - scale * (right - left), room.height - scale * (top - bottom)
    origin = np.array(
        [room.left + spare_x / 2 - scale * left, room.top + spare_y / 2 + scale * top]
    )

    def placed(points: tuple[tuple[float, float], ...]) -> Points:
        return np.asarray(origin + scale * np.array(points) * (1.0, -1.0))

    thick = max(3, round(0.065 * scale))
    support = [placed(line) for line in support_of(demonstration)]
    stroke(canvas, support, GREY, max(1, thick // 4))
    figure = demonstration.figure(t_s)
    for limb in figure.limbs:
        line_px = thick * 2 // 3 if limb.side is Side.LEFT else thick
        points = [placed(limb.points)]
        stroke(canvas, points, EDGE, line_px + max(2, thick // 3))
        stroke(canvas, points, GREY if limb.side is Side.LEFT else LIGHT, line_px)
    head = [arc(placed((figure.head,))[0], scale * figure.head_m, 0.0, 6.2832)]
    cv2.fillPoly(canvas, [np.rint(head[0]).astype(np.int32)], NIGHT)
    stroke(canvas, head, LIGHT, max(2, thick // 2))
