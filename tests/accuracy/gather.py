"""Runs the whole bench and gives its figures as one tree of plain values, fit for JSON."""

from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict
from math import isfinite
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from accuracy.clips import Clip, real_clips, samples
from accuracy.measure import coach_clip, measure, recognised
from accuracy.synthetic import judge_synthetic
from accuracy.watching import watch
from formcoach.exercises.choice import candidates
from formcoach.pose.landmarks import Pose

__all__ = ["gather", "plain"]

DIGITS = 3
KINDRED = (
    frozenset({"hip_flexion", "high_knees"}),
    frozenset({"plank_hip_flexion", "mountain_climber"}),
)
"""The same movement, slow and in a run: one counts as the other, at most too fast."""

Say = Callable[[str], object]


def gather(models: list[str], folder: Path, say: Say, *, jobs: int = 1) -> dict[str, Any]:
    """Watch every clip with every model, coach it, and return all figures.

    Args:
        models: lite, full, heavy, or some of them.
        folder: where pose traces are kept.
        say: told what is done, a line each.
        jobs: how many clips to work on at once; more than one, and the time of a frame says
            little.
    """
    figures: dict[str, Any] = {"models": {}}
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        for model in models:
            figures["models"][model] = {
                "samples": _all(samples(), model, folder, say, pool),
                "real": _all(real_clips(), model, folder, say, pool),
            }
    say("synthetic traces")
    synthetic = judge_synthetic()
    figures["synthetic"] = {
        "traces": synthetic.traces,
        "faults": {name: asdict(tally) for name, tally in sorted(synthetic.faults.items())},
        "partials": asdict(synthetic.partials),
    }
    tree: dict[str, Any] = plain(figures)
    return tree


def _all(
    clips: list[Clip], model: str, folder: Path, say: Say, pool: Executor
) -> dict[str, dict[str, Any]]:
    found = {}
    works = [(clip.name, pool.submit(_one, clip, model, folder)) for clip in clips]
    for name, work in works:
        say(f"{model}: {name}")
        found[name] = work.result()
    return found


def _one(clip: Clip, model: str, folder: Path) -> dict[str, Any]:
    watched = watch(clip, model, folder)
    found = measure(clip, watched.poses)
    found["exercise"], found["level"] = clip.exercise, clip.level
    found["recognised"] = recognised(watched.poses)
    found["frame_ms"] = watched.frame_ms
    found["asked_wrongly"] = _asked_wrongly(clip, watched.poses)
    return found


def _asked_wrongly(clip: Clip, poses: list[Pose]) -> dict[str, int]:
    """Return the reps counted when another exercise is asked for; those without any left out."""
    counted = {}
    for choice in candidates(None, None):
        other = choice.spec.id
        if other == clip.exercise or frozenset({other, clip.exercise}) in KINDRED:
            continue
        _, summary = coach_clip(clip, poses, exercise=other, level=choice.level_id)
        if summary.total:
            counted[f"{other} {choice.level_id or ''}".strip()] = summary.total
    return counted


def plain(value: Any) -> Any:
    """Return a tree with its numbers rounded and NaN as None, so that JSON can keep it."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return round(value, DIGITS) if isfinite(value) else None
    return value
