"""MJPEG taken apart, whatever a camera puts between its pictures."""

import struct

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formcoach.capture.live.jpegs import MAX_JUNK, JpegSplitter


def jpeg(number: int, *, progressive: bool = False) -> bytes:
    image = np.random.default_rng(number).integers(0, 256, (24, 32, 3), np.uint8)
    how = [cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive), cv2.IMWRITE_JPEG_RST_INTERVAL, number]
    return cv2.imencode(".jpg", image, how)[1].tobytes()


def with_exif(picture: bytes, orientation: int, thumbnail: bytes = b"") -> bytes:
    """As phones write it: a turn, and a small JPEG of its own inside."""
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    data = b"Exif\0\0II*\0\x08\0\0\0\x01\0" + entry + bytes(4) + thumbnail
    return picture[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data + picture[2:]


PICTURES = [
    jpeg(0),
    jpeg(1, progressive=True),
    jpeg(2),
    with_exif(jpeg(3), 6, thumbnail=jpeg(4)),
    jpeg(5),
]


def split(stream: bytes, size: int) -> list[bytes]:
    splitter = JpegSplitter()
    parts = [stream[at : at + size] for at in range(0, len(stream), size)]
    return [picture for part in parts for picture in splitter.feed(part)]


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
@pytest.mark.parametrize(
    "between",
    [
        b"",
        b"\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\n",
        b"--b\n\n",
        b"\xff\xff\xd8 no picture \xff",
    ],
)
def test_all_pictures_are_found(between: bytes, size: int) -> None:
    stream = b"".join(between + picture for picture in PICTURES) + between
    assert split(stream, size) == PICTURES


def test_a_picture_that_was_cut_off_is_left_out() -> None:
    stream = PICTURES[0][:-40] + PICTURES[2] + PICTURES[4]
    assert split(stream, 100) == [PICTURES[2], PICTURES[4]]


def test_what_is_no_stream_of_pictures_is_given_up_in_the_end() -> None:
    with pytest.raises(ValueError, match="no picture"):
        split(bytes(2 * MAX_JUNK), 4096)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(PICTURES) | st.binary(max_size=200), max_size=8), st.integers(1, 900)
)
def test_noise_between_pictures_neither_raises_nor_makes_pictures_up(
    things: list[bytes], size: int
) -> None:
    found = split(b"".join(things), size)
    assert len(found) <= sum(b"\xff\xd8\xff" in thing for thing in things) + len(things)
    for picture in found:
        assert picture.startswith(b"\xff\xd8\xff")
        assert picture.endswith(b"\xff\xd9")


@settings(derandomize=True, max_examples=60, deadline=None)
@example((4, 255))
@example((1044, 255))
@given(st.tuples(st.integers(0, len(PICTURES[0]) - 1), st.integers(0, 255)))
def test_damage_costs_few_pictures(damage: tuple[int, int]) -> None:
    """At worst as many as a segment may be long that never was: 64 KiB."""
    stream = bytearray(b"".join(PICTURES * 12))
    at, byte = damage
    stream[at] = byte
    assert split(bytes(stream), 333)[-len(PICTURES) :] == PICTURES
