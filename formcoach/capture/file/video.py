"""Reads recorded videos, whatever their container, rate and rotation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from os import SEEK_END
from pathlib import Path

from formcoach.capture.file.decoding import NotReadable, Reader, Stated
from formcoach.capture.file.libav import LibavReader
from formcoach.capture.file.losses import Losses
from formcoach.capture.file.opencv import OpenCvReader
from formcoach.capture.file.read_ahead import ReadAhead
from formcoach.capture.file.timestamps import FrameClock
from formcoach.capture.live.address import without_secrets
from formcoach.capture.source import Frame
from formcoach.errors import SourceError
from formcoach.notes import Note
from formcoach.system.closing import Closing
from formcoach.system.paths import PathKind, what_is_at

__all__ = ["VideoFile"]

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""What a stream's address looks like, once it was taken for a path; C:/ does not."""
GIF_PADDING = 512
"""Zeros at the end of a GIF may be so many."""
AHEAD = 3
"""Frames decoded while another is worked on. More would only cost memory: 25 MB each in 4K."""
READERS: tuple[type[LibavReader] | type[OpenCvReader], ...] = (LibavReader, OpenCvReader)
"""Tried in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The part of a file to read, in seconds of the file's own time."""

    start_s: float
    end_s: float | None

    def until(self, t_s: float | None) -> float | None:
        """Return the earlier of the span's end and `t_s`."""
        known = [t for t in (self.end_s, t_s) if t is not None]
        return min(known, default=None)


class VideoFile(Closing):
    """A recorded video: upright frames with the container's own times.

    Times count from the file's start, as a player shows them, and always increase. Decoding runs
    ahead in a thread. Frames that cannot be decoded are left out and told in `losses`.

        with VideoFile("squat.mp4") as video:
            for frame in video:
                ...
    """

    def __init__(
        self, path: str | Path, start_s: float | None = None, end_s: float | None = None
    ) -> None:
        """Open `path` and read its first frame.

        Args:
            path: any video that FFmpeg or OpenCV reads.
            start_s: leave out the frames before this time, in seconds of the file.
            end_s: leave out the frames from this time on.

        Raises:
            SourceError: there is no video to read in it, or none between `start_s` and `end_s`.
        """
        self._path = Path(path)
        shown = _shown(self._path)
        self._span = _span(shown, start_s, end_s)
        _check_file(self._path, shown)
        reader = _open(self._path, shown)
        self._stated = reader.stated
        self._losses = Losses(self._stated.fps, self._span.start_s)
        frames = _frames(self._path, reader, self._span, self._losses)
        self._frames = ReadAhead(frames, AHEAD)
        self._first: Frame | None = None
        try:
            self._first = next(self._frames, None)
        except NotReadable as error:
            raise SourceError(f"cannot read {shown}: {error}; {GIVE_A_VIDEO}") from error
        finally:
            if self._first is None:
                self._frames.close()
        if self._first is None:
            raise SourceError(_no_frame(shown, self._span, self._stated))
        self._size_px = self._first.size_px

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return self._path.name

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the upright frames."""
        return self._size_px

    @property
    def fps(self) -> float | None:
        """Frames per second on average, as the file states it; None when it does not."""
        return self._stated.fps

    @property
    def duration_s(self) -> float | None:
        """How long the whole file lasts, in seconds; None when it does not say."""
        return self._stated.duration_s

    @property
    def frame_count(self) -> int | None:
        """About how many frames there are between `start_s` and `end_s`; None when unknown."""
        stated = self._stated
        whole = self._span.start_s == 0.0 and self._span.end_s is None
        if whole and stated.frames is not None:
            return stated.frames
        end_s = self._span.until(stated.duration_s)
        if end_s is None or stated.fps is None:
            return None
        return max(round((end_s - self._span.start_s) * stated.fps), 1)

    @property
    def losses(self) -> list[Note]:
        """What could not be read so far; complete when the frames have ended."""
        return self._losses.notes

    @property
    def lost_frames(self) -> int:
        """How many frames could not be read so far."""
        return self._losses.frames

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; a video can be read through once."""
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        yield from self._frames

    def close(self) -> None:
        """Stop reading and let go of the file."""
        self._first = None
        self._frames.close()

    def __del__(self) -> None:
        """Stop the thread of a video that nobody closed."""
        frames = getattr(self, "_frames", None)
        if frames is not None:
            frames.close()


GIVE_A_VIDEO = "give an mp4, mov, webm, avi or gif file"


def _frames(path: Path, reader: Reader, span: Span, losses: Losses) -> Iterator[Frame]:
    """Read the frames of `span`; runs in the background thread and closes the reader at its end."""
    clock = FrameClock(reader.stated.fps)
    index = 0
    try:
        for decoded in reader.frames(span.start_s):
            if decoded.render is None:
                losses.unreadable()
                continue
            t_s = clock.step(decoded.t_s)
            if t_s < span.start_s:
                losses.forget()
                continue
            if span.end_s is not None and t_s >= span.end_s:
                break
            losses.readable(t_s, decoded.duration_s)
            yield Frame(index=index, t_s=t_s, image_bgr=decoded.render())
            index += 1
        stated = reader.stated
        losses.cut_short = span.end_s is None and _lacks_trailer(path)
        losses.ended(span.until(stated.duration_s if stated.exact_end else None))
    finally:
        reader.close()


def _open(path: Path, shown: str) -> Reader:
    """Open `path` with the first reader that can; the first one's reason is the one told."""
    reasons: list[str] = []
    for kind in READERS:
        try:
            return kind(path)
        except NotReadable as error:
            reasons.append(str(error))
    if _lacks_index(path):
        raise SourceError(
            f"cannot read {shown}: it was cut short, its index (moov) is missing; "
            "copy it again from where it was filmed"
        )
    raise SourceError(f"cannot read {shown}: {reasons[0]}; {GIVE_A_VIDEO}")


def _check_file(path: Path, shown: str) -> None:
    there = what_is_at(path)
    if there is PathKind.FOLDER:
        kind = "a folder, or an empty name" if path == Path() else "a folder"
        raise SourceError(f"cannot read {shown}: it is {kind}; name the video files in it")
    if there is PathKind.NOTHING:
        if ADDRESS.match(path.as_posix()):
            kind, _, rest = path.as_posix().partition(":")
            raise SourceError(
                f"cannot read {without_secrets(f'{kind}:/{rest}')}: it is an address, not a file; "
                "coach what comes from there with formcoach live --camera"
            )
        if path.is_symlink():
            raise SourceError(
                f"cannot read {shown}: it is a link that leads nowhere; name the file itself"
            )
        raise SourceError(f"cannot read {shown}: no such file; check its name and folder")
    if there is PathKind.PIPE:
        raise SourceError(f"cannot read {shown}: it is not a file; {GIVE_A_VIDEO}")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"cannot read {shown}: {reason}; check its permissions") from error
    if empty:
        raise SourceError(
            f"cannot read {shown}: it is empty (0 bytes); copy it again from where it was filmed"
        )


def _span(shown: str, start_s: float | None, end_s: float | None) -> Span:
    start_s = 0.0 if start_s is None else start_s
    if not (isfinite(start_s) and start_s >= 0.0):
        raise SourceError(f"cannot read {shown} from {start_s:g} s; the start must be 0 or later")
    if end_s is not None and not end_s > start_s:  # NaN is no end either
        raise SourceError(
            f"cannot read {shown} from {start_s:g} s to {end_s:g} s; the end must come later"
        )
    return Span(start_s=start_s, end_s=end_s)


def _no_frame(shown: str, span: Span, stated: Stated) -> str:
    seconds = stated.duration_s
    if span.end_s is not None and (seconds is None or span.start_s < seconds):
        return (
            f"cannot read {shown} from {span.start_s:g} s to {span.end_s:g} s: no frame there; "
            "give a longer stretch"
        )
    if span.start_s > 0.0:
        length = "unknown" if seconds is None else f"{seconds:.2f} s"
        return (
            f"cannot read {shown} from {span.start_s:g} s: no frame there, its length is {length}; "
            "give an earlier start"
        )
    frames = f" of {stated.frames}" if stated.frames else ""
    return (
        f"cannot read {shown}: 0{frames} frames could be decoded ({stated.codec}); "
        "copy it again from where it was filmed"
    )


def _shown(path: Path) -> str:
    """The path as an error names it: as given, on one line."""
    return " ".join(str(path).split())


def _lacks_trailer(path: Path) -> bool:
    """Whether this is a GIF that does not end as one: it says nowhere how long it should be."""
    with path.open("rb") as file:
        if file.read(6) not in {b"GIF87a", b"GIF89a"}:
            return False
        file.seek(-min(path.stat().st_size, GIF_PADDING), SEEK_END)
        return not file.read().rstrip(b"\0").endswith(b";")


def _lacks_index(path: Path) -> bool:
    """Whether this is an MP4 or MOV whose index, the moov box, is not there."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(8)[4:] not in {b"ftyp", b"moov", b"mdat", b"wide", b"free"}:
            return False
        at = 0
        while at + 8 <= size:
            file.seek(at)
            head = file.read(16)
            if head[4:8] == b"moov":
                return at + int.from_bytes(head[:4], "big") > size
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < 8:
                break
            at += length
    return True
