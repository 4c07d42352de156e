"""The report's pictures: what is counted over time, and the body line where it was at fault."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import NamedTuple

from formcoach.coaching.events import Quality
from formcoach.pose.landmarks import SIDES, Side
from formcoach.pose.signals import Signal, column
from formcoach.results.chart import Band, Chart, Lane, Series, draw, read_series, sign
from formcoach.results.report_words import DEGREE, Tree, Words
from formcoach.results.tables import STANDING_LINE

__all__ = ["LineCharts", "line_charts"]


class _Drawn(NamedTuple):
    """A line to draw.

    Attributes:
        side: the limb it is about; None for both or none in particular.
        signal: what it is.
        name: its column in ``signals.csv``.
    """

    side: str | None
    signal: Signal
    name: str


class LineCharts(NamedTuple):
    """The lines over time, and what the signs in them mean.

    Attributes:
        charts: headings and pictures (SVG).
        legend: signs with their words, ready to be listed: quality, sign, words.
    """

    charts: list[tuple[str, str]]
    legend: list[tuple[str, str, str]]


def line_charts(
    tree: Tree, words: Words, signals: Path, window: tuple[float, float] | None
) -> LineCharts:
    """Return the pictures with their headings; none where nothing can be drawn.

    Raises:
        OSError: the table `signals` cannot be read.
    """
    lines = _lines(tree)
    series = read_series(signals, [line.name for line in lines], window or (-inf, inf))
    if window is not None:
        window = _within(window, series.values(), tree["unsure"])
    has_line = any(line.signal is Signal.BODY_LINE for line in lines)
    found, shown = [], []
    for number, line in enumerate(lines, start=1):
        chart = _chart(tree, words, line, series, line_apart=has_line)
        alike = [series[other.name] for other in lines if other.signal is line.signal]
        hatched = _clipped(chart.hatched, window)
        chart = replace(chart, beside=alike, window=window, hatched=hatched)
        picture = draw(chart, number, words.clock)
        if picture:
            found.append((chart.title, picture))
            shown.append(chart)
    drawn = {line.signal for line in lines}
    legend = _legend(tree, words, drawn, limits=any(c.limits for c in shown)) if found else []
    return LineCharts(found, legend)


def _within(
    window: tuple[float, float], series: Iterable[Series], unsure: Iterable[Tree]
) -> tuple[float, float]:
    """Return the window, no wider than what was seen in it, or looked for."""
    times = [point.t_s for one in series for point in one.points]
    times += [span[edge] for span in unsure for edge in ("start_s", "end_s")]
    if not times:
        return window
    return max(window[0], min(times)), min(window[1], max(times))


def _clipped(
    spans: Iterable[tuple[float, float]], window: tuple[float, float] | None
) -> list[tuple[float, float]]:
    low_s, high_s = window or (-inf, inf)
    return [(max(a, low_s), min(b, high_s)) for a, b in spans if a < high_s and b > low_s]


def _lines(tree: Tree) -> list[_Drawn]:
    """Return what is drawn: each side that has reps, or the side toward the camera; the line."""
    name = tree.get("signal")
    if name is None:
        return []
    signal = Signal(name)
    if signal is Signal.BODY_LINE:
        return [_Drawn(None, signal, signal.value)]
    found = any(_is_about_line(fault) for fault in tree["faults"])
    line = [_Drawn(None, Signal.BODY_LINE, STANDING_LINE)] if found else []
    used = [word for word in SIDES if any(rep["side"] == word for rep in tree["reps"])]
    if used:
        return [*(_Drawn(word, signal, column((signal, SIDES[word]))) for word in used), *line]
    if line and not tree["reps"]:
        return line
    near = SIDES.get(tree["view"]["near_side"], Side.RIGHT)
    key = (signal, near if signal.two_sided else None)
    return [_Drawn(None, signal, column(key)), *line]


def _chart(
    tree: Tree,
    words: Words,
    line: _Drawn,
    series: Mapping[str, Series],
    *,
    line_apart: bool,
) -> Chart:
    """Return one picture; where the body line has one, its faults are told there, `line_apart`."""
    title = words.phrases.text(f"report.signal.{line.signal.value}")
    if line.side is not None:
        title += f", {words.plain(f'side.{line.side}', line.side)}"
    reps = [rep for rep in tree["reps"] if line.side is None or rep["side"] == line.side]
    bands = [_band(rep, str(rep["index"]), rep["quality"]) for rep in reps]
    if not reps:
        bands = [_hold_band(hold, words) for hold in tree["holds"]]
    is_line = line.signal is Signal.BODY_LINE
    counted = is_line and tree["signal"] == line.signal.value
    faults = [
        fault
        for fault in tree["faults"]
        if counted or (line_apart and _is_about_line(fault)) == is_line
    ]
    return Chart(
        title=title,
        series=series[line.name],
        bands=bands,
        lanes=_lanes(faults, words, line.side, reps),
        hatched=[(span["start_s"], span["end_s"]) for span in tree["unsure"]],
        limits=_limits(faults) if is_line else (),
        unit=DEGREE if line.signal.unit == "deg" else "",
    )


def _band(part: Tree, label: str, kind: str) -> Band:
    return Band(start_s=part["start_s"], end_s=part["end_s"], label=label, kind=kind)


def _hold_band(hold: Tree, words: Words) -> Band:
    kind = Quality.FAULTY if hold["faults"] else Quality.GOOD
    return _band(hold, f"{words.lasting(hold['duration_s'])} s", kind.value)


def _is_about_line(fault: Tree) -> bool:
    return bool(fault["signal"] == Signal.BODY_LINE.value)


def _limits(faults: Iterable[Tree]) -> list[float]:
    """Return the body lines that were passed."""
    passed = {fault["bound"] for fault in faults if _is_about_line(fault)}
    return sorted(value for value in passed if value is not None)


def _lanes(
    faults: Iterable[Tree], words: Words, side: str | None, reps: Sequence[Tree]
) -> list[Lane]:
    """The faults of this limb and those found in its reps, each with its times."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for fault in faults:
        start_s, end_s = fault["start_s"], fault["end_s"]
        end_s = start_s if end_s is None else end_s
        in_reps = any(
            fault["id"] in rep["faults"] and start_s < rep["end_s"] and end_s > rep["start_s"]
            for rep in reps
        )
        if side is None or in_reps or fault["side"] in (side, "both"):
            spans.setdefault(fault["id"], []).append((start_s, end_s))
    return [Lane(label=words.plain(f"fault.{name}", name), spans=at) for name, at in spans.items()]


def _legend(
    tree: Tree, words: Words, drawn: Collection[Signal], *, limits: bool
) -> list[tuple[str, str, str]]:
    """Say what the signs mean that are in the pictures."""
    kinds = [q.value for q in Quality if any(rep["quality"] == q.value for rep in tree["reps"])]
    items = [(kind, sign("1", kind), words.word("quality", kind)) for kind in kinds]
    if tree["unsure"]:
        items.append(("unsure", "///", words.say("hatched")))
    if any(signal.value.endswith("_flexion_deg") for signal in drawn):
        items.append(("", "", words.say("straight_is_zero")))
    if Signal.BODY_LINE in drawn:
        items.append(("", "", words.say("line_signs")))
    if limits:
        items.append(("", "", words.say("limit")))
    items.append(("", "", words.say("estimates")))
    return items
