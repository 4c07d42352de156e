"""The phase machine: one signal in, movements out."""

from math import nan

import numpy as np
import numpy.typing as npt
import pytest
from coached import coached
from figure import Body
from hypothesis import given
from hypothesis import strategies as st
from moves import trace
from msgspec import structs

from formcoach.coaching.events import Phase, Quality
from formcoach.coaching.reps.counter import PersonalRange, RepCounter
from formcoach.coaching.reps.excursion import Excursion, rest_before_rise
from formcoach.exercises.spec import Movement
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import Signal

Array = npt.NDArray[np.float64]

RAISE = Movement(
    signal=Signal.HIP_FLEXION,
    direction="up",
    sides="each",
    end_deg=85,
    range_deg=50,
    share_of="range",
    complete_share=0.7,
    min_deg=15,
    source="proposal",
)
LOWERING = Movement(
    signal=Signal.HIP_FLEXION,
    direction="down",
    sides="each",
    end_deg=45,
    range_deg=45,
    min_deg=20,
    source="proposal",
)
RUN = Movement(
    signal=Signal.HIP_FLEXION,
    direction="up",
    sides="each",
    end_deg=75,
    range_deg=65,
    complete_share=0.6,
    min_deg=25,
    continuous=True,
    source="proposal",
)
FPS = 30.0


def path(*places: tuple[float, float]) -> tuple[Array, Array]:
    """Go from place to place (seconds, degrees) as a cosine does."""
    at = np.array([t_s for t_s, _ in places])
    degrees = np.array([value for _, value in places])
    times = np.arange(0.0, at[-1], 1 / FPS)
    after = np.clip(np.searchsorted(at, times, side="right"), 1, len(at) - 1)
    share = (times - at[after - 1]) / (at[after] - at[after - 1])
    eased = 0.5 - 0.5 * np.cos(np.pi * share)
    return times, degrees[after - 1] + eased * (degrees[after] - degrees[after - 1])


def movements(
    times: Array, values: Array, movement: Movement = RAISE, set_end_deg: float = nan
) -> list[Excursion]:
    personal = PersonalRange(movement, set_end_deg)
    counter = RepCounter(movement, personal)
    found = []
    for t_s, value in zip(times, values, strict=True):
        excursion = counter.step(float(t_s), float(value))
        if excursion is not None:
            found.append(excursion)
            if excursion.complete:
                personal.add(excursion)
    cut = counter.finish()
    return [*found, cut] if cut is not None else found


def one_rep(far_deg: float = 85.0, rest_deg: float = 30.0) -> tuple[Array, Array]:
    return path(
        (0, rest_deg), (2, rest_deg), (4, far_deg), (5, far_deg), (7, rest_deg), (9, rest_deg)
    )


def test_a_movement_out_and_back_has_its_times_and_ranges() -> None:
    (found,) = movements(*one_rep())
    assert found.complete
    assert (found.start_s, found.turn_s, found.end_s) == pytest.approx((2, 4.5, 7), abs=0.06)
    assert found.hold_s == pytest.approx(1.0, abs=0.15)
    assert (found.lift_s, found.lower_s) == pytest.approx((2, 2), abs=0.15)
    assert (found.rest_deg, found.peak_deg, found.rom_deg) == pytest.approx((30, 85, 55), abs=0.5)


def test_a_movement_downward_is_the_same_upside_down() -> None:
    times, values = one_rep(far_deg=40.0, rest_deg=90.0)
    (found,) = movements(times, values, LOWERING)
    assert (found.rest_deg, found.peak_deg, found.rom_deg) == pytest.approx((90, 40, 50), abs=0.5)
    assert found.turn_s == pytest.approx(4.5, abs=0.06)


def test_less_than_its_share_of_the_way_is_not_complete() -> None:
    times, values = one_rep(far_deg=30.0 + 0.65 * 50)
    (found,) = movements(times, values)
    assert not found.complete
    times, values = one_rep(far_deg=30.0 + 0.75 * 50)
    assert movements(times, values)[0].complete


def test_a_shiver_is_no_movement() -> None:
    times = np.arange(0, 20, 1 / FPS)
    assert movements(times, 30 + 6 * np.sin(3 * times)) == []


def test_a_wobble_at_the_far_end_makes_no_second_movement() -> None:
    places = [(0, 30), (2, 30), (4, 85), (4.5, 78), (5, 85), (5.5, 79), (6, 85), (8, 30), (10, 30)]
    assert len(movements(*path(*places))) == 1


def test_a_halt_on_the_way_back_makes_no_second_movement() -> None:
    places = [(0, 30), (2, 30), (4, 85), (5, 60), (6, 60), (7, 66), (8, 60), (10, 30), (12, 30)]
    assert len(movements(*path(*places))) == 1


@pytest.mark.parametrize("share", [0.3, 0.4, 0.5, 0.65])
@pytest.mark.parametrize("stop_s", [0.6, 1.5])
def test_a_stop_on_the_way_is_neither_rest_nor_far_end(share: float, stop_s: float) -> None:
    stop = 30 + share * 55
    places: list[tuple[float, float]] = [(0, 30)]
    for number in range(3):
        start = 2 + number * (10 + 2 * stop_s)
        there, back = start + 3 + stop_s, start + 5 + stop_s
        places += [
            (start, 30), (start + 1.5, stop), (start + 1.5 + stop_s, stop), (there, 85),
            (back, 85), (back + 1.5, stop), (back + 1.5 + stop_s, stop), (back + 3 + stop_s, 30),
        ]  # fmt: skip
    places.append((places[-1][0] + 3, 30))
    found = movements(*path(*places))
    assert [excursion.complete for excursion in found] == [True] * 3
    for number, excursion in enumerate(found):
        start_s = 2 + number * (10 + 2 * stop_s)
        assert excursion.start_s == pytest.approx(start_s, abs=0.3)
        assert excursion.end_s == pytest.approx(start_s + 8 + 2 * stop_s, abs=0.3)
        assert excursion.rom_deg == pytest.approx(55, abs=1)


@pytest.mark.parametrize(("down", "end_s"), [(0.35, 16.0), (0.9, 6.0)])
def test_a_long_pause_loses_no_movement(down: float, end_s: float) -> None:
    """On the way back, where it ends the movement only near rest; or on the way out."""
    pause = 85 - down * 55
    places = [(0, 30), (2, 30), (4, 85), (5, 85), (6, pause), (14, pause), (16, 30), (19, 30)]
    (found,) = movements(*path(*places))
    assert found.complete
    assert found.end_s == pytest.approx(end_s, abs=0.4)
    places = [(0, 30), (2, 30), (4, 66), (9, 66), (10, 85), (11, 85), (13, 30), (16, 30)]
    assert [excursion.complete for excursion in movements(*path(*places))] == [True]


@pytest.mark.parametrize("lift_s", [3.0, 7.0, 14.0])
def test_rest_does_not_follow_a_slow_limb(lift_s: float) -> None:
    up = 2 + lift_s
    places = [
        (0, 30),
        (2, 30),
        (up, 60),
        (up + 1, 60),
        (up + 1 + lift_s, 30),
        (up + 4 + lift_s, 30),
    ]
    assert len(movements(*path(*places))) == 1


@given(
    st.lists(st.tuples(st.floats(0.1, 3.0), st.floats(-30.0, 130.0)), min_size=3, max_size=25),
    st.sampled_from([RAISE, LOWERING, RUN]),
)
def test_whatever_a_limb_does_is_counted_without_fail(
    steps: list[tuple[float, float]], movement: Movement
) -> None:
    at = np.cumsum([lasts_s for lasts_s, _ in steps])
    places = [(0.0, 30.0), *zip(at.tolist(), [deg for _, deg in steps], strict=True)]
    for excursion in movements(*path(*places), movement=movement):
        assert excursion.start_s <= excursion.turn_s <= excursion.end_s
        assert excursion.rom_deg >= movement.min_deg or not excursion.complete


def test_no_level_of_rest_lies_above_the_limb() -> None:
    values = [*[60.0] * 30, 50.0, 40.0, 30.0, *np.linspace(20.0, 55.0, 8).tolist()]
    samples = [(i / FPS, value) for i, value in enumerate(values)]
    assert rest_before_rise(samples, 10.0) == 20.0


def test_one_low_value_is_no_rest() -> None:
    times, values = one_rep()
    whole = movements(times, values)
    values[20] = 5.0
    assert movements(times, values) == whole
    counter = RepCounter(RAISE, PersonalRange(RAISE))
    for t_s, value in zip(times[:45], values[:45], strict=True):
        counter.step(float(t_s), float(value))
        assert not counter.moving


def test_whoever_has_set_a_near_end_point_is_counted_by_it() -> None:
    times, values = one_rep(far_deg=46.0)
    by_end = structs.replace(RAISE, share_of="end")
    assert movements(times, values, by_end) == []
    (found,) = movements(times, values, by_end, set_end_deg=46.0)
    assert found.complete


def test_movements_without_rest_between_are_counted_each() -> None:
    times = np.arange(0, 21, 1 / FPS)
    found = movements(times, 57.5 - 27.5 * np.cos(2 * np.pi * times / 3))
    assert len(found) == 7
    assert all(excursion.complete for excursion in found)


@pytest.mark.parametrize("least", [0.0, 12.0, 25.0])
def test_a_rest_that_is_not_quite_reached_still_parts_two_movements(least: float) -> None:
    low = 30 + 0.5 * least
    places = [(0, 30), (2, 30), (4, 85), (6, low), (8, 85), (10, low), (12, 85), (14, 30), (16, 30)]
    assert len(movements(*path(*places))) == 3


def test_a_person_with_a_small_range_is_measured_by_it() -> None:
    places: list[tuple[float, float]] = [(0, 30)]
    for number in range(4):
        start = 2 + 8 * number
        places += [(start, 30), (start + 2, 66), (start + 4, 30)]
    places.append((36, 30))
    found = movements(*path(*places))
    assert [excursion.complete for excursion in found] == [True] * 4


def test_a_stiffer_limb_is_measured_by_the_other_until_it_has_shown_its_own() -> None:
    one, other = PersonalRange(RAISE), PersonalRange(RAISE)
    one.other, other.other = other, one
    (found,) = movements(*one_rep(far_deg=110.0))
    one.add(found)
    assert other.way_deg == pytest.approx(80, abs=1)
    assert other.share(85, 40) == pytest.approx(0.5, abs=0.01)
    assert other.own_share(85, 40) == pytest.approx(0.8)


def test_a_gap_of_half_a_second_gives_the_movement_up() -> None:
    times, values = one_rep()
    short, long = values.copy(), values.copy()
    short[(times > 3.0) & (times < 3.4)] = nan
    long[(times > 3.0) & (times < 3.7)] = nan
    (found,) = movements(times, short)
    assert found.max_gap_s == pytest.approx(0.4, abs=0.05)
    assert found.complete
    assert movements(times, long) == []


def test_a_gap_at_rest_is_none_in_the_movement() -> None:
    times, values = one_rep()
    values[(times > 0.5) & (times < 1.5)] = nan
    (found,) = movements(times, values)
    assert found.max_gap_s < 0.05


def test_a_small_excursion_that_stays_is_a_new_rest() -> None:
    places = [(0, 30), (2, 30), (3, 52), (12, 52), (14, 100), (15, 100), (17, 52), (20, 52)]
    (found,) = movements(*path(*places))
    assert found.rest_deg == pytest.approx(52, abs=1)
    assert found.start_s == pytest.approx(12, abs=0.1)


def test_a_far_end_that_is_held_is_waited_for() -> None:
    places = [(0, 30), (2, 30), (4, 85), (34, 85), (36, 30), (38, 30)]
    (found,) = movements(*path(*places))
    assert found.hold_s == pytest.approx(30, abs=0.3)


def test_a_far_end_that_is_never_left_is_given_up() -> None:
    places = [(0, 30), (2, 30), (4, 85), (100, 85), (102, 30), (110, 30)]
    assert movements(*path(*places)) == []


def test_a_movement_that_the_end_cuts_off_counts_when_most_of_it_is_back() -> None:
    times, values = one_rep()
    assert len(movements(times[times < 6.4], values[times < 6.4])) == 1
    assert movements(times[times < 5.6], values[times < 5.6]) == []


def test_a_run_may_begin_in_the_middle_of_a_movement() -> None:
    times = np.arange(0, 3.2, 1 / FPS)
    values = 42.5 + 42.5 * np.cos(2 * np.pi * times / 0.8)
    assert len(movements(times, values, RUN)) == 4


def test_the_phases_come_in_order() -> None:
    counter = RepCounter(RAISE, PersonalRange(RAISE))
    phases = []
    for t_s, value in zip(*one_rep(), strict=True):
        counter.step(float(t_s), float(value))
        phases.append(counter.phase)
    assert list(dict.fromkeys(phases)) == [Phase.READY, Phase.LIFT, Phase.TURN, Phase.LOWER]
    assert phases[-1] is Phase.READY


def test_to_leave_forgets_what_was_under_way() -> None:
    counter = RepCounter(RAISE, PersonalRange(RAISE))
    times, values = one_rep()
    for t_s, value in zip(times, values, strict=True):
        if t_s < 4.5:
            counter.step(float(t_s), float(value))
    assert counter.reached_deg == pytest.approx(55, abs=1)
    counter.reset()
    assert counter.reached_deg == 0.0
    assert counter.finish() is None


@pytest.mark.parametrize(
    ("far_deg", "quality"),
    [(75, Quality.PARTIAL), (85, Quality.FAULTY), (108, Quality.GOOD)],
)
def test_reps_are_held_against_the_end_point_that_was_set(far_deg: int, quality: Quality) -> None:
    """At 110 deg: under 70 % is a partial, 70 to 85 % is short (rules B3), however often."""

    def short(body: Body, side: Side | None) -> Body:
        return body.on(side, hip=float(far_deg))

    filmed = trace("hip_flexion", "bent", 6, far=dict.fromkeys(range(1, 7), short))
    ends = dict.fromkeys(Side, 110.0)
    reps = coached(filmed.poses, "hip_flexion", "bent", personal_end_deg=ends).reps
    assert [rep.quality for rep in reps] == [quality] * 6
