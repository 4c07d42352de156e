"""What an exercise and its level are called."""

from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.words.keys import words_key
from formcoach.words.phrases import Phrases

__all__ = ["exercise_title", "full_title", "level_title", "shown_name", "title_of"]


def shown_name(spec: ExerciseSpec, level: Level) -> str:
    """Return the id that words are kept under: ``dead_bug.hold``, ``squat``."""
    return words_key(spec.id, level.id)


def exercise_title(exercise_id: str, phrases: Phrases) -> str:
    """Return an exercise as the user reads it; its id where there are no words for it."""
    return phrases.text_or(f"exercise.{exercise_id}", exercise_id)


def level_title(exercise_id: str, level_id: str, phrases: Phrases) -> str:
    """Return a level of an exercise as the user reads it; its id where there are no words."""
    return phrases.text_or(f"level.{words_key(exercise_id, level_id)}", level_id)


def full_title(exercise_id: str, level_id: str | None, phrases: Phrases) -> str:
    """Return an exercise and its level, by their ids, as the user reads them."""
    title = exercise_title(exercise_id, phrases)
    return f"{title}: {level_title(exercise_id, level_id, phrases)}" if level_id else title


def title_of(spec: ExerciseSpec, level: Level, phrases: Phrases) -> str:
    """Return an exercise and its level as the user reads them."""
    return full_title(spec.id, level.id, phrases)
