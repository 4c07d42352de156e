"""Each fault of the catalogue as somebody would make it: one flaw a check, nothing else wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field

from figure import Body
from moves import INCLINES, SLOW, Change, Tempo, plank

from formcoach.exercises.spec import Check
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal

__all__ = ["FAULT_IDS", "FLAWS", "Flaw", "Key", "key_of"]

FAULT_IDS = (
    "past_end",
    "gap_grows",
    "back_off_floor",
    "hips_sag",
    "hips_pike",
    "plank_moves",
    "shoulders_drift",
    "pelvis_rotates",
    "range_short",
    "not_ninety",
    "hold_short",
    "other_leg_moves",
    "leg_bent",
    "head_lifted",
    "head_drops",
    "trunk_leans",
    "stance_knee_bends",
    "too_fast",
    "wrong_hand",
    "asymmetry",
    "balance",
)
"""The faults of the shipped exercises, by the names that files have for them."""

Key = tuple[str, str]
"""A check of a level: its fault's id, and the signal it looks at ("" for those that name none)."""


def key_of(check: Check) -> Key:
    """Return the key of a check."""
    signal = getattr(check, "signal", None)
    return check.id, signal.value if isinstance(signal, Signal) else ""


def _same(body: Body, side: Side | None) -> Body:
    return body


@dataclass(frozen=True, kw_only=True)
class Flaw:
    """What somebody does wrong, and in which reps.

    Attributes:
        far: what becomes of the far end of a rep.
        tempo: the times of the flawed reps; None for the move's own.
        reps: the flawed ones, by number; right works in the odd ones, and is near.
        total: how many reps there are.
        also: faults that this flaw cannot but bring along, and why is said beside it.
        found: the reps it is found in, where it has to last and the first ones are over by then.
        personal_end_deg: the end point that the person has set on both sides.
    """

    far: Change = _same
    tempo: Tempo | None = None
    reps: tuple[int, ...] = (3,)
    total: int = 4
    also: frozenset[str] = field(default_factory=frozenset)
    found: tuple[int, ...] | None = None
    personal_end_deg: float | None = None

    @property
    def blamed(self) -> tuple[int, ...]:
        """The reps it is found in."""
        return self.reps if self.found is None else self.found


def _working(**angles: float) -> Change:
    return lambda body, side: body.on(side, **angles)


def _support(**by: float) -> Change:
    """Turn joints of the leg that should be still."""

    def change(body: Body, side: Side | None) -> Body:
        assert side is not None
        return body.turned(side.other, **by)

    return change


def _all(change: Callable[[Body], Body]) -> Change:
    return lambda body, side: change(body)


def _plank(**how: float) -> Change:
    """Change the plank, and leave the working knee where it is to the chest."""

    def change(body: Body, side: Side | None) -> Body:
        incline = min(INCLINES, key=lambda name: abs(INCLINES[name][0] - body.up_m))
        shape = {"line": 1.0, "knee": 2.0, "elbow": 4.0, **how}
        changed = plank(**shape, incline=incline)
        if side is None:
            return changed
        word = side.word
        hip, knee = getattr(body, f"{word}_hip"), getattr(body, f"{word}_knee")
        return changed.on(side, hip=hip, knee=knee)

    return change


def _lean(by: float) -> Change:
    """Lean the trunk back and let the standing leg stay where it is."""

    def change(body: Body, side: Side | None) -> Body:
        assert side is not None
        leaning = body._replace(trunk=by)
        return leaning.turned(side.other, hip=by)

    return change


def _lean_in_a_run(by: float) -> Change:
    """Lean the trunk forward and leave the legs where they are."""
    return _all(lambda body: body._replace(trunk=by).turned(None, hip=by))


def _head(by: float) -> Change:
    return _all(lambda body: body._replace(head=by))


def _wrong_hand(body: Body, side: Side | None) -> Body:
    assert side is not None
    return body.on(side, shoulder=90).on(side.other, shoulder=41)


def _replanted(body: Body, side: Side | None) -> Body:
    return body._replace(forward_m=0.3)


def _bent_support(body: Body, side: Side | None) -> Body:
    """Stand in plank on a bent leg, the hip still on the line from shoulder to ankle."""
    return _plank(line=20.0, knee=42.0)(body, side)


def _shallow_lunge(body: Body, side: Side | None) -> Body:
    assert side is not None
    return body._replace(up_m=0.55).on(side, hip=62, knee=75).on(side.other, hip=-5, knee=60)


def _bent_lunge(body: Body, side: Side | None) -> Body:
    """Lean the trunk into the step and leave the legs where they are."""
    return body._replace(trunk=32).turned(None, hip=32)


def _without(fault: str, flaws: dict[Key, "Flaw"]) -> dict[Key, "Flaw"]:
    return {key: flaw for key, flaw in flaws.items() if key[0] != fault}


HASTE = Tempo(lift_s=0.9, hold_s=0.2, lower_s=0.9, rest_s=1.0)
QUICK = Tempo(lift_s=0.35, hold_s=0.0, lower_s=0.35, rest_s=1.0)
LEFT_REPS = (2, 4, 6)

LYING = {
    ("past_end", ""): Flaw(far=_working(hip=108), personal_end_deg=92.0, reps=(1, 2, 3, 4)),
    ("range_short", ""): Flaw(far=_working(hip=84, knee=100)),
    ("too_fast", ""): Flaw(tempo=HASTE),
    ("other_leg_moves", "hip_flexion_deg"): Flaw(far=_support(hip=24), reps=(2,)),
    ("head_lifted", "head_angle_deg"): Flaw(far=_head(32)),
    ("asymmetry", ""): Flaw(far=_working(hip=96), reps=LEFT_REPS, total=6),
}
STANDING = {
    ("past_end", ""): Flaw(far=_working(hip=90), personal_end_deg=75.0, reps=(1, 2, 3, 4)),
    ("range_short", ""): Flaw(far=_working(hip=71, knee=70)),
    ("too_fast", ""): Flaw(tempo=HASTE),
    ("trunk_leans", "trunk_inclination_deg"): Flaw(far=_lean(-18)),
    ("stance_knee_bends", "knee_flexion_deg"): Flaw(far=_support(hip=15, knee=30), reps=(2,)),
    ("balance", "foot_place_ratio"): Flaw(far=_replanted, reps=(2,)),
    ("asymmetry", ""): Flaw(far=_working(hip=75), reps=LEFT_REPS, total=6),
}
DEAD_BUG = {
    ("leg_bent", "knee_flexion_deg"): Flaw(far=_working(knee=48)),
    ("other_leg_moves", "hip_flexion_deg"): Flaw(far=_support(hip=24), reps=(2,)),
    ("asymmetry", ""): Flaw(far=_working(hip=42), reps=LEFT_REPS, total=6),
}
PLANK_HELD: dict[Key, Flaw] = {
    ("hips_sag", "body_line_deg"): Flaw(far=_plank(line=-20), reps=(1,)),
    ("hips_pike", "body_line_deg"): Flaw(far=_plank(line=26), reps=(1,)),
    ("head_drops", "head_angle_deg"): Flaw(far=_head(36), reps=(1,)),
    ("shoulders_drift", "hand_shift_ratio"): Flaw(far=_plank(ahead=0.35), reps=(1,)),
}
PLANK_DRIVE: dict[Key, Flaw] = {
    ("hips_sag", "body_line_deg"): Flaw(far=_plank(line=-22), reps=(2,)),
    ("hips_pike", "body_line_deg"): Flaw(far=_plank(line=28), reps=(2,)),
    ("plank_moves", "body_line_deg"): Flaw(far=_plank(line=-13), reps=(2,)),
    ("shoulders_drift", "hand_shift_ratio"): Flaw(far=_plank(ahead=0.35)),
    ("leg_bent", "knee_flexion_deg"): Flaw(far=_bent_support, reps=(2,)),
    ("head_drops", "head_angle_deg"): Flaw(far=_head(36)),
    ("range_short", ""): Flaw(far=_working(hip=76, knee=90)),
    ("too_fast", ""): Flaw(tempo=HASTE),
    ("asymmetry", ""): Flaw(far=_working(hip=80), reps=LEFT_REPS, total=6),
}

FLAWS: dict[tuple[str, str | None], dict[Key, Flaw]] = {
    ("half_kneeling", None): {
        ("trunk_leans", "trunk_inclination_deg"): Flaw(far=_lean_in_a_run(26), reps=(1,))
    },
    ("knee_held", None): {},
    ("hip_flexion", "bent"): LYING,
    ("hip_flexion", "straight"): LYING
    | {("asymmetry", ""): Flaw(far=_working(hip=90), reps=LEFT_REPS, total=6)},
    ("hip_flexion", "free"): STANDING,
    **{("hip_flexion", level): STANDING for level in ("wall_chair", "wall", "chair")},
    ("plank_hold", "wall"): _without("shoulders_drift", PLANK_HELD),
    ("plank_hold", "chair"): PLANK_HELD,
    ("plank_hold", "floor"): PLANK_HELD,
    ("plank_hip_flexion", "wall"): _without("shoulders_drift", PLANK_DRIVE),
    ("plank_hip_flexion", "chair"): PLANK_DRIVE,
    ("plank_hip_flexion", "floor"): PLANK_DRIVE,
    ("dead_bug", "hold"): {
        ("hold_short", ""): Flaw(
            tempo=Tempo(lift_s=2.4, hold_s=1.2, lower_s=2.4, rest_s=1.0), reps=(2,), total=3
        ),
        ("not_ninety", "hip_flexion_deg"): Flaw(far=_working(hip=68), reps=(2,), total=3),
        ("not_ninety", "knee_flexion_deg"): Flaw(far=_working(knee=60), reps=(2,), total=3),
        ("too_fast", ""): Flaw(
            tempo=Tempo(lift_s=0.7, hold_s=2.8, lower_s=0.7, rest_s=1.0), reps=(2,), total=3
        ),
        ("head_lifted", "head_angle_deg"): Flaw(far=_head(32), reps=(2,), total=3),
    },
    ("dead_bug", "reach"): DEAD_BUG
    | {
        ("too_fast", ""): Flaw(tempo=HASTE),
        # The far end of 55 deg leaves little room above a partial rep of a person who goes far.
        ("range_short", "hip_flexion_deg"): Flaw(far=_working(hip=57), reps=(1,), total=2),
        ("wrong_hand", ""): Flaw(far=_wrong_hand),
    },
    ("dead_bug", "classic"): DEAD_BUG | {("too_fast", ""): Flaw(tempo=QUICK)},
    ("squat", None): {
        ("range_short", ""): Flaw(
            far=lambda body, side: Body(trunk=25).on(None, hip=68, knee=62, shoulder=50)
        ),
        ("too_fast", ""): Flaw(tempo=QUICK),
    },
    ("glute_bridge", None): {
        ("range_short", "hip_flexion_deg"): Flaw(
            far=lambda body, side: body._replace(trunk=-104).on(None, hip=25, knee=92),
            reps=(1,),
            total=2,
        ),
        ("too_fast", ""): Flaw(tempo=QUICK),
    },
    ("push_up", None): {
        ("range_short", ""): Flaw(far=lambda body, side: plank(line=1, knee=2, elbow=64)),
        ("hips_sag", "body_line_deg"): Flaw(
            far=lambda body, side: plank(line=-22, knee=2, elbow=95)
        ),
        ("hips_pike", "body_line_deg"): Flaw(
            far=lambda body, side: plank(line=28, knee=2, elbow=95)
        ),
        ("too_fast", ""): Flaw(tempo=QUICK),
    },
    ("high_knees", None): {
        ("range_short", ""): Flaw(far=_working(hip=61, knee=70), reps=(5,), total=8),
        ("trunk_leans", "trunk_inclination_deg"): Flaw(
            far=_lean_in_a_run(31), reps=(5, 6, 7, 8), found=(7, 8), total=8
        ),
    },
    ("mountain_climber", None): {
        ("range_short", ""): Flaw(far=_working(hip=65, knee=80), reps=(5,), total=8),
        ("hips_sag", "body_line_deg"): Flaw(
            far=_plank(line=-24),
            reps=(5, 6, 7, 8),
            total=8,
            tempo=Tempo(lift_s=0.6, hold_s=0.0, lower_s=0.6, rest_s=0.0),
        ),
    },
    ("lunge", None): {
        ("range_short", ""): Flaw(far=_shallow_lunge),
        ("trunk_leans", "trunk_inclination_deg"): Flaw(far=_bent_lunge, reps=(4,)),
        ("too_fast", ""): Flaw(tempo=QUICK),
        ("asymmetry", ""): Flaw(far=_working(hip=70), reps=LEFT_REPS, total=6),
    },
    ("straight_leg_raise", None): {
        ("range_short", ""): Flaw(far=_working(hip=43)),
        ("leg_bent", "knee_flexion_deg"): Flaw(far=_working(knee=33)),
        ("other_leg_moves", "hip_flexion_deg"): Flaw(far=_support(hip=-32, knee=-64), tempo=SLOW),
        ("head_lifted", "head_angle_deg"): Flaw(far=_head(32)),
        ("too_fast", ""): Flaw(tempo=QUICK),
    },
    ("heel_slide", None): {
        ("range_short", ""): Flaw(far=_working(hip=40, knee=78)),
        ("other_leg_moves", "hip_flexion_deg"): Flaw(far=_support(hip=24), reps=(2,)),
        ("head_lifted", "head_angle_deg"): Flaw(far=_head(32)),
        ("too_fast", ""): Flaw(tempo=QUICK),
        ("asymmetry", ""): Flaw(far=_working(hip=45, knee=90), reps=LEFT_REPS, total=6),
    },
    ("sit_up", None): {
        ("range_short", "trunk_inclination_deg"): Flaw(
            far=lambda body, side: body._replace(trunk=-48).on(None, hip=92)
        ),
        ("too_fast", ""): Flaw(tempo=QUICK),
    },
    ("bicep_curl", None): {
        ("range_short", ""): Flaw(far=_working(elbow=95)),
        ("trunk_leans", "trunk_inclination_deg"): Flaw(
            far=lambda body, side: body._replace(trunk=-18).turned(None, hip=-18)
        ),
        ("too_fast", ""): Flaw(tempo=QUICK),
    },
}
"""By exercise and level, then by check."""
