"""Angles at joints: the far end to go for, ticked when reached; on demand each angle in degrees."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, cos, hypot, isnan, pi, radians, sin

import cv2
import numpy as np

from formcoach.coaching.events import Phase, Update
from formcoach.picture.canvas import (
    CAP_RATIO,
    Colour,
    Image,
    Points,
    Sprite,
    SpriteCache,
    arc,
    dashed,
    pushed_apart,
    stroke,
    text_width,
)
from formcoach.picture.palette import EDGE, LIGHT, NIGHT, TEAL
from formcoach.picture.shown import Shown
from formcoach.pose.landmarks import Side, landmark
from formcoach.pose.signals import PARTS_OF, Signal, SignalKey

__all__ = ["AnglePainter"]

STRAIGHT_RAD = radians(15.0)
"""A joint bent less may seem to bend the other way. Proposal."""
TEXT_SHARE = 0.085
"""Of the picture's short side: on a laptop's screen it is read from three metres."""
PAST_STRAIGHT_DEG = -10.0
"""What is extended further past straight is shown so; less is the model's. Proposal."""

_ANGLE_PARTS = {
    signal: PARTS_OF[signal]
    for signal in (
        Signal.HIP_FLEXION,
        Signal.KNEE_FLEXION,
        Signal.ELBOW_FLEXION,
        Signal.SHOULDER_FLEXION,
    )
}
"""The three landmarks of each angle that can be drawn as an arc."""
_FOLDED = (Signal.SHOULDER_FLEXION,)
"""Angles that are 0 where both limbs lie along each other, as an arm along the trunk."""
_MOVING = (Phase.LIFT, Phase.TURN, Phase.LOWER)


@dataclass(frozen=True, slots=True)
class _Scale:
    """Sizes that follow the frame's."""

    line_px: int
    arc_px: float
    text_px: int


def _scale(image: Image) -> _Scale:
    least = min(image.shape[:2])
    return _Scale(
        line_px=max(2, round(least * 0.0095)),
        arc_px=least * 0.085,
        text_px=max(11, round(least * TEXT_SHARE)),
    )


class AnglePainter:
    """Draws the angles that a person watches.

    Args:
        shown: which angles are drawn, and which of them is the goal's.
        zones: where the far end should be, in degrees, for the signals that have such a zone.
        degrees: whether all angles are drawn with their degrees; else the goal alone, in reps.
    """

    def __init__(
        self, shown: Shown, zones: Mapping[Signal, tuple[float, float]], *, degrees: bool
    ) -> None:
        """Raise ValueError for a signal that is not an angle at one joint."""
        for signal in shown.angles:
            if signal not in _ANGLE_PARTS:
                known = ", ".join(_ANGLE_PARTS)
                raise ValueError(f"angles must be among {known}, got {signal}")
        self._angles = shown.angles if degrees else ()
        self._goal = shown.goal if shown.goal in _ANGLE_PARTS else None
        self._zone = None if self._goal is None else zones.get(self._goal)
        self._reached = False
        self._numbers = SpriteCache()
        self._turns: dict[SignalKey, float] = {}

    def draw(self, image: Image, xy: Points, update: Update) -> None:
        """Draw the angles of the working side, or of the near one where both work or none does.

        `xy` are the 33 landmarks in the picture's pixels.
        """
        if update.signals is None or update.phase is Phase.SETUP:
            return
        side = update.side if update.side is not None else update.view.near_side
        if side is None:
            return
        scale = _scale(image)
        self._draw_goal(image, xy, update, side, scale)
        labels: list[tuple[Sprite, Points]] = []
        for signal in self._angles:
            degrees = update.signals[signal, side]
            if isnan(degrees):
                continue
            centre, sweep = self._placed(xy, signal, side)
            _draw_arc(image, centre, sweep, scale)
            labels.append(self._label(centre, sweep, degrees, scale))
        size_px = (image.shape[1], image.shape[0])
        corners = pushed_apart([(place, sprite.size_px) for sprite, place in labels], size_px)
        for (sprite, _), (x, y) in zip(labels, corners, strict=True):
            sprite.lay(image, round(x), round(y))

    def _placed(self, xy: Points, signal: Signal, side: Side) -> tuple[Points, tuple[float, float]]:
        """Return where an angle's joint is, and its arc: where it begins and how far it turns."""
        corner = xy[[landmark(part, side) for part in _ANGLE_PARTS[signal]]]
        sweep = _folded_sweep(corner) if signal in _FOLDED else _sweep(corner)
        return corner[1], self._steady(sweep, (signal, side))

    def _draw_goal(
        self, image: Image, xy: Points, update: Update, side: Side, scale: _Scale
    ) -> None:
        """Draw where the far end should be while a rep is under way; tick it once reached."""
        if update.phase not in _MOVING:
            self._reached = False
            return
        if self._goal is None or self._zone is None or update.signals is None:
            return
        degrees = update.signals[self._goal, side]
        if isnan(degrees):
            return
        low, high = self._zone
        self._reached = self._reached or low <= degrees <= high
        centre, sweep = self._placed(xy, self._goal, side)
        _draw_zone(image, centre, sweep, self._zone, scale, reached=self._reached)

    def _steady(self, sweep: tuple[float, float], key: SignalKey) -> tuple[float, float]:
        """Keep a nearly straight joint's arc on the side where it was: noise turns it round."""
        start, turn = sweep
        kept = self._turns.get(key, turn)
        if abs(turn) > STRAIGHT_RAD or kept * turn > 0.0:
            self._turns[key] = turn
            return sweep
        return start, -turn

    def _label(
        self, centre: Points, sweep: tuple[float, float], degrees: float, scale: _Scale
    ) -> tuple[Sprite, Points]:
        """Return the degrees and their middle: where the joint points, which both limbs leave free.

        That is across the line that halves the arc, and away from the bend.
        """
        sign = "-" if degrees < PAST_STRAIGHT_DEG else ""
        text = f"{sign}{abs(round(degrees))}°"
        key = (text, scale.text_px)
        sprite = self._numbers.get(key, lambda: _number_sprite(text, scale.text_px))
        width, height = sprite.size_px
        middle = sweep[0] + sweep[1] / 2 + (-pi / 2 if sweep[1] >= 0 else pi / 2)
        away = scale.arc_px * 0.3 + 0.5 * hypot(width * cos(middle), height * sin(middle))
        return sprite, centre + away * np.array([cos(middle), sin(middle)])


def _sweep(corner: Points) -> tuple[float, float]:
    """Return where the arc of a joint begins (the straight limb) and how far it turns, signed."""
    (from_x, from_y), (x, y), (to_x, to_y) = corner
    start = atan2(y - from_y, x - from_x)
    turn = atan2(to_y - y, to_x - x) - start
    return start, (turn + pi) % (2 * pi) - pi


def _draw_arc(image: Image, centre: Points, sweep: tuple[float, float], scale: _Scale) -> None:
    """Draw the angle: a soft sector, its arc, and the straight limb it is measured from."""
    start, turn = sweep
    bow = arc(centre, scale.arc_px, start, turn)
    reach = scale.arc_px * 1.35
    straight = np.array([centre, centre + reach * np.array([cos(start), sin(start)])])
    thin = max(1, scale.line_px // 3)
    _soft_fill(image, np.concatenate([centre[None], bow]), LIGHT, 0.28)
    dashed(image, [straight], LIGHT, thin)
    stroke(image, [bow], LIGHT, max(1, scale.line_px // 2))


def _folded_sweep(corner: Points) -> tuple[float, float]:
    """Return the arc between two limbs that lie along each other at 0 deg: from the second on."""
    (to_x, to_y), (x, y), (from_x, from_y) = corner
    start = atan2(from_y - y, from_x - x)
    turn = atan2(to_y - y, to_x - x) - start
    return start, (turn + pi) % (2 * pi) - pi


def _draw_zone(
    image: Image,
    centre: Points,
    sweep: tuple[float, float],
    zone: tuple[float, float],
    scale: _Scale,
    *,
    reached: bool,
) -> None:
    """Draw where the far end should be: an outlined band, filled and ticked once it is reached."""
    start, turn = sweep
    sign = 1.0 if turn >= 0 else -1.0
    low, high = (sign * radians(degrees) for degrees in zone)
    radius_px = scale.arc_px * 1.5
    band = arc(centre, radius_px, start + low, high - low)
    stroke(image, [band], EDGE, 2 * scale.line_px + 4)
    stroke(image, [band], TEAL if reached else LIGHT, 2 * scale.line_px)
    if not reached:
        stroke(image, [band], EDGE, max(1, scale.line_px))
        return
    middle = start + (low + high) / 2
    place = centre + (radius_px + 3.2 * scale.line_px) * np.array([cos(middle), sin(middle)])
    tick = place + scale.line_px * np.array([[-1.6, 0.1], [-0.4, 1.3], [1.8, -1.4]])
    stroke(image, [tick], EDGE, scale.line_px + 4)
    stroke(image, [tick], TEAL, scale.line_px)


def _soft_fill(image: Image, outline: Points, colour: Colour, alpha: float) -> None:
    height, width = image.shape[:2]
    left, top = np.clip(np.floor(outline.min(axis=0)), 0, [width, height]).astype(int)
    right, bottom = np.clip(np.ceil(outline.max(axis=0)) + 1, 0, [width, height]).astype(int)
    if right <= left or bottom <= top:
        return
    under = image[top:bottom, left:right]
    filled = under.copy()
    cv2.fillPoly(filled, [np.round(outline - [left, top]).astype(np.int32)], colour, cv2.LINE_AA)
    cv2.addWeighted(filled, alpha, under, 1 - alpha, 0, dst=under)


def _number_sprite(text: str, size_px: int) -> Sprite:
    pad = max(2, size_px // 4)
    width, height = text_width(text, size_px, 600) + 2 * pad, round(size_px * CAP_RATIO) + 2 * pad
    sprite = Sprite(width, height)
    sprite.panel((0, 0, width, height), NIGHT, 0.55, height // 2)
    sprite.text(text, (pad, height - pad), size_px, 600, LIGHT)
    return sprite
