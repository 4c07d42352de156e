"""How the catalogue's exercises are done: without a fault, and with each of the faults.

`trace` films an exercise. A new exercise needs a row in `MOVES`, a new check a row in `FLAWS`;
`tests/coaching/test_catalogue.py` fails where one is missing.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import asin, atan2, cos, degrees, radians, sin, sqrt

import numpy as np
from figure import (
    ANKLE_UP_M,
    FOREARM_M,
    HIP_UP_M,
    SHANK_M,
    THIGH_M,
    TRUNK_M,
    UPPER_ARM_M,
    Anchor,
    Body,
    Film,
    Stretch,
    film,
    skeleton,
)

from formcoach.pose.landmarks import Pose, Side

__all__ = ["FILM", "MOVES", "Change", "Move", "Tempo", "Trace", "TrueRep", "perform", "trace"]

LEFT, RIGHT = Side.LEFT, Side.RIGHT
FILM = Film()
BOTH = (None,)
IN_TURN = (RIGHT, LEFT)


@dataclass(frozen=True, kw_only=True)
class Tempo:
    """How long each part of a rep takes, in seconds."""

    lift_s: float
    hold_s: float
    lower_s: float
    rest_s: float

    @property
    def rep_s(self) -> float:
        return self.lift_s + self.hold_s + self.lower_s


@dataclass(frozen=True, kw_only=True)
class Move:
    """An exercise as it should be done.

    Attributes:
        rest: the start pose.
        far: the far end of a rep, by working side.
        tempo: its times.
        sides: which sides work, in turn; None for both together.
        anchor: what stays in its place.
        getting_in: how one gets from standing to `rest`.
        hold_s: for a position that is held, how long.
    """

    rest: Body
    far: Callable[[Side | None], Body]
    tempo: Tempo
    sides: tuple[Side | None, ...]
    anchor: Anchor
    getting_in: tuple[Body, ...]
    hold_s: float = 0.0

    def started_by(self, side: Side) -> "Move":
        """Return the same exercise begun with `side`, where the sides take turns."""
        if self.sides not in (IN_TURN, IN_TURN[::-1]):
            return self
        return replace(self, sides=(side, side.other))


@dataclass(frozen=True, kw_only=True)
class TrueRep:
    """What a rep of the figure truly is."""

    side: Side | None
    start_s: float
    turn_s: float
    end_s: float
    hold_s: float


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A filmed exercise and the truth about it."""

    poses: list[Pose]
    reps: tuple[TrueRep, ...]
    hold_s: tuple[float, float] = (0.0, 0.0)


INCLINES: dict[str, tuple[float, float]] = {
    "floor": (0, 0),
    "chair": (0.45, 0),
    "wall": (0.85, 0.7),
}
"""Of a plank: how high the hands are, in metres, and how far ahead of the shoulders, in torsos."""


def plank(
    *,
    line: float = 0.0,
    knee: float = 0.0,
    elbow: float = 0.0,
    ahead: float = 0.0,
    incline: str = "floor",
) -> Body:
    """Return a plank on the hands: + piked, - sagging; hands `ahead` of their place, in torsos."""
    hands_up_m, hands_ahead = INCLINES[incline]
    ahead += hands_ahead
    bend = 2 * UPPER_ARM_M * FOREARM_M * cos(radians(elbow))
    reach_m = sqrt(UPPER_ARM_M**2 + FOREARM_M**2 + bend)
    tilt = -degrees(asin(ahead * TRUNK_M / reach_m))
    up_m = hands_up_m + reach_m * cos(radians(tilt))

    def ankle_up_m(trunk: float) -> float:
        thigh, shank = radians(trunk + 180 - line), radians(trunk + 180 - line + knee)
        return up_m - TRUNK_M * cos(radians(trunk)) + THIGH_M * cos(thigh) + SHANK_M * cos(shank)

    low, high = 0.0, 120.0
    while high - low > 0.01:
        middle = (low + high) / 2
        low, high = (middle, high) if ankle_up_m(middle) < ANKLE_UP_M else (low, middle)
    bend = degrees(
        atan2(FOREARM_M * sin(radians(elbow)), UPPER_ARM_M + FOREARM_M * cos(radians(elbow)))
    )
    body = Body(trunk=low, up_m=hands_up_m).on(None, hip=line, knee=knee, elbow=elbow)
    return body.on(None, shoulder=low - tilt - bend)


STAND = Body().on(None, knee=2, elbow=10)
ON_BACK = Body(trunk=-90).on(None, hip=50, knee=100, elbow=10)
LEGS_OUT = Body(trunk=-90).on(None, hip=2, knee=2, elbow=10)
NINETY = Body(trunk=-90).on(None, hip=90, knee=90, shoulder=90)
PLANK = plank(line=1, knee=2, elbow=4)
ON_CHAIR = plank(line=1, knee=2, elbow=4, incline="chair")
ON_WALL = plank(line=1, knee=2, elbow=4, incline="wall")

CROUCH = Body(trunk=30, up_m=0.25).on(None, hip=120, knee=140, shoulder=40)
SIT = Body(trunk=-10).on(None, hip=120, knee=100, shoulder=20, elbow=10)
BEAR = Body(trunk=100, forward_m=-0.3, up_m=0.45).on(None, hip=100, knee=60, shoulder=110)
LIE_DOWN = (CROUCH, SIT)
GO_DOWN = (BEAR,)

SLOW = Tempo(lift_s=3.5, hold_s=0.8, lower_s=3.5, rest_s=1.0)


def _knee_up(rest: Body, *, hip: float, knee: float) -> Callable[[Side | None], Body]:
    return lambda side: rest.on(side, hip=hip, knee=knee)


def _reach(side: Side | None) -> Body:
    return NINETY.on(side, hip=30, knee=8, shoulder=41)


def _overhead(side: Side | None) -> Body:
    assert side is not None
    return NINETY.on(side, hip=28, knee=8).on(side.other, shoulder=170)


def _lunge(side: Side | None) -> Body:
    assert side is not None
    return STAND._replace(up_m=0.436).on(side, hip=85, knee=90).on(side.other, hip=-10, knee=80)


def _standing(tempo: Tempo = SLOW) -> Move:
    return Move(
        rest=STAND,
        far=_knee_up(STAND, hip=90, knee=90),
        tempo=tempo,
        sides=IN_TURN,
        anchor=Anchor.LOWER_FOOT,
        getting_in=(),
    )


def _on_floor(
    rest: Body,
    far: Callable[[Side | None], Body],
    tempo: Tempo = SLOW,
    sides: tuple[Side | None, ...] = IN_TURN,
    anchor: Anchor = Anchor.HIPS,
) -> Move:
    return Move(rest=rest, far=far, tempo=tempo, sides=sides, anchor=anchor, getting_in=LIE_DOWN)


def _in_plank(
    far: Callable[[Side | None], Body],
    tempo: Tempo = SLOW,
    sides: tuple[Side | None, ...] = IN_TURN,
    hold_s: float = 0.0,
    rest: Body = PLANK,
) -> Move:
    return Move(
        rest=rest,
        far=far,
        tempo=tempo,
        sides=sides,
        anchor=Anchor.HANDS,
        getting_in=GO_DOWN if rest is PLANK else (),
        hold_s=hold_s,
    )


def _upright(far: Body, tempo: Tempo, anchor: Anchor = Anchor.LOWER_FOOT) -> Move:
    return Move(
        rest=STAND, far=lambda _: far, tempo=tempo, sides=BOTH, anchor=anchor, getting_in=()
    )


HALF_KNEELING = (
    Body(up_m=0.38).on(None, elbow=10).on(RIGHT, hip=-6, knee=96).on(LEFT, hip=86, knee=88)
)
KNEE_HELD = (
    Body(trunk=-90, up_m=0.5)
    .on(RIGHT, hip=-4, knee=75)
    .on(LEFT, hip=112, knee=125, shoulder=45, elbow=20)
)


def _stretched(rest: Body) -> Move:
    return Move(
        rest=rest,
        far=lambda _: rest,
        tempo=SLOW,
        sides=BOTH,
        anchor=Anchor.HIPS,
        getting_in=(),
        hold_s=12.0,
    )


SQUAT_TEMPO = Tempo(lift_s=1.3, hold_s=0.3, lower_s=1.3, rest_s=0.7)
RUN = Tempo(lift_s=0.25, hold_s=0.0, lower_s=0.25, rest_s=0.0)
CLIMB = Tempo(lift_s=0.35, hold_s=0.0, lower_s=0.35, rest_s=0.0)
HALF_UP = Body(trunk=-90).on(RIGHT, hip=2, knee=2).on(LEFT, hip=50, knee=100)

MOVES: dict[tuple[str, str | None], Move] = {
    ("hip_flexion", "bent"): _on_floor(ON_BACK, _knee_up(ON_BACK, hip=108, knee=120)),
    ("hip_flexion", "straight"): _on_floor(LEGS_OUT, _knee_up(LEGS_OUT, hip=108, knee=120)),
    ("hip_flexion", "free"): _standing(),
    **{("hip_flexion", level): _standing() for level in ("wall_chair", "wall", "chair")},
    ("plank_hold", "wall"): _in_plank(lambda _: ON_WALL, sides=BOTH, hold_s=12.0, rest=ON_WALL),
    ("plank_hold", "chair"): _in_plank(lambda _: ON_CHAIR, sides=BOTH, hold_s=12.0, rest=ON_CHAIR),
    ("plank_hold", "floor"): _in_plank(lambda _: PLANK, sides=BOTH, hold_s=12.0),
    ("plank_hip_flexion", "wall"): _in_plank(_knee_up(ON_WALL, hip=98, knee=110), rest=ON_WALL),
    ("plank_hip_flexion", "chair"): _in_plank(_knee_up(ON_CHAIR, hip=98, knee=110), rest=ON_CHAIR),
    ("plank_hip_flexion", "floor"): _in_plank(_knee_up(PLANK, hip=98, knee=110)),
    ("dead_bug", "hold"): _on_floor(
        ON_BACK,
        lambda _: ON_BACK.on(None, hip=90, knee=90),
        Tempo(lift_s=2.2, hold_s=2.8, lower_s=2.2, rest_s=1.2),
        BOTH,
    ),
    ("dead_bug", "reach"): _on_floor(
        NINETY, _reach, Tempo(lift_s=2.6, hold_s=0.6, lower_s=2.6, rest_s=1.0)
    ),
    ("dead_bug", "classic"): _on_floor(
        NINETY, _overhead, Tempo(lift_s=1.6, hold_s=0.4, lower_s=1.6, rest_s=0.8)
    ),
    ("squat", None): _upright(
        Body(trunk=35).on(None, hip=100, knee=95, shoulder=80, elbow=10), SQUAT_TEMPO
    ),
    ("glute_bridge", None): _on_floor(
        ON_BACK,
        lambda _: ON_BACK._replace(trunk=-115).on(None, hip=-2, knee=85, shoulder=-25),
        Tempo(lift_s=1.5, hold_s=0.6, lower_s=1.5, rest_s=0.8),
        BOTH,
        Anchor.SHOULDERS,
    ),
    ("push_up", None): _in_plank(
        lambda _: plank(line=1, knee=2, elbow=95),
        Tempo(lift_s=1.2, hold_s=0.2, lower_s=1.2, rest_s=0.6),
        BOTH,
    ),
    ("high_knees", None): replace(_standing(RUN), far=_knee_up(STAND, hip=88, knee=95)),
    ("mountain_climber", None): _in_plank(_knee_up(PLANK, hip=98, knee=110), CLIMB),
    ("lunge", None): Move(
        rest=STAND._replace(up_m=0.83),
        far=_lunge,
        tempo=SQUAT_TEMPO,
        sides=IN_TURN,
        anchor=Anchor.HIPS,
        getting_in=(),
    ),
    ("straight_leg_raise", None): _on_floor(
        HALF_UP, _knee_up(HALF_UP, hip=60, knee=2), SQUAT_TEMPO, (RIGHT,)
    ),
    ("heel_slide", None): _on_floor(LEGS_OUT, _knee_up(LEGS_OUT, hip=55, knee=110), SQUAT_TEMPO),
    ("sit_up", None): _on_floor(
        ON_BACK.on(None, shoulder=30, elbow=120),
        lambda _: Body(trunk=-20).on(None, hip=120, knee=100, shoulder=30, elbow=120),
        SQUAT_TEMPO,
        BOTH,
    ),
    ("half_kneeling", None): _stretched(HALF_KNEELING),
    ("knee_held", None): _stretched(KNEE_HELD),
    ("bicep_curl", None): _upright(STAND.on(None, elbow=135), SQUAT_TEMPO),
}
"""The exercises of the catalogue at the levels a figure can tell apart."""

Change = Callable[[Body, Side | None], Body]


def trace(
    exercise: str,
    level: str | None = None,
    reps: int = 4,
    *,
    how: Film = FILM,
    tempo: Tempo | None = None,
    first: Side = RIGHT,
    far: dict[int, Change] | None = None,
    tempos: dict[int, Tempo] | None = None,
    lead_s: float = 2.0,
    tail_s: float = 2.0,
    around: bool = False,
) -> Trace:
    """Film an exercise.

    Args:
        exercise, level: a row of `MOVES`.
        reps: how many; a position that is held is held once.
        how: the recording.
        tempo: other times than the move's own.
        first: the side that begins, where they take turns.
        far: changes to the far end, by the number of the rep (from 1).
        tempos: the times of single reps, by number.
        lead_s, tail_s: for how long the start pose stands before and after.
        around: whether the person gets into position and out of it.
    """
    move = MOVES[exercise, level].started_by(first)
    if tempo is not None:
        move = replace(move, tempo=tempo)
    return perform(
        move, reps, how=how, far=far, tempos=tempos, edges=(lead_s, tail_s), around=around
    )


def perform(
    move: Move,
    reps: int,
    *,
    how: Film = FILM,
    far: dict[int, Change] | None = None,
    tempos: dict[int, Tempo] | None = None,
    edges: tuple[float, float] = (2.0, 2.0),
    around: bool = False,
) -> Trace:
    """Film a move that need not be in the table; the arguments are those of `trace`."""
    stretches = _into(move) if around else []
    t_s = begin_s = stretches[-1].end_s if stretches else 0.0
    keys, truth = [(t_s, move.rest)], []
    t_s += edges[0]
    for number in range(1, (0 if move.hold_s else reps) + 1):
        side = move.sides[(number - 1) % len(move.sides)]
        tempo = (tempos or {}).get(number, move.tempo)
        body = move.far(side)
        if far and number in far:
            body = far[number](body, side)
        top_s, down_s = t_s + tempo.lift_s, t_s + tempo.lift_s + tempo.hold_s
        end_s = t_s + tempo.rep_s
        rest = move.rest
        if far and number in far and number + 1 in far and not tempo.rest_s:
            rest = far[number](rest, side)  # what lasts over several reps in a run
        keys += [(t_s, move.rest), (top_s, body), (down_s, body), (end_s, rest)]
        truth.append(
            TrueRep(
                side=side,
                start_s=t_s + how.start_s,
                turn_s=(top_s + down_s) / 2 + how.start_s,
                end_s=end_s + how.start_s,
                hold_s=tempo.hold_s,
            )
        )
        t_s = end_s + tempo.rest_s
    if move.hold_s:
        keys += _held(move, t_s, far or {})
        t_s += move.hold_s
    keys.append((t_s + edges[1], move.rest))
    stretches.append(Stretch(keys=_in_order(keys), anchor=move.anchor))
    if around:
        stretches.append(_out_of(move, stretches[0], t_s + edges[1]))
    return Trace(
        poses=film(stretches, how),
        reps=tuple(truth),
        hold_s=(begin_s + how.start_s, t_s + edges[1] + how.start_s) if move.hold_s else (0.0, 0.0),
    )


def _held(move: Move, t_s: float, far: dict[int, Change]) -> list[tuple[float, Body]]:
    """Hold a position; a change under 1 lasts over the middle third."""
    if 1 not in far:
        return [(t_s, move.rest), (t_s + move.hold_s, move.rest)]
    third_s, body = move.hold_s / 3, far[1](move.rest, None)
    return [
        (t_s + third_s - 0.5, move.rest),
        (t_s + third_s, body),
        (t_s + 2 * third_s, body),
        (t_s + 2 * third_s + 0.5, move.rest),
    ]


def _in_order(keys: list[tuple[float, Body]]) -> list[tuple[float, Body]]:
    return [keys[0]] + [after for before, after in pairwise(keys) if after[0] > before[0]]


def _into(move: Move) -> list[Stretch]:
    """Come in facing the camera, turn to the side, and get into the start pose."""
    stand = STAND._replace(up_m=0.83)
    keys = [
        (0.0, stand._replace(turn=80.0)),
        (1.5, stand._replace(turn=80.0)),
        (2.5, stand),
        (3.0, stand),
    ]
    for number, body in enumerate(move.getting_in):
        keys.append((4.2 + 1.2 * number, body))
    keys.append((keys[-1][0] + 1.4, _by_the_hips(move)))
    return [Stretch(keys=keys, anchor=Anchor.HIPS)]


def _out_of(move: Move, into: Stretch, at_s: float) -> Stretch:
    """Get out the way one got in."""
    keys = [(at_s + into.end_s - t_s, body) for t_s, body in reversed(into.keys)]
    return Stretch(keys=keys, anchor=Anchor.HIPS)


def _by_the_hips(move: Move) -> Body:
    """Return the start pose with its hips where its own anchor puts them."""
    points = skeleton(np.array([move.rest]), move.anchor)[0]
    hip = (points[23] + points[24]) / 2
    return move.rest._replace(forward_m=float(hip[0]), up_m=float(hip[1]) - HIP_UP_M)
