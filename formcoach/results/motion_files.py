"""A set as files of other programs: OpenSim's `.trc` (landmarks) and `.mot` (joint angles), C3D.

    markers = read_markers(folder / "poses.jsonl.gz")
    trc_text(markers)            what OpenSim and Sports2D call markers, in metres
    mot_text(folder / "signals.csv")    the angles, to the last digit of the signals
    write_c3d(markers, path)     the same markers for programs that read C3D

Markers and angles have the names that Sports2D gives them: what reads its files reads these.
"""

import csv
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import numpy as np
import numpy.typing as npt

from formcoach.errors import OutputError, TraceError
from formcoach.pose.landmarks import NOSE, FloatArray, Part, Side, landmark
from formcoach.pose.trace import read_trace

__all__ = ["Markers", "mot_text", "read_markers", "trc_text", "write_c3d"]

_PARTS = {
    Part.HIP: "Hip",
    Part.KNEE: "Knee",
    Part.ANKLE: "Ankle",
    Part.TOE: "BigToe",
    Part.HEEL: "Heel",
    Part.SHOULDER: "Shoulder",
    Part.ELBOW: "Elbow",
    Part.WRIST: "Wrist",
    Part.EYE: "Eye",
    Part.EAR: "Ear",
}
MARKERS: dict[str, int] = {
    **{
        f"{'L' if side is Side.LEFT else 'R'}{name}": landmark(part, side)
        for part, name in _PARTS.items()
        for side in (Side.RIGHT, Side.LEFT)
    },
    "Nose": NOSE,
}
"""The markers, and which landmark each one is."""
ANGLES = {
    f"{side.word}_{joint}_flexion{signed}_deg": f"{side.word} {joint}"
    for joint, signed in (("hip", "_signed"), ("knee", ""), ("shoulder", ""), ("elbow", ""))
    for side in (Side.RIGHT, Side.LEFT)
} | {"trunk_inclination_deg": "trunk", "head_angle_deg": "head", "body_line_deg": "body line"}
"""The columns of ``signals.csv`` and what a `.mot` calls them; hips have their sign."""
USUAL_TORSO_M = 0.5
"""Shoulder to hip of a grown person, where the poses have no metres. Proposal."""
UNSEEN = "nan"
MM = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Markers:
    """Landmarks over time, in metres: x to the right of the picture, y up, z 0.

    The y of the lowest one ever seen is 0, the x of the picture's left edge. How large a metre is
    follows from the length of the torso, so lengths are estimates; angles are those of the picture.

    Attributes:
        names: of the markers.
        t_s: when, one a frame, in seconds.
        xyz_m: frames x markers x 3; NaN where nobody was seen.
        metres_per_px: what the pixels were multiplied by.
    """

    names: tuple[str, ...]
    t_s: FloatArray
    xyz_m: FloatArray
    metres_per_px: float

    @property
    def rate_hz(self) -> float:
        """Frames a second, on average."""
        if len(self.t_s) < 2:
            return 1.0
        return float((len(self.t_s) - 1) / (self.t_s[-1] - self.t_s[0]))


def read_markers(path: Path) -> Markers:
    """Return the markers of recorded poses.

    Raises:
        TraceError: it is no trace, or nobody is seen in it.
    """
    indices = list(MARKERS.values())
    times, points, torsos_px, torsos_m = [], [], [], []
    _, poses = read_trace(path)
    with poses:
        for pose in poses:
            times.append(pose.t_s)
            points.append(pose.xy_px[indices])
            torsos_px.append(_torso(pose.xy_px))
            if pose.world_m is not None:
                torsos_m.append(_torso(pose.world_m))
    seen = [torso for torso in torsos_px if isfinite(torso) and torso > 0]
    if not seen:
        raise TraceError(f"{path}: nobody is seen in it; give poses of a recording with somebody")
    torso_m = float(np.nanmedian(torsos_m)) if torsos_m else USUAL_TORSO_M
    scale = torso_m / float(np.median(seen))
    xy = np.array(points, dtype=np.float64)
    lowest_px = np.nanmax(xy[..., 1])
    xyz = np.zeros((*xy.shape[:2], 3))
    xyz[..., 0] = xy[..., 0] * scale
    xyz[..., 1] = (lowest_px - xy[..., 1]) * scale
    xyz[np.isnan(xy).any(axis=-1)] = np.nan
    return Markers(names=tuple(MARKERS), t_s=np.array(times), xyz_m=xyz, metres_per_px=scale)


def _torso(points: FloatArray) -> float:
    """Return how far the middle of the hips is from the middle of the shoulders."""
    shoulder, hip = (
        (points[landmark(part, Side.LEFT)] + points[landmark(part, Side.RIGHT)]) / 2
        for part in (Part.SHOULDER, Part.HIP)
    )
    return float(np.linalg.norm(shoulder - hip))


def trc_text(markers: Markers, name: str) -> str:
    """Return the markers as the text of a `.trc`; what was not seen is ``nan``.

    Args:
        markers: what to write.
        name: what the file says it is called.
    """
    rate, frames, count = f"{markers.rate_hz:.6f}", len(markers.t_s), len(markers.names)
    axes = "\t".join(f"X{n}\tY{n}\tZ{n}" for n in range(1, count + 1))
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{_plain(name)}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\t"
        "OrigNumFrames",
        "\t".join(map(str, (rate, rate, frames, count, "m", rate, 1, frames))),
        "Frame#\tTime\t" + "\t\t\t".join(markers.names) + "\t\t",
        f"\t\t{axes}",
        "",
    ]
    rows = [
        "\t".join([str(n), f"{t_s:.6f}", *(_metres(value) for value in places.ravel())])
        for n, (t_s, places) in enumerate(zip(markers.t_s, markers.xyz_m, strict=True), start=1)
    ]
    return "\n".join([*head, *rows]) + "\n"


def _metres(value: float) -> str:
    return f"{value:.6f}" if isfinite(value) else UNSEEN


def _plain(name: str) -> str:
    """Return a name without what ends a field or a line."""
    return "".join(letter if letter.isprintable() else "_" for letter in name)


def mot_text(signals: Path) -> str:
    """Return the angles of ``signals.csv`` as the text of a `.mot`, as they are written there.

    Raises:
        OutputError: it cannot be read, or has no angles.
    """
    try:
        with signals.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(
            f"{signals}: cannot be read ({reason}); give a folder that analyze or live --out wrote"
        ) from error
    columns = [column for column in ANGLES if rows and rows[0].get(column) is not None]
    if not columns:
        raise OutputError(
            f"{signals}: no angles in it; nobody was seen, so there is nothing to write"
        )
    head = [
        "Coordinates",
        "version=1",
        f"nRows={len(rows)}",
        f"nColumns={len(columns) + 1}",
        "inDegrees=yes",
        "",
        "Units are S.I. units (second, meters, Newtons, ...)",
        "If the header above contains a line with 'inDegrees', this indicates whether rotational "
        "values are in degrees (yes) or radians (no).",
        "",
        "endheader",
        "\t".join(["time", *(ANGLES[column] for column in columns)]),
    ]
    lines = ["\t".join([row["t_s"], *(row[c] or UNSEEN for c in columns)]) for row in rows]
    return "\n".join([*head, *lines]) + "\n"


def write_c3d(markers: Markers, path: Path) -> None:
    """Write the markers as C3D, in millimetres, at an even rate.

    C3D knows no times, only a rate: where frames came unevenly, each of its frames has the nearest
    one that was seen, and no value is made up.

    Raises:
        OutputError: the library that writes it is not there.
    """
    try:
        import ezc3d
    except ImportError as error:
        raise OutputError(
            "C3D needs ezc3d, which is not installed; run: python3 -m pip install ezc3d"
        ) from error
    even = _evened(markers)
    values = np.full((4, len(markers.names), len(even)), np.nan)
    values[:3] = np.transpose(even, (2, 1, 0)) * MM
    values[3] = 1.0
    file = ezc3d.c3d()
    file["header"]["points"]["frame_rate"] = markers.rate_hz
    file["parameters"]["POINT"]["RATE"]["value"] = [markers.rate_hz]
    file["parameters"]["POINT"]["LABELS"]["value"] = list(markers.names)
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["data"]["points"] = values
    file.write(str(path))


def _evened(markers: Markers) -> FloatArray:
    """Return the places at an even rate: the nearest frame in time of each."""
    count = len(markers.t_s)
    even_s = markers.t_s[0] + np.arange(count) / markers.rate_hz
    following = np.clip(np.searchsorted(markers.t_s, even_s), 1, max(1, count - 1))
    if count < 2:
        return markers.xyz_m
    nearer: npt.NDArray[np.bool_] = (
        even_s - markers.t_s[following - 1] <= markers.t_s[following] - even_s
    )
    places: FloatArray = markers.xyz_m[np.where(nearer, following - 1, following)]
    return places
