"""Zones follow from the checks of an exercise."""

import pytest

from formcoach.coaching.coach import Coach
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.picture.zones import MAX_DEG, Zone, zones_of
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal

HIP, KNEE, ELBOW = Signal.HIP_FLEXION, Signal.KNEE_FLEXION, Signal.ELBOW_FLEXION


def zones(
    exercise: str, level: str | None, own: dict[Side, float] | None = None
) -> dict[Signal, Zone]:
    coach = Coach(load_exercise(exercise), level)
    return zones_of(coach, (HIP, KNEE), own or {})


def test_ninety_ninety_is_a_zone_around_ninety() -> None:
    assert zones("dead_bug", "hold")[KNEE] == (70.0, 110.0)
    low, high = zones("dead_bug", "hold")[HIP]
    assert 70.0 <= low < 90.0 < high <= 110.0


def test_a_straight_leg_is_a_zone_from_zero() -> None:
    assert zones("dead_bug", "reach")[KNEE] == (0.0, 30.0)


def test_the_own_end_point_sets_the_zone() -> None:
    free, own = (zones("hip_flexion", "bent", ends)[HIP] for ends in ({}, {Side.LEFT: 100.0}))
    assert free[0] < 85.0 < free[1]
    assert own == pytest.approx((85.0, 110.0))


def test_where_nothing_is_asked_there_is_no_zone() -> None:
    assert zones("plank_hold", "floor") == {}


@pytest.mark.parametrize("name", exercise_ids())
def test_every_zone_goes_from_low_to_high(name: str) -> None:
    spec = load_exercise(name)
    for level in spec.levels:
        found = zones_of(Coach(spec, level.id or None), (HIP, KNEE, ELBOW), {})
        assert all(-5.0 <= low < high <= MAX_DEG for low, high in found.values())
