"""The command that makes a shortcut on the desktop."""

from typing import Annotated

import typer

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Add it to the command line."""
    app.command(short_help="Put FormCoach on the desktop and in the menu.")(shortcut)


def shortcut(
    lang: Annotated[str, typer.Option(help="Language of the description: en or nl.")] = "en",
) -> None:
    """Make an entry on the desktop and in the menu that opens the start page (formcoach app)."""
    from formcoach.commands.console import guarded
    from formcoach.commands.shortcut import make_entry

    with guarded():
        typer.echo(make_entry(lang))
