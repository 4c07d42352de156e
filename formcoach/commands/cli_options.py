"""Options that several commands share; light to import, for `--help`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from formcoach.system.language import read_in, system_language

__all__ = ["HERE", "Data", "Lang", "Language", "OtherLang", "exercise_named"]


class Language(StrEnum):
    """The languages of cues and words."""

    EN = "en"
    NL = "nl"


HERE = Language(system_language())
"""The language of this machine, where none is asked for."""


def _read(lang: Language | None) -> Language | None:
    """Let errors be told in the language asked for."""
    read_in(None if lang is None else lang.value)
    return lang


def exercise_named(name: str | None) -> str | None:
    """Return the id of an exercise that is called by another of its names."""
    if name is None:
        return None
    from formcoach.exercises.library import exercise_id

    return exercise_id(name)


Lang = Annotated[
    Language, typer.Option("--lang", help="Language of the cues.", callback=_read, is_eager=True)
]
OtherLang = Annotated[
    Language | None,
    typer.Option("--lang", help="Language, if not the set-up's.", callback=_read, is_eager=True),
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of the history, instead of the platform's own.", readable=False
    ),
]
