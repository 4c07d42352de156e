"""A program in a pseudo-terminal, driven as by somebody who reads and types."""

import os
import select
import subprocess
from collections.abc import Sequence
from time import monotonic

PATIENCE_S = 300.0
"""Long enough that a program that hangs is a test that fails."""


class Terminal:
    """Runs a command in a terminal of its own.

    Attributes:
        text: all that was shown so far.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._controller, terminal = os.openpty()
        self._program = subprocess.Popen(
            command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
        )
        os.close(terminal)
        self._until_s = monotonic() + PATIENCE_S
        self._read_to = 0
        self.text = ""

    def answer(self, question: str, line: str) -> None:
        """Wait until a question is shown, after what was answered before, and type a line."""
        while question not in self.text[self._read_to :]:
            assert self._more(), f"ended before it asked {question!r}: {self.text}"
        self._read_to = self.text.index(question, self._read_to) + len(question)
        os.write(self._controller, line.encode() + b"\n")

    def finish(self) -> int:
        """Read to the end and return the exit status."""
        while self._more():
            pass
        os.close(self._controller)
        return self._program.wait(PATIENCE_S)

    def _more(self) -> bool:
        """Read what is shown next; return False at the end."""
        left_s = self._until_s - monotonic()
        ready, _, _ = select.select([self._controller], [], [], max(0.0, left_s))
        if not ready:
            self._program.kill()
            raise AssertionError(f"nothing more came: {self.text}")
        try:
            chunk = os.read(self._controller, 4096)
        except OSError:  # the other end is closed
            return False
        self.text += chunk.decode(errors="replace").replace("\r\n", "\n")
        return bool(chunk)
