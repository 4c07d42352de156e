"""A sentence for the user as data: an error or a finding, to be said in the user's language.

    SpecError.told("no_exercise", "no exercise '{name}'; {near}", name="kevr", near=near)

is the phrase ``error.no_exercise``; a test holds that its English is the one of the code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Told"]


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence as data: an id, its English, and what stands in its slots.

    Attributes:
        id: of the phrase, below ``error.``.
        english: the English template.
        slots: what fills it; may be told itself. Several names are a tuple.
    """

    id: str
    english: str
    slots: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = {name: _joined(value) for name, value in self.slots.items()}
        return self.english.format(**shown)


def _joined(value: object) -> object:
    return " or ".join(map(str, value)) if isinstance(value, tuple) else value
