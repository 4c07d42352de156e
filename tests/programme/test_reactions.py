"""What is told of a set is reacted to at once: the most serious thing first."""

from typing import Any

import pytest

from formcoach.programme.outcomes import StopReason
from formcoach.programme.reactions import CALLED_OUT, Action, reaction
from formcoach.programme.screening import EMERGENCY_SIGNS, STOP_SIGNS


@pytest.mark.parametrize(
    ("told", "action"),
    [
        ({}, Action.GO_ON),
        ({"pain": 3, "pain_before": 3}, Action.GO_ON),
        ({"pain": 4, "pain_before": 4}, Action.EASIER),
        ({"pain": 1, "pain_before": 0}, Action.GO_ON),
        ({"pain": 2, "pain_before": 0}, Action.EASIER),
        ({"pain": 2}, Action.GO_ON),
        ({"pain": 5, "pain_before": 5}, Action.EASIER),
        ({"pain": 6, "pain_before": 6}, Action.STOP),
        ({"effort": 4}, Action.GO_ON),
        ({"effort": 5}, Action.ASK_LESS),
        ({"effort": 6}, Action.ASK_LESS),
        ({"effort": 7}, Action.EASIER),
        ({"breathing_normal": False}, Action.ASK_LESS),
        ({"breathing_normal": True, "back_kept": True}, Action.GO_ON),
        ({"back_kept": False}, Action.ASK_LESS),
        ({"effort": 10, "pain": 6}, Action.STOP),
        ({"sign": "balance_lost", "pain": 0}, Action.STOP),
    ],
)
def test_each_limit_on_both_sides(told: dict[str, Any], action: Action) -> None:
    assert reaction(**told).action is action


@pytest.mark.parametrize("sign", EMERGENCY_SIGNS)
def test_an_emergency_ends_the_day_and_says_whom_to_call(sign: str) -> None:
    told = reaction(sign=sign, pain=0)
    assert told.action is Action.EMERGENCY
    assert told.ends_session
    assert told.show is not None
    assert told.show.phrase == "advice.emergency"


@pytest.mark.parametrize("sign", [*STOP_SIGNS, CALLED_OUT])
def test_every_sign_ends_the_day(sign: str) -> None:
    told = reaction(sign=sign)
    assert told.ends_session
    assert told.stopped_why not in (None, StopReason.TIRED, StopReason.ENOUGH)


def test_what_asks_for_less_ends_no_set() -> None:
    assert not reaction(effort=5).ends_set
    assert reaction(effort=7).ends_set
    assert not reaction(effort=7).ends_session


def test_a_sign_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"sign must be one of .*, got 'itch'"):
        reaction(sign="itch")
