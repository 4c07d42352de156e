"""Sums the figures of all clips up: one figure with its interval for each thing promised."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

import numpy as np

from accuracy.bootstrap import Figure, of_clips
from accuracy.scores import Tally

__all__ = ["TARGETS", "Target", "lost", "totals"]

Clips = Mapping[str, Mapping[str, Any]]
PER_GOOD_REPS = 20
HOLD_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One thing promised.

    Attributes:
        key: its name among the totals.
        words: what it is.
        samples, real: the limit on the samples and on real clips; None where none is promised.
        least: whether the figure must reach the limit, rather than stay within it.
        unit: what stands behind the figure.
    """

    key: str
    words: str
    samples: float | None
    real: float | None
    least: bool = False
    unit: str = ""

    def met(self, value: float, limit: float) -> bool:
        """Say whether a figure keeps the promise."""
        return value >= limit if self.least else value <= limit


TARGETS = (
    Target(key="near_knee_mae", words="knee, near, mean error", samples=3, real=None, unit="°"),
    Target(key="far_knee_mae", words="knee, far, mean error", samples=5, real=None, unit="°"),
    Target(
        key="near_hip_remainder", words="hip, near, without offset", samples=3, real=None, unit="°"
    ),
    Target(
        key="far_hip_remainder", words="hip, far, without offset", samples=5, real=None, unit="°"
    ),
    Target(key="hip_rom", words="range of a rep, hip, near", samples=4, real=None, unit="°"),
    Target(key="knee_rom", words="range of a rep, knee, near", samples=4, real=None, unit="°"),
    Target(key="exact", words="count exact", samples=100, real=92, least=True, unit=" %"),
    Target(key="within_one", words="count within one", samples=100, real=98, least=True, unit=" %"),
    Target(key="sides", words="left or right", samples=100, real=98, least=True, unit=" %"),
    Target(
        key="mirror_alike", words="the same mirrored", samples=100, real=None, least=True, unit=" %"
    ),
    Target(key="fault_f1", words="faults, macro-F1", samples=0.9, real=None, least=True),
    Target(key="false_cues", words="false cues in 20 good reps", samples=0.5, real=0.5),
    Target(key="negative_reps", words="reps where there are none", samples=0, real=0),
    Target(key="silent", words="sets lost without a word", samples=0, real=0),
    Target(key="holds", words="holds within 0.5 s", samples=None, real=100, least=True, unit=" %"),
    Target(key="right", words="recognised", samples=95, real=85, least=True, unit=" %"),
    Target(key="wrong", words="taken for another", samples=0, real=2, unit=" %"),
    Target(key="named", words="other movements given a name", samples=0, real=1),
)


def lost(
    known: Mapping[str, Mapping[str, Clips]], now: Mapping[str, Mapping[str, Clips]]
) -> list[str]:
    """Say which targets were reached and are missed now, a line each.

    Args:
        known: by model and kind of clips, the figures to hold on to.
        now: likewise, the figures there are; what was not measured is not compared.
    """
    lines = []
    for model, kinds in now.items():
        for kind, clips in kinds.items():
            before, after = totals(known.get(model, {}).get(kind, {})), totals(clips)
            for target in TARGETS:
                limit = target.samples if kind == "samples" else target.real
                was, is_now = before[target.key].value, after[target.key].value
                if limit is None or isnan(is_now) or not target.met(was, limit):
                    continue
                if not target.met(is_now, limit):
                    sign = "at least" if target.least else "at most"
                    lines.append(
                        f"{model}, {kind}: {target.words} is {is_now:.2f}{target.unit}, "
                        f"must be {sign} {limit:g}{target.unit}, was {was:.2f}{target.unit}"
                    )
    return lines


def totals(clips: Clips) -> dict[str, Figure]:
    """Return a figure for every target and for what else the tables show; NaN where none is."""
    values = list(clips.values())
    found = _angle_totals(values)
    found |= {f"{joint}_rom": _ranges(values, joint) for joint in ("hip", "knee")}
    found |= {
        f"{side}_{when}": _medians(_late(values, side, when))
        for side in ("near", "far")
        for when in ("start", "turn", "end")
    }
    counted = [clip for clip in values if clip["holds"]["true_s"] is None]
    positive = [clip for clip in counted if clip["reps"]["max"]]
    off = [_reps_off(clip) for clip in positive]
    found["rep_mae"] = of_clips(off)
    found["exact"] = of_clips([100.0 * (error == 0) for error in off])
    found["within_one"] = of_clips([100.0 * (error <= 1) for error in off])
    found["negative_reps"] = of_clips(
        [float(clip["reps"]["found"]) for clip in counted if not clip["reps"]["max"]], np.max
    )
    found["silent"] = of_clips([float(clip["silent"]) for clip in positive], np.sum)
    found["holds"] = of_clips(
        [
            100.0 * (_hold_off_s(clip) <= HOLD_S)
            for clip in values
            if clip["holds"]["true_s"] is not None
        ]
    )
    sides = [clip["sides"] for clip in values if clip.get("sides")]
    found["sides"] = _pooled([(100 * sum(hits), len(hits)) for hits in sides])
    found["mirror_alike"] = of_clips(
        [100.0 * clip["mirror_alike"] for clip in values if "mirror_alike" in clip]
    )
    whys = [clip["why_right"] for clip in values if clip.get("why_right")]
    found["why_right"] = _pooled([(100 * sum(right), len(right)) for right in whys])
    looked_at = [clip for clip in values if "false_cues" in clip]
    found["false_cues"] = _pooled([_cues_and_reps(clip) for clip in looked_at])
    tallies = fault_totals(values)
    found["fault_f1"] = of_clips([tally.f1 for tally in tallies.values()])
    found["pose_rate"] = of_clips([100.0 * clip["seen"] / clip["frames"] for clip in values])
    found["frame_ms"] = of_clips([clip["frame_ms"] for clip in values], np.median)
    found["unsure"] = of_clips([100.0 * clip["unsure"]["s"] / clip["time_s"] for clip in values])
    found["rightly"] = of_clips(
        [
            100.0 * clip["rightly_s"] / clip["unsure"]["s"]
            for clip in values
            if clip["unsure"]["s"] and "rightly_s" in clip
        ]
    )
    found |= _recognition(values)
    return found


def fault_totals(clips: Iterable[Mapping[str, Any]]) -> dict[str, Tally]:
    """Return one tally a fault over all clips."""
    tallies: dict[str, Tally] = {}
    for clip in clips:
        for name, counts in clip.get("faults", {}).items():
            tallies.setdefault(name, Tally()).add(Tally(**counts))
    return tallies


def _angle_totals(clips: list[Mapping[str, Any]]) -> dict[str, Figure]:
    found = {}
    for limb in ("near_hip", "far_hip", "near_knee", "far_knee"):
        for what in ("mae", "bias", "remainder", "p95"):
            values = [clip["angles"][limb][what] for clip in clips if "angles" in clip]
            found[f"{limb}_{what}"] = _medians(values)
    return found


def _medians(values: Iterable[float | None]) -> Figure:
    return of_clips([nan if value is None else value for value in values], np.median)


def _ranges(clips: list[Mapping[str, Any]], joint: str) -> Figure:
    """Return the median over clips of each clip's median error of range."""
    errors = [clip["rom"][joint] for clip in clips if clip.get("rom")]
    return _medians(_middle(np.abs(reps)) for reps in errors)


def _late(clips: list[Mapping[str, Any]], side: str, when: str) -> list[float]:
    times = [clip["timing"][side][when] for clip in clips if "timing" in clip]
    return [_middle(np.abs(late)) for late in times]


def _middle(values: Any) -> float:
    return float(np.median(values)) if len(values) else nan


def _reps_off(clip: Mapping[str, Any]) -> int:
    """Return how many reps a count lies outside of the true range."""
    reps: Mapping[str, int] = clip["reps"]
    return max(reps["min"] - reps["found"], reps["found"] - reps["max"], 0)


def _hold_off_s(clip: Mapping[str, Any]) -> float:
    """Return how far the time held is off."""
    holds: Mapping[str, float] = clip["holds"]
    return abs(holds["found_s"] - holds["true_s"])


def _pooled(rows: list[tuple[int, int]]) -> Figure:
    """Return one sum over another, NaN where the other is 0; clips are drawn anew with both."""
    pairs = np.array(rows, dtype=np.float64).reshape(-1, 2)
    if not pairs[:, 1].sum():
        return of_clips([])

    def share(indices: Any, axis: int) -> Any:
        over, under = (pairs[indices.astype(np.intp), column].sum(axis=axis) for column in (0, 1))
        return over / np.maximum(under, 1)

    return of_clips(np.arange(len(pairs), dtype=np.float64).tolist(), share)


def _cues_and_reps(clip: Mapping[str, Any]) -> tuple[int, int]:
    """Return false cues a score of reps, and reps: good ones of a sample, judged ones of people."""
    reps = clip["good_reps"] if "good_reps" in clip else clip["judged_reps"]
    return PER_GOOD_REPS * clip["false_cues"], reps


def _recognition(clips: list[Mapping[str, Any]]) -> dict[str, Figure]:
    """Return the shares recognised rightly and wrongly, in percent.

    Where nothing is done that could be recognised, "not sure" is right, and names are counted.
    """
    right, wrong, named = [], [], []
    for clip in clips:
        name = clip["recognised"]["exercise"]
        if clip["reps"]["max"] or clip["holds"]["true_s"]:
            right.append(100.0 * (name == clip["exercise"]))
            wrong.append(100.0 * (name not in (None, clip["exercise"])))
        else:
            ours = {clip["exercise"]} if "faults" in clip else set()
            named.append(float(name is not None and name not in ours))
    return {"right": of_clips(right), "wrong": of_clips(wrong), "named": of_clips(named, np.sum)}
