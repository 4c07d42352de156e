"""What a fault looked like, drawn from the poses of its set, beside a good rep of that person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import hypot, isfinite
from pathlib import Path
from typing import Any

import msgspec

from formcoach.errors import TraceError
from formcoach.pose.landmarks import NOSE, Part, Pose, Side, landmark
from formcoach.pose.trace import read_trace

__all__ = ["Figure", "FigurePair", "figure_pair"]

WIDTH, HEIGHT, MARGIN = 150.0, 104.0, 10.0
LIMBS = (
    (Part.EAR, Part.SHOULDER, Part.HIP, Part.KNEE, Part.ANKLE, Part.TOE),
    (Part.SHOULDER, Part.ELBOW, Part.WRIST),
)
MAX_SETS = 6
"""So many sets are looked through, the newest first, before a fault goes without a picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A body in one moment.

    Attributes:
        far, near: the lines of the limbs of the far and of the near side, as SVG wants them.
        head: where the head is, x and y; None where it was not seen.
    """

    far: tuple[str, ...]
    near: tuple[str, ...]
    head: tuple[float, float] | None
    width: float = WIDTH
    height: float = HEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class FigurePair:
    """The fault, and a good rep of the same set; None where that set has none."""

    fault: Figure
    good: Figure | None


class _Rep(msgspec.Struct):
    start_s: float
    end_s: float
    turn_s: float
    quality: str
    side: str = "both"
    faults: tuple[str, ...] = ()


class _Fault(msgspec.Struct):
    id: str
    start_s: float


class _Summary(msgspec.Struct):
    reps: list[_Rep] = []
    faults: list[_Fault] = []
    view: dict[str, Any] = {}


def figure_pair(set_folders: Iterable[Path], fault: str) -> FigurePair | None:
    """Return a picture of a fault from the first of some sets that shows it; None for none."""
    for number, folder in enumerate(set_folders):
        if number == MAX_SETS:
            return None
        try:
            summary = msgspec.json.decode((folder / "summary.json").read_bytes(), type=_Summary)
            found = _of_set(folder, summary, fault)
        except (OSError, TraceError, msgspec.MsgspecError, ValueError):
            continue  # of another version, half-written, or gone
        if found is not None:
            return found
    return None


def _of_set(folder: Path, summary: _Summary, fault: str) -> FigurePair | None:
    rep = next((one for one in summary.reps if fault in one.faults), None)
    if rep is None:
        return None
    seen = [f.start_s for f in summary.faults if f.id == fault]
    fault_s = next((t_s for t_s in seen if rep.start_s <= t_s <= rep.end_s), rep.turn_s)
    good = [one for one in summary.reps if one.quality == "good"]
    good.sort(key=lambda one: one.side != rep.side)
    # At the same moment of its way as the fault: out, at the far end, or back.
    share = (fault_s - rep.start_s) / max(rep.end_s - rep.start_s, 1e-9)
    times = [fault_s, *(one.start_s + share * (one.end_s - one.start_s) for one in good[:1])]
    near = Side.RIGHT if summary.view.get("near_side") == "right" else Side.LEFT
    figures = [_figure(pose, near) for pose in _poses_at(folder / "poses.jsonl.gz", times)]
    if not figures or figures[0] is None:
        return None
    return FigurePair(fault=figures[0], good=figures[1] if figures[1:] else None)


def _poses_at(path: Path, times: Sequence[float]) -> list[Pose | None]:
    """Return the pose that was seen nearest to each time."""
    nearest: list[Pose | None] = [None] * len(times)
    _, poses = read_trace(path)
    with poses:
        for pose in poses:
            for number, t_s in enumerate(times):
                before = nearest[number]
                if pose.seen and (before is None or _off(pose, t_s) < _off(before, t_s)):
                    nearest[number] = pose
            if pose.t_s > max(times):
                break
    return nearest


def _off(pose: Pose, t_s: float) -> float:
    return abs(pose.t_s - t_s)


def _figure(pose: Pose | None, near: Side) -> Figure | None:
    """Return a pose as a figure that fills its picture; None where nobody was seen."""
    if pose is None:
        return None
    points = {index: (float(x), float(y)) for index, (x, y) in enumerate(pose.xy_px)}
    drawn = [points[i] for i in _drawn_indices() if isfinite(points[i][0])]
    if len(drawn) < 4:
        return None
    left, top = min(x for x, _ in drawn), min(y for _, y in drawn)
    wide = max(x for x, _ in drawn) - left
    high = max(y for _, y in drawn) - top
    scale = min((WIDTH - 2 * MARGIN) / max(wide, 1.0), (HEIGHT - 2 * MARGIN) / max(high, 1.0))

    def place(index: int) -> tuple[float, float]:
        x, y = points[index]
        return (
            WIDTH / 2 + (x - left - wide / 2) * scale,
            HEIGHT / 2 + (y - top - high / 2) * scale,
        )

    def lines(side: Side) -> Iterator[str]:
        for limb in LIMBS:
            places = [place(landmark(part, side)) for part in limb]
            yield " ".join(f"{x:.1f},{y:.1f}" for x, y in places if isfinite(hypot(x, y)))

    ear, nose = place(landmark(Part.EAR, near)), place(NOSE)
    head = ((ear[0] + nose[0]) / 2, (ear[1] + nose[1]) / 2)
    return Figure(
        far=tuple(lines(near.other)),
        near=tuple(lines(near)),
        head=(round(head[0], 1), round(head[1], 1)) if isfinite(hypot(*head)) else None,
    )


def _drawn_indices() -> set[int]:
    return {landmark(part, side) for limb in LIMBS for part in limb for side in Side} | {NOSE}
