"""Numbers of past sessions in words, the same in the terminal and on pages."""

from formcoach.history.queries import SessionRow
from formcoach.words.phrases import Phrases

__all__ = [
    "COLUMNS",
    "cells_of",
    "done_of",
    "felt_of",
    "headings_of",
    "name_of",
    "range_of",
    "seconds_of",
]

COLUMNS = ("number", "when", "exercise", "good", "range", "rep_s", "effort", "pain", "note")
"""What a table of sessions tells of each, in this order."""

NOTHING = "-"


def name_of(exercise: str, level: str, phrases: Phrases) -> str:
    """Return the exercise and its level as a user reads them; ids where there are no words."""
    name = phrases.text_or(f"exercise.{exercise}", exercise)
    if not level:
        return name
    return f"{name}: {phrases.text_or(f'level.{exercise}.{level}', level)}"


def done_of(row: SessionRow, phrases: Phrases) -> str:
    """Return what was done: good of all completed reps, or seconds held."""
    parts = []
    if row.total or not row.hold_s:
        parts.append(phrases.text("history.good_of", good=row.good, total=row.total))
    if row.hold_s:
        parts.append(f"{phrases.number(row.hold_s, 0)} s")
    return ", ".join(parts)


def range_of(row: SessionRow, phrases: Phrases) -> str:
    """Return the mean range of each side, in degrees."""
    told = [
        f"{phrases.text(f'history.short_{side}')} {phrases.number(deg, 0)}°"
        if side != "both"
        else f"{phrases.number(deg, 0)}°"
        for side, deg in row.range_deg.items()
    ]
    return " ".join(told) or NOTHING


def seconds_of(row: SessionRow, phrases: Phrases) -> str:
    """Return how long a rep took."""
    return NOTHING if row.rep_s is None else phrases.number(row.rep_s, 1)


def felt_of(value: int | None) -> str:
    """Return what was told on a scale of 0 to 10."""
    return NOTHING if value is None else str(value)


def headings_of(phrases: Phrases) -> list[str]:
    """Return the headings of a table of sessions."""
    return [phrases.text(f"history.{name}") for name in COLUMNS]


def cells_of(row: SessionRow, phrases: Phrases) -> list[str]:
    """Return what a table of sessions tells of one, by `COLUMNS`."""
    return [
        str(row.id),
        f"{row.started_at:%Y-%m-%d %H:%M}",
        name_of(row.exercise, row.level, phrases),
        done_of(row, phrases),
        range_of(row, phrases),
        seconds_of(row, phrases),
        felt_of(row.effort),
        felt_of(row.pain),
        "" if row.ended else phrases.text("history.cut_off"),
    ]
