"""What happened is never yet to come, whatever a clock said at the time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcoach.programme.moments import is_yet_to_come, settled

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(days: float) -> datetime:
    return NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "put_right"),
    [
        ([-3, -2, 0], [-3, -2, 0]),
        ([-2, 0.9], [-2, 0.9]),
        ([-2, 30], [-2, -2]),
        ([-2, 30, -1], [-2, -2, -1]),
        ([-2, 30, 30.5, -1], [-2, -2, -1.5, -1]),
        ([-2, 30, 32, -1], [-2, -2, -1, -1]),
        ([-0.1, 30, 31], [-0.1, -0.1, -0.1]),
        ([30, 32, 33], [-4, -2, -1]),
        ([30, 32, -5], [-7, -5, -5]),
        ([-9, 30, -8, 40, -3], [-9, -9, -8, -8, -3]),
    ],
)
def test_what_is_dated_in_the_future_is_put_where_it_would_belong(
    days: list[float], put_right: list[float]
) -> None:
    assert settled([at(day) for day in days], NOW) == [at(day) for day in put_right]


@given(st.lists(st.integers(-400, 400)))
def test_nothing_is_left_that_is_yet_to_come_and_all_else_stays(days: list[int]) -> None:
    times = [at(day) for day in days]
    found = settled(times, NOW)
    assert len(found) == len(times)
    assert not any(is_yet_to_come(one, NOW) for one in found)
    assert settled(found, NOW) == found
    kept = [one for one in times if not is_yet_to_come(one, NOW)]
    assert [new for old, new in zip(times, found, strict=True) if old == new] == kept
