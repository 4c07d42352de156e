"""What to do at once about pain, effort and other signs, within the session in which they come."""

from dataclasses import dataclass
from enum import StrEnum

from formcoach.programme.lines import Line
from formcoach.programme.outcomes import StopReason
from formcoach.programme.screening import EMERGENCY_SIGNS, STOP_SIGNS

__all__ = [
    "CALLED_OUT",
    "EASIER_PAIN",
    "HARD_EFFORT",
    "MAX_EFFORT",
    "PAIN_RISE",
    "STOP_PAIN",
    "Action",
    "Reaction",
    "hurts",
    "reaction",
]

EASIER_PAIN = 4
PAIN_RISE = 2
STOP_PAIN = 6
"""Pain over 3, or 2 more than before: easier; from 6 on: stop (rules C14, the stricter default)."""
HARD_EFFORT = 7
"""Effort from here on is too much (rules C13)."""
MAX_EFFORT = 4
"""Up to here it may get harder (rules C13)."""
CALLED_OUT = "pain"
"""The sign of someone who calls out that it hurts and says no more."""


class Action(StrEnum):
    """What is done at once, mildest first."""

    GO_ON = "go_on"
    ASK_LESS = "ask_less"
    EASIER = "easier"
    STOP = "stop"
    SEE_PROFESSIONAL = "see_professional"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """What is done, and the words for it.

    Attributes:
        action: what is done.
        say: spoken at once.
        show: the id of steps, spoken and shown after it; None where there is nothing to add.
        stopped_why: what to keep with the set; None where it does not end because of this.
    """

    action: Action
    say: Line
    show: Line | None = None
    stopped_why: StopReason | None = None

    @property
    def ends_set(self) -> bool:
        """Whether the set under way ends now."""
        return self.action not in (Action.GO_ON, Action.ASK_LESS)

    @property
    def ends_session(self) -> bool:
        """Whether nothing more is done today."""
        return self.action in (Action.STOP, Action.SEE_PROFESSIONAL, Action.EMERGENCY)


_GO_ON = Reaction(action=Action.GO_ON, say=Line(phrase="react.go_on"))
_ASK_LESS = Reaction(action=Action.ASK_LESS, say=Line(phrase="react.ask_less"))
_BREATHE = Reaction(action=Action.ASK_LESS, say=Line(phrase="react.breathe"))
_BACK = Reaction(action=Action.ASK_LESS, say=Line(phrase="react.back"))
_EASIER_EFFORT = Reaction(action=Action.EASIER, say=Line(phrase="react.easier"))
_EASIER_PAIN = Reaction(
    action=Action.EASIER,
    say=Line(phrase="react.easier_pain"),
    stopped_why=StopReason.PAIN,
)
_STOP_PAIN = Reaction(
    action=Action.STOP,
    say=Line(phrase="react.stop_pain"),
    show=Line(phrase="advice.rest"),
    stopped_why=StopReason.PAIN,
)
_SEE = Reaction(
    action=Action.SEE_PROFESSIONAL,
    say=Line(phrase="react.stop_sign"),
    show=Line(phrase="advice.see_professional"),
    stopped_why=StopReason.RED_FLAG,
)
_EMERGENCY = Reaction(
    action=Action.EMERGENCY,
    say=Line(phrase="react.emergency"),
    show=Line(phrase="advice.emergency"),
    stopped_why=StopReason.EMERGENCY,
)
_SHARP = Reaction(
    action=Action.STOP,
    say=Line(phrase="react.stop_pain"),
    show=Line(phrase="advice.rest"),
    stopped_why=StopReason.SHARP_PAIN,
)
_BALANCE = Reaction(
    action=Action.STOP,
    say=Line(phrase="react.stop_balance"),
    show=Line(phrase="advice.balance"),
    stopped_why=StopReason.BALANCE,
)

_SIGNS: dict[str, Reaction] = {
    **dict.fromkeys(STOP_SIGNS, _SEE),
    **dict.fromkeys(EMERGENCY_SIGNS, _EMERGENCY),
    "sharp_pain": _SHARP,
    "groin_pinch": _SHARP,
    "balance_lost": _BALANCE,
    CALLED_OUT: _STOP_PAIN,
}


def reaction(
    *,
    pain: int | None = None,
    pain_before: int | None = None,
    effort: int | None = None,
    breathing_normal: bool | None = None,
    back_kept: bool | None = None,
    sign: str | None = None,
) -> Reaction:
    """Return what to do about what the person has just told, the most serious first.

    Args:
        pain: 0 to 10, now.
        pain_before: 0 to 10, before the session.
        effort: 0 to 10, of the set.
        breathing_normal: whether the breath stayed normal in the set.
        back_kept: whether the low back stayed as the exercise asks.
        sign: the id of a sign of `screening.STOP_SIGNS` or `screening.EMERGENCY_SIGNS`, or
            `CALLED_OUT`.

    Raises:
        ValueError: there is no such sign.
    """
    if sign is not None:
        if sign not in _SIGNS:
            raise ValueError(f"sign must be one of {', '.join(_SIGNS)}, got {sign!r}")
        return _SIGNS[sign]
    if pain is not None and pain >= STOP_PAIN:
        return _STOP_PAIN
    if hurts(pain, pain_before):
        return _EASIER_PAIN
    if effort is not None and effort >= HARD_EFFORT:
        return _EASIER_EFFORT
    if back_kept is False:
        return _BACK
    if breathing_normal is False:
        return _BREATHE
    return _ASK_LESS if effort is not None and effort > MAX_EFFORT else _GO_ON


def hurts(pain: int | None, pain_before: int | None) -> bool:
    """Say whether pain is, or has risen, too much to go on as before."""
    if pain is None:
        return False
    rise = 0 if pain_before is None else pain - pain_before
    return pain >= EASIER_PAIN or rise >= PAIN_RISE
