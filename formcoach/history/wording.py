"""Numbers of past sessions in words, the same in the terminal and on pages."""

from formcoach.history.queries import SessionRow
from formcoach.words.phrases import Phrases
from formcoach.words.titles import full_title

__all__ = ["SESSION_COLUMNS", "session_cells"]

SESSION_COLUMNS = ("number", "when", "exercise", "good", "range", "rep_s", "effort", "pain", "note")
"""What a table of sessions shows of each; the phrase of a heading is that of ``history.``."""
NOTHING = "-"


def _done_of(row: SessionRow, phrases: Phrases) -> str:
    """Return what was done: good of all completed reps, or seconds held."""
    parts = []
    if row.total or not row.hold_s:
        parts.append(phrases.text("history.good_of", good=row.good, total=row.total))
    if row.hold_s:
        parts.append(f"{phrases.number(row.hold_s, 0)} s")
    return ", ".join(parts)


def _range_of(row: SessionRow, phrases: Phrases) -> str:
    """Return the mean range of each side, in degrees."""
    told = [
        f"{phrases.text(f'history.short_{side}')} {phrases.number(deg, 0)}°"
        if side != "both"
        else f"{phrases.number(deg, 0)}°"
        for side, deg in row.range_deg.items()
    ]
    return " ".join(told) or NOTHING


def _seconds_of(row: SessionRow, phrases: Phrases) -> str:
    """Return how long a rep took."""
    return NOTHING if row.rep_s is None else phrases.number(row.rep_s, 1)


def _felt_of(value: int | None) -> str:
    """Return what was told on a scale of 0 to 10."""
    return NOTHING if value is None else str(value)


def session_cells(row: SessionRow, phrases: Phrases) -> list[str]:
    """Return a session as a row of a table, cell by cell as in `SESSION_COLUMNS`."""
    return [
        str(row.id),
        f"{row.started_at:%Y-%m-%d %H:%M}",
        full_title(row.exercise, row.level, phrases),
        _done_of(row, phrases),
        _range_of(row, phrases),
        _seconds_of(row, phrases),
        _felt_of(row.effort),
        _felt_of(row.pain),
        "" if row.ended else phrases.text("history.cut_off"),
    ]
