"""The sweeps' own arithmetic, and that their pictures are what they say."""

import json
from typing import Any

import numpy as np
import pytest
from reasons import reason

from accuracy.clips import samples
from accuracy.curves import curves
from accuracy.distortions import DISTORTIONS, Distortion
from accuracy.scores import FaultTruth
from accuracy.sweeps import Outcome, mirrored_truth, outcome
from accuracy.test_metrics import fault, rep, true
from formcoach.capture.source import Frame
from formcoach.coaching.events import Quality, SetSummary, UnsureSpan
from formcoach.pose.landmarks import Side

BY_ID = {distortion.id: distortion for distortion in DISTORTIONS}
CLIP = next(clip for clip in samples() if clip.name == "hip_flexion_free")


def frames(count: int = 4, fps: float = 15.0) -> list[Frame]:
    draw = np.random.default_rng(2)
    return [
        Frame(index=i, t_s=i / fps, image_bgr=draw.integers(0, 200, (360, 640, 3), np.uint8))
        for i in range(count)
    ]


def changed(distortion: Distortion, step: float, given: list[Frame]) -> list[Frame]:
    return list(distortion.change(CLIP, step)(iter(given)))


def test_every_rep_is_right_unsure_or_wrong() -> None:
    truth = FaultTruth(
        reps=[true(t, "left") for t in (5, 10, 15, 20, 25, 30)], open=frozenset({"hips_pike"})
    )
    summary = SetSummary(
        reps=[
            rep(5, Side.LEFT, "hips_pike"),
            rep(10, Side.RIGHT),
            rep(15, Side.LEFT, "too_fast"),
            rep(20, Side.LEFT, quality=Quality.UNSURE),
            rep(40, Side.LEFT),
        ],
        faults=[fault("too_fast"), fault("hips_sag")],
        unsure=[UnsureSpan(start_s=24, end_s=25, reason=reason("left knee hidden"))],
    )
    found = outcome(truth, summary)
    # Right: 5. Unsure: 20, and 25 while it could not judge. Wrong: the side of 10, the fault of 15,
    # 30 lost without a word, 40 made up, and the hips of the set.
    assert found == Outcome(right=1, unsure=2, wrong=5)


def test_a_mirrored_truth_has_its_sides_exchanged() -> None:
    truth: dict[str, Any] = {
        "view": {"near_side": "left"},
        "reps": [{"side": "left"}, {"side": "both"}],
        "frames": {"t_s": [0.0], "left_hip_flexion_deg": [1.0], "right_hip_flexion_deg": [2.0]},
        "joints_px": {"left_knee": [[3.0, 4.0]], "pelvis": [[5.0, 6.0]]},
    }
    other = mirrored_truth(truth)
    assert other["view"]["near_side"] == "right"
    assert [rep["side"] for rep in other["reps"]] == ["right", "both"]
    assert other["frames"]["right_hip_flexion_deg"] == [1.0]
    assert other["joints_px"] == {"right_knee": [[-3.0, 4.0]], "pelvis": [[-5.0, 6.0]]}
    assert mirrored_truth(other)["frames"] == truth["frames"]


@pytest.mark.parametrize("distortion", DISTORTIONS, ids=lambda distortion: distortion.id)
def test_every_step_gives_whole_frames_of_one_size(distortion: Distortion) -> None:
    for step in distortion.steps:
        found = changed(distortion, step, frames())
        assert found
        assert len({frame.size_px for frame in found}) == 1


def test_frames_are_left_out_or_shown_again_at_even_times() -> None:
    given = frames(31)  # until 2 s
    half, twice = changed(BY_ID["fps"], 10, given), changed(BY_ID["fps"], 30, given)
    assert [frame.t_s for frame in half] == pytest.approx(np.arange(20) / 10)
    assert [frame.t_s for frame in twice] == pytest.approx(np.arange(60) / 30)
    for frame in half + twice:
        newest = max(g.index for g in given if g.t_s <= frame.t_s + 1e-9)
        assert np.array_equal(frame.image_bgr, given[newest].image_bgr)


def test_legs_are_hidden_for_three_seconds_and_no_longer() -> None:
    given = frames(150)
    found = changed(BY_ID["hidden"], 1.0, given)
    touched = [
        new.t_s
        for old, new in zip(given, found, strict=True)
        if not np.array_equal(old.image_bgr, new.image_bgr)
    ]
    assert CLIP.truth is not None
    begin_s = CLIP.truth["reps"][1]["start_s"]
    assert touched[0] == pytest.approx(begin_s, abs=1 / 15)
    assert touched[-1] - touched[0] == pytest.approx(min(3.0, 149 / 15 - touched[0]), abs=2 / 15)


def test_feet_are_cut_off_at_the_ankle() -> None:
    assert CLIP.truth is not None
    joints = CLIP.truth["joints_px"]
    (image,) = {frame.image_bgr.shape for frame in changed(BY_ID["feet"], 1.0, frames())}
    near = CLIP.truth["view"]["near_side"]
    assert image[0] == pytest.approx(joints[f"{near}_ankle"][0][1], abs=1.5)


def test_the_picture_of_the_sweeps_is_the_same_each_time() -> None:
    rows = {
        d.id: [{"step": step, "right": 2, "unsure": 1, "wrong": 1} for step in d.steps]
        for d in DISTORTIONS
    }
    drawn = curves(rows)
    assert drawn == curves(json.loads(json.dumps(rows)))
    assert drawn.count("#2a8f5b") == sum(len(d.steps) for d in DISTORTIONS) + 1
    assert 'height="45.0" fill="#2a8f5b"' in drawn
