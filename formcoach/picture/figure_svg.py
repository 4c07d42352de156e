"""A demonstration as a moving drawing for pages: inline SVG, with nothing to load and no script."""

from html import escape

from formcoach.exercises.demonstration import Demonstration, Point
from formcoach.picture.figure_extent import bounds_of, support_of
from formcoach.pose.landmarks import Side

__all__ = ["demonstration_svg"]

FRAMES_PER_S = 5
"""Between them the browser draws on straight lines; a slow rep shows no corner at that."""
ASPECT = 0.62
"""Height in widths, for all alike: who lies is not drawn smaller than who stands."""
SCALE = 100.0
"""Units of the drawing a metre."""
LOOK = (
    'class="{part}" fill="{fill}" stroke="{colour}" stroke-width="{width}" '
    'stroke-linecap="round" stroke-linejoin="round"'
)
"""Attributes, no style: a page with a strict policy shows them, and its sheet may recolour them."""
COLOURS = {"near": "#1d8a90", "far": "#8b999d", "ground": "#a39b8f"}
"""To be told apart on white and on black alike."""


def demonstration_svg(demonstration: Demonstration, *, title: str, width_px: int = 420) -> str:
    """Return a demonstration as an animated ``<svg>`` element.

    Args:
        demonstration: from `exercises.library.load_demonstration`.
        title: what it shows, in words, for who does not see it.
        width_px: how wide it is shown.
    """
    left, bottom, right, top = bounds_of(demonstration)
    width, height = SCALE * (right - left), SCALE * (top - bottom)
    count = max(2, round(demonstration.duration_s * FRAMES_PER_S))
    times = [demonstration.duration_s * i / count for i in range(count)]
    figures = [demonstration.figure(t_s) for t_s in (*times, 0.0)]

    def place(point: Point) -> str:
        return f"{SCALE * (point[0] - left):.0f},{SCALE * (top - point[1]):.0f}"

    moving = f'dur="{demonstration.duration_s:g}s" repeatCount="indefinite"'
    parts = [
        f'<polyline points="{" ".join(map(place, line))}" {_look("ground", 2)}/>'
        for line in support_of(demonstration)
    ]
    for index, limb in enumerate(figures[0].limbs):
        frames = [" ".join(map(place, figure.limbs[index].points)) for figure in figures]
        look = _look("far", 5) if limb.side is Side.LEFT else _look("near", 8)
        parts.append(_moving("polyline", look, [("points", frames)], moving))
    heads = [place(figure.head).split(",") for figure in figures]
    axes = [("cx", [x for x, _ in heads]), ("cy", [y for _, y in heads])]
    radius = f' r="{SCALE * figures[0].head_m:g}"'
    parts.append(_moving("circle", _look("near", 5, fill="#fff"), axes, moving, radius))
    return (
        f'<svg class="demonstration" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'data-far="{demonstration.far_s:g}" '
        f'width="{width_px}" height="{round(width_px * ASPECT)}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}"><title>{escape(title)}</title>'
        f"{''.join(parts)}</svg>"
    )


def _look(part: str, width: int, fill: str = "none") -> str:
    return LOOK.format(part=part, fill=fill, colour=COLOURS[part], width=width)


def _moving(
    tag: str, look: str, changing: list[tuple[str, list[str]]], moving: str, fixed: str = ""
) -> str:
    """Return an element whose attributes go through values; what does not move is just drawn."""
    first = "".join(f' {name}="{values[0]}"' for name, values in changing)
    moves = "".join(
        f'<animate attributeName="{name}" values="{";".join(values)}" {moving}/>'
        for name, values in changing
        if len(set(values)) > 1
    )
    return f"<{tag}{first}{fixed} {look}>{moves}</{tag}>"
