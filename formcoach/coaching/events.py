"""What the coach says of a movement: reps, holds, faults, cues, and one `Update` a frame.

A side of None means both sides, or the midline of the body.
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from formcoach.pose.doubts import Reason
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal, Signals
from formcoach.pose.view import BodyView

__all__ = [
    "Cue",
    "Fault",
    "Hold",
    "NotCounted",
    "Phase",
    "Priority",
    "Quality",
    "Rep",
    "SetSummary",
    "Uncounted",
    "UnsureSpan",
    "Update",
]


class Phase(StrEnum):
    """Where in an exercise the person is."""

    SETUP = "setup"
    READY = "ready"
    LIFT = "lift"
    TURN = "turn"
    LOWER = "lower"
    HOLD = "hold"


class Quality(StrEnum):
    """What a rep is worth. Good, faulty and unsure ones are completed; partial ones are not."""

    GOOD = "good"
    FAULTY = "faulty"
    PARTIAL = "partial"
    UNSURE = "unsure"


class NotCounted(StrEnum):
    """Why a movement that was seen is no rep."""

    TOO_SMALL = "too_small"
    """It went less far than an attempt does."""
    GETTING_READY = "getting_ready"
    """It did not go far enough, before the exercise had begun."""
    OTHER_MOVEMENT = "other_movement"
    """The rest of the body did something else."""
    ALONG = "moves_along"
    """The other limb moved, and this one a little with it."""
    NOT_SEEN = "not_seen"
    """The limb was not seen for part of it."""
    SLIP = "slip"
    """The landmarks went as no limb does."""


class Priority(IntEnum):
    """Which cue goes first; the lowest number does."""

    SAFETY = 0
    VIEW = 1
    TEMPO = 2
    FORM = 3
    PRAISE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A failed check.

    Attributes:
        id: the fault's name in the catalogue, ``hips_sag``.
        side: the side it was seen on; None for both or the midline.
        start_s, end_s: from when to when; `end_s` is None while it lasts.
        measured: the worst, in the unit of what is checked (degrees, seconds, ratio): how far off
            where there is a reference to be off from, else the value itself.
        limit: the limit it passed, likewise.
        priority: how urgent its cue is.
        signal: what was looked at; None where it is the movement itself, its range or its times.
        bound: the value of the signal that was passed; None where no one value was.
    """

    id: str
    side: Side | None
    start_s: float
    end_s: float | None
    measured: float
    limit: float
    priority: Priority = Priority.FORM
    signal: Signal | None = None
    bound: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rep:
    """One movement out of rest and back.

    Attributes:
        index: 1 for the first of the set; partial ones are numbered too.
        side: the working side; None when both work.
        start_s, end_s: where the movement leaves rest and is back at rest.
        turn_s: the middle of the far end.
        peak_deg: the counted signal at the turn.
        rom_deg: its largest less its smallest value.
        hold_s: how long it stood still at the far end.
        quality: good, faulty, partial or unsure.
        faults: ids of what was wrong, none twice.
        why: why it was not judged; None where it was.
    """

    index: int
    side: Side | None
    start_s: float
    turn_s: float
    end_s: float
    peak_deg: float
    rom_deg: float
    hold_s: float
    quality: Quality
    faults: tuple[str, ...] = ()
    why: Reason | None = None

    @property
    def completed(self) -> bool:
        """Whether it went far enough to count: a good, faulty or unsure one."""
        return self.quality is not Quality.PARTIAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """A movement that was seen and is no rep.

    Attributes:
        start_s, end_s: from when to when.
        side: the limb that moved; None for both.
        reason: why it is none.
        peak_deg, rom_deg: as in `Rep`; NaN where the angle was not seen.
    """

    start_s: float
    end_s: float
    side: Side | None
    reason: NotCounted
    peak_deg: float
    rom_deg: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One stretch of time in an isometric position.

    Attributes:
        side: the side that holds; None for both.
        start_s, end_s: from when to when.
        faults: ids of what was wrong in it.
        in_line_s: the longest stretch of it that nothing breaks; of a plank, with the body in line.
    """

    side: Side | None
    start_s: float
    end_s: float
    faults: tuple[str, ...] = ()
    in_line_s: float = 0.0

    @property
    def duration_s(self) -> float:
        """How long it lasted."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """One thing to say, by id, never in words.

    Attributes:
        t_s: when to say it.
        id: a fault's id, or that of a reason to be unsure.
        side: the side it is about; None for both or the midline.
        priority: how urgent it is.
        again: it was said and did not help; say it in other words.
        signal: what the fault was seen by; None for others.
        reason: why the coach is unsure, where that is what it is about.
    """

    t_s: float
    id: str
    side: Side | None
    priority: Priority
    again: bool = False
    signal: Signal | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsureSpan:
    """A stretch of time in which the coach could not judge, and why."""

    start_s: float
    end_s: float
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """All the coach has to say of one frame.

    Attributes:
        t_s: the frame's time.
        signals: what was measured; None when nobody was seen.
        view: which way the body faces the camera.
        phase: where in the exercise the person is.
        side: the working side in this phase; None when both work or none does.
        rep: a rep that has just been completed or given up half-way.
        not_counted: a movement that has just ended and is no rep, and why.
        hold: an isometric hold that has just ended.
        hold_s: how long the present hold, or timed pause in a rep, has lasted; 0 without one.
        faults: what is wrong now.
        cue: what to say now.
        unsure: why the coach cannot judge now; None when it can.
        exchanged: whether the pose has the legs exchanged; the coach has put them back.
    """

    t_s: float
    signals: Signals | None
    view: BodyView
    phase: Phase
    side: Side | None = None
    rep: Rep | None = None
    not_counted: Uncounted | None = None
    hold: Hold | None = None
    hold_s: float = 0.0
    faults: tuple[Fault, ...] = ()
    cue: Cue | None = None
    unsure: Reason | None = None
    exchanged: bool = False


@dataclass(slots=True, kw_only=True)
class SetSummary:
    """Everything that happened in a set, in order of time.

    Attributes:
        fitting: how many of the whole reps look like the exercise and level that was asked for.
        as_one: how many reps both limbs did at once where they work by turns.
    """

    reps: list[Rep] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    unsure: list[UnsureSpan] = field(default_factory=list)
    not_counted: list[Uncounted] = field(default_factory=list)
    fitting: int = 0
    as_one: int = 0

    def count(self, *qualities: Quality) -> int:
        """Return how many reps have one of the qualities."""
        return sum(rep.quality in qualities for rep in self.reps)

    @property
    def total(self) -> int:
        """How many reps were completed: good, faulty and unsure ones."""
        return len(self.completed)

    @property
    def completed(self) -> list[Rep]:
        """The completed reps."""
        return [rep for rep in self.reps if rep.completed]
