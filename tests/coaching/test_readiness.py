from collections.abc import Mapping
from dataclasses import replace
from math import nan

import pytest
from coached import coached, updates
from figure import Film, Hidden
from moves import trace
from reasons import reason

from formcoach.coaching.doubt import (
    Doubt,
    UnsureLog,
    landmarks_of,
)
from formcoach.coaching.events import Phase, Quality
from formcoach.coaching.readiness import SETTLED_S, Readiness, within
from formcoach.exercises.library import load_exercise
from formcoach.pose.doubts import COME_CLOSER, NOBODY, TURN_SIDEWAYS, Reason
from formcoach.pose.landmarks import Part, Side, landmark, nobody
from formcoach.pose.signals import SIGNAL_KEYS, Signal, SignalKey
from formcoach.pose.view import UNKNOWN_VIEW, BodyView, ViewKind

HIP, TRUNK = Signal.HIP_FLEXION, Signal.TRUNK_INCLINATION
LYING = load_exercise("hip_flexion").level("bent")
KNEE = landmark(Part.KNEE, Side.LEFT)


def values(**given: float) -> Mapping[SignalKey, float]:
    """Give signals by their names, both sides alike; what is not given is not seen."""
    return {(s, side): given.get(s.value, nan) for s, side in SIGNAL_KEYS}


IN_START = values(trunk_inclination_deg=-90, hip_flexion_deg=45, knee_flexion_deg=90)
MOVING = values(trunk_inclination_deg=-90, hip_flexion_deg=110, knee_flexion_deg=120)
STANDING = values(trunk_inclination_deg=0, hip_flexion_deg=0, knee_flexion_deg=0)


def view(kind: ViewKind = ViewKind.SIDE, torso_px: float = 120.0) -> BodyView:
    return BodyView(kind=kind, near_side=Side.RIGHT, azimuth_deg=80.0, torso_px=torso_px)


def test_a_band_holds_both_of_its_ends() -> None:
    bands = {TRUNK: (-10.0, 10.0)}
    assert within(bands, values(trunk_inclination_deg=10.0))
    assert within(bands, values(trunk_inclination_deg=-10.0))
    assert not within(bands, values(trunk_inclination_deg=10.1))


def test_what_is_not_seen_is_not_held_against_anybody() -> None:
    assert within({HIP: (0.0, 10.0)}, values())
    assert within({}, values())


def test_either_side_can_be_out_of_its_band() -> None:
    seen = dict(values(hip_flexion_deg=5.0))
    seen[HIP, Side.LEFT] = 50.0
    assert not within({HIP: (0.0, 10.0)}, seen)
    assert within({HIP: (0.0, 10.0)}, seen, (Side.RIGHT,))


def ready_at(steps: list[tuple[float, Mapping[SignalKey, float]]], **how: bool) -> list[bool]:
    readiness = Readiness(LYING, needs_start=how.get("needs_start", True), settled_s=SETTLED_S)
    return [readiness.step(t_s, seen) for t_s, seen in steps]


def test_the_start_pose_has_to_settle_and_then_the_posture_is_enough() -> None:
    steps = [(0.0, IN_START), (0.1, IN_START), (0.2, IN_START), (0.3, MOVING), (5.0, MOVING)]
    assert ready_at(steps) == [False, False, True, True, True]


def test_passing_through_the_start_pose_is_not_enough() -> None:
    steps = [(0.0, IN_START), (0.1, MOVING), (0.2, IN_START), (0.3, MOVING), (0.9, MOVING)]
    assert not any(ready_at(steps))


def test_another_posture_for_a_second_ends_it() -> None:
    start = [(0.0, IN_START), (0.2, IN_START)]
    assert ready_at([*start, (1.0, STANDING), (1.1, IN_START)])[-1]
    left = ready_at([*start, (1.0, STANDING), (1.3, STANDING), (1.4, IN_START), (1.7, IN_START)])
    assert left == [False, True, True, False, False, True]


def test_where_no_start_pose_is_asked_the_posture_is_enough() -> None:
    readiness = Readiness(LYING, needs_start=False, settled_s=0.0)
    assert not readiness.step(0.0, STANDING)
    assert readiness.step(0.1, MOVING)


def test_the_body_is_doubted_for_the_first_of_its_reasons() -> None:
    doubt, pose = Doubt((HIP,)), trace("squat").poses[0]
    assert doubt.of_body(nobody(0.0, (640, 480)), UNKNOWN_VIEW) == NOBODY
    assert doubt.of_body(pose, UNKNOWN_VIEW) is None
    assert doubt.of_body(pose, view(ViewKind.FRONT)) is None
    assert doubt.of_body(pose, view(torso_px=29.0)) == COME_CLOSER
    assert doubt.of_body(pose, view(ViewKind.OBLIQUE)) is None
    assert doubt.of_body(pose, view(torso_px=nan)) is None


def test_only_what_the_exercise_needs_is_doubted() -> None:
    doubt = Doubt((HIP,))
    reasons = {
        KNEE: reason("left knee hidden"),
        landmark(Part.WRIST, Side.LEFT): reason("left wrist hidden"),
    }
    assert doubt.of_side(Side.LEFT, reasons, view()) == reason("left knee hidden")
    assert doubt.of_side(Side.RIGHT, reasons, view()) is None
    arm = Doubt((Signal.ELBOW_FLEXION,))
    assert arm.of_side(Side.LEFT, reasons, view()) == reason("left wrist hidden")
    slanted = replace(view(ViewKind.OBLIQUE), azimuth_deg=48.0)
    assert doubt.of_side(Side.LEFT, reasons, slanted) == reason("left knee hidden")
    assert doubt.of_side(Side.RIGHT, {}, slanted) == TURN_SIDEWAYS
    assert KNEE in landmarks_of(HIP, Side.LEFT)


def logged(
    reasons: list[Reason | None], every_s: float = 0.1
) -> tuple[list[Reason | None], UnsureLog]:
    log = UnsureLog()
    return [log.step(number * every_s, reason) for number, reason in enumerate(reasons)], log


def test_a_short_doubt_is_not_worth_saying() -> None:
    said, log = logged([None, *[TURN_SIDEWAYS] * 4, None])
    assert not any(said)
    assert log.finish() == []


def test_a_lasting_doubt_is_said_and_written_down_once() -> None:
    said, log = logged([None, *[TURN_SIDEWAYS] * 8, None, None])
    assert said[5] is None
    assert said[6] == TURN_SIDEWAYS
    (span,) = log.finish()
    assert (span.start_s, span.end_s) == pytest.approx((0.1, 0.8))
    assert log.finish() == [span]


def test_another_doubt_begins_another_span() -> None:
    _, log = logged([*[TURN_SIDEWAYS] * 8, *[reason("left knee hidden")] * 8])
    assert [span.reason for span in log.finish()] == [TURN_SIDEWAYS, reason("left knee hidden")]


def test_two_reasons_that_alternate_are_told_as_the_commoner_one() -> None:
    every: list[Reason | None] = [
        *[reason("left knee hidden")] * 3,
        *[reason("left ankle hidden")] * 2,
    ]
    said, log = logged(every * 20)
    assert set(said[10:]) == {reason("left knee hidden")}
    (span,) = log.finish()
    assert (span.reason, span.start_s) == (reason("left knee hidden"), 0.0)


def test_from_the_front_all_is_counted_and_nothing_judged() -> None:
    poses = trace("squat", how=Film().with_camera(azimuth_deg=15)).poses
    summary = coached(poses, "squat")
    assert [rep.quality for rep in summary.reps] == [Quality.UNSURE] * 4
    assert {rep.why for rep in summary.reps} == {TURN_SIDEWAYS}
    assert {span.reason for span in summary.unsure} == {TURN_SIDEWAYS}
    assert {cue.reason for cue in summary.cues} == {TURN_SIDEWAYS}
    assert summary.faults == []


@pytest.mark.parametrize("azimuth_deg", [44, 48, 52])
@pytest.mark.parametrize("case", [("squat", None), ("dead_bug", "hold"), ("push_up", None)])
def test_a_slanted_view_asks_to_turn_and_judges_nothing(
    azimuth_deg: float, case: tuple[str, str | None]
) -> None:
    poses = trace(*case, how=Film().with_camera(azimuth_deg=azimuth_deg)).poses
    summary = coached(poses, *case)
    assert {span.reason for span in summary.unsure} == {TURN_SIDEWAYS}
    assert {rep.quality for rep in summary.completed} <= {Quality.UNSURE}
    assert summary.faults == []
    assert {cue.reason for cue in summary.cues} == {TURN_SIDEWAYS}


def test_somebody_far_away_is_asked_to_come_closer() -> None:
    poses = trace("squat", how=Film().with_camera(px_per_m=45)).poses
    summary = coached(poses, "squat")
    assert summary.total == 0
    assert {span.reason for span in summary.unsure} == {COME_CLOSER}


def test_an_update_tells_the_doubt_while_it_lasts() -> None:
    hidden = Hidden(landmarks=(landmark(Part.KNEE, Side.RIGHT),), from_s=3.0, to_s=6.0)
    told = updates(trace("squat", how=Film(hidden=(hidden,))).poses, "squat")
    doubted = [update.t_s for update in told if update.unsure == reason("right knee hidden")]
    assert doubted[0] == pytest.approx(3.5, abs=0.15)
    assert doubted[-1] == pytest.approx(6.0, abs=0.15)


def test_before_the_start_pose_the_phase_is_set_up() -> None:
    told = updates(trace("dead_bug", "hold", 1, around=True).poses, "dead_bug", "hold")
    assert told[0].phase is Phase.SETUP
    phases = list(dict.fromkeys(update.phase for update in told))
    assert phases == [Phase.SETUP, Phase.READY, Phase.LIFT, Phase.TURN, Phase.LOWER]
