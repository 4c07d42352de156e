"""The stretches of the body that are drawn as lines, and where a fault shows on them.

Stated once for all that draws a body: on frames (`picture/skeleton.py`) and in the report
(`results/figures.py`). Needs no library of pictures.
"""

from collections.abc import Mapping

from formcoach.exercises.spec import Region
from formcoach.pose.landmarks import Part, Side, landmark
from formcoach.pose.signals import Signal

__all__ = ["REGIONS_OF", "SEGMENTS"]


_ARM, _TRUNK, _LEG = Region.ARM, Region.TRUNK, Region.LEG
REGIONS_OF: Mapping[Signal, tuple[Region, ...]] = {
    Signal.HIP_FLEXION: (_LEG,),
    Signal.KNEE_FLEXION: (_LEG,),
    Signal.ELBOW_FLEXION: (_ARM,),
    Signal.SHOULDER_FLEXION: (_ARM,),
    Signal.BODY_LINE: (_TRUNK, _LEG),
    Signal.HAND_TO_OPPOSITE_KNEE: (_ARM,),
    Signal.HAND_TO_SAME_KNEE: (_ARM,),
    Signal.FOOT_PLACE: (_TRUNK, _LEG),
    Signal.TRUNK_INCLINATION: (_TRUNK,),
    Signal.HEAD_ANGLE: (Region.HEAD,),
    Signal.HAND_SHIFT: (_ARM,),
    Signal.KNEE_HEIGHT: (_LEG,),
    Signal.FOOT_HEIGHT: (_LEG,),
    Signal.HAND_HEIGHT: (_ARM,),
    Signal.HIP_LIFT: (_TRUNK, _LEG),
    Signal.HIP_OVER_KNEE: (_TRUNK, _LEG),
    Signal.SHOULDER_LIFT: (_TRUNK, _ARM),
}
"""Where on the body each signal shows: its faults, and the limb that works where it is counted."""

_LINES: tuple[tuple[Region, Part, Part, Signal | None], ...] = (
    (_TRUNK, Part.SHOULDER, Part.HIP, None),
    (_ARM, Part.SHOULDER, Part.ELBOW, None),
    (_ARM, Part.ELBOW, Part.WRIST, Signal.ELBOW_FLEXION),
    (_LEG, Part.HIP, Part.KNEE, Signal.HIP_FLEXION),
    (_LEG, Part.KNEE, Part.ANKLE, Signal.KNEE_FLEXION),
    (_LEG, Part.ANKLE, Part.TOE, Signal.KNEE_FLEXION),
)
"""Lines of one side: region, ends, and the signal that is NaN when the line is not trusted."""

SEGMENTS = {
    side: tuple(
        (region, (landmark(start, side), landmark(end, side)), signal)
        for region, start, end, signal in _LINES
    )
    for side in Side
}
"""The lines of each side: region, the landmarks at both ends, the signal."""
