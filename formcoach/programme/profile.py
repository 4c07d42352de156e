"""What the person told at the set-up. Kept whole as one document; every field has a default."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from formcoach.exercises.spec import Prop

__all__ = [
    "MAX_BREATH_S",
    "MAX_HOURS",
    "MIN_BREATH_S",
    "MIN_HOURS",
    "Focus",
    "Profile",
    "Prop",
    "QuietHours",
    "Rhythm",
    "Sitting",
]

MIN_BREATH_S, MAX_BREATH_S = 1.5, 20.0
"""One calm breath takes no less and no more. Proposal."""
MIN_HOURS, MAX_HOURS = 2.0, 3.0
"""Between two series (article S33)."""


class Sitting(StrEnum):
    """How much of the day the person sits, or stands in one place."""

    LITTLE = "little"
    HALF_THE_DAY = "half_the_day"
    MAX_OF_THE_DAY = "most_of_the_day"


class Focus(StrEnum):
    """What the person wants to do: one of both, both, or find out in two weeks."""

    STRENGTHEN = "strengthen"
    STRETCH = "stretch"
    BOTH = "both"
    COMPARE = "compare"


class Rhythm(StrEnum):
    """How the practice is spread over the day."""

    SERIES = "series"
    """One series every two to three hours."""
    SETS = "sets"
    """Two or three sets, once a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From when to when nothing may disturb, on the clock of the place; over midnight if need be.

    The same time twice means no quiet hours.
    """

    begin: time = time(22, 0)
    end: time = time(8, 0)

    @property
    def is_none(self) -> bool:
        """Whether there are no quiet hours."""
        return self.begin == self.end

    def cover(self, at: time) -> bool:
        """Say whether a time of the day lies in them; their end does not."""
        at = at.replace(tzinfo=None, fold=0)
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What the set-up asked.

    Attributes:
        lang: the language.
        screening: yes or no to each question of `screening.QUESTIONS`, by id; a question that is
            not in it was not answered.
        intake: yes or no to each question of `screening.INTAKE`, by id.
        cleared_at: when the person said that a professional has seen them and agrees; None before.
        has_pain: whether the back or the hips hurt now.
        sitting: how much of the day is spent sitting.
        focus: what the person wants to do.
        props: what the person says is there.
        quiet: when nothing may disturb.
        daily_at: when to be reminded where once a day is enough.
        series_every_h: hours between two series, `MIN_HOURS` to `MAX_HOURS`.
        breath_s: how long a calm breath takes, `MIN_BREATH_S` to `MAX_BREATH_S`; None when not
            known.
        camera: what to look through.
        asked: names of the questions of the set-up that were answered.
    """

    lang: str = "en"
    screening: dict[str, bool] = field(default_factory=dict)
    intake: dict[str, bool] = field(default_factory=dict)
    cleared_at: datetime | None = None
    has_pain: bool = False
    sitting: Sitting = Sitting.HALF_THE_DAY
    focus: Focus = Focus.STRENGTHEN
    props: frozenset[Prop] = frozenset()
    quiet: QuietHours = QuietHours()
    daily_at: time = time(10, 0)
    series_every_h: float = 2.5
    breath_s: float | None = None
    camera: str = "0"
    asked: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not MIN_HOURS <= self.series_every_h <= MAX_HOURS:
            bounds = f"{MIN_HOURS:g} to {MAX_HOURS:g}"
            raise ValueError(f"series_every_h must be {bounds}, got {self.series_every_h:g}")
        if self.breath_s is not None and not MIN_BREATH_S <= self.breath_s <= MAX_BREATH_S:
            bounds = f"{MIN_BREATH_S:g} to {MAX_BREATH_S:g}"
            raise ValueError(f"breath_s must be {bounds}, got {self.breath_s:g}")
        if self.cleared_at is not None and self.cleared_at.utcoffset() is None:
            raise ValueError(f"cleared_at must have an offset, got {self.cleared_at.isoformat()}")

    @property
    def rhythm(self) -> Rhythm:
        """Every few hours for who hurts or sits most of the day, else once a day."""
        sits = self.sitting is Sitting.MAX_OF_THE_DAY
        return Rhythm.SERIES if self.has_pain or sits else Rhythm.SETS

    @property
    def one_side(self) -> bool:
        """Whether one side is all this person does, for now."""
        return self.intake.get("one_side", False)
