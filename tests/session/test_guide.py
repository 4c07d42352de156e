"""The session around the reps, with synthetic poses: nothing here knows a clock."""

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from coached import coached
from flaws import FLAWS
from moves import FILM, MOVES, Tempo, perform, trace

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Hold, Phase, Priority, SetSummary
from formcoach.exercises.library import load_exercise
from formcoach.pose.doubts import MORE_LIGHT, NOBODY
from formcoach.pose.landmarks import Part, Pose, Side, landmark, nobody
from formcoach.session.announcer import Say
from formcoach.session.closing import closing
from formcoach.session.guide import (
    SessionGuide,
    SessionStep,
    SessionTargets,
    Stage,
)

SIZE_PX = FILM.camera.size_px


@dataclass
class Played:
    """What a session came to."""

    guide: SessionGuide
    steps: list[SessionStep] = field(default_factory=list)

    @property
    def said(self) -> list[str]:
        return [say.phrase for step in self.steps for say in step.says]

    def says(self, phrase: str) -> list[tuple[float, Say]]:
        return [
            (step.update.t_s, say)
            for step in self.steps
            for say in step.says
            if say.phrase == phrase
        ]

    @property
    def stages(self) -> list[Stage]:
        stages = [step.stage for step in self.steps]
        return [s for i, s in enumerate(stages) if i == 0 or s is not stages[i - 1]]


def play(
    poses: list[Pose],
    targets: SessionTargets | None = None,
    *,
    exercise: str = "hip_flexion",
    level: str | None = "bent",
    dark: bool = False,
) -> Played:
    spec = load_exercise(exercise)
    played = Played(SessionGuide(lambda: Coach(spec, level), targets or SessionTargets()))
    for pose in poses:
        played.steps.append(played.guide.step(pose, dark=dark))
    return played


def after(poses: list[Pose], more: list[Pose], gap_s: float = 1 / 15) -> list[Pose]:
    """Let poses go on where others end."""
    shift_s = poses[-1].t_s + gap_s - more[0].t_s
    return [*poses, *(replace(pose, t_s=pose.t_s + shift_s) for pose in more)]


def still(pose: Pose, for_s: float) -> list[Pose]:
    return [replace(pose, t_s=pose.t_s + i / 15) for i in range(1, round(for_s * 15))]


def gone(since: Pose, for_s: float) -> list[Pose]:
    return [nobody(since.t_s + i / 15, SIZE_PX) for i in range(1, round(for_s * 15))]


def test_the_same_reps_as_the_coach_alone() -> None:
    poses = trace("hip_flexion", "bent", 4, around=True).poses
    coach = Coach(load_exercise("hip_flexion"), "bent")
    for pose in poses:
        coach.step(pose)
    alone = coach.finish()
    played = play(poses)
    summary, _ = played.guide.finish(poses[-1].t_s)
    assert summary is not None
    assert summary.reps == alone.reps
    assert summary.faults == alone.faults
    assert len(summary.reps) == 4


def test_the_count_in_begins_after_two_still_seconds_and_takes_a_second_a_word() -> None:
    played = play(trace("hip_flexion", "bent", 1, lead_s=8.0).poses)
    words = [played.says(f"session.{word}") for word in ("ready", "three", "two", "one", "go")]
    assert [len(times) for times in words] == [1, 1, 1, 1, 1]
    times = [times[0][0] for times in words]
    assert 2.0 <= times[0] <= 2.5
    assert np.allclose(np.diff(times), 1.0, atol=0.1)
    assert played.stages[:3] == [Stage.POSITION, Stage.COUNT_IN, Stage.WORK]


def test_a_person_who_begins_is_not_counted_in() -> None:
    played = play(trace("hip_flexion", "bent", 2, lead_s=0.3).poses)
    assert "session.ready" not in played.said
    assert len(played.says("rep.counted")) == 2


def test_nothing_is_counted_while_the_person_gets_into_position() -> None:
    poses = trace("hip_flexion", "bent", 2, around=True).poses
    played = play(poses)
    first_ready_s = next(
        step.update.t_s for step in played.steps if step.update.phase is not Phase.SETUP
    )
    assert all(t_s > first_ready_s for t_s, _ in played.says("rep.counted"))
    assert len(played.says("rep.counted")) == 2


def test_reps_are_counted_with_their_side() -> None:
    played = play(trace("hip_flexion", "bent", 3).poses)
    counted = [(say.slots["n"], say.side) for _, say in played.says("rep.counted")]
    assert counted == [(1, Side.RIGHT), (2, Side.LEFT), (3, Side.RIGHT)]


def test_the_target_ends_the_set_and_the_session() -> None:
    played = play(trace("hip_flexion", "bent", 4).poses, SessionTargets(reps=3))
    assert played.guide.stage is Stage.DONE
    over = [step for step in played.steps if step.set_over is not None]
    assert len(over) == 1
    assert over[0].set_over is not None
    assert over[0].set_over.total == 3
    assert [say.slots for _, say in played.says("session.set_done")] == [{"good": 3, "total": 3}]


def test_a_rest_lies_between_two_sets_and_is_counted_down() -> None:
    first = trace("hip_flexion", "bent", 2).poses
    poses = after(first, still(first[-1], 12.0))
    poses = after(poses, trace("hip_flexion", "bent", 2).poses)
    played = play(poses, SessionTargets(reps=2, sets=2, rest_s=12.0))
    assert played.guide.stage is Stage.DONE
    assert [summary.total for summary in played.guide.sets] == [2, 2]
    assert played.stages.count(Stage.REST) == 1
    rest_s = [step.rest_left_s for step in played.steps if step.stage is Stage.REST]
    assert max(rest_s) <= 12.0
    assert rest_s == sorted(rest_s, reverse=True)
    marks = [say.slots["n"] for _, say in played.says("rep.counted")]
    assert marks == [1, 2, 3, 2, 1, 1, 2]
    assert [say.slots["n"] for _, say in played.says("session.seconds_left")] == [10]
    assert "session.next_set" in played.said


def test_what_is_done_in_the_rest_is_not_counted() -> None:
    first = trace("hip_flexion", "bent", 2).poses
    poses = after(first, trace("hip_flexion", "bent", 2).poses)
    played = play(poses, SessionTargets(reps=2, sets=2, rest_s=600.0))
    assert [summary.total for summary in played.guide.sets] == [2]
    assert len(played.says("rep.counted")) == 2


def test_skipping_a_rest_begins_the_next_set() -> None:
    first = trace("hip_flexion", "bent", 2).poses
    played = play(first, SessionTargets(reps=2, sets=2, rest_s=600.0))
    assert played.guide.stage is Stage.REST
    played.guide.skip(first[-1].t_s)
    step = played.guide.step(replace(first[-1], t_s=first[-1].t_s + 1 / 15))
    assert step.stage is Stage.POSITION
    assert step.set_index == 2


def test_after_the_last_set_there_is_nothing_to_skip() -> None:
    first = trace("hip_flexion", "bent", 2).poses
    played = play(first, SessionTargets(reps=2))
    assert played.guide.stage is Stage.DONE
    assert played.guide.skip(first[-1].t_s) == (None, [])
    assert len(played.guide.sets) == 1


def test_twenty_seconds_of_rest_end_the_set() -> None:
    first = trace("hip_flexion", "bent", 2, tail_s=0.5).poses
    played = play(after(first, still(first[-1], 17.0)))
    assert played.guide.stage is Stage.WORK
    played = play(after(first, still(first[-1], 22.0)))
    assert played.guide.stage is Stage.DONE


def test_a_person_who_never_begins_is_waited_for() -> None:
    pose = trace("hip_flexion", "bent", 1).poses[0]
    played = play(after([pose], still(pose, 60.0)))
    assert played.guide.stage is Stage.WORK


def test_leaving_the_picture_ends_the_set_and_a_short_absence_does_not() -> None:
    first = trace("hip_flexion", "bent", 2, tail_s=0.5).poses
    assert play(after(first, gone(first[-1], 14.0))).guide.stage is Stage.WORK
    assert play(after(first, gone(first[-1], 17.0))).guide.stage is Stage.DONE


def test_darkness_never_ends_a_set() -> None:
    first = trace("hip_flexion", "bent", 2, tail_s=0.5).poses
    guide = SessionGuide(lambda: Coach(load_exercise("hip_flexion"), "bent"), SessionTargets())
    for pose in first:
        guide.step(pose)
    for pose in gone(first[-1], 60.0):
        assert guide.step(pose, dark=True).stage is Stage.WORK


def near_the_border(poses: list[Pose]) -> list[Pose]:
    """Move the body to the right until its feet are at the picture's border."""
    right_px = max(float(pose.xy_px[:, 0].max()) for pose in poses)
    shift_px = np.array([SIZE_PX[0] - 4 - right_px, 0.0])
    return [replace(pose, xy_px=pose.xy_px + shift_px) for pose in poses]


def test_nobody_is_counted_in_whose_feet_or_face_are_at_the_border() -> None:
    filmed = trace("hip_flexion", "bent", 1)
    waiting = still(filmed.poses[0], 20.0)
    assert play(waiting).says("session.three")
    cramped = play(near_the_border(waiting))
    assert not cramped.says("session.three")
    said = [t_s for t_s, _ in cramped.says("unsure.move_back")]
    assert said[0] < 2.5
    assert len(said) == 2


def test_nobody_is_counted_in_while_something_is_wrong_or_is_still_told() -> None:
    spec = load_exercise("plank_hold")
    flaw = FLAWS["plank_hold", "floor"]["hips_sag", "body_line_deg"]
    sagging = trace("plank_hold", "floor", far={1: flaw.far}).poses
    played = play(sagging, exercise="plank_hip_flexion", level="floor")
    counted = [t_s for t_s, _ in played.says("session.three")]
    sags = [step.update.t_s for step in played.steps if step.update.faults]
    assert sags
    assert not [t_s for t_s in counted if min(sags) < t_s < max(sags)]
    guide = SessionGuide(lambda: Coach(spec, "floor"), SessionTargets())
    says = [
        say.phrase
        for pose in still(trace("hip_flexion", "bent", 1).poses[0], 9.0)
        for say in guide.step(pose, teaching=True).says
    ]
    assert says == []


def test_the_last_number_and_the_end_of_a_set_are_one_utterance() -> None:
    played = play(trace("hip_flexion", "bent", 3).poses, SessionTargets(reps=2))
    last = next(step for step in played.steps if step.set_over is not None)
    assert [say.phrase for say in last.says] == ["rep.counted", "session.set_done"]
    assert {say.priority for say in last.says} == {Priority.VIEW}


def test_the_end_sums_all_sets_up_and_leaves_out_what_had_nothing_in_it() -> None:
    whole, empty = SetSummary(), SetSummary()
    whole.reps = coached(trace("hip_flexion", "bent", 2).poses, "hip_flexion", "bent").reps
    both = closing([whole, empty, whole])[0]
    assert (both.phrase, both.slots) == ("session.sets_done", {"good": 4, "total": 4, "sets": 2})
    assert [say.phrase for say in closing([whole, empty])] == ["session.set_done"]
    assert closing([empty]) == closing([])
    assert [say.phrase for say in closing([])] == ["session.nothing_counted"]
    held = SetSummary(holds=[Hold(side=None, start_s=0.0, end_s=20.4)])
    assert [say.slots for say in closing([held])] == [{"seconds": 20}]
    assert [say.phrase for say in closing([held, held])] == ["session.holds_done"]


def test_a_session_that_ends_in_a_rest_is_summed_up() -> None:
    first = trace("hip_flexion", "bent", 2).poses
    played = play(after(first, still(first[-1], 3.0)), SessionTargets(reps=2, sets=2))
    assert played.guide.stage is Stage.REST
    summary, says = played.guide.finish(99.0)
    assert summary is None
    assert [say.phrase for say in says] == ["session.set_done"]


def test_nothing_is_counted_or_asked_for_in_a_rest() -> None:
    first = trace("hip_flexion", "bent", 2).poses
    more = trace("hip_flexion", "bent", 2).poses
    poses = after(after(first, more), gone(more[-1], 12.0))
    played = play(poses, SessionTargets(reps=2, sets=2, rest_s=60.0))
    resting = [step for step in played.steps if step.stage is Stage.REST and not step.set_over]
    assert resting
    assert not any(step.update.rep or step.update.cue or step.update.unsure for step in resting)


def test_a_camera_that_gives_no_picture_for_long_ends_nothing() -> None:
    first = trace("hip_flexion", "bent", 2, tail_s=0.5).poses
    second = trace("hip_flexion", "bent", 2, lead_s=1.0).poses
    played = play(after(first, second, gap_s=40.0))
    assert played.guide.stage is Stage.WORK
    assert len(played.says("rep.counted")) == 4


def test_a_hand_that_goes_up_beyond_the_head_ends_the_set_where_the_hands_are_free() -> None:
    lying = trace("hip_flexion", "bent", 1, tail_s=0.5)
    raised = [with_hand_up(pose) for pose in still(lying.poses[-1], 3.0)]
    assert play(after(lying.poses, raised)).guide.stage is Stage.DONE
    shortly = play(after(lying.poses, raised[:20]))
    assert shortly.guide.stage is Stage.WORK
    busy = trace("dead_bug", "reach", 1, tail_s=0.5)
    raised = [with_hand_up(pose) for pose in still(busy.poses[-1], 3.0)]
    played = play(after(busy.poses, raised), exercise="dead_bug", level="reach")
    assert played.guide.stage is not Stage.DONE


@pytest.mark.parametrize("case", [("hip_flexion", "bent"), ("dead_bug", "hold")])
def test_an_arm_that_rests_overhead_ends_nothing(case: tuple[str, str]) -> None:
    resting = [with_hand_up(pose) for pose in trace(*case, 2, lead_s=6.0, tail_s=6.0).poses]
    played = play(resting, exercise=case[0], level=case[1])
    assert played.guide.stage is Stage.WORK
    assert len(played.guide.coach.summary.completed) == 2


def test_a_hand_that_goes_up_before_the_first_rep_ends_nothing() -> None:
    lying = trace("hip_flexion", "bent", 2, lead_s=8.0).poses
    poses = [with_hand_up(pose) if 2.0 < pose.t_s < 6.0 else pose for pose in lying]
    played = play(poses, SessionTargets(reps=2))
    assert [summary.total for summary in played.guide.sets] == [2]


def test_both_arms_up_are_a_yawn_and_end_nothing() -> None:
    lying = trace("hip_flexion", "bent", 1, tail_s=0.5).poses
    yawning = [with_hand_up(with_hand_up(pose), Side.LEFT) for pose in still(lying[-1], 4.0)]
    assert play(after(lying, yawning)).guide.stage is Stage.WORK


def test_the_hand_that_ended_a_set_does_not_end_the_session_too() -> None:
    lying = trace("hip_flexion", "bent", 1, tail_s=0.5).poses
    raised = [with_hand_up(pose) for pose in still(lying[-1], 6.0)]
    again = after(after(lying, raised), still(lying[-1], 1.0))
    again = after(again, [with_hand_up(pose) for pose in still(lying[-1], 3.0)])
    targets = SessionTargets(sets=2, rest_s=60.0)
    assert play(after(lying, raised), targets).guide.stage is Stage.REST
    assert play(again, targets).guide.stage is Stage.DONE


def with_hand_up(pose: Pose, side: Side = Side.RIGHT) -> Pose:
    """Stretch an arm, the near one if not said, out beyond the head, along the trunk."""
    xy_px = pose.xy_px.copy()
    shoulder, hip = (xy_px[landmark(part, side)] for part in (Part.SHOULDER, Part.HIP))
    along = shoulder - hip
    for part, share in ((Part.ELBOW, 0.6), (Part.WRIST, 1.1)):
        xy_px[landmark(part, side)] = shoulder + share * along
    return replace(pose, xy_px=xy_px)


def test_a_set_with_a_longest_time_ends_without_any_rep_but_not_in_the_midst_of_one() -> None:
    waiting = trace("hip_flexion", "bent", 1).poses[0]
    idle = after([waiting], still(waiting, 40.0))
    assert play(idle, SessionTargets(reps=2)).guide.stage is Stage.WORK
    played = play(idle, SessionTargets(reps=2, max_s=30.0))
    assert played.guide.stage is Stage.DONE
    assert "session.nothing_counted" in played.said
    poses = trace("hip_flexion", "bent", 2).poses
    played = play(poses, SessionTargets(reps=4, max_s=4.0))
    assert [summary.total for summary in played.guide.sets] == [1]


R, L = Side.RIGHT, Side.LEFT


def of_sides(
    *sides: Side, exercise: str = "hip_flexion", level: str | None = "bent", tail_s: float = 12.0
) -> list[Pose]:
    move = replace(MOVES[exercise, level], sides=sides)
    return perform(move, len(sides), edges=(2.0, tail_s)).poses


def test_the_other_side_is_asked_for_once_after_two_good_ones_in_a_row() -> None:
    played = play(of_sides(R, R, R, R))
    asked = played.says("session.other_side")
    assert [t_s for t_s, _ in asked] == [played.says("rep.counted")[1][0]]
    assert "session.other_side" not in play(of_sides(R, L, R, L)).said
    curls = of_sides(R, R, R, exercise="heel_slide", level=None)
    assert "session.other_side" not in play(curls, exercise="heel_slide", level=None).said
    slow = Tempo(lift_s=1.0, hold_s=0.2, lower_s=1.0, rest_s=1.0)
    hasty = perform(replace(MOVES["hip_flexion", "bent"], sides=(R,)), 3, tempos={1: slow, 3: slow})
    assert "session.other_side" not in play(hasty.poses).said, "not after good ones"


def test_a_set_wants_both_sides() -> None:
    played = play(of_sides(R, R, R, R, L, L), SessionTargets(reps=4))
    assert [summary.total for summary in played.guide.sets] == [6]
    played = play(of_sides(R, L, R, L, R), SessionTargets(reps=5))
    assert [summary.total for summary in played.guide.sets] == [5]


def test_who_does_one_side_only_is_left_alone() -> None:
    poses = of_sides(R, R, R, R, tail_s=14.0)
    played = play(poses, SessionTargets(reps=3))
    assert len(played.says("session.other_side")) == 1
    assert [summary.total for summary in played.guide.sets] == [4], "a rest ends it"
    played = play(poses, SessionTargets(reps=2))
    assert [summary.total for summary in played.guide.sets] == [4], "twice the target does"
    told = play(poses, SessionTargets(reps=3, one_side=True))
    assert [summary.total for summary in told.guide.sets] == [3]
    assert "session.other_side" not in told.said


def test_tries_of_the_other_side_are_enough_for_a_set() -> None:
    half = {n: lambda body, side: body.on(side, hip=48) for n in (2, 4)}
    poses = trace("hip_flexion", "straight", 6, far=half).poses
    played = play(poses, SessionTargets(reps=3), level="straight")
    done = played.guide.sets[0]
    assert [rep.side for rep in done.completed] == [R, R, R]
    assert len(done.reps) == 5
    assert "session.other_side" not in played.said


def test_what_may_have_been_done_unseen_is_not_asked_for() -> None:
    poses = of_sides(R, R, R, tail_s=2.0)
    first = [pose for pose in poses if pose.t_s < 10.5]
    away = gone(first[-1], 3.0)
    later = [replace(pose, t_s=pose.t_s + 3.0) for pose in poses if pose.t_s >= 10.5]
    played = play([*first, *away, *later], SessionTargets(reps=3))
    assert played.guide.sets[0].total == 3
    assert "session.other_side" not in played.said


@pytest.mark.parametrize("lift_s", [2.2, 4.0, 7.0])
def test_a_pause_is_over_when_it_has_been_long_enough(lift_s: float) -> None:
    tempo = Tempo(lift_s=lift_s, hold_s=4.0, lower_s=2.2, rest_s=1.0)
    filmed = trace("dead_bug", "hold", 2, tempo=tempo)
    played = play(filmed.poses, exercise="dead_bug", level="hold")
    counted = [phrase for phrase in played.said if phrase.startswith(("hold.", "rep."))]
    assert counted == ["hold.begin", "hold.over", "rep.counted"] * 2
    assert [say.slots["n"] for _, say in played.says("rep.counted")] == [1, 2]
    over = [t_s for t_s, _ in played.says("hold.over")]
    stood_s = [
        t_s - (rep.turn_s - tempo.hold_s / 2) for t_s, rep in zip(over, filmed.reps, strict=True)
    ]
    assert stood_s == pytest.approx([2.0, 2.0], abs=0.3)


def test_who_lowers_when_told_to_has_held_long_enough() -> None:
    tempo = Tempo(lift_s=4.0, hold_s=6.0, lower_s=4.0, rest_s=1.0)
    filmed = trace("dead_bug", "hold", 1, tempo=tempo)
    ((told_s, _),) = play(filmed.poses, exercise="dead_bug", level="hold").says("hold.over")
    held_s = told_s - (filmed.reps[0].turn_s - tempo.hold_s / 2) + 0.3
    obeyed = trace("dead_bug", "hold", 2, tempo=replace(tempo, hold_s=held_s)).poses
    assert not any(rep.faults for rep in coached(obeyed, "dead_bug", "hold").reps)


def test_a_hold_is_counted_down_to_its_target_and_up_without_one() -> None:
    poses = trace("plank_hold", "floor", 1).poses
    played = play(poses, SessionTargets(reps=12), exercise="plank_hold", level="floor")
    assert [say.slots["n"] for _, say in played.says("hold.left")] == [10, 5]
    assert [say.slots["n"] for _, say in played.says("rep.counted")] == [3, 2, 1]
    assert played.guide.stage is Stage.DONE
    assert played.says("session.hold_done")[0][1].slots == {"seconds": 12}
    free = play(poses, exercise="plank_hold", level="floor")
    assert [say.slots["n"] for _, say in free.says("hold.held")] == [10]


def test_three_good_reps_are_praised_once() -> None:
    played = play(trace("hip_flexion", "bent", 4).poses)
    praise = [phrase for phrase in played.said if phrase.startswith("praise.")]
    assert len(praise) == 1


def test_breath_is_paced_where_it_is_asked_for() -> None:
    poses = trace("hip_flexion", "bent", 2, lead_s=8.0).poses
    assert {p for p in play(poses).said if p.startswith("breath")} == {"breath.calm"}
    paced = play(poses, SessionTargets(reps=2, breath=True)).said
    assert [p for p in paced if p.startswith("breath")] == ["breath.lift", "breath.lower"] * 2


@pytest.mark.parametrize("lift_s", [2.5, 7.0])
def test_in_comes_before_the_lift_and_out_at_the_far_end(lift_s: float) -> None:
    tempo = Tempo(lift_s=lift_s, hold_s=1.0, lower_s=lift_s, rest_s=1.0)
    filmed = trace("hip_flexion", "bent", 3, tempo=tempo, lead_s=8.0)
    played = play(filmed.poses, SessionTargets(reps=3, breath=True))
    lifts = [t_s for t_s, _ in played.says("breath.lift")]
    lowers = [t_s for t_s, _ in played.says("breath.lower")]
    for rep, lift, lower in zip(filmed.reps, lifts, lowers, strict=True):
        assert rep.start_s - 2.5 < lift < rep.start_s
        assert lower == pytest.approx(rep.turn_s - tempo.hold_s / 2, abs=0.4)


def test_out_comes_after_the_pause() -> None:
    poses = trace("dead_bug", "hold", 2, lead_s=8.0).poses
    played = play(poses, SessionTargets(breath=True), exercise="dead_bug", level="hold")
    over, out = played.says("hold.over"), played.says("breath.lower")
    assert [t_s for t_s, _ in out] == [t_s for t_s, _ in over]


def test_no_breath_is_paced_before_the_set_has_begun_nor_in_a_run() -> None:
    waiting = trace("hip_flexion", "bent", 1, lead_s=6.0).poses[:80]
    assert "breath.lift" not in play(waiting, SessionTargets(breath=True)).said
    run = trace("high_knees", None, 6, lead_s=8.0).poses
    played = play(run, SessionTargets(breath=True), exercise="high_knees", level=None)
    assert len(played.says("rep.counted")) > 3
    assert not {"breath.lift", "breath.lower"} & set(played.said)


def test_quick_reps_are_not_talked_over_with_breath() -> None:
    quick = Tempo(lift_s=0.6, hold_s=0.2, lower_s=0.6, rest_s=0.4)
    poses = trace("hip_flexion", "bent", 4, tempo=quick, lead_s=8.0).poses
    played = play(poses, SessionTargets(breath=True))
    breaths = [
        (step.update.t_s, say.phrase)
        for step in played.steps
        for say in step.says
        if say.phrase in ("breath.lift", "breath.lower")
    ]
    assert len(breaths) >= 2
    assert np.diff([t_s for t_s, _ in breaths]).min() >= 1.5
    said = [phrase for _, phrase in breaths]
    assert said == (["breath.lift", "breath.lower"] * 3)[: len(said)]
    assert len(said) < 2 * 4, "not with every one"


def test_the_breath_is_called_to_mind_every_second_rep_and_in_holds() -> None:
    played = play(trace("hip_flexion", "bent", 5).poses)
    counted = dict.fromkeys(t_s for t_s, _ in played.says("rep.counted"))
    times = [t_s for t_s, _ in played.says("breath.calm")]
    assert times == [t_s for n, t_s in enumerate(counted, start=1) if n % 2 == 0]
    assert {say.priority for _, say in played.says("breath.calm")} == {Priority.PRAISE}
    poses = trace("plank_hold", "floor", 1).poses
    held = play(poses, SessionTargets(reps=12), exercise="plank_hold", level="floor")
    assert len(held.says("breath.calm")) == 1


def test_an_exercise_of_its_own_tempo_is_left_its_breath() -> None:
    played = play(trace("squat", None, 4).poses, exercise="squat", level=None)
    assert len(played.says("rep.counted")) == 4
    assert played.says("breath.calm") == []


def test_someone_else_in_the_picture_is_said_once() -> None:
    poses = trace("hip_flexion", "bent", 2).poses
    played = play([replace(pose, others=1) for pose in poses])
    assert len(played.says("unsure.others_in_picture")) == 1
    assert len(played.says("rep.counted")) == 2


def test_a_dark_picture_asks_for_light() -> None:
    poses = [nobody(i / 15, SIZE_PX) for i in range(60)]
    assert play(poses, dark=True).steps[-1].update.unsure == MORE_LIGHT
    cues = [step.update.cue for step in play(poses, dark=True).steps if step.update.cue]
    assert [cue.reason for cue in cues] == [MORE_LIGHT]
    assert play(poses).steps[-1].update.unsure == NOBODY


def test_a_pause_gives_up_the_movement_under_way() -> None:
    poses = trace("hip_flexion", "bent", 1).poses
    middle = len(poses) // 2
    spec = load_exercise("hip_flexion")
    guide = SessionGuide(lambda: Coach(spec, "bent"), SessionTargets())
    for pose in poses[:middle]:
        guide.step(pose)
    guide.pause(poses[middle].t_s, SIZE_PX)
    for pose in poses[middle:]:
        guide.step(replace(pose, t_s=pose.t_s + 30.0))
    summary, _ = guide.finish(poses[-1].t_s + 30.0)
    assert isinstance(summary, SetSummary)
    assert summary.total == 0


def test_a_session_is_finished_once() -> None:
    played = play(trace("hip_flexion", "bent", 2).poses, SessionTargets(reps=2))
    assert played.guide.finish(99.0) == (None, [])
    assert len(played.guide.sets) == 1


def test_what_is_said_in_one_frame_comes_most_urgent_first() -> None:
    played = play(trace("hip_flexion", "bent", 6).poses)
    for step in played.steps:
        priorities = [say.priority for say in step.says]
        assert priorities == sorted(priorities)
    assert any(len(step.says) > 1 for step in played.steps)
    assert Priority.SAFETY not in {say.priority for step in played.steps for say in step.says}


def test_a_person_out_of_position_is_asked_now_and_then() -> None:
    standing = trace("squat", None, 1).poses[0]
    played = play(after([standing], still(standing, 25.0)))
    assert len(played.says("why.supine")) == 2, "in words that say which"


def test_lights_that_go_out_in_a_set_end_nothing_and_lose_no_rep() -> None:
    poses = trace("hip_flexion", "bent", 4).poses
    alone = coached(poses, "hip_flexion", "bent").reps
    out_s, dark_s = alone[1].end_s + 0.5, 60.0
    before = [pose for pose in poses if pose.t_s <= out_s]
    night = [nobody(out_s + 0.1 * i, SIZE_PX) for i in range(1, round(10 * dark_s))]
    after = [replace(pose, t_s=pose.t_s + dark_s) for pose in poses if pose.t_s > out_s]
    guide = SessionGuide(lambda: Coach(load_exercise("hip_flexion"), "bent"), SessionTargets())
    steps = [guide.step(pose, dark=not pose.seen) for pose in (*before, *night, *after)]
    cues = [step.update.cue.reason for step in steps if step.update.cue is not None]
    assert cues.count(MORE_LIGHT) >= 2, "said, and said again while it lasts"
    assert all(step.set_over is None for step in steps)
    assert [rep.side for rep in guide.coach.finish().reps] == [rep.side for rep in alone]
