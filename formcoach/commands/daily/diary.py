"""The diary of two weeks, one of stretching and one of strengthening; the person compares."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.commands.console import guarded
from formcoach.commands.daily.asking import Asker
from formcoach.errors import UsageError
from formcoach.history.notebook import Notebook
from formcoach.programme.two_weeks import (
    WEEK,
    Diary,
    DiaryEntry,
    Week,
    begun,
    compare,
    entry_on,
    notes_of,
    week_on,
)
from formcoach.system.language import read_in
from formcoach.system.local_time import local_now
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["diary_table", "run_diary"]


def run_diary(
    data: Path | None,
    *,
    comfort: int | None = None,
    done: bool | None = None,
    note: str = "",
    again: bool = False,
    lang: str | None = None,
    now: Callable[[], datetime] = local_now,
) -> int:
    """Write down how a day of the two weeks was, and show both weeks side by side.

    What is not given is asked; after the two weeks they are only shown. They begin with the first
    day of which something is noted, and with no look at them.

    Args:
        data: the folder of the history; None for the platform's.
        comfort: how hips and back felt today, 0 to 10.
        done: whether the week's practice was done today.
        note: the person's own words.
        again: begin two new weeks today; those before are no longer shown.
        lang: the language, where it is not the profile's.
        now: the time now, in the zone of the place.
    """
    with guarded(), Notebook.open(data) as notebook:
        profile = notebook.needed_profile()
        phrases = load_phrases(lang or profile.lang)
        read_in(phrases.lang)
        today = now().date()
        if again:
            notebook.begin_diary(today, again=True)
        diary = notebook.diary or begun(None, today)
        told = DiaryEntry(day=today, comfort=comfort, done=bool(done), note=note.strip())
        if week_on(diary, today) is not None:
            entry = _entry(Asker(phrases), entry_on(diary, today), told, done)
            if entry is not None:
                diary = replace(diary, entries=(*diary.entries, entry))
                notebook.put_diary(diary)
        _show(diary, today, phrases, begun=notebook.diary is not None)
        if week_on(diary, today) is None and (done is not None or told != _nothing(today)):
            raise UsageError(
                f"{today} is not in the two weeks from {diary.begun_on} on, so nothing was noted; "
                f"add --again to begin two new ones today"
            )
    return 0


def _nothing(day: date) -> DiaryEntry:
    return DiaryEntry(day=day, done=False)


def _entry(
    ask: Asker, before: DiaryEntry | None, told: DiaryEntry, done: bool | None
) -> DiaryEntry | None:
    """Return the day's entry, asked for where it was not given; None where nothing was told.

    Args:
        ask: asks.
        before: what was noted of the day until now.
        told: what was given.
        done: whether the practice was done, where that was given.
    """
    before = before or _nothing(told.day)
    comfort = ask.scale("ask.comfort") if told.comfort is None else told.comfort
    if done is None:
        done = ask.yes_no("ask.practised")
    if comfort is None and done is None and not told.note:
        ask.tell("ask.nothing_kept")
        return None
    return replace(
        before,
        comfort=before.comfort if comfort is None else comfort,
        done=before.done if done is None else done,
        note=noted(before.note, told.note),
    )


def _show(diary: Diary, today: date, phrases: Phrases, *, begun: bool) -> None:
    """Print both weeks and the notes, and what to do where they are over or were not begun."""
    console = Console()
    console.print(diary_table(diary, phrases))
    for one in notes_of(diary):
        console.print(f"[bright_black]{one.day}[/] {escape(one.note)}", highlight=False)
    if not begun:
        console.print(phrases.text("diary.not_begun"), highlight=False)
    elif today - diary.begun_on >= 2 * WEEK:
        console.print(phrases.text("plan.note_compare"), highlight=False)
        console.print(phrases.text("diary.again"), highlight=False)


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
