"""What there is at a path, told without opening it and without an error."""

from enum import Enum
from errno import ELOOP, ENOENT, ENOTDIR
from pathlib import Path
from stat import S_ISDIR, S_ISREG

__all__ = ["PathKind", "what_is_at"]


class PathKind(Enum):
    """What there is at a path.

    A PIPE stands for whatever is read without an end, or waited for: devices and sockets as well.
    UNKNOWN is what may not be looked at, or has a name that cannot be; opening it tells why.
    """

    NOTHING = "nothing"
    FILE = "file"
    FOLDER = "folder"
    PIPE = "pipe"
    UNKNOWN = "unknown"


def what_is_at(path: Path) -> PathKind:
    """Return what there is, behind links too; a link that leads nowhere is nothing."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return PathKind.NOTHING if error.errno in (ENOENT, ENOTDIR, ELOOP) else PathKind.UNKNOWN
    except ValueError:  # a name with a NUL in it
        return PathKind.UNKNOWN
    if S_ISREG(mode):
        return PathKind.FILE
    return PathKind.FOLDER if S_ISDIR(mode) else PathKind.PIPE
