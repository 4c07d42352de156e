"""All words by id, in every language; a language is one TOML file of this folder.

    phrases = load_phrases("nl")
    phrases.text("cue.hips_sag")              "Til je heupen iets op"
    phrases.text("rep.counted_left", n=3)     "3, links"
    phrases.steps("howto.dead_bug.hold")      ("Ga op je rug liggen, voeten plat", ...)
    phrases.reason(Reason(DoubtKind.HIDDEN, Part.KNEE, Side.LEFT))    "Ik zie je linkerknie niet"

An id is the names of the tables around a phrase, joined by dots.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from formcoach.coaching.events import Cue, Phase
from formcoach.errors import SpecError
from formcoach.notes import Figure, Note
from formcoach.pose.doubts import DoubtKind, Reason
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal
from formcoach.words.keys import owners_of

__all__ = ["LANGUAGES", "Phrases", "load_phrases"]

LANGUAGES = ("en", "nl")
"""The two-letter codes of the languages there are words in."""

_REASONS = {
    DoubtKind.NOBODY: "unsure.nobody_seen",
    DoubtKind.NO_PICTURE: "unsure.no_picture",
    DoubtKind.MORE_LIGHT: "unsure.more_light",
    DoubtKind.COME_CLOSER: "unsure.come_closer",
    DoubtKind.TURN_SIDEWAYS: "unsure.turn_sideways",
    DoubtKind.LEGS_UNSTEADY: "unsure.legs_unsteady",
    DoubtKind.HIDDEN: "unsure.body_hidden",
    DoubtKind.OUT_OF_PICTURE: "unsure.body_out",
}
"""The sentence for each reason to be unsure, of the body as a whole ..."""
_LIMB_REASONS = {
    DoubtKind.HIDDEN: "unsure.limb_hidden",
    DoubtKind.OUT_OF_PICTURE: "unsure.out_of_picture",
}
"""... and of a part of it."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words of one language.

    Attributes:
        lang: its two-letter code.
        texts: single phrases by id; they may have {slots}.
        lists: phrases that go step by step, by id.
    """

    lang: str
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]

    def text(self, phrase_id: str, **slots: object) -> str:
        """Return a phrase with its slots filled.

        Raises:
            SpecError: when there is no such phrase, or a slot of it was not given.
        """
        template = self.texts.get(phrase_id)
        if template is None:
            raise self._missing(phrase_id, self.texts)
        try:
            return template.format(**slots)
        except KeyError as error:
            raise SpecError(
                f"phrase {phrase_id} ({self.lang}) needs {{{error.args[0]}}}, got "
                f"{', '.join(slots) or 'nothing'}"
            ) from error

    def text_or(self, phrase_id: str, otherwise: str) -> str:
        """Return a phrase without slots, or what is said where there is no such phrase."""
        return self.text(phrase_id) if phrase_id in self.texts else otherwise

    def steps(self, phrase_id: str) -> tuple[str, ...]:
        """Return the phrases of a list, in order.

        Raises:
            SpecError: when there is no such list.
        """
        steps = self.lists.get(phrase_id)
        if steps is None:
            raise self._missing(phrase_id, self.lists)
        return steps

    def has(self, phrase_id: str) -> bool:
        """Say whether there is such a phrase or list."""
        return phrase_id in self.texts or phrase_id in self.lists

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all phrases and lists, in alphabetical order."""
        return tuple(sorted([*self.texts, *self.lists]))

    def cue(self, cue: Cue, exercise: str = "") -> str:
        """Return what a cue says.

        Args:
            cue: the coach's cue: about a fault, or a reason to be unsure.
            exercise: ``dead_bug.reach`` or ``squat``; some faults have words of their own there.
        """
        if cue.reason is not None:
            return self.reason(cue.reason)
        if cue.again and self.has(f"cue_again.{cue.id}"):
            return self.said(f"cue_again.{cue.id}", exercise)
        return self.correction(cue.id, exercise, side=cue.side, signal=cue.signal)

    def correction(
        self, fault: str, exercise: str = "", *, side: Side | None, signal: Signal | None = None
    ) -> str:
        """Return what to do about a fault, the first time it is said.

        Args:
            fault: its id.
            exercise: as for `cue`.
            side: the side it was seen on; None for both or the midline.
            signal: what it was seen by, where that makes a difference.
        """
        if side is not None and self.has(sided := f"cue_side.{fault}.{side.word}"):
            return self.text(sided)
        if signal is not None and self.has(by := f"cue_by.{fault}.{signal.value}"):
            return self.text(by)
        own = self._nearest_to(exercise, "cue_for", fault)
        if own is not None or self.has(f"cue.{fault}"):
            return self.text(own or f"cue.{fault}")
        return self.text("unsure.cannot_judge")

    def said(self, phrase_id: str, exercise: str = "", **slots: object) -> str:
        """Return a phrase, in the words of `exercise` where it has its own."""
        table, _, name = phrase_id.partition(".")
        return self.text(self._nearest_to(exercise, f"{table}_for", name) or phrase_id, **slots)

    def phase(self, phase: Phase, exercise: str = "") -> str:
        """Return the word for a phase, in the words of `exercise` where it has its own."""
        return self.said(f"phase.{phase.value}", exercise)

    def reason(self, reason: Reason | None) -> str:
        """Return a reason to be unsure as a sentence the person can act on.

        Where it is not known, that it cannot be judged.
        """
        if reason is None:
            return self.text("unsure.cannot_judge")
        if reason.part is None or reason.side is None:
            return self.text(_REASONS[reason.kind])
        side = self.text(f"side_of.{reason.side.word}")
        part = self.text(f"part.{reason.part.value}")
        return self.text(_LIMB_REASONS[reason.kind], side=side, part=part)

    def counted(self, n: int, side: Side | None) -> str:
        """Return the words that count a rep aloud; the side is named where it matters."""
        return self.text("rep.counted" if side is None else f"rep.counted_{side.word}", n=n)

    def number(self, value: float, digits: int) -> str:
        """Return a number as this language writes it."""
        return self.decimal(f"{value:.{digits}f}")

    def decimal(self, written: str) -> str:
        """Return digits with a point in them as this language writes them."""
        return written.replace(".", self.text("report.decimal_point"))

    def _figure(self, figure: Figure) -> str:
        if figure.digits is None:
            return self.decimal(f"{figure.value:g}")
        return self.number(figure.value, figure.digits)

    def note(self, note: Note) -> str:
        """Return what there is to tell of a recording; one frame has words of its own."""
        alone = f"recording.{note.id}_one"
        one = note.values.get("frames") == 1 and self.has(alone)
        values = {
            slot: self._figure(value) if isinstance(value, Figure) else value
            for slot, value in note.values.items()
        }
        return self.text(alone if one else f"recording.{note.id}", **values)

    def looks_like(self, seen: str, asked: str) -> str:
        """Return the sentence that says one exercise is seen and another was asked for, by ids."""
        named = {"seen": f"one.{seen}", "asked": f"one.{asked}"}
        own = {"seen": seen, "asked": asked}
        words = {slot: self.text_or(phrase, own[slot]) for slot, phrase in named.items()}
        return self.text("note.looks_like", **words)

    def _nearest_to(self, exercise: str, table: str, name: str) -> str | None:
        """Return the id of the level's own phrase, else of the exercise's, else None."""
        for owner in owners_of(exercise):
            if self.has(phrase_id := f"{table}.{owner}.{name}"):
                return phrase_id
        return None

    def _missing(self, phrase_id: str, known: Mapping[str, object]) -> SpecError:
        where = f"words/phrases/{self.lang}.toml"
        near = " or ".join(get_close_matches(phrase_id, known, n=2, cutoff=0.0))
        return SpecError(f"no phrase {phrase_id} in {where}; the nearest are {near}")


@cache
def load_phrases(lang: str) -> Phrases:
    """Return the words of a language, read once.

    Raises:
        SpecError: when there is no such language, or its file is not valid.
    """
    if lang not in LANGUAGES:
        raise SpecError(f"no language '{lang}'; there are {', '.join(LANGUAGES)}")
    name = f"{lang}.toml"
    try:
        tables = tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))
        leaves = list(_leaves(tables, ""))
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise SpecError(f"words/phrases/{name}: {error}") from error
    return Phrases(
        lang=lang,
        texts={key: value for key, value in leaves if isinstance(value, str)},
        lists={key: value for key, value in leaves if isinstance(value, tuple)},
    )


def _leaves(table: Mapping[str, object], under: str) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Yield every phrase of nested tables with its id; raise TypeError for anything else."""
    for key, value in table.items():
        phrase_id = f"{under}.{key}" if under else key
        if isinstance(value, dict):
            yield from _leaves(value, phrase_id)
        elif isinstance(value, str):
            yield phrase_id, value
        elif isinstance(value, list) and all(isinstance(step, str) for step in value):
            yield phrase_id, tuple(value)
        else:
            raise TypeError(f"{phrase_id} must be words or a list of them, got {value!r}")
