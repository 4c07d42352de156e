"""What to watch in an exercise, in the words of a coach: what may go wrong, and what to do then."""

from formcoach.coaching.events import Cue, Priority
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.words.phrases import Phrases
from formcoach.words.titles import shown_name

__all__ = ["watched_of"]


def watched_of(spec: ExerciseSpec, level: Level, phrases: Phrases) -> tuple[str, ...]:
    """Return a line for each fault that is looked for at a level, with the cue for it."""
    name, lines = shown_name(spec, level), []
    for fault in dict.fromkeys(check.id for check in spec.checks_of(level)):
        cue = phrases.cue(Cue(t_s=0.0, id=fault, side=None, priority=Priority.FORM), name)
        what = phrases.text_or(f"fault.{fault}", fault)
        lines.append(phrases.text("explain.watch_one", fault=what, cue=cue))
    return tuple(lines)
