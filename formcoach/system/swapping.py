"""Puts one folder in the place of another in one step, where the system can."""

import ctypes
import os
import sys
from errno import EINVAL, ENOSYS, EOPNOTSUPP
from pathlib import Path
from typing import Any

__all__ = ["swap"]

_AT_CWD = -100
_EXCHANGE = 2
"""The same number in Linux (RENAME_EXCHANGE) and macOS (RENAME_SWAP)."""
_CANNOT = {EINVAL, ENOSYS, EOPNOTSUPP}
"""What a system or a drive says that knows no such step."""


def swap(one: Path, other: Path) -> bool:
    """Exchange the names of two folders at once; return whether that can be done here.

    Raises:
        OSError: it can, and it failed; nothing has changed.
    """
    names = os.fsencode(one), os.fsencode(other)
    call = _call()
    if call is None:
        return False
    if sys.platform == "darwin":
        failed = call(*names, _EXCHANGE)
    else:
        failed = call(_AT_CWD, names[0], _AT_CWD, names[1], _EXCHANGE)
    if not failed:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _call() -> Any:
    """Return the system's call, or None where it has none."""
    if sys.platform not in ("linux", "darwin"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    return getattr(library, "renamex_np" if sys.platform == "darwin" else "renameat2", None)
