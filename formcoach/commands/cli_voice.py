"""The commands about the voice: hear those that are here, make a pack of one's own."""

from pathlib import Path
from typing import Annotated

import typer

from formcoach.commands.cli_options import HERE, Language

__all__ = ["add_commands"]


Lang = Annotated[Language, typer.Option("--lang", help="Language of the voice.")]


def add_commands(app: typer.Typer) -> None:
    """Add ``voice`` and its commands."""
    voice = typer.Typer(
        no_args_is_help=True, rich_markup_mode=None, help="Hear the voices, or make one your own."
    )
    voice.command(name="try", short_help="Speak a sentence by each voice that is here.")(_try)
    voice.command(name="render", short_help="Make a voice pack from a Piper voice.")(_render)
    app.add_typer(voice, name="voice")


def _try(
    text: Annotated[
        str, typer.Argument(help="What to say.", metavar="TEXT", show_default=False)
    ] = "",
    lang: Lang = HERE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Write each as a WAV file to this folder.", readable=False
        ),
    ] = None,
) -> None:
    """Speak a sentence by each voice that is here, the one that `--speaker auto` takes first."""
    from formcoach.commands.voices import try_voices

    raise typer.Exit(try_voices(text, lang.value, out))


def _render(
    piper: Annotated[
        Path,
        typer.Option(
            help="A Piper voice: NAME.onnx, with NAME.onnx.json beside it.", readable=False
        ),
    ],
    lang: Lang = HERE,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="The pack, NAME.voice.zip; else the one taken by itself.",
            readable=False,
        ),
    ] = None,
) -> None:
    """Speak every sentence of the book once by a Piper voice, and keep it as a pack.

    From then on `--speaker auto` speaks with it, and needs Piper no more.
    """
    from formcoach.commands.voices import render_pack

    raise typer.Exit(render_pack(piper, lang.value, out))
