"""What a file is, by its first bytes, where that explains why it cannot be watched."""

from os import SEEK_END
from pathlib import Path

from formcoach.capture.file.boxes import FIRST_KINDS, boxes

__all__ = ["SAVE_AS_MP4", "lacks_index", "lacks_trailer", "no_film", "unreadable_kind"]

GIF_PADDING = 512
"""Zeros at the end of a GIF may be so many."""
MAX_PICTURE_BYTES = 64 << 20
"""A still picture with a film behind it is smaller than this."""
SAVE_AS_MP4 = "open it where it plays and save it as mp4"
_HEIF = {
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"mif1": "HEIF",
    b"msf1": "HEIF",
    b"avif": "AVIF",
    b"avis": "animated AVIF",
}


def no_film(path: Path) -> str | None:
    """Return why a whole file is none that can be watched, and the way out; None if it may be one.

    Told before any decoder is asked: each of these is opened by one, and then shows a single
    picture or none.
    """
    with path.open("rb") as file:
        head = file.read(64)
    if head[:3] == b"\xff\xd8\xff" and _film_behind(path):
        return _BEHIND
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF and _has_box(path, b"mpvd"):
        return _BEHIND
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and head[12:16] == b"VP8X" and head[20] & 2:
        return f"an animated WebP picture, a format that cannot be read here; {SAVE_AS_MP4}"
    return None


_BEHIND = (
    "a still picture with a film behind it (a motion photo); share or export the film of it as "
    "a video, and give that"
)


def unreadable_kind(path: Path) -> str | None:
    """Return the name of a format that no decoder here reads, of a file that none could read."""
    with path.open("rb") as file:
        head = file.read(64)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return f"{_HEIF[head[8:12]]} picture"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP picture"
    if head[:12] == b"\0\0\0\x0cJXL \r\n\x87\n" or head[:2] == b"\xff\x0a":
        return "JPEG XL picture"
    if head[:5] == b"%PDF-":
        return "PDF document"
    if head[:4] == b"PK\x03\x04":
        return "zip archive"
    return None


def lacks_trailer(path: Path) -> bool:
    """Whether this is a GIF that does not end as one: it says nowhere how long it should be."""
    with path.open("rb") as file:
        if file.read(6) not in {b"GIF87a", b"GIF89a"}:
            return False
        file.seek(-min(path.stat().st_size, GIF_PADDING), SEEK_END)
        return not file.read().rstrip(b"\0").endswith(b";")


def lacks_index(path: Path) -> bool:
    """Whether this is an MP4 or MOV whose index, the moov box, is not there."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(8)[4:] not in FIRST_KINDS:
            return False
        for box in boxes(file, size):
            if box.kind == b"moov":
                return box.end > size
    return True


def _has_box(path: Path, kind: bytes) -> bool:
    with path.open("rb") as file:
        return any(box.kind == kind for box in boxes(file, path.stat().st_size))


def _film_behind(path: Path) -> bool:
    """Whether an MP4 with an index begins somewhere behind a JPEG."""
    with path.open("rb") as file:
        data = file.read(MAX_PICTURE_BYTES)
    at = data.find(b"ftyp", 4)
    while at > 0:
        with path.open("rb") as file:
            kinds = {box.kind for box in boxes(file, path.stat().st_size, at - 4)}
        if b"moov" in kinds:
            return True
        at = data.find(b"ftyp", at + 4)
    return False
