"""The panels of the picture: the count in its ring, the phase with the tally, the sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from formcoach.coaching.events import Quality
from formcoach.picture.canvas import (
    CAP_RATIO,
    Colour,
    Points,
    Sprite,
    fitting_size,
    share_of_path,
    stadium,
    text_width,
)
from formcoach.picture.palette import CORAL, GREY, LIGHT, NIGHT, TEAL

__all__ = [
    "COUNT_ROOM",
    "PANEL_ALPHA",
    "Layout",
    "band_sprite",
    "count_box",
    "count_sprite",
    "fitted_lines",
    "info_size",
    "info_sprite",
    "layout_for",
    "ring_path",
    "rows_sprite",
]

COUNT_ROOM = 1.62
"""Height of the count's panel in heights of the count."""
PANEL_ALPHA = 0.88
"""How much a panel covers: words on it have a contrast of 4.5 to 1 on a white wall too."""
MAX_LINES = 5
SHRINK = 0.94
STEP = 1.25
"""From one line of text to the next, in sizes of the font."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in pixels that follow from the frame's."""

    width: int
    height: int
    margin: int
    count: int
    text: int
    phase: int
    cue: int

    @property
    def ring(self) -> int:
        """Thickness of the ring around the count."""
        return max(3, round(self.count * 0.07))


def layout_for(width: int, height: int, *, live: bool, scale: float = 1.0) -> Layout:
    """Return the sizes for a frame; larger ones where the person looks from afar while moving."""
    least = min(width, height)
    return Layout(
        width=width,
        height=height,
        margin=max(4, round(least * 0.025)),
        count=round(scale * least / (3 if live else 4)),
        text=max(11, round(scale * least * (0.058 if live else 0.048))),
        phase=max(13, round(scale * least * (0.095 if live else 0.075))),
        cue=max(14, round(scale * least * (0.105 if live else 0.085))),
    )


def count_box(number: str, layout: Layout) -> tuple[int, int]:
    """Return width and height of the count with its ring: half of the frame's width at most."""
    size = round(layout.count / CAP_RATIO)
    height = layout.count * COUNT_ROOM
    width = max(height, text_width(number, size, 500) + layout.count * (COUNT_ROOM - 0.85))
    shrink = min(1.0, layout.width / 2 / width)
    return round(width * shrink), round(height * shrink)


def ring_path(box: tuple[int, int], layout: Layout) -> Points:
    """Return the ring inside of the count's panel, clockwise from the middle of its top."""
    inset = layout.ring
    width, height = box
    return stadium(inset, inset, width - 2 * inset, height - 2 * inset, height / 2)


def count_sprite(
    number: str, box: tuple[int, int], layout: Layout, marks: Sequence[Quality | None]
) -> Sprite:
    """Draw the count; `marks` are the ring's parts in order of time, None for a rep to come."""
    width, height = box
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, PANEL_ALPHA, height // 2)
    path = ring_path(box, layout)
    if not marks:
        sprite.path(path, LIGHT, max(1, layout.ring // 3), 0.35)
    gap = layout.ring / (2 * (width - height) + 3.14 * height)
    if gap * len(marks) > 0.25 or len(marks) == 1:
        gap = 0.0
    for i, mark in enumerate(marks):
        part = share_of_path(path, i / len(marks) + gap, (i + 1) / len(marks) - gap)
        _draw_mark(sprite, part, mark, layout.ring)
    count = height / COUNT_ROOM
    size = round(count / CAP_RATIO)
    x = (width - text_width(number, size, 500)) // 2
    sprite.text(number, (x, round((height + count) / 2)), size, 500, LIGHT)
    return sprite


def _draw_mark(sprite: Sprite, part: Points, mark: Quality | None, ring: int) -> None:
    """Draw one rep: good is full, faulty is cut in two, unsure is thin and grey, partial hollow."""
    thin = max(1, round(ring * 0.35))
    match mark:
        case None:
            sprite.path(part, LIGHT, thin, 0.3)
        case Quality.GOOD:
            sprite.path(part, TEAL, ring)
        case Quality.FAULTY:
            sprite.path(share_of_path(part, 0.0, 0.38), CORAL, ring)
            sprite.path(share_of_path(part, 0.62, 1.0), CORAL, ring)
        case Quality.UNSURE:
            sprite.path(part, GREY, max(2, round(ring * 0.6)))
        case Quality.PARTIAL:
            sprite.path(part, LIGHT, ring)
            sprite.path(part, NIGHT, max(1, ring - 2 * max(1, ring // 4)))


def rows_sprite(rows: Sequence[str], layout: Layout, *, alpha: float = PANEL_ALPHA) -> Sprite:
    """Draw lines of small text."""
    size, pad = layout.text, round(layout.text * 0.5)
    line = round(size * STEP)
    room = layout.width - 2 * layout.margin - 3 * pad
    size = min(fitting_size(text, size, 500, room) for text in rows)
    width = max(text_width(text, size, 500) for text in rows) + 3 * pad
    height = line * len(rows) + pad
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, alpha, min(height // 2, round(size * 0.8)))
    for i, text in enumerate(rows):
        base = pad // 2 + line * i + (line + round(size * CAP_RATIO)) // 2
        sprite.text(text, (round(pad * 1.5), base), size, 500, LIGHT)
    return sprite


def info_size(rows: Sequence[str], phases: Sequence[str], layout: Layout) -> tuple[int, int]:
    """Return how large the panel of the phase gets with any of some words for it."""
    pad = round(layout.text * 0.6)
    widths = [text_width(line, layout.text, 500) for line in rows]
    widths += [text_width(word, layout.phase, 700) for word in phases]
    height = round(layout.phase * 1.1) + round(layout.text * STEP) * len(rows) + pad
    return max(widths) + 2 * pad, height


def info_sprite(
    rows: Sequence[str], phase: str, colour: Colour, layout: Layout, room_px: tuple[int, int]
) -> Sprite:
    """Draw the word for the phase and small lines below it, shrunk to a room (width, height)."""
    pad = round(layout.text * 0.6)
    text = min([_fitting(r, layout.text, 500, room_px[0] - 2 * pad) for r in rows] or [0])
    word = _fitting(phase, layout.phase, 700, room_px[0] - 2 * pad)
    widths = [text_width(row, text, 500) for row in rows] + [text_width(phase, word, 700)]
    width = max(widths) + 2 * pad
    height = round(word * 1.1) + round(text * STEP) * len(rows) + pad
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, PANEL_ALPHA, round(layout.text * 0.8))
    base = pad // 2 + round(word * (1.1 + CAP_RATIO) / 2)
    sprite.text(phase, (pad, base), word, 700, colour)
    for i, row in enumerate(rows):
        line = pad // 2 + round(word * 1.1) + round(text * STEP) * i + round(text * 0.95)
        sprite.text(row, (pad, line), text, 500, LIGHT)
    return sprite


def _fitting(text: str, size_px: int, weight: int, room_px: int) -> int:
    """Return the largest size at which a line surely fits: widths grow in steps."""
    size = fitting_size(text, size_px, weight, room_px)
    while size > 5 and text_width(text, size, weight) > room_px:
        size -= 1
    return size


def band_sprite(words: str, size_px: int, accent: Colour, room_px: tuple[int, int]) -> Sprite:
    """Draw a sentence in a room (width, height), with a bar of colour before it."""
    bar = max(3, round(size_px * 0.16))
    edge = bar + 3 * round(size_px * 0.4)
    pad = round(size_px * 0.4)
    size, lines = fitted_lines(words, size_px, (room_px[0] - edge, room_px[1] - pad))
    step = round(size * STEP)
    width = max(text_width(line, size, 600) for line in lines) + edge
    height = step * len(lines) + pad
    inset = round(pad * 0.7)
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, PANEL_ALPHA, round(size_px * 0.4))
    sprite.panel((pad, inset, bar, height - 2 * inset), accent, 1.0, bar // 2)
    for i, line in enumerate(lines):
        base = pad // 2 + step * i + (step + round(size * CAP_RATIO)) // 2
        sprite.text(line, (2 * pad + bar, base), size, 600, LIGHT)
    return sprite


def fitted_lines(words: str, size_px: int, room_px: tuple[int, int]) -> tuple[int, list[str]]:
    """Return the largest size at which words fit in a room (width, height), and their lines."""
    size = float(size_px)
    while True:
        whole = max(6, round(size))
        lines = _wrapped(words, whole, room_px[0])
        high = round(whole * STEP) * len(lines) > room_px[1] or len(lines) > MAX_LINES
        wide = any(text_width(line, whole, 600) > room_px[0] for line in lines)
        if not (high or wide) or whole == 6:
            return whole, lines
        size *= SHRINK


def _wrapped(words: str, size_px: int, room_px: int) -> list[str]:
    """Break words into as few lines as a width allows, of about equal length."""
    parts = words.split()
    greedy = _filled(parts, size_px, room_px)
    narrow = room_px
    while narrow > max(1, room_px // 2):
        narrow = min(narrow - 1, int(narrow * SHRINK))
        tighter = _filled(parts, size_px, narrow)
        if len(tighter) > len(greedy):
            break
        if all(text_width(line, size_px, 600) <= narrow for line in tighter):
            greedy = tighter
    return greedy


def _filled(parts: Sequence[str], size_px: int, room_px: int) -> list[str]:
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]} {part}".strip()
        if lines[-1] and text_width(longer, size_px, 600) > room_px:
            lines.append(part)
        else:
            lines[-1] = longer
    return lines
