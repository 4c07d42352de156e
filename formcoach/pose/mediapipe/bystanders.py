"""Counts the other people in a picture.

MediaPipe asked for several poses finds a second person in half of the pictures that have one
(measured on pairs of clips side by side). It does better when the person known already is blanked
and it is asked for one; but then it also takes a door for a person, so a find must be found again
at the same place in a picture of its surroundings alone. In 22 clips of one person that left no
false find, where the first look alone had 4.
"""

from collections.abc import Callable

import numpy as np

from formcoach.capture.source import Image
from formcoach.pose.identity import Torso
from formcoach.pose.landmarks import FloatArray, Part, Pose, Side, landmark

__all__ = ["count_others"]

MAX_OTHERS = 2
"""Who is counted at most; more changes nothing for the user."""
MARGIN = 0.1
"""Blanked around a body beyond its landmarks, in diagonals of its box: hair, hands, shoes."""
AROUND = 1.6
"""Side of the surroundings looked at again, in longer sides of the body's box. Proposal."""
SAME_PLACE_TORSOS = 0.25
"""Found again within this distance (median of the landmarks). True finds make 0.01 to 0.17."""
MIN_PRESENCE = 0.9
"""Mean presence of a true find's shoulders and hips. True finds of whole bodies make 0.99 and more
over all landmarks, the door 0.54; the legs are left out for those who are half in the picture."""
MIN_PX = 32
"""Surroundings smaller than this show nobody."""

_TORSO = [landmark(part, side) for part in (Part.SHOULDER, Part.HIP) for side in Side]


def count_others(rgb: Image, person: Pose, find: Callable[[Image], Pose | None]) -> int:
    """Return how many people besides `person` are in a picture, at most MAX_OTHERS.

    Args:
        rgb: the picture, uint8, shape (height, width, 3); it is painted over.
        person: whom to leave out.
        find: returns the clearest pose in a picture, in its pixels, or None.
    """
    _blank(rgb, person.xy_px)
    for others in range(MAX_OTHERS):
        pose = find(rgb)
        if pose is None or not _is_true(rgb, pose, find):
            return others
        _blank(rgb, pose.xy_px)
    return MAX_OTHERS


def _is_true(rgb: Image, pose: Pose, find: Callable[[Image], Pose | None]) -> bool:
    if float(pose.presence[_TORSO].mean()) < MIN_PRESENCE:
        return False
    low, high = _surroundings(pose.xy_px, rgb)
    if int((high - low).min()) < MIN_PX:
        return False
    part = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
    again = find(part)
    if again is None:
        return False
    apart_px = np.linalg.norm(again.xy_px + low - pose.xy_px, axis=1)
    return float(np.median(apart_px)) <= SAME_PLACE_TORSOS * Torso.of(pose.xy_px).length_px


def _blank(rgb: Image, xy_px: FloatArray) -> None:
    """Paint the box around a body in the picture's mean colour."""
    low, high = xy_px.min(axis=0), xy_px.max(axis=0)
    margin_px = MARGIN * float(np.linalg.norm(high - low))
    low, high = _clip(low - margin_px, rgb), _clip(high + margin_px, rgb)
    rgb[low[1] : high[1], low[0] : high[0]] = rgb[::8, ::8].mean(axis=(0, 1))


def _surroundings(xy_px: FloatArray, rgb: Image) -> tuple[FloatArray, FloatArray]:
    low, high = xy_px.min(axis=0), xy_px.max(axis=0)
    middle, half_px = (low + high) / 2, AROUND * float((high - low).max()) / 2
    return _clip(middle - half_px, rgb), _clip(middle + half_px, rgb)


def _clip(point: FloatArray, rgb: Image) -> FloatArray:
    return np.clip(point, 0, (rgb.shape[1], rgb.shape[0])).astype(np.intp)
