"""Walks the boxes of an MP4, MOV or HEIC file, without reading what is in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

__all__ = ["FIRST_KINDS", "Box", "boxes"]

FIRST_KINDS = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp"})
"""What such a file can begin with."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box.

    Attributes:
        kind: its four letters.
        start: where it begins in the file.
        end: where the next one would begin; beyond the file's end where the file was cut short.
    """

    kind: bytes
    start: int
    end: int


def boxes(file: BinaryIO, size: int, start: int = 0) -> Iterator[Box]:
    """Yield the boxes at the top of a file, from `start` up to `size`, its length in bytes."""
    at = start
    while at + 8 <= size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:  # up to the end of the file
            length = size - at
        if length < 8:
            return
        yield Box(head[4:8], at, at + length)
        at += length
