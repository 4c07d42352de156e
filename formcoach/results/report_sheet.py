"""One set as the report shows it: everything its template needs, in the user's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import NamedTuple

from formcoach.coaching.events import Quality
from formcoach.pose.landmarks import SIDES, Side
from formcoach.pose.signals import Signal, column
from formcoach.results.cycles import Stretch, draw_cycles, read_cycles
from formcoach.results.rep_dots import Dot, Target, draw_dots
from formcoach.results.report_changes import Change, changes, nothing_to_change
from formcoach.results.report_charts import LineCharts, line_charts
from formcoach.results.report_pictures import (
    Media,
    Picture,
    PictureBook,
    key_moments,
    set_window,
)
from formcoach.results.report_tables import (
    Table,
    cue_table,
    doubts,
    hold_table,
    middle,
    rep_table,
    side_table,
    uncounted,
)
from formcoach.results.report_words import DEGREE, Tree, Words
from formcoach.results.verdict import completed, verdict

__all__ = ["Sheet", "Tile", "sheet_of"]

_MEASURES = {
    "peak_deg": ("dots_peak", DEGREE),
    "rom_deg": ("dots_range", DEGREE),
    "rep_s": ("dots_time", " s"),
    "hold_s": ("dots_hold", " s"),
}
"""Each measure's heading and unit."""
MAX_TILES = 3
"""Holds that have a tile each; of more the whole time is told."""


class Tile(NamedTuple):
    """A figure of the headline: its quality, the figure, its unit, its words."""

    kind: str
    figure: str
    unit: str
    words: str


class MotionCurves(NamedTuple):
    """The curves of left and right: the picture, and what the lines are (side, words)."""

    title: str
    svg: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One set.

    Attributes:
        title: the exercise and its level.
        video: the recording's name.
        meta: what is known of the recording.
        verdict, verdict_kind: the set in a sentence or two; good, faulty, partial or unsure.
        tiles: the headline's figures.
        facts: what was asked, done and told: words and their values.
        window: from when to when the set goes.
        book: the film and the moving figure.
        moments: how it looked.
        changes: what to change, each with its pictures.
        nothing: what is said where there is nothing to change, and its kind.
        lines: the lines over time.
        course: left and right laid over each other.
        dots: far end, time and pause of each rep: headings and pictures.
        has_target: whether a target is drawn in them.
        tables: by name: reps, uncounted, sides, holds, cues, doubts.
        unsure: for how long nothing could be judged, where it is not known when; else empty.
        notes: what there is to know of the recording.
    """

    title: str
    video: str
    meta: list[str]
    verdict: str
    verdict_kind: str
    tiles: list[Tile]
    facts: list[tuple[str, str]]
    window: tuple[float, float]
    book: PictureBook
    moments: list[Picture]
    changes: list[tuple[Change, list[Picture]]]
    nothing: tuple[str, str] | None
    lines: LineCharts
    course: MotionCurves | None
    dots: list[tuple[str, str]]
    has_target: bool
    tables: Mapping[str, Table | None]
    unsure: str
    notes: list[str]


def sheet_of(tree: Tree, words: Words, media: Media) -> Sheet:
    """Return what the report shows of a set.

    Args:
        tree: its summary, as in ``summary.json``.
        words: the user's language.
        media: what there is beside the numbers.

    Raises:
        OSError: a file of it cannot be read.
        TraceError: the poses cannot be read.
    """
    window = set_window(tree)
    to_change, shown = changes(tree, words), key_moments(tree, words)
    book = PictureBook.of(tree, media, [*shown, *(m for c in to_change for m in c.moments)])
    sentence, kind = verdict(tree, words)
    dots = _dots(tree, words)
    return Sheet(
        title=words.title,
        video=str(tree["video"]),
        meta=_meta(tree, words),
        verdict=sentence,
        verdict_kind=kind,
        tiles=_tiles(tree, words),
        facts=_facts(tree, words),
        window=window or (0.0, 0.0),
        book=book,
        moments=book.pictures(shown),
        changes=[(change, book.pictures(change.moments)) for change in to_change],
        nothing=nothing_to_change(tree, words),
        lines=_lines(tree, words, media, window),
        course=_course(tree, words, media),
        dots=dots,
        has_target=any('class="target"' in svg for _, svg in dots),
        tables={
            "reps": rep_table(tree, words),
            "uncounted": uncounted(tree, words),
            "sides": side_table(tree, words),
            "holds": hold_table(tree, words),
            "cues": cue_table(tree, words),
            "doubts": doubts(tree, words),
        },
        unsure=_unsure(tree, words),
        notes=[str(note) for note in tree.get("notes") or []],
    )


def _unsure(tree: Tree, words: Words) -> str:
    unsure_s = float(tree.get("unsure_s") or 0.0)
    return words.tell("not_sure_for", seconds=words.lasting(unsure_s)) if unsure_s > 0 else ""


def _meta(tree: Tree, words: Words) -> list[str]:
    view = tree["view"]
    facts = []
    if tree["duration_s"]:
        facts.append(_length(tree, words))
    if view["kind"]:
        facts.append(words.say(f"view.{view['kind']}"))
    if view["near_side"]:
        facts.append(words.say("near", side=words.phrases.text(f"side_of.{view['near_side']}")))
    return facts


def _length(tree: Tree, words: Words) -> str:
    """Return how long the recording is, and which part of it this is about where it is not all."""
    unit = "" if words.clock.long else " s"
    length = words.at(tree["duration_s"]) + unit
    # Live sets have no stretch.
    if not tree.get("start_s") and tree.get("end_s", tree["duration_s"]) >= tree["duration_s"]:
        return length
    return words.say("stretch", stretch=words.span(tree) + unit, length=length)


def _tiles(tree: Tree, words: Words) -> list[Tile]:
    """The headline: what was counted, what it was worth, how far it went and how long it took."""
    counts, done = tree["counts"], completed(tree)
    tiles: list[Tile] = []
    judged = any(rep["quality"] != Quality.UNSURE.value for rep in done)
    if tree["reps"] or not tree["holds"]:
        tiles.append(Tile("", str(counts["total"]), "", words.word("ui", "reps")))
        kinds = [q.value for q in Quality if counts[q.value] or (q is Quality.GOOD and judged)]
        tiles += [
            Tile(k if counts[k] else "", str(counts[k]), "", words.word("quality", k))
            for k in kinds
        ]
    if done:
        way = words.number(middle(done, "rom_deg"))
        lasts = middle([{"s": rep["end_s"] - rep["start_s"]} for rep in done], "s")
        tiles.append(Tile("", f"{way}{DEGREE}", "", words.say("usual_range")))
        tiles.append(Tile("", words.number(lasts, 1), "s", words.say("usual_time")))
    held = [(("faulty" if h["faults"] else "good"), h["duration_s"]) for h in tree["holds"]]
    if len(held) > MAX_TILES:
        held = [("", sum(lasted_s for _, lasted_s in held))]
    return tiles + [Tile(k, words.lasting(s), "s", words.word("ui", "held")) for k, s in held]


def _facts(tree: Tree, words: Words) -> list[tuple[str, str]]:
    """What was asked and done, and what the person told of it."""
    facts: list[tuple[str, str]] = []
    if tree.get("recorded_at"):
        facts.append((words.say("date"), words.date(str(tree["recorded_at"]))))
    asked, told = tree.get("asked") or {}, tree.get("told") or {}
    if asked.get("reps"):
        unit = words.word("ui", "reps" if tree["reps"] or not tree["holds"] else "seconds_long")
        dose = words.tell("asked_sets", sets=asked.get("sets") or 1, reps=asked["reps"])
        facts.append((words.tell("asked"), f"{dose} {unit}"))
        facts.append((words.tell("done"), _done(tree, words)))
    facts += [
        (words.tell(name), words.tell("of_ten", n=told[name]))
        for name in ("pain_before", "pain_after", "effort")
        if told.get(name) is not None
    ]
    facts += [
        (words.tell(name), words.tell("yes" if told[name] else "no"))
        for name in ("breathing_normal", "back_kept")
        if told.get(name) is not None
    ]
    if told.get("stopped_why"):
        why = words.told_or("stopped", str(told["stopped_why"]), "stopped.other")
        facts.append((words.tell("stopped_why"), why))
    return [(name, value) for name, value in facts if value]


def _done(tree: Tree, words: Words) -> str:
    if tree["reps"] or not tree["holds"]:
        return words.tell("done_reps", n=tree["counts"]["total"])
    held_s = sum(hold["duration_s"] for hold in tree["holds"])
    return words.tell("done_hold", seconds=words.lasting(held_s))


def _lines(
    tree: Tree, words: Words, media: Media, window: tuple[float, float] | None
) -> LineCharts:
    if media.signals is None:
        return LineCharts([], [])
    return line_charts(tree, words, media.signals, window)


def _course(tree: Tree, words: Words, media: Media) -> MotionCurves | None:
    """Return each side's usual course; of reps of both sides, that of the side near the camera."""
    name = tree.get("signal")
    if media.signals is None or name not in set(Signal):
        return None
    signal, near = Signal(name), SIDES.get(tree["view"]["near_side"], Side.RIGHT)
    worth = (Quality.GOOD.value, Quality.FAULTY.value)
    stretches = [
        Stretch(
            rep["side"],
            column((signal, SIDES.get(rep["side"], near) if signal.two_sided else None)),
            rep["start_s"],
            rep["end_s"],
        )
        for rep in tree["reps"]
        if rep["quality"] in worth
    ]
    cycles = read_cycles(media.signals, stretches) if stretches else {}
    cycles = {side: cycles[side] for side in (*SIDES, "both") if side in cycles}
    if not cycles:
        return None
    title = words.tell("even" if len(cycles) > 1 else "course")
    drawn = draw_cycles(cycles, title, DEGREE if signal.unit == "deg" else "")
    lines = [
        (
            side,
            words.tell(
                "mean_of_one" if cycle.reps == 1 else "mean_of",
                side=words.word("side", side),
                n=cycle.reps,
            ),
        )
        for side, cycle in cycles.items()
    ]
    return MotionCurves(title, drawn, lines)


def _dots(tree: Tree, words: Words) -> list[tuple[str, str]]:
    """Return far end, time and pause of each rep, with what is asked."""
    targets = tree.get("target") or {}
    letters = {side: words.word("ui", f"{side}_short") for side in SIDES}
    found = []
    # The range is told where no far end is asked: of a curl both ends are free.
    measures = [("peak_deg" if "peak_deg" in targets else "rom_deg"), "rep_s", "hold_s"]
    for name in measures:
        if name == "hold_s" and name not in targets:
            continue
        heading, unit = _MEASURES[name]
        dots = [
            Dot(str(rep["index"]), letters.get(rep["side"], ""), rep["quality"], value)
            for rep in tree["reps"]
            if (value := _value(rep, name)) is not None
        ]
        asked = targets.get(name)
        target = None if asked is None else _target(asked)
        title = words.tell(heading)
        picture = draw_dots(dots, target, title, unit)
        if picture:
            found.append((title, picture))
    return found


def _target(asked: Sequence[float | None]) -> Target:
    low, high, margin = (*asked, None)[:3]
    return Target(
        -inf if low is None else low, inf if high is None else high, margin if margin else 0.0
    )


def _value(rep: Tree, name: str) -> float | None:
    value = rep["end_s"] - rep["start_s"] if name == "rep_s" else rep[name]
    return float(value) if value is not None and isfinite(value) else None
