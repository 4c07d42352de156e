"""Fewer looks where little moves: which frames are looked at, and what stands between them."""

from dataclasses import replace

import numpy as np
import pytest
from coached import coached
from moves import trace

from formcoach.pose.landmarks import Pose, nobody
from formcoach.pose.sparse import MAX_GAP_S, SparseLooks, between


def looked_at(poses: list[Pose]) -> tuple[list[Pose], list[Pose]]:
    """Return which poses were looked at, and the whole sequence made of them."""
    looks, seen, made, held = SparseLooks(), list[Pose](), list[Pose](), list[Pose]()
    for pose in poses:
        if not looks.due(pose.t_s):
            held.append(pose)
            continue
        looks.looked(pose)
        made += [between(seen[-1], pose, one.t_s) for one in held]
        made.append(pose)
        seen.append(pose)
        held.clear()
    return seen, made


def test_a_still_body_is_looked_at_seldom_and_never_too_seldom() -> None:
    still = [replace(trace("squat").poses[0], t_s=i / 30) for i in range(120)]
    seen, _ = looked_at(still)
    gaps_s = np.diff([pose.t_s for pose in seen])
    assert len(seen) < 30
    assert gaps_s.max() <= MAX_GAP_S + 1 / 30 + 1e-9


@pytest.mark.parametrize(("exercise", "level"), [("squat", None), ("hip_flexion", "bent")])
def test_the_reps_are_those_of_all_frames(exercise: str, level: str | None) -> None:
    poses = trace(exercise, level, reps=4).poses
    seen, made = looked_at(poses)
    assert len(seen) < 0.9 * len(poses)
    whole, sparse = (coached(one, exercise, level) for one in (poses, made))
    assert [(rep.side, rep.quality) for rep in sparse.reps] == [
        (rep.side, rep.quality) for rep in whole.reps
    ]


def test_between_two_looks_the_body_goes_straight_and_nobody_stays_nobody() -> None:
    first, last = (replace(pose, t_s=t_s) for t_s, pose in enumerate(trace("squat").poses[:2]))
    half = between(first, last, 0.5)
    assert np.allclose(half.xy_px, (first.xy_px + last.xy_px) / 2)
    assert half.t_s == 0.5
    gone = between(first, nobody(1.0, first.image_size_px), 0.5)
    assert not gone.seen
