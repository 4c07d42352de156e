"""The diary of two weeks, one of stretching and one of strengthening; the person compares."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.console import guarded
from formcoach.daily.asking import Asker
from formcoach.daily.notebook import Notebook
from formcoach.feedback.phrases import Phrases, load_phrases
from formcoach.local_time import local_now
from formcoach.programme.diary import (
    Diary,
    DiaryEntry,
    Week,
    compare,
    entry_on,
    notes_of,
    week_on,
)

__all__ = ["diary_table", "run_diary"]


def run_diary(
    data: Path | None,
    *,
    comfort: int | None = None,
    done: bool | None = None,
    note: str = "",
    again: bool = False,
    now: Callable[[], datetime] = local_now,
) -> int:
    """Write down how a day of the two weeks was, and show both weeks side by side.

    What is not given is asked; after the two weeks they are only shown.

    Args:
        data: the folder of the history; None for the platform's.
        comfort: how hips and back felt today, 0 to 10.
        done: whether the week's practice was done today.
        note: the person's own words.
        again: begin two new weeks today; those before are no longer shown.
        now: the time now, in the zone of the place.
    """
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(notebook.needed_profile().lang)
        today = now().date()
        if again:
            notebook.put_diary(Diary(begun_on=today))
        diary = notebook.begin_diary(today)
        if week_on(diary, today) is not None:
            before = entry_on(diary, today) or DiaryEntry(day=today, comfort=0, done=False)
            blank = replace(before, note=noted(before.note, note))
            entry = _entry(Asker(phrases), blank, comfort, done)
            if entry is not None:
                diary = replace(diary, entries=(*diary.entries, entry))
                notebook.put_diary(diary)
        console = Console()
        console.print(diary_table(diary, phrases))
        for one in notes_of(diary):
            console.print(f"[bright_black]{one.day}[/] {escape(one.note)}", highlight=False)
        if week_on(diary, today) is None:
            console.print(phrases.text("plan.note_compare"), highlight=False)
    return 0


def _entry(
    ask: Asker, entry: DiaryEntry, comfort: int | None, done: bool | None
) -> DiaryEntry | None:
    """Return the day's entry, asked for where it was not given; None where it was not told."""
    if comfort is None:
        comfort = ask.scale("ask.comfort")
    if comfort is None:
        ask.tell("ask.nothing_kept")
        return None
    if done is None:
        done = ask.yes_no("ask.practised")
    return replace(entry, comfort=comfort, done=entry.done if done is None else done)


def noted(before: str, note: str) -> str:
    """Return the words of a day with those that are new."""
    return "; ".join(words for words in (before, note.strip()) if words)


def diary_table(diary: Diary, phrases: Phrases) -> Table:
    """Return both weeks side by side: how many days were told, practised, and how it felt."""
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for heading in ("week", "days", "practised", "comfort"):
        table.add_column(phrases.text(f"diary.{heading}"))
    for week in compare(diary):
        table.add_row(*_row(week, phrases))
    return table


def _row(week: Week, phrases: Phrases) -> tuple[str, ...]:
    comfort = "-" if week.comfort is None else phrases.decimal(f"{week.comfort:g}")
    return phrases.text(f"diary.{week.kind.value}"), str(week.days), str(week.done), comfort
