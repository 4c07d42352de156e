"""Reasons to be unsure in the words of files: readable English, whatever language is spoken.

``summary.json``, ``reps.csv`` and ``signals.csv`` hold "left knee hidden"; these words are part of
the format and stay as they are.
"""

from formcoach.pose.doubts import REASONS, DoubtKind, Reason

__all__ = ["reason_of", "written"]

_WRITTEN = {
    DoubtKind.NOBODY: "nobody in the picture",
    DoubtKind.NO_PICTURE: "no picture",
    DoubtKind.MORE_LIGHT: "more light",
    DoubtKind.COME_CLOSER: "come closer",
    DoubtKind.TURN_SIDEWAYS: "turn sideways",
    DoubtKind.LEGS_UNSTEADY: "legs seen unsteadily",
    DoubtKind.HIDDEN: "{part} hidden",
    DoubtKind.OUT_OF_PICTURE: "{part} out of the picture",
}


def written(reason: Reason) -> str:
    """Return a reason as it stands in files: ``left knee hidden``."""
    part = "body"
    if reason.part is not None and reason.side is not None:
        part = f"{reason.side.word} {reason.part.value}"
    return _WRITTEN[reason.kind].format(part=part)


_REASONS = {written(reason): reason for reason in REASONS}


def reason_of(words: str) -> Reason | None:
    """Return the reason that a file has these words for; None where there is none such."""
    return _REASONS.get(words)
