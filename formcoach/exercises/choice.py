"""Which exercises and levels a recording may show, from what the user asked for."""

from dataclasses import dataclass

from formcoach.errors import SpecError
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.spec import ExerciseSpec

__all__ = ["Choice", "candidates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An exercise at one level; None where it has only one."""

    spec: ExerciseSpec
    level_id: str | None


def candidates(exercise: str | None, level: str | None) -> list[Choice]:
    """Return all that is still possible: one choice where both are known, easiest level first.

    A level that only the person can declare (a wall, a chair) is possible only where it is named,
    or is the only one of an exercise that is named; a stretch only where it is named.

    Raises:
        SpecError: no such exercise or level, a level without an exercise, or an exercise of which
            each level has to be named.
    """
    if exercise is None:
        if level is not None:
            raise SpecError.told(
                "level_of_what",
                "level '{level}' of which exercise? Name it with --exercise",
                level=level,
            )
        every = [load_exercise(name) for name in exercise_ids()]
        specs = [spec for spec in every if not spec.stretch]
    else:
        spec = load_exercise(exercise)
        if level is not None:
            return [Choice(spec=spec, level_id=spec.level(level).id)]
        if len(spec.levels) == 1:
            return [Choice(spec=spec, level_id=spec.levels[0].id or None)]
        if all(one.declared for one in spec.levels):
            names = ", ".join(one.id for one in spec.levels)
            raise SpecError.told(
                "level_declared",
                "{exercise}: no picture can tell which level it is; name one with --level: {names}",
                exercise=spec.id,
                names=names,
            )
        specs = [spec]
    return [
        Choice(spec=spec, level_id=level.id or None)
        for spec in specs
        for level in spec.levels
        if not level.declared
    ]
