"""The time of this machine, in a zone that knows when its clocks are put on and back."""

from datetime import UTC, datetime, timedelta, tzinfo

__all__ = ["LocalZone", "local_now"]


class LocalZone(tzinfo):
    """The zone that the operating system is set to, asked again for every moment.

    `datetime.now().astimezone()` has the offset of now for all days; this one has each day's own.
    A zone that is a day or more away from UTC (``TZ=XYZ+99``) is none, and taken to be UTC.
    """

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        """Return the offset of a time on this clock."""
        return None if dt is None else _here(dt.replace(tzinfo=None)).utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        """Return None: the operating system tells the whole offset only."""
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        """Return the zone's name at a time on this clock."""
        return None if dt is None else _here(dt.replace(tzinfo=None)).tzname()

    def fromutc(self, dt: datetime) -> datetime:
        """Return a moment, given in UTC, on this clock."""
        local = _here(dt.replace(tzinfo=UTC))
        here = local.replace(tzinfo=self)
        # An hour that comes twice: the second time has the other offset.
        return here if here.utcoffset() == local.utcoffset() else here.replace(fold=1)


def _here(at: datetime) -> datetime:
    """Return a moment on the clock of the operating system; one without a zone is read there."""
    try:
        return at.astimezone()
    except ValueError:  # the offset is one that no place has
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def local_now() -> datetime:
    """Return the time now, in the zone of this machine."""
    return datetime.now(LocalZone())
