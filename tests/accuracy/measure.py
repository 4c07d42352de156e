"""Measures one clip: its poses through the coach, and what comes out beside the truth.

Everything here is plain numbers, so that a table can be made of them, and kept as JSON.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from accuracy.angles import JOINTS, angle_error, found_angles, near_side, true_angles
from accuracy.bootstrap import of_blocks
from accuracy.clips import Clip
from accuracy.scores import (
    FaultTruth,
    TrueRep,
    false_cues,
    fault_tallies,
    match_reps,
    partial_tally,
    side_hits,
    true_reps,
    unsure_s,
)
from accuracy.seen import load_seen, seen_figures
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Rep, SetSummary, UnsureSpan, Update
from formcoach.coaching.recognition import Recogniser
from formcoach.exercises.choice import candidates
from formcoach.exercises.library import load_exercise
from formcoach.pose.landmarks import Part, Pose, Side, landmark, mirror
from formcoach.pose.signals import Signals, flexion
from formcoach.words.reasons import written

__all__ = ["coach_clip", "measure", "recognised"]

FloatArray = npt.NDArray[np.float64]

SIDES = ("near", "far")
WRONG_DEG = 15.0
"""A raw hip or knee this far from the truth is reason enough to be unsure."""


def coach_clip(
    clip: Clip, poses: Iterable[Pose], *, exercise: str | None = None, level: str | None = None
) -> tuple[list[Update], SetSummary]:
    """Run the coach over a clip's poses, as the clip's exercise or as another."""
    name, level = (clip.exercise, clip.level) if exercise is None else (exercise, level)
    coach = Coach(load_exercise(name), level)
    return [coach.step(pose) for pose in poses], coach.finish()


def measure(clip: Clip, poses: Sequence[Pose]) -> dict[str, Any]:
    """Return all figures of one clip that need no other exercise; angles only with a truth."""
    updates, summary = coach_clip(clip, poses)
    last_s = poses[-1].t_s - poses[0].t_s
    figures: dict[str, Any] = {
        "frames": len(poses),
        "seen": sum(pose.seen for pose in poses),
        "time_s": last_s,
        "reps": {"min": clip.reps_min, "max": clip.reps_max, "found": summary.total},
        "holds": {"true_s": clip.hold_s, "found_s": sum(h.duration_s for h in summary.holds)},
        "cues": {"faults": _fault_cues(summary)},
        "silent": _silent(clip, summary),
        "unsure": {"s": unsure_s(summary.unsure), "reasons": _reasons(summary.unsure)},
    }
    if clip.truth is not None:
        figures |= _against_truth(clip.truth, poses, updates, summary)
        figures["mirror_alike"] = _mirror_alike(summary, coach_clip(clip, map(mirror, poses))[1])
    elif clip.name in load_seen():
        figures |= seen_figures(load_seen()[clip.name], summary, negative=clip.negative)
    return figures


def _against_truth(
    truth: dict[str, Any], poses: Sequence[Pose], updates: Sequence[Update], summary: SetSummary
) -> dict[str, Any]:
    t_s = np.array([pose.t_s for pose in poses])
    signals = [update.signals for update in updates]
    reps = true_reps(truth)
    whole = [rep for rep in reps if not rep.partial]
    pairs = match_reps(whole, summary.completed)
    faults = FaultTruth.of(truth)
    judged = not truth.get("ignore_partials")
    return {
        "angles": _angles(truth, t_s, signals),
        "rom": _ranges(truth, t_s, signals, whole),
        "timing": _timing(truth, pairs),
        "sides": side_hits(pairs),
        "partials": asdict(partial_tally(reps, summary.reps)) if judged else None,
        "faults": {name: asdict(tally) for name, tally in fault_tallies(faults, summary).items()},
        "false_cues": false_cues(faults, summary),
        "good_reps": sum(not rep.faults for rep in whole),
        "rightly_s": _rightly_s(truth, poses, summary.unsure),
    }


def _angles(
    truth: dict[str, Any], t_s: FloatArray, signals: Sequence[Signals | None]
) -> dict[str, Any]:
    """Return the error of hip and knee, near and far, as the coach has them."""
    near = near_side(truth)
    found = {}
    for joint in JOINTS:
        for name, side in zip(SIDES, (near, near.other), strict=True):
            error = found_angles(signals, joint, side) - true_angles(truth, joint, side, t_s)
            blocks = of_blocks(np.abs(error), t_s)
            found[f"{name}_{joint}"] = {
                **asdict(angle_error(error)),
                "low": blocks.low,
                "high": blocks.high,
            }
    return found


def _ranges(
    truth: dict[str, Any],
    t_s: FloatArray,
    signals: Sequence[Signals | None],
    reps: Sequence[TrueRep],
) -> dict[str, list[float]]:
    """Return by how much the range of each rep of the near leg is off, in its own true time."""
    near = near_side(truth)
    errors: dict[str, list[float]] = {joint: [] for joint in JOINTS}
    for joint in JOINTS:
        found, true = found_angles(signals, joint, near), true_angles(truth, joint, near, t_s)
        for rep in reps:
            if rep.side not in (near.word, "both"):
                continue
            inside = (t_s >= rep.start_s) & (t_s <= rep.end_s) & ~np.isnan(found)
            if inside.any():
                errors[joint].append(float(np.ptp(found[inside]) - np.ptp(true[inside])))
    return errors


def _timing(
    truth: dict[str, Any], pairs: Sequence[tuple[TrueRep, Rep]]
) -> dict[str, dict[str, list[float]]]:
    """Return how late the times of each rep are, by the side that works."""
    near = near_side(truth).word
    late: dict[str, dict[str, list[float]]] = {
        name: {"start": [], "turn": [], "end": []} for name in SIDES
    }
    for true, found in pairs:
        times = late["near" if true.side in (near, "both") else "far"]
        times["start"].append(found.start_s - true.start_s)
        times["turn"].append(found.turn_s - true.turn_s)
        times["end"].append(found.end_s - true.end_s)
    return late


def _mirror_alike(summary: SetSummary, mirrored: SetSummary) -> bool:
    """Say whether the mirrored poses give the same reps and faults, on the other sides."""
    as_seen, other = (sorted(reps.reps, key=lambda rep: rep.turn_s) for reps in (summary, mirrored))
    swapped = [rep.side if rep.side is None else rep.side.other for rep in other]
    return (
        [(rep.side, rep.quality, rep.faults) for rep in as_seen]
        == [(side, rep.quality, rep.faults) for side, rep in zip(swapped, other, strict=True)]
        and sorted(fault.id for fault in summary.faults)
        == sorted(fault.id for fault in mirrored.faults)
        and len(summary.not_counted) == len(mirrored.not_counted)
    )


def _silent(clip: Clip, summary: SetSummary) -> bool:
    """Say whether a set of at least two reps is lost and no word says why."""
    told = summary.total or summary.unsure or summary.not_counted
    return clip.reps_min >= 2 and not told


def _fault_cues(summary: SetSummary) -> int:
    faults = {fault.id for fault in summary.faults}
    return sum(cue.id in faults for cue in summary.cues)


def _reasons(spans: Sequence[UnsureSpan]) -> dict[str, float]:
    reasons: dict[str, float] = {}
    for span in spans:
        words = written(span.reason)
        reasons[words] = reasons.get(words, 0.0) + span.end_s - span.start_s
    return reasons


def _rightly_s(truth: dict[str, Any], poses: Sequence[Pose], spans: Sequence[UnsureSpan]) -> float:
    """Return for how long the coach was unsure while a raw hip or knee was badly off."""
    t_s = np.array([pose.t_s for pose in poses])
    worst = np.max(np.abs(np.nan_to_num(raw_errors(truth, poses), nan=np.inf)), axis=0)
    rightly = 0.0
    for span in spans:
        inside = (t_s >= span.start_s) & (t_s <= span.end_s)
        if inside.any():
            rightly += (span.end_s - span.start_s) * float(np.mean(worst[inside] >= WRONG_DEG))
    return rightly


def raw_errors(truth: dict[str, Any], poses: Sequence[Pose]) -> FloatArray:
    """Return how far the landmarks' own hips and knees are off, shape (4, frames), no sign.

    The rows are left hip, left knee, right hip, right knee; NaN where nobody was seen. Nothing is
    left out and nothing smoothed: this is what trust has to be right about.
    """
    t_s = np.array([pose.t_s for pose in poses])
    rows = []
    for side in Side:
        places = [landmark(part, side) for part in (Part.SHOULDER, Part.HIP, Part.KNEE, Part.ANKLE)]
        chains = np.array([pose.xy_px[places] for pose in poses])
        for joint, first in (("hip", 0), ("knee", 1)):
            found = [flexion(*chain[first : first + 3].tolist()) for chain in chains]
            rows.append(np.array(found) - np.abs(true_angles(truth, joint, side, t_s)))
    return np.abs(rows)


def recognised(poses: Sequence[Pose]) -> dict[str, str | None]:
    """Return what the exercise is taken for when nobody says it; None where not sure."""
    choices = [(choice.spec, choice.level_id) for choice in candidates(None, None)]
    recogniser = Recogniser(choices)
    for pose in poses:
        recogniser.step(pose)
    found = recogniser.finish()
    return {"exercise": found.exercise_id, "level": found.level_id, "guess": found.best_guess}
