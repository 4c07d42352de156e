"""The closed book: every sentence the voice may have to say, known before anybody exercises.

A voice pack is rendered from it (`voices/build.py`, ``formcoach voice render``), and a test holds
the two together. What no book can know, such as a name somebody typed, is not in it; another voice
says that.

    for piece in closed_book(load_phrases("en")):
        piece.text                      # "5, left"
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from string import Formatter

from formcoach.session.attempts import PART_NAMES
from formcoach.session.why_nothing import WHY_LIMB
from formcoach.voice.clauses import plain
from formcoach.words.phrases import Phrases

__all__ = ["HEARD_TOO", "SHOWN_ONLY", "Piece", "closed_book"]

NUMBERS = tuple(str(n) for n in (*range(31), 35, 40, 45, 50, 55, 60, 90, 120))
"""The numbers that are said: of reps, sets and degrees of a scale, and of the seconds of a hold or
a rest, whose longer ones are round."""
NUMBER_SLOTS = frozenset(
    ("n", "m", "good", "total", "done", "reps", "sets", "seconds", "low", "high", "left", "right")
)
TABLE_SLOTS = {"side": ("side_of",), "part": ("part",), "asked": ("one",), "exercise": ("one",)}
"""Slots that hold a word of the book itself, and the tables it comes from."""
IN_CLAUSES = ("closing.",)
"""Tables of sentences that differ in little but their number: kept clause by clause, so that the
clause with the number serves them all."""
WHOLE_AT_MOST = 60
"""A sentence with more fillings than this is kept in two pieces, one slot in each."""

SHOWN_ONLY = (
    *("about.", "catalogue.", "diary.", "exercise.", "fault.", "help.", "intake.", "ladder."),
    *("level.", "one.", "part.", "phase.", "phase_for.", "purpose.", "quality.", "recording."),
    *("report.", "screening.", "side.", "side_of.", "table.", "ui."),
    *("note.looks_like_level", "ask.option.", "ask.yes", "ask.no", "ask.i_have", "ask.lang"),
    *("ask.screening", "ask.cleared", "ask.has_pain", "ask.intake", "ask.sitting", "ask.focus"),
    *("ask.try_both", "ask.wall", "ask.chair", "ask.band", "ask.weight", "ask.quiet", "ask.daily"),
    *("ask.series_every", "ask.camera", "ask.saved", "ask.nothing_kept", "ask.present"),
    *("ask.whole_number", "ask.breath_measure", "remind.none", "remind.written"),
    *("remind.calendar", "remind.watching", "session.muted", "session.unmuted", "session.opening"),
    *("session.volume", "session.no_audio", "session.not_kept", "pace.lite"),
    *("app.", "card.", "given.", "history.", "keep.", "parcel.", "physio.", "progress.", "sheet."),
    *(
        "shortcut.",
        "weekday.",
        "explain.",
        "set_up.",
        "error.",
        "doctor.",
        "amount.",
        "when.",
        *("calendar.", "usage."),
    ),
)
"""How the ids begin of what is read and never heard; whatever is not named here may be spoken."""
HEARD_TOO = (
    *("app.live.heard", "app.yes", "app.no", "app.setup.sound_sentence", "ask.option.enough"),
    *("ask.option.tired", "ask.option.pain", "ask.option.other", "ask.option.better"),
    *("ask.option.same", "ask.option.worse"),
)
"""What is said aloud among what is only read: of the pages, what asks and repeats an answer."""


URGENT = (
    *("rep.", "hold.", "cue", "unsure.", "react.", "advice.", "session.", "attempt.", "why."),
    *("closing.", "pace."),
)
"""What counts and corrects; a number that stands alone is spoken as one that counts."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One sound of the book.

    Attributes:
        phrase: the id of the phrase it belongs to.
        text: the words.
        before, after: what stands before or after it in a sentence, where it is only a part of
            one: it is to be spoken as that part.
    """

    phrase: str
    text: str
    before: str = ""
    after: str = ""


def closed_book(phrases: Phrases) -> tuple[Piece, ...]:
    """Return every sound of a language's book, each text once, what is urgent first."""
    found: dict[str, Piece] = {}
    for phrase_id, template in _templates(phrases):
        for piece in _pieces(phrase_id, template, phrases):
            found.setdefault(piece.text, piece)
    return tuple(found.values())


def _templates(phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Yield what may be spoken; what counts and corrects comes before what explains."""
    steps = [(key, step) for key, steps in phrases.lists.items() for step in steps]
    everything = [*phrases.texts.items(), *steps]
    heard = [one for one in everything if one[0] in HEARD_TOO or not one[0].startswith(SHOWN_ONLY)]
    for prefix in URGENT:
        yield from (one for one in heard if one[0].startswith(prefix))
    yield from (one for one in heard if not one[0].startswith(URGENT))


def _pieces(phrase_id: str, template: str, phrases: Phrases) -> Iterator[Piece]:
    slots = [name for _, name, _, _ in Formatter().parse(template) if name]
    values = {slot: _values(slot, phrase_id, phrases) for slot in slots}
    if not all(values.values()):  # what is beside the open slot is known all the same
        for sentence in template.split(". ") if ". " in template else ():
            if "{" not in sentence:
                yield Piece(phrase_id, plain(sentence))
        return
    if slots and phrase_id.startswith(IN_CLAUSES):
        yield from _in_clauses(phrase_id, template, values)
        return
    count = 1
    for slot in slots:
        count *= len(values[slot])
    if count <= WHOLE_AT_MOST:
        for filling in product(*(values[slot] for slot in slots)):
            text = template.format(**dict(zip(slots, filling, strict=True)))
            yield Piece(phrase_id, plain(text))
        return
    yield from _in_parts(phrase_id, template, values)


def _in_clauses(
    phrase_id: str, template: str, values: dict[str, tuple[str, ...]]
) -> Iterator[Piece]:
    """Yield the clauses of a template with one slot; where more follows it, that and no number."""
    slot, said = next(iter(values.items()))
    example = said[min(8, len(said) - 1)]
    clauses = re.split(r"(?<=[,;:]) ", template)
    at = next(number for number, clause in enumerate(clauses) if f"{{{slot}}}" in clause)
    head, tail = " ".join(clauses[:at]), " ".join(clauses[at + 1 :])
    begins, _, rest = clauses[at].partition(f"{{{slot}}}")
    if not begins and len(rest.split()) > 1:
        tail, said = f"{rest.strip()} {tail}", ()
    shown = clauses[at].format(**{slot: example})
    for value in said:
        text = clauses[at].format(**{slot: value})
        yield Piece(phrase_id, plain(text), f"{head} " if head else "", f" {tail}" if tail else "")
    if head:
        yield Piece(phrase_id, plain(head), "", f" {shown}")
    if tail:
        yield Piece(phrase_id, plain(tail), f"{shown if said else example} ")


def _in_parts(phrase_id: str, template: str, values: dict[str, tuple[str, ...]]) -> Iterator[Piece]:
    """Yield the parts of a template, each with one slot and every filling of it."""
    parts = _parts(template)
    example = {slot: said[min(8, len(said) - 1)] for slot, said in values.items()}
    for number, part in enumerate(parts):
        slot = next(name for _, name, _, _ in Formatter().parse(part) if name)
        before = "".join(parts[:number]).format(**example)
        after = "".join(parts[number + 1 :]).format(**example)
        for value in values[slot]:
            yield Piece(phrase_id, plain(part.format(**{slot: value})), before, after)


def _parts(template: str) -> list[str]:
    """Cut a template between its slots: behind a comma where one is, else before the next slot."""
    parts = [""]
    for literal, slot, _, _ in Formatter().parse(template):
        if slot and "{" in parts[-1]:
            cut = max(literal.rfind(", "), literal.rfind(". "))
            cut = len(literal) if cut < 0 else cut + 2
            parts[-1] += literal[:cut]
            parts.append(literal[cut:])
        else:
            parts[-1] += literal
        if slot:
            parts[-1] += f"{{{slot}}}"
    return parts


def _values(slot: str, phrase_id: str, phrases: Phrases) -> tuple[str, ...]:
    """Return all that a slot can hold; nothing where that is not known."""
    if slot in NUMBER_SLOTS:
        return NUMBERS
    tables = TABLE_SLOTS.get(slot, ())
    if phrase_id == WHY_LIMB:
        return tuple(phrases.text(f"part.{name}") for name in PART_NAMES)
    if slot == "seen":
        tables = ("level",) if phrase_id == "note.another_level" else ("one",)
    words = dict.fromkeys(
        text
        for key, text in phrases.texts.items()
        if key.partition(".")[0] in tables and "{" not in text
    )
    return tuple(words)
