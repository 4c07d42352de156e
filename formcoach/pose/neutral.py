"""The person's own zero: what is measured at a hip or knee that stands, or lies, straight.

The model puts its hips and knees some degrees off where they are, and keeps doing so: it sees a
standing hip extended by up to 14 degrees and a standing knee by up to 9, and is as much off when
they bend. Nobody stands like that. Clinics call the joint of a person who stands upright, or lies
flat with straight legs, zero (the neutral-zero method: Cave & Roberts 1936, J Bone Joint Surg
18:455); so what is measured past straight there is the landmarks' error, and is taken off from
then on.

A reading of flexion is left as it is: it may be true. So is the plank, where a hip past straight
is what a sagging back looks like.
"""

from collections import deque
from math import nan
from statistics import median

from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, SignalKey

__all__ = ["NeutralZero"]

STRAIGHT_DEG = 20.0
"""Hip and knee this near to straight are straight; the model's own error is up to 14. Proposal."""
MAX_LEAN_DEG = {False: 12.0, True: 20.0}
"""So far from the vertical a trunk still stands (rules B2: 10, and who leans on a wall begins at
15), and so far from the horizontal it still lies (rules B2: 20), by whether it lies."""
STILL_DEG = 3.0
"""A joint that turns less than this in `STILL_S` is still. Proposal: twice the noise at rest; a
15 s rep turns faster once it is 3 degrees on its way."""
STILL_S = 0.4
"""How long a leg must be still. Proposal: between the reps of a set people stand about so long."""
ENOUGH_S = 3.0
"""Of stillness, all told; then the zero is known well enough. Proposal."""

_JOINTS = (Signal.HIP_FLEXION, Signal.KNEE_FLEXION)
_TRUNK: SignalKey = (Signal.TRUNK_INCLINATION, None)


class NeutralZero:
    """Learns the zero of each leg, standing and lying apart, and takes it off the signals."""

    def __init__(self) -> None:
        """Start with no zero known."""
        self._near: Side | None = None
        self._forget()

    def step(self, t_s: float, values: dict[SignalKey, float], near: Side | None) -> None:
        """Take one frame's signals in and correct them in place.

        A person who turns the other side to the camera is measured anew.
        """
        if near is not self._near:
            self._near = near
            self._forget()
        inclination_deg = values[_TRUNK]
        lying = inclination_deg < -45.0
        if not lying and not inclination_deg < 80.0:
            return
        flat = abs(inclination_deg + 90.0 * lying) < MAX_LEAN_DEG[lying]
        for leg in self._legs[lying]:
            leg.step(t_s, values, flat=flat)

    def _forget(self) -> None:
        self._legs = tuple(tuple(_Leg(side) for side in Side) for _ in ("standing", "lying"))


class _Leg:
    """The zero of one leg in one posture."""

    def __init__(self, side: Side) -> None:
        self._keys: tuple[SignalKey, ...] = tuple((joint, side) for joint in _JOINTS)
        self._window: deque[tuple[float, float, float]] = deque()
        self._still: list[tuple[float, float]] = []
        self._still_s = 0.0
        self._zero = (0.0, 0.0)

    def step(self, t_s: float, values: dict[SignalKey, float], *, flat: bool) -> None:
        """Learn from one frame, `flat` where the trunk is as it must be, and correct it."""
        hip, knee = self._keys
        if self._still_s < ENOUGH_S:
            straight = flat and all(abs(values[key]) < STRAIGHT_DEG for key in self._keys)
            self._learn(t_s, values[hip] if straight else nan, values[knee])
        zero_hip, zero_knee = self._zero
        values[hip] -= zero_hip
        values[knee] -= zero_knee

    def _learn(self, t_s: float, hip_deg: float, knee_deg: float) -> None:
        """Take a straight leg in, NaN for one that is not, and learn from it while it is still."""
        window = self._window
        if hip_deg != hip_deg:
            window.clear()
            return
        elapsed = t_s - window[-1][0] if window else 0.0
        window.append((t_s, hip_deg, knee_deg))
        while window[0][0] < t_s - STILL_S:
            window.popleft()
        if elapsed > STILL_S or t_s - window[0][0] < 0.75 * STILL_S:
            return
        hips, knees = [hip for _, hip, _ in window], [knee for _, _, knee in window]
        if max(hips) - min(hips) > STILL_DEG or max(knees) - min(knees) > STILL_DEG:
            return
        self._still.append((hip_deg, knee_deg))
        self._still_s += elapsed
        self._zero = (
            min(0.0, median(hip for hip, _ in self._still)),
            min(0.0, median(knee for _, knee in self._still)),
        )
