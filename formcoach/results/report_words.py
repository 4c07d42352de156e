"""The report's words and numbers, in the user's language and ready for HTML."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from math import isnan
from typing import Any

from formcoach.coaching.events import Cue, Priority
from formcoach.pose.landmarks import SIDES
from formcoach.results.chart import Clock
from formcoach.words.phrases import Phrases

__all__ = ["DASH", "DEGREE", "Tree", "Words", "table"]

Tree = Mapping[str, Any]
"""A table of `summary.json`."""
DASH, DEGREE = "\N{EN DASH}", "\N{DEGREE SIGN}"


class Words:
    """Writes words and numbers about one set."""

    def __init__(self, tree: Tree, phrases: Phrases) -> None:
        """Take the set's summary and the language."""
        self.phrases = phrases
        self._name, self._level = str(tree["exercise"]), tree["level"]
        ends_s = [part["end_s"] for part in (*tree["reps"], *tree["holds"])]
        point = phrases.text("report.decimal_point")
        self.clock = Clock(max([tree["duration_s"] or 0.0, *ends_s]), point)

    @property
    def title(self) -> str:
        """Exercise and level; not yet ready for HTML."""
        words = self.plain(f"exercise.{self._name}", self._name)
        if self._level:
            words += f": {self.plain(f'level.{self._name}.{self._level}', self._level)}"
        return words

    def plain(self, phrase_id: str, otherwise: str) -> str:
        """Return a phrase, or what is said where there is none; not yet ready for HTML."""
        return self.phrases.text_or(phrase_id, otherwise)

    def say(self, phrase: str, **slots: object) -> str:
        """Return a phrase of the table ``report``."""
        return escape(self.phrases.text(f"report.{phrase}", **slots))

    def word(self, table: str, name: str) -> str:
        """Return the word for a name of a file (a quality, a side, a fault), or the name."""
        return escape(self.plain(f"{table}.{name}", name))

    def reason(self, reason: str) -> str:
        """Return a reason to be unsure."""
        return escape(self.phrases.reason(reason))

    def to_do(self, fault: str, side: str = "both") -> str:
        """Return what to do about a fault, in the words of this exercise."""
        if not self.phrases.has(f"cue.{fault}"):
            return self.word("fault", fault)
        cue = Cue(t_s=0.0, id=fault, side=SIDES.get(side), priority=Priority.FORM)
        exercise = f"{self._name}.{self._level}" if self._level else self._name
        return escape(self.phrases.cue(cue, exercise))

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return a number as this language writes it; a dash where it is not known."""
        if value is None or isnan(value):
            return DASH
        return self.phrases.number(value, digits)

    def at(self, t_s: float) -> str:
        """Return a moment of the recording."""
        return self.clock(t_s, 1)

    def moment(self, phrase: str) -> str:
        """Return the heading of a column of moments, with their unit where they are in seconds."""
        return self.say(phrase) if self.clock.long else f"{self.say(phrase)} (s)"

    def lasting(self, seconds: float) -> str:
        """Return a length of time, in seconds."""
        return self.number(seconds, 1)

    def span(self, part: Tree) -> str:
        """Return from when to when something was."""
        return f"{self.at(part['start_s'])}{DASH}{self.at(part['end_s'])}"


def table(
    heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]], *, small: bool = False
) -> str:
    """Return a table.

    Args:
        heads: for each column the class of its cells (``n`` for numbers) and its heading.
        rows: the cells. These and the headings are ready for HTML.
        small: whether it is only as wide as it must be.
    """
    top = "".join(f'<th scope="col" class="{kind}">{words}</th>' for kind, words in heads)
    kinds = [kind for kind, _ in heads]
    lines = []
    for row in rows:
        cells = zip(kinds, row, strict=True)
        lines.append("".join(f'<td class="{kind}">{cell}</td>' for kind, cell in cells))
    size = ' class="small"' if small else ""
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return (
        f'<div class="scroll"><table{size}>\n<thead><tr>{top}</tr></thead>\n'
        f"<tbody>\n{body}</tbody>\n</table></div>"
    )
