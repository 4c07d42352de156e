"""The catalogue in the terminal: what there is, and how each goes, as a coach explains it."""

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.commands.choosing import load_exercise
from formcoach.commands.console import terminal
from formcoach.exercises.library import exercise_ids
from formcoach.exercises.posture import posture_of
from formcoach.exercises.spec import Check, ExerciseSpec, Level, Movement
from formcoach.programme.screening import EMERGENCY_SIGNS, STOP_SIGNS
from formcoach.words.phrases import Phrases, load_phrases
from formcoach.words.titles import shown_name, title_of
from formcoach.words.watched import watched_of

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


def show_exercise(name: str, lang: str, *, details: bool = False) -> None:
    """Print an exercise as a coach explains it; with `details` all numbers and their sources too.

    Raises:
        SpecError: no such exercise.
    """
    spec, phrases, console = load_exercise(name), load_phrases(lang), terminal()
    console.print(f"[bold]{escape(phrases.text_or(f'exercise.{spec.id}', spec.id))}")
    if phrases.has(f"purpose.{spec.id}"):
        purpose = phrases.text(f"purpose.{spec.id}")
        _tell(console, f"{phrases.text('explain.purpose')}: {purpose}")
    if spec.aliases:
        names = ", ".join(alias.replace("_", " ") for alias in spec.aliases)
        _tell(console, phrases.text("explain.other_names", names=names), "bright_black")
    for level in spec.levels:
        console.print(f"\n[bold]{escape(title_of(spec, level, phrases))}", highlight=False)
        _explain(console, spec, level, phrases)
        if details:
            _show_numbers(console, spec, level, phrases)
    console.print()
    for rule, signs in (("stop", STOP_SIGNS), ("emergency", EMERGENCY_SIGNS)):
        _tell(console, f"[bold]{phrases.text(f'explain.{rule}')}", plain=False)
        _tell(console, "  " + "; ".join(phrases.text(f"sign.{sign}") for sign in signs))
    if not details:
        _tell(console, "\n" + phrases.text("explain.details", name=name), "bright_black")


def _tell(console: Console, text: str, style: str = "", *, plain: bool = True) -> None:
    console.print(escape(text) if plain else text, highlight=False, style=style, soft_wrap=True)


def _explain(console: Console, spec: ExerciseSpec, level: Level, phrases: Phrases) -> None:
    """Print the camera's place, the start, the steps and what to watch of one level."""
    camera = ". ".join(phrases.steps(f"setup.{posture_of(level)}"))
    _tell(console, f"  {phrases.text('explain.camera')}: {camera}")
    if phrases.has(key := f"howto.{shown_name(spec, level)}"):
        start, *steps = phrases.steps(key)
        _tell(console, f"  {phrases.text('explain.start')}: {start}")
        _tell(console, f"  {phrases.text('explain.steps')}:")
        for number, step in enumerate(steps, start=1):
            _tell(console, f"    {number}. {step}")
    if watched := watched_of(spec, level, phrases):
        _tell(console, f"  {phrases.text('explain.watch')}:")
        for line in watched:
            _tell(console, f"    - {line}")


def _show_numbers(console: Console, spec: ExerciseSpec, level: Level, phrases: Phrases) -> None:
    """Print what is counted and judged of one level, and the source of each number."""
    movement = spec.movement_of(level)
    if movement is not None:
        console.print(_counted(movement, phrases), highlight=False)
    elif spec.isometric is not None:
        held, source = phrases.text("catalogue.held"), escape(spec.isometric.source)
        console.print(f"[bright_black]{held}: {source}", highlight=False)
    console.print(_checks_table(spec.checks_of(level), phrases))


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
