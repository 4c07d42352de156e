"""Progress as one page that opens from disk, offline: nothing in it runs, nothing is requested."""

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import groupby
from math import ceil
from pathlib import Path
from statistics import fmean, mean
from typing import TYPE_CHECKING, Any

from formcoach.history.measuring import change_of, range_error_deg, range_sides
from formcoach.history.plots import Plot, Value, bars_of, calendars_of, plot_of
from formcoach.history.queries import LevelStep, Progress, SessionRow, Week
from formcoach.history.wording import cells_of, headings_of, name_of
from formcoach.words.phrases import Phrases

if TYPE_CHECKING:  # slow to import, and the terminal's progress needs none of it
    from jinja2 import Environment

__all__ = [
    "PICTURE_SHEET",
    "WEEKDAYS",
    "ExercisePart",
    "changes_in_words",
    "counted",
    "exercise_part",
    "picture_words",
    "progress_page",
    "progress_parts",
    "render",
    "week_in_words",
]

MAX_DOTS = 150
"""Values of one line; with more, those of neighbouring days are drawn as their mean."""
MAX_ROWS = 400
"""Sessions that a page lists, the newest; `formcoach history` lists all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """A change of level, in words."""

    session_id: int
    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExercisePart:
    """What a page says of one exercise.

    Attributes:
        exercise, name: its id, and as a user reads it.
        summary: how often and how much, in one sentence.
        changes: how the range and the tempo went, a sentence each.
        plots: range, tempo, effort and pain, where there is something to draw.
        steps: changes of level.
        merged: whether the pictures draw means of several sessions.
    """

    exercise: str
    name: str
    summary: str
    changes: tuple[str, ...]
    plots: tuple[Plot, ...]
    steps: tuple[StepRow, ...]
    merged: bool


def progress_page(found: Progress, phrases: Phrases) -> str:
    """Return the page of a period, as HTML."""
    return render("progress.html.j2", progress_parts(found, phrases), phrases)


def progress_parts(found: Progress, phrases: Phrases) -> dict[str, Any]:
    """Return what a page shows of a period: calendar, weeks, each exercise, the sessions."""
    linked = found.sessions[-MAX_ROWS:]
    shown = {row.id for row in linked}
    parts = [exercise_part(found, name, phrases, linked=shown) for name in found.exercises()]
    return {
        "rows": found.sessions,
        "days": len(found.days),
        "since": found.since,
        "until": found.until,
        "calendars": calendars_of(found.days, found.since, found.until) if found.days else [],
        "bars": bars_of(found.weeks, lambda week: week_in_words(week, phrases)),
        "exercises": parts,
        "left_out": len(found.sessions) - len(linked),
        "headings": headings_of(phrases),
        "table": [{"id": row.id, "cells": cells_of(row, phrases)} for row in reversed(linked)],
    }


def picture_words(phrases: Phrases, link: str = "#s") -> dict[str, Any]:
    """Return what the drawing of pictures needs beside them.

    Args:
        phrases: the words.
        link: what the number of a session is put behind, to lead to it.
    """
    return {
        "link": link,
        "weekdays": [phrases.text(f"weekday.{name}")[:2] for name in WEEKDAYS],
        "months": phrases.steps("progress.months"),
        "counted": lambda n: counted(n, phrases),
    }


def render(template: str, context: dict[str, Any], phrases: Phrases) -> str:
    """Return a page: everything of the context is shown as text, never taken as markup."""
    from markupsafe import Markup

    environment = _environment()
    assert environment.loader is not None
    sheets = [environment.loader.get_source(environment, name)[0] for name in SHEETS]
    style = "\n" + "\n".join(sheets)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    common = picture_words(phrases) | {
        "t": phrases.text,
        "lang": phrases.lang,
        "style": Markup(style),  # a file of this package
        "style_hash": f"sha256-{digest}",
    }
    return environment.get_template(template).render(common | context)


PICTURE_SHEET = Path(__file__).parent / "templates" / "pictures.css"
"""The style of the pictures, for a page that has a style of its own."""
SHEETS = ("style.css", "pictures.css")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("formcoach.history", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def counted(sessions: int, phrases: Phrases) -> str:
    """Return how many sessions, in words."""
    key = "one_session" if sessions == 1 else "sessions_n"
    return phrases.text(f"progress.{key}", n=sessions)


def exercise_part(
    found: Progress, exercise: str, phrases: Phrases, *, linked: Iterable[int] = ()
) -> ExercisePart:
    """Return what there is to say of one exercise.

    Args:
        found: the period.
        exercise: its id.
        phrases: the words.
        linked: the sessions that can be pointed at; of others the last one that can is.
    """
    rows, there = found.of(exercise), set(linked)
    oldest = min(there, default=0)

    def values(of: Callable[[SessionRow], float | None], unit: str, digits: int) -> list[Value]:
        told = [(row, value) for row in rows if (value := of(row)) is not None]
        found_values = []
        for ones in _neighbours(told, found):
            row, value = ones[-1][0], fmean([value for _, value in ones])
            days = f"{row.day}" if len(ones) == 1 else f"{ones[0][0].day} - {row.day}"
            found_values.append(
                Value(
                    day=row.day,
                    value=value,
                    session_id=row.id if not there or row.id in there else oldest,
                    label=f"{days}: {phrases.number(value, digits)}{unit}",
                    group=row.level,
                )
            )
        return found_values

    def picture(key: str, *lines: tuple[str, str, list[Value]], **more: Any) -> Plot | None:
        title = phrases.text(f"progress.plot_{key}")
        return plot_of(title, lines, since=found.since, until=found.until, **more)

    sides = range_sides(rows)
    ranges = [
        (phrases.text(f"ui.{side}"), side, values(partial(_range_of, side), "°", 0))
        for side in sides
    ]
    tempo = ("tempo", values(lambda row: row.rep_s, " s", 1))
    effort = ("effort", values(lambda row: row.effort, "", 0))
    pain = ("pain", values(lambda row: row.pain, "", 0))
    held = ("both", values(lambda row: row.hold_s or None, " s", 0))
    plots = [
        picture("range", *ranges, error=range_error_deg(exercise)),
        picture("hold", (phrases.text("progress.plot_hold"), *held), low=0.0),
        picture("tempo", (phrases.text("progress.plot_tempo"), *tempo), low=0.0),
        picture(
            "felt",
            (phrases.text("history.effort"), *effort),
            (phrases.text("history.pain"), *pain),
            low=0.0,
            high=10.0,
        ),
    ]
    return ExercisePart(
        exercise=exercise,
        name=name_of(exercise, "", phrases),
        summary=_summary(rows, phrases),
        changes=tuple(changes_in_words(rows, phrases)),
        plots=tuple(plot for plot in plots if plot is not None),
        steps=tuple(_step(s, phrases) for s in found.steps if s.exercise == exercise),
        merged=len(rows) > MAX_DOTS,
    )


def _range_of(side: str, row: SessionRow) -> float | None:
    return row.range_deg.get(side)


def _neighbours(
    told: list[tuple[SessionRow, float]], found: Progress
) -> Iterator[list[tuple[SessionRow, float]]]:
    """Yield each value alone or, where there are too many, those of neighbouring days together."""
    if len(told) <= MAX_DOTS:
        yield from ([one] for one in told)
        return
    span = ceil(((found.until - found.since).days + 1) / MAX_DOTS)
    first = found.since.toordinal()
    for _, group in groupby(
        told, key=lambda one: (one[0].level, (one[0].started_at.toordinal() - first) // span)
    ):
        yield list(group)


def _summary(rows: Sequence[SessionRow], phrases: Phrases) -> str:
    good, total = sum(row.good for row in rows), sum(row.total for row in rows)
    parts = [counted(len(rows), phrases)]
    if total:
        parts.append(phrases.text("progress.good_reps", good=good, total=total))
    held = [row.hold_s for row in rows if row.hold_s]
    if held:
        parts.append(phrases.text("progress.held", seconds=phrases.number(mean(held), 0)))
    return ", ".join(parts)


def changes_in_words(rows: Sequence[SessionRow], phrases: Phrases) -> list[str]:
    """Return how range and tempo went over sessions of one exercise, with what can be off."""
    found = []
    for side in range_sides(rows):
        change = change_of(rows, side)
        if change is None:
            continue
        beyond = change.is_beyond_error
        judged = "unknown" if beyond is None else "beyond" if beyond else "within"
        found.append(
            phrases.text(
                f"progress.range_{judged}",
                side=phrases.text(f"ui.{side}"),
                first=phrases.number(change.first_deg, 0),
                last=phrases.number(change.last_deg, 0),
                error=phrases.number(change.error_deg or 0.0, 0),
            )
        )
    tempo = [row.rep_s for row in rows if row.rep_s is not None]
    if tempo:
        found.append(phrases.text("progress.tempo", seconds=phrases.number(mean(tempo), 1)))
    return found


def _step(step: LevelStep, phrases: Phrases) -> StepRow:
    before = step.before
    level = phrases.text_or(f"level.{step.exercise}.{step.level}", step.level)
    if before is None:
        text = phrases.text("progress.begun", level=level) if step.level else ""
    else:
        earlier = phrases.text_or(f"level.{step.exercise}.{before}", before)
        text = phrases.text("progress.stepped", before=earlier, level=level)
    text = text or phrases.text("progress.first_time")
    return StepRow(session_id=step.session_id, day=step.at.date(), text=text)


def week_in_words(week: Week, phrases: Phrases) -> str:
    """Return a week as a sentence: when, and how many good reps."""
    good = phrases.text("progress.good_reps", good=week.good, total=week.total)
    return f"{week.monday}: {good}"
