"""Drawn figures for the report, from the poses: a person where there is no picture of one.

One figure stands still beside a fault or a good rep, another moves with the playhead. Both are
SVG, take their colours from the page's style sheet, and share one frame, so that they can be
compared. Nothing in them tells who it is; without `head` not even the head's own points are in.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import hypot, inf
from pathlib import Path
from typing import NamedTuple

import numpy as np

from formcoach.exercises.spec import Region
from formcoach.picture.regions import REGIONS_OF, SEGMENTS
from formcoach.pose.landmarks import NOSE, SIDES, FloatArray, Part, Pose, Side, landmark
from formcoach.pose.signals import Signal
from formcoach.pose.trace import read_trace

__all__ = ["Figures", "Frame", "marked_regions", "read_figures"]

MOTION_STEP_S = 0.1
"""So often the moving figure takes a new place; between them it is drawn on its way."""
MAX_PLACES = 1500
"""Places of the moving figure at most: in a longer set it takes fewer a second."""
WIDE = 1000
"""Units of the drawing along its longer edge; places are whole units."""
MARGIN = 0.08
"""Room around the body, in shares of the longer edge."""
OUTLIERS = 0.3
"""So many percent of the places at each end may lie outside the frame: one wild landmark must not
make the person small."""
HEAD = 1.15
"""The head's ring is so much wider than from its middle to the nose."""
HEAD_TORSOS = 0.2
"""How large the ring is where the head's points are left out, and how far beyond the shoulders."""

_BODY = sorted({end for side in Side for _, ends, _ in SEGMENTS[side] for end in ends})
_PLACE_OF = {index: place for place, index in enumerate(_BODY)}
_EARS = [landmark(Part.EAR, side) for side in Side]
_SHOULDERS = [landmark(Part.SHOULDER, side) for side in Side]
_HIPS = [landmark(Part.HIP, side) for side in Side]


class Frame(NamedTuple):
    """The stretch of the picture that all figures of a set are drawn in, in pixels."""

    x_px: float
    y_px: float
    width_px: float
    height_px: float

    @property
    def scale(self) -> float:
        """Units of the drawing in a pixel."""
        return WIDE / max(self.width_px, self.height_px)

    @property
    def view_box(self) -> str:
        """The drawing's own size."""
        return f"0 0 {self.width_px * self.scale:.0f} {self.height_px * self.scale:.0f}"


@dataclass
class Figures:
    """The poses of a set that the report draws.

    Attributes:
        near: the side toward the camera, drawn thick.
        first_s: the time of the recording's first frame.
        times_s, places: the moving figure, each place with the body's points and the head.
        head: whether the head's own points are used.
        image_px: the size of the picture that the places are measured in.
    """

    near: Side | None
    head: bool
    first_s: float = 0.0
    image_px: tuple[int, int] = (0, 0)
    times_s: list[float] = field(default_factory=list)
    places: list[FloatArray] = field(default_factory=list)

    @property
    def frame(self) -> Frame | None:
        """What the drawings show; None where nobody was seen."""
        if not self.places:
            return None
        at = np.stack(self.places)
        heads = [at[:, -2] - at[:, -1], at[:, -2] + at[:, -1]]
        bodies = np.concatenate([at[:, : len(_BODY)].reshape(-1, 2), *heads])
        low = np.percentile(bodies, OUTLIERS, axis=0)
        high = np.percentile(bodies, 100 - OUTLIERS, axis=0)
        room = MARGIN * float((high - low).max()) + 1.0
        (x, y), (width, height) = (low - room).tolist(), (high - low + 2 * room).tolist()
        return Frame(x, y, width, max(height, width / 4))

    def at(self, t_s: float) -> FloatArray | None:
        """Return the place nearest to a moment; None where nobody was seen."""
        if not self.times_s:
            return None
        after = bisect_left(self.times_s, t_s)
        near = [i for i in (after - 1, after) if 0 <= i < len(self.times_s)]
        return self.places[min(near, key=lambda i: abs(self.times_s[i] - t_s))]

    def box_px(self, t_s: float) -> tuple[float, float, float, float] | None:
        """Return the edges of the body at a moment, in pixels: left, top, right, bottom."""
        place = self.at(t_s)
        if place is None:
            return None
        (left, top), (right, bottom) = place[:-1].min(axis=0), place[:-1].max(axis=0)
        return float(left), float(top), float(right), float(bottom)

    def svg(self, t_s: float, title: str, marked: Collection[tuple[Region, Side]] = ()) -> str:
        """Return the body at a moment as SVG; empty where nobody was seen.

        Args:
            t_s: the moment.
            title: what it shows; ready for HTML.
            marked: the stretches of the body that a fault is about.
        """
        place, frame = self.at(t_s), self.frame
        if place is None or frame is None:
            return ""
        units = (place - (frame.x_px, frame.y_px)) * frame.scale
        units[-1] = place[-1] * frame.scale
        body = _lines(units, self.near, marked)
        return (
            f'<svg class="figure" viewBox="{frame.view_box}" role="img" aria-label="{title}">'
            f"{body}</svg>"
        )

    def motion(self) -> str:
        """Return the moving figure as JSON: times in seconds and places in units; empty without."""
        frame = self.frame
        if frame is None:
            return ""
        at = np.stack(self.places)
        units = (at - (frame.x_px, frame.y_px)) * frame.scale
        units[:, -1] = at[:, -1] * frame.scale
        _close_up(units)
        flat = np.rint(units.reshape(len(at), -1)).astype(int)
        places = [line[:-1] for line in flat.tolist()]
        times = [round(t_s, 2) for t_s in self.times_s]
        return json.dumps({"t": times, "p": places}, separators=(",", ":"))


def _close_up(places: FloatArray) -> None:
    """Put points that are not seen where their line's other end is, so that no line is drawn."""
    for _ in range(2):  # a foot hangs on an ankle, which may hang on a knee
        for one, other in ((a, b) for side in Side for _, (a, b), _ in SEGMENTS[side]):
            near, far = places[:, _PLACE_OF[one]], places[:, _PLACE_OF[other]]
            for here, there in ((near, far), (far, near)):
                unseen = np.isnan(here)
                here[unseen] = there[unseen]
    np.nan_to_num(places, copy=False)


def marked_regions(
    signal: str | None, side: str, working: Signal | None
) -> set[tuple[Region, Side]]:
    """Return the stretches of the body that a fault is about; of both sides where it has none.

    Args:
        signal: the name of what was looked at; None for the movement itself.
        side: left, right or both.
        working: the signal that is counted.
    """
    looked_at = Signal(signal) if signal in set(Signal) else working
    regions = REGIONS_OF[looked_at] if looked_at is not None else tuple(Region)
    sides = [SIDES[side]] if side in SIDES else list(Side)
    return {(region, one) for region in regions for one in sides}


def read_figures(
    path: Path,
    window: tuple[float, float],
    near: Side | None,
    moments_s: Iterable[float] = (),
    *,
    head: bool = True,
) -> Figures:
    """Read what the report draws from a trace of poses.

    Args:
        path: the recorded poses.
        window: the set, from when to when, in seconds.
        near: the side toward the camera.
        moments_s: moments whose own frame is wanted, beside those of the moving figure.
        head: whether the head's points may be used.

    Raises:
        TraceError: the poses cannot be read.
    """
    figures = Figures(near=near, head=head)
    step_s = max(MOTION_STEP_S, (window[1] - window[0]) / MAX_PLACES)
    wanted = sorted(moments_s)
    first_s: float | None = None
    next_s = -inf
    _, poses = read_trace(path)
    with poses:
        for pose in poses:
            if first_s is None:
                first_s, figures.image_px = pose.t_s, pose.image_size_px
            if not pose.seen or not window[0] <= pose.t_s <= window[1]:
                continue
            at = bisect_left(wanted, pose.t_s - MOTION_STEP_S / 2)
            close = at < len(wanted) and wanted[at] <= pose.t_s + MOTION_STEP_S / 2
            if pose.t_s >= next_s or close:
                figures.times_s.append(pose.t_s)
                figures.places.append(_place(pose, head=head))
                next_s = max(next_s, pose.t_s + step_s * 0.99) if not close else next_s
    return replace(figures, first_s=first_s or 0.0)


def _place(pose: Pose, *, head: bool) -> FloatArray:
    """Return the body's points, the middle of the head, and its radius, shape (n + 2, 2)."""
    xy = pose.xy_px
    shoulders, hips = xy[_SHOULDERS].mean(axis=0), xy[_HIPS].mean(axis=0)
    if head:
        middle = xy[_EARS].mean(axis=0)
        across = hypot(*(xy[_EARS[1]] - xy[_EARS[0]])) / 2
        radius = HEAD * max(hypot(*(xy[NOSE] - middle)), across)
    else:
        up = shoulders - hips
        radius = HEAD_TORSOS * hypot(*up)
        middle = shoulders + up * (2 * HEAD_TORSOS)
    return np.vstack([xy[_BODY], middle, (radius, radius)])


def _lines(units: FloatArray, near: Side | None, marked: Collection[tuple[Region, Side]]) -> str:
    """Return the lines of the body, the far side first; each says which points it joins."""
    order: Sequence[Side] = tuple(Side) if near is None else (near.other, near)
    parts = []
    for side in order:
        depth = "near" if near is None or side is near else "far"
        for region, (start, end), _ in SEGMENTS[side]:
            kind = f"limb {depth}" + (" marked" if (region, side) in marked else "")
            a, b = _PLACE_OF[start], _PLACE_OF[end]
            (x1, y1), (x2, y2) = units[a].tolist(), units[b].tolist()
            parts.append(
                f'<line class="{kind}" data-a="{a}" data-b="{b}" '
                f'x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}"/>'
            )
    (x, y), radius = units[-2].tolist(), float(units[-1][0])
    kind = "head" + (" marked" if any(region is Region.HEAD for region, _ in marked) else "")
    parts.append(
        f'<circle class="{kind}" data-a="{len(_BODY)}" cx="{x:.0f}" cy="{y:.0f}" r="{radius:.0f}"/>'
    )
    return "".join(parts)
