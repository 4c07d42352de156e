"""Past sessions as a table in the terminal."""

import sys
from pathlib import Path

from formcoach.commands.console import guarded, say
from formcoach.commands.past.columns import aligned
from formcoach.history.digest import SessionFilter
from formcoach.history.notebook import Notebook
from formcoach.history.queries import sessions
from formcoach.history.store import History
from formcoach.history.wording import cells_of, headings_of
from formcoach.words.phrases import load_phrases

__all__ = ["lang_of", "show_history", "tell_odd"]

_RIGHT = (0, 5, 6, 7)


def show_history(data: Path | None, wanted: SessionFilter, lang: str | None) -> int:
    """Print the sessions that are asked for, the newest last.

    Args:
        data: the folder of the history; None for the platform's.
        wanted: which ones.
        lang: the language, where it is not the profile's.
    """
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(lang_of(notebook, lang))
        rows = sessions(notebook.history, wanted)
        tell_odd(notebook.history)
        if rows:
            lines = aligned(
                [headings_of(phrases), *(cells_of(row, phrases) for row in rows)], _RIGHT
            )
        else:
            lines = [phrases.text("history.none")]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


def lang_of(notebook: Notebook, lang: str | None) -> str:
    """Return the language to use: the one asked for, else the set-up's, else English."""
    if lang is not None:
        return lang
    profile = notebook.profile
    return "en" if profile is None else profile.lang


def tell_odd(history: History) -> None:
    """Say in one line what of the history made no sense and was left out."""
    if odd := history.odd:
        more = f"; {len(odd) - 1} more" if odd[1:] else ""
        say(
            f"{history.path}: what makes no sense is left out ({odd[0]}{more}); the file stays as "
            f"it is: put a copy of your own in its place, or go on without"
        )
