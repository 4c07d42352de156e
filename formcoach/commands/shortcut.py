"""An entry on the desktop and in the menu that opens FormCoach's start page in the browser."""

import sys
from pathlib import Path
from typing import Any

from formcoach.errors import OutputError
from formcoach.words.phrases import load_phrases

__all__ = ["make_entry"]

NAME = "FormCoach"
OPENS = "_ -m formcoach app"
"""The underscore is this Python, as pyshortcuts has it."""


def make_entry(lang: str) -> str:
    """Make the entry, and return the sentence that says so.

    It starts this Python, so it stays right where FormCoach is in an environment of its own.

    Raises:
        OutputError: it cannot be written.
    """
    from pyshortcuts import make_shortcut

    phrases = load_phrases(lang)
    if " " in sys.executable and sys.platform != "win32":
        raise OutputError(
            f"cannot make a shortcut to {sys.executable}: there is a space in its path; "
            "install FormCoach elsewhere, or start it with formcoach app"
        )
    try:
        made: Any = make_shortcut(
            OPENS,
            name=NAME,
            description=phrases.text("shortcut.description"),
            terminal=True,  # closing it ends the server
        )
    except OSError as error:
        reason = error.strerror or error
        raise OutputError(
            f"cannot write the shortcut: {reason}; start it with formcoach app instead"
        ) from error
    return phrases.text("shortcut.made", name=NAME, folder=str(Path(made.desktop_dir)))
