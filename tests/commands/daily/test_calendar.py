from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from formcoach.commands.daily.calendar import CalendarEvent, calendar_text

AMSTERDAM = timezone(timedelta(hours=2))
WRITTEN = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
SERIES = CalendarEvent(
    at=datetime(2026, 3, 29, 10, 30, tzinfo=AMSTERDAM),
    lasts=timedelta(minutes=5),
    title="Knee to chest; slowly, please",
    text="Five reps\nBack\\slash and a tail that makes the line longer than the format allows.",
)


def decoded(component: Component, name: str) -> Any:
    return component.decoded(name)


def parsed(*events: CalendarEvent) -> Component:
    text = calendar_text(events, name="FormCoach", written_at=WRITTEN)
    return Calendar.from_ical(text.encode())


def test_an_event_reads_back_with_its_time_and_words() -> None:
    (event,) = parsed(SERIES).walk("VEVENT")
    assert event["SUMMARY"] == SERIES.title
    assert event["DESCRIPTION"] == SERIES.text
    assert decoded(event, "DTSTART") == SERIES.at
    assert decoded(event, "DTSTAMP") == WRITTEN
    assert decoded(event, "DURATION") == timedelta(minutes=5)


def test_each_event_has_an_alarm_at_its_start() -> None:
    later = CalendarEvent(at=SERIES.at + timedelta(hours=3), lasts=SERIES.lasts, title="x")
    calendar = parsed(later, SERIES)
    assert [decoded(event, "DTSTART") for event in calendar.walk("VEVENT")] == [SERIES.at, later.at]
    alarms = calendar.walk("VALARM")
    assert len(alarms) == 2
    assert {decoded(alarm, "TRIGGER") for alarm in alarms} == {timedelta(0)}
    assert {alarm["ACTION"] for alarm in alarms} == {"DISPLAY"}


def test_written_again_an_hour_later_the_same_events_are_moved() -> None:
    def uids(begin: datetime) -> list[str]:
        day = [
            CalendarEvent(at=begin + timedelta(hours=3 * n), lasts=SERIES.lasts, title="x")
            for n in range(3)
        ]
        tomorrow = CalendarEvent(at=begin + timedelta(days=1), lasts=SERIES.lasts, title="x")
        return [str(event["UID"]) for event in parsed(*day, tomorrow).walk("VEVENT")]

    nine = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert uids(nine) == uids(nine + timedelta(minutes=50))
    assert len(set(uids(nine))) == 4


def test_a_calendar_without_events_is_one() -> None:
    assert parsed().walk("VEVENT") == []


def test_a_time_without_an_offset_is_refused() -> None:
    event = CalendarEvent(at=datetime(2026, 3, 29, 10), lasts=SERIES.lasts, title="x")
    with pytest.raises(ValueError, match="must have an offset"):
        parsed(event)


printable = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)


@given(title=printable, text=printable)
def test_any_words_survive_and_no_line_is_too_long(title: str, text: str) -> None:
    event = CalendarEvent(at=SERIES.at, lasts=SERIES.lasts, title=title, text=text)
    raw = calendar_text([event], name=title, written_at=WRITTEN).encode()
    lines = raw.split(b"\r\n")
    assert lines.pop() == b""
    assert not any(b"\n" in line or b"\r" in line or len(line) > 75 for line in lines)
    for line in lines:
        line.decode()  # no letter is cut in two
    (read,) = Calendar.from_ical(raw).walk("VEVENT")
    assert read["SUMMARY"] == title
    assert read["DESCRIPTION"] == text


def test_a_later_writing_is_newer_to_every_calendar_program() -> None:
    def sequence(at: datetime) -> int:
        text = calendar_text([SERIES], name="FormCoach", written_at=at)
        (event,) = Calendar.from_ical(text.encode()).walk("VEVENT")
        assert decoded(event, "LAST-MODIFIED") == at
        return int(decoded(event, "SEQUENCE"))

    assert 0 <= sequence(WRITTEN) < sequence(WRITTEN + timedelta(seconds=1)) < 2**31
    assert sequence(datetime(2020, 1, 1, tzinfo=UTC)) == 0  # a clock that was never set


def test_two_persons_events_are_not_taken_for_one() -> None:
    def uid(owner: str) -> str:
        text = calendar_text([SERIES], name="FormCoach", written_at=WRITTEN, owner=owner)
        (event,) = Calendar.from_ical(text.encode()).walk("VEVENT")
        return str(event["UID"])

    assert uid("aa") != uid("bb")


def test_what_was_done_today_keeps_its_number() -> None:
    (event,) = parsed(replace(SERIES, number=3)).walk("VEVENT")
    assert str(event["UID"]).startswith("20260329-3")
