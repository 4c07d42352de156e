"""An exercise as data: what is counted, what is judged, at which levels.

A spec is one TOML file over a closed vocabulary: the signals of `pose.signals` and the check kinds
below. There are no expressions in it. `parsing.parse_spec` reads it.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct, structs

from formcoach.errors import SpecError
from formcoach.pose.signals import HEIGHTS, Signal
from formcoach.told import Told

__all__ = [
    "Asymmetry",
    "AtTurn",
    "Band",
    "Check",
    "Drift",
    "ExerciseSpec",
    "HoldTime",
    "Isometric",
    "Level",
    "Limit",
    "Movement",
    "OtherReading",
    "PersonalEnd",
    "Picture",
    "Prop",
    "Range",
    "Region",
    "Sway",
    "Tempo",
    "WrongHand",
    "nearest",
    "nearest_told",
]

Band = tuple[float, float]
"""From where to where a signal may be, both ends within."""
Positive = Annotated[float, Meta(gt=0)]
Share = Annotated[float, Meta(gt=0, le=1)]
Source = Annotated[str, Meta(min_length=3)]
Limb = Literal["working", "support", "near", "both", "midline"]
PriorityName = Literal["safety", "tempo", "form"]


class _Strict(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A table of the file: immutable, every key known."""


OTHER_COMPLETE_SHARE = 0.6
"""Of the range; as in most exercises. Proposal."""
PER_TORSO = 100.0
"""Heights are counted in hundredths of a torso length: about as many as degrees in a movement."""


class OtherReading(_Strict, frozen=True, kw_only=True):
    """Another signal that follows the same movement, in views in which the first one cannot.

    Attributes:
        signal: a height in torso lengths.
        direction: whether it rises or falls on the way out.
        range_ratio: a modest way from rest to the far end, until the person has shown their own.
        min_ratio: a smaller excursion is not an attempt at all.
        turn: where signals must be at the turn as well, in views in which reps cannot be judged.
        source: where these numbers come from.
    """

    signal: Signal
    direction: Literal["up", "down"]
    range_ratio: Positive
    min_ratio: Positive
    turn: dict[Signal, Band] = {}
    source: Source


class Movement(_Strict, frozen=True, kw_only=True):
    """What is counted: one signal that leaves rest, turns and comes back.

    Attributes:
        signal: the counted signal.
        direction: whether it rises or falls on the way out.
        sides: whether each side works by itself, both work together, or either may be: as seen.
        end_deg: a modest far end of this movement, until the person has shown their own.
        range_deg: a modest way from rest to the far end, until the person has shown their own.
        share_of: what makes a rep complete: a share of the way, or of the end angle where it rises.
        complete_share: how large that share is; less is a partial rep.
        min_deg: a smaller excursion is not an attempt at all.
        turn: where other signals of the working side must be at the turn, or it is no such rep.
        turn_other: the same for the other side.
        rest: where signals must be when a rep begins and ends, or it is no such rep.
        continuous: reps follow each other without rest; a set may begin in the middle of one.
        otherwise: signals that follow the movement in other views, in the order of trust.
        usual_rep_s: how long a rep takes where this is what people do; only to recognise it.
        source: where these numbers come from.
    """

    signal: Signal
    direction: Literal["up", "down"]
    sides: Literal["each", "both", "either"]
    end_deg: float
    range_deg: Positive
    share_of: Literal["end", "range"] = "range"
    complete_share: Share = 0.7
    min_deg: Positive = 20.0
    turn: dict[Signal, Band] = {}
    turn_other: dict[Signal, Band] = {}
    rest: dict[Signal, Band] = {}
    continuous: bool = False
    usual_rep_s: Band = (0.0, 60.0)
    otherwise: tuple[OtherReading, ...] = ()
    source: Source

    @property
    def unit_scale(self) -> float:
        """What makes the counted unit of the signal's: 1 for degrees."""
        return PER_TORSO if self.signal in HEIGHTS else 1.0

    @property
    def turn_unjudged(self) -> dict[Signal, Band]:
        """Where signals must be at the turn in views in which reps cannot be judged."""
        bands = dict(self.turn)
        for other in self.otherwise:
            bands |= other.turn
        return bands

    @property
    def other_readings(self) -> tuple["Movement", ...]:
        """The same movement by each of its other signals, in hundredths of a torso length."""
        return tuple(
            structs.replace(
                self,
                signal=other.signal,
                direction=other.direction,
                end_deg=0.0,
                range_deg=other.range_ratio * PER_TORSO,
                min_deg=other.min_ratio * PER_TORSO,
                share_of="range",
                complete_share=OTHER_COMPLETE_SHARE,
                otherwise=(),
            )
            for other in self.otherwise
        )


class Isometric(_Strict, frozen=True, kw_only=True):
    """What is held: a position, for a time.

    Attributes:
        inside: where each signal must be for the hold to go on.
        outside: where it must be for the hold to end, wider than `inside`.
        grace_s: how long it may be outside before the hold ends.
        broken_by: ids of checks, ``hips_sag``: the hold goes on through what they find, but is
            worth only its longest stretch without it.
        source: where these numbers come from.
    """

    inside: dict[Signal, Band]
    outside: dict[Signal, Band]
    grace_s: Positive
    broken_by: tuple[str, ...] = ()
    source: Source


class _CheckBase(_Strict, frozen=True, tag_field="kind", kw_only=True):
    """What all checks have: the fault they find, their levels, their source.

    Each kind also states what its faults measure: `signal`, the signal that is looked at, None
    where it is the movement itself; and `unit`, that of the measure and of its limit: deg, s or
    ratio.
    """

    id: str
    source: Source
    levels: tuple[str, ...] = ()
    priority: PriorityName = "form"


class _SignalCheck(_CheckBase, frozen=True, tag_field="kind", kw_only=True):
    """A check that looks at one signal of one limb; its faults are measured in that signal's unit.

    Attributes:
        signal: what is watched.
        limb: whose.
    """

    signal: Signal
    limb: Limb

    @property
    def unit(self) -> str:
        """The unit of what is measured."""
        return self.signal.unit


class Limit(_SignalCheck, frozen=True, tag="limit", kw_only=True):
    """A signal that stays beyond a limit; found while it lasts.

    Attributes:
        compare: above, below or away (either way) from the reference.
        reference: a number, or "baseline" for the person's own value in the start pose.
        on, off: how far beyond the reference the fault begins and ends.
        persist_s: how long it must last to be one.
        far_margin: what is added to both for the far side, which is seen less well.
        far_persist_s: how long it must last there: a covered limb shivers while the other passes.
        when: only in reps, or always.
        within: where other signals must be for it to say anything, on the same side.
    """

    compare: Literal["above", "below", "away"]
    reference: float | Literal["baseline"] = 0.0
    on: Positive
    off: Positive
    persist_s: Positive
    far_margin: Annotated[float, Meta(ge=0)] = 0.0
    far_persist_s: Annotated[float, Meta(ge=0)] = 0.0
    when: Literal["rep", "always"] = "always"
    within: dict[Signal, Band] = {}


class AtTurn(_SignalCheck, frozen=True, tag="at_turn", kw_only=True):
    """A signal that is beyond a limit at the far end of a rep."""

    compare: Literal["above", "below", "away"]
    reference: float = 0.0
    limit: Positive


class Range(_CheckBase, frozen=True, tag="range", kw_only=True):
    """A completed rep that goes less far than the person's own others, or than a least angle.

    `unless` names faults that make a rep look short: who leans back opens the hip.
    """

    signal: ClassVar[None] = None
    unit: ClassVar[str] = "deg"

    min_share: Share
    min_deg: Annotated[float, Meta(ge=0)] = 0.0
    unless: tuple[str, ...] = ()


class PersonalEnd(_CheckBase, frozen=True, tag="personal_end", kw_only=True):
    """A rep that rises past the end point the person has set; only where one was set."""

    signal: ClassVar[None] = None
    unit: ClassVar[str] = "deg"

    past_deg: Positive


class Tempo(_CheckBase, frozen=True, tag="tempo", kw_only=True):
    """A rep, or one half of it, that is over too soon; breaths count where they are known.

    The first and last degrees of a movement are hardly seen, so reps are measured too short. The
    margins are taken off the least duration, half of them off the least phase.
    """

    signal: ClassVar[None] = None
    unit: ClassVar[str] = "s"

    margin_s: Annotated[float, Meta(ge=0)] = 0.0
    far_margin_s: Annotated[float, Meta(ge=0)] = 0.0
    min_rep_s: Positive
    min_phase_s: Annotated[float, Meta(ge=0)] = 0.0
    min_breaths: Annotated[float, Meta(ge=0)] = 0.0


class HoldTime(_CheckBase, frozen=True, tag="hold_time", kw_only=True):
    """A pause at the far end that is too short.

    Where a limb still slows down or sets off again it is not yet still, so that pauses are measured
    too short; `margin_s` is taken off the least.
    """

    signal: ClassVar[None] = None
    unit: ClassVar[str] = "s"

    min_s: Positive
    margin_s: Annotated[float, Meta(ge=0)] = 0.0


class Drift(_SignalCheck, frozen=True, tag="drift", kw_only=True):
    """A signal that leaves its baseline for a while in a rep; judged when the rep is over.

    `unless` names faults that say the same thing better.
    """

    limit: Positive
    persist_s: Positive
    unless: tuple[str, ...] = ()


class WrongHand(_CheckBase, frozen=True, tag="wrong_hand", kw_only=True):
    """Not the hand of the leg that stretches, but the other or none, is at the bent knee then.

    The other hand is within `near_ratio` of the knee, and nearer by `margin_ratio`; or the own hand
    is further from it than `reach_ratio`.
    """

    signal: ClassVar[None] = None
    unit: ClassVar[str] = "ratio"

    near_ratio: Positive
    margin_ratio: Positive
    reach_ratio: Positive


class Asymmetry(_CheckBase, frozen=True, tag="asymmetry", kw_only=True):
    """The sides' median ranges differ, by a share of the larger; judged over the set."""

    signal: ClassVar[None] = None
    unit: ClassVar[str] = "ratio"

    max_share: Share
    min_reps: Annotated[int, Meta(ge=2)]


class Sway(_SignalCheck, frozen=True, tag="sway", kw_only=True):
    """A place that should stand still wanders in a rep: its standard deviation, in torsos."""

    max_ratio: Positive


Check = (
    Limit | AtTurn | Range | PersonalEnd | Tempo | HoldTime | Drift | WrongHand | Asymmetry | Sway
)
"""Any kind of check; each says what it asks of a rep or a hold."""


class Prop(StrEnum):
    """A thing that an exercise is done with; the person says that it is there."""

    WALL = "wall"
    CHAIR = "chair"
    BAND = "band"
    WEIGHT = "weight"


class Level(_Strict, frozen=True, kw_only=True):
    """One step of the ladder.

    Attributes:
        id: its name in files and commands; "" for an exercise with only one.
        posture: where signals must be all the time, or the person is not in this exercise.
        start: where signals must be before the first rep.
        movement: overrides the exercise's.
        movement_as: the id of another level that has the same movement.
        tells: where signals of the working side are at the turn, to tell levels from each other.
        needs: what must be there for it.
        hands_free: whether the hands are free for the stop gesture; None for the exercise's word.
        declared: whether no picture can tell this level from another, so that it is only ever
            the person's word; it is never guessed.
    """

    id: str = ""
    posture: dict[Signal, Band]
    start: dict[Signal, Band]
    movement: Movement | None = None
    movement_as: str = ""
    tells: dict[Signal, Band] = {}
    needs: tuple[Prop, ...] = ()
    hands_free: bool | None = None
    declared: bool = False
    source: Source


class Region(StrEnum):
    """A stretch of the body that the picture colours as one, on each side."""

    HEAD = "head"
    ARM = "arm"
    TRUNK = "trunk"
    LEG = "leg"


class Picture(_Strict, frozen=True, kw_only=True):
    """What the picture shows of an exercise, where that does not follow from what is counted.

    Attributes:
        limbs: what works, and is coloured while it does.
        angles: the joints whose angles are drawn: hip, knee, elbow or shoulder.
    """

    limbs: Annotated[tuple[Region, ...], Meta(min_length=1)]
    angles: tuple[
        Literal["hip_flexion_deg", "knee_flexion_deg", "elbow_flexion_deg", "shoulder_flexion_deg"],
        ...,
    ]


class ExerciseSpec(_Strict, frozen=True, kw_only=True):
    """One exercise.

    Attributes:
        id: its name in files and commands.
        aliases: other names that a person may call it by, in any language, written as ids are.
        stretch: whether it is a stretch: held, never guessed, and led on the stretch half.
        article: the requirements of the source article it serves, to trace them; it decides
            nothing.
        movement: what is counted, where reps are.
        isometric: what is held, where a hold is.
        levels: easy to hard.
        checks: what is judged.
        hands_free: whether the hands are free for the stop gesture.
        turns: whether the sides take turns in a set, so that the other one is asked for.
        breath: whether the breath leads the movement, so that it is called to mind.
        picture: what works and which angles are drawn; None where what is counted says it.
    """

    id: str
    aliases: tuple[str, ...] = ()
    stretch: bool = False
    hands_free: bool = False
    turns: bool = False
    breath: bool = False
    picture: Picture | None = None
    article: tuple[str, ...] = ()
    movement: Movement | None = None
    isometric: Isometric | None = None
    levels: Annotated[tuple[Level, ...], Meta(min_length=1)]
    checks: tuple[Check, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError, for msgspec to report, where no check is what breaks a hold."""
        broken_by = () if self.isometric is None else self.isometric.broken_by
        unknown = sorted(set(broken_by) - {check.id for check in self.checks})
        if unknown:
            raise ValueError(f"isometric: broken_by names no check, got {', '.join(unknown)}")

    def level(self, level_id: str | None) -> Level:
        """Return a level by its id, the easiest for None.

        Raises:
            SpecError: when there is no such level; the nearest names are offered.
        """
        if level_id is None:
            return self.levels[0]
        for level in self.levels:
            if level.id == level_id:
                return level
        names = [level.id for level in self.levels if level.id]
        if not names:
            raise SpecError.told(
                "one_level",
                "{exercise} has only one level, got '{level}'; leave --level out",
                exercise=self.id,
                level=level_id,
            )
        raise SpecError.told(
            "no_level",
            "{exercise} has no level '{level}'; {near}",
            exercise=self.id,
            level=level_id,
            near=nearest_told(level_id, names),
        )

    def hands_free_at(self, level: Level) -> bool:
        """Say whether the hands are free for the stop gesture at a level."""
        return self.hands_free if level.hands_free is None else level.hands_free

    def movement_of(self, level: Level) -> Movement | None:
        """Return what is counted at `level`."""
        if level.movement_as:
            return self.level(level.movement_as).movement
        return level.movement or self.movement

    def look_alike(self, one: Level, other: Level) -> bool:
        """Say whether two levels are the same in a picture: only the person can tell which."""
        same = (one.posture, one.start, one.tells) == (other.posture, other.start, other.tells)
        return same and self.movement_of(one) == self.movement_of(other)

    def checks_of(self, level: Level) -> tuple[Check, ...]:
        """Return what is judged at `level`."""
        return tuple(c for c in self.checks if not c.levels or level.id in c.levels)


def nearest(name: str, names: Iterable[str]) -> str:
    """Return words that offer the names nearest to `name`, or all of them."""
    return str(nearest_told(name, names))


def nearest_told(name: str, names: Iterable[str]) -> Told:
    """Return what offers the names nearest to `name`, or all of them, for an error."""
    known = sorted(names)
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    close = close or [one for one in known if name and one.startswith(name)][:3]
    if close:
        return Told("did_you_mean", "did you mean {names}?", {"names": tuple(close)})
    return Told("there_are", "there are {names}", {"names": ", ".join(known)})
