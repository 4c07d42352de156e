"""What eyes saw in the real clips: its file, and how the coach's answer is held against it."""

from dataclasses import replace
from math import isnan

import pytest

from accuracy.seen import Seen, SeenRep, load_seen, pair, seen_figures
from accuracy.totals import totals
from formcoach.coaching.events import Cue, Fault, Priority, Quality, Rep, SetSummary
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.pose.doubts import TURN_SIDEWAYS, UNSTEADY, Reason
from formcoach.pose.landmarks import Side
from formcoach.words.reasons import written


def rep(turn_s: float, side: Side | None, quality: Quality = Quality.GOOD) -> Rep:
    return Rep(
        index=1,
        side=side,
        start_s=turn_s - 0.2,
        turn_s=turn_s,
        end_s=turn_s + 0.2,
        peak_deg=90,
        rom_deg=50,
        hold_s=0,
        quality=quality,
    )


def unsure(turn_s: float, why: Reason) -> Rep:
    return replace(rep(turn_s, Side.LEFT, Quality.UNSURE), why=why)


def told(*names: str) -> SetSummary:
    """Return a set in which each of these faults was found and told."""
    return SetSummary(
        faults=[
            Fault(id=name, side=None, start_s=1, end_s=2, measured=2, limit=1) for name in names
        ],
        cues=[Cue(t_s=2, id=name, side=None, priority=Priority.FORM) for name in names],
    )


def test_every_fault_seen_is_one_of_the_catalogue() -> None:
    known = {check.id for name in exercise_ids() for check in load_exercise(name).checks}
    named = {fault for seen in load_seen().values() for fault in seen.faults | seen.open}
    assert named <= known
    assert not [name for name, seen in load_seen().items() if seen.faults & seen.open]


def test_sides_of_many_clips_were_looked_at() -> None:
    seen = load_seen().values()
    sides = [rep.side for clip in seen for rep in clip.reps]
    assert sum(bool(clip.reps) for clip in seen) >= 16
    assert {side: sides.count(side) >= 5 for side in ("left", "right", "both")} == {
        "left": True,
        "right": True,
        "both": True,
    }
    assert len({(name, rep.turn_s) for name, clip in load_seen().items() for rep in clip.reps}) == (
        len(sides)
    )


def test_the_other_side_and_both_for_one_are_wrong() -> None:
    reps = [SeenRep(turn_s=t, side=side) for t, side in ((1, "left"), (2, "right"), (3, "both"))]
    found = [rep(1.1, Side.RIGHT), rep(2.1, None), rep(2.9, None)]
    figures = seen_figures(Seen(reps=reps), SetSummary(reps=found), negative=False)
    assert figures["sides"] == [False, False, True]
    assert figures["sides_seen"] == 3


def test_a_made_up_rep_does_not_stand_in_for_a_missed_one() -> None:
    reps = [SeenRep(turn_s=1.0, side="left"), SeenRep(turn_s=2.0, side="right")]
    found = [(1.3, "right"), (1.1, "left"), (2.7, "right")]
    assert [(true.turn_s, side) for true, side in pair(reps, found)] == [(1.0, "left")]


def test_no_rep_seen_pairs_with_none() -> None:
    assert pair([], [(1.0, "left")]) == []


@pytest.mark.parametrize(("negative", "expected"), [(False, 1), (True, 3)])
def test_a_cue_is_false_where_eyes_see_no_such_fault(negative: bool, expected: int) -> None:
    """In a clip in which the exercise is not done, every one is."""
    seen = Seen(faults=frozenset({"hips_sag"}), open=frozenset({"hips_pike"}))
    figures = seen_figures(seen, told("hips_sag", "hips_pike", "too_fast"), negative=negative)
    assert figures["false_cues"] == expected


def test_false_cues_are_counted_in_reps_that_were_judged() -> None:
    reps = [rep(1, None), rep(2, None, Quality.UNSURE), rep(3, None, Quality.PARTIAL)]
    figures = seen_figures(Seen(), SetSummary(reps=reps), negative=False)
    assert figures["judged_reps"] == 1


def test_a_doubt_is_right_by_the_view_or_where_the_legs_are_mixed_up() -> None:
    seen = Seen(doubts=frozenset({written(TURN_SIDEWAYS)}), mixed_s=[5.1])
    reps = [unsure(1, TURN_SIDEWAYS), unsure(3, UNSTEADY), unsure(5, UNSTEADY), rep(7, None)]
    summary = SetSummary(reps=reps)
    assert seen_figures(seen, summary, negative=False)["why_right"] == [True, False, True]
    assert seen_figures(seen, summary, negative=True)["why_right"] == []


def test_a_clip_that_nobody_looked_at_counts_neither_way() -> None:
    rest = {
        "reps": {"min": 1, "max": 1, "found": 1},
        "holds": {"true_s": None, "found_s": 0.0},
        "silent": False,
        "exercise": "squat",
        "recognised": {"exercise": "squat"},
        "seen": 1,
        "frames": 1,
        "frame_ms": None,
        "time_s": 1.0,
        "unsure": {"s": 0.0},
    }
    looked_at = {**rest, "false_cues": 1, "judged_reps": 10, "sides": [True, False]}
    assert isnan(totals({"a": rest})["false_cues"].value)
    both = totals({"a": rest, "b": looked_at})
    assert (both["false_cues"].value, both["sides"].value) == (2.0, 50.0)
