"""One recording looked at in stretches: how it is divided, and where two of them are joined."""

from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from math import inf
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moves import trace

from formcoach.commands import stretches
from formcoach.commands.stretches import Looked, SplitVideo, Stretch, meeting, plan_stretches
from formcoach.pose.landmarks import Pose
from formcoach.system.stopping import no_stop

POSES = trace("hip_flexion", "bent", reps=8).poses
LASTS_S = POSES[-1].t_s


@given(
    frames=st.integers(1, 400_000),
    jobs=st.integers(1, 16),
    start_s=st.floats(0, 500),
    fps=st.floats(5, 120),
)
def test_stretches_follow_each_other_and_leave_nothing_out(
    frames: int, jobs: int, start_s: float, fps: float
) -> None:
    lasts_s = start_s + frames / fps
    plan = plan_stretches(frames, jobs, start_s=start_s, duration_s=lasts_s)
    assert (plan[0].start_s, plan[-1].end_s, plan[-1].until_s) == (start_s, inf, None)
    assert [one.end_s for one in plan[:-1]] == [one.start_s for one in plan[1:]]
    assert all(one.until_s is not None and one.until_s > one.end_s for one in plan[:-1])
    assert len(plan) == 1 or len(plan) % jobs == 0, "no process idles in the last round"


@pytest.mark.parametrize(
    ("frames", "jobs", "duration_s"), [(10_000, 1, 400.0), (None, 4, 400.0), (10_000, 4, None)]
)
def test_what_cannot_be_divided_is_one_stretch(
    frames: int | None, jobs: int, duration_s: float | None
) -> None:
    plan = plan_stretches(frames, jobs, end_s=None, duration_s=duration_s)
    assert plan == [Stretch(start_s=0.0, end_s=inf, until_s=None)]


def test_the_end_that_was_asked_for_is_the_end_of_the_last_stretch() -> None:
    plan = plan_stretches(9_000, 2, start_s=10.0, end_s=310.0, duration_s=900.0)
    assert len(plan) > 1
    assert plan[-1].until_s == 310.0


def moved(pose: Pose, way_px: float) -> Pose:
    return replace(pose, xy_px=pose.xy_px + way_px)


def test_two_stretches_meet_at_the_first_frame_in_which_they_agree() -> None:
    tail = POSES[100:110]
    assert meeting(tail, POSES[100:130]) == (0, 0)
    exchanged = [moved(pose, 200.0) for pose in tail[:4]] + tail[4:]
    assert meeting(exchanged, POSES[98:130]) == (4, 6)


def test_where_they_never_agree_they_meet_where_they_are_nearest() -> None:
    tail = [moved(pose, 90.0 - 10.0 * i) for i, pose in enumerate(POSES[100:103])]
    assert meeting(tail, POSES[100:130]) == (2, 2)


def test_without_a_frame_in_common_they_do_not_meet() -> None:
    shifted = [replace(pose, t_s=pose.t_s + 0.01) for pose in POSES[100:130]]
    assert meeting(POSES[100:110], shifted) is None


class Pool(Executor):
    """Gives what a landmarker would: off where a stretch begins, as after a cold start."""

    def __init__(self, off_s: float = 0.0, late_s: float = 0.0) -> None:
        self.off_s, self.late_s = off_s, late_s
        self.asked: list[Stretch] = []

    def submit(self, fn: object, stretch: Stretch) -> "Future[Looked]":  # type: ignore[override]  # one call's own shape
        self.asked.append(stretch)
        until_s = inf if stretch.until_s is None else stretch.until_s
        late_s = self.late_s if stretch.start_s else 0.0
        poses = [
            replace(moved(pose, 300.0) if self.is_off(stretch, pose) else pose, t_s=t_s)
            for pose in POSES
            if stretch.start_s <= (t_s := pose.t_s + late_s) < until_s
        ]
        future: Future[Looked] = Future()
        future.set_result(Looked(poses=poses, losses=0))
        return future

    def is_off(self, stretch: Stretch, pose: Pose) -> bool:
        return stretch.start_s > 0.0 and pose.t_s < stretch.start_s + self.off_s


def split(pool: Pool) -> Iterator[Pose]:
    edges = [0.0, LASTS_S / 3, 2 * LASTS_S / 3]
    parts = [
        Stretch(start_s=edges[0], end_s=edges[1], until_s=edges[1] + stretches.OVERLAP_S),
        Stretch(start_s=edges[1], end_s=edges[2], until_s=edges[2] + stretches.OVERLAP_S),
        Stretch(start_s=edges[2], end_s=inf, until_s=None),
    ]
    return SplitVideo(
        Path("x.mp4"), Path("m"), parts, pool=pool, jobs=2, fast=False, asked=no_stop
    ).poses()


def same(found: list[Pose]) -> bool:
    return [pose.t_s for pose in found] == [pose.t_s for pose in POSES] and all(
        np.array_equal(one.xy_px, other.xy_px) for one, other in zip(found, POSES, strict=True)
    )


@pytest.mark.parametrize("off_s", [0.0, 0.5])
def test_the_joined_poses_are_those_of_one_pass(off_s: float) -> None:
    assert same(list(split(Pool(off_s))))


def test_where_times_differ_in_the_middle_of_a_file_it_is_looked_at_as_a_whole() -> None:
    pool = Pool(late_s=0.02)
    found = list(split(pool))
    assert pool.asked[-1].start_s == 0.0
    assert same(found)
