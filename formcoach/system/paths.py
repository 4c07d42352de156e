"""What there is at a path, told without opening it and without an error."""

from enum import Enum
from errno import ELOOP, ENOENT, ENOTDIR
from pathlib import Path
from stat import S_ISDIR, S_ISREG

__all__ = ["There", "what_is_at"]


class There(Enum):
    """What there is at a path.

    A PIPE stands for whatever is read without an end, or waited for: devices and sockets as well.
    UNKNOWN is what may not be looked at, or has a name that cannot be; opening it tells why.
    """

    NOTHING = "nothing"
    FILE = "file"
    FOLDER = "folder"
    PIPE = "pipe"
    UNKNOWN = "unknown"


def what_is_at(path: Path) -> There:
    """Return what there is, behind links too; a link that leads nowhere is nothing."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return There.NOTHING if error.errno in (ENOENT, ENOTDIR, ELOOP) else There.UNKNOWN
    except ValueError:  # a name with a NUL in it
        return There.UNKNOWN
    if S_ISREG(mode):
        return There.FILE
    return There.FOLDER if S_ISDIR(mode) else There.PIPE
