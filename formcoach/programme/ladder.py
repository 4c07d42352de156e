"""The steps from easy to hard, as three tracks of exercises that open one after the other.

A track is climbed rung by rung, and on a rung by the number of reps. In the plank track each
incline begins with a hold: the gate to the movement at the same incline.
"""

from dataclasses import dataclass
from functools import cache

from formcoach.exercises.library import load_exercise
from formcoach.exercises.spec import Level, PersonalEnd, Prop

__all__ = ["REPS", "TRACKS", "Rung", "Track", "rung_at", "rungs_for", "steps_on", "track_of"]

REPS = (5, 7, 9, 10)
"""Reps a set, from a rung's first step to its last: 5 to 10 (article S30, S33), two more at a time
(rules C13)."""
GATE_S = (20,)
"""Seconds that a plank is held (article S56, rules B2: 20 s passes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """An exercise at a level.

    Attributes:
        exercise, level: ids of the catalogue.
        needs: what must be there.
    """

    exercise: str
    level: str
    needs: frozenset[Prop] = frozenset()

    @property
    def is_gate(self) -> bool:
        """Whether something is held here, for a time, and not repeated."""
        return load_exercise(self.exercise).isometric is not None

    @property
    def is_unsupported(self) -> bool:
        """Whether another level is the same, posture and movement, with something to hold."""
        spec, level = load_exercise(self.exercise), self._level
        return not level.needs and any(
            other.needs
            and other.posture == level.posture
            and spec.movement_of(other) == spec.movement_of(level)
            for other in spec.levels
        )

    @property
    def has_own_end(self) -> bool:
        """Whether it is judged against the end point that the person sets."""
        checks = load_exercise(self.exercise).checks_of(self._level)
        return any(isinstance(check, PersonalEnd) for check in checks)

    @property
    def _level(self) -> Level:
        return load_exercise(self.exercise).level(self.level or None)


@cache
def rung_at(exercise: str, level: str) -> Rung:
    """Return the rung of an exercise and level of the catalogue."""
    needs = frozenset(load_exercise(exercise).level(level or None).needs)
    return Rung(exercise=exercise, level=level, needs=needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """Rungs that follow each other, easy to hard.

    Attributes:
        id: its name.
        rungs: exercise and level of each.
        opens_after: the rung to be mastered before this track begins; None for at once.
    """

    id: str
    rungs: tuple[tuple[str, str], ...]
    opens_after: tuple[str, str] | None = None


TRACKS: tuple[Track, ...] = (
    Track(
        id="hip_flexion",
        rungs=tuple(
            ("hip_flexion", level)
            for level in ("bent", "straight", "wall_chair", "wall", "chair", "free")
        ),
    ),
    # The article's first exercise teaches the movement (S37), so it comes first; the other two
    # begin one at a time. Proposal.
    Track(
        id="plank",
        rungs=tuple(
            (exercise, incline)
            for incline in ("wall", "chair", "floor")
            for exercise in ("plank_hold", "plank_hip_flexion")
        ),
        opens_after=("hip_flexion", "bent"),
    ),
    Track(
        id="dead_bug",
        rungs=(("dead_bug", "hold"), ("dead_bug", "reach")),
        opens_after=("hip_flexion", "straight"),
    ),
)


@cache
def track_of(exercise: str, level: str) -> Track | None:
    """Return the track with this rung; None for what is not on the ladder."""
    return next((track for track in TRACKS if (exercise, level) in track.rungs), None)


def rungs_for(track: Track, props: frozenset[Prop]) -> tuple[Rung, ...]:
    """Return the rungs of a track that can be done with what is there.

    What can be done with something to hold is done so first: without a wall and a chair, standing
    free is left out.
    """
    possible = [rung for one in track.rungs if (rung := rung_at(*one)).needs <= props]
    supported = any(rung.needs for rung in possible)
    return tuple(rung for rung in possible if supported or not rung.is_unsupported)


def steps_on(rung: Rung) -> tuple[int, ...]:
    """Return the numbers that are climbed on a rung: reps a set, or seconds held."""
    return GATE_S if rung.is_gate else REPS
