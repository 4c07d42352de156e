"""The programme in the terminal: the ladder with where the person is, the diary, the coverage."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from formcoach.commands.console import guarded, terminal
from formcoach.commands.daily.coverage import load_coverage
from formcoach.exercises.library import load_exercise
from formcoach.history.notebook import Notebook
from formcoach.programme.ladder import TRACKS, Rung, Track, rung_at, rungs_for
from formcoach.programme.profile import Profile, Prop
from formcoach.programme.progression import Standing, standing_of
from formcoach.system.local_time import local_now
from formcoach.words.phrases import Phrases, load_phrases
from formcoach.words.titles import title_of

__all__ = ["ladder_rows", "ladder_table", "show_coverage", "show_ladder"]

NARROW = 76
"""Columns below which a title and how it stands do not fit beside each other."""


def show_coverage() -> int:
    """Print what the article asks, what the program does about it and where; in English alone.

    It is for who checks the program against the article; the words a user needs are phrases.
    """
    with guarded():
        table = Table(box=None, pad_edge=False)
        for heading in ("", "the article asks", "", "the program", "where"):
            table.add_column(heading, overflow="fold")
        for row in load_coverage():
            table.add_row(row.number, row.asks, row.way, row.does, f"[bright_black]{row.where}")
        terminal().print(table, highlight=False)
    return 0


def show_ladder(data: Path | None, lang: str | None) -> int:
    """Print the ladder, and where on it the person of a notebook is.

    Args:
        data: the folder of the history; None for the platform's.
        lang: the language, where it is not the profile's.
    """
    with guarded(), Notebook.open(data) as notebook:
        kept = notebook.profile
        profile = kept or Profile(props=frozenset(Prop))
        phrases = load_phrases(lang or profile.lang)
        standing = standing_of(profile, notebook.results(local_now()))
        console = Console()
        console.print(ladder_table(profile, standing, phrases, narrow=console.width < NARROW))
        if kept is None:
            console.print(f"[bright_black]{phrases.text('plan.set_up_first')}", highlight=False)
        for about in ("about.disclaimer", "about.credit"):
            console.print(f"\n[bright_black]{phrases.text(about)}", highlight=False)
    return 0


def ladder_table(
    profile: Profile, standing: Standing, phrases: Phrases, *, narrow: bool = False
) -> Table:
    """Return the ladder as a table: each track's rungs, easy to hard, with how each one stands.

    Where it is `narrow`, titles go over several lines, so that mark and state have their place.
    """
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(width=1)
    table.add_column(no_wrap=not narrow, overflow="fold")
    table.add_column(overflow="fold")
    for number, track in enumerate(ladder_rows(profile, standing, phrases)):
        if number:
            table.add_row()
        for title, mark, state in track:
            style = "[bold]" if mark == ">" else "" if mark == "x" else "[bright_black]"
            table.add_row(f"{style}{mark}", f"{style}{title}", f"{style}{state}")
    return table


def ladder_rows(
    profile: Profile, standing: Standing, phrases: Phrases
) -> list[list[tuple[str, str, str]]]:
    """Return the ladder in words, track by track: each rung's title, mark and state."""
    tracks = []
    for track in TRACKS:
        possible, rows = rungs_for(track, profile.props), []
        for name in track.rungs:
            rung = rung_at(*name)
            spec = load_exercise(rung.exercise)
            title = title_of(spec, spec.level(rung.level or None), phrases)
            state = _rung_state(track, rung, possible, profile, standing, phrases)
            rows.append((title, *state))
        tracks.append(rows)
    return tracks


def _rung_state(
    track: Track,
    rung: Rung,
    possible: tuple[Rung, ...],
    profile: Profile,
    standing: Standing,
    phrases: Phrases,
) -> tuple[str, str]:
    """Return a mark for a rung, and its state in words."""
    place = standing.places.get(track.id)
    if place is not None and place.rung == rung:
        unit = "seconds_long" if rung.is_gate else "reps"
        here = f"{phrases.text('ladder.here')}, {place.reps} {phrases.text(f'ui.{unit}')}"
        return ">", here
    if (rung.exercise, rung.level) in standing.mastered:
        return "x", phrases.text("ladder.mastered")
    missing = sorted(rung.needs - profile.props)
    if missing:
        names = ", ".join(phrases.text(f"ladder.{prop.value}") for prop in missing)
        return "-", phrases.text("ladder.needs", what=names)
    if rung not in possible:
        return "-", phrases.text("ladder.left_out")
    if place is None and track.opens_after is not None and rung == possible[0]:
        spec = load_exercise(track.opens_after[0])
        first = title_of(spec, spec.level(track.opens_after[1]), phrases)
        return "-", phrases.text("ladder.opens_after", what=first)
    return "-", ""
