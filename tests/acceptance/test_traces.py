"""The traces of real analyses: replayed, at other frame rates, in a mirror."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from coached import coached, told

from formcoach.coaching.events import Fault, SetSummary
from formcoach.commands.recorded import Analysis
from formcoach.commands.replay import replay_trace
from formcoach.pose.landmarks import Pose, Side, mirror
from formcoach.pose.trace import POSES, read_trace

SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"
NAMES = ("dead_bug_hold", "dead_bug_reach", "hip_flexion_bent", "plank_sag", "squat", "march")
EVENTS = ("counts", "reps", "holds", "faults", "cues", "unsure", "view")

Analyses = Callable[..., Analysis]
Case = tuple[str, str | None, list[Pose], Analysis]


@pytest.fixture(params=NAMES)
def case(request: pytest.FixtureRequest, analysis: Analyses) -> Case:
    truth = json.loads((SAMPLES / f"{request.param}.truth.json").read_text(encoding="utf-8"))
    asked = {key: truth[key] for key in ("exercise", "level")}
    found = analysis(SAMPLES / truth["video"], **asked)
    return truth["exercise"], truth["level"], list(read_trace(found.folder / POSES)[1]), found


def resampled(poses: Sequence[Pose], fps: float) -> list[Pose]:
    """Return the poses at another frame rate, each between the two that are next to it."""
    times = np.array([pose.t_s for pose in poses])
    wanted = np.arange(times[0], times[-1], 1.0 / fps)
    return [between(poses, times, float(t_s)) for t_s in wanted]


def between(poses: Sequence[Pose], times: Any, t_s: float) -> Pose:
    after = int(np.clip(np.searchsorted(times, t_s, side="right"), 1, len(poses) - 1))
    one, two = poses[after - 1], poses[after]
    share = (t_s - one.t_s) / (two.t_s - one.t_s)
    assert one.world_m is not None
    assert two.world_m is not None
    return Pose(
        t_s=t_s,
        xy_px=one.xy_px + share * (two.xy_px - one.xy_px),
        world_m=one.world_m + share * (two.world_m - one.world_m),
        visibility=one.visibility + share * (two.visibility - one.visibility),
        presence=one.presence + share * (two.presence - one.presence),
        image_size_px=one.image_size_px,
    )


def fault_ids(summary: SetSummary) -> set[str]:
    return {fault.id for fault in summary.faults}


@pytest.mark.slow
def test_a_replay_gives_the_same_events_to_the_last_digit(case: Case, tmp_path: Path) -> None:
    exercise, level, _, first = case
    again = replay_trace(first.folder / POSES, exercise=exercise, level=level, out=tmp_path)
    assert {key: again.tree[key] for key in EVENTS} == {key: first.tree[key] for key in EVENTS}


@pytest.mark.slow
@pytest.mark.parametrize("fps", [10, 15, 24, 30, 60])
def test_reps_sides_and_faults_are_the_same_at_any_frame_rate(case: Case, fps: float) -> None:
    exercise, level, poses, first = case
    if first.tree["video"] == "march.mp4":
        pytest.skip("the model exchanges its legs: there is nothing between two such frames")
    found = coached(resampled(poses, fps), exercise, level)
    assert told(found.reps) == told(first.summary.reps)
    assert fault_ids(found) == fault_ids(first.summary)
    assert len(found.holds) == len(first.summary.holds)
    for one, other in zip(found.reps, first.summary.reps, strict=True):
        assert one.turn_s == pytest.approx(other.turn_s, abs=0.35)
        assert one.peak_deg == pytest.approx(other.peak_deg, abs=3.0)


@pytest.mark.slow
def test_a_mirrored_trace_swaps_the_sides_and_nothing_else(case: Case) -> None:
    exercise, level, poses, first = case
    found = coached(map(mirror, poses), exercise, level)
    assert [(swapped(side), *rest) for side, *rest in told(found.reps)] == [
        tuple(rep) for rep in told(first.summary.reps)
    ]
    for one, other in zip(found.reps, first.summary.reps, strict=True):
        assert (one.start_s, one.turn_s, one.end_s) == pytest.approx(
            (other.start_s, other.turn_s, other.end_s), abs=1e-6
        )
        assert one.peak_deg == pytest.approx(other.peak_deg, abs=1e-6)
    assert [seen(fault, swap=True) for fault in found.faults] == [
        seen(fault, swap=False) for fault in first.summary.faults
    ]


def swapped(side: Side | None) -> Side | None:
    return None if side is None else side.other


def seen(fault: Fault, *, swap: bool) -> tuple[object, ...]:
    side = swapped(fault.side) if swap else fault.side
    return fault.id, side, round(fault.start_s, 4), round(abs(fault.measured), 4)
