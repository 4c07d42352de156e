"""An exercise as it is judged where nobody knows how quickly the recording went."""

from msgspec.structs import replace

from formcoach.exercises.spec import ExerciseSpec, HoldTime, Tempo

__all__ = ["without_tempo"]


def without_tempo(spec: ExerciseSpec) -> ExerciseSpec:
    """Return the exercise without what it says of tempo and pauses."""
    return replace(
        spec, checks=tuple(one for one in spec.checks if not isinstance(one, Tempo | HoldTime))
    )
