"""How far measured angles are from the true ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from formcoach.pose.landmarks import Side
from formcoach.pose.signals import MAX_EXTENSION_DEG, Signal, Signals, column

__all__ = ["JOINTS", "AngleError", "angle_error", "found_angles", "near_side", "true_angles"]

FloatArray = npt.NDArray[np.float64]

JOINTS: dict[str, Signal] = {"hip": Signal.HIP_FLEXION, "knee": Signal.KNEE_FLEXION}


@dataclass(frozen=True, slots=True, kw_only=True)
class AngleError:
    """The error of one joint's angle over a clip, in degrees; NaN where it was never seen.

    Attributes:
        mae: mean of the absolute error.
        bias: mean of the error, its steady part; + is too much flexion.
        remainder: mean of the absolute error with the bias taken off.
        p95: what 95 % of the absolute errors stay under.
        seen: share of the frames that have an angle.
    """

    mae: float
    bias: float
    remainder: float
    p95: float
    seen: float


def angle_error(error_deg: FloatArray) -> AngleError:
    """Sum errors up.

    Args:
        error_deg: measured less true, shape (frames,); NaN where nothing was measured.
    """
    seen = error_deg[~np.isnan(error_deg)]
    if not seen.size:
        nothing = float("nan")
        return AngleError(mae=nothing, bias=nothing, remainder=nothing, p95=nothing, seen=0.0)
    bias = float(seen.mean())
    return AngleError(
        mae=float(np.abs(seen).mean()),
        bias=bias,
        remainder=float(np.abs(seen - bias).mean()),
        p95=float(np.percentile(np.abs(seen), 95)),
        seen=seen.size / error_deg.size,
    )


def found_angles(signals: Sequence[Signals | None], joint: str, side: Side) -> FloatArray:
    """Return a joint's measured angle in each frame, shape (frames,); NaN where not seen."""
    key = (JOINTS[joint], side)
    return np.array([np.nan if frame is None else frame.values[key] for frame in signals])


def true_angles(
    truth: Mapping[str, Any], joint: str, side: Side, t_s: Sequence[float] | FloatArray
) -> FloatArray:
    """Return a joint's true angle at the times asked for, shape (times,).

    A truth file has no sign: a hip that is extended past straight stands in it as if it were
    flexed. The sign is taken from its joints in the picture, by the coach's own rule.
    """
    frames = truth["frames"]
    angle_deg = np.array(frames[column((JOINTS[joint], side))])
    if joint == "hip":
        angle_deg = np.where(_extended(truth, side), -angle_deg, angle_deg)
    found: FloatArray = np.interp(t_s, frames["t_s"], angle_deg)
    return found


def _extended(truth: Mapping[str, Any], side: Side) -> npt.NDArray[np.bool_]:
    """Say for each frame whether the true knee lies behind the line of the trunk."""
    places = truth["joints_px"]
    shoulder, hip, knee = (
        np.array(places[f"{side.word}_{part}"]) for part in ("shoulder", "hip", "knee")
    )
    trunk, thigh = shoulder - hip, knee - hip
    cross = trunk[:, 0] * thigh[:, 1] - trunk[:, 1] * thigh[:, 0]
    along = (trunk * thigh).sum(axis=1)
    flexion_deg = 180.0 - np.degrees(np.arctan2(np.abs(cross), along))
    facing = 1 if near_side(truth) is Side.RIGHT else -1
    back: npt.NDArray[np.bool_] = (cross * facing < 0) & (flexion_deg < MAX_EXTENSION_DEG)
    return back


def near_side(truth: Mapping[str, Any]) -> Side:
    """Return the side of the body toward the camera."""
    return Side.LEFT if truth["view"]["near_side"] == "left" else Side.RIGHT
