"""The command that opens FormCoach in the browser; also what plain `formcoach` does."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["add_commands"]


def add_commands(app: typer.Typer) -> None:
    """Add `formcoach app`."""

    @app.command("app", short_help="Open FormCoach in the browser.")
    def run(
        port: Annotated[
            int | None, typer.Option(min=1, max=65535, help="Where to listen, on this machine.")
        ] = None,
        browser: Annotated[
            bool, typer.Option("--browser/--no-browser", help="Open the browser on it.")
        ] = True,
        model: Annotated[
            str, typer.Option(help="lite, full or heavy, or a model bundle of your own.")
        ] = "full",
        lan: Annotated[
            bool, typer.Option("--lan", help="Let a phone in the same network be the camera.")
        ] = False,
        lan_address: Annotated[
            str | None,
            typer.Option(help="With --lan: this machine's address there, if it has several."),
        ] = None,
        data: Annotated[
            Path | None,
            typer.Option(
                "--data",
                help="Folder of the history, instead of the platform's own.",
                readable=False,
            ),
        ] = None,
    ) -> None:
        """Open FormCoach in the browser; all of it stays on this machine, or with --lan at home."""
        from formcoach.app.server import serve
        from formcoach.commands.console import guarded

        with guarded():
            status = serve(
                port=port,
                browser=browser,
                data=data,
                model=model,
                lan=lan or lan_address is not None,
                lan_address=lan_address,
            )
        raise typer.Exit(status)
