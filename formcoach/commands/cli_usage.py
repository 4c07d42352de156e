"""Wrong usage of the command line, told in Dutch where that is the language asked for."""

import sys
from collections.abc import Sequence
from typing import Any

import typer

from formcoach.system.language import system_language

__all__ = ["run_in_language", "usage_words"]

WRONG_USAGE: Any = typer.BadParameter.__base__
"""The base of all that typer says of wrong usage, of which it gives the name away only so."""


def run_in_language(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Run the commands; say wrong usage in Dutch where that is the language.

    Args:
        app: the commands.
        arguments: what was typed, to see which language is asked for.
    """
    if _language(arguments) != "nl":
        app()
        return
    try:
        status = app(standalone_mode=False)
    except typer.Abort:
        sys.exit(1)
    except WRONG_USAGE as error:
        sys.stderr.write(f"{usage_words(error)}\n")
        sys.exit(error.exit_code)
    sys.exit(status if isinstance(status, int) else 0)


def _language(arguments: Sequence[str]) -> str:
    for option, value in zip(arguments, (*arguments[1:], ""), strict=True):
        if option in ("--lang=nl", "--lang=en"):
            return option.removeprefix("--lang=")
        if option == "--lang" and value in ("nl", "en"):
            return value
    return system_language()


def usage_words(error: Any) -> str:
    """Return what is wrong with a call and the way out, in Dutch; what is not known stays as it is.

    Args:
        error: what typer raised.
    """
    from formcoach.words.phrases import load_phrases

    phrases, kind = load_phrases("nl"), type(error).__name__
    command = getattr(error.ctx, "command_path", None) or "formcoach"
    told = error.format_message()
    if kind == "NoSuchOption":
        near = ", ".join(error.possibilities or ())
        told = phrases.text("usage.no_option", option=error.option_name)
        told += phrases.text("usage.near", names=near) if near else ""
    elif kind == "MissingParameter" and error.param is not None:
        told = phrases.text("usage.missing", name=_name_of(error.param))
    elif kind == "BadParameter" and error.param is not None:
        told = phrases.text("usage.bad", name=_name_of(error.param), reason=error.message)
    elif kind in ("NoSuchCommand", "UsageError") and "No such command" in told:
        told = phrases.text("usage.no_command", name=told.split("'")[1])
    return phrases.text("usage.line", told=told, command=command)


def _name_of(param: Any) -> str:
    """Return what a person types or reads: ``--reps``, ``VIDEO``."""
    option = next((one for one in param.opts if one.startswith("-")), None)
    return str(option or getattr(param, "metavar", None) or param.name.upper())
