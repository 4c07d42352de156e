"""What is asked before anything is done, and what sends to a professional instead.

Questions and signs are ids of phrases: `screening.<id>`, `intake.<id>`, `sign.<id>`.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from formcoach.programme.moments import elapsed, is_yet_to_come
from formcoach.programme.profile import Profile

__all__ = [
    "EMERGENCY_SIGNS",
    "HEALTH_GROUPS",
    "INTAKE",
    "QUESTIONS",
    "STOP_SIGNS",
    "as_of",
    "concerns",
    "has_complaint",
    "is_cleared",
    "unanswered",
]

QUESTIONS: tuple[str, ...] = (
    "heart",
    "chest_pain",
    "faint",
    "medication",
    "bone_joint",
    "pregnancy",
    "surgery",
    "hip_replacement",
    "osteoporosis",
    "wrist_shoulder",
    "balance",
    "night_fever_weight",
    "cancer",
)
"""Any yes: see a doctor or physiotherapist first (rules E)."""

HEALTH_GROUPS: dict[str, tuple[str, ...]] = {
    "health_heart": ("heart", "chest_pain", "faint", "medication"),
    "health_body": (
        "bone_joint",
        "surgery",
        "hip_replacement",
        "osteoporosis",
        "wrist_shoulder",
        "balance",
    ),
    "health_other": ("pregnancy", "night_fever_weight", "cancer"),
}
"""The same questions, as they are asked together; each is shown in full."""

INTAKE: tuple[str, ...] = (
    "front_tension",
    "static_day",
    "no_difference",
    "increased",
    "on_off",
    "novice",
    "one_side",
)
"""When the article says to do the exercises (S11-S16); and whether both sides can be asked for."""
WORSE = "increased"
"""The one answer that sends to a professional as a yes to a question does (S15)."""

STOP_SIGNS: tuple[str, ...] = (
    "sharp_pain",
    "groin_pinch",
    "faint",
    "breathless",
    "leg_pain",
    "numbness",
    "balance_lost",
)
"""Stop now, and do not go on today (rules E)."""

EMERGENCY_SIGNS: tuple[str, ...] = (
    "chest_pain",
    "saddle_numb",
    "bladder_bowel",
    "both_legs_weak",
    "accident",
)
"""Stop now and call for help (rules E)."""


LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def unanswered(profile: Profile) -> tuple[str, ...]:
    """Return the questions that were not answered."""
    return tuple(question for question in QUESTIONS if question not in profile.screening)


def concerns(profile: Profile) -> tuple[str, ...]:
    """Return the ids of phrases of all that sends to a professional first."""
    found = [f"screening.{name}" for name in QUESTIONS if profile.screening.get(name, False)]
    if profile.intake.get(WORSE, False):
        found.append(f"intake.{WORSE}")
    return tuple(found)


def is_cleared(profile: Profile, since: datetime | None = None) -> bool:
    """Say whether a professional has seen the person, after `since` where that is given."""
    cleared_at = profile.cleared_at
    return cleared_at is not None and (since is None or elapsed(since, cleared_at) > timedelta(0))


def as_of(profile: Profile, now: datetime) -> Profile:
    """Return a profile with what a wrong clock dated put right.

    That a professional agrees, dated as yet to come, is believed of what the set-up asked, and of
    nothing that was felt in a session: that may have come after.
    """
    if profile.cleared_at is None or not is_yet_to_come(profile.cleared_at, now):
        return profile
    return replace(profile, cleared_at=LONG_AGO)


def has_complaint(profile: Profile) -> bool:
    """Say whether there is something that should get better."""
    told = ("front_tension", "static_day", "no_difference", "increased", "on_off")
    return profile.has_pain or any(profile.intake.get(name, False) for name in told)
