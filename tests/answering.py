"""Somebody who answers questions, as far as told what."""


class Typed:
    """Answers as if typed; afterwards nobody answers, though somebody could."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.ended = False
        self.echoes = True
        self.waited_s: list[float] = []
        self.forgotten = 0

    def forget(self) -> None:
        self.forgotten += 1

    def line(self, timeout_s: float) -> str | None:
        self.waited_s.append(timeout_s)
        return self.lines.pop(0) if self.lines else None
