"""Landmarks that slip for a frame, legs of unequal reach that overlap: no rep more, none less."""

from math import cos, pi
from pathlib import Path

import pytest
from coached import coached
from figure import Anchor, Stretch, film
from moves import FILM, LEFT, RIGHT, STAND

from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.trace import read_trace

TRACE = Path(__file__).parent / "traces" / "squat_one_frame_slip.poses.jsonl.gz"
LIFT_S = LOWER_S = 1.6


def test_a_slip_of_one_frame_splits_no_rep() -> None:
    _, poses = read_trace(TRACE)
    with poses:
        summary = coached(poses, "squat")
    assert summary.total == 1


def march(peaks_deg: list[float], overlap_s: float) -> tuple[list[Pose], list[Side]]:
    """Film knees that are lifted in turn, each leaving while the other is still coming down."""
    begins_s = [3.0 + number * (LIFT_S + LOWER_S - overlap_s) for number in range(len(peaks_deg))]
    sides = [(RIGHT, LEFT)[number % 2] for number in range(len(peaks_deg))]

    def lifted_deg(side: Side, t_s: float) -> float:
        for begin_s, peak_deg, whose in zip(begins_s, peaks_deg, sides, strict=True):
            share = (t_s - begin_s) / (LIFT_S + LOWER_S)
            if whose is side and 0.0 < share < 1.0:
                return peak_deg * (0.5 - 0.5 * cos(2 * pi * share))
        return 0.0

    times = [number * 0.05 for number in range(int((begins_s[-1] + 9.0) / 0.05))]
    keys = [
        (
            t_s,
            STAND.on(LEFT, hip=lifted_deg(LEFT, t_s), knee=lifted_deg(LEFT, t_s)).on(
                RIGHT, hip=lifted_deg(RIGHT, t_s), knee=lifted_deg(RIGHT, t_s)
            ),
        )
        for t_s in times
    ]
    return film([Stretch(keys=keys, anchor=Anchor.LOWER_FOOT)], FILM), sides


@pytest.mark.parametrize("overlap_s", [0.0, 0.6, 1.0, 1.4])
@pytest.mark.parametrize("peaks_deg", [[60.0, 100.0] * 3, [75.0, 110.0] * 3, [100.0] * 6])
def test_legs_of_unequal_reach_are_all_counted(peaks_deg: list[float], overlap_s: float) -> None:
    poses, sides = march(peaks_deg, overlap_s)
    summary = coached(poses, "hip_flexion", "free")
    assert [rep.side for rep in sorted(summary.reps, key=lambda rep: rep.turn_s)] == sides
    assert all(rep.completed for rep in summary.reps)
    told = {fault.id for fault in summary.faults}
    assert ("asymmetry" in told) == (len(set(peaks_deg)) > 1)
