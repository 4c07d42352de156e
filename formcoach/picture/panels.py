"""The panels of the picture: the count in its ring, the tally, the phase, the sentences below."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from formcoach.picture.palette import LIGHT, NIGHT

__all__ = [
    "Layout",
    "band_sprite",
    "count_box",
    "count_sprite",
    "layout_for",
    "phase_sprite",
    "phase_width",
    "ring_path",
    "rows_sprite",
]

TITLE_SHARE = 0.28
"""A title wider than this share of the frame is put in two lines."""
COUNT_ROOM = 1.62
"""Height of the count's panel in heights of the count."""


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
        return max(2, round(self.count * 0.055))


def layout_for(width: int, height: int, *, live: bool) -> Layout:
    """Return the sizes for a frame; larger ones where the person looks from afar while moving."""
    least = min(width, height)
    return Layout(
        width=width,
        height=height,
        margin=max(4, round(least * 0.035)),
        count=round(least / (3 if live else 4)),
        text=max(11, round(least * (0.058 if live else 0.048))),
        phase=max(13, round(least * (0.095 if live else 0.075))),
        cue=max(14, round(least * (0.105 if live else 0.085))),
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
    number: str, box: tuple[int, int], layout: Layout, marks: Sequence[Colour | None]
) -> Sprite:
    """Draw the count; `marks` colours the ring, a part a rep, None for those to come."""
    width, height = box
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, 0.62, height // 2)
    path = ring_path(box, layout)
    if not marks:
        sprite.path(path, LIGHT, max(1, layout.ring // 3), 0.35)
    gap = layout.ring / (2 * (width - height) + 3.14 * height)
    if gap * len(marks) > 0.25 or len(marks) == 1:
        gap = 0.0
    for i, colour in enumerate(marks):
        part = share_of_path(path, i / len(marks) + gap, (i + 1) / len(marks) - gap)
        sprite.path(part, colour or LIGHT, layout.ring, 1.0 if colour else 0.3)
    count = height / COUNT_ROOM
    size = round(count / CAP_RATIO)
    x = (width - text_width(number, size, 500)) // 2
    sprite.text(number, (x, round((height + count) / 2)), size, 500, LIGHT)
    return sprite


def rows_sprite(rows: Sequence[tuple[str, Colour | None]], layout: Layout) -> Sprite:
    """Draw lines of small text, each with a dot in front where it has a colour."""
    size, pad = layout.text, round(layout.text * 0.5)
    line = round(size * 1.25)
    dot = round(size * 0.28)
    indent = 3 * dot
    width = max(text_width(text, size, 500) + (indent if colour else 0) for text, colour in rows)
    width, height = width + 3 * pad, line * len(rows) + pad
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, 0.55, min(height // 2, round(size * 0.8)))
    for i, (text, colour) in enumerate(rows):
        base = pad // 2 + line * i + (line + round(size * CAP_RATIO)) // 2
        x = round(pad * 1.5)
        if colour is not None:
            sprite.dot((x + dot, base - round(size * CAP_RATIO / 2)), dot, colour)
            x += indent
        sprite.text(text, (x, base), size, 500, LIGHT)
    return sprite


def phase_width(title: str, phase: str, layout: Layout) -> int:
    """Return how wide the panel of the phase is when nothing in it is shrunk."""
    widest = max(text_width(line, layout.text, 400) for line in _title_lines(title, layout))
    widest = max(widest, text_width(phase, layout.phase, 700))
    return widest + 2 * round(layout.text * 0.6)


def _title_lines(title: str, layout: Layout) -> list[str]:
    return wrapped(title, layout.text, round(layout.width * TITLE_SHARE))


def phase_sprite(title: str, phase: str, layout: Layout, room: int, colour: Colour) -> Sprite:
    """Draw the exercise's title and below it the phase, in `room` pixels at most."""
    pad = round(layout.text * 0.6)
    lines = _title_lines(title, layout)
    size = min(fitting_size(line, layout.text, 400, room - 2 * pad) for line in lines)
    phase_size = fitting_size(phase, layout.phase, 700, room - 2 * pad)
    widths = [text_width(line, size, 400) for line in lines]
    width = max(*widths, text_width(phase, phase_size, 700)) + 2 * pad
    step = round(size * 1.15)
    height = step * len(lines) + round(phase_size * 1.1 - size * 0.2) + 2 * pad
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, 0.55, round(layout.text * 0.8))
    base = pad + round(size * CAP_RATIO)
    for line in lines:
        sprite.text(line, (pad, base), size, 400, LIGHT)
        base += step
    base += round(phase_size * 0.9 - size * 0.75)
    sprite.text(phase, (pad, base), phase_size, 700, colour)
    return sprite


def band_sprite(words: str, layout: Layout, size_px: int, accent: Colour) -> Sprite:
    """Draw a sentence on a dark band, with a bar of colour before it."""
    pad = round(size_px * 0.55)
    bar = max(3, round(size_px * 0.16))
    room = layout.width - 2 * layout.margin - 3 * pad - bar
    lines = wrapped(words, size_px, room)
    size = min(fitting_size(line, size_px, 600, room) for line in lines)
    step = round(size * 1.25)
    width = max(text_width(line, size, 600) for line in lines) + 3 * pad + bar
    height = step * len(lines) + pad
    inset = round(pad * 0.7)
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, 0.82, round(size_px * 0.4))
    sprite.panel((pad, inset, bar, height - 2 * inset), accent, 1.0, bar // 2)
    for i, line in enumerate(lines):
        base = pad // 2 + step * i + (step + round(size * CAP_RATIO)) // 2
        sprite.text(line, (2 * pad + bar, base), size, 600, LIGHT)
    return sprite


def wrapped(words: str, size_px: int, room_px: int) -> list[str]:
    """Return words in one line where they nearly fit, else in two of about equal width."""
    if text_width(words, size_px, 600) <= 1.25 * room_px or " " not in words:
        return [words]
    parts = words.split(" ")
    halves = [(" ".join(parts[:i]), " ".join(parts[i:])) for i in range(1, len(parts))]
    best = min(halves, key=lambda half: max(text_width(line, size_px, 600) for line in half))
    return list(best)
