"""Weighs what a second model saw of the legs where the first may have exchanged them.

While a person raises one leg the model now and then takes the left leg for the right one. A smaller
model errs elsewhere, so it is a witness: where it sees the legs far from where the first one does,
one of them is wrong. Which one is told by where the legs were just before: where the first goes on
from there and the second leaps, nothing is amiss; else the legs are doubtful in that frame, and
those that go on more smoothly are taken: the first model's, the same exchanged, or the second's.

The witness is asked only where an exchange would show: where the legs leap or come
apart. Figures: docs/accuracy.md, "The second witness".
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from math import hypot, inf, nan
from statistics import median

import numpy as np

from formcoach.pose.identity import Torso
from formcoach.pose.landmarks import FloatArray, Part, Pose, Side, landmark
from formcoach.pose.signals import Point

__all__ = ["LegWitness"]

LEAP_TORSOS = 0.6
"""Knees and ankles together, from one frame to the next. Measured on the samples: every exchange
begins with such a leap."""
LEAP_TIMES_USUAL = 2.5
"""... and this much more than the legs' usual step: who runs on the spot makes large ones.
Proposal."""
USUAL_WINDOW_S = 1.0
"""Over which the usual step is taken, a median. Proposal."""
APART_TORSOS = 0.5
"""Legs that come apart this far, knees and ankles together, may have been exchanged while they
were together. Proposal."""
LOOK_S = 0.2
"""How long to look on after such a moment. Proposal: the model takes some frames to settle."""
LOOK_ON_S = 0.2
"""How long to look on after a doubtful frame. Proposal: exchanges come in groups."""
MAX_APART_TORSOS = 1.5
"""The two see the legs differently where they are further apart, knees and ankles together.
Measured: legs that one of them exchanges are 1.6 to 5.4 apart, others mostly less than 0.5."""
CLEARLY_SHARE = 0.5
"""The first model's legs are right where they go on this much more smoothly than the second's.
Measured: in a mountain climber `lite` takes the near leg for the far one in one drive of two."""
MAX_SHARE = 0.25
"""The second model looks at this share of the frames at most. Measured: a look of `lite` takes 0.7
of one of `full`, so landmarks take a fifth longer at most, even without a second core."""
MAX_SAVED = 40.0
"""So many looks may be saved up for where they are needed. Proposal: two seconds of a webcam."""
SETTLES_S = 0.15
"""How long the legs stay doubtful after a frame in which the two differ: the model smooths, so it
takes some frames to be back. Proposal: two frames of a webcam at 15 a second."""
REMEMBERED_S = 0.5
"""Legs seen longer ago tell no more whose legs go on from them. Proposal."""

_PARTS = (Part.KNEE, Part.ANKLE, Part.HEEL, Part.TOE)
_LEGS = [landmark(part, side) for side in Side for part in _PARTS]
_OTHER_LEGS = [landmark(part, side.other) for side in Side for part in _PARTS]
_KNEES_AND_ANKLES = [landmark(part, side) for side in Side for part in _PARTS[:2]]


class LegWitness:
    """Says when to ask the second model, and which legs to take when it has answered.

    A pose in which the two differ is given back with `legs_doubtful`. Both are called for every
    frame::

        asked = witness.wants(pose)
        pose = witness.settle(pose, second.estimate(frame) if asked else None)
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self._legs: list[Point] = []
        self._legs_s = -inf
        self._steps: deque[tuple[float, float]] = deque()
        self._apart = True
        self._looks_left = MAX_SAVED
        self._until_s = -inf
        self._settled: list[Point] = []
        self._settled_s = -inf
        self._differed_s = -inf

    @property
    def looking(self) -> bool:
        """Whether the frame to come will most likely be asked about."""
        return self._until_s > self._legs_s and self._looks_left >= 1.0

    def wants(self, pose: Pose) -> bool:
        """Take the first model's next pose in and say whether to ask the second about its frame."""
        self._looks_left = min(MAX_SAVED, self._looks_left + MAX_SHARE)
        if not pose.seen:
            self._legs, self._until_s = [], -inf
            return False
        legs = _points(pose, _KNEES_AND_ANKLES)
        torso_px = Torso.of(pose.xy_px).length_px
        apart = _distance(legs[:2], legs[2:]) > APART_TORSOS * torso_px
        came_apart = apart and not self._apart
        if self._legs:
            leapt = self._leapt(pose.t_s, _distance(legs, self._legs) / max(torso_px, 1.0))
            if leapt or came_apart:
                self._until_s = max(self._until_s, pose.t_s + LOOK_S)
        self._legs, self._legs_s, self._apart = legs, pose.t_s, apart
        if pose.t_s > self._until_s or self._looks_left < 1.0:
            return False
        self._looks_left -= 1.0
        return True

    def _leapt(self, t_s: float, step_torsos: float) -> bool:
        while self._steps and self._steps[0][0] < t_s - USUAL_WINDOW_S:
            self._steps.popleft()
        usual = median(step for _, step in self._steps) if self._steps else 0.0
        self._steps.append((t_s, step_torsos))
        return step_torsos > max(LEAP_TORSOS, LEAP_TIMES_USUAL * usual)

    def settle(self, pose: Pose, second: Pose | None) -> Pose:
        """Return the pose with the legs to go on with; `second` is None where nobody was asked."""
        if second is not None and second.seen and _same_person(pose, second):
            pose = self._weigh(pose, second)
        if pose.seen:
            self._settled, self._settled_s = _points(pose, _KNEES_AND_ANKLES), pose.t_s
        return pose

    def _weigh(self, pose: Pose, second: Pose) -> Pose:
        """Return the pose with the legs that go on from those just before; doubtful or not.

        They are the first model's, the same exchanged, or the second model's.
        """
        first_px, second_px = (self._step_px(one) for one in (pose, second))
        if _differ(pose, second) and not first_px < CLEARLY_SHARE * second_px:
            self._until_s = max(self._until_s, pose.t_s + LOOK_ON_S)
            self._differed_s = pose.t_s
        if pose.t_s - self._differed_s > SETTLES_S:
            return pose
        # Its own legs come first: it places them better than the second model.
        for likelier in (_with_legs(pose, pose, _OTHER_LEGS), _with_legs(pose, second, _LEGS)):
            if self._step_px(likelier) < first_px:
                pose = likelier
                break
        return replace(pose, legs_doubtful=True)

    def _step_px(self, pose: Pose) -> float:
        """Return how far the legs went since they were last settled; NaN when that is long ago."""
        if pose.t_s - self._settled_s > REMEMBERED_S:
            return nan
        return _distance(_points(pose, _KNEES_AND_ANKLES), self._settled)


def _same_person(pose: Pose, second: Pose) -> bool:
    return pose.seen and Torso.of(pose.xy_px).may_be(Torso.of(second.xy_px))


def _differ(pose: Pose, second: Pose) -> bool:
    own, other = _points(pose, _KNEES_AND_ANKLES), _points(second, _KNEES_AND_ANKLES)
    return _distance(own, other) > MAX_APART_TORSOS * Torso.of(pose.xy_px).length_px


def _with_legs(pose: Pose, other: Pose, legs: list[int]) -> Pose:
    """Return the pose with legs of another one (or its own), from the knees down."""

    def mixed(own: FloatArray, others: FloatArray) -> FloatArray:
        both = own.copy()
        both[_LEGS] = others[legs]
        return both

    world_m = pose.world_m
    if world_m is not None and other.world_m is not None:
        world_m = mixed(world_m, other.world_m)
    return replace(
        pose,
        xy_px=mixed(pose.xy_px, other.xy_px),
        world_m=world_m,
        visibility=mixed(pose.visibility, other.visibility),
        presence=mixed(pose.presence, other.presence),
    )


def _points(pose: Pose, indices: Sequence[int]) -> list[Point]:
    points: list[Point] = pose.xy_px[np.array(indices)].tolist()
    return points


def _distance(points: Sequence[Point], others: Sequence[Point]) -> float:
    return sum(hypot(x - u, y - v) for (x, y), (u, v) in zip(points, others, strict=True))
