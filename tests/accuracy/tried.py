"""What was tried against the errors that are left, and what it would bring: less than it costs.

Each figure is taken on the samples, on the signals as the coach has them.
"""

from collections.abc import Iterable, Sequence
from math import radians, tan
from typing import Any

import numpy as np
import numpy.typing as npt

from accuracy.angles import JOINTS, found_angles, near_side, true_angles
from formcoach.pose.body import BodyReader, Observation
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.signals import flexion

__all__ = ["tried"]

FloatArray = npt.NDArray[np.float64]

WRONG_DEG = 15.0
BONE_OFF = 0.25
"""Of the bone's running median (rules B4)."""
BONE_WINDOW_S = 10.0
LAGS_S = np.arange(-0.1, 0.201, 0.01)
HALF_BREADTH_TORSOS = 0.2
"""By so much a shoulder is nearer to the camera than the hip of its side, seen from the side."""
LENS_DEG = 65.0
"""Field of view of a usual webcam or phone."""

Case = tuple[dict[str, Any], Sequence[Pose]]


def tried(cases: Iterable[Case]) -> dict[str, float]:
    """Return the figures, by name.

    Args:
        cases: truth and poses of each clip.
    """
    sums: dict[str, list[float]] = {}
    for truth, poses in cases:
        reader = BodyReader()
        seen = [reader.read(pose) for pose in poses]
        found = (
            *_bones(truth, seen),
            *_lag(truth, seen),
            *_lens(truth, poses),
            *_metres(truth, poses),
        )
        for name, value in found:
            sums.setdefault(name, []).append(value)
    totals = {name: float(np.sum(values)) for name, values in sums.items() if "frames" in name}
    medians = {name: float(np.median(v)) for name, v in sums.items() if "frames" not in name}
    return totals | medians


def _bones(truth: dict[str, Any], seen: Sequence[Observation]) -> list[tuple[str, float]]:
    """Count frames that are wrong, that a bone's length gives away, and both."""
    t_s = np.array([one.pose.t_s for one in seen])
    counts = {"wrong frames": 0.0, "flagged frames": 0.0, "wrong and flagged frames": 0.0}
    for side in Side:
        off = np.maximum(*(_off(seen, t_s, side, bone) for bone in _BONES))
        for joint in JOINTS:
            error = np.abs(_error(truth, seen, joint, side))
            wrong, flagged = error > WRONG_DEG, off > BONE_OFF
            counts["wrong frames"] += wrong.sum()
            counts["flagged frames"] += flagged.sum()
            counts["wrong and flagged frames"] += (wrong & flagged).sum()
    return list(counts.items())


_BONES = ((Part.HIP, Part.KNEE), (Part.KNEE, Part.ANKLE))


def _off(
    seen: Sequence[Observation], t_s: FloatArray, side: Side, bone: tuple[Part, Part]
) -> FloatArray:
    """Return by which share a bone differs from its running median, in each frame."""
    ends = [landmark(part, side) for part in bone]
    length = np.array(
        [np.hypot(*np.subtract(*one.pose.xy_px[ends])) / one.view.torso_px for one in seen]
    )
    usual = np.array(
        [np.nanmedian(length[(t_s > now - BONE_WINDOW_S) & (t_s <= now)]) for now in t_s]
    )
    off: FloatArray = np.abs(length / usual - 1.0)
    return off


def _lag(truth: dict[str, Any], seen: Sequence[Observation]) -> list[tuple[str, float]]:
    """Return the remainder of the near hip and knee, as it is and at the best shift in time."""
    found = []
    for joint in JOINTS:
        near = near_side(truth)
        rest = [_remainder(_error(truth, seen, joint, near, lag_s)) for lag_s in (0.0, *LAGS_S)]
        found += [(f"{joint} as it is", rest[0]), (f"{joint} without lag", min(rest))]
    return found


def _error(
    truth: dict[str, Any],
    seen: Sequence[Observation],
    joint: str,
    side: Side,
    lag_s: float = 0.0,
) -> FloatArray:
    t_s = np.array([one.pose.t_s for one in seen])
    found = found_angles([one.signals for one in seen], joint, side)
    return found - true_angles(truth, joint, side, t_s - lag_s)


def _remainder(error: FloatArray) -> float:
    return float(np.nanmean(np.abs(error - np.nanmean(error))))


def _lens(truth: dict[str, Any], poses: Sequence[Pose]) -> list[tuple[str, float]]:
    """Return the offset of the hips before and after shoulders are put at the hips' distance."""
    found = []
    near = near_side(truth)
    for name, side, nearer in (("near", near, 1), ("far", near.other, -1)):
        places = [landmark(part, side) for part in (Part.SHOULDER, Part.HIP, Part.KNEE)]
        true = np.abs(true_angles(truth, "hip", side, np.array([pose.t_s for pose in poses])))
        chains = np.array([pose.xy_px[places] for pose in poses])
        for what, legs in (("as seen", chains), ("lens undone", _undone(chains, poses[0], nearer))):
            angles = np.array([flexion(*chain.tolist()) for chain in legs])
            found.append((f"{name} hip {what}", float(np.median(np.abs(angles - true)))))
    return found


def _undone(chains: FloatArray, pose: Pose, nearer: int) -> FloatArray:
    """Move shoulders to where they would be seen if they were as far away as the hips."""
    torso_px = np.median(np.linalg.norm(chains[:, 0] - chains[:, 1], axis=1))
    focal_px = max(pose.image_size_px) / 2 / tan(radians(LENS_DEG / 2))
    middle = np.array(pose.image_size_px) / 2
    moved = chains.copy()
    moved[:, 0] = middle + (chains[:, 0] - middle) * (
        1 - nearer * HALF_BREADTH_TORSOS * torso_px / focal_px
    )
    return moved


def _metres(truth: dict[str, Any], poses: Sequence[Pose]) -> list[tuple[str, float]]:
    """Return the near knee's mean error in pixels and in metres."""
    near = near_side(truth)
    places = [landmark(part, near) for part in (Part.HIP, Part.KNEE, Part.ANKLE)]
    true = true_angles(truth, "knee", near, np.array([pose.t_s for pose in poses]))
    found = []
    for name, chains in (
        ("near knee in pixels", [pose.xy_px[places] for pose in poses]),
        ("near knee in metres", [_world(pose)[places] for pose in poses]),
    ):
        angles = [_bent(np.asarray(chain)) for chain in chains]
        found.append((name, float(np.mean(np.abs(np.array(angles) - true)))))
    return found


def _world(pose: Pose) -> FloatArray:
    return np.full((33, 3), np.nan) if pose.world_m is None else pose.world_m


def _bent(chain: FloatArray) -> float:
    up, down = chain[0] - chain[1], chain[2] - chain[1]
    cosine = float(up @ down / (np.linalg.norm(up) * np.linalg.norm(down)))
    return 180.0 - float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
