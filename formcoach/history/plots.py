"""Places of points, bars and days in the pictures of a page; the templates draw them as SVG.

No colour and no markup here: what stands where, in units of the picture, which is as wide as it is
on a phone, so that its letters can be read there.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from math import ceil, floor

from formcoach.history.queries import Day, Week

__all__ = [
    "Bars",
    "Calendar",
    "Dot",
    "Line",
    "Plot",
    "Value",
    "bars_of",
    "calendars_of",
    "plot_of",
]

WIDTH, HEIGHT = 460.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 14.0, 12.0, 26.0
Y_STEPS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
MAX_Y, MAX_X = 4, 6
CELL, GAP = 20.0, 4.0
WEEKS_A_CALENDAR = 13
"""A quarter of a year: as many columns as a phone is wide."""
MAX_BARS = 26
ROOM = 18.0
"""A bar of this height has room for its number."""
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark on an axis: where it is, and what stands beside it."""

    at: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """One value of a line, and the session it comes from."""

    x: float
    y: float
    session_id: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The values of one kind over time.

    Attributes:
        name: what they are, in words.
        kind: the class that gives their colour and shape.
        dots: in order of time.
        paths: the lines through them, as SVG wants them: one for each run of the same group.
        bands: the areas that they could truly lie in, likewise; none where that is not known.
    """

    name: str
    kind: str
    dots: tuple[Dot, ...]
    paths: tuple[str, ...]
    bands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Lines over time, with their axes.

    Attributes:
        title: what it shows.
        lines: at least one, each with at least one value.
        x_ticks, y_ticks: the marks of the axes.
    """

    title: str
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value to be drawn: when, how much, of which session, and how it reads.

    The line is broken where `group` changes: what stands on either side is not to be compared.
    """

    day: date
    value: float
    session_id: int
    label: str
    group: str = ""


def plot_of(
    title: str,
    lines: Sequence[tuple[str, str, Sequence[Value]]],
    *,
    since: date,
    until: date,
    error: float | None = None,
    low: float | None = None,
    high: float | None = None,
) -> Plot | None:
    """Return a picture of values over time; None where there are none.

    Args:
        title: what it shows.
        lines: name, kind and values of each.
        since: the day at the left end.
        until: the day at the right end.
        error: how far each value can be off.
        low: what the axis reaches down to at least.
        high: what the axis reaches up to at least.
    """
    lines = [line for line in lines if line[2]]
    values = [one.value for _, _, found in lines for one in found]
    if not values:
        return None
    off = error or 0.0
    bottom = min(values) - off if low is None else min([low, *values])
    top = max(values) + off if high is None else max([high, *values])
    step = _step(top - bottom, MAX_Y)
    bottom, top = step * floor(bottom / step), step * ceil(top / step)
    if top <= bottom:
        top = bottom + step

    def y(value: float) -> float:
        return TOP + (HEIGHT - BOTTOM - TOP) * (top - value) / (top - bottom)

    return Plot(
        title=title,
        lines=tuple(_line(*line, since=since, until=until, y=y, error=error) for line in lines),
        x_ticks=_days(since, until),
        y_ticks=tuple(
            Tick(at=y(bottom + step * n), label=f"{bottom + step * n:g}")
            for n in range(round((top - bottom) / step) + 1)
        ),
    )


def _line(
    name: str,
    kind: str,
    values: Sequence[Value],
    *,
    since: date,
    until: date,
    y: Callable[[float], float],
    error: float | None,
) -> Line:
    dots = tuple(
        Dot(
            x=round(_x(one.day, since, until), 1),
            y=round(y(one.value), 1),
            session_id=one.session_id,
            label=one.label,
        )
        for one in values
    )
    pairs = list(zip(dots, values, strict=True))
    runs = [list(run) for _, run in groupby(pairs, key=lambda pair: pair[1].group)]
    off = () if error is None else (error, -error)
    edges = [[[(dot.x, y(one.value + by)) for dot, one in run] for by in off] for run in runs]
    return Line(
        name=name,
        kind=kind,
        dots=dots,
        paths=tuple(_path([(dot.x, dot.y) for dot, _ in run]) for run in runs),
        bands=tuple(_path([*edge[0], *reversed(edge[1])]) for edge in edges if edge),
    )


def _path(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _x(day: date, since: date, until: date) -> float:
    days = max(1, (until - since).days)
    return LEFT + 6 + (WIDTH - LEFT - RIGHT - 12) * (day - since).days / days


def _step(span: float, most: int) -> float:
    return next((step for step in Y_STEPS if span <= most * step), Y_STEPS[-1])


def _days(since: date, until: date) -> tuple[Tick, ...]:
    days = max(1, (until - since).days)
    apart = max(1, ceil(days / MAX_X))
    found = (since + n * apart * A_DAY for n in range(days // apart + 1))
    return tuple(Tick(at=round(_x(day, since, until), 1), label=_short(day)) for day in found)


def _short(day: date) -> str:
    return f"{day.day}-{day.month}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One week: how many good reps, and how many were completed."""

    x: float
    y: float
    height: float
    rest_y: float
    rest_height: float
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Weeks beside each other."""

    bars: tuple[Bar, ...]
    width: float
    y_ticks: tuple[Tick, ...]
    x_ticks: tuple[Tick, ...]
    plot_width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT
    bottom: float = HEIGHT - BOTTOM


def bars_of(weeks: Sequence[Week], label: Callable[[Week], str]) -> Bars | None:
    """Return the good reps of each week, the last `MAX_BARS` of them; None where there are none."""
    weeks = weeks[-MAX_BARS:]
    highest = max((week.total for week in weeks), default=0)
    if not highest:
        return None
    step = _step(highest, MAX_Y)
    top = step * ceil(highest / step)
    apart = (WIDTH - LEFT - RIGHT) / len(weeks)
    unit = (HEIGHT - BOTTOM - TOP) / top
    bars = []
    for number, week in enumerate(weeks):
        x, floor_y = LEFT + apart * (number + 0.15), HEIGHT - BOTTOM
        bars.append(
            Bar(
                x=round(x, 1),
                y=round(floor_y - week.good * unit, 1),
                height=round(week.good * unit, 1),
                rest_y=round(floor_y - week.total * unit, 1),
                rest_height=round((week.total - week.good) * unit, 1),
                label=label(week),
                value=str(week.good)
                if week.good * unit > ROOM and len(weeks) <= WEEKS_A_CALENDAR
                else "",
            )
        )
    every = ceil(len(weeks) / MAX_X)
    return Bars(
        bars=tuple(bars),
        width=round(apart * 0.7, 1),
        y_ticks=tuple(
            Tick(at=HEIGHT - BOTTOM - unit * step * n, label=f"{step * n:g}")
            for n in range(round(top / step) + 1)
        ),
        x_ticks=tuple(
            Tick(at=round(LEFT + apart * (n + 0.5), 1), label=_short(weeks[n].monday))
            for n in range(0, len(weeks), every)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One day of a calendar; `session_id` is None where nothing was done."""

    x: float
    y: float
    day: date
    sessions: int
    session_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A quarter of a year, a column a week, Monday above.

    Attributes:
        cells: its days.
        months: where a month begins, by its number.
        width, height: of the picture.
    """

    since: date
    until: date
    cells: tuple[Cell, ...]
    months: tuple[Tick, ...]
    width: float
    height: float = 20 + 7 * (CELL + GAP)
    cell: float = CELL
    left: float = 26.0


def calendars_of(days: Iterable[Day], since: date, until: date) -> list[Calendar]:
    """Return the days of a period as calendars of a quarter each, from the first practice on."""
    practised = {one.day: one for one in days}
    first = max(since, min(practised, default=since))
    found = []
    monday = since - timedelta(days=since.weekday())
    while monday <= until:
        end = min(until, monday + WEEKS_A_CALENDAR * 7 * A_DAY - A_DAY)
        if end >= first:  # the empty years before it would be but grey
            found.append(_calendar(practised, max(since, monday), end, monday))
        monday = end + A_DAY
    return found


def _calendar(practised: dict[date, Day], since: date, until: date, monday: date) -> Calendar:
    cells, months, day = [], [], since
    while day <= until:
        column, row = divmod((day - monday).days, 7)
        done = practised.get(day)
        x = 26.0 + column * (CELL + GAP)
        cells.append(
            Cell(
                x=x,
                y=20 + row * (CELL + GAP),
                day=day,
                sessions=done.sessions if done else 0,
                session_id=done.first_id if done else None,
            )
        )
        if day.day == 1 or (day == since and day.day < 24):
            months.append(Tick(at=x, label=str(day.month)))
        day += A_DAY
    columns = (until - monday).days // 7 + 1
    return Calendar(
        since=since,
        until=until,
        cells=tuple(cells),
        months=tuple(months),
        width=26.0 + columns * (CELL + GAP),
    )
