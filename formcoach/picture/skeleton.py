"""The body on the picture: limbs in the colour of what the rules think of them.

What is wrong is striped as well, so that it is seen without colours.
"""

from collections.abc import Mapping
from enum import Enum
from math import hypot, isnan, pi

import cv2
import numpy as np

from formcoach.coaching.events import Fault, Phase, Priority, Update
from formcoach.exercises.spec import Region
from formcoach.picture.angles import AnglePainter
from formcoach.picture.canvas import (
    Colour,
    Image,
    Points,
    arc,
    dashed,
    stroke,
    stroke_subpixels,
    subpixels,
)
from formcoach.picture.palette import CORAL, EDGE, GREY, LIGHT, NIGHT, RED, TEAL
from formcoach.picture.regions import REGIONS_OF, SEGMENTS
from formcoach.picture.shown import Shown
from formcoach.pose.landmarks import NOSE, Part, Pose, Side, landmark
from formcoach.pose.signals import Signal, Signals
from formcoach.pose.trust import MIN_PRESENCE, landmark_order

__all__ = ["SkeletonPainter", "points_in_picture"]


class LimbState(Enum):
    """What the rules think of a limb."""

    RESTING = LIGHT
    WORKING = TEAL
    FAULTY = CORAL
    UNSAFE = RED
    UNTRUSTED = GREY


_MOVING = (Phase.LIFT, Phase.TURN, Phase.LOWER, Phase.HOLD)
_DRAWN_FIRST_TO_LAST = (
    LimbState.UNTRUSTED,
    LimbState.RESTING,
    LimbState.WORKING,
    LimbState.FAULTY,
    LimbState.UNSAFE,
)
_LOUD = (LimbState.FAULTY, LimbState.UNSAFE)
FAR_PX = 1e5
"""What lies further outside of the frame is drawn from here."""


class SkeletonPainter:
    """Draws one person.

    Args:
        shown: which limbs work and which angles are drawn.
        zones: where the far end should be, in degrees, for the signals that have such a zone.
        degrees: whether the angles are drawn with their degrees; else the goal alone is.
    """

    def __init__(
        self, shown: Shown, zones: Mapping[Signal, tuple[float, float]], *, degrees: bool
    ) -> None:
        """Raise ValueError for a signal that is no angle at one joint."""
        self._angles = AnglePainter(shown, zones, degrees=degrees)
        self._working = shown.limbs

    def draw(self, image: Image, pose: Pose, update: Update, *, mirrored: bool) -> None:
        """Draw the body and its angles on `image`, which already is mirrored if `mirrored`."""
        if not pose.seen:
            return
        height, width = image.shape[:2]
        least = min(width, height)
        near_line_px, far_line_px = max(2, round(least * 0.0095)), max(1, round(least * 0.0055))
        xy = points_in_picture(pose, (width, height), exchanged=update.exchanged, mirrored=mirrored)
        moods = self._moods(update)
        near = update.view.near_side
        far = [side for side in Side if near is not None and side is not near]
        for side in (*far, *(side for side in Side if side not in far)):
            line_px = far_line_px if side in far else near_line_px
            self._draw_side(image, xy, pose, update, side, moods, line_px)
        self._draw_head(image, xy, moods, near, near_line_px)
        self._angles.draw(image, xy, update)

    def _moods(self, update: Update) -> dict[tuple[Region, Side], LimbState]:
        """Return what the rules think of every region of the body."""
        moods: dict[tuple[Region, Side], LimbState] = {}
        if update.phase in _MOVING and update.unsure is None:
            for side in Side if update.side is None else (update.side,):
                for region in self._working:
                    moods[region, side] = LimbState.WORKING
        for fault in sorted(update.faults, key=lambda fault: -fault.priority):
            mood = LimbState.UNSAFE if fault.priority is Priority.SAFETY else LimbState.FAULTY
            for region, side in self._places(fault, update.side):
                moods[region, side] = mood
        return moods

    def _places(self, fault: Fault, working: Side | None) -> list[tuple[Region, Side]]:
        regions = self._working if fault.signal is None else REGIONS_OF[fault.signal]
        side = working if fault.side is None and fault.signal is None else fault.side
        return [(region, s) for region in regions for s in (Side if side is None else (side,))]

    def _draw_side(
        self,
        image: Image,
        xy: Points,
        pose: Pose,
        update: Update,
        side: Side,
        moods: Mapping[tuple[Region, Side], LimbState],
        line_px: int,
    ) -> None:
        """Draw the limbs of one side: the doubtful ones first, the coloured ones on top."""
        presence = pose.presence[landmark_order(exchanged=update.exchanged)].tolist()
        fine = subpixels(xy)
        lines: dict[LimbState, list[tuple[int, int]]] = {mood: [] for mood in _DRAWN_FIRST_TO_LAST}
        for region, ends, signal in SEGMENTS[side]:
            mood = moods.get((region, side), LimbState.RESTING)
            present = presence[ends[0]] >= MIN_PRESENCE <= presence[ends[1]]
            if not present or _unmeasured(update.signals, signal, side):
                mood = LimbState.UNTRUSTED
            lines[mood].append(ends)
        edge = max(1, line_px // 4)
        untrusted = [xy[list(ends)] for ends in lines.pop(LimbState.UNTRUSTED)]
        dashed(image, untrusted, GREY, max(1, line_px // 2))
        trusted = [fine[list(ends)] for same in lines.values() for ends in same]
        stroke_subpixels(image, trusted, EDGE, line_px + 2 * edge)
        for mood, same in lines.items():
            thickness = line_px + (mood in _LOUD) * edge
            stroke_subpixels(image, [fine[list(ends)] for ends in same], mood.value, thickness)
            if mood in _LOUD:
                stripes = [xy[list(ends)] for ends in same]
                dashed(image, stripes, LIGHT, max(1, line_px // 2))
            for start, _ in same:
                _joint(image, xy[start], mood.value, line_px)

    def _draw_head(
        self,
        image: Image,
        xy: Points,
        moods: Mapping[tuple[Region, Side], LimbState],
        near: Side | None,
        line_px: int,
    ) -> None:
        """Draw the neck, and the head as a ring."""
        side = near if near is not None else Side.LEFT
        mood = moods.get((Region.HEAD, side), LimbState.RESTING)
        ears = xy[[landmark(Part.EAR, s) for s in Side]]
        centre = ears.mean(axis=0)
        radius = 1.15 * max(hypot(*(xy[NOSE] - centre)), hypot(*(ears[1] - ears[0])) / 2)
        shoulder = xy[landmark(Part.SHOULDER, side)]
        away = hypot(*(centre - shoulder))
        thin = max(1, line_px * 2 // 3)
        lines = [arc(centre, radius, 0.0, 2 * pi)]
        if away > radius:
            lines.append(np.array([shoulder, shoulder + (centre - shoulder) * (1 - radius / away)]))
        stroke(image, lines, EDGE, thin + 2 * max(1, line_px // 4))
        stroke(image, lines, mood.value, thin)


def points_in_picture(
    pose: Pose, size_px: tuple[int, int], *, exchanged: bool, mirrored: bool
) -> Points:
    """Return the 33 landmarks in the pixels of a picture of `size_px`.

    The model sometimes exchanges the legs and the coach puts them back; the picture follows the
    coach, so that the limb that works is the limb that is coloured.
    """
    places = pose.xy_px[landmark_order(exchanged=exchanged)]
    xy: Points = np.nan_to_num(places * (np.array(size_px) / np.array(pose.image_size_px)))
    np.clip(xy, -FAR_PX, FAR_PX, out=xy)
    if mirrored:
        xy[:, 0] = size_px[0] - xy[:, 0]
    return xy


def _unmeasured(signals: Signals | None, signal: Signal | None, side: Side) -> bool:
    return signals is not None and signal is not None and isnan(signals[signal, side])


def _joint(image: Image, centre: Points, colour: Colour, line_px: int) -> None:
    x, y = round(float(centre[0])), round(float(centre[1]))
    cv2.circle(image, (x, y), max(2, round(line_px * 1.0)), NIGHT, -1, cv2.LINE_AA)
    cv2.circle(image, (x, y), max(1, round(line_px * 0.7)), colour, -1, cv2.LINE_AA)
