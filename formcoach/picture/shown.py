"""What the picture shows of an exercise: which limbs are coloured, which angles are drawn.

Both follow from what is counted or held; the `picture` table of an exercise's file says otherwise.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from formcoach.exercises.spec import ExerciseSpec, Level, Region
from formcoach.picture.regions import REGIONS_OF
from formcoach.pose.signals import Signal

__all__ = ["Shown", "shown_of"]

_LEG_ANGLES = (Signal.HIP_FLEXION, Signal.KNEE_FLEXION)
_ANGLES_OF: Mapping[Signal, tuple[Signal, ...]] = {
    Signal.HIP_FLEXION: _LEG_ANGLES,
    Signal.KNEE_FLEXION: _LEG_ANGLES,
    Signal.ELBOW_FLEXION: (Signal.ELBOW_FLEXION,),
    Signal.SHOULDER_FLEXION: (Signal.SHOULDER_FLEXION,),
}
"""The joints a person watches where one of these is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the picture shows.

    Attributes:
        limbs: what works, and is coloured while it does.
        angles: the joints whose angles are drawn.
        goal: the counted angle, whose far end is shown; None where none at one joint is counted.
    """

    limbs: tuple[Region, ...]
    angles: tuple[Signal, ...]
    goal: Signal | None = None


def shown_of(spec: ExerciseSpec, level: Level) -> Shown:
    """Return what the picture shows of an exercise at a level."""
    movement = spec.movement_of(level)
    if movement is not None:
        signals: tuple[Signal, ...] = (movement.signal,)
    else:
        signals = () if spec.isometric is None else tuple(spec.isometric.inside)
    goal = movement.signal if movement is not None and movement.signal in _ANGLES_OF else None
    if spec.picture is not None:
        angles = tuple(Signal(angle) for angle in spec.picture.angles)
        return Shown(limbs=spec.picture.limbs, angles=angles, goal=goal)
    return Shown(
        limbs=tuple(dict.fromkeys(region for s in signals for region in REGIONS_OF[s])),
        angles=tuple(dict.fromkeys(a for s in signals for a in _ANGLES_OF.get(s, ()))),
        goal=goal,
    )
