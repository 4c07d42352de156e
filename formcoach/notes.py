"""What a user is to know of a recording beside its numbers: the words come with the language.

Note("frames_unreadable", {"frames": 3, "start": rounded(1.2, 2), "end": rounded(1.4, 2)})
load_phrases("nl").note(...)    "3 beelden onleesbaar tussen 1,20 s en 1,40 s"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Figure", "Note", "rounded"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with a fraction; the language it is told in writes its decimal point.

    Attributes:
        value: the number.
        digits: how many stand behind the point; None for as many as it has.
    """

    value: float
    digits: int | None = None


def rounded(value: float, digits: int) -> Figure:
    """Return a number rounded to so many digits behind the point."""
    return Figure(round(value, digits), digits)


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell.

    Attributes:
        id: the phrase's under ``recording.``.
        values: what fills its slots: whole numbers, names, and a `Figure` for what has a fraction.
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)
