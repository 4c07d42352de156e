"""Angles at joints: a soft sector from the straight limb to the bent one, and the degrees."""

from collections.abc import Mapping, Sequence
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
from formcoach.picture.palette import LIGHT, NIGHT, TEAL
from formcoach.pose.landmarks import landmark
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
    for signal in (Signal.HIP_FLEXION, Signal.KNEE_FLEXION, Signal.ELBOW_FLEXION)
}
"""The three landmarks of each angle that can be drawn as an arc."""


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
        angles: which, among those at one joint.
        zones: where the far end should be, in degrees, for the signals that have such a zone.
    """

    def __init__(
        self, angles: Sequence[Signal], zones: Mapping[Signal, tuple[float, float]]
    ) -> None:
        """Raise ValueError for a signal that is not an angle at one joint."""
        for signal in angles:
            if signal not in _ANGLE_PARTS:
                known = ", ".join(_ANGLE_PARTS)
                raise ValueError(f"angles must be among {known}, got {signal}")
        self._angles = tuple(angles)
        self._zones = dict(zones)
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
        labels: list[tuple[Sprite, Points]] = []
        for signal in self._angles:
            degrees = update.signals[signal, side]
            if isnan(degrees):
                continue
            corner = xy[[landmark(part, side) for part in _ANGLE_PARTS[signal]]]
            sweep = self._steady(_sweep(corner), (signal, side))
            centre = corner[1]
            zone = self._zones.get(signal)
            if zone is not None:
                _draw_zone(image, centre, sweep, zone, scale)
            _draw_arc(image, centre, sweep, scale)
            labels.append(self._label(centre, sweep, degrees, scale))
        size_px = (image.shape[1], image.shape[0])
        corners = pushed_apart([(place, sprite.size_px) for sprite, place in labels], size_px)
        for (sprite, _), (x, y) in zip(labels, corners, strict=True):
            sprite.lay(image, round(x), round(y))

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


def _draw_zone(
    image: Image,
    centre: Points,
    sweep: tuple[float, float],
    zone: tuple[float, float],
    scale: _Scale,
) -> None:
    """Draw where the far end should be, as a band outside of the arc."""
    start, turn = sweep
    sign = 1.0 if turn >= 0 else -1.0
    low, high = (sign * radians(degrees) for degrees in zone)
    band = arc(centre, scale.arc_px * 1.18, start + low, high - low)
    stroke(image, [band], NIGHT, scale.line_px + 2)
    stroke(image, [band], TEAL, scale.line_px)


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
