"""The report's words and numbers, in the user's language; the templates escape them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import isnan
from typing import Any

from formcoach.pose.landmarks import SIDES
from formcoach.results.chart import Clock
from formcoach.words.keys import words_key
from formcoach.words.phrases import Phrases
from formcoach.words.reasons import reason_of
from formcoach.words.titles import full_title

__all__ = ["DASH", "DEGREE", "Tree", "Words"]

Tree = Mapping[str, Any]
"""A table of `summary.json`."""
DASH, DEGREE = "\N{EN DASH}", "\N{DEGREE SIGN}"


class Words:
    """Writes words and numbers about one set."""

    def __init__(self, tree: Tree, phrases: Phrases) -> None:
        """Take the set's summary and the language."""
        self.phrases = phrases
        self._name, self._level = str(tree["exercise"]), tree["level"]
        self._words_key = words_key(self._name, self._level)
        ends_s = [part["end_s"] for part in (*tree["reps"], *tree["holds"])]
        point = phrases.text("report.decimal_point")
        self.clock = Clock(max([tree["duration_s"] or 0.0, *ends_s]), point)

    @property
    def title(self) -> str:
        """Exercise and level."""
        return full_title(self._name, self._level, self.phrases)

    def plain(self, phrase_id: str, otherwise: str) -> str:
        """Return a phrase, or what is said where there is none."""
        return self.phrases.text_or(phrase_id, otherwise)

    def say(self, phrase: str, **slots: object) -> str:
        """Return a phrase of the table ``report``."""
        return self.phrases.text(f"report.{phrase}", **slots)

    def word(self, table: str, name: str) -> str:
        """Return the word for a name of a file (a quality, a side, a fault), or the name."""
        return self.plain(f"{table}.{name}", name)

    def reason(self, words: str) -> str:
        """Return a reason to be unsure, from the words that the summary has for it."""
        return self.phrases.reason(reason_of(words))

    def to_do(self, fault: str, side: str = "both") -> str:
        """Return what to do about a fault, in the words of this exercise."""
        if not self.phrases.has(f"cue.{fault}"):
            return self.word("fault", fault)
        return self.phrases.correction(fault, self._words_key, side=SIDES.get(side))

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

    def tell(self, phrase: str, **slots: object) -> str:
        """Return a phrase of the table ``sheet``: what the report says in sentences."""
        return self.phrases.text(f"sheet.{phrase}", **slots)

    def told_or(self, table: str, name: str, otherwise: str) -> str:
        """Return a phrase of a table under ``sheet``, or another of ``sheet`` where it has none."""
        known = f"sheet.{table}.{name}"
        return self.phrases.text(known if self.phrases.has(known) else f"sheet.{otherwise}")

    def joined(self, parts: Sequence[str]) -> str:
        """Return words as a list in a sentence: "1, 3 and 5"."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.tell('and')} {parts[-1]}"

    def date(self, iso: str) -> str:
        """Return a day and its time as this language writes them; empty where it is no moment."""
        try:
            at = datetime.fromisoformat(iso)
        except ValueError:
            return ""
        month = self.phrases.steps("sheet.months")[at.month - 1]
        return self.tell("date", day=at.day, month=month, year=at.year, time=f"{at:%H:%M}")
