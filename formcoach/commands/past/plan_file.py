"""The physiotherapist's plan: taken in, shown, given out again, and let go."""

import sys
from pathlib import Path
from typing import Any

import msgspec

from formcoach.commands.console import guarded
from formcoach.commands.past.columns import plain
from formcoach.commands.past.history_view import lang_of
from formcoach.errors import SpecError
from formcoach.history.notebook import Notebook
from formcoach.programme.given import GivenPlan, parse_plan
from formcoach.system.paths import PathKind, what_is_at
from formcoach.system.writing import write_whole
from formcoach.words.given_plan import plan_lines
from formcoach.words.phrases import load_phrases

__all__ = ["MAX_BYTES", "clear_plan", "export_plan", "import_plan", "plan_toml", "show_plan"]

MAX_BYTES = 200_000
"""A plan of twenty exercises with all their texts is a tenth of it."""


def import_plan(path: Path, data: Path | None, lang: str | None) -> int:
    """Take a plan in, where it is valid; it is followed from now on.

    Args:
        path: a TOML file.
        data: the folder of the history; None for the platform's.
        lang: the language, where it is not the profile's.
    """
    with guarded():
        plan = parse_plan(_read(path), str(path))
        with Notebook.open(data) as notebook:
            phrases = load_phrases(lang_of(notebook, lang))
            notebook.put_given_plan(plan)
        _print([phrases.text("given.kept", n=len(plan.exercises), file=path)])
        _print([*plan_lines(plan, phrases)])
    return 0


def show_plan(data: Path | None, lang: str | None) -> int:
    """Print the plan that is followed."""
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(lang_of(notebook, lang))
        plan = notebook.given_plan
        _print([phrases.text("given.none")] if plan is None else [*plan_lines(plan, phrases)])
    return 0


def export_plan(path: Path, data: Path | None, lang: str | None) -> int:
    """Write the plan that is followed to a file, as it can be taken in again."""
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(lang_of(notebook, lang))
        plan = notebook.given_plan
        if plan is None:
            _print([phrases.text("given.none")])
            return 1
        write_whole(path, plan_toml(plan))
        _print([phrases.text("given.exported", n=len(plan.exercises), file=path)])
    return 0


def clear_plan(data: Path | None, lang: str | None) -> int:
    """Let the plan go: the ladder is followed again."""
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(lang_of(notebook, lang))
        _print([phrases.text("given.cleared" if notebook.drop_given_plan() else "given.none")])
    return 0


def _read(path: Path) -> bytes:
    if what_is_at(path) in (PathKind.PIPE, PathKind.FOLDER):  # opening a pipe would wait
        raise SpecError(f"{path}: cannot be read (it is not a file); give the plan's TOML file")
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SpecError(f"{path}: cannot be read ({reason}); check the path") from error
    if len(raw) > MAX_BYTES:
        raise SpecError(f"{path}: more than {MAX_BYTES} bytes; give the plan's TOML file")
    return raw


def _print(lines: list[str]) -> None:
    sys.stdout.write("".join(f"{plain(line)}\n" for line in lines))


def plan_toml(plan: GivenPlan) -> str:
    """Return a plan as the TOML file that it can be taken in from."""
    tree: dict[str, Any] = msgspec.to_builtins(plan, builtin_types=(type(plan.since),))
    tables = tree.pop("exercises")
    lines = _pairs(tree)
    for table in tables:
        lines += ["", "[[exercises]]", *_pairs(table)]
    return "\n".join(lines) + "\n"


def _pairs(table: dict[str, Any]) -> list[str]:
    """Return the lines of a table; what is empty is left out, as it was where it came from."""
    told = {key: value for key, value in table.items() if value not in (None, "", (), [])}
    return [f"{key} = {_value(value)}" for key, value in told.items()]


def _value(value: Any) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _quoted(text: str) -> str:
    """Return a text as a basic string of TOML."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
