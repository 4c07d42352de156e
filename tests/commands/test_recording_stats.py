"""What there is to say of a recording in which nothing was counted."""

from dataclasses import replace

import numpy as np
import pytest
from moves import MOVES, trace

from formcoach.commands.recording_stats import RecordingStats
from formcoach.exercises.library import load_exercise
from formcoach.notes import Figure, Note
from formcoach.pose.landmarks import Pose


def seen(poses: list[Pose]) -> RecordingStats:
    found = RecordingStats()
    for pose in poses:
        found.add(pose)
    return found


def still(seconds: float = 4.0, fps: float = 15.0) -> list[Pose]:
    """Somebody who only shivers as the model makes everybody shiver."""
    (first, *_) = trace("squat", reps=1).poses
    rng = np.random.default_rng(1)
    return [
        replace(first, t_s=i / fps, xy_px=first.xy_px + rng.normal(0.0, 1.0, (33, 2)))
        for i in range(round(seconds * fps))
    ]


def test_somebody_who_does_nothing_is_told_so() -> None:
    assert seen(still()).notes(counted=False) == [Note("no_movement")]
    assert seen(still()).notes() == [], "a plank needs no movement"


def counted() -> list[tuple[str, str | None]]:
    return [case for case in MOVES if load_exercise(case[0]).isometric is None]


@pytest.mark.parametrize("case", counted())
def test_every_exercise_is_movement(case: tuple[str, str | None]) -> None:
    assert seen(list(trace(*case, reps=1).poses)).notes(counted=False) == []


@pytest.mark.parametrize(("fps", "told"), [(1.0, 1.0), (3.5, 3.5), (5.0, None)])
def test_too_few_frames_to_see_a_rep_are_told_even_where_some_were_counted(
    fps: float, told: float | None
) -> None:
    notes = seen(still(8.0, fps)).notes()
    assert notes == ([Note("few_frames", {"fps": Figure(told, 1)})] if told is not None else [])


def test_nobody_at_all_has_not_stood_still() -> None:
    assert RecordingStats().notes(counted=False) == []
