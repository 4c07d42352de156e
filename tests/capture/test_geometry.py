"""The shape of pictures, wherever it is stated."""

import struct
from fractions import Fraction

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcoach.capture.geometry import (
    Turn,
    exif_turn,
    letterboxed,
    matrix_turn,
    square_size,
    upright,
)
from formcoach.capture.source import Image

CORNERS: Image = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
ONE = 1 << 16


def exif(orientation: int, order: str = "<") -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = mark + struct.pack(f"{order}IH", 8, 1) + entry + bytes(4)
    return b"\xff\xd8\xff\xe1\0\x40Exif\0\0" + tiff


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_are_those_of_opencv(orientation: int, order: str) -> None:
    image = np.zeros((16, 32, 3), np.uint8)
    image[:8, :8], image[8:, 24:] = 255, 120
    plain = cv2.imencode(".png", image)[1].tobytes()
    body = exif(orientation, order)
    jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 100])[1].tobytes()
    size = struct.pack(">H", len(body) - 4)
    marked = jpeg[:2] + b"\xff\xe1" + size + body[6:] + jpeg[2:]
    expected = cv2.imdecode(np.frombuffer(marked, np.uint8), cv2.IMREAD_COLOR)
    stored = cv2.imdecode(np.frombuffer(plain, np.uint8), cv2.IMREAD_COLOR)
    assert expected is not None
    turned = upright(np.asarray(stored, np.uint8), exif_turn(marked))
    assert turned.shape == expected.shape
    assert np.abs(turned.astype(int) - expected.astype(int)).mean() < 4


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [
        ((ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30), None),
        ((0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30), Turn(swapped=True, mirrored=True)),
        ((-ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30), Turn(mirrored=True, flipped=True)),
        ((-(1 << 31), -(1 << 31), 0, 0, 0, 0, 0, 0, 0), Turn(mirrored=True)),
    ],
)
def test_a_display_matrix_is_read_to_the_nearest_quarter(
    matrix: tuple[int, ...], turn: Turn | None
) -> None:
    assert matrix_turn(struct.pack("9i", *matrix)) == turn
    assert matrix_turn(struct.pack("9i", *matrix)[:30]) is None


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.binary(max_size=120))
def test_garbage_in_exif_turns_nothing_over(garbage: bytes) -> None:
    turn = exif_turn(b"\xff\xd8\xff\xe1\0\x40Exif\0\0" + garbage)
    assert upright(CORNERS, turn).size == CORNERS.size


@pytest.mark.parametrize(
    ("ratio", "size"),
    [
        (None, (176, 240)),
        (Fraction(20, 11), (320, 240)),
        (Fraction(1001, 1000), (176, 240)),
        (Fraction(0), (176, 240)),
        (Fraction(100_000), (176, 240)),
        (Fraction(1, 2), (88, 240)),
    ],
)
def test_pixels_become_square(ratio: Fraction | None, size: tuple[int, int]) -> None:
    assert square_size(176, 240, ratio) == size


@pytest.mark.parametrize("size", [(320, 240), (240, 320), (1, 1), (7, 400)])
def test_a_letterboxed_picture_keeps_its_shape(size: tuple[int, int]) -> None:
    white = np.full((90, 160, 3), 255, np.uint8)
    shown = letterboxed(white, size)
    assert shown.shape == (size[1], size[0], 3)
    rows, columns = np.nonzero(shown[:, :, 0] > 250)
    width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
    assert width == size[0] or height == size[1]
    assert abs(width - height * 160 / 90) <= 2 or min(width, height) == 1
