"""What a person reads in the terminal: tables, and one line for each thing that failed."""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from math import inf, isnan
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.coaching.events import Quality, Rep, SetSummary
from formcoach.errors import FormCoachError, SpecError, UsageError
from formcoach.pose.landmarks import Side, side_word
from formcoach.results.summary import counts_tree
from formcoach.system.language import reader_language
from formcoach.system.streams import say
from formcoach.words.errors import error_text
from formcoach.words.keys import words_key
from formcoach.words.phrases import Phrases, load_phrases

if TYPE_CHECKING:  # what reads videos is slow to import, and not every command reads them
    from formcoach.commands.recorded import Analysis

__all__ = [
    "FAILED",
    "INTERRUPTED",
    "fail",
    "guarded",
    "say",
    "show_analysis",
    "show_set",
    "status_of",
    "terminal",
]

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130
"""As a shell has it: 128 and the signal's number."""
WIDE = 160
"""Columns where the output is not a terminal: nothing needs to be wrapped there."""
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What a terminal takes as an order and not as a letter."""

Words = Callable[[str, Side | None], str]
"""Returns what to do about a fault, seen on a side."""

_STYLES = {
    Quality.GOOD: "green",
    Quality.FAULTY: "dark_orange",
    Quality.PARTIAL: "yellow",
    Quality.UNSURE: "bright_black",
}


def terminal() -> Console:
    """Return the console for what a person asked for."""
    return Console(width=None if sys.stdout.isatty() else WIDE)


def fail(error: FormCoachError) -> None:
    """Say in one line on stderr what failed, in the language asked for."""
    say(error_text(error, load_phrases(reader_language())))


def status_of(error: FormCoachError) -> int:
    """Return the exit status for an error: wrong usage, or a failure."""
    return WRONG_USAGE if isinstance(error, SpecError | UsageError) else FAILED


@contextmanager
def guarded() -> Iterator[None]:
    """Turn an error of ours into its one line and the exit status."""
    try:
        yield
    except FormCoachError as error:
        fail(error)
        sys.exit(status_of(error))


def show_analysis(console: Console, name: str, analysis: "Analysis", phrases: Phrases) -> None:
    """Print what a person wants to know of one recording.

    Its name may come out of a trace, which is not to steer the terminal.
    """
    name = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", name)
    tree, summary = analysis.tree, analysis.summary
    level = f" {tree['level']}" if tree["level"] else ""
    exercise = escape(f"{tree['exercise']}{level}")
    console.print(f"\n[bold]{escape(name)}[/bold]  {exercise}", highlight=False)
    show_set(console, summary, phrases, words_key(tree["exercise"], tree["level"]))
    for note in tree["notes"]:
        console.print(f"[bright_black]{escape(note)}", highlight=False, soft_wrap=True)
    console.print(f"[bright_black]{escape(str(analysis.folder))}", highlight=False, soft_wrap=True)


def show_set(console: Console, summary: SetSummary, phrases: Phrases, exercise: str = "") -> None:
    """Print the reps and holds of a set, what they were worth, and where the coach was unsure.

    `exercise` (``dead_bug.reach``, ``squat``) has words of its own for some faults.
    """
    words = partial(_words_for, phrases=phrases, exercise=exercise)
    if summary.reps:
        console.print(_rep_table(summary, words, phrases))
    for hold in summary.holds:
        held = phrases.text("table.held", seconds=phrases.number(hold.duration_s, 1))
        console.print(": ".join(filter(None, (held, _joined(hold.faults, words)))))
    if summary.reps or not summary.holds:
        console.print(_counts_line(counts_tree(summary), phrases), highlight=False)
    for line in _not_counted(summary, phrases):
        console.print(f"[yellow]{escape(line)}", highlight=False)
    for line in _faults_in_no_rep(summary, words, phrases):
        console.print(f"[dark_orange]{escape(line)}", highlight=False)
    for span in summary.unsure:
        reason = phrases.reason(span.reason)
        lasts = f"{phrases.number(span.start_s, 1)}-{phrases.number(span.end_s, 1)} s"
        console.print(f"[bright_black]{lasts}: {reason}")


def _not_counted(summary: SetSummary, phrases: Phrases) -> list[str]:
    """Say when something was seen that is no rep, and why; and what was done in another way.

    The words are those of the report.
    """
    times: dict[str, list[str]] = {}
    for one in summary.not_counted:
        span = f"{phrases.number(one.start_s, 1)}-{phrases.number(one.end_s, 1)} s"
        known = f"sheet.uncounted.{one.reason.value}"
        why = phrases.text(known if phrases.has(known) else "sheet.uncounted.other")
        times.setdefault(why, []).append(span)
    seen = phrases.text("sheet.not_counted")
    lines = [f"{seen}: {', '.join(spans)}: {why}" for why, spans in times.items()]
    if summary.as_one:
        lines.append(phrases.text("sheet.attempts.at_once_n", n=summary.as_one))
    return lines


def _faults_in_no_rep(summary: SetSummary, words: Words, phrases: Phrases) -> list[str]:
    """Say when there was something to change that stands at no rep: in a hold, between reps."""
    times: dict[str, list[str]] = {}
    for fault in summary.faults:
        end_s = inf if fault.end_s is None else fault.end_s
        if any(
            fault.id in rep.faults and fault.start_s <= rep.end_s and end_s >= rep.start_s
            for rep in summary.reps
        ):
            continue
        end = phrases.text("table.to_the_end")
        until = end if fault.end_s is None else f"{phrases.number(fault.end_s, 1)} s"
        what = words(fault.id, fault.side) or fault.id
        times.setdefault(what, []).append(f"{phrases.number(fault.start_s, 1)}-{until}")
    return [f"{', '.join(spans)}: {what}" for what, spans in times.items()]


def _counts_line(counts: dict[str, int], phrases: Phrases) -> str:
    total = counts["total"]
    number, _, what = phrases.text(
        f"table.{'one_rep' if total == 1 else 'reps'}", n=total
    ).partition(" ")
    worth = {
        q: f"{counts[q.value]} {phrases.text(f'quality.{q.value}')}"
        for q in Quality
        if counts[q.value]
    }
    partial = worth.pop(Quality.PARTIAL, None)
    line = f"[bold]{number}[/bold] {what}" + (f": {', '.join(worth.values())}" if worth else "")
    if partial is not None:
        line += f"; {partial}"
    if counts["left"] or counts["right"]:
        line += f"  ({phrases.text('table.sides', **counts)})"
    return line


_COLUMNS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("rep", "right"),
    ("side", "left"),
    ("from", "right"),
    ("to", "right"),
    ("peak", "right"),
    ("range", "right"),
    ("hold", "right"),
    ("quality", "left"),
    ("change", "left"),
)


def _rep_table(summary: SetSummary, words: Words, phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for heading, justify in _COLUMNS:
        table.add_column(phrases.text(f"table.{heading}"), justify=justify)
    for rep in summary.reps:
        table.add_row(*_rep_row(rep, words, phrases), style=_STYLES[rep.quality])
    return table


def _rep_row(rep: Rep, words: Words, phrases: Phrases) -> list[str]:
    return [
        str(rep.index),
        phrases.text(f"ui.{side_word(rep.side)}"),
        phrases.number(rep.start_s, 1),
        phrases.number(rep.end_s, 1),
        _degrees(rep.peak_deg, phrases),
        _degrees(rep.rom_deg, phrases),
        phrases.number(rep.hold_s, 1),
        phrases.text(f"quality.{rep.quality.value}"),
        _joined(rep.faults, words) or escape(_why(rep, phrases)),
    ]


def _degrees(value_deg: float, phrases: Phrases) -> str:
    """Return degrees; a dash where they were not seen."""
    return "-" if isnan(value_deg) else phrases.number(value_deg, 0)


def _why(rep: Rep, phrases: Phrases) -> str:
    """Return why a rep does not count, or was not judged; nothing where it was good."""
    if not rep.completed:
        return phrases.text("sheet.uncounted.partial")
    return "" if rep.why is None else phrases.reason(rep.why)


def _joined(faults: Sequence[str], words: Words) -> str:
    return escape("; ".join(filter(None, (words(fault, None) for fault in faults))))


def _words_for(fault: str, side: Side | None, phrases: Phrases, exercise: str) -> str:
    """Return what to do about a fault; nothing where there are no words for it."""
    return phrases.correction(fault, exercise, side=side) if phrases.has(f"cue.{fault}") else ""
