"""Runs the landmarker over a video once and keeps the poses: the slow part of the bench.

The poses are found as `formcoach analyze` finds them, by the same source, estimator and trace. A
trace that is there already is taken as it is when it was made of the same video with the same
model; delete the folder, or give another, after a change to the estimator itself.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import nan
from pathlib import Path
from statistics import median

from accuracy.clips import Clip
from formcoach.capture.file.video import VideoFile
from formcoach.capture.source import Frame
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.trace import TraceWriter, quantise, read_trace

__all__ = ["Change", "Watched", "adopt", "watch"]

Change = Callable[[Iterator[Frame]], Iterable[Frame]]
"""Makes other frames of a video's; all of one size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """The poses of one video.

    Attributes:
        poses: one a frame.
        frame_ms: how long the landmarker took for a frame, a median; on the machine that made
            the trace. NaN where it was not measured.
    """

    poses: list[Pose]
    frame_ms: float


def watch(
    clip: Clip,
    model: str,
    folder: Path,
    *,
    change: tuple[str, Change] | None = None,
    exact: bool = True,
) -> Watched:
    """Return the poses in a clip.

    Args:
        clip: the video.
        model: lite, full or heavy.
        folder: where traces are kept.
        change: what is done to the frames first, with a name that is a file's name.
        exact: whether to look only at the clip's own stretch.
    """
    name = clip.name if change is None else f"{clip.name}.{change[0]}"
    trace, about = _places(folder, model, name)
    made_of = _made_of(clip.path, model, [clip.start_s, clip.end_s] if exact else None)
    known = json.loads(about.read_text(encoding="utf-8")) if about.is_file() else {}
    if known.get("made_of") != made_of:
        trace.parent.mkdir(parents=True, exist_ok=True)
        frame_ms = _write(clip, model, trace, change[1] if change else iter, exact=exact)
        known = {"made_of": made_of, "frame_ms": round(frame_ms, 2)}
        about.write_text(json.dumps(known), encoding="utf-8")
    _, poses = read_trace(trace)
    frame_ms = known["frame_ms"]
    return Watched(poses=list(poses), frame_ms=nan if frame_ms is None else frame_ms)


def adopt(
    trace: Path, video: Path, model: str, folder: Path, span_s: list[float | None] | None = None
) -> None:
    """Keep the trace of an analysis, so that `watch` need not look at its video again.

    Args:
        trace: the poses that `formcoach analyze` has written.
        video: the clip they were found in.
        model: lite, full or heavy.
        folder: where traces are kept.
        span_s: start and end of the stretch that was analysed, None for an end of the video.
    """
    place, about = _places(folder, model, video.stem)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(trace, place)
    known = {"made_of": _made_of(video, model, span_s or [None, None]), "frame_ms": None}
    about.write_text(json.dumps(known), encoding="utf-8")


def _places(folder: Path, model: str, name: str) -> tuple[Path, Path]:
    return folder / model / f"{name}.poses.jsonl.gz", folder / model / f"{name}.about.json"


def _made_of(video: Path, model: str, span_s: list[float | None] | None) -> dict[str, object]:
    return {"video": _sum(video), "model": _sum(find_model(model)), "span_s": span_s}


def _write(clip: Clip, model: str, trace: Path, change: Change, *, exact: bool) -> float:
    """Write the poses of a clip down and return the median time of a frame, in ms."""
    span = (clip.start_s, clip.end_s) if exact else (None, None)
    times_ms = []
    with VideoFile(clip.path, *span) as source:
        frames = iter(change(iter(source)))
        first = next(frames)
        header = {"video": clip.path.name, "image_size_px": first.size_px, "fps": source.fps}
        with (
            LandmarkerEstimator(find_model(model)) as estimator,
            TraceWriter(trace, header) as writer,
        ):
            for frame in _again(first, frames):
                began = time.perf_counter()
                pose = estimator.estimate(frame)
                times_ms.append(1000.0 * (time.perf_counter() - began))
                writer.write(quantise(pose))
    return median(times_ms)


def _again(first: Frame, rest: Iterator[Frame]) -> Iterator[Frame]:
    yield first
    yield from rest


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
