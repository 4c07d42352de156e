"""Reads recorded videos, whatever their container, rate and rotation."""

import re
from collections.abc import Iterator
from functools import partial
from math import isfinite
from pathlib import Path

from formcoach.capture.file.decoding import NotReadable, Reader, Stated
from formcoach.capture.file.frames import FrameMaker, Span
from formcoach.capture.file.libav import LibavReader
from formcoach.capture.file.opencv import OpenCvReader
from formcoach.capture.file.read_ahead import ReadAhead
from formcoach.capture.file.sniffing import (
    SAVE_AS_MP4,
    lacks_index,
    lacks_trailer,
    no_film,
    unreadable_kind,
)
from formcoach.capture.file.timestamps import AS_STATED, USUAL_FPS, Pace
from formcoach.capture.live.address import without_secrets
from formcoach.capture.source import Frame
from formcoach.errors import SourceError
from formcoach.notes import Figure, Note
from formcoach.system.closing import Closing
from formcoach.system.paths import PathKind, what_is_at

__all__ = ["AS_STATED", "Pace", "VideoFile"]

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
"""What a stream's address looks like, once it was taken for a path; C:/ does not."""
AHEAD = 3
"""Frames decoded while another is worked on. More would only cost memory: 25 MB each in 4K."""
READERS: tuple[type[LibavReader] | type[OpenCvReader], ...] = (LibavReader, OpenCvReader)
"""Tried in this order."""
OTHER_PACE = 1.5
"""Filmed so many times as fast, or as slowly, as it plays, a recording is in slow motion or a time
lapse; phones round their rates by less."""


class VideoFile(Closing):
    """A recorded video: upright frames with the container's own times.

    Times count from the file's start, as a player shows them, and always increase. Decoding runs
    ahead in a thread. Frames that cannot be decoded are left out and told in `losses`.

        with VideoFile("squat.mp4") as video:
            for frame in video:
                ...
    """

    def __init__(
        self,
        path: str | Path,
        start_s: float | None = None,
        end_s: float | None = None,
        *,
        pace: Pace = AS_STATED,
    ) -> None:
        """Open `path` and read its first frame.

        Args:
            path: any video that FFmpeg or OpenCV reads.
            start_s: leave out the frames before this time, in seconds.
            end_s: leave out the frames from this time on.
            pace: what the user says of its rate and speed; all times follow it.

        Raises:
            SourceError: there is no video to read in it, or none between `start_s` and `end_s`.
        """
        self._path = Path(path)
        self._shown = shown = _shown(self._path)
        self._span = _span(shown, start_s, end_s)
        self._pace = pace
        _check_file(self._path, shown)
        reader = _open(self._path, shown)
        self._unpaced = reader.stated
        self._stated = pace.of(reader.stated)
        self._maker = FrameMaker(reader, self._stated, self._span, pace)
        self._frames = ReadAhead(self._maker.frames(partial(lacks_trailer, self._path)), AHEAD)
        self._first: Frame | None = None
        try:
            self._first = self._next()
        finally:
            if self._first is None:
                self._frames.close()
        if self._first is None:
            raise SourceError(_no_frame(self._path, shown, self._span, self._stated))
        self._size_px = self._first.size_px
        self._timed = reader.stated.timed

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
        return self._maker.end_s or self._stated.duration_s

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
        return self._maker.losses.notes

    @property
    def lost_frames(self) -> int:
        """How many frames could not be read so far."""
        return self._maker.losses.frames

    @property
    def tempo_known(self) -> bool:
        """Whether the times are those of the movement, so that tempo and pauses can be judged."""
        return self._own_pace is None

    @property
    def notes(self) -> list[Note]:
        """What a user is to know of the recording so far, its losses among it."""
        own = self._own_pace
        first = [] if own is None else [own]
        return [*first, *self._maker.remarks, *self.losses]

    @property
    def _own_pace(self) -> Note | None:
        """What is wrong with the file's own clock, where the user has not put it right."""
        stated = self._unpaced
        if self._pace.fps is None and not self._timed:
            return Note("times_guessed", {"fps": Figure(stated.fps or USUAL_FPS)})
        if self._pace != AS_STATED or stated.filmed_fps is None or stated.fps is None:
            return None
        times = stated.filmed_fps / stated.fps
        values = {"filmed": round(stated.filmed_fps), "speed": Figure(float(f"{times:.3g}"))}
        if times >= OTHER_PACE:
            return Note("slow_motion", values)
        return Note("time_lapse", values) if times <= 1.0 / OTHER_PACE else None

    def __iter__(self) -> Iterator[Frame]:
        """Give the frames; a video can be read through once.

        Raises:
            SourceError: it cannot be read on.
        """
        if self._first is not None:
            first, self._first = self._first, None
            yield first
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        """Give the next frame; tell what goes wrong with reading as what it is."""
        try:
            return next(self._frames, None)
        except NotReadable as error:
            raise SourceError(f"cannot read {self._shown}: {error}; {GIVE_A_VIDEO}") from error
        except (OSError, MemoryError) as error:
            reason = getattr(error, "strerror", None) or error or "out of memory"
            raise SourceError(
                f"cannot read {self._shown} ({reason}); check the drive that it is on, and that "
                "there is memory left"
            ) from error

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


def _open(path: Path, shown: str) -> Reader:
    """Open `path` with the first reader that can; the first one's reason is the one told."""
    reason = no_film(path)
    if reason is not None:
        raise SourceError(f"cannot read {shown}: it is {reason}")
    reasons: list[str] = []
    for kind in READERS:
        try:
            return kind(path)
        except NotReadable as error:
            reasons.append(str(error))
    if lacks_index(path):
        raise SourceError.told(
            "file_cut_short",
            "cannot read {path}: it was cut short, its index (moov) is missing; "
            "copy it again from where it was filmed",
            path=shown,
        )
    other = unreadable_kind(path)
    if other is not None:
        raise SourceError(f"cannot read {shown}: it is a {other}; {GIVE_A_VIDEO}")
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
        raise SourceError.told(
            "no_such_file",
            "cannot read {path}: no such file; check its name and folder",
            path=shown,
        )
    if there is PathKind.PIPE:
        raise SourceError(f"cannot read {shown}: it is not a file; {GIVE_A_VIDEO}")
    try:
        with path.open("rb") as file:
            empty = not file.read(1)
    except OSError as error:
        reason = error.strerror or error
        raise SourceError(f"cannot read {shown}: {reason}; check its permissions") from error
    if empty:
        raise SourceError.told(
            "file_empty",
            "cannot read {path}: it is empty (0 bytes); copy it again from where it was filmed",
            path=shown,
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


def _no_frame(path: Path, shown: str, span: Span, stated: Stated) -> str:
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
    other = unreadable_kind(path)
    if other is not None:
        return f"cannot read {shown}: no decoder here reads this {other}; {SAVE_AS_MP4}"
    frames = f" of {stated.frames}" if stated.frames else ""
    return (
        f"cannot read {shown}: 0{frames} frames could be decoded ({stated.codec}); "
        "save it as mp4 where it plays, or else copy it again from where it was filmed"
    )


def _shown(path: Path) -> str:
    """The path as an error names it: as given, on one line."""
    return " ".join(str(path).split())
