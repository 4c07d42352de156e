"""Where there is room on the picture: the box around the body, and places that leave it free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp

import numpy as np

from formcoach.picture.canvas import Points

__all__ = ["BodyBox", "Box", "box_of", "first_free"]

SHRINK_S = 12.0
"""The box grows with the body at once, and shrinks this slowly: so long a rep takes. Proposal."""
QUICK_S = 1.0
HEAD_SHARE = 0.9
"""The skull goes past ears and nose by about this share of the way between them and the eyes."""
AROUND_SHARE = 0.02
"""Hands, feet and clothes go past their landmarks by this share of the picture's short side."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright box in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """How wide it is."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """How high it is."""
        return self.bottom - self.top

    def touches(self, other: "Box") -> bool:
        """Say whether the two have a pixel in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: "Box") -> bool:
        """Say whether it lies in another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.top <= self.top and self.bottom <= other.bottom

    def grown(self, by_px: float) -> "Box":
        """Return it with a margin all around."""
        return Box(self.left - by_px, self.top - by_px, self.right + by_px, self.bottom + by_px)


def box_of(points: Points, seen: Sequence[bool], size_px: tuple[int, int]) -> Box | None:
    """Return the box around a body, its head and hands included; None where nothing is seen.

    Args:
        points: the 33 landmarks in the picture's pixels.
        seen: which of them are believed.
        size_px: the picture's width and height; the box is cut off there.
    """
    trusted = points[np.asarray(seen, bool)]
    if not len(trusted):
        return None
    margin = AROUND_SHARE * min(size_px)
    parts = [trusted - margin, trusted + margin]
    head = points[:11][np.asarray(seen[:11], bool)]
    if len(head):
        radius = HEAD_SHARE * float(np.ptp(head, axis=0).max())
        parts += [head - radius, head + radius]
    every = np.clip(np.concatenate(parts), 0.0, np.array(size_px, float))
    (left, top), (right, bottom) = every.min(axis=0), every.max(axis=0)
    return Box(float(left), float(top), float(right), float(bottom))


class BodyBox:
    """Follows the box around a moving body: grows at once and shrinks slowly.

    So what is placed beside it need not move with every rep.
    """

    def __init__(self) -> None:
        """Begin without a body."""
        self._box: Box | None = None
        self._last_s = 0.0

    def step(self, t_s: float, now: Box | None, *, quick: bool = False) -> Box | None:
        """Take the box of one frame in and return the one to keep free.

        Args:
            t_s: the frame's time.
            now: the body's box in it; None for nobody.
            quick: whether it may shrink at once, as while somebody gets into position.
        """
        kept, self._box = self._box, now if self._box is None else self._box
        passed_s, self._last_s = max(0.0, t_s - self._last_s), t_s
        if kept is None or now is None:
            return self._box
        share = 1.0 - exp(-passed_s / (QUICK_S if quick else SHRINK_S))
        self._box = Box(
            min(now.left, kept.left + share * (now.left - kept.left)),
            min(now.top, kept.top + share * (now.top - kept.top)),
            max(now.right, kept.right + share * (now.right - kept.right)),
            max(now.bottom, kept.bottom + share * (now.bottom - kept.bottom)),
        )
        return self._box


def first_free(places: Iterable[Box], taken: Sequence[Box], room: Box) -> Box | None:
    """Return the first place in a room that touches nothing; None where all do."""
    for place in places:
        if place.within(room) and not any(place.touches(other) for other in taken):
            return place
    return None
