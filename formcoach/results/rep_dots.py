"""Far end, time and pause of each rep as a row of signs over the rep's number, with the target.

What a rep was worth shows in the shape of its sign as well as in its colour, for paper.
"""

from collections.abc import Sequence
from html import escape
from math import inf
from typing import NamedTuple

from formcoach.coaching.events import Quality

__all__ = ["Dot", "Target", "draw_dots"]

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 330.0, 190.0, 40.0, 12.0, 12.0, 40.0
MAX_LABELS = 14
MAX_TICKS = 4
STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0, 60.0)
R = 5.0


class Target(NamedTuple):
    """From where to where is asked; infinite where nothing limits it.

    Attributes:
        low, high: the ends.
        margin: how much below the low one is let pass, since the camera cannot tell.
    """

    low: float = -inf
    high: float = inf
    margin: float = 0.0


class Dot(NamedTuple):
    """A rep: its number, the letter of its side, its quality, its value."""

    label: str
    side: str
    kind: str
    value: float


def draw_dots(dots: Sequence[Dot], target: Target | None, title: str, unit: str) -> str:
    """Return the picture as SVG; empty where there is no rep.

    Args:
        dots: the reps, in order of time.
        target: what is asked.
        title: what it shows, for those who cannot see it.
        unit: written after the numbers of the axis.
    """
    if not dots:
        return ""
    values = [0.0, *(dot.value for dot in dots)]
    values += [edge for edge in (target or ())[:2] if abs(edge) != inf]
    low, high = min(values), max(values)
    step = next((s for s in STEPS if high - low <= MAX_TICKS * s), STEPS[-1])
    low, high = step * (low // step), step * -(-high // step)
    high = max(high, low + step)

    def x(place: int) -> float:
        return LEFT + (place + 0.5) / len(dots) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        inside = min(high, max(low, value))
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - inside) / (high - low)

    parts = []
    if target is not None:
        top, bottom = y(target.high), y(target.low)
        parts.append(
            f'<rect class="target" x="{LEFT:g}" y="{top:.1f}" width="{WIDTH - LEFT - RIGHT:g}" '
            f'height="{max(1.0, bottom - top):.1f}"/>'
        )
        parts.append(
            f'<rect class="target soft" x="{LEFT:g}" y="{bottom:.1f}" '
            f'width="{WIDTH - LEFT - RIGHT:g}" '
            f'height="{max(0.0, y(target.low - target.margin) - bottom):.1f}"/>'
        )
    ticks = round((high - low) / step)
    parts += [_tick(value, y(value), unit) for value in (low + step * i for i in range(ticks + 1))]
    every = -(-len(dots) // MAX_LABELS)
    for place, dot in enumerate(dots):
        parts.append(_sign(dot.kind, x(place), y(dot.value)))
        if place % every == 0:
            parts.append(_label(dot.label, x(place), HEIGHT - BOTTOM + 17))
            parts.append(_label(dot.side, x(place), HEIGHT - BOTTOM + 32))
    return (
        f'<svg class="dots" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _tick(value: float, y: float, unit: str) -> str:
    return (
        f'<line class="grid" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{LEFT - 6:g}" y="{y + 4:.1f}" text-anchor="end">'
        f"{value:g}{escape(unit)}</text>"
    )


def _label(text: str, x: float, y: float) -> str:
    if not text:
        return ""
    return f'<text class="tick" x="{x:.1f}" y="{y:g}" text-anchor="middle">{escape(text)}</text>'


def _sign(kind: str, x: float, y: float) -> str:
    """A full round for good, a triangle for what could be better, a ring where it is not sure."""
    if kind == Quality.FAULTY:
        points = f"{x:.1f},{y - R - 1:.1f} {x - R - 1:.1f},{y + R:.1f} {x + R + 1:.1f},{y + R:.1f}"
        return f'<polygon class="dot faulty" points="{points}"/>'
    if kind == Quality.PARTIAL:
        box = f'x="{x - R:.1f}" y="{y - R:.1f}" width="{2 * R:g}" height="{2 * R:g}"'
        return f'<rect class="dot partial" {box}/>'
    return f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="{R:g}"/>'
