import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from formcoach.system.local_time import LocalZone, local_now

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the zone is set by POSIX's tzset")


@pytest.fixture(autouse=True)
def amsterdam() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Amsterdam"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize(
    ("utc", "clock"),
    [
        (datetime(2026, 3, 29, 0, 59), "01:59 +0100"),
        (datetime(2026, 3, 29, 1, 1), "03:01 +0200"),
        (datetime(2026, 10, 25, 0, 59), "02:59 +0200"),
        (datetime(2026, 10, 25, 1, 1), "02:01 +0100"),
    ],
)
def test_each_moment_has_its_own_offset(utc: datetime, clock: str) -> None:
    here = utc.replace(tzinfo=UTC).astimezone(LocalZone())
    assert f"{here:%H:%M %z}" == clock
    assert here.astimezone(UTC).replace(tzinfo=None) == utc


def test_a_day_later_on_the_clock_is_an_hour_less_when_the_clocks_go_on() -> None:
    evening = datetime(2026, 3, 28, 20, 0, tzinfo=LocalZone())
    morning = evening + timedelta(hours=24)
    assert morning.astimezone(UTC) - evening.astimezone(UTC) == timedelta(hours=23)


@pytest.mark.parametrize("zone", ["XYZ+99", "XYZ-99", "XYZ+24"])
def test_a_zone_that_no_place_has_is_taken_to_be_utc(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    assert local_now().utcoffset() == timedelta(0)
    moment = datetime(2026, 3, 28, 21, 30, tzinfo=UTC)
    assert moment.astimezone(LocalZone()) == moment


def test_now_is_now_with_an_offset() -> None:
    before, now, after = datetime.now(UTC), local_now().astimezone(UTC), datetime.now(UTC)
    assert before <= now <= after
