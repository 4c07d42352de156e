"""The commands `report` and `share`; no logic here."""

from pathlib import Path
from typing import Annotated

import typer

from formcoach.commands.cli_options import Data, Language

__all__ = ["add_commands"]


_Lang = Annotated[
    Language | None, typer.Option("--lang", help="Language, if not that of the session.")
]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command(short_help="Write the report of a past session.")(report)
    app.command(short_help="Pack a session for your physiotherapist.")(share)


def report(
    session: Annotated[
        str | None,
        typer.Argument(help="Number of the session; the last one if left out.", metavar="SESSION"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="The page, instead of one in this folder.", readable=False
        ),
    ] = None,
    lang: _Lang = None,
    data: Data = None,
) -> None:
    """Write the report of a past session: one page to watch, read, print and hand out."""
    from formcoach.commands.stored_report import show_session

    raise typer.Exit(show_session(session, out, data, None if lang is None else lang.value))


def share(
    session: Annotated[str, typer.Argument(help="Number of the session.", metavar="SESSION")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="The zip, instead of one in this folder.", readable=False),
    ] = None,
    face_visible: Annotated[
        bool, typer.Option("--face-visible", help="Leave faces as they are; they are blurred else.")
    ] = False,
    lang: _Lang = None,
    data: Data = None,
) -> None:
    """Pack a session for your physiotherapist: report, reps and film in one zip, faces blurred."""
    from formcoach.commands.stored_report import share_session

    chosen = None if lang is None else lang.value
    raise typer.Exit(share_session(session, out, data, chosen, face_visible=face_visible))
