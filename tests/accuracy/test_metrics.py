"""The bench's own arithmetic, on figures small enough to do by hand."""

from math import isnan, nan

import numpy as np
import pytest

from accuracy.angles import angle_error, true_angles
from accuracy.bootstrap import of_blocks, of_clips
from accuracy.scores import (
    FaultTruth,
    Tally,
    TrueRep,
    false_cues,
    fault_tallies,
    match_reps,
    partial_tally,
    side_hits,
    unsure_s,
)
from formcoach.coaching.events import Cue, Fault, Priority, Quality, Rep, SetSummary, UnsureSpan
from formcoach.pose.doubts import REASONS
from formcoach.pose.landmarks import Side


def rep(turn_s: float, side: Side | None, *faults: str, quality: Quality = Quality.GOOD) -> Rep:
    return Rep(
        index=1,
        side=side,
        start_s=turn_s - 2,
        turn_s=turn_s,
        end_s=turn_s + 2,
        peak_deg=90,
        rom_deg=50,
        hold_s=0,
        quality=quality,
        faults=faults,
    )


def true(turn_s: float, side: str, *faults: str, partial: bool = False) -> TrueRep:
    return TrueRep(
        side=side,
        start_s=turn_s - 2,
        turn_s=turn_s,
        end_s=turn_s + 2,
        partial=partial,
        faults=frozenset(faults),
    )


def test_a_steady_offset_is_no_remainder() -> None:
    error = angle_error(np.array([-4.0, -6.0, nan, -5.0]))
    assert (error.mae, error.bias, error.seen) == (5.0, -5.0, 0.75)
    assert error.remainder == pytest.approx(2 / 3)
    assert error.p95 == pytest.approx(5.9)


def test_what_was_never_seen_has_no_error() -> None:
    error = angle_error(np.array([nan, nan]))
    assert isnan(error.mae)
    assert error.seen == 0.0


@pytest.mark.parametrize(("knee_y", "expected_deg"), [(10.0, -20.0), (-10.0, 20.0)])
def test_a_true_hip_past_straight_is_negative(knee_y: float, expected_deg: float) -> None:
    """On the back, head to the left, right side near: up is where the knee goes when it bends."""
    truth = {
        "view": {"near_side": "right"},
        "frames": {"t_s": [0.0], "right_hip_flexion_deg": [20.0]},
        "joints_px": {
            "right_shoulder": [[0.0, 0.0]],
            "right_hip": [[50.0, 0.0]],
            "right_knee": [[100.0, knee_y]],
        },
    }
    assert true_angles(truth, "hip", Side.RIGHT, [0.0]) == [expected_deg]


def test_reps_are_paired_by_their_turns_and_only_once() -> None:
    pairs = match_reps(
        [true(5, "left"), true(10, "right")],
        [rep(5.5, Side.LEFT), rep(6.5, Side.LEFT), rep(10.2, Side.LEFT), rep(30, Side.LEFT)],
    )
    assert [(t.turn_s, f.turn_s) for t, f in pairs] == [(5, 5.5), (10, 10.2)]
    assert side_hits(pairs) == [True, False]


def test_a_rep_taken_for_half_a_one_is_a_false_partial() -> None:
    tally = partial_tally(
        [true(5, "left", partial=True), true(10, "left"), true(15, "left", partial=True)],
        [rep(5, Side.LEFT, quality=Quality.PARTIAL), rep(10, Side.LEFT, quality=Quality.PARTIAL)],
    )
    assert (tally.hits, tally.false, tally.missed) == (1, 1, 1)
    assert (tally.precision, tally.recall, tally.f1) == (0.5, 0.5, 0.5)


def test_faults_are_counted_a_rep_and_those_of_the_posture_once() -> None:
    truth = FaultTruth(
        reps=[true(5, "left", "too_fast"), true(10, "left"), true(15, "left", "too_fast")],
        others=frozenset({"hips_sag"}),
        open=frozenset({"plank_moves"}),
    )
    summary = SetSummary(
        reps=[
            rep(5, Side.LEFT, "too_fast", "plank_moves"),
            rep(10, Side.LEFT, "too_fast"),
            rep(15, Side.LEFT),
            rep(25, Side.LEFT, "leg_bent"),
        ],
        faults=[fault("too_fast"), fault("hips_sag"), fault("hips_sag"), fault("leg_bent")],
    )
    found = fault_tallies(truth, summary)
    assert {name: (t.hits, t.false, t.missed) for name, t in found.items()} == {
        "too_fast": (1, 1, 1),
        "hips_sag": (1, 0, 0),
        "leg_bent": (0, 1, 0),
    }


def test_only_a_cue_for_what_is_not_so_is_false() -> None:
    truth = FaultTruth(reps=[true(5, "left", "too_fast")], open=frozenset({"hips_pike"}))
    names = ("too_fast", "hips_pike", "hips_sag", "turn sideways")
    summary = SetSummary(
        faults=[fault(name) for name in names[:3]],
        cues=[Cue(t_s=1, id=name, side=None, priority=Priority.FORM) for name in names],
    )
    assert false_cues(truth, summary) == 1


def test_two_doubts_at_once_last_no_longer_than_one() -> None:
    spans = [(1.0, 3.0), (2.0, 2.5), (2.5, 4.0), (6.0, 7.0)]
    doubts = [
        UnsureSpan(start_s=a, end_s=b, reason=reason)
        for (a, b), reason in zip(spans, REASONS, strict=False)
    ]
    assert unsure_s(doubts) == 4.0


def fault(name: str) -> Fault:
    return Fault(id=name, side=None, start_s=4, end_s=5, measured=2, limit=1)


def test_a_tally_of_nothing_is_no_figure() -> None:
    assert isnan(Tally().f1)


def test_one_value_for_all_clips_leaves_no_doubt() -> None:
    figure = of_clips([3.0, nan, 3.0, 3.0])
    assert (figure.value, figure.low, figure.high) == (3.0, 3.0, 3.0)
    assert isnan(of_clips([nan]).value)


def test_poses_kept_by_another_test_have_no_time_a_frame() -> None:
    """Read back as None, as JSON has it, they are left out like NaN."""
    assert of_clips([None, 3.0, None], np.median).value == 3.0
    assert isnan(of_clips([None, None], np.median).value)


def test_an_interval_holds_the_true_mean_about_as_often_as_it_says() -> None:
    draw = np.random.default_rng(5)
    sets = draw.normal(10.0, 2.0, (200, 25))
    held = [figure.low <= 10.0 <= figure.high for figure in map(of_clips, sets.tolist())]
    assert 0.88 <= np.mean(held) <= 0.99


def test_frames_that_err_together_widen_the_interval() -> None:
    t_s = np.arange(300) / 30.0
    apart = np.tile([0.0, 1.0], 150)
    together = np.repeat([0.0, 1.0] * 5, 30)
    narrow, wide = of_blocks(apart, t_s), of_blocks(together, t_s)
    assert narrow.value == wide.value == 0.5
    assert narrow.high - narrow.low < 0.01
    assert wide.high - wide.low > 0.3
