"""How much is asked of an exercise, in words: sets, reps or seconds, and whether per side."""

from formcoach.exercises.library import load_exercise
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.programme.agenda import Prescription
from formcoach.programme.given import GivenExercise, GivenSide
from formcoach.words.phrases import Phrases
from formcoach.words.titles import title_of

__all__ = ["amount_of", "sides_of"]


def amount_of(prescription: Prescription, phrases: Phrases, *, one_side: bool = False) -> str:
    """Return an exercise of a plan as one line: its name, sets, reps or seconds, and sides.

    Args:
        prescription: the exercise, and how much of it.
        phrases: the words.
        one_side: whether this person does one side only, for now.
    """
    rung = prescription.rung
    spec = load_exercise(rung.exercise)
    level = spec.level(rung.level or None)
    unit = "seconds_long" if spec.isometric is not None else "reps"
    sets = prescription.sets // 2 if prescription.each_side else prescription.sets
    line = phrases.text(
        "amount.line",
        title=title_of(spec, level, phrases),
        sets=sets,
        n=prescription.reps,
        unit=phrases.text(f"ui.{unit}"),
    )
    if prescription.each_side:
        return f"{line}, {phrases.text('amount.a_side')}"
    sides = sides_of(spec, level, prescription.given, phrases, one_side=one_side)
    return f"{line}, {sides}" if sides else line


def sides_of(
    spec: ExerciseSpec,
    level: Level,
    given: GivenExercise | None,
    phrases: Phrases,
    *,
    one_side: bool = False,
) -> str:
    """Return which sides the asked reps are of: both together; empty where none takes turns."""
    movement = spec.movement_of(level)
    if given is not None and given.side is not GivenSide.BOTH:
        return phrases.text(f"amount.{given.side.value}")
    if movement is None or movement.sides != "each":
        return ""
    return phrases.text("amount.one_side" if one_side else "amount.together")
