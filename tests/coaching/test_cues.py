"""What is said, when, and how often: `docs/rules.md` C12."""

import pytest
from coached import coached
from moves import Tempo, trace
from reasons import reason

from formcoach.coaching.cues import CuePolicy
from formcoach.coaching.events import Cue, Fault, Priority
from formcoach.pose.doubts import TURN_SIDEWAYS
from formcoach.pose.landmarks import Side


def fault(fault_id: str, priority: Priority = Priority.FORM, measured: float = 20.0) -> Fault:
    return Fault(
        id=fault_id,
        side=Side.LEFT,
        start_s=0.0,
        end_s=None,
        measured=measured,
        limit=10.0,
        priority=priority,
    )


SAG = fault("hips_sag", Priority.SAFETY)
PIKE = fault("hips_pike")
HEAD = fault("head_drops", measured=40.0)
FAST = fault("too_fast", Priority.TEMPO)
HASTY = Tempo(lift_s=0.9, hold_s=0.4, lower_s=0.9, rest_s=6.0)


def said(cue: Cue | None) -> str | None:
    return None if cue is None else cue.id


def each_rep(policy: CuePolicy, *faults: Fault, times: int, every_s: float = 10.0) -> list[Cue]:
    cues = []
    for number in range(times):
        cue = policy.choose(number * every_s, faults)
        policy.rep_over(one.id for one in faults)
        if cue is not None:
            cues.append(cue)
    return cues


def test_it_is_silent_when_all_is_well() -> None:
    assert CuePolicy().choose(0.0, ()) is None


def test_a_cue_names_the_fault_its_side_and_its_urgency() -> None:
    cue = CuePolicy().choose(3.0, [PIKE])
    assert cue == Cue(t_s=3.0, id="hips_pike", side=Side.LEFT, priority=Priority.FORM)


def test_safety_goes_before_tempo_before_form_and_then_the_largest() -> None:
    assert said(CuePolicy().choose(0.0, [HEAD, PIKE, FAST, SAG])) == "hips_sag"
    assert said(CuePolicy().choose(0.0, [HEAD, PIKE, FAST])) == "too_fast"
    assert said(CuePolicy().choose(0.0, [PIKE, HEAD])) == "head_drops"


def test_the_same_cue_comes_once_a_rep() -> None:
    policy = CuePolicy()
    assert said(policy.choose(0.0, [PIKE])) == "hips_pike"
    assert policy.choose(20.0, [PIKE]) is None
    policy.rep_over(["hips_pike"])
    assert said(policy.choose(21.0, [PIKE])) == "hips_pike"


def test_the_same_cue_waits_eight_seconds_even_when_it_is_urgent() -> None:
    for one in (PIKE, SAG):
        policy = CuePolicy()
        policy.choose(0.0, [one])
        policy.rep_over([one.id])
        assert policy.choose(7.9, [one]) is None
        assert said(policy.choose(8.0, [one])) == one.id


def test_any_two_cues_are_four_seconds_apart() -> None:
    policy = CuePolicy()
    policy.choose(0.0, [PIKE])
    assert policy.choose(3.9, [HEAD]) is None
    assert said(policy.choose(4.0, [HEAD])) == "head_drops"


def test_safety_does_not_wait_for_another_cue() -> None:
    policy = CuePolicy()
    policy.choose(0.0, [PIKE])
    assert said(policy.choose(0.5, [SAG])) == "hips_sag"


def test_a_rep_has_two_cues_at_most_but_for_safety() -> None:
    policy = CuePolicy()
    policy.choose(0.0, [PIKE])
    policy.choose(5.0, [HEAD])
    assert policy.choose(10.0, [FAST]) is None
    assert said(policy.choose(11.0, [FAST, SAG])) == "hips_sag"
    policy.rep_over([])
    assert said(policy.choose(16.0, [FAST])) == "too_fast"


def test_the_words_change_after_two_that_did_not_help_and_then_an_easier_level_is_offered() -> None:
    cues = each_rep(CuePolicy(), PIKE, times=6)
    assert [(cue.id, cue.again) for cue in cues] == [
        ("hips_pike", False),
        ("hips_pike", False),
        ("hips_pike", True),
        ("easier_level", False),
        ("hips_pike", True),
        ("hips_pike", True),
    ]


def test_no_easier_level_is_offered_where_there_is_none() -> None:
    cues = each_rep(CuePolicy(has_easier=False), PIKE, times=6)
    assert [cue.id for cue in cues] == ["hips_pike"] * 6


@pytest.mark.parametrize(("level", "offered"), [("bent", False), ("straight", True)])
def test_the_coach_knows_whether_there_is_an_easier_level(level: str, offered: bool) -> None:
    filmed = trace("hip_flexion", level, 8, tempo=HASTY)
    cues = coached(filmed.poses, "hip_flexion", level).cues
    assert [cue.id for cue in cues].count("too_fast") > 2
    assert ("easier_level" in [cue.id for cue in cues]) is offered


def test_a_fault_that_stayed_away_for_a_rep_is_new_again() -> None:
    policy = CuePolicy()
    each_rep(policy, PIKE, times=2)
    policy.rep_over([])
    cue = policy.choose(40.0, [PIKE])
    assert cue is not None
    assert not cue.again


def test_outside_of_reps_the_same_cue_comes_again_after_eight_seconds() -> None:
    policy = CuePolicy()
    chosen = [policy.choose(float(t_s), [SAG], in_rep=False) for t_s in range(40)]
    cues = [cue for cue in chosen if cue is not None]
    assert [cue.t_s for cue in cues] == [0.0, 8.0, 16.0, 24.0, 32.0]
    assert [cue.id for cue in cues][3] == "easier_level"


def test_a_doubt_is_said_every_ten_seconds_and_always_in_the_same_words() -> None:
    policy = CuePolicy()
    cues = [cue for t_s in range(45) if (cue := policy.view(float(t_s), TURN_SIDEWAYS))]
    assert [cue.t_s for cue in cues] == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert {(cue.reason, cue.again, cue.priority) for cue in cues} == {
        (TURN_SIDEWAYS, False, Priority.VIEW)
    }


def test_a_doubt_waits_its_turn_after_a_cue() -> None:
    policy = CuePolicy()
    policy.choose(0.0, [PIKE])
    assert policy.view(3.0, reason("left knee hidden")) is None
    assert said(policy.view(4.0, reason("left knee hidden"))) == "left_knee_hidden"
    assert policy.choose(6.0, [HEAD]) is None


def test_a_limit_of_nothing_is_no_division_by_it() -> None:
    nothing = Fault(id="other", side=None, start_s=0.0, end_s=None, measured=5.0, limit=0.0)
    assert said(CuePolicy().choose(0.0, [nothing])) == "other"
