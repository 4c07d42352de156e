"""What an exercise and its level are called."""

from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.words.keys import words_key
from formcoach.words.phrases import Phrases

__all__ = ["shown_name", "title_of"]


def shown_name(spec: ExerciseSpec, level: Level) -> str:
    """Return the id that words are kept under: ``dead_bug.hold``, ``squat``."""
    return words_key(spec.id, level.id)


def title_of(spec: ExerciseSpec, level: Level, phrases: Phrases) -> str:
    """Return the exercise and its level as the user reads them; ids where there are no words."""
    key = f"exercise.{spec.id}"
    title = phrases.text_or(key, spec.id)
    level_key = f"level.{spec.id}.{level.id}"
    if level.id:
        title += f": {phrases.text_or(level_key, level.id)}"
    return title
