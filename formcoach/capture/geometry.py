"""The shape of a picture: square pixels, the right way up, one size from the first to the last.

Files and streams state these things in different places, and all of them are dealt with here:
pixels that are not square, a turn stated by the container (a display matrix) or inside a JPEG
(EXIF), and a size that changes on the way.
"""

import struct
from dataclasses import dataclass
from fractions import Fraction

import cv2
import numpy as np

from formcoach.capture.source import Image

__all__ = [
    "MAX_PICTURE_PX",
    "Turn",
    "exif_turn",
    "fit",
    "letterboxed",
    "matrix_turn",
    "shrunk",
    "square_size",
    "upright",
]

MAX_PICTURE_PX = 50_000_000
"""A picture said to have more pixels than this is taken for garbage; 8K has 33 million."""
SQUARE_WITHIN = 0.01
"""Pixels this close to square are taken as square."""
MAX_PIXEL_RATIO = 8.0
"""Pixels said to be longer than this are taken as square: the statement is garbage."""
EXIF_HEAD = b"Exif\0\0"
ORIENTATION = 0x0112
MAX_TAGS = 200


@dataclass(frozen=True, slots=True)
class Turn:
    """How a stored picture is made upright: first exchange its axes, then mirror each.

    Attributes:
        swapped: whether rows become columns.
        mirrored: whether left and right are exchanged, after that.
        flipped: whether top and bottom are exchanged, after that.
    """

    swapped: bool = False
    mirrored: bool = False
    flipped: bool = False


_EXIF_TURNS = {
    2: Turn(mirrored=True),
    3: Turn(mirrored=True, flipped=True),
    4: Turn(flipped=True),
    5: Turn(swapped=True),
    6: Turn(swapped=True, mirrored=True),
    7: Turn(swapped=True, mirrored=True, flipped=True),
    8: Turn(swapped=True, flipped=True),
}


def matrix_turn(matrix: bytes | None) -> Turn | None:
    """Return the turn that a display matrix states, to the nearest quarter; None for none.

    Args:
        matrix: nine 32-bit numbers, as FFmpeg gives them beside a frame.
    """
    if matrix is None or len(matrix) < 36:
        return None
    stated = np.frombuffer(matrix[:36], dtype=np.int32).astype(np.int64)
    x_from_x, y_from_x, x_from_y, y_from_y = (int(stated[i]) for i in (0, 1, 3, 4))
    swapped = abs(x_from_x) + abs(y_from_y) < abs(y_from_x) + abs(x_from_y)
    if swapped:
        x_from_x, y_from_y = x_from_y, y_from_x
    turn = Turn(swapped=swapped, mirrored=x_from_x < 0, flipped=y_from_y < 0)
    return None if turn == Turn() else turn


def exif_turn(jpeg: bytes) -> Turn | None:
    """Return the turn that the EXIF data of a JPEG states; None for none."""
    at = jpeg[:65_536].find(EXIF_HEAD)
    if at < 0:
        return None
    tiff = jpeg[at + len(EXIF_HEAD) : at + 65_536]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for number in range(min(count, MAX_TAGS)):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
            if tag == ORIENTATION:
                return _EXIF_TURNS.get(value)
    except struct.error:
        return None
    return None


def upright(image_bgr: Image, turn: Turn | None) -> Image:
    """Return a picture turned and mirrored as `turn` says."""
    if turn is None:
        return image_bgr
    if turn.swapped:
        image_bgr = np.asarray(cv2.transpose(image_bgr), dtype=np.uint8)
    if turn.mirrored:
        image_bgr = np.asarray(cv2.flip(image_bgr, 1), dtype=np.uint8)
    if turn.flipped:
        image_bgr = np.asarray(cv2.flip(image_bgr, 0), dtype=np.uint8)
    return image_bgr


def square_size(width_px: int, height_px: int, ratio: Fraction | None) -> tuple[int, int]:
    """Return the width and height at which the pixels are square.

    Args:
        width_px: the stored width.
        height_px: the stored height.
        ratio: how many times wider than high a pixel is; None where nobody says.
    """
    wide = float(ratio) if ratio else 1.0
    sane = 1.0 / MAX_PIXEL_RATIO <= wide <= MAX_PIXEL_RATIO
    if not sane or abs(wide - 1.0) < SQUARE_WITHIN:
        return width_px, height_px
    return max(round(width_px * wide), 1), height_px


def fit(width_px: int, height_px: int, max_px: int) -> tuple[int, int]:
    """Return width and height of a picture made small enough; even, and never enlarged."""
    scale = min(max_px / max(width_px, height_px, 1), 1.0)
    if scale == 1.0:
        return width_px, height_px
    return max(round(width_px * scale / 2) * 2, 2), max(round(height_px * scale / 2) * 2, 2)


def shrunk(image: Image, max_px: int) -> Image:
    """Return a picture in BGR, made small enough."""
    if image.ndim == 2:
        image = np.repeat(image[:, :, None], 3, axis=2)
    height, width = image.shape[:2]
    size = fit(width, height, max_px)
    if size == (width, height):
        return image
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def letterboxed(image_bgr: Image, size_px: tuple[int, int]) -> Image:
    """Return a picture scaled into a size (width, height), its shape kept, with black bars.

    A size that is nothing leaves it as it is.
    """
    width, height = size_px
    rows, columns = image_bgr.shape[:2]
    if min(size_px) <= 0 or (columns, rows) == size_px:
        return image_bgr
    scale = min(width / columns, height / rows)
    inner = (max(1, round(columns * scale)), max(1, round(rows * scale)))
    how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    scaled = np.asarray(cv2.resize(image_bgr, inner, interpolation=how), np.uint8)
    if inner == size_px:
        return scaled
    framed = np.zeros((height, width, 3), np.uint8)
    x, y = (width - inner[0]) // 2, (height - inner[1]) // 2
    framed[y : y + inner[1], x : x + inner[0]] = scaled
    return framed
