"""The report of a set: one page to read, to print and to hand out.

It is a single HTML file with no script and nothing fetched from elsewhere; its words are those of
the user's language. It is made of the tree of ``summary.json`` and of ``signals.csv`` alone, so it
can be made again later.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path
from statistics import median

from formcoach import __version__
from formcoach.coaching.events import Quality
from formcoach.pose.landmarks import SIDES
from formcoach.results.report_charts import pictures
from formcoach.results.report_words import DASH, DEGREE, Tree, Words, table
from formcoach.words.phrases import Phrases

__all__ = ["write_report"]

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""For the browser: nothing is fetched and nothing runs, whatever stands in the page."""
DOT = " \N{MIDDLE DOT} "

UNITS: Mapping[str | None, str] = {"s": " s", "deg": DEGREE}
"""The units that say something to people; a ratio does not."""
MAX_TILES = 3
"""Holds that have a tile each; of more the whole time is told."""


def write_report(path: Path, tree: Tree, signals: Path, phrases: Phrases) -> None:
    """Write the report of a set.

    Args:
        path: the HTML file.
        tree: the summary, as in ``summary.json``.
        signals: the ``signals.csv`` beside it; read row by row and thinned out on the way.
        phrases: the words of the user's language.

    Raises:
        OSError: the table cannot be read, or the file not written.
    """
    words = Words(tree, phrases)
    drawn = pictures(tree, words, signals)
    sections = (
        _head(tree, words),
        _to_change(tree, words),
        _section(words.say("over_time"), drawn) if drawn else "",
        _rep_table(tree, words),
        _sides_table(tree, words),
        _holds_table(tree, words),
        _cue_table(tree, words),
        _unsure_table(tree, words),
        _notes(tree, words),
        _foot(words),
    )
    title = escape(f"{words.title}, {tree['video']}")
    path.write_text(_page(phrases.lang, title, "".join(sections)), encoding="utf-8")


def _page(lang: str, title: str, body: str) -> str:
    style = (resources.files("formcoach.results") / "report.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )


def _completed(tree: Tree) -> list[Tree]:
    return [rep for rep in tree["reps"] if rep["quality"] != Quality.PARTIAL.value]


def _section(heading: str, body: str) -> str:
    return f"<section>\n<h2>{heading}</h2>\n{body}\n</section>\n"


def _head(tree: Tree, words: Words) -> str:
    view = tree["view"]
    facts = [escape(str(tree["video"]))]
    if tree["duration_s"]:
        facts.append(_length(tree, words))
    facts.append(words.say(f"view.{view['kind']}"))
    if view["near_side"]:
        facts.append(words.say("near", side=words.phrases.text(f"side_of.{view['near_side']}")))
    return (
        f'<p class="fields"><span>{words.say("name")}:</span> '
        f"<span>{words.say('date')}:</span></p>\n"
        f'<header>\n<p class="kicker">FormCoach{DOT}{words.say("title")}</p>\n'
        f"<h1>{escape(words.title)}</h1>\n"
        f'<p class="meta">{DOT.join(facts)}</p>\n</header>\n{_tiles(tree, words)}'
    )


def _length(tree: Tree, words: Words) -> str:
    """Return how long the recording is, and which part of it this is about where it is not all."""
    unit = "" if words.clock.long else " s"
    length = words.at(tree["duration_s"]) + unit
    # Live sets have no stretch.
    if not tree.get("start_s") and tree.get("end_s", tree["duration_s"]) >= tree["duration_s"]:
        return length
    return words.say("stretch", stretch=words.span(tree) + unit, length=length)


def _tiles(tree: Tree, words: Words) -> str:
    """The headline: what was counted, what it was worth, how far it went and how long it took."""
    counts, completed = tree["counts"], _completed(tree)
    tiles: list[tuple[str, str, str]] = []
    if tree["reps"] or not tree["holds"]:
        tiles.append(("", str(counts["total"]), words.word("ui", "reps")))
        kinds = [q.value for q in Quality if counts[q.value] or (q is Quality.GOOD and completed)]
        tiles += [
            (kind if counts[kind] else "", str(counts[kind]), words.word("quality", kind))
            for kind in kinds
        ]
    if completed:
        way = words.number(median(rep["rom_deg"] for rep in completed))
        lasts = words.lasting(median(_lasted_s(rep) for rep in completed))
        tiles.append(("", f"{way}{DEGREE}", words.say("usual_range")))
        tiles.append(("", f"{lasts} <small>s</small>", words.say("usual_time")))
    tiles += [
        (kind, f"{held} <small>s</small>", words.word("ui", "held"))
        for kind, held in _held(tree, words)
    ]
    items = "".join(f'<li class="{k}"><b>{b}</b><span>{w}</span></li>' for k, b, w in tiles)
    return f'<ul class="tiles">{items}</ul>\n'


def _held(tree: Tree, words: Words) -> list[tuple[str, str]]:
    """Return the quality of each hold and how long it lasted; when there are many, of all."""
    holds = tree["holds"]
    if len(holds) > MAX_TILES:
        return [("", words.lasting(sum(hold["duration_s"] for hold in holds)))]
    return [
        ("faulty" if hold["faults"] else "good", words.lasting(hold["duration_s"]))
        for hold in holds
    ]


def _lasted_s(rep: Tree) -> float:
    return float(rep["end_s"] - rep["start_s"])


def _to_change(tree: Tree, words: Words) -> str:
    """The faults as things to do, the most frequent first."""
    completed = _completed(tree)
    times = Counter(fault for rep in completed for fault in rep["faults"])
    known = dict.fromkeys([*(fault["id"] for fault in tree["faults"]), *times])
    items = []
    if not completed and not tree["holds"]:
        items.append(f'<li class="nothing"><b>{words.say("no_reps")}</b></li>')
    elif not known and _none_judged(completed, tree):
        items.append(f'<li class="nothing"><b>{words.say("not_judged")}</b></li>')
    elif not known:
        items.append(f'<li class="none"><b>{words.say("no_faults")}</b></li>')
    for fault in sorted(known, key=lambda name: -times[name]):
        seen = [one for one in tree["faults"] if one["id"] == fault]
        detail = _when(seen, times[fault], completed, words) + _worst(seen, words)
        name = words.word("fault", fault)
        items.append(f"<li><b>{words.to_do(fault)}</b><span>{name}, {detail}</span></li>")
    return _section(words.say("what_to_change"), f'<ul class="change">{"".join(items)}</ul>')


def _none_judged(completed: Sequence[Tree], tree: Tree) -> bool:
    """Say whether nothing of what was done was seen well enough."""
    return not tree["holds"] and all(rep["quality"] == Quality.UNSURE.value for rep in completed)


def _when(seen: Sequence[Tree], times: int, completed: Sequence[Tree], words: Words) -> str:
    """Say in how many reps a fault was, or for how long."""
    if times:
        return words.say("in_reps", n=times, total=len(completed))
    if completed and all(_is_about_set(one, completed) for one in seen):
        return words.say("over_set")
    ended = [one for one in seen if one["end_s"] is not None]
    lasted_s = sum(one["end_s"] - one["start_s"] for one in ended)
    return words.say("for_seconds", seconds=words.lasting(lasted_s))


def _worst(seen: Sequence[Tree], words: Words) -> str:
    """Say how far a fault went at worst, where its numbers mean something to people."""
    known = [one for one in seen if one.get("unit") in UNITS and one["measured"] is not None]
    if not known:
        return ""
    worst = max(known, key=lambda one: abs(one["measured"] - one["limit"]))
    unit = UNITS[worst["unit"]]
    digits = 0 if unit == DEGREE else 1
    measured, limit = (words.number(worst[key], digits) + unit for key in ("measured", "limit"))
    return "; " + words.say("worst", measured=measured, limit=limit)


def _is_about_set(fault: Tree, reps: Sequence[Tree]) -> bool:
    """Say whether a fault is about all reps together and not about a stretch of time."""
    return bool(fault["start_s"] == reps[0]["start_s"] and fault["end_s"] == reps[-1]["end_s"])


def _rep_table(tree: Tree, words: Words) -> str:
    if not tree["reps"]:
        return ""
    sided = any(rep["side"] != "both" for rep in tree["reps"])
    # The result stands early: on a phone the table is scrolled, and begins with what matters.
    heads = [
        ("n", "#"),
        ("fit", words.say("result")),
        ("", words.word("ui", "side")),
        ("n", words.moment("from")),
        ("n", f"{words.say('lasts')} (s)"),
        ("n", f"{words.word('ui', 'peak')} ({DEGREE})"),
        ("n", f"{words.word('ui', 'range')} ({DEGREE})"),
        ("n", f"{words.say('still')} (s)"),
        ("", words.say("seen")),
    ]
    rows = [_rep_row(rep, tree["unsure"], words) for rep in tree["reps"]]
    if not any(row[-1] for row in rows):
        del heads[-1]
        rows = [row[:-1] for row in rows]
    if not sided:
        del heads[2]
        rows = [[*row[:2], *row[3:]] for row in rows]
    return _section(words.say("each_rep"), table(heads, rows))


def _rep_row(rep: Tree, unsure: Sequence[Tree], words: Words) -> list[str]:
    kind = rep["quality"]
    seen = [words.word("fault", fault) for fault in rep["faults"]]
    if kind == Quality.UNSURE.value:
        reasons = [span["reason"] for span in unsure if _overlap(span, rep)]
        seen += map(words.reason, dict.fromkeys(reasons))
    return [
        str(rep["index"]),
        f'<span class="chip {kind}">{words.word("quality", kind)}</span>',
        words.word("side", rep["side"]),
        words.at(rep["start_s"]),
        words.lasting(_lasted_s(rep)),
        words.number(rep["peak_deg"]),
        words.number(rep["rom_deg"]),
        words.lasting(rep["hold_s"]),
        "; ".join(seen),
    ]


def _overlap(one: Tree, other: Tree) -> bool:
    """Say whether two stretches have a moment in common."""
    return bool(one["start_s"] < other["end_s"] and one["end_s"] > other["start_s"])


def _sides_table(tree: Tree, words: Words) -> str:
    """Left beside right, where both were counted."""
    by_side = {word: [r for r in _completed(tree) if r["side"] == word] for word in SIDES}
    if not all(by_side.values()):
        return ""
    heads = [
        ("", words.word("ui", "side")),
        ("n", words.word("ui", "reps")),
        ("n", words.word("quality", "good")),
        ("n", f"{words.say('usual_range')} ({DEGREE})"),
        ("n", f"{words.say('usual_time')} (s)"),
    ]
    rows = [
        [
            words.word("side", side),
            str(len(reps)),
            str(sum(rep["quality"] == Quality.GOOD.value for rep in reps)),
            words.number(median(rep["rom_deg"] for rep in reps)),
            words.lasting(median(_lasted_s(rep) for rep in reps)),
        ]
        for side, reps in by_side.items()
    ]
    return _section(words.say("sides"), table(heads, rows, small=True))


def _holds_table(tree: Tree, words: Words) -> str:
    if not tree["holds"]:
        return ""
    heads = [("n", words.moment("from")), ("n", f"{words.say('lasts')} (s)")]
    heads.append(("", words.say("seen")))
    rows = [
        [
            words.at(hold["start_s"]),
            words.lasting(hold["duration_s"]),
            "; ".join(words.word("fault", fault) for fault in hold["faults"]) or DASH,
        ]
        for hold in tree["holds"]
    ]
    return _section(words.say("holds"), table(heads, rows, small=True))


def _cue_table(tree: Tree, words: Words) -> str:
    if not tree["cues"]:
        return ""
    heads = [("n", words.moment("at")), ("", words.say("said"))]
    rows = [[words.at(cue["t_s"]), escape(cue["text"])] for cue in tree["cues"]]
    return _section(words.say("cues"), table(heads, rows, small=True))


def _unsure_table(tree: Tree, words: Words) -> str:
    if not tree["unsure"]:
        return ""
    heads = [("n", words.moment("from_to")), ("", words.say("why"))]
    rows = [[words.span(span), words.reason(span["reason"])] for span in tree["unsure"]]
    return _section(words.say("not_sure"), table(heads, rows, small=True))


def _notes(tree: Tree, words: Words) -> str:
    notes = tree.get("notes") or []
    if not notes:
        return ""
    items = "".join(f"<li>{escape(str(note))}</li>" for note in notes)
    return _section(words.say("notes"), f'<ul class="plain">{items}</ul>')


def _foot(words: Words) -> str:
    return (
        f"<footer>\n<p>{escape(words.phrases.text('about.disclaimer'))}</p>\n"
        f"<p>{escape(words.phrases.text('about.credit'))}</p>\n"
        f"<p>FormCoach {escape(__version__)}</p>\n</footer>\n"
    )
