"""Columns in the terminal, quick also for ten thousand rows."""

import re
from collections.abc import Iterable, Sequence

__all__ = ["aligned", "plain"]

CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What a terminal takes as an order and not as a letter."""


def plain(text: str) -> str:
    """Return a text without what would steer the terminal."""
    return CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)


def aligned(rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Return rows as lines, each column as wide as its widest cell.

    Args:
        rows: of equal length; the heading first, where there is one.
        right: the numbers of the columns that are aligned to the right.
    """
    cells = list(rows)
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    form = "  ".join(
        f"{{:{'>' if number in right else '<'}{width}}}" for number, width in enumerate(widths)
    )
    return [plain(form.format(*row).rstrip()) for row in cells]
