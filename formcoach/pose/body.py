"""A pose becomes what the coach reasons about: the signals that can be believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan

from formcoach.pose.doubts import UNSTEADY, Reason
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.neutral import NeutralZero
from formcoach.pose.profile import EstimatorProfile
from formcoach.pose.signals import HEIGHTS, SIGNAL_KEYS, Signal, SignalKey, Signals, measure
from formcoach.pose.smoothing import MIN_CUTOFF_HZ, RAW_CUTOFF_HZ, AngleFilter
from formcoach.pose.trust import LandmarkTrust
from formcoach.pose.view import BodyView, ViewEstimator

__all__ = ["BodyReader", "Observation"]

PER_TORSO_DEG = 60.0
"""A limb a torso long that turns by one radian moves its end by one torso length: so the filter of
angles does for heights."""


_KNEES = tuple(landmark(Part.KNEE, side) for side in Side)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """What one frame shows of the body.

    Attributes:
        pose: the pose it comes from.
        signals: what was measured; NaN where it is not seen or not believed.
        view: which way the body faces.
        doubts: why a landmark is not believed, by its index.
        exchanged: whether the legs had to be put back.
        unsteady: whether they leapt and are not believed.
    """

    pose: Pose
    signals: Signals
    view: BodyView
    doubts: Mapping[int, Reason]
    exchanged: bool
    unsteady: bool


class BodyReader:
    """Reads signals off poses: trust, view, measures, filters, the person's own zero, the knee."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._trust = LandmarkTrust()
        self._view = ViewEstimator()
        self._torso_px = nan
        self._profile: EstimatorProfile | None = None
        self._filters: dict[SignalKey, AngleFilter] = {}
        self._height_filters: dict[SignalKey, AngleFilter] = {}
        self._neutral = NeutralZero()

    def read(self, pose: Pose) -> Observation:
        """Take one pose in and return what it shows."""
        if pose.profile != self._profile:
            self._adapt(pose.profile)
        trusted = self._trust.step(pose, self._torso_px)
        view = self._view.step(pose, trusted.points)
        if not isnan(view.torso_px):
            self._torso_px = view.torso_px
        values = measure(
            trusted.points,
            facing=view.facing,
            torso_px=view.torso_px,
            sagittal=view.near_clear,
        )
        for key, angle_filter in self._filters.items():
            values[key] = angle_filter.step(pose.t_s, values[key])
        for key, height_filter in self._height_filters.items():
            values[key] = height_filter.step(pose.t_s, values[key] * PER_TORSO_DEG) / PER_TORSO_DEG
        self._neutral.step(pose.t_s, values, view.near_side)
        for side in Side:
            values[Signal.KNEE_FLEXION, side] *= pose.profile.knee_ratio
        return Observation(
            pose=pose,
            signals=Signals(t_s=pose.t_s, values=values),
            view=view,
            doubts=trusted.doubts,
            exchanged=trusted.exchanged,
            unsteady=any(trusted.doubts.get(knee) == UNSTEADY for knee in _KNEES),
        )

    def _adapt(self, profile: EstimatorProfile) -> None:
        """Take filters as strong as the landmarks of this estimator need them."""
        self._profile = profile
        hz = MIN_CUTOFF_HZ if profile.smooths else RAW_CUTOFF_HZ
        self._filters = {key: AngleFilter(hz) for key in SIGNAL_KEYS if _is_angle(key[0])}
        self._height_filters = {key: AngleFilter(hz) for key in SIGNAL_KEYS if key[0] in HEIGHTS}


def _is_angle(signal: Signal) -> bool:
    return signal.value.endswith("_deg")
