"""Standard output and error that may be closed, full or no longer read: the work goes on.

``formcoach analyze a.mp4 b.mp4 | head -1`` reads one line and goes; both videos are analysed.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EPIPE
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = ["patient_streams", "say"]

FAILED = 1


class _Patient(FileIO):
    """A descriptor that is written to for as long as it can be; what comes after that is dropped.

    Attributes:
        lost: why it cannot be written to any more; None while it can.
    """

    lost: OSError | None = None

    def write(self, data: "ReadableBuffer", /) -> int:
        """Write; return how many bytes are done with."""
        if self.lost is None:
            try:
                return super().write(data)
            except OSError as error:
                self.lost = error
        return memoryview(data).nbytes


@contextmanager
def patient_streams(*, extra: bool) -> Iterator[None]:
    """Let nothing fail because standard output or error cannot be written.

    Where output is lost and somebody waits for it, that is said in one line, and it is a failure.

    Args:
        extra: whether what is shown is extra, since the results are files.

    Raises:
        SystemExit: always, with the block's status, or that of a failure.
    """
    for descriptor in (0, 1, 2):
        _occupy(descriptor)
    sys.stdout = out = _mended(sys.stdout, 1, "replace")  # a file's name need not fit the terminal
    sys.stderr = _mended(sys.stderr, 2, "backslashreplace")
    status: str | int | None = None
    try:
        yield
    except SystemExit as leaving:
        status = leaving.code
    why = _lost(out)
    if why is not None:
        what = f"standard output cannot be written ({why}); send it elsewhere"
        sys.stderr.write(f"formcoach: {what}\n")
        status = status or (None if extra else FAILED)
    sys.exit(status)


def _occupy(descriptor: int) -> None:
    """Open nothing at a closed descriptor: the next file to be opened would get its number."""
    try:
        os.fstat(descriptor)
    except OSError:
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _mended(stream: TextIO | None, descriptor: int, errors: str) -> TextIO:
    """Return a stream to a descriptor that does not fail; a terminal's own stays as it is."""
    if isinstance(stream, TextIOWrapper) and stream.isatty():
        stream.reconfigure(errors=errors)
    if stream is not None and (stream.isatty() or not isinstance(stream, TextIOWrapper)):
        return stream
    encoding = "utf-8" if stream is None else stream.encoding
    raw = _Patient(descriptor, "w", closefd=False)
    return TextIOWrapper(BufferedWriter(raw), encoding, errors, line_buffering=descriptor == 2)


def _lost(stream: TextIO) -> str | None:
    """Return why a stream could not be written; None too where nobody reads it any more."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    if not isinstance(raw, _Patient):
        return None
    stream.flush()
    return None if raw.lost is None or raw.lost.errno == EPIPE else raw.lost.strerror


def say(text: str) -> None:
    """Write one line to stderr."""
    sys.stderr.write(f"formcoach: {' '.join(text.split())}\n")
