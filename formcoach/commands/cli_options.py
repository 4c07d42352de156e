"""Options that several commands share; light to import, for `--help`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Data", "Lang", "Language", "OtherLang"]


class Language(StrEnum):
    """The languages of cues and words."""

    EN = "en"
    NL = "nl"


Lang = Annotated[Language, typer.Option("--lang", help="Language of the cues.")]
OtherLang = Annotated[
    Language | None, typer.Option("--lang", help="Language, if not the set-up's.")
]
Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of the history, instead of the platform's own.", readable=False
    ),
]
