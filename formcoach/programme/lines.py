"""What the programme says, by the ids of phrases."""

from dataclasses import dataclass, field

__all__ = ["Line"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to say or show.

    Attributes:
        phrase: the id of a text, or of a list of steps.
        slots: what goes into the text's slots.
    """

    phrase: str
    slots: dict[str, int] = field(default_factory=dict)
