"""Sweeps: the samples made worse step by step, and whether the coach knows when it cannot judge.

Every true rep is right, unsure or wrong. Where a picture stops showing enough, reps should become
unsure; one that is lost, blamed or made up without a word is wrong.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from accuracy.angles import angle_error, found_angles, near_side, true_angles
from accuracy.clips import Clip, samples
from accuracy.distortions import DISTORTIONS, Distortion
from accuracy.measure import coach_clip
from accuracy.scores import FaultTruth, TrueRep, match_reps, unsure_s
from accuracy.watching import watch
from formcoach.coaching.events import Quality, Rep, SetSummary
from formcoach.pose.landmarks import Pose, side_word

__all__ = ["SWEPT", "Outcome", "mirrored_truth", "outcome", "sweep", "sweep_mirrored"]

SWEPT = ("dead_bug_hold", "hip_flexion_free", "plank_hip_flexion", "squat")
"""One clip a posture: on the back, on one leg, in a plank, on two legs."""
MODEL = "full"
MARGIN_S = 0.5
"""A doubt this near to a rep is about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the reps of a clip.

    Attributes:
        right: counted, on the right side, with its true faults and no others.
        unsure: told as unsure, or lost while the coach said that it cannot judge.
        wrong: lost without a word, blamed for nothing, on the wrong side, or made up; a fault of
            the whole set that is not there is one more.
    """

    right: int
    unsure: int
    wrong: int


def outcome(truth: FaultTruth, summary: SetSummary) -> Outcome:
    """Sort the reps of a set."""
    completed = summary.completed
    pairs = {id(true): found for true, found in match_reps(truth.reps, completed)}
    right = unsure = wrong = 0
    for true in truth.reps:
        found = pairs.get(id(true))
        if found is None:
            told = _told(true, summary)
            unsure, wrong = unsure + told, wrong + (not told)
        elif found.quality is Quality.UNSURE:
            unsure += 1
        elif _is_true(true, found, truth.open):
            right += 1
        else:
            wrong += 1
    matched = {id(found) for found in pairs.values()}
    wrong += sum(id(r) not in matched and r.quality is not Quality.UNSURE for r in completed)
    in_reps = {fault for rep in completed for fault in rep.faults}
    wrong += len({fault.id for fault in summary.faults} - in_reps - truth.ids)
    return Outcome(right=right, unsure=unsure, wrong=wrong)


def _is_true(true: TrueRep, found: Rep, left_open: frozenset[str]) -> bool:
    faults = frozenset(found.faults) - left_open
    return side_word(found.side) == true.side and faults == true.faults - left_open


def _told(true: TrueRep, summary: SetSummary) -> bool:
    """Say whether the coach said of this time that it cannot judge."""
    return any(
        span.start_s < true.end_s + MARGIN_S and span.end_s > true.start_s - MARGIN_S
        for span in summary.unsure
    )


def mirrored_truth(truth: dict[str, Any]) -> dict[str, Any]:
    """Return the truth about the mirrored clip, but for its joints in the picture."""
    swap = {"left": "right", "right": "left", "both": "both"}

    def named(key: str) -> str:
        word, _, rest = key.partition("_")
        return f"{swap[word]}_{rest}" if rest and word in swap else key

    return {
        **truth,
        "view": {**truth["view"], "near_side": swap[truth["view"]["near_side"]]},
        "reps": [{**rep, "side": swap[rep["side"]]} for rep in truth["reps"]],
        "frames": {named(key): values for key, values in truth["frames"].items()},
        "joints_px": {
            named(key): [[-x, y] for x, y in places] for key, places in truth["joints_px"].items()
        },
    }


def sweep(folder: Path, say: Callable[[str], object]) -> dict[str, list[dict[str, Any]]]:
    """Watch and judge every distortion of every clip.

    Returns:
        For each distortion one row a step and clip.
    """
    clips = [clip for clip in samples() if clip.name in SWEPT]
    rows: dict[str, list[dict[str, Any]]] = {}
    for distortion in DISTORTIONS:
        rows[distortion.id] = [
            _one(clip, distortion, step, folder, say) for step in distortion.steps for clip in clips
        ]
    rows["none"] = [_judged(clip, 0.0, watch(clip, MODEL, folder.parent).poses) for clip in clips]
    return rows


def sweep_mirrored(folder: Path, say: Callable[[str], object]) -> list[dict[str, Any]]:
    """Watch and judge every sample in a mirror: one row each."""
    (mirror,) = (distortion for distortion in DISTORTIONS if distortion.id == "mirror")
    return [_one(clip, mirror, mirror.steps[0], folder, say) for clip in samples()]


def _one(
    clip: Clip, distortion: Distortion, step: float, folder: Path, say: Callable[[str], object]
) -> dict[str, Any]:
    say(f"{distortion.words} {step:g}: {clip.name}")
    change = (f"{distortion.id}{step:g}", distortion.change(clip, step))
    watched = watch(clip, MODEL, folder, change=change)
    return _judged(clip, step, watched.poses, mirrored=distortion.id == "mirror")


def _judged(
    clip: Clip, step: float, poses: Sequence[Pose], *, mirrored: bool = False
) -> dict[str, Any]:
    truth = mirrored_truth(clip.truth or {}) if mirrored else clip.truth or {}
    updates, summary = coach_clip(clip, poses)
    near, t_s = near_side(truth), np.array([pose.t_s for pose in poses])
    signals = [update.signals for update in updates]
    errors = {
        joint: angle_error(
            found_angles(signals, joint, near) - true_angles(truth, joint, near, t_s)
        )
        for joint in ("hip", "knee")
    }
    return {
        "step": step,
        "clip": clip.name,
        **asdict(outcome(FaultTruth.of(truth), summary)),
        "unsure_share": unsure_s(summary.unsure) / (t_s[-1] - t_s[0]),
        "hip_remainder": errors["hip"].remainder,
        "knee_mae": errors["knee"].mae,
    }
