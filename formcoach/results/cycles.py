"""Left and right laid over each other: each rep from 0 to 100 % of its time, mean and band.

That a repetition is slow or quick says nothing here; where its angle was at each part of the way
does. The band is one standard deviation of the person's own repetitions to each side.
"""

import csv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np

from formcoach.pose.landmarks import FloatArray

__all__ = ["Cycle", "Stretch", "draw_cycles", "read_cycles"]

STEPS = 51
"""Points of a curve: every 2 %."""
MIN_SEEN = 0.8
"""A rep of which less was seen is left out. Proposal."""
MAX_GAP_S = 0.5
"""... or with a longer stretch of it not seen."""

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 680.0, 250.0, 46.0, 20.0, 12.0, 32.0
MAX_TICKS = 5
STEPS_DEG = (5, 10, 15, 30, 45, 60, 90)


class Stretch(NamedTuple):
    """A rep to be read: its side, its column, and when it was."""

    side: str
    column: str
    start_s: float
    end_s: float


class Cycle(NamedTuple):
    """The usual course of one side.

    Attributes:
        mean: degrees at 0, 2, ... 100 % of a rep, shape (51,).
        spread: one standard deviation of the reps, shape (51,); None where there is only one.
        reps: how many there are in it.
    """

    mean: FloatArray
    spread: FloatArray | None
    reps: int


def read_cycles(path: Path, stretches: Sequence[Stretch]) -> dict[str, Cycle]:
    """Return the usual course of each side that has a rep seen well enough.

    Args:
        path: the ``signals.csv``.
        stretches: the reps, in order of time.

    Raises:
        OSError: the table cannot be read.
    """
    found: dict[str, list[FloatArray]] = {}
    for stretch, points, frames in _points(path, stretches):
        curve = _normalised(stretch, points, frames)
        if curve is not None:
            found.setdefault(stretch.side, []).append(curve)
    cycles = {}
    for side, curves in found.items():
        all_of = np.stack(curves)
        spread = all_of.std(axis=0, ddof=1) if len(curves) > 1 else None
        cycles[side] = Cycle(all_of.mean(axis=0), spread, len(curves))
    return cycles


def _points(
    path: Path, stretches: Sequence[Stretch]
) -> list[tuple[Stretch, list[tuple[float, float]], int]]:
    """Return the values of each rep that has any, and how many frames it had."""
    seen = [(one, list[tuple[float, float]](), [0]) for one in stretches]
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        names = next(rows, [])
        places = {one.column: names.index(one.column) for one in stretches if one.column in names}
        first = 0
        for row in rows:
            t_s = float(row[0])
            while first < len(seen) and seen[first][0].end_s < t_s:
                first += 1
            for stretch, points, frames in seen[first:]:
                if stretch.start_s > t_s:
                    break
                place = places.get(stretch.column)
                if place is None or t_s > stretch.end_s:
                    continue
                frames[0] += 1
                if row[place]:
                    points.append((t_s, float(row[place])))
    return [(stretch, points, frames[0]) for stretch, points, frames in seen if points]


def _normalised(
    stretch: Stretch, points: Sequence[tuple[float, float]], frames: int
) -> FloatArray | None:
    if len(points) < max(3, MIN_SEEN * frames):
        return None
    times, values = np.array(points).T
    edges = np.concatenate([[stretch.start_s], times, [stretch.end_s]])
    if float(np.diff(edges).max()) > MAX_GAP_S:
        return None
    at = np.linspace(stretch.start_s, stretch.end_s, STEPS)
    curve: FloatArray = np.interp(at, times, values)
    return curve


def draw_cycles(cycles: Mapping[str, Cycle], title: str, unit: str) -> str:
    """Return the curves as SVG; each side has a line of its own kind, for paper too.

    Args:
        cycles: the courses by side.
        title: what it shows, for those who cannot see it.
        unit: written after the numbers of the axis.
    """
    edges = [edge for cycle in cycles.values() for edge in _edges(cycle)]
    low, high = float(np.min(edges)), float(np.max(edges))
    step = next((s for s in STEPS_DEG if high - low <= MAX_TICKS * s), STEPS_DEG[-1])
    low, high = step * float(low // step), step * -float(-high // step)
    high = max(high, low + step)

    def x(percent: float) -> float:
        return LEFT + percent / 100 * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - value) / (high - low)

    parts = [
        f'<line class="grid" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y(v):.1f}" y2="{y(v):.1f}"/>'
        f'<text class="tick" x="{LEFT - 6:g}" y="{y(v) + 4:.1f}" text-anchor="end">'
        f"{v:g}{escape(unit)}</text>"
        for v in np.arange(low, high + step / 2, step).tolist()
    ]
    parts += [
        f'<text class="tick" x="{x(p):.1f}" y="{HEIGHT - BOTTOM + 20:g}" text-anchor="middle">'
        f"{p} %</text>"
        for p in (0, 25, 50, 75, 100)
    ]
    percents = np.linspace(0, 100, STEPS).tolist()
    for side, cycle in cycles.items():
        if cycle.spread is not None:
            lower, upper = _edges(cycle)
            there = [f"{x(p):.1f},{y(v):.1f}" for p, v in zip(percents, upper, strict=True)]
            back = [f"{x(p):.1f},{y(v):.1f}" for p, v in zip(percents, lower, strict=True)]
            parts.append(
                f'<polygon class="spread {side}" points="{" ".join(there + back[::-1])}"/>'
            )
    for side, cycle in cycles.items():
        places = zip(percents, cycle.mean.tolist(), strict=True)
        line = " ".join(f"{x(p):.1f},{y(v):.1f}" for p, v in places)
        parts.append(f'<polyline class="course {side}" points="{line}"/>')
    return (
        f'<svg class="cycles" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _edges(cycle: Cycle) -> tuple[list[float], list[float]]:
    spread = 0.0 if cycle.spread is None else cycle.spread
    return (cycle.mean - spread).tolist(), (cycle.mean + spread).tolist()
