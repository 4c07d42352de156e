"""A person who is not seen for a while in the middle of a rep: that is lost, with a word, no more.

What was unseen for longer than half a second is not counted; the reps before and after it are.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from coached import coached
from figure import leg
from moves import trace

from formcoach.coaching.doubt import NO_PICTURE, NOBODY
from formcoach.coaching.events import Quality
from formcoach.pose.landmarks import Pose, Side, nobody

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
    for what, reason in (
        (cut_out, NO_PICTURE),
        (gone, NOBODY),
        (legs_hidden, "right knee hidden"),
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
