"""Which landmarks can be believed, and if not, why.

Visibility alone proves nothing: the model gives a hidden far knee a good place and a bad mark, and
legs that are out of the picture a bad place and a fair one. What is looked at, in this order:

1. presence: the model's own word that the landmark lies in the picture at all; and whether it does,
   since the model also says where a foot would be that is cut off, and is often sure of it;
2. exchanged legs: the two legs are put back where they continue their own movement;
3. jumps: a leg that leaps as no leg moves is not believed until it has stayed for a moment;
4. the second witness (`pose/witness.py`): where it saw the legs differently, nothing below the
   knees is believed. The knees are, since the likelier ones have been taken: they are right where
   an ankle is a guess (measured: without them a rep's far end is lost).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, isnan, nan

from formcoach.pose.doubts import NAMED_PARTS, UNSTEADY, DoubtKind, Reason
from formcoach.pose.landmarks import LANDMARK_COUNT, Part, Pose, Side, landmark
from formcoach.pose.profile import BLAZEPOSE
from formcoach.pose.signals import Point

__all__ = ["MIN_PRESENCE", "LandmarkTrust", "Trusted", "landmark_order"]

MIN_PRESENCE = BLAZEPOSE.min_presence
"""From which presence on the shipped models' landmarks are believed."""
EDGE_RATIO = 0.02
"""A doubtful landmark this near to the border (rules B4) is called out of the picture."""
LEAP_TORSOS = 0.64
"""Knees and ankles together; a smaller step is never a leap (rules B4: 0.25 for one point)."""
LEAP_TORSOS_PER_S = 22.0
"""Nor is a slower one: at few frames a second whoever begins to run makes long steps. Proposal:
a knee up and down in half a second reaches 15, both 20."""
LEAP_TIMES_USUAL = 4.0
"""A leap is this much larger than the legs' usual step. Proposal."""
LEAP_BELIEVED_S = 0.2
"""Legs that stay where they leapt to for this long are believed. Proposal."""
MIN_THIGH_TORSOS = 0.5
"""A thigh is 0.7 to 0.85 of a torso (measured on the samples); one much shorter is made up."""
MAX_SHIN_TORSOS = 1.0
"""No shin is longer than a trunk: a knee further from the border was not cut off by it."""
USUAL_WINDOW_S = 1.2
"""Over which the usual step is taken. Proposal: more than a leap lasts, less than a slow rep."""
USUAL_EVERY_S = 0.1
"""How often it is taken anew."""
FAST_TORSOS_PER_S = 6.0
"""Legs this fast (median, all four points) cross too quickly to be told apart better than by the
model; nothing is put back then. Proposal: a 2 s rep makes 3, running on the spot more than 10."""
APART_TORSOS = 0.9
"""Legs must be this far apart, knees and ankles together, to be called exchanged. Proposal."""
TOGETHER_TORSOS = 0.15
"""Legs this close, knees and ankles together, are told apart by the model alone. Proposal."""
EXCHANGE_RATIO = 0.35
"""Legs are exchanged when that makes the step at least this much smaller. Proposal."""

REMEMBERED_S = 2 * APART_TORSOS / FAST_TORSOS_PER_S
"""Legs that were well apart are told from each other by it for so long: slow ones need longer to
come together and to be as far apart the other way round."""

UNSEEN: Point = (nan, nan)

_LEG_PARTS = (Part.KNEE, Part.ANKLE, Part.HEEL, Part.TOE)
_LEGS = tuple(tuple(landmark(part, side) for part in _LEG_PARTS) for side in Side)
_ORDER = list(range(LANDMARK_COUNT))
_OTHER_LEG = dict(zip((*_LEGS[0], *_LEGS[1]), (*_LEGS[1], *_LEGS[0]), strict=True))
_ORDER_EXCHANGED = [_OTHER_LEG.get(index, index) for index in _ORDER]
_KNEES_AND_ANKLES = tuple(index for leg in _LEGS for index in leg[:2])
_BELOW_THE_KNEES = tuple(index for leg in _LEGS for index in leg[1:])
_NAMED = {landmark(part, side): (part, side) for part in NAMED_PARTS for side in Side}


def _by_landmark(kind: DoubtKind) -> tuple[Reason, ...]:
    named = (_NAMED.get(index, (None, None)) for index in range(LANDMARK_COUNT))
    return tuple(Reason(kind, part, side) for part, side in named)


_HIDDEN, _OUT_OF_PICTURE = map(_by_landmark, (DoubtKind.HIDDEN, DoubtKind.OUT_OF_PICTURE))
"""What is said of each landmark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """The landmarks of one frame that are believed.

    Attributes:
        points: 33 points in pixels; NaN where one is not believed.
        doubts: why not, by landmark index.
        exchanged: whether the legs were put back.
    """

    points: list[Point]
    doubts: dict[int, Reason]
    exchanged: bool


class LandmarkTrust:
    """Follows the landmarks from frame to frame and says which to believe."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._legs = LegSides()

    def step(self, pose: Pose, torso_px: float) -> Trusted:
        """Take one pose in; `torso_px` is the person's scale, NaN when not known yet."""
        points: list[Point] = pose.xy_px.tolist()
        if not pose.seen:
            self._legs = LegSides()
            return Trusted(points=points, doubts={}, exchanged=False)
        reading = LegReading(exchanged=False, leaping=False)
        legs = _legs(points, pose.image_size_px)
        if not isnan(torso_px) and not any(isnan(x) for x, _ in legs):
            reading = self._legs.step(pose.t_s, legs, torso_px)
        order = landmark_order(exchanged=reading.exchanged)
        points = [points[index] for index in order]
        doubts = _absent(points, pose, order)
        for knee, doubt in _guessed_knees(points, doubts, torso_px, pose.image_size_px).items():
            doubts.setdefault(knee, doubt)
        if reading.leaping:
            for index in _KNEES_AND_ANKLES:
                doubts.setdefault(index, UNSTEADY)
        if pose.legs_doubtful:
            for index in _BELOW_THE_KNEES:
                doubts.setdefault(index, UNSTEADY)
        for index in doubts:
            points[index] = UNSEEN
        return Trusted(points=points, doubts=doubts, exchanged=reading.exchanged)


def _guessed_knees(
    points: Sequence[Point], doubts: dict[int, Reason], torso_px: float, size_px: tuple[int, int]
) -> dict[int, Reason]:
    """Return the knees that the model makes up: of legs cut off by the border it draws short ones.

    A thigh may look short where it points at the camera, so it is asked only where the ankle is not
    seen either, and the border is near enough to have cut it off.
    """
    guessed = {}
    for side in Side:
        hip, knee, ankle = (landmark(part, side) for part in (Part.HIP, Part.KNEE, Part.ANKLE))
        if (
            ankle in doubts
            and _apart(points[hip], points[knee]) < MIN_THIGH_TORSOS * torso_px
            and _from_border(points[knee], size_px) < MAX_SHIN_TORSOS * torso_px
        ):
            guessed[knee] = _OUT_OF_PICTURE[knee]
    return guessed


def _from_border(point: Point, size_px: tuple[int, int]) -> float:
    """Return how far a point in the picture is from its nearest border, in pixels."""
    x, y = point
    return min(x, y, size_px[0] - x, size_px[1] - y)


def _apart(one: Point, other: Point) -> float:
    return hypot(one[0] - other[0], one[1] - other[1])


def _legs(points: Sequence[Point], size_px: tuple[int, int]) -> list[Point]:
    """Return knees and ankles; knees alone where a foot is out of the picture and only guessed."""
    knees_and_ankles = [points[i] for i in _KNEES_AND_ANKLES]
    if all(0.0 <= x <= size_px[0] and 0.0 <= y <= size_px[1] for x, y in knees_and_ankles):
        return knees_and_ankles
    left, _, right, _ = knees_and_ankles
    return [left, left, right, right]


@dataclass(frozen=True, slots=True)
class LegReading:
    """What `LegSides` makes of one frame: were the legs exchanged, and do they leap?"""

    exchanged: bool
    leaping: bool


class LegSides:
    """Tells the legs apart over time: the model exchanges them, mostly while one is lifted.

    Slow legs that were well apart and stand in each other's place a moment later were exchanged,
    also where the model mixed both legs up in between; they are put back until they come together
    or stand in their own place again. Fast legs cross too quickly for that, and the model's own
    sides are kept.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self._steps: deque[tuple[float, float, float]] = deque()
        self._usual_step = self._usual_speed = 0.0
        self._usual_s = nan
        self._last: list[Point] = []
        self._last_s = nan
        self._believed: list[Point] = []
        self._believed_s = nan
        self._apart: list[Point] = []
        self._apart_s = nan
        self._lost_s = -1.0
        self._exchanged = False

    def step(self, t_s: float, points: list[Point], torso_px: float) -> LegReading:
        """Take knees and ankles (left ones, then right ones) in and say how to read them."""
        furthest = LEAP_TORSOS_PER_S * (t_s - self._last_s)
        usual_step, fast = self._usual_step, self._usual_speed > FAST_TORSOS_PER_S
        self._remember(t_s, points, torso_px)
        if not self._believed or fast:
            self._exchanged = False
            return self._believe(t_s, points, torso_px)
        if self._is_exchanged_now(t_s, points, torso_px):
            self._exchanged = not self._exchanged
        now = points[2:] + points[:2] if self._exchanged else points
        if t_s - self._believed_s > LEAP_BELIEVED_S:
            self._lost_s = t_s
            return self._believe(t_s, now, torso_px)
        step = _sum_apart(now, self._believed) / torso_px
        leap = max(LEAP_TORSOS, furthest, LEAP_TIMES_USUAL * usual_step)
        if step > leap and t_s - self._lost_s > LEAP_BELIEVED_S:
            return LegReading(exchanged=self._exchanged, leaping=True)
        return self._believe(t_s, now, torso_px)

    def _is_exchanged_now(self, t_s: float, points: list[Point], torso_px: float) -> bool:
        """Say whether legs that are well apart stand where the other ones just stood."""
        if not self._apart or t_s - self._apart_s > REMEMBERED_S:
            return False
        if _sum_apart(points[:2], points[2:]) < APART_TORSOS * torso_px:
            return False
        swapped = points[2:] + points[:2]
        now, other = (swapped, points) if self._exchanged else (points, swapped)
        return _sum_apart(other, self._apart) < EXCHANGE_RATIO * _sum_apart(now, self._apart)

    def _believe(self, t_s: float, points: list[Point], torso_px: float) -> LegReading:
        self._believed, self._believed_s = points, t_s
        reading = LegReading(exchanged=self._exchanged, leaping=False)
        apart = _sum_apart(points[:2], points[2:]) / torso_px
        if apart >= APART_TORSOS:
            self._apart, self._apart_s = points, t_s
        elif apart < TOGETHER_TORSOS:
            self._exchanged, self._apart = False, []
        return reading

    def _remember(self, t_s: float, points: list[Point], torso_px: float) -> None:
        elapsed = t_s - self._last_s
        if elapsed > 0.0 and self._last:
            # An exchange is no movement, so the smaller of both readings is the step.
            swapped = points[2:] + points[:2]
            step = min(_sum_apart(points, self._last), _sum_apart(swapped, self._last)) / torso_px
            self._steps.append((t_s, step, step / elapsed))
            while self._steps[0][0] < t_s - USUAL_WINDOW_S:
                self._steps.popleft()
        if elapsed > 0.0 and not t_s - self._usual_s < USUAL_EVERY_S:
            middle = len(self._steps) // 2
            self._usual_step = sorted([step for _, step, _ in self._steps])[middle]
            self._usual_speed = sorted([speed for _, _, speed in self._steps])[middle]
            self._usual_s = t_s
        self._last, self._last_s = points, t_s


def landmark_order(*, exchanged: bool) -> list[int]:
    """Return which of the model's 33 landmarks stands for each, where the legs are put back."""
    return _ORDER_EXCHANGED if exchanged else _ORDER


def _sum_apart(legs: Sequence[Point], others: Sequence[Point]) -> float:
    total = 0.0
    for (x, y), (other_x, other_y) in zip(legs, others, strict=True):
        total += hypot(x - other_x, y - other_y)
    return total


def _absent(points: Sequence[Point], pose: Pose, order: Sequence[int]) -> dict[int, Reason]:
    """Return the landmarks that are not in the picture, each with the reason."""
    width, height = pose.image_size_px
    presence: list[float] = pose.presence[order].tolist()
    least = pose.profile.min_presence
    doubts = {}
    for index, (x, y) in enumerate(points):
        if presence[index] >= least and 0.0 <= x <= width and 0.0 <= y <= height:
            continue
        near_edge = not isnan(x) and not (
            EDGE_RATIO * width < x < (1 - EDGE_RATIO) * width
            and EDGE_RATIO * height < y < (1 - EDGE_RATIO) * height
        )
        doubts[index] = _OUT_OF_PICTURE[index] if near_edge else _HIDDEN[index]
    return doubts
