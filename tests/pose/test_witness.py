"""The second look at the legs: when it is asked for, and what is made of it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from figure import Film, leg
from moves import trace

from formcoach.pose.doubts import UNSTEADY
from formcoach.pose.landmarks import Pose, Side, nobody
from formcoach.pose.trust import LandmarkTrust
from formcoach.pose.witness import MAX_SAVED, MAX_SHARE, SETTLES_S, LegWitness

EXCHANGED_S = ((5.0, 5.6),)
CASE = ("hip_flexion", "free")
LEGS = [*leg(Side.LEFT), *leg(Side.RIGHT)]


def filmed(fps: float = 15, *, exchanged: bool = False) -> list[Pose]:
    how = Film(fps=fps, exchanged_s=EXCHANGED_S if exchanged else ())
    return list(trace(*CASE, 2, how=how).poses)


def settled(
    first: Sequence[Pose], second: Sequence[Pose], *, always: bool = False
) -> tuple[list[Pose], list[bool]]:
    witness, poses, asked = LegWitness(), [], []
    for pose, other in zip(first, second, strict=True):
        asked.append(witness.wants(pose))
        poses.append(witness.settle(pose, other if asked[-1] or always else None))
    return poses, asked


def is_exchanged(pose: Pose) -> bool:
    return any(begin <= pose.t_s <= end for begin, end in EXCHANGED_S)


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_exchanged_legs_are_found_and_the_witness_s_are_taken(fps: float) -> None:
    truth = filmed(fps)
    poses, _ = settled(filmed(fps, exchanged=True), truth)
    wrong = [pose for pose in poses if is_exchanged(pose)]
    assert len(wrong) > 0.5 * fps
    assert all(pose.legs_doubtful for pose in wrong)
    for pose, true in zip(poses, truth, strict=True):
        assert pose.xy_px == pytest.approx(true.xy_px)
        near = any(begin <= pose.t_s <= end + SETTLES_S for begin, end in EXCHANGED_S)
        assert pose.legs_doubtful <= near


@pytest.mark.parametrize("fps", [10, 15, 30])
def test_where_the_witness_is_wrong_the_legs_stay_and_are_believed(fps: float) -> None:
    truth = filmed(fps)
    poses, _ = settled(truth, filmed(fps, exchanged=True), always=True)
    assert poses == truth


def test_it_is_asked_where_the_legs_leap_and_not_where_they_stand() -> None:
    poses, asked = settled(filmed(exchanged=True), filmed())
    at = {round(pose.t_s, 3): one for pose, one in zip(poses, asked, strict=True)}
    assert all(one for t_s, one in at.items() if 5.0 <= t_s <= 5.6)
    assert not any(one for t_s, one in at.items() if t_s < 0.5)
    still = [replace(poses[0], t_s=t_s) for t_s in np.arange(0, 5, 0.1)]
    assert not any(settled(still, still)[1])


def test_however_the_legs_leap_it_is_asked_about_a_share_of_the_frames() -> None:
    one, other = filmed()[0], filmed()[70]
    leaping = [
        replace(one if i % 20 < 10 else other, t_s=t_s)
        for i, t_s in enumerate(np.arange(0, 60, 1 / 30).tolist())
    ]
    _, asked = settled(leaping, leaping)
    assert sum(asked) <= MAX_SAVED + MAX_SHARE * len(leaping)
    assert sum(asked) > 0.9 * MAX_SHARE * len(leaping)


def test_somebody_else_is_no_witness() -> None:
    far_off = [replace(pose, xy_px=pose.xy_px + np.array([900.0, 0.0])) for pose in filmed()]
    first = filmed(exchanged=True)
    assert settled(first, far_off, always=True)[0] == first
    absent = [nobody(pose.t_s, pose.image_size_px) for pose in first]
    assert settled(first, absent, always=True)[0] == first
    assert not any(settled(absent, first)[1])


def test_two_looks_that_both_make_little_of_the_legs_leave_them_doubtful() -> None:
    truth = filmed()
    muddled = [
        replace(pose, xy_px=mixed_up(pose)) if is_exchanged(pose) else pose for pose in truth
    ]
    poses, _ = settled(filmed(exchanged=True), muddled, always=True)
    assert all(pose.legs_doubtful for pose in poses if is_exchanged(pose))


def mixed_up(pose: Pose) -> np.ndarray:
    xy_px = pose.xy_px.copy()
    left, right = list(leg(Side.LEFT)), list(leg(Side.RIGHT))
    xy_px[left] = xy_px[right] = (xy_px[left] + xy_px[right]) / 2
    return xy_px


def test_of_doubtful_legs_the_knees_alone_are_believed() -> None:
    pose = filmed()[0]
    seen = LandmarkTrust().step(replace(pose, legs_doubtful=True), 120.0)
    knees = {leg(side)[0] for side in Side}
    assert seen.doubts == dict.fromkeys(set(LEGS) - knees, UNSTEADY)
    assert all(seen.points[knee] == pose.xy_px[knee].tolist() for knee in knees)
