from collections.abc import Iterator
from math import isnan, nan

import pytest

from formcoach.pose.landmarks import Side
from formcoach.pose.neutral import NeutralZero
from formcoach.pose.signals import SIGNAL_KEYS, Signal, SignalKey

FPS = 15
LYING, STANDING, PRONE = -90.0, 0.0, 85.0
Leg = tuple[float, float]
"""Hip and knee, in degrees."""


def frame(trunk: float, left: Leg, right: Leg) -> dict[SignalKey, float]:
    values = dict.fromkeys(SIGNAL_KEYS, nan)
    values[Signal.TRUNK_INCLINATION, None] = trunk
    for side, (hip, knee) in zip(Side, (left, right), strict=True):
        values[Signal.HIP_FLEXION, side] = hip
        values[Signal.KNEE_FLEXION, side] = knee
    return values


class Watching:
    """Shows a zero one frame after the other, as a camera does."""

    def __init__(self) -> None:
        self.neutral = NeutralZero()
        self.frames = 0

    def still(self, seconds: float, trunk: float, left: Leg, right: Leg) -> dict[SignalKey, float]:
        for _ in range(round(seconds * FPS)):
            values = self.one(trunk, left, right)
        return values

    def one(
        self, trunk: float, left: Leg, right: Leg, near: Side = Side.RIGHT
    ) -> dict[SignalKey, float]:
        values = frame(trunk, left, right)
        self.neutral.step(self.frames / FPS, values, near)
        self.frames += 1
        return values


def legs(values: dict[SignalKey, float]) -> Iterator[Leg]:
    for side in Side:
        yield values[Signal.HIP_FLEXION, side], values[Signal.KNEE_FLEXION, side]


@pytest.fixture
def watching() -> Watching:
    return Watching()


@pytest.mark.parametrize("trunk", [STANDING, LYING])
def test_what_stands_or_lies_past_straight_is_zero_and_so_is_taken_off_the_bend(
    watching: Watching, trunk: float
) -> None:
    rest = watching.still(1.0, trunk, (-6, -3), (-12, -8))
    assert list(legs(rest)) == [(0, 0), (0, 0)]
    assert list(legs(watching.one(trunk, (-6, -3), (70, 80)))) == [(0, 0), (82, 88)]


def test_a_leg_that_stands_bent_may_do_so_and_is_not_corrected(watching: Watching) -> None:
    assert list(legs(watching.still(1.0, STANDING, (9, 14), (-5, 14)))) == [(9, 14), (0, 14)]


def test_the_hips_of_a_plank_are_left_alone_for_they_may_sag(watching: Watching) -> None:
    assert list(legs(watching.still(2.0, PRONE, (-15, -2), (-15, -2)))) == [(-15, -2)] * 2


def test_a_plank_against_the_wall_is_no_standing(watching: Watching) -> None:
    assert list(legs(watching.still(2.0, 20.0, (-15, -2), (-15, -2)))) == [(-15, -2)] * 2


def test_a_moving_leg_gives_no_zero(watching: Watching) -> None:
    for hip in range(-20, 21):
        values = watching.one(STANDING, (hip, -3), (hip, -3))
    assert list(legs(values)) == [(20, -3), (20, -3)]


def test_lying_and_standing_have_zeros_of_their_own(watching: Watching) -> None:
    watching.still(1.0, STANDING, (-10, -5), (-10, -5))
    assert list(legs(watching.one(LYING, (50, 90), (50, 90)))) == [(50, 90), (50, 90)]
    assert list(legs(watching.one(STANDING, (50, 90), (50, 90)))) == [(60, 95), (60, 95)]


def test_who_turns_round_is_measured_anew(watching: Watching) -> None:
    watching.still(1.0, STANDING, (-10, -5), (-10, -5))
    turned = watching.one(STANDING, (40, 30), (40, 30), near=Side.LEFT)
    assert list(legs(turned)) == [(40, 30), (40, 30)]


def test_a_leg_that_is_not_seen_stays_unseen(watching: Watching) -> None:
    values = watching.still(1.0, STANDING, (nan, nan), (-10, -5))
    assert all(isnan(value) for value in next(legs(values)))
    assert list(legs(values))[1] == (0, 0)


def test_one_wild_frame_hardly_moves_the_zero(watching: Watching) -> None:
    watching.still(1.0, STANDING, (-10, -5), (-10, -5))
    watching.one(STANDING, (-18, -15), (-18, -15))
    watching.still(1.0, STANDING, (-10, -5), (-10, -5))
    assert list(legs(watching.one(STANDING, (60, 60), (60, 60)))) == [(70, 65), (70, 65)]
