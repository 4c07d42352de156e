"""A screen that nobody sees: Xvfb, started by the test that needs a display."""

import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

__all__ = ["VirtualScreen", "virtual_screen"]


class VirtualScreen:
    """A running X server with its picture in a file."""

    def __init__(self, name: str, file: Path) -> None:
        self.name = name
        self._file = file

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DISPLAY": self.name}

    def picture(self) -> npt.NDArray[np.uint8]:
        """Return what is on the screen, BGR, shape (height, width, 3)."""
        data = self._file.read_bytes()
        header = struct.unpack(">25I", data[:100])
        width, height, row_bytes, colours = header[4], header[5], header[12], header[19]
        pixels = np.frombuffer(data, np.uint8, row_bytes * height, header[0] + 12 * colours)
        return pixels.reshape(height, row_bytes // 4, 4)[:, :width, :3]


@contextmanager
def virtual_screen(folder: Path) -> Iterator[VirtualScreen]:
    """Start a screen of 1280x800; skips the test where Xvfb is not installed.

    It is not to reset itself when its last client goes: whoever comes in that moment waits forever.
    """
    program = shutil.which("Xvfb")
    if program is None:
        pytest.skip("Xvfb is not installed")
    read, write = os.pipe()
    command = [program, "-displayfd", str(write), "-screen", "0", "1280x800x24", "-noreset"]
    command += ["-fbdir", str(folder)]
    with subprocess.Popen(
        command,
        pass_fds=[write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(write)
        with os.fdopen(read) as number:
            name = number.readline().strip()
        try:
            yield VirtualScreen(f":{name}", folder / "Xvfb_screen0")
        finally:
            server.terminate()
