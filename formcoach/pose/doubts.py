"""Why the coach cannot judge, as a value: what is the matter, and of which part of the body.

    Reason(DoubtKind.HIDDEN, Part.KNEE, Side.LEFT).id      "left_knee_hidden"

The words for it are in `words`: what is said in `words/phrases`, what files say in
`words/reasons.py`.
"""

from dataclasses import dataclass
from enum import StrEnum

from formcoach.pose.landmarks import Part, Side

__all__ = [
    "COME_CLOSER",
    "MORE_LIGHT",
    "NAMED_PARTS",
    "NOBODY",
    "NO_PICTURE",
    "REASONS",
    "TURN_SIDEWAYS",
    "UNSTEADY",
    "DoubtKind",
    "Reason",
]


class DoubtKind(StrEnum):
    """What keeps the coach from judging."""

    NOBODY = "nobody"
    """Nobody is in the picture."""
    NO_PICTURE = "no_picture"
    """Frames are missing."""
    MORE_LIGHT = "more_light"
    """The picture is too dark to see anybody in."""
    COME_CLOSER = "come_closer"
    """The person is too small in the picture."""
    TURN_SIDEWAYS = "turn_sideways"
    """Angles cannot be measured in this view."""
    LEGS_UNSTEADY = "legs_unsteady"
    """Left and right legs cannot be told apart, or leap as legs do not."""
    HIDDEN = "hidden"
    """A part of the body, or the body, is covered."""
    OUT_OF_PICTURE = "out_of_picture"
    """A part of the body, or the body, is beyond the border of the picture."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason to be unsure.

    Attributes:
        kind: what is the matter.
        part, side: of which part of the body; both None where it is of the whole.
    """

    kind: DoubtKind
    part: Part | None = None
    side: Side | None = None

    @property
    def id(self) -> str:
        """Its name in files and programs: ``left_knee_hidden``, ``turn_sideways``."""
        if self.part is not None and self.side is not None:
            return f"{self.side.word}_{self.part.value}_{self.kind.value}"
        body = self.kind in (DoubtKind.HIDDEN, DoubtKind.OUT_OF_PICTURE)
        return f"body_{self.kind.value}" if body else self.kind.value


NOBODY = Reason(DoubtKind.NOBODY)
"""Nobody is in the picture."""
NO_PICTURE = Reason(DoubtKind.NO_PICTURE)
"""Frames are missing."""
MORE_LIGHT = Reason(DoubtKind.MORE_LIGHT)
"""The picture is too dark."""
COME_CLOSER = Reason(DoubtKind.COME_CLOSER)
"""The person is too small in it."""
TURN_SIDEWAYS = Reason(DoubtKind.TURN_SIDEWAYS)
"""The view is none in which angles can be measured."""
UNSTEADY = Reason(DoubtKind.LEGS_UNSTEADY)
"""The legs cannot be told apart."""

NAMED_PARTS = (Part.HIP, Part.KNEE, Part.ANKLE, Part.SHOULDER, Part.ELBOW, Part.WRIST)
"""The parts that a person is told of by name; of any other it is the body that is not seen."""

REASONS = (
    NOBODY,
    NO_PICTURE,
    MORE_LIGHT,
    COME_CLOSER,
    TURN_SIDEWAYS,
    UNSTEADY,
    *(
        reason
        for kind in (DoubtKind.HIDDEN, DoubtKind.OUT_OF_PICTURE)
        for reason in (
            Reason(kind),
            *(Reason(kind, part, side) for part in NAMED_PARTS for side in Side),
        )
    ),
)
"""All the reasons there are."""
