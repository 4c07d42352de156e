"""The end of a set as a card: what was done, the one thing to remember, what comes next."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np

from formcoach.coaching.events import Quality, SetSummary
from formcoach.picture.canvas import CAP_RATIO, Colour, Image, Sprite, share_of_path, text_width
from formcoach.picture.palette import GREY, LIGHT, NIGHT, TEAL
from formcoach.picture.panels import Layout, count_box, fitted_lines, layout_for, ring_path
from formcoach.picture.room import Box
from formcoach.pose.landmarks import Side
from formcoach.session.attempts import tried
from formcoach.words.phrases import Phrases

__all__ = ["Card", "card_of", "draw_card", "put_picture"]

INSET_SHARE = 0.42
"""Of the canvas's long side: the camera's picture beside the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What is read at the end of a set.

    Attributes:
        head: what was done: ``8 reps``.
        lines: the sides, and what else there is to know of the reps.
        remember: the one thing to remember.
        following: what comes next.
    """

    head: str
    lines: tuple[str, ...]
    remember: str
    following: str


def card_of(
    sets: Sequence[SetSummary],
    phrases: Phrases,
    exercise: str,
    *,
    isometric: bool,
    following: str,
) -> Card:
    """Return the card of a set, or of all sets at the end of a session.

    Args:
        sets: what happened in them.
        phrases: the words of the user's language.
        exercise: ``dead_bug.reach`` or ``squat``, for words that an exercise has of its own.
        isometric: whether seconds are counted, not reps.
        following: what comes next, in words.
    """
    if isometric:
        held_s = sum(hold.duration_s for s in sets for hold in s.holds)
        head, lines = phrases.text("card.held", n=round(held_s)), []
    else:
        head, lines = _reps_head(sets, phrases), _reps_lines(sets, phrases)
    return Card(
        head=head,
        lines=tuple(lines),
        remember=_remembered(sets, phrases, exercise),
        following=following,
    )


def _reps_head(sets: Sequence[SetSummary], phrases: Phrases) -> str:
    total = sum(s.total for s in sets)
    if total == 0:
        return phrases.text("card.none")
    return phrases.text("card.rep") if total == 1 else phrases.text("card.reps", n=total)


def _reps_lines(sets: Sequence[SetSummary], phrases: Phrases) -> list[str]:
    """Return the sides, then what was good, unsure or not counted, where there is some."""
    done = [rep for s in sets for rep in s.completed]
    lines = []
    left, right = (sum(rep.side is side for rep in done) for side in Side)
    if left or right:
        lines.append(phrases.text("card.sides", left=left, right=right))
    counts = Counter(rep.quality for s in sets for rep in s.reps)
    others = tried(sets)
    for name, n in (
        ("good", counts[Quality.GOOD]),
        ("unsure", counts[Quality.UNSURE]),
        ("partial", others.short),
        ("lost", others.unseen),
        ("other", others.other),
    ):
        if n:
            lines.append(phrases.text(f"card.{name}_one" if n == 1 else f"card.{name}", n=n))
    return lines


def _remembered(sets: Sequence[SetSummary], phrases: Phrases, exercise: str) -> str:
    """Return the cue of what was most often wrong, what went another way, or that it went well."""
    found = Counter(fault for s in sets for rep in s.reps for fault in rep.faults)
    found.update(fault for s in sets for hold in s.holds for fault in hold.faults)
    for fault, _ in found.most_common():
        if phrases.has(f"cue.{fault}"):
            return phrases.said(f"cue.{fault}", exercise)
    if any(s.as_one for s in sets):
        return phrases.text("card.by_turns")
    if tried(sets).short and not any(s.count(Quality.GOOD) for s in sets):
        return phrases.text("card.further")
    seen = any(s.total or s.holds for s in sets)
    return phrases.text("card.keep_on" if seen else "card.again")


def draw_card(
    image_bgr: Image | None,
    card: Card,
    size_px: tuple[int, int],
    *,
    rest_s: tuple[float, float] | None = None,
    note: str | None = None,
) -> tuple[Image, Box | None]:
    """Draw a card beside the camera's picture; return it and where that picture is.

    Args:
        image_bgr: the camera's picture; None for none, the card then takes all the room.
        card: what it says.
        size_px: width and height of what is drawn.
        rest_s: how much of the rest is left, and how long it is; None outside of a rest.
        note: something said in the meantime, in words.
    """
    width, height = size_px
    canvas: Image = np.empty((height, width, 3), np.uint8)
    canvas[:] = NIGHT
    layout = layout_for(width, height, live=True)
    margin = 2 * layout.margin
    room = Box(margin, margin, width - margin, height - margin)
    inset = None
    if image_bgr is not None:
        inset, room = _split(room, (image_bgr.shape[1], image_bgr.shape[0]), margin)
        put_picture(canvas, inset, image_bgr)
    if rest_s is not None:
        place = _ring_place(room, inset, layout, margin)
        _draw_ring(canvas, layout, rest_s, place)
        if place.touches(room):
            room = Box(room.left, room.top, place.left - margin, room.bottom)
    _draw_lines(canvas, layout, card, note, room)
    return canvas, inset


def put_picture(canvas: Image, inset: Box, image_bgr: Image) -> None:
    """Put the camera's picture in its place on a card, where the words stay as they are.

    Args:
        canvas: the card that was drawn.
        inset: where its picture is.
        image_bgr: the picture to be there now.
    """
    left, top, right, bottom = map(round, (inset.left, inset.top, inset.right, inset.bottom))
    shown = cv2.resize(image_bgr, (right - left, bottom - top), interpolation=cv2.INTER_AREA)
    canvas[top:bottom, left:right] = shown


def _split(room: Box, picture_px: tuple[int, int], margin: int) -> tuple[Box, Box]:
    """Return where the picture goes and what is left for the card."""
    across = room.width >= room.height
    share = INSET_SHARE * (room.width if across else room.height)
    scale = min(
        (share if across else room.width) / picture_px[0],
        (room.height if across else share) / picture_px[1],
    )
    width, height = scale * picture_px[0], scale * picture_px[1]
    inset = Box(room.right - width, room.bottom - height, room.right, room.bottom)
    if across:
        return inset, Box(room.left, room.top, inset.left - margin, room.bottom)
    return inset, Box(room.left, room.top, room.right, inset.top - margin)


def _ring_place(room: Box, inset: Box | None, layout: Layout, margin: int) -> Box:
    """Return where the ring goes: over or beside the picture."""
    width, height = count_box("00", layout)
    if inset is not None and inset.left >= room.right:
        scale = min(1.0, inset.width / width, (inset.top - 2 * margin) / height)
        width, height = round(scale * width), round(scale * height)
        left = (inset.left + inset.right - width) / 2
        return Box(left, margin, left + width, margin + height)
    if inset is not None:
        scale = min(1.0, (inset.left - 2 * margin) / width)
        width, height = round(scale * width), round(scale * height)
        top = (inset.top + inset.bottom - height) / 2
        return Box(margin, top, margin + width, top + height)
    width, height = round(0.75 * width), round(0.75 * height)
    return Box(room.right - width, room.top, room.right, room.top + height)


def _draw_ring(canvas: Image, layout: Layout, rest_s: tuple[float, float], place: Box) -> None:
    """Draw the seconds of rest that are left, and their share as a ring."""
    left_s, whole_s = rest_s
    box = (round(place.width), round(place.height))
    sprite = Sprite(*box)
    path = ring_path(box, layout)
    sprite.path(path, LIGHT, max(1, layout.ring // 3), 0.3)
    share = min(1.0, left_s / whole_s) if whole_s > 0 else 0.0
    if share > 0.0:
        sprite.path(share_of_path(path, 0.0, share), TEAL, layout.ring)
    number = str(ceil(left_s))
    size = round(box[1] * 0.55 / CAP_RATIO)
    x = (box[0] - text_width(number, size, 500)) // 2
    sprite.text(number, (x, round(box[1] * 0.775)), size, 500, LIGHT)
    sprite.lay(canvas, round(place.left), round(place.top))


def _draw_lines(canvas: Image, layout: Layout, card: Card, note: str | None, room: Box) -> None:
    """Write the card, smaller where it would not fit."""
    parts: list[tuple[str, int, int, Colour]] = [(card.head, round(layout.cue * 1.25), 700, LIGHT)]
    parts += [(line, layout.text, 500, LIGHT) for line in card.lines]
    parts += [(card.remember, round(layout.cue * 0.8), 700, TEAL)]
    if note is not None:
        parts += [(note, layout.text, 600, LIGHT)]
    parts += [(card.following, layout.text, 500, GREY)]
    shrink = 1.0
    while True:
        sized = [(_fitted(words, round(size * shrink), room), w, c) for words, size, w, c in parts]
        high = sum(1.25 * size * len(lines) + 0.55 * size for (size, lines), _, _ in sized)
        if high <= room.height or shrink < 0.3:
            break
        shrink *= 0.94
    y = room.top
    for (size, lines), weight, colour in sized:
        for line in lines:
            sprite = Sprite(round(room.width), round(1.3 * size))
            sprite.text(line, (0, size), size, weight, colour)
            sprite.lay(canvas, round(room.left), round(y))
            y += 1.25 * size
        y += 0.55 * size


def _fitted(words: str, size_px: int, room: Box) -> tuple[int, list[str]]:
    return fitted_lines(words, size_px, (int(room.width * 0.97), int(room.height)))
