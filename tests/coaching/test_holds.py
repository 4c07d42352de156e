from collections.abc import Iterable
from importlib import resources
from math import nan

import pytest
from coached import coached
from figure import Anchor, Body, Film, Stretch, film
from flaws import FLAWS
from moves import PLANK as HELD
from moves import plank, trace

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Hold
from formcoach.coaching.holds import MIN_HOLD_S, HoldTimer
from formcoach.exercises.parsing import parse_spec
from formcoach.exercises.spec import Isometric
from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.signals import SIGNAL_KEYS, Signal, SignalKey

LINE, TRUNK = Signal.BODY_LINE, Signal.TRUNK_INCLINATION
PLANK = Isometric(
    inside={LINE: (-10.0, 10.0)},
    outside={LINE: (-20.0, 20.0)},
    grace_s=1.0,
    broken_by=("low_hips",),
    source="proposal",
)
EVERY_S = 0.1


def seen(line_deg: float, trunk_deg: float = 70.0) -> dict[SignalKey, float]:
    values = dict.fromkeys(SIGNAL_KEYS, nan)
    values[LINE, Side.RIGHT] = line_deg
    values[TRUNK, None] = trunk_deg
    return values


def timed(
    stretches: list[tuple[float, dict[SignalKey, float] | None]],
    faults: tuple[str, ...] = (),
) -> list[Hold]:
    """Time stretches of so many seconds, one after the other; None is a body that is not seen."""
    timer, t_s = HoldTimer(PLANK, {TRUNK: (50.0, 90.0)}), 0.0
    holds = []
    for lasts_s, values in stretches:
        for _ in range(round(lasts_s / EVERY_S)):
            holds.append(timer.step(t_s, values, Side.RIGHT, faults))
            t_s += EVERY_S
    return [hold for hold in (*holds, timer.finish()) if hold is not None]


def test_a_position_is_timed_from_its_first_moment_to_its_last() -> None:
    (hold,) = timed([(2.0, seen(30)), (5.0, seen(2)), (3.0, seen(30))])
    assert (hold.start_s, hold.end_s) == pytest.approx((2.0, 6.9))
    assert hold.duration_s == pytest.approx(4.9)


def test_a_position_of_which_nothing_is_seen_is_not_taken_up() -> None:
    assert timed([(5.0, seen(nan))]) == []
    (hold,) = timed([(3.0, seen(nan)), (5.0, seen(2))])
    assert hold.start_s == pytest.approx(3.0)


def test_it_begins_inside_and_ends_outside() -> None:
    (hold,) = timed([(1.0, seen(15)), (3.0, seen(5)), (3.0, seen(15)), (3.0, seen(25))])
    assert (hold.start_s, hold.end_s) == pytest.approx((1.0, 6.9))


def test_a_short_breach_does_not_end_it_and_a_long_one_does() -> None:
    assert len(timed([(3.0, seen(0)), (0.9, seen(40)), (3.0, seen(0))])) == 1
    assert len(timed([(3.0, seen(0)), (1.3, seen(40)), (3.0, seen(0))])) == 2


def test_not_to_be_seen_for_longer_than_the_grace_ends_it() -> None:
    assert len(timed([(3.0, seen(0)), (0.9, None), (3.0, seen(0))])) == 1
    assert len(timed([(3.0, seen(0)), (1.3, None), (3.0, seen(0))])) == 2


def test_a_signal_that_is_not_seen_is_not_held_against_it() -> None:
    (hold,) = timed([(2.0, seen(0)), (4.0, seen(nan)), (2.0, seen(0))])
    assert hold.duration_s == pytest.approx(7.9)


def test_another_posture_is_no_hold() -> None:
    assert timed([(5.0, seen(0, trunk_deg=0.0))]) == []
    (hold,) = timed([(3.0, seen(0)), (3.0, seen(0, trunk_deg=0.0))])
    assert hold.end_s == pytest.approx(2.9)


def test_to_pass_through_the_position_is_no_hold() -> None:
    assert timed([(1.0, seen(30)), (MIN_HOLD_S - 0.1, seen(0)), (3.0, seen(30))]) == []


def test_its_faults_are_kept_once_each_and_the_next_hold_begins_without() -> None:
    (hold,) = timed([(3.0, seen(0))], ("hips_sag", "head_drops"))
    assert hold.faults == ("hips_sag", "head_drops")
    timer = HoldTimer(PLANK, {})
    for step in range(30):
        timer.step(step * EVERY_S, seen(0), Side.RIGHT, ("hips_sag",) if step < 5 else ())
    first = timer.finish()
    assert first is not None
    assert first.faults == ("hips_sag",)
    for step in range(30, 60):
        timer.step(step * EVERY_S, seen(0), Side.RIGHT, ())
    second = timer.finish()
    assert second is not None
    assert second.faults == ()


def test_how_long_it_has_lasted_is_known_meanwhile() -> None:
    timer = HoldTimer(PLANK, {})
    assert timer.held_s(5.0) == 0.0
    timer.step(1.0, seen(0), Side.RIGHT, ())
    assert timer.held_s(3.5) == 2.5
    timer.finish()
    assert timer.held_s(9.0) == 0.0


def test_a_sag_in_the_middle_leaves_the_longer_of_two_stretches() -> None:
    timer, t_s = HoldTimer(PLANK, {}), 0.0
    for lasts_s, faults in ((4.0, ()), (2.0, ("low_hips",)), (6.0, ("head_drops",))):
        for _ in range(round(lasts_s / EVERY_S)):
            assert timer.step(t_s, seen(0), Side.RIGHT, faults) is None
            t_s += EVERY_S
    hold = timer.finish()
    assert hold is not None
    assert hold.faults == ("low_hips", "head_drops")
    assert hold.in_line_s == pytest.approx(5.9)
    assert hold.duration_s == pytest.approx(11.9)


def test_a_plank_of_ones_own_is_broken_by_the_checks_it_names() -> None:
    flaw = FLAWS["plank_hold", "floor"]["hips_sag", "body_line_deg"]
    poses = trace("plank_hold", "floor", far=dict.fromkeys(flaw.reps, flaw.far)).poses
    shipped = resources.files("formcoach.exercises.catalogue") / "plank_hold.toml"
    own = shipped.read_text(encoding="utf-8").replace("hips_sag", "low_hips")
    (hold,) = held(own, poses)
    assert hold.faults == ("low_hips",)
    assert MIN_HOLD_S < hold.in_line_s < hold.duration_s - 1.0
    (unbroken,) = held(own.replace('["low_hips", "hips_pike"]', "[]"), poses)
    assert unbroken.in_line_s == unbroken.duration_s == hold.duration_s


def held(text: str, poses: Iterable[Pose]) -> list[Hold]:
    coach = Coach(parse_spec(text, "plank.toml"), "floor")
    for pose in poses:
        coach.step(pose)
    return coach.finish().holds


def posed(body: Body, seconds: float = 8.0, anchor: Anchor = Anchor.HIPS) -> list[Pose]:
    return film([Stretch(keys=[(0.0, body), (seconds, body)], anchor=anchor)], Film())


@pytest.mark.parametrize(
    "body",
    [
        Body(trunk=90).on(None, shoulder=150, elbow=100),
        Body(trunk=90).on(None, shoulder=5, elbow=5),
        Body(trunk=86).on(None, hip=-8, shoulder=175, elbow=5),
    ],
    ids=["hands under the forehead", "arms along the body", "arms stretched forward"],
)
def test_lying_on_the_belly_is_no_plank(body: Body) -> None:
    assert coached(posed(body), "plank_hold", "floor").holds == []


def test_a_plank_on_the_forearms_is_one() -> None:
    body = Body(trunk=81).on(None, hip=1, knee=2, shoulder=81, elbow=90)
    (hold,) = coached(posed(body), "plank_hold", "floor").holds
    assert hold.faults == ()


REST = {
    "on all fours": Body(trunk=75, up_m=0.35).on(None, hip=85, knee=95, shoulder=80),
    "on the heels": Body(trunk=100, up_m=0.12).on(None, hip=150, knee=150, shoulder=170),
}


@pytest.mark.parametrize("rest", list(REST))
def test_whoever_rests_between_two_holds_is_left_alone(rest: str) -> None:
    held = HELD._replace(forward_m=-0.5, up_m=0.3)
    bodies = [(0.0, held), (6.0, held), (7.5, REST[rest]), (14.0, REST[rest]), (15.5, held)]
    keys = [*bodies, (22.0, held)]
    summary = coached(film([Stretch(keys=keys, anchor=Anchor.HIPS)], Film()), "plank_hold", "floor")
    assert [hold.faults for hold in summary.holds] == [(), ()]
    assert [cue for cue in summary.cues if 7.5 < cue.t_s < 14.0] == []


def test_whoever_does_not_get_into_line_is_told_before_it_counts() -> None:
    summary = coached(posed(plank(line=33.0), anchor=Anchor.HANDS), "plank_hold", "floor")
    assert summary.holds == []
    assert [cue.id for cue in summary.cues] == ["hips_pike"]
