"""Drawing on frames: text in any script, see-through panels, lines with an edge.

What seldom changes (a panel with its words) is drawn once as a `Sprite` and then laid over every
frame; that takes two passes over its own pixels and no more.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from functools import cache, lru_cache
from itertools import combinations
from math import hypot, pi, sqrt

import cv2
import numpy as np
import numpy.typing as npt

__all__ = [
    "CAP_RATIO",
    "Colour",
    "Image",
    "Points",
    "Sprite",
    "SpriteCache",
    "arc",
    "dashed",
    "fitting_size",
    "pushed_apart",
    "share_of_path",
    "stadium",
    "stroke",
    "stroke_subpixels",
    "subpixels",
    "text_width",
]

Image = npt.NDArray[np.uint8]
"""A picture, shape (height, width, 3), blue green red."""
Colour = tuple[int, int, int]
"""Blue, green, red."""
Points = npt.NDArray[np.float64]
"""Places in the frame's pixels, shape (n, 2)."""
Subpixels = npt.NDArray[np.int32]

CAP_RATIO = 0.76
"""Height of a digit or capital in sizes of the font (measured)."""
SUBPIXEL_BITS = 4
SUBPIXELS = 1 << SUBPIXEL_BITS
APART_ROUNDS = 4
"""So often boxes that overlap are pushed apart; two need one, and more where there is no room."""
MAX_DASHES = 200
"""A line with more of them leaves the frame by far; it is not drawn."""


@cache
def _font() -> cv2.FontFace:
    return cv2.FontFace("sans")


def _plain(text: str) -> str:
    """Return text with plain zeros: those of the font are struck through, an 8 from afar."""
    return text.replace("0", "O")


@lru_cache(maxsize=1024)
def text_width(text: str, size_px: int, weight: int) -> int:
    """Return how wide a line of text is, in pixels."""
    return int(cv2.getTextSize((0, 0), _plain(text), (0, 0), _font(), size_px, weight)[2])


def fitting_size(text: str, size_px: int, weight: int, room_px: int) -> int:
    """Return the largest size up to `size_px` at which a line of text fits in `room_px`."""
    width = text_width(text, size_px, weight)
    return size_px if width <= room_px else max(6, int(size_px * room_px / width))


class Sprite:
    """A see-through picture that is drawn once and laid over many frames.

    Attributes:
        size_px: its width and height.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        """Start fully transparent."""
        self.size_px = (max(1, int(width_px)), max(1, int(height_px)))
        shape = (self.size_px[1], self.size_px[0], 3)
        self._tint = np.zeros(shape, np.float32)
        self._keep = np.ones(shape, np.float32)
        self._laid: tuple[Image, Image] | None = None

    def panel(
        self, box: tuple[int, int, int, int], colour: Colour, alpha: float, radius_px: int = 0
    ) -> None:
        """Fill a box (x, y, width, height) with round corners."""
        x, y, width, height = box
        mask = self._mask()
        outline = stadium(x, y, width, height, radius_px)
        cv2.fillPoly(mask, [subpixels(outline)], 255, cv2.LINE_AA, SUBPIXEL_BITS)
        self._over(mask, colour, alpha)

    def path(self, points: Points, colour: Colour, thickness_px: int, alpha: float = 1.0) -> None:
        """Draw a line through points."""
        mask = self._mask()
        ends = [subpixels(points)]
        cv2.polylines(mask, ends, False, 255, thickness_px, cv2.LINE_AA, SUBPIXEL_BITS)
        self._over(mask, colour, alpha)

    def dot(self, centre: tuple[int, int], radius_px: int, colour: Colour) -> None:
        """Draw a filled circle."""
        mask = self._mask()
        cv2.circle(mask, centre, radius_px, 255, -1, cv2.LINE_AA)
        self._over(mask, colour, 1.0)

    def text(
        self, text: str, origin: tuple[int, int], size_px: int, weight: int, colour: Colour
    ) -> None:
        """Write a line of text; `origin` is the left end of its base line."""
        mask = self._mask()
        cv2.putText(mask, _plain(text), origin, 255, _font(), size_px, weight)
        self._over(mask, colour, 1.0)

    def lay(self, image: Image, x: int, y: int) -> None:
        """Lay the sprite over a frame; what is outside of it is left away."""
        if self._laid is None:
            tint, keep = (
                cv2.convertScaleAbs(a, alpha=s) for a, s in ((self._tint, 1.0), (self._keep, 255.0))
            )
            self._laid = (tint.astype(np.uint8), keep.astype(np.uint8))
            self._tint = self._keep = np.zeros((0, 0, 3), np.float32)
        tint, keep = self._laid
        height, width = image.shape[:2]
        left, top = max(0, x), max(0, y)
        right, bottom = min(width, x + self.size_px[0]), min(height, y + self.size_px[1])
        if right <= left or bottom <= top:
            return
        part = (slice(top - y, bottom - y), slice(left - x, right - x))
        under = image[top:bottom, left:right]
        cv2.multiply(under, keep[part], dst=under, scale=1 / 255)
        cv2.add(under, tint[part], dst=under)

    def _mask(self) -> Image:
        return np.zeros((self.size_px[1], self.size_px[0]), np.uint8)

    def _over(self, mask: Image, colour: Colour, alpha: float) -> None:
        cover = mask[:, :, None].astype(np.float32) * np.float32(alpha / 255)
        self._tint = self._tint * (1 - cover) + cover * np.array(colour, np.float32)
        self._keep = self._keep * (1 - cover)


class SpriteCache:
    """Keeps the sprites that were used last."""

    def __init__(self, most: int = 96) -> None:
        """Take how many to keep."""
        self._most = most
        self._sprites: OrderedDict[Hashable, Sprite] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Sprite]) -> Sprite:
        """Return the sprite of `key`, made again where it is not kept."""
        sprite = self._sprites.get(key)
        if sprite is None:
            sprite = self._sprites[key] = make()
            if len(self._sprites) > self._most:
                self._sprites.popitem(last=False)
        else:
            self._sprites.move_to_end(key)
        return sprite


@lru_cache(maxsize=256)
def stadium(x: float, y: float, width: float, height: float, radius_px: float) -> Points:
    """Return the outline of a box with round corners, clockwise from the middle of its top."""
    r = max(0.0, min(radius_px, width / 2, height / 2))
    middle = x + width / 2
    corners = [
        (x + width - r, y + r, -pi / 2),
        (x + width - r, y + height - r, 0.0),
        (x + r, y + height - r, pi / 2),
        (x + r, y + r, pi),
    ]
    top = np.array([[middle, y]])
    arcs = [arc(np.array([cx, cy]), r, start, pi / 2) for cx, cy, start in corners]
    return np.concatenate([top, *arcs, top])


def arc(centre: Points, radius_px: float, start: float, turn: float) -> Points:
    """Return points on a circle from an angle on, in radians; they are a tenth of a pixel true."""
    step_px = max(1.0, sqrt(0.8 * radius_px))
    angles = start + np.linspace(0.0, turn, 2 + round(abs(turn) * radius_px / step_px))
    return centre + radius_px * np.stack([np.cos(angles), np.sin(angles)], axis=1)


def share_of_path(points: Points, start: float, end: float) -> Points:
    """Return the part of a path from one share of its length (0 to 1) to another."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    length /= max(length[-1], 1e-9)
    inside = points[(length > start) & (length < end)]
    ends = [
        [np.interp(share, length, points[:, 0]), np.interp(share, length, points[:, 1])]
        for share in (start, end)
    ]
    return np.concatenate([ends[:1], inside, ends[1:]])


def pushed_apart(
    boxes: Sequence[tuple[Points, tuple[int, int]]], room_px: tuple[int, int]
) -> list[Points]:
    """Return the upper left corners of boxes that overlap as little as there is room for.

    They are pushed along the line from one middle to the other, so that labels glide and do not
    jump from one frame to the next.

    Args:
        boxes: each one's middle and size.
        room_px: the picture's width and height; all boxes are in it.
    """
    room = np.array(room_px, float)
    sizes = [np.array(size, float) for _, size in boxes]
    corners = [
        _within(at - size / 2, size, room) for (at, _), size in zip(boxes, sizes, strict=True)
    ]
    for _ in range(APART_ROUNDS):
        for i, j in combinations(range(len(boxes)), 2):
            way = (corners[j] + sizes[j] / 2) - (corners[i] + sizes[i] / 2)
            over = (sizes[i] + sizes[j]) / 2 - np.abs(way)
            if (over <= 0.0).any():
                continue
            if not way.any():
                way = np.array([0.0, 1.0])
            push = way * np.min(over / np.maximum(np.abs(way), 1e-6)) / 2
            corners[i] = _within(corners[i] - push, sizes[i], room)
            corners[j] = _within(corners[j] + push, sizes[j], room)
    return corners


def _within(corner: Points, size: Points, room: Points) -> Points:
    return np.asarray(np.clip(corner, 0.0, np.maximum(room - size, 0.0)))


def stroke(image: Image, lines: Sequence[Points], colour: Colour, thickness_px: int) -> None:
    """Draw smooth lines, each through its points in the frame's pixels."""
    stroke_subpixels(image, [subpixels(points) for points in lines], colour, thickness_px)


def stroke_subpixels(
    image: Image, lines: Sequence[Subpixels], colour: Colour, thickness_px: int
) -> None:
    """Draw smooth lines, each through points that `subpixels` gave."""
    cv2.polylines(image, lines, False, colour, thickness_px, cv2.LINE_AA, SUBPIXEL_BITS)


def dashed(image: Image, lines: Sequence[Points], colour: Colour, thickness_px: int) -> None:
    """Draw broken lines, each between two points."""
    dash, period = 2.2 * thickness_px + 2, 4.4 * thickness_px + 4
    dashes: list[Points] = []
    for start, end in lines:
        length = hypot(*(end - start))
        if 0.0 < length < MAX_DASHES * period:
            at = np.arange(0.0, length, period)
            shares = np.stack([at, np.minimum(at + dash, length)], axis=1) / length
            dashes.extend(start + shares[:, :, None] * (end - start))
    stroke(image, dashes, colour, thickness_px)


def subpixels(points: Points) -> Subpixels:
    """Return points in sixteenths of a pixel, as smooth lines are drawn with."""
    return np.rint(points * SUBPIXELS).astype(np.int32)
