"""When something is due, as a person says it, on the clock of the place."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from formcoach.words.phrases import load_phrases
from formcoach.words.times import when_words

NOW = datetime(2026, 3, 26, 20, 0, tzinfo=timezone(timedelta(hours=1)))  # a Thursday


@pytest.mark.parametrize(
    ("at", "en", "nl"),
    [
        (datetime(2026, 3, 26, 20, 30, tzinfo=UTC), "today at 21:30", "vandaag om 21:30"),
        (datetime(2026, 3, 26, 23, 30, tzinfo=UTC), "tomorrow at 00:30", "morgen om 00:30"),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "Monday at 08:00", "maandag om 08:00"),
        (datetime(2026, 4, 2, 7, 0, tzinfo=UTC), "2 April at 08:00", "2 april om 08:00"),
        (datetime(2026, 3, 25, 7, 0, tzinfo=UTC), "25 March at 08:00", "25 maart om 08:00"),
    ],
)
def test_a_time_is_said_by_its_day(at: datetime, en: str, nl: str) -> None:
    said = [when_words(at, NOW, load_phrases(lang)) for lang in ("en", "nl")]
    assert said == [en, nl]
