"""When something is due, in words: ``tomorrow at 08:00``."""

from datetime import datetime, timedelta

from formcoach.words.phrases import Phrases

__all__ = ["when_words"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def when_words(at: datetime, now: datetime, phrases: Phrases) -> str:
    """Return a time as one says it, on the clock of `now`: by its day, in the week to come.

    Args:
        at: the time.
        now: the time now, with the zone of the place.
        phrases: the words.
    """
    at = at.astimezone(now.tzinfo)
    time, days = f"{at:%H:%M}", (at.date() - now.date()) // timedelta(days=1)
    if days in (0, 1):
        return phrases.text(f"when.{'tomorrow' if days else 'today'}", time=time)
    if 1 < days < 7:
        day = phrases.text(f"weekday.{_DAYS[at.weekday()]}")
        return phrases.text("when.weekday", day=day, time=time)
    month = phrases.steps("sheet.months")[at.month - 1]
    return phrases.text("when.date", day=at.day, month=month, time=time)
