"""Progress over a period: in the terminal, as a page, or as two pages for a physiotherapist."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from formcoach.commands.console import guarded
from formcoach.commands.past.columns import aligned, plain
from formcoach.commands.past.history_view import lang_of, tell_odd
from formcoach.history.digest import SessionFilter
from formcoach.history.notebook import Notebook
from formcoach.history.pages import WEEKDAYS, ExercisePart, counted, exercise_part, progress_page
from formcoach.history.queries import Progress, Week, period_of, progress
from formcoach.system.writing import write_whole
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["show_progress"]

PHYSIO_FILE = Path("formcoach-for-physio.html")
DOT, DONE = "\N{MIDDLE DOT}", "x"


def show_progress(
    data: Path | None,
    wanted: SessionFilter,
    *,
    html: Path | None = None,
    for_physio: bool = False,
    lang: str | None = None,
) -> int:
    """Show how practice went.

    Args:
        data: the folder of the history; None for the platform's.
        wanted: the period and the exercise; a period that is not given is the last twelve weeks.
        html: a file to write a page to; None for the terminal.
        for_physio: write the two pages for a physiotherapist.
        lang: the language, where it is not the profile's.
    """
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(lang_of(notebook, lang))
        found = progress(notebook.history, period_of(wanted))
        tell_odd(notebook.history)
        if for_physio:
            from formcoach.history.physio import physio_page
            from formcoach.history.session_folders import session_folders

            path = html or PHYSIO_FILE
            folders = session_folders(notebook.history, {row.id for row in found.sessions})
            page = physio_page(found, notebook.given_plan, notebook.profile, phrases, folders)
            write_whole(path, page)
        elif html is not None:
            path = html
            write_whole(path, progress_page(found, phrases))
        else:
            sys.stdout.write("\n".join(map(plain, _lines(found, phrases))) + "\n")
            return 0
        sys.stdout.write(f"{path}\n")
    return 0


def _lines(found: Progress, phrases: Phrases) -> Iterator[str]:
    yield phrases.text("progress.period", since=found.since, until=found.until)
    if not found.sessions:
        yield phrases.text("history.none")
        return
    yield ""
    yield from _calendar(found, phrases)
    for name in found.exercises():
        yield ""
        yield from _exercise(exercise_part(found, name, phrases))
    yield ""
    yield phrases.text("progress.error_note")


def _calendar(found: Progress, phrases: Phrases) -> Iterator[str]:
    """Yield a line a week: the days on which something was done, and what came of them."""
    practised = {one.day for one in found.days}
    letters = [phrases.text(f"weekday.{day}")[:1] for day in WEEKDAYS]
    rows = [[phrases.text("diary.week"), " ".join(letters), ""]]
    for week in found.weeks:
        days = [week.monday + timedelta(days=n) for n in range(7)]
        marks = [
            " " if not found.since <= day <= found.until else DONE if day in practised else DOT
            for day in days
        ]
        rows.append([f"{week.monday}", " ".join(marks), _week(week, phrases)])
    yield from aligned(rows)


def _week(week: Week, phrases: Phrases) -> str:
    if not week.sessions:
        return ""
    parts = [counted(week.sessions, phrases)]
    if week.total:
        parts.append(phrases.text("progress.good_reps", good=week.good, total=week.total))
    return ", ".join(parts)


def _exercise(part: ExercisePart) -> Iterator[str]:
    yield part.name
    yield f"  {part.summary}"
    for line in part.changes:
        yield f"  {line}"
    for step in part.steps:
        yield f"  {step.day}: {step.text}"
