"""Records poses and replays them: no camera and no model needed, and the same events again.

A trace is JSON lines, gzipped when its name ends in ``.gz``. The first line is the header, then one
line a frame, also for frames in which nobody was seen::

    {"kind":"formcoach.poses","schema":1,"image_size_px":[640,480],"video":"squat.mp4","fps":15.0}
    {"t_s":0.0,"xy_px":[[345.12,95.4],...],"world_m":[[0.1412,-0.607,-0.113],...],
     "visibility":[0.981,...],"presence":[0.974,...],"others":0}
    {"t_s":0.066667,"xy_px":null,"others":0}

A landmark that was not found is ``null``, and so are metres where there are none. The header's
``estimator`` says whose landmarks they are (`EstimatorProfile`); without it, MediaPipe's.
A frame in which a second look at the legs differed from the first has ``"legs_doubtful":true``.

Numbers are rounded to what the landmarker can tell at best, which halves the file. For a replay to
give the same events to the last digit, the coach must see the rounded pose the first time as well:
whoever records hands `quantise(pose)` both to the writer and to the coach.
"""

import gzip
import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

from formcoach.errors import OutputError, TraceError
from formcoach.notes import Note
from formcoach.pose.landmarks import LANDMARK_COUNT, FloatArray, Pose, nobody
from formcoach.pose.profile import BLAZEPOSE, EstimatorProfile
from formcoach.system.closing import Closing
from formcoach.system.paths import PathKind, what_is_at

__all__ = ["POSES", "TracePoses", "TraceWriter", "quantise", "read_trace"]

POSES = "poses.jsonl.gz"
"""What a trace is called among the results of a recording."""
KIND = "formcoach.poses"
SCHEMA = 1
FLUSH_EVERY_S = 1.0
"""At most this much of a recording is lost when the program is killed; oftener costs size."""
GZIP_LEVEL = 1
"""The quickest. Level 6 takes twice as long and saves a fifth."""
MAX_LINE = 1_000_000
"""A line longer than this is no trace's; one frame takes some 3,000 bytes."""

PIECE = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"
GZIP_WRAPPED = 16
GIVE_A_TRACE = f"give a {POSES} that FormCoach wrote"

PER_PIXEL = 100.0
PER_METRE = 10_000.0
PER_ONE = 1_000.0
PER_SECOND = 1e6


def quantise(pose: Pose) -> Pose:
    """Return the pose as a trace keeps it.

    Pixels are rounded to 0.01, metres to 0.0001, visibility and presence to 0.001, the time to a
    microsecond. Quantising twice changes nothing more.
    """
    return Pose(
        t_s=round(pose.t_s * PER_SECOND) / PER_SECOND,
        xy_px=np.rint(pose.xy_px * PER_PIXEL) / PER_PIXEL,
        world_m=None if pose.world_m is None else np.rint(pose.world_m * PER_METRE) / PER_METRE,
        visibility=np.rint(pose.visibility * PER_ONE) / PER_ONE,
        presence=np.rint(pose.presence * PER_ONE) / PER_ONE,
        image_size_px=pose.image_size_px,
        others=pose.others,
        profile=pose.profile,
        legs_doubtful=pose.legs_doubtful,
    )


class TraceWriter(Closing):
    """Writes a trace, a line a pose.

    What is written reaches the file once a second of the recording, so that an interrupted run
    leaves a readable trace.

        with TraceWriter(path, {"image_size_px": (640, 480), "video": "squat.mp4"}) as trace:
            trace.write(quantise(pose))
    """

    def __init__(self, path: str | Path, header: Mapping[str, Any]) -> None:
        """Begin a trace.

        Args:
            path: where to write; gzipped when it ends in ".gz".
            header: what else to keep about the recording. It must have `image_size_px`, the width
                and height of the frames; `kind`, `schema` and, with the first pose, its
                `estimator` are added.

        Raises:
            OutputError: the file cannot be written.
            ValueError: the header lacks `image_size_px`.
        """
        if "image_size_px" not in header:
            raise ValueError("a trace's header must have image_size_px")
        self._path = Path(path)
        self._size_px = tuple(header["image_size_px"])
        self._header = {"kind": KIND, "schema": SCHEMA, **header}
        self._profile: EstimatorProfile | None = None
        self._encoder = msgspec.json.Encoder()
        self._flushed_s = -np.inf
        self._gzip: gzip.GzipFile | None = None
        try:
            self._file: IO[bytes] = self._path.open("wb")
        except OSError as error:
            raise self._failed(error) from error
        if self._path.suffix == ".gz":
            # No name and no time in it: the same poses give the same bytes.
            self._gzip = gzip.GzipFile("", "wb", GZIP_LEVEL, self._file, mtime=0)

    def write(self, pose: Pose) -> None:
        """Add a pose, unrounded: hand in what `quantise` gave.

        Raises:
            OutputError: the file cannot be written any more.
            ValueError: a landmark is half NaN or infinite, or the frame's size or what finds the
                landmarks changed.
        """
        if pose.image_size_px != self._size_px:
            raise ValueError(f"frames are {self._size_px}, got one of {pose.image_size_px}")
        self._begin(pose.profile)
        if pose.profile != self._profile:
            raise ValueError(f"poses are not all of one estimator, got {pose.profile.name}'s")
        self._line(_record(pose))
        if pose.t_s >= self._flushed_s + FLUSH_EVERY_S:
            self.flush()
            self._flushed_s = pose.t_s

    def _begin(self, profile: EstimatorProfile) -> None:
        """Write the header, once."""
        if self._profile is None:
            self._profile = profile
            self._line(self._header | {"estimator": asdict(profile)})

    def flush(self) -> None:
        """Bring everything written so far into the file."""
        try:
            if self._gzip is not None:
                self._gzip.flush(zlib.Z_SYNC_FLUSH)
            self._file.flush()
        except OSError as error:
            raise self._failed(error) from error

    def _line(self, record: object) -> None:
        line = self._encoder.encode(record) + b"\n"
        try:
            (self._gzip or self._file).write(line)
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> OutputError:
        reason = error.strerror or str(error)
        return OutputError(f"cannot write {self._path}: {reason}; choose another folder")

    def close(self) -> None:
        """Finish the file; raise OutputError where that fails."""
        try:
            self._begin(BLAZEPOSE)
            if self._gzip is not None:
                self._gzip.close()
        except OSError as error:
            raise self._failed(error) from error
        finally:
            # Closing flushes again and fails again on a full disk; that is told already.
            with suppress(OSError):
                self._file.close()


UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What decoding a line raises; a text that is no UTF-8 is not msgspec's own error."""

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Whole = msgspec.Meta(min_length=LANDMARK_COUNT, max_length=LANDMARK_COUNT)


class _Line(msgspec.Struct, kw_only=True):
    """One frame in the file; a change of fields raises SCHEMA."""

    t_s: float
    xy_px: Annotated[list[tuple[float, float] | None], Whole] | None
    world_m: Annotated[list[tuple[float, float, float] | None], Whole] | None = None
    visibility: Annotated[list[Share], Whole] | None = None
    presence: Annotated[list[Share], Whole] | None = None
    others: Annotated[int, msgspec.Meta(ge=0)] = 0
    legs_doubtful: bool = False


class _Header(msgspec.Struct, kw_only=True):
    """What a reader must know; the rest of the header is whatever the writer put there."""

    kind: str
    schema: int
    image_size_px: tuple[Annotated[int, msgspec.Meta(ge=1)], Annotated[int, msgspec.Meta(ge=1)]]
    estimator: EstimatorProfile = BLAZEPOSE


def _record(pose: Pose) -> dict[str, object]:
    if not pose.seen:
        return {"t_s": pose.t_s, "xy_px": None, "others": pose.others}
    if not all(np.isfinite(array).all() for array in (pose.visibility, pose.presence)):
        raise ValueError("visibility and presence must be finite in all landmarks")
    record = {
        "t_s": pose.t_s,
        "xy_px": _places(pose.xy_px, "xy_px"),
        "world_m": None if pose.world_m is None else _places(pose.world_m, "world_m"),
        "visibility": pose.visibility.tolist(),
        "presence": pose.presence.tolist(),
        "others": pose.others,
    }
    # Said only where it is so: most lines would carry it for nothing.
    return record | {"legs_doubtful": True} if pose.legs_doubtful else record


def _places(points: FloatArray, name: str) -> list[list[float] | None]:
    """Return landmarks as a trace keeps them: null for one that was not found."""
    if np.isfinite(points).all():
        places: list[list[float] | None] = points.tolist()
        return places
    found: npt.NDArray[np.bool_] = np.asarray(np.isfinite(points).all(axis=1))
    if not np.isnan(points[~found]).all():
        raise ValueError(f"a landmark of {name} must be finite, or NaN altogether")
    return [place if one else None for place, one in zip(points.tolist(), found, strict=True)]


def _points(places: Sequence[Sequence[float] | None], size: int) -> FloatArray:
    nothing = (np.nan,) * size
    return np.array([nothing if place is None else place for place in places])


def read_trace(path: str | Path) -> tuple[dict[str, Any], "TracePoses"]:
    """Open a trace and return its header and its poses.

        header, poses = read_trace("poses.jsonl.gz")
        with poses:  # only needed where they may not be read to their end
            for pose in poses:
                update = coach.step(pose)

    Args:
        path: a .jsonl or .jsonl.gz file; which of the two it is shows in its first bytes.

    Raises:
        TraceError: it cannot be opened or is no trace; while iterating, a line is no frame's.
    """
    path = Path(path)
    if what_is_at(path) is PathKind.PIPE:  # opening it would wait
        raise TraceError(f"cannot read {path}: it is no file; {GIVE_A_TRACE}")
    lines = _Lines(path)
    try:
        text, _ = next(iter(lines), (b"", True))
        head = msgspec.json.decode(text, type=_Header)
        header: dict[str, Any] = msgspec.json.decode(text)
    except (OSError, _BrokenError, *UNDECODABLE) as error:
        lines.close()
        reason = getattr(error, "strerror", None) or f"its first line is no header ({error})"
        raise TraceError(f"cannot read {path}: {reason}; {GIVE_A_TRACE}") from error
    if (head.kind, head.schema) != (KIND, SCHEMA):
        lines.close()
        raise TraceError(
            f"cannot read {path}: it is {head.kind!r} of schema {head.schema}, "
            f"not {KIND!r} of schema {SCHEMA}; {GIVE_A_TRACE}"
        )
    return header, TracePoses(path, lines, head.image_size_px, head.estimator)


class TracePoses(Closing):
    """The poses of a trace, to be iterated over once; a context manager.

    The file is let go at their end, where one cannot be read, and when the ``with`` block is left.
    The torn end of an interrupted recording is left out.

    Attributes:
        losses: what could not be read; complete when the iteration has ended.
    """

    def __init__(
        self, path: Path, lines: "_Lines", size_px: tuple[int, int], profile: EstimatorProfile
    ) -> None:
        """Take the file, read up to its header."""
        self.losses: list[Note] = []
        self._path = path
        self._lines = lines
        self._size_px = size_px
        self._profile = profile
        self._decoder = msgspec.json.Decoder(_Line)
        self._number = 1
        self._last_s = -np.inf

    def __iter__(self) -> Iterator[Pose]:
        """Give the iterator, which is this itself."""
        return self

    def __next__(self) -> Pose:
        """Read the next pose; raise TraceError where a line is no frame's."""
        try:
            text, whole = next(iter(self._lines))
        except StopIteration:
            self._end()
            raise
        except (OSError, _BrokenError) as error:
            raise self._wrong(str(error)) from error
        self._number += 1
        try:
            return self._pose(self._decoder.decode(text))
        except UNDECODABLE as error:
            if whole:
                raise self._wrong(str(error)) from error
        self._number -= 1
        self._lines.torn = True
        self._end()
        raise StopIteration

    def _end(self) -> None:
        if self._lines.torn and not self.losses:
            self.losses.append(Note("breaks_off", {"frames": self._number - 1}))
        self.close()

    def _pose(self, line: _Line) -> Pose:
        if not line.t_s > self._last_s:
            raise self._wrong(f"{line.t_s} s does not come after {self._last_s} s")
        self._last_s = line.t_s
        if line.xy_px is None:
            return replace(nobody(line.t_s, self._size_px, self._profile), others=line.others)
        if line.visibility is None or line.presence is None:
            raise self._wrong("a body without visibility or presence")
        return Pose(
            t_s=line.t_s,
            xy_px=_points(line.xy_px, 2),
            world_m=None if line.world_m is None else _points(line.world_m, 3),
            visibility=np.array(line.visibility),
            presence=np.array(line.presence),
            image_size_px=self._size_px,
            others=line.others,
            profile=self._profile,
            legs_doubtful=line.legs_doubtful,
        )

    def _wrong(self, what: str) -> TraceError:
        self.close()
        return TraceError(f"cannot read {self._path}: line {self._number}: {what}; {GIVE_A_TRACE}")

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        self._lines.close()


class _BrokenError(Exception):
    """A piece of the file cannot be read; the text says why."""


class _Lines:
    """The lines of a file, gzipped or not, each with whether its end was there.

    Attributes:
        torn: whether a gzipped file ends before its stream does.
    """

    def __init__(self, path: Path) -> None:
        self.torn = False
        self._path = path
        self._lines = self._read()

    def __iter__(self) -> Iterator[tuple[bytes, bool]]:
        return self._lines

    def close(self) -> None:
        self._lines.close()

    def _read(self) -> Generator[tuple[bytes, bool], None, None]:
        rest = b""
        with self._path.open("rb") as file:
            for piece in self._pieces(file):
                *whole, rest = (rest + piece).split(b"\n")
                for line in whole:
                    yield line, True
                if len(rest) > MAX_LINE:
                    raise _BrokenError(f"a line of more than {MAX_LINE} bytes")
        if rest:
            yield rest, False

    def _pieces(self, file: IO[bytes]) -> Iterator[bytes]:
        raw = file.read(PIECE)
        if not raw.startswith(GZIP_MAGIC):
            while raw:
                yield raw
                raw = file.read(PIECE)
            return
        inflater = zlib.decompressobj(zlib.MAX_WBITS | GZIP_WRAPPED)
        while raw:
            try:
                yield inflater.decompress(raw, MAX_LINE)
            except zlib.error as error:
                raise _BrokenError(str(error)) from error
            raw = inflater.unconsumed_tail or inflater.unused_data
            if inflater.eof and raw:  # members one after another are one file
                inflater = zlib.decompressobj(zlib.MAX_WBITS | GZIP_WRAPPED)
            raw = raw or file.read(PIECE)
        self.torn = not inflater.eof
