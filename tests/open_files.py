"""What this process has open; a file that is open cannot be moved or removed on Windows."""

from contextlib import suppress
from pathlib import Path

import pytest

__all__ = ["open_files"]

TABLE = Path("/proc/self/fd")


def open_files(folder: Path) -> list[str]:
    """Return the files of a folder that are open, removed ones too; skip where no table is."""
    if not TABLE.is_dir():
        pytest.skip("this system does not tell what is open")
    found = []
    for descriptor in TABLE.iterdir():
        with suppress(OSError):  # the one that reads the table is gone by now
            found.append(str(descriptor.readlink()))
    return sorted(name for name in found if name.startswith(str(folder)))
