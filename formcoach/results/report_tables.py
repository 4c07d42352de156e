"""The report's tables: each rep, what was not counted, left and right, holds, cues, doubts."""

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from formcoach.coaching.events import Quality
from formcoach.pose.landmarks import SIDES
from formcoach.results.report_pictures import set_window
from formcoach.results.report_words import DASH, DEGREE, Tree, Words
from formcoach.results.verdict import completed

__all__ = [
    "Row",
    "Table",
    "cue_table",
    "doubts",
    "hold_table",
    "middle",
    "rep_table",
    "side_table",
    "uncounted",
]


class Row(NamedTuple):
    """A line of a table.

    Attributes:
        cells: its words.
        kind: the quality of what it is about; empty for none.
        seek_s: where a click on it leads, and until when it lasts; None for nowhere.
    """

    cells: list[str]
    kind: str = ""
    seek_s: tuple[float, float] | None = None


class Table(NamedTuple):
    """A table.

    Attributes:
        title: its heading.
        heads: for each column the class of its cells (``n`` for numbers) and its heading.
        rows: the lines.
        chip: the column that has the quality as a label; -1 for none.
        small: whether it is only as wide as it must be.
    """

    title: str
    heads: list[tuple[str, str]]
    rows: list[Row]
    chip: int = -1
    small: bool = True


def _lasted_s(rep: Tree) -> float:
    return float(rep["end_s"] - rep["start_s"])


def rep_table(tree: Tree, words: Words) -> Table | None:
    """Return each rep; columns that say nothing are left out."""
    if not tree["reps"]:
        return None
    # The result stands early: on a phone it is what one wants to see.
    heads = [
        ("n", "#"),
        ("fit", words.say("result")),
        ("", words.word("ui", "side")),
        ("n", words.moment("from")),
        ("n", f"{words.say('lasts')} (s)"),
        ("n", f"{words.word('ui', 'peak')} ({DEGREE})"),
        ("n", f"{words.word('ui', 'range')} ({DEGREE})"),
        ("n", f"{words.say('still')} (s)"),
        ("wide", words.say("seen")),
    ]
    at_once = bool(tree["counts"].get("as_one"))
    rows = [_rep_row(rep, tree["unsure"], words, at_once=at_once) for rep in tree["reps"]]
    empty = set() if any(row.cells[-1] for row in rows) else {8}
    if all(rep["side"] == "both" for rep in tree["reps"]):
        empty.add(2)
    kept = [place for place in range(len(heads)) if place not in empty]
    rows = [row._replace(cells=[row.cells[place] for place in kept]) for row in rows]
    return Table(words.say("each_rep"), [heads[i] for i in kept], rows, chip=1, small=False)


def _rep_row(rep: Tree, unsure: Sequence[Tree], words: Words, *, at_once: bool) -> Row:
    """Return a rep; `at_once` says that both sides at once is another way than was asked."""
    kind = rep["quality"]
    seen = [words.word("fault", fault) for fault in rep["faults"]]
    if kind == Quality.UNSURE.value:
        reasons = [str(span["reason"]) for span in unsure if _overlap(span, rep)]
        if not reasons and rep.get("why"):
            reasons = [str(rep["why"])]
        seen += map(words.reason, dict.fromkeys(reasons))
    if at_once and rep["side"] == "both":
        seen.append(words.tell("attempts.at_once"))
    cells = [
        str(rep["index"]),
        words.word("quality", kind),
        words.word("side", rep["side"]),
        words.at(rep["start_s"]),
        words.lasting(_lasted_s(rep)),
        words.number(rep["peak_deg"]),
        words.number(rep["rom_deg"]),
        words.lasting(rep["hold_s"]),
        "; ".join(seen),
    ]
    return Row(cells, kind, (rep["start_s"], rep["end_s"]))


def _overlap(one: Tree, other: Tree) -> bool:
    """Say whether two stretches have a moment in common."""
    return bool(one["start_s"] < other["end_s"] and one["end_s"] > other["start_s"])


def uncounted(tree: Tree, words: Words) -> Table | None:
    """Return the movements that are no rep, partial ones too, each with its reason."""
    asked = (tree.get("target") or {}).get("peak_deg") or [None]
    found = [
        (part, words.tell("uncounted.partial"))
        for part in tree["reps"]
        if part["quality"] == Quality.PARTIAL.value
    ]
    found += [
        (part, words.told_or("uncounted", str(part.get("reason")), "uncounted.other"))
        for part in tree.get("not_counted") or []
    ]
    if not found:
        return None
    if asked[0] and any(part.get("index") for part, _ in found):
        low = words.tell("asked_from", low=words.number(asked[0]) + DEGREE)
        found = [(p, f"{why} ({low})" if p.get("index") else why) for p, why in found]
    heads = [
        ("n", words.moment("from_to")),
        ("", words.word("ui", "side")),
        ("n", f"{words.tell('reached')} ({DEGREE})"),
        ("wide", words.tell("not_counted_why")),
    ]
    rows = [
        Row(
            [
                words.span(part),
                words.word("side", part.get("side") or "both"),
                words.number(part.get("peak_deg")),
                why,
            ],
            Quality.PARTIAL.value,
            (part["start_s"], part["end_s"]),
        )
        for part, why in sorted(found, key=lambda one: float(one[0]["start_s"]))
    ]
    return Table(words.tell("not_counted"), heads, rows)


def side_table(tree: Tree, words: Words) -> Table | None:
    """Return left beside right, where both were counted."""
    by_side = {word: [r for r in completed(tree) if r["side"] == word] for word in SIDES}
    if not all(by_side.values()):
        return None
    heads = [
        ("", words.word("ui", "side")),
        ("n", words.word("ui", "reps")),
        ("n", words.word("quality", "good")),
        ("n", f"{words.say('usual_range')} ({DEGREE})"),
        ("n", f"{words.say('usual_time')} (s)"),
    ]
    rows = [
        Row(
            [
                words.word("side", side),
                str(len(reps)),
                str(sum(rep["quality"] == Quality.GOOD.value for rep in reps)),
                words.number(middle(reps, "rom_deg")),
                words.lasting(median(map(_lasted_s, reps))),
            ]
        )
        for side, reps in by_side.items()
    ]
    return Table(words.say("sides"), heads, rows, small=False)


def middle(reps: Iterable[Tree], key: str) -> float | None:
    """Return the median of what was measured; None where nothing was."""
    known = [float(rep[key]) for rep in reps if rep[key] is not None and rep[key] == rep[key]]
    return median(known) if known else None


def hold_table(tree: Tree, words: Words) -> Table | None:
    """Return the holds."""
    if not tree["holds"]:
        return None
    heads = [("n", words.moment("from")), ("n", f"{words.say('lasts')} (s)")]
    heads.append(("wide", words.say("seen")))
    rows = [
        Row(
            [
                words.at(hold["start_s"]),
                words.lasting(hold["duration_s"]),
                "; ".join(words.word("fault", fault) for fault in hold["faults"]) or DASH,
            ],
            "faulty" if hold["faults"] else "good",
            (hold["start_s"], hold["end_s"]),
        )
        for hold in tree["holds"]
    ]
    return Table(words.say("holds"), heads, rows)


def cue_table(tree: Tree, words: Words) -> Table | None:
    """Return what the coach said in the set."""
    cues = [cue for cue in tree["cues"] if _in_set(cue["t_s"], cue["t_s"], tree)]
    if not cues:
        return None
    heads = [("n", words.moment("at")), ("wide", words.say("said"))]
    rows = [
        Row([words.at(cue["t_s"]), str(cue["text"])], "", (cue["t_s"], cue["t_s"])) for cue in cues
    ]
    return Table(words.say("cues"), heads, rows)


def doubts(tree: Tree, words: Words) -> Table | None:
    """Return the stretches of the set that could not be judged, and why."""
    spans = [one for one in tree["unsure"] if _in_set(one["start_s"], one["end_s"], tree)]
    if not spans:
        return None
    heads = [("n", words.moment("from_to")), ("wide", words.say("why"))]
    rows = [
        Row(
            [words.span(span), words.reason(str(span["reason"]))],
            Quality.UNSURE.value,
            (span["start_s"], span["end_s"]),
        )
        for span in spans
    ]
    return Table("", heads, rows)


def _in_set(start_s: float, end_s: float, tree: Tree) -> bool:
    window = set_window(tree)
    return window is None or (start_s <= window[1] and end_s >= window[0])
