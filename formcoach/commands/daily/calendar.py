"""Writes a calendar file (RFC 5545) that any calendar program reads: events with an alarm each.

Times are in UTC, so that no time zone has to be described. An event's uid is whose it is, its day
and its number on that day, what was done that day counted too: a file that is written again, an
hour later, moves the events of the one before and doubles none. Its sequence number grows with
every writing, since calendar programs take in only what is newer than what they have.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from formcoach import __version__

__all__ = ["CalendarEvent", "calendar_text"]

LINE_OCTETS = 75
"""The longest line, its end not counted (RFC 5545, 3.1)."""
FIRST_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""Sequence numbers are seconds since then: they grow, and fit 31 bits until 2094."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """Something to do at a time.

    Attributes:
        at: when, with an offset.
        lasts: how long it takes.
        title: what it is, in a few words.
        text: more of it.
        number: which one of its day it is, from 1; None to count the events given.
    """

    at: datetime
    lasts: timedelta
    title: str
    text: str = ""
    number: int | None = None


def calendar_text(
    events: Iterable[CalendarEvent], *, name: str, written_at: datetime, owner: str = ""
) -> str:
    """Return a calendar as text; its lines end in CR LF and are to be written so, in UTF-8.

    Args:
        events: in any order.
        name: how a calendar program may call it.
        written_at: the time now, with an offset.
        owner: tells the events of one person from another's in the same calendar.
    """
    of_whom = f"-{owner}" if owner else ""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//FormCoach//FormCoach {__version__}//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    on_day: Counter[date] = Counter()
    for event in sorted(events, key=lambda event: event.at):
        day = event.at.date()
        on_day[day] += 1
        number = event.number or on_day[day]
        lines += _event_lines(event, f"{day:%Y%m%d}-{number}{of_whom}", written_at)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event_lines(event: CalendarEvent, uid: str, written_at: datetime) -> list[str]:
    title = _escaped(event.title)
    return [
        "BEGIN:VEVENT",
        f"UID:{uid}-series@formcoach.invalid",
        f"DTSTAMP:{_stamp(written_at)}",
        f"LAST-MODIFIED:{_stamp(written_at)}",
        f"SEQUENCE:{max(0, int((written_at - FIRST_WRITTEN).total_seconds()))}",
        f"DTSTART:{_stamp(event.at)}",
        f"DURATION:PT{max(1, round(event.lasts / timedelta(minutes=1)))}M",
        f"SUMMARY:{title}",
        *([f"DESCRIPTION:{_escaped(event.text)}"] if event.text else []),
        "TRANSP:TRANSPARENT",  # nobody is taken for busy
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:PT0S",
        f"DESCRIPTION:{title}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _stamp(at: datetime) -> str:
    """Return a time in UTC; raise ValueError without an offset."""
    if at.utcoffset() is None:
        raise ValueError(f"the time must have an offset, got {at.isoformat()}")
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Return a text as a value (RFC 5545, 3.3.11)."""
    plain = "\n".join(text.splitlines()).replace("\\", "\\\\")
    return plain.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 octets, later ones begun by a space; cut no letter."""
    part, octets = "", 0
    for letter in line:
        width = len(letter.encode())
        if octets + width > LINE_OCTETS:
            yield part
            part, octets = " ", 1
        part += letter
        octets += width
    yield part
