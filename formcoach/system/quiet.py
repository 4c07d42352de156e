"""Keeps the chatter of native libraries off the user's terminal."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["quiet_native_stderr"]

STDERR_FD = 2

CHATTER = re.compile(
    rb"""
    [IWEF]\d{4}\ \d\d:\d\d:\d\d             # absl: "W0000 00:00:1795347992.214853 ..."
    | WARNING:\ (All\ log\ messages|Logging)\ before
    | (INFO|WARNING):\ .*(TensorFlow\ Lite|XNNPACK|FlatBuffer|delegate)
    | (INFO|WARNING|ERROR):\ \[\w+\.cc:\d+\]  # LiteRT: "WARNING: [model_load.cc:402] ..."
    | \[\s*(INFO|WARN|ERROR|FATAL)\s*:\s*\d+@   # OpenCV: "[ WARN:0@0.051] global ..."
    | \[[\w,]+\ @\ (0x)?[0-9a-f]+\]              # FFmpeg: "[mov,mp4 @ 0x55d0] moov atom not found"
    | \s*$                                      # OpenCV's FFmpeg, when it is silent otherwise
    | Unexpected\ (list\ type|element)\.       # OpenCV's own reader of AVI
    | (Corrupt|Premature\ end\ of|Invalid)\ JPEG | libpng\ (error|warning):
    | ALSA\ lib\ | Cannot\ connect\ to\ server | jack\ server\ is\ not
    """,
    re.VERBOSE,
)
"""How the lines begin that are no news to the user."""

_lock = Lock()
_depth = 0
_held: tuple[int, int] | None = None


@contextmanager
def quiet_native_stderr() -> Iterator[None]:
    """Hold back what is written to file descriptor 2; afterwards let through what is not chatter.

    Native libraries write there directly, past `sys.stderr`. No whole line of Python's own is lost:
    it comes out when the block ends, also when it ends with an error. Blocks may be nested, and may
    overlap between threads: the last to end lets it through.
    """
    global _depth, _held
    with _lock:
        if _depth == 0:
            _held = _hold()
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0 and _held is not None:
                _release(*_held)
                _held = None


def _hold() -> tuple[int, int] | None:
    _flush()
    try:
        terminal = os.dup(STDERR_FD)
    except OSError:  # no such descriptor: a program without a terminal
        return None
    try:
        with tempfile.TemporaryFile() as file:
            held = os.dup(file.fileno())
    except OSError:  # no folder for temporary files, or the disk is full: better chatter than none
        os.close(terminal)
        return None
    os.dup2(held, STDERR_FD)
    return terminal, held


def _release(terminal: int, held: int) -> None:
    _flush()
    os.dup2(terminal, STDERR_FD)
    os.close(terminal)
    os.lseek(held, 0, os.SEEK_SET)
    with os.fdopen(held, "rb") as file:
        for line in file:
            # A line without its end was cut off by a full disk: whose it is cannot be told.
            if line.endswith(b"\n") and not CHATTER.match(line):
                os.write(STDERR_FD, line)


def _flush() -> None:
    if sys.stderr is not None:
        sys.stderr.flush()
