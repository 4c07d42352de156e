"""Draws the sweeps as one small SVG: for every step the shares right, unsure and wrong."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from accuracy.distortions import DISTORTIONS, Distortion

__all__ = ["curves", "shares"]

Rows = Sequence[Mapping[str, Any]]

COLOURS = {"right": "#2a8f5b", "unsure": "#e8b13a", "wrong": "#c8372d"}
WORDS = {"right": "counted right", "unsure": "said to be unsure", "wrong": "wrong without a word"}
PANEL_W, PANEL_H, PLOT_H, GAP = 216, 158, 90, 12
COLUMNS = 4


def shares(rows: Rows) -> dict[str, float]:
    """Return the shares of reps that are right, unsure and wrong, 0 to 1, over several clips."""
    sums = {what: sum(row[what] for row in rows) for what in COLOURS}
    return {what: count / max(1, sum(sums.values())) for what, count in sums.items()}


def curves(sweeps: Mapping[str, Rows]) -> str:
    """Return the picture of all sweeps."""
    lines = -(-len(DISTORTIONS) // COLUMNS)
    width, height = COLUMNS * PANEL_W + GAP, lines * PANEL_H + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    for number, distortion in enumerate(DISTORTIONS):
        x = GAP + PANEL_W * (number % COLUMNS)
        y = 34 + PANEL_H * (number // COLUMNS)
        parts += _panel(distortion, sweeps[distortion.id], x, y)
    parts += _legend()
    return "\n".join([*parts, "</svg>\n"])


def _legend() -> list[str]:
    parts = []
    for number, (what, colour) in enumerate(COLOURS.items()):
        x = GAP + 150 * number
        parts.append(f'<rect x="{x}" y="8" width="11" height="11" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="18" fill="#222222">{WORDS[what]}</text>')
    return parts


def _panel(distortion: Distortion, rows: Rows, x: int, y: int) -> list[str]:
    steps = distortion.steps
    room = PANEL_W - GAP
    pitch = room / max(len(steps), 3)
    parts = [f'<text x="{x}" y="{y + 11}" fill="#222222">{escape(distortion.words)}</text>']
    base = y + 20 + PLOT_H
    for number, step in enumerate(steps):
        left = x + pitch * number
        part = shares([row for row in rows if row["step"] == step])
        top = float(base)
        for what, colour in COLOURS.items():
            high = PLOT_H * part[what]
            top -= high
            if high:
                parts.append(
                    f'<rect x="{left:.1f}" y="{top:.1f}" width="{0.8 * pitch:.1f}" '
                    f'height="{high:.1f}" fill="{colour}"/>'
                )
        parts.append(
            f'<text x="{left + 0.4 * pitch:.1f}" y="{base + 14}" text-anchor="middle" '
            f'fill="#555555">{step:g}</text>'
        )
    parts.append(f'<path d="M{x} {base}h{room}" stroke="#999999"/>')
    return parts
