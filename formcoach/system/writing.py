"""Writes a file whole or not at all: the old one stays until the new one is complete."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkstemp

from formcoach.errors import OutputError

__all__ = ["make_whole", "write_whole"]


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file; one of the same name is replaced when the new one is whole.

    Raises:
        OutputError: it cannot be written; nothing is left of it.
    """
    raw = content.encode() if isinstance(content, str) else content
    make_whole(path, lambda part: part.write_bytes(raw))


def make_whole(path: Path, make: Callable[[Path], object]) -> None:
    """Let a file be made beside its place, and put it there when it is whole.

    Args:
        path: where it goes.
        make: writes it, to the path that it is given.

    Raises:
        OutputError: it cannot be written; nothing is left of it.
    """
    part: Path | None = None
    try:
        handle, name = mkstemp(prefix=".", suffix=f".part{path.suffix}", dir=path.parent)
        part = Path(name)
        os.close(handle)
        make(part)
        if os.name == "posix":
            part.chmod(0o600)  # it is about somebody's health
        part.replace(path)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(
            f"{path}: cannot be written ({reason}); make space, or give another place"
        ) from error
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)
