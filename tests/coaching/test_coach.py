"""The coach as a whole: what it tells in each frame, and that nothing it is shown breaks it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from itertools import pairwise
from math import isfinite

import numpy as np
import pytest
from coached import coached, told, updates
from figure import Anchor, Body, Camera, Film, Stretch, film
from flaws import FLAWS
from moves import MOVES, PLANK, Tempo, perform, plank, trace

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Quality, SetSummary
from formcoach.errors import SpecError
from formcoach.exercises.library import load_exercise
from formcoach.pose.doubts import NOBODY, TURN_SIDEWAYS
from formcoach.pose.landmarks import Pose, Side, nobody
from formcoach.pose.signals import Signal, measure
from formcoach.words.phrases import load_phrases

SIZE = (640, 480)
ROUND = [Phase.READY, Phase.LIFT, Phase.TURN, Phase.LOWER]


def test_the_updates_hold_what_the_summary_holds() -> None:
    poses = trace("hip_flexion", "bent", tempo=Tempo(lift_s=1, hold_s=0.3, lower_s=1, rest_s=1))
    coach = Coach(load_exercise("hip_flexion"), "bent")
    seen = [coach.step(pose) for pose in poses.poses]
    summary = coach.finish()
    assert summary.total == 4
    assert [update.rep for update in seen if update.rep is not None] == summary.reps
    assert [update.cue for update in seen if update.cue is not None] == summary.cues
    assert {cue.id for cue in summary.cues} == {"too_fast"}


def test_a_rep_goes_through_its_phases_in_order_and_names_its_side() -> None:
    seen = updates(trace("hip_flexion", "bent", 3).poses, "hip_flexion", "bent")
    steps = [(a.phase, b.phase) for a, b in pairwise(seen) if a.phase is not b.phase]
    after = dict(zip(ROUND, [*ROUND[1:], Phase.READY], strict=True))
    assert seen[0].phase is Phase.SETUP
    assert all(after[a] is b for a, b in steps[1:])
    assert [a for a, _ in steps].count(Phase.LOWER) == 3
    sides = [a.side for a, b in pairwise(seen) if a.phase is Phase.LIFT and b.phase is Phase.TURN]
    assert sides == [Side.RIGHT, Side.LEFT, Side.RIGHT]
    assert all(update.side is None for update in seen if update.phase is Phase.READY)


def test_half_a_lift_with_half_a_bent_knee_is_a_partial_and_a_straight_leg_is_none() -> None:
    for knee_deg, qualities in ((28.0, [Quality.PARTIAL]), (0.0, [])):

        def half(body: Body, side: Side | None, knee_deg: float = knee_deg) -> Body:
            return body.on(side, hip=45.0, knee=knee_deg)

        filmed = trace("hip_flexion", "free", 5, far={4: half})
        reps = coached(filmed.poses, "hip_flexion", "free").reps
        assert [rep.quality for rep in reps if rep.quality is not Quality.GOOD] == qualities
        assert [rep.side for rep in reps][:3] == [Side.RIGHT, Side.LEFT, Side.RIGHT]


def test_a_fault_shows_while_it_lasts_and_its_cue_comes_at_once() -> None:
    flaw = FLAWS["plank_hold", "floor"]["hips_sag", "body_line_deg"]
    filmed = trace("plank_hold", "floor", far={1: flaw.far})
    seen = updates(filmed.poses, "plank_hold", "floor")
    active = [update for update in seen if update.faults]
    (fault,) = coached(filmed.poses, "plank_hold", "floor").faults
    assert fault.end_s is not None
    assert active[0].t_s - fault.start_s == pytest.approx(0.4, abs=0.07)
    assert active[-1].t_s == pytest.approx(fault.end_s, abs=0.07)
    assert active[0].cue is not None
    assert active[0].cue.id == "hips_sag"


def test_the_hold_runs_up_while_it_lasts() -> None:
    seen = updates(trace("plank_hold", "floor").poses, "plank_hold", "floor")
    held = [update.hold_s for update in seen]
    assert all(a <= b for a, b in pairwise(held))
    assert held[-1] == pytest.approx(16.0, abs=0.2)
    assert {update.phase for update in seen[5:]} == {Phase.HOLD}


def test_a_personal_end_is_only_judged_where_it_was_set() -> None:
    poses = trace("hip_flexion", "bent").poses
    assert coached(poses, "hip_flexion", "bent").count(Quality.GOOD) == 4
    summary = coached(poses, "hip_flexion", "bent", personal_end_deg={Side.LEFT: 90.0})
    assert [faults for _, _, faults in told(summary.reps)] == [(), ("past_end",), (), ("past_end",)]
    (fault, _) = summary.faults
    assert fault.limit == 100.0
    assert fault.measured == pytest.approx(108, abs=1)


def test_what_is_off_at_the_turn_is_told_on_the_scale_of_its_limit() -> None:
    flaw = FLAWS["dead_bug", "hold"]["not_ninety", "knee_flexion_deg"]
    filmed = trace("dead_bug", "hold", far={1: flaw.far})
    (fault,) = coached(filmed.poses, "dead_bug", "hold").faults
    assert fault.limit < fault.measured < 90.0, "how far from 90, not where"


@pytest.mark.parametrize("line_deg", [-20.0, -25.0, -35.0])
def test_whoever_sags_deeply_is_still_in_the_plank_and_is_told_until_it_is_over(
    line_deg: float,
) -> None:
    sagging = plank(line=line_deg)
    keys = [
        (0.0, PLANK),
        (5.0, PLANK),
        (5.2, sagging),
        (20.0, sagging),
        (21.0, PLANK),
        (26.0, PLANK),
    ]
    poses = film([Stretch(keys=keys, anchor=Anchor.HANDS)], Film())
    summary = coached(poses, "plank_hold", "floor")
    (fault,) = summary.faults
    assert fault.start_s == pytest.approx(5.1, abs=0.2)
    assert fault.end_s == pytest.approx(20.6, abs=0.2)
    assert [cue.id for cue in summary.cues] == ["hips_sag"] * 2


def test_knees_bend_further_than_the_landmarks_say_and_straight_ones_are_straight() -> None:
    bent = trace("squat").poses
    raw = [measure(pose.xy_px.tolist(), facing=1, torso_px=100.0) for pose in bent]
    seen = updates(bent, "squat", None)
    most = max(range(len(raw)), key=lambda i: raw[i][Signal.KNEE_FLEXION, Side.RIGHT])
    least = min(range(len(raw)), key=lambda i: raw[i][Signal.KNEE_FLEXION, Side.RIGHT])
    for frame, tolerance_deg in ((most, 1.0), (least, 0.5)):
        signals = seen[frame].signals
        assert signals is not None
        raw_deg = raw[frame][Signal.KNEE_FLEXION, Side.RIGHT]
        told_deg = signals[Signal.KNEE_FLEXION, Side.RIGHT]
        assert told_deg == pytest.approx(raw_deg * 90.0 / 87.7, abs=tolerance_deg)


def test_who_leans_back_is_not_told_as_well_that_the_knee_came_less_close() -> None:
    def leaning(body: Body, side: Side | None) -> Body:
        return body._replace(trunk=body.trunk - 20.0).on(side, hip=70)

    filmed = trace("hip_flexion", "free", far={3: leaning})
    reps = coached(filmed.poses, "hip_flexion", "free").reps
    assert [rep.faults for rep in reps] == [(), (), ("trunk_leans",), ()]
    short = trace("hip_flexion", "free", far={3: lambda body, side: body.on(side, hip=70)})
    reps = coached(short.poses, "hip_flexion", "free").reps
    assert [rep.faults for rep in reps] == [(), (), ("range_short",), ()]


@pytest.mark.parametrize(("hold_s", "blamed"), [(1.5, True), (2.0, False), (2.4, False)])
@pytest.mark.parametrize("lift_s", [2.2, 4.0])
def test_whoever_holds_as_long_as_asked_is_not_blamed(
    hold_s: float, blamed: bool, lift_s: float
) -> None:
    tempo = Tempo(lift_s=lift_s, hold_s=hold_s, lower_s=lift_s, rest_s=1.2)
    reps = coached(trace("dead_bug", "hold", 3, tempo=tempo).poses, "dead_bug", "hold").reps
    assert [rep.faults for rep in reps] == [("hold_short",) if blamed else ()] * 3


@pytest.mark.parametrize(
    ("arm_deg", "both", "faults"),
    [(41, False, ()), (41, True, ()), (90, False, ("wrong_hand",)), (5, True, ("wrong_hand",))],
    ids=["at the knee", "both at the knee", "in the air", "on the floor"],
)
def test_the_hand_of_the_leg_that_stretches_must_be_at_the_bent_knee(
    arm_deg: float, both: bool, faults: tuple[str, ...]
) -> None:
    def reach(body: Body, side: Side | None) -> Body:
        return body.on(None if both else side, shoulder=arm_deg)

    filmed = trace("dead_bug", "reach", far=dict.fromkeys(range(1, 5), reach))
    summary = coached(filmed.poses, "dead_bug", "reach")
    assert [rep.faults for rep in summary.reps] == [faults] * 4
    assert {fault.side for fault in summary.faults} == (set(Side) if faults else set())


def test_the_line_of_whoever_pushes_up_on_the_knees_is_not_judged() -> None:
    def on_knees(body: Body, side: Side | None) -> Body:
        return body.on(None, knee=60)

    filmed = trace("push_up", far=dict.fromkeys(range(1, 5), on_knees))
    assert "hips_sag" not in {fault.id for fault in coached(filmed.poses, "push_up").faults}


def test_who_lies_down_anew_is_judged_by_how_they_lie_now() -> None:
    """Such as on a pillow, which lifts the head."""
    move = MOVES["hip_flexion", "bent"]
    pillow = replace(
        move,
        rest=move.rest._replace(head=28),
        far=lambda side: move.far(side)._replace(head=28),
    )
    before = perform(move, 2, around=True).poses
    after = perform(pillow, 3, around=True).poses
    later_s = before[-1].t_s + 0.1
    poses = [*before, *(replace(pose, t_s=pose.t_s + later_s) for pose in after)]
    summary = coached(poses, "hip_flexion", "bent")
    assert [rep.faults for rep in summary.reps] == [()] * 5
    assert summary.faults == []


def test_each_rep_that_is_not_judged_has_a_reason_said_once() -> None:
    how = Film(camera=Camera(azimuth_deg=65.0))
    filmed = trace("hip_flexion", "bent", 6, how=how)
    summary = coached(filmed.poses, "hip_flexion", "bent")
    unsure = [rep for rep in summary.reps if rep.quality is Quality.UNSURE]
    assert len(unsure) == 3
    for rep in unsure:
        assert [
            span.reason
            for span in summary.unsure
            if span.start_s <= rep.start_s and span.end_s >= rep.end_s
        ] == [TURN_SIDEWAYS]
    assert [cue.reason for cue in summary.cues] == [TURN_SIDEWAYS]


@pytest.mark.parametrize(
    ("joint", "words"),
    [
        ("hip_flexion_deg", "Knees above your hips"),
        ("knee_flexion_deg", "Bend your knees to ninety"),
    ],
)
def test_what_is_not_at_ninety_is_named(joint: str, words: str) -> None:
    flaw = FLAWS["dead_bug", "hold"]["not_ninety", joint]
    filmed = trace("dead_bug", "hold", flaw.total, far=dict.fromkeys(flaw.reps, flaw.far))
    (cue,) = coached(filmed.poses, "dead_bug", "hold").cues
    assert load_phrases("en").cue(cue, "dead_bug.hold") == words


def test_a_set_ends_once() -> None:
    flaw = FLAWS["plank_hold", "floor"]["hips_sag", "body_line_deg"]
    coach = Coach(load_exercise("plank_hold"), "floor")
    for pose in trace("plank_hold", "floor", far={1: flaw.far}).poses:
        coach.step(pose)
    first = deepcopy(coach.finish())
    assert first.faults
    assert coach.finish() == first


def test_whoever_breathes_slowly_is_asked_for_slower_reps() -> None:
    poses = trace("hip_flexion", "bent").poses
    assert coached(poses, "hip_flexion", "bent", breath_s=4.0).count(Quality.GOOD) == 4
    slow = coached(poses, "hip_flexion", "bent", breath_s=7.0)
    assert [faults for _, _, faults in told(slow.reps)] == [("too_fast",)] * 4


def test_three_reps_a_side_are_needed_to_compare_the_sides() -> None:
    weak = {number: (lambda body, side: body.on(side, hip=96)) for number in (2, 4, 6)}
    four = coached(trace("hip_flexion", "bent", 5, far=weak).poses, "hip_flexion", "bent")
    assert "asymmetry" not in {fault.id for fault in four.faults}
    six = coached(trace("hip_flexion", "bent", 6, far=weak).poses, "hip_flexion", "bent")
    (fault,) = six.faults
    assert (fault.id, fault.side) == ("asymmetry", Side.LEFT)


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(SpecError, match="no level 'reech'; did you mean reach"):
        Coach(load_exercise("dead_bug"), "reech")


def test_a_set_of_nothing_is_empty() -> None:
    assert Coach(load_exercise("squat")).finish() == SetSummary()
    summary = coached([nobody(t_s / 10, SIZE) for t_s in range(50)], "squat")
    assert (summary.reps, summary.faults) == ([], [])
    assert [span.reason for span in summary.unsure] == [NOBODY]


def test_frames_out_of_their_order_are_passed_over() -> None:
    poses = trace("squat").poses
    again = [one for pose in poses for one in (pose, pose)]
    back = [one for n, pose in enumerate(poses) for one in (pose, poses[max(0, n - 7)])]
    expected = coached(poses, "squat")
    assert coached(again, "squat").reps == expected.reps
    assert coached(back, "squat").reps == expected.reps


def with_holes(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, xy_px=np.where(rng.random((33, 1)) < 0.3, np.nan, pose.xy_px))


def scattered(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, xy_px=500.0 * rng.standard_normal((33, 2)))


def in_one_point(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, xy_px=np.zeros((33, 2))) if rng.random() < 0.3 else pose


def without_depth(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, world_m=np.zeros((33, 3)) if rng.random() < 0.5 else None)


def doubtful(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, presence=rng.random(33))


def gone_at_times(pose: Pose, rng: np.random.Generator) -> Pose:
    return nobody(pose.t_s, SIZE) if rng.random() < 0.4 else pose


def at_odd_times(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, t_s=pose.t_s + float(rng.normal(0, 0.2)))


def by_the_second(pose: Pose, rng: np.random.Generator) -> Pose:
    return replace(pose, t_s=float(int(pose.t_s)))


SPOILT = [
    with_holes,
    scattered,
    in_one_point,
    without_depth,
    doubtful,
    gone_at_times,
    at_odd_times,
    by_the_second,
]


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda spoil: spoil.__name__)
def test_nothing_it_is_shown_breaks_it(spoil: Callable[..., Pose]) -> None:
    rng = np.random.default_rng(7)
    for case in MOVES:
        filmed = trace(*case, 2, how=Film(fps=10))
        summary = coached([spoil(pose, rng) for pose in filmed.poses], *case)
        for rep in summary.reps:
            assert rep.start_s <= rep.turn_s <= rep.end_s
            assert all(map(isfinite, (rep.peak_deg, rep.rom_deg, rep.hold_s)))
            assert not (rep.faults and rep.quality is not Quality.FAULTY)
        for fault in summary.faults:
            assert fault.end_s is not None
            assert fault.start_s <= fault.end_s
        assert [rep.index for rep in summary.reps] == list(range(1, len(summary.reps) + 1))


def test_it_says_when_the_legs_were_exchanged_in_the_picture() -> None:
    filmed = trace("hip_flexion", "free", 2, how=Film(exchanged_s=((5.0, 6.2),))).poses
    said = updates(filmed, "hip_flexion", "free")
    assert all(one.exchanged == (5.0 <= one.t_s <= 6.2) for one in said)
