"""A person who is not seen for a while in the middle of a rep: that is lost, with a word, no more.

What was unseen for longer than half a second is not counted; the reps before and after it are.
Nor is anything blamed that was not seen.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import nan

import pytest
from coached import coached
from figure import Anchor, Body, Film, Stretch, film, leg
from moves import PLANK, plank, trace

from formcoach.coaching.events import Quality, SetSummary
from formcoach.coaching.reps.checks import RepContext, Sight, judge_rep
from formcoach.coaching.reps.counter import PersonalRange
from formcoach.coaching.reps.excursion import Excursion
from formcoach.exercises.library import load_exercise
from formcoach.exercises.spec import Drift
from formcoach.pose.doubts import NO_PICTURE, NOBODY, DoubtKind, Reason
from formcoach.pose.landmarks import Part, Pose, Side, nobody
from formcoach.pose.signals import SIGNAL_KEYS

CASES = [
    ("squat", None),
    ("dead_bug", "hold"),
    ("hip_flexion", "free"),
    ("plank_hip_flexion", "floor"),
    ("dead_bug", "reach"),
]
SECOND = 1
"""The rep that is interrupted, counted from 0."""

Gap = Callable[[Pose], Pose | None]


def cut_out(pose: Pose) -> None:
    """Leave a frame out."""
    return


def gone(pose: Pose) -> Pose:
    return nobody(pose.t_s, pose.image_size_px)


def legs_hidden(pose: Pose) -> Pose:
    presence = pose.presence.copy()
    presence[[*leg(Side.LEFT), *leg(Side.RIGHT)]] = 0.3
    return replace(pose, presence=presence)


def with_gap(poses: Sequence[Pose], from_s: float, to_s: float, what: Gap) -> list[Pose]:
    shown = [what(pose) if from_s <= pose.t_s < to_s else pose for pose in poses]
    return [pose for pose in shown if pose is not None]


@pytest.mark.parametrize("what", [cut_out, gone, legs_hidden])
@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(filter(None, case)))
def test_a_gap_costs_the_rep_it_falls_into_and_is_told(
    case: tuple[str, str | None], share: float, what: Gap
) -> None:
    filmed = trace(*case, 4)
    whole = coached(filmed.poses, *case)
    rep = filmed.reps[SECOND]
    from_s = rep.start_s + share * (rep.end_s - rep.start_s)
    for gap_s in (0.7, 1.5):
        found = coached(with_gap(filmed.poses, from_s, from_s + gap_s, what), *case)
        hit = [r for r in whole.completed if r.start_s < from_s + gap_s and r.end_s > from_s]
        missing = whole.total - found.total
        assert 0 <= missing <= len(hit), gap_s
        doubted = [r for r in found.completed if r.quality is Quality.UNSURE]
        spans = [s for s in found.unsure if s.start_s <= from_s + gap_s and s.end_s >= from_s]
        assert not missing or spans, gap_s
        assert missing or doubted or spans, gap_s
        assert found.faults == whole.faults == [], gap_s


def test_the_reason_is_what_was_wrong_while_it_was_not_seen() -> None:
    filmed = trace("squat", None, 3)
    rep = filmed.reps[SECOND]
    hidden_knee = Reason(DoubtKind.HIDDEN, Part.KNEE, Side.RIGHT)
    for what, reason in (
        (cut_out, NO_PICTURE),
        (gone, NOBODY),
        (legs_hidden, hidden_knee),
    ):
        poses = with_gap(filmed.poses, rep.turn_s, rep.turn_s + 0.9, what)
        assert {span.reason for span in coached(poses, "squat").unsure} == {reason}


def test_the_doubt_lasts_until_the_limb_is_back() -> None:
    filmed = trace("hip_flexion", "free", 3)
    rep = filmed.reps[SECOND]
    poses = with_gap(filmed.poses, rep.turn_s - 0.8, rep.turn_s, legs_hidden)
    (span,) = coached(poses, "hip_flexion", "free").unsure
    assert span.start_s == pytest.approx(rep.turn_s - 0.8, abs=0.1)
    assert rep.turn_s + 0.5 < span.end_s <= rep.end_s


def test_somebody_who_lies_down_differently_after_a_gap_is_counted_again() -> None:
    """Whoever never comes back to the old rest has a new one after a while."""
    first = trace("hip_flexion", "bent", 2)
    cut_s = first.reps[SECOND].turn_s
    later = trace("hip_flexion", "straight", 3).poses
    moved = [replace(pose, t_s=pose.t_s + cut_s + 1.0) for pose in later]
    before = [pose for pose in first.poses if pose.t_s < cut_s]
    assert coached([*before, *moved], "hip_flexion", "bent").total >= 3


SAGGING = plank(line=-25)
REP = Excursion(
    start_s=0.0,
    turn_s=4.0,
    end_s=8.0,
    hold_s=0.5,
    lift_s=2.5,
    lower_s=2.5,
    peak_deg=90.0,
    rest_deg=40.0,
    rom_deg=50.0,
    complete=True,
    slip=False,
    max_gap_s=0.0,
)


def in_plank(keys: Sequence[tuple[float, Body]], gap: tuple[float, float]) -> SetSummary:
    poses = film([Stretch(keys=list(keys), anchor=Anchor.HANDS)], Film())
    return coached(with_gap(poses, *gap, gone), "plank_hold", "floor")


def test_what_was_wrong_ended_where_it_was_last_seen() -> None:
    keys = [
        (0.0, PLANK),
        (5.0, PLANK),
        (5.2, SAGGING),
        (30.0, SAGGING),
        (36.0, PLANK),
        (42.0, PLANK),
    ]
    (fault,) = in_plank(keys, (6.5, 36.5)).faults
    assert fault.id == "hips_sag"
    assert fault.end_s == pytest.approx(6.5, abs=0.1)


def test_two_short_dips_with_a_gap_between_them_are_no_fault() -> None:
    keys = [
        (0.0, PLANK),
        (6.2, PLANK),
        (6.4, SAGGING),
        (36.5, SAGGING),
        (36.7, PLANK),
        (42.0, PLANK),
    ]
    assert in_plank(keys, (6.5, 36.4)).faults == []


def test_what_drifts_before_and_after_a_gap_has_not_drifted_in_it() -> None:
    spec = load_exercise("plank_hip_flexion")
    check = next(check for check in spec.checks if isinstance(check, Drift))
    movement = spec.movement_of(spec.levels[0])
    assert movement is not None
    keys = [key for key in SIGNAL_KEYS if key[0] is check.signal]
    steady = dict.fromkeys(SIGNAL_KEYS, 0.0)

    def found(off_deg: Callable[[float], float]) -> list[str]:
        context = RepContext(
            excursion=REP,
            side=Side.RIGHT,
            near_side=Side.RIGHT,
            frames=[(i / 10, steady | dict.fromkeys(keys, off_deg(i / 10))) for i in range(81)],
            baseline=steady,
            personal=PersonalRange(movement),
        )
        return [fault.id for fault in judge_rep([check], context, (), Sight.CLEAR)]

    too_far = check.limit + 5.0
    assert found(lambda _: too_far) == [check.id]
    assert found(lambda t_s: nan if 1.0 < t_s < 7.0 else too_far * (t_s in (1.0, 7.0))) == []
