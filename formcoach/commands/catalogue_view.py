"""The catalogue in the terminal: what there is, and what is counted and judged of each, and why."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.commands.choosing import load_exercise
from formcoach.commands.console import terminal
from formcoach.exercises.library import exercise_ids
from formcoach.exercises.spec import Check, ExerciseSpec, Level, Movement
from formcoach.words.phrases import Phrases, load_phrases
from formcoach.words.titles import title_of

__all__ = ["show_exercise", "show_exercises"]


def show_exercises(lang: str) -> None:
    """Print all exercises with their levels."""
    phrases = load_phrases(lang)
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for heading in ("exercise", "name", "levels"):
        table.add_column(phrases.text(f"catalogue.{heading}"))
    for name in exercise_ids():
        spec = load_exercise(name)
        levels = " ".join(level.id for level in spec.levels)
        table.add_row(name, phrases.text(f"exercise.{name}"), levels)
    terminal().print(table)


def show_exercise(name: str, lang: str) -> None:
    """Print how an exercise goes, what is counted, what is judged, and the source of each number.

    Raises:
        SpecError: no such exercise.
    """
    spec, phrases, console = load_exercise(name), load_phrases(lang), terminal()
    if phrases.has(f"purpose.{spec.id}"):
        console.print(escape(phrases.text(f"purpose.{spec.id}")), highlight=False)
    for level in spec.levels:
        console.print(f"\n[bold]{escape(title_of(spec, level, phrases))}", highlight=False)
        _show_howto(console, spec, level, phrases)
        movement = spec.movement_of(level)
        if movement is not None:
            console.print(_counted(movement, phrases), highlight=False)
        elif spec.isometric is not None:
            held, source = phrases.text("catalogue.held"), escape(spec.isometric.source)
            console.print(f"[bright_black]{held}: {source}", highlight=False)
        console.print(_checks_table(spec.checks_of(level), phrases))


def _show_howto(console: Console, spec: ExerciseSpec, level: Level, phrases: Phrases) -> None:
    key = f"howto.{spec.id}.{level.id}" if level.id else f"howto.{spec.id}"
    if phrases.has(key):
        for number, step in enumerate(phrases.steps(key), start=1):
            console.print(f"  {number}. {escape(step)}", highlight=False)


def _counted(movement: Movement, phrases: Phrases) -> str:
    def say(name: str, **slots: str) -> str:
        return phrases.text(f"catalogue.{name}", **slots)

    way, sides, of = say(movement.direction), say(movement.sides), say(movement.share_of)
    counted = say("counted", signal=movement.signal.value, way=way, sides=sides)
    complete = say("complete", share=f"{movement.complete_share:.0%}", of=of)
    return f"[bright_black]{counted}; {complete} ({escape(movement.source)})"


def _checks_table(checks: tuple[Check, ...], phrases: Phrases) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bright_black")
    for heading in ("fault", "kind", "numbers", "source"):
        table.add_column(phrases.text(f"catalogue.{heading}"))
    for check in checks:
        table.add_row(escape(check.id), _kind(check), escape(_numbers(check)), escape(check.source))
    return table


def _kind(check: Check) -> str:
    return str(msgspec.to_builtins(check)["kind"])


def _numbers(check: Check) -> str:
    hidden = {"kind", "id", "source", "levels", "priority", "unless"}
    values = msgspec.to_builtins(check)
    return ", ".join(
        f"{k} {v:g}" if isinstance(v, float) else f"{k} {v}"
        for k, v in values.items()
        if k not in hidden
    )
