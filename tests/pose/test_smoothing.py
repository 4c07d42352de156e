from math import isnan, nan, sin

import numpy as np
import pytest

from formcoach.pose.smoothing import BELIEVED_S, FORGOTTEN_S, AngleFilter


def smoothed(times: np.ndarray, values: np.ndarray) -> np.ndarray:
    one = AngleFilter()
    return np.array([one.step(float(t), float(v)) for t, v in zip(times, values, strict=True)])


def test_the_first_value_passes_as_it_is() -> None:
    assert AngleFilter().step(3.0, 42.0) == 42.0


def test_what_is_not_seen_stays_unseen_and_harms_nothing() -> None:
    one = AngleFilter()
    one.step(0.0, 40.0)
    assert isnan(one.step(0.1, nan))
    assert one.step(0.2, 40.0) == pytest.approx(40.0)


@pytest.mark.parametrize("fps", [10, 15, 30, 60])
@pytest.mark.parametrize(("speed", "max_lag_s"), [(20.0, 0.03), (60.0, 0.025), (300.0, 0.012)])
def test_it_hardly_lags_a_movement(fps: int, speed: float, max_lag_s: float) -> None:
    times = np.arange(0, 2, 1 / fps)
    late = speed * times - smoothed(times, speed * times)
    assert 0 <= late[times > 1].max() / speed <= max_lag_s


def test_it_calms_the_noise_at_rest() -> None:
    times = np.arange(0, 20, 1 / 30)
    noise = np.random.default_rng(1).standard_normal(len(times))
    assert smoothed(times, 30 + noise)[30:].std() < 0.75 * noise.std()


def test_a_single_wild_value_is_dropped() -> None:
    times = np.arange(0, 1, 1 / 30)
    values = np.full(len(times), 20.0)
    values[15] = 110.0
    seen = smoothed(times, values)
    assert isnan(seen[15])
    assert np.nanmax(np.abs(seen - 20.0)) < 1e-9


def test_a_wild_value_that_stays_is_believed() -> None:
    times = np.arange(0, 1, 1 / 30)
    values = np.where(times < 0.5, 20.0, 110.0)
    seen = smoothed(times, values)
    doubted = times[np.isnan(seen)]
    assert doubted.min() == pytest.approx(0.5, abs=0.02)
    assert doubted.max() <= 0.5 + BELIEVED_S
    assert seen[-1] == pytest.approx(110.0, abs=3.0)


def test_a_fast_movement_is_no_wild_value() -> None:
    times = np.arange(0, 1, 1 / 30)
    swing = np.array([60 + 55 * sin(2 * np.pi * 2 * t) for t in times])
    assert not np.isnan(smoothed(times, swing)).any()


def test_after_a_long_gap_it_begins_anew() -> None:
    one = AngleFilter()
    one.step(0.0, 10.0)
    assert one.step(FORGOTTEN_S + 0.1, 90.0) == 90.0


def test_time_that_does_not_go_on_begins_it_anew() -> None:
    one = AngleFilter()
    one.step(5.0, 10.0)
    assert one.step(5.0, 30.0) == 30.0
    assert one.step(1.0, 70.0) == 70.0
