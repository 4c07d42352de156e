"""Runs the coach over poses, as every test of the core does."""

from collections.abc import Iterable, Mapping
from math import nan

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Quality, Rep, SetSummary, Update
from formcoach.exercises.library import load_exercise
from formcoach.pose.body import BodyReader
from formcoach.pose.landmarks import Pose, Side

__all__ = ["Case", "Told", "coached", "coached_by_each", "told", "updates"]

Case = tuple[str, str | None]
"""An exercise and its level."""
Told = list[tuple[Side | None, Quality, tuple[str, ...]]]


def coached(
    poses: Iterable[Pose],
    exercise: str,
    level: str | None = None,
    *,
    personal_end_deg: Mapping[Side, float] | None = None,
    breath_s: float = nan,
) -> SetSummary:
    """Return what the coach makes of a set."""
    spec = load_exercise(exercise)
    coach = Coach(spec, level, personal_end_deg=personal_end_deg, breath_s=breath_s)
    for pose in poses:
        coach.step(pose)
    return coach.finish()


def coached_by_each(poses: Iterable[Pose], asked: Iterable[Case]) -> list[tuple[Case, SetSummary]]:
    """Return what coaches of several exercises make of the same set, read once."""
    reader = BodyReader()
    coaches = [(case, Coach(load_exercise(case[0]), case[1])) for case in asked]
    for pose in poses:
        seen = reader.read(pose)
        for _, coach in coaches:
            coach.observe(seen)
    return [(case, coach.finish()) for case, coach in coaches]


def updates(poses: Iterable[Pose], exercise: str, level: str | None = None) -> list[Update]:
    """Return what the coach says of every frame."""
    coach = Coach(load_exercise(exercise), level)
    return [coach.step(pose) for pose in poses]


def told(reps: Iterable[Rep]) -> Told:
    """Return side, quality and faults of each rep, in the order of their turns.

    In a run the next rep may be over before the one before it has come to rest.
    """
    return [(r.side, r.quality, r.faults) for r in sorted(reps, key=lambda rep: rep.turn_s)]
