"""A signal over time as an inline SVG picture: the line, the reps behind it, the faults below it.

The picture takes its colours from the page's style sheet by class (``line``, ``good``, ``fault``),
so that it follows light and dark. What a colour says is said by a sign as well, for paper.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, inf, nan
from pathlib import Path
from typing import NamedTuple

__all__ = ["Band", "Chart", "Clock", "Lane", "Series", "draw", "read_series", "sign"]

MAX_POINTS = 1500
"""Points of one line at most; a plot is some 700 pixels wide, printed some 2,000 dots."""
GAP_S = 0.5
"""The line is broken where nothing was seen for longer."""

WIDTH, LEFT, RIGHT = 680.0, 46.0, 20.0
TOP, PLOT, AXIS, LANE = 30.0, 180.0, 30.0, 28.0
"""Heights of the strip of signs, the plot, the time axis and one lane of faults."""
LETTER = 7.0
"""About the width of a letter."""

Y_STEPS = (0.1, 0.25, 0.5, 1.0, 5.0, 10.0, 15.0, 30.0, 45.0, 60.0, 90.0)
X_STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
MAX_Y, MAX_X = 5, 10


class Point(NamedTuple):
    """One value and its time."""

    t_s: float
    value: float


class _Stretch(NamedTuple):
    """Neighbouring values: from when to when, the lowest and the highest of them."""

    start_s: float
    end_s: float
    low: Point
    high: Point

    def with_next(self, other: "_Stretch") -> "_Stretch":
        low = other.low if other.low.value < self.low.value else self.low
        high = other.high if other.high.value > self.high.value else self.high
        return _Stretch(self.start_s, other.end_s, low, high)


class Series:
    """A line of at most `MAX_POINTS` points, whatever the number of values added.

    Of each stretch of neighbouring values the lowest and the highest are kept, so that no peak is
    lost. When there are too many stretches, neighbours are joined, and stretches become longer.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._stretches: list[_Stretch] = []
        self._size = 1
        self._filled = 0

    def add(self, t_s: float, value: float) -> None:
        """Add a value, later than the one before."""
        point = Point(t_s, value)
        one = _Stretch(t_s, t_s, point, point)
        if 0 < self._filled < self._size:
            self._stretches[-1] = self._stretches[-1].with_next(one)
            self._filled += 1
            return
        if 2 * len(self._stretches) >= MAX_POINTS:
            halves = zip(self._stretches[::2], self._stretches[1::2], strict=True)
            self._stretches = [first.with_next(second) for first, second in halves]
            self._size *= 2
        self._stretches.append(one)
        self._filled = 1

    @property
    def points(self) -> list[Point]:
        """The points, in order of time."""
        return [point for run in self.runs() for point in run]

    def runs(self) -> Iterator[list[Point]]:
        """Give the points in runs without a gap."""
        run: list[Point] = []
        last_s = nan
        for stretch in self._stretches:
            if stretch.start_s - last_s > GAP_S:
                yield run
                run = []
            run += sorted({stretch.low, stretch.high})
            last_s = stretch.end_s
        if run:
            yield run


def read_series(
    path: Path, columns: Sequence[str], window: tuple[float, float] = (-inf, inf)
) -> dict[str, Series]:
    """Read columns of ``signals.csv`` row by row; what is not in the table or empty is left out.

    Args:
        path: the table.
        columns: their names.
        window: from when to when, in seconds; the rest is left out.

    Raises:
        OSError: the file cannot be read.
    """
    series = {column: Series() for column in columns}
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        names = next(rows, [])
        places = {names.index(column): s for column, s in series.items() if column in names}
        for row in rows:
            t_s = float(row[0])
            if not window[0] <= t_s <= window[1]:
                continue
            for place, one in places.items():
                if row[place]:
                    one.add(t_s, float(row[place]))
    return series


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of time behind the line: a rep or a hold.

    Attributes:
        label: what stands over it.
        kind: the class that gives its colour: good, faulty, partial or unsure.
    """

    start_s: float
    end_s: float
    label: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One fault under the plot, and when it was seen."""

    label: str
    spans: Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What one picture shows.

    Attributes:
        title: what it is, for those who cannot see it.
        series: the line.
        bands: what stands behind it.
        lanes: what stands below it.
        hatched: the stretches of time that could not be judged.
        limits: values that the line should not pass, drawn across.
        beside: other lines that are drawn to the same scale, so that pictures can be compared.
        unit: written after the numbers of the axis.
        window: from when to when the picture goes, in seconds; by default as far as what is in it.
    """

    title: str
    series: Series
    bands: Sequence[Band] = ()
    lanes: Sequence[Lane] = ()
    hatched: Sequence[tuple[float, float]] = ()
    limits: Sequence[float] = ()
    beside: Sequence[Series] = ()
    unit: str = ""
    window: tuple[float, float] | None = None


def sign(label: str, kind: str) -> str:
    """Return a rep's label with the sign of its quality, which tells it without colour."""
    return {"faulty": f"{label} !", "partial": f"({label})", "unsure": f"{label} ?"}.get(
        kind, label
    )


class Clock:
    """Writes seconds as a person reads them: 12.3, or 1:02.3 in long recordings."""

    LONG_S = 120.0

    def __init__(self, max_s: float, decimal_point: str) -> None:
        """Take the latest time there is."""
        self.long = max_s >= self.LONG_S
        self._point = decimal_point

    def __call__(self, t_s: float, digits: int = 0) -> str:
        """Return a time as text."""
        minutes, seconds = divmod(round(t_s, digits), 60.0) if self.long else (0, t_s)
        width = 2 + (digits + 1 if digits else 0)
        text = f"{int(minutes)}:{seconds:0{width}.{digits}f}" if self.long else f"{t_s:.{digits}f}"
        return text.replace(".", self._point)

    def tick(self, t_s: float) -> str:
        """Return a time of an axis, with its unit where it needs one."""
        return self(t_s) if self.long else f"{self(t_s)} s"


class _Scale:
    """From seconds and values to places in the picture."""

    def __init__(self, chart: Chart) -> None:
        points = [p for series in (chart.series, *chart.beside) for p in series.points]
        spans = [(band.start_s, band.end_s) for band in chart.bands] + [*chart.hatched]
        times = [p.t_s for p in points] + [t for span in spans for t in span]
        values = [*(p.value for p in points), *chart.limits]
        first_s, last_s = chart.window or (min(times), max(times))
        self.start_s, self.end_s = first_s, max(last_s, first_s + 1.0)
        step = _step(Y_STEPS, max(values) - min(values), MAX_Y)
        self.low = step * floor(min(0.0, min(values)) / step)
        self.high = max(step * ceil(max(values) / step), self.low + step)
        self.y_ticks = _ticks(self.low, self.high, _step(Y_STEPS, self.high - self.low, MAX_Y))
        self.x_ticks = _ticks(
            self.start_s, self.end_s, _step(X_STEPS, self.end_s - self.start_s, MAX_X)
        )

    def x(self, t_s: float) -> float:
        share = (t_s - self.start_s) / (self.end_s - self.start_s)
        return LEFT + min(1.0, max(0.0, share)) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return TOP + PLOT * (self.high - value) / (self.high - self.low)

    def box(self, start_s: float, end_s: float, least: float = 2.0) -> tuple[float, float]:
        """Return where a stretch of time begins and how wide it is."""
        x = self.x(start_s)
        return x, max(least, self.x(end_s) - x)


def _step(steps: Sequence[float], span: float, most: int) -> float:
    return next((step for step in steps if span <= most * step), steps[-1])


def _ticks(low: float, high: float, step: float) -> list[float]:
    return [step * i for i in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def draw(chart: Chart, number: int, clock: Clock) -> str:
    """Return the picture as SVG; empty where there is no line to draw.

    Args:
        chart: what to show.
        number: tells the pictures of one page from each other.
        clock: writes a time of the axis, given in seconds.
    """
    if not chart.series.points:
        return ""
    scale = _Scale(chart)
    height = TOP + PLOT + AXIS + LANE * len(chart.lanes)
    parts = (
        _hatching(number),
        *(_band(band, scale) for band in chart.bands),
        *(_hatched(span, scale, number) for span in chart.hatched),
        _axes(chart, scale, clock),
        *(_limit(value, scale) for value in chart.limits),
        *(_line(run, scale) for run in chart.series.runs()),
        *_labels(chart.bands, scale),
        *(_lane(lane, i, scale) for i, lane in enumerate(chart.lanes)),
        _PLAYHEAD,
    )
    # What the page's script needs to turn a place into a time: the plot's edges, and their times.
    places = f'data-x0="{LEFT:g}" data-x1="{WIDTH - RIGHT:g}" data-width="{WIDTH:g}"'
    times = f'data-t0="{scale.start_s:.3f}" data-t1="{scale.end_s:.3f}"'
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="{escape(chart.title)}" {places} {times}>{"".join(parts)}</svg>'
    )


_PLAYHEAD = (
    f'<line class="playhead" x1="{LEFT:g}" x2="{LEFT:g}" y1="{TOP - 6:g}" y2="{TOP + PLOT:g}"/>'
)
"""Where the film is; the page's script moves it."""


def _hatching(number: int) -> str:
    return (
        f'<defs><pattern id="hatch{number}" width="7" height="7" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><line class="hatch" y2="7"/></pattern></defs>'
    )


def _rect(
    kind: str, x: float, y: float, width: float, height: float, seek_s: float | None = None
) -> str:
    """Return a box; a click on one with `seek_s` goes to that time."""
    place = f'x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:g}"'
    seek = "" if seek_s is None else f' data-seek="{seek_s:.3f}"'
    return f'<rect class="{kind}" {place}{seek}/>'


def _band(band: Band, scale: _Scale) -> str:
    x, width = scale.box(band.start_s, band.end_s)
    return _rect(f"band {band.kind}", x, TOP, width, PLOT)


def _hatched(span: tuple[float, float], scale: _Scale, number: int) -> str:
    x, width = scale.box(*span)
    return (
        f'<rect x="{x:.1f}" y="{TOP:g}" width="{width:.1f}" height="{PLOT:g}" '
        f'fill="url(#hatch{number})"/>'
    )


def _axes(chart: Chart, scale: _Scale, clock: Clock) -> str:
    parts = []
    for value in scale.y_ticks:
        y, zero = scale.y(value), " zero" if value == 0 else ""
        text = f"{value:g}{chart.unit}"
        parts.append(
            f'<line class="grid{zero}" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:.1f}" '
            f'y2="{y:.1f}"/><text class="tick" x="{LEFT - 6:g}" y="{y + 4:.1f}" '
            f'text-anchor="end">{escape(text)}</text>'
        )
    for t_s in scale.x_ticks:
        x, y = scale.x(t_s), TOP + PLOT
        parts.append(
            f'<line class="grid zero" x1="{x:.1f}" x2="{x:.1f}" y1="{y:g}" y2="{y + 4:g}"/>'
            f'<text class="tick" x="{x:.1f}" y="{y + 18:g}" text-anchor="middle">'
            f"{escape(clock.tick(t_s))}</text>"
        )
    return "".join(parts)


def _limit(value: float, scale: _Scale) -> str:
    y = scale.y(value)
    return f'<line class="limit" x1="{LEFT:g}" x2="{WIDTH - RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _line(run: Iterable[Point], scale: _Scale) -> str:
    places = " ".join(f"{scale.x(t_s):.1f},{scale.y(value):.1f}" for t_s, value in run)
    return f'<polyline class="line" points="{places}"/>'


def _labels(bands: Iterable[Band], scale: _Scale) -> Iterator[str]:
    """Give each band its bar, and its label where there is room; those with a sign come first."""
    taken: list[tuple[float, float]] = []
    for band in sorted(bands, key=lambda band: sign(band.label, band.kind) == band.label):
        x, width = scale.box(band.start_s, band.end_s)
        yield _rect(f"bar {band.kind}", x, TOP - 6, width, 6.0, band.start_s)
        text, middle = sign(band.label, band.kind), x + width / 2
        start_x, end_x = (middle + way * LETTER * (len(text) + 1) / 2 for way in (-1, 1))
        if any(start_x < taken_to and end_x > taken_from for taken_from, taken_to in taken):
            continue
        taken.append((start_x, end_x))
        yield (
            f'<text class="rep {band.kind}" x="{middle:.1f}" y="{TOP - 11:g}" '
            f'text-anchor="middle" data-seek="{band.start_s:.3f}">{escape(text)}</text>'
        )


def _lane(lane: Lane, index: int, scale: _Scale) -> str:
    y = TOP + PLOT + AXIS + LANE * index
    bars = []
    for span in lane.spans:
        x, width = scale.box(*span, least=4.0)
        bars.append(_rect("fault", x, y + 17, width, 6.0, span[0]))
    text = f'<text class="lane" x="{LEFT:g}" y="{y + 12:g}">! {escape(lane.label)}</text>'
    return text + "".join(bars)
