"""The pages of progress: every number of the history on them, nothing that runs or is fetched."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from markup import Page

from formcoach.history.measuring import change_of, range_error_deg
from formcoach.history.pages import MAX_DOTS, MAX_ROWS, exercise_part, progress_page
from formcoach.history.physio import physio_page
from formcoach.history.plots import calendars_of
from formcoach.history.queries import Day, Progress, SessionRow, Week
from formcoach.programme.given import parse_plan
from formcoach.programme.profile import Profile
from formcoach.words.phrases import LANGUAGES, load_phrases

ENGLISH = load_phrases("en")
ZONE = timezone(timedelta(hours=1))
SCRIPT = '"><script>alert(1)</script>'


def row(number: int, day: int = 0, **changes: object) -> SessionRow:
    known = SessionRow(
        id=number,
        exercise="dead_bug",
        level="hold",
        started_at=datetime(2026, 3, 2, 9, tzinfo=ZONE) + timedelta(days=day),
        sets=1,
        good=4,
        faulty=1,
        range_deg={"left": 50.0, "right": 60.0},
        rep_s=8.0,
        effort=3,
        pain_before=0,
        pain=1,
        faults={"too_fast": 1},
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # any field


def period(*rows: SessionRow) -> Progress:
    first, last = rows[0].day, rows[-1].day
    monday = first - timedelta(days=first.weekday())
    good, total = sum(one.good for one in rows), sum(one.total for one in rows)
    return Progress(
        since=first,
        until=last,
        sessions=rows,
        days=tuple(Day(day=one.day, sessions=1, first_id=one.id) for one in rows),
        weeks=(Week(monday=monday, days=1, sessions=len(rows), good=good, total=total),),
        steps=(),
    )


def both(found: Progress, lang: str = "en") -> list[str]:
    phrases = load_phrases(lang)
    return [progress_page(found, phrases), physio_page(found, None, Profile(), phrases)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_point_and_day_leads_to_its_session(lang: str) -> None:
    found = period(row(7), row(9, 3, range_deg={"both": 44.0}), row(12, 10, level="reach"))
    page = Page(progress_page(found, load_phrases(lang)))
    ids = {element.attributes.get("id") for element in page.all("tr")} - {None}
    links = {element.attributes.get("href") for element in page.all("a")}
    assert ids == {"s7", "s9", "s12"}
    assert links == {f"#{one}" for one in ids}
    assert all(link.text.strip() for link in page.all("a"))


def test_names_and_notes_are_text_and_never_markup() -> None:
    found = period(row(1, exercise=SCRIPT, level=SCRIPT, stopped_why=(SCRIPT,)), row(2, 1))
    found = replace(found, sessions=(*found.sessions, row(3, 2, faults={SCRIPT: 2})))
    plan = parse_plan(
        f"title = '{SCRIPT}'\n[[exercises]]\nexercise = 'squat'\nreps = 5\nnotes = '{SCRIPT}'", "x"
    )
    for page in (*both(found), physio_page(found, plan, None, ENGLISH)):
        assert "<script" not in page.lower()
        assert "&lt;script&gt;" in page


def test_nothing_is_requested_and_only_the_style_it_names_is_used() -> None:
    for page in both(period(row(1), row(2, 1))):
        (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src &#39;sha256-{digest}&#39;" in page or f"'sha256-{digest}'" in page
        assert "default-src 'none'" in page
        assert not re.search(r"\b(?:src|srcset|style)=|url\(|@import|https?:", page)


def test_the_range_has_the_band_that_it_can_be_off_by() -> None:
    part = exercise_part(period(row(1), row(2, 5)), "dead_bug", ENGLISH)
    ranges = part.plots[0]
    assert [line.kind for line in ranges.lines] == ["left", "right"]
    low, high = ranges.y_ticks[0], ranges.y_ticks[-1]
    per_deg = (low.at - high.at) / (float(high.label) - float(low.label))
    for line in ranges.lines:
        places = [tuple(map(float, point.split(","))) for point in line.bands[0].split()]
        (x, above), (_, below) = places[0], places[-1]
        assert x == line.dots[0].x
        assert below - above == pytest.approx(
            2 * (range_error_deg("dead_bug") or 0) * per_deg, 0.01
        )


def test_levels_are_not_joined_by_a_line_nor_compared() -> None:
    rows = [row(n, n, range_deg={"left": 40.0}) for n in range(3)]
    rows += [row(n, n, level="reach", range_deg={"left": 90.0}) for n in range(3, 6)]
    part = exercise_part(period(*rows), "dead_bug", ENGLISH)
    assert len(part.plots[0].lines[0].paths) == 2
    change = change_of(rows, "left")
    assert change is not None
    assert (change.first_deg, change.last_deg, change.is_beyond_error) == (90.0, 90.0, False)


def test_a_change_is_told_with_what_the_camera_can_be_off_by() -> None:
    def words(last: float, exercise: str = "dead_bug") -> str:
        ends = [row(n, n, exercise=exercise, range_deg={"left": 50.0}) for n in range(3)]
        ends += [row(n, n, exercise=exercise, range_deg={"left": last}) for n in range(3, 6)]
        return " ".join(exercise_part(period(*ends), exercise, ENGLISH).changes)

    assert "may be no change" in words(55.0)
    assert "more than the 8°" in words(60.0)
    assert "was not measured" in words(60.0, "bicep_curl")
    assert "was not measured" in words(60.0, "my_own")


def test_many_sessions_are_drawn_as_means_and_the_newest_listed() -> None:
    rows = [row(n, n // 4) for n in range(1, 2001)]
    found = replace(period(*rows), days=())
    page = Page(progress_page(found, ENGLISH))
    assert len(page.all("tr")) == MAX_ROWS + 1
    assert f"{2000 - MAX_ROWS} earlier sessions" in " ".join(page.texts("p"))
    dots = exercise_part(found, "dead_bug", ENGLISH).plots[0].lines[0].dots
    assert len(dots) <= MAX_DOTS
    ids = {element.attributes.get("id") for element in page.all("tr")}
    assert all(link.attributes["href"][1:] in ids for link in page.all("a"))


def test_the_physiotherapist_sees_asked_done_and_faults_in_words() -> None:
    plan = parse_plan("by = 'Kim'\n[[exercises]]\nexercise = 'squat'\nreps = 5\nsets = 2", "x")
    found = period(row(1, stopped_why=("tired",)), row(2, 5, pain=4))
    page = physio_page(found, plan, None, ENGLISH)
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Plan of your physiotherapist, by Kim" in text
    assert "Squat: 2 x 5 reps" in text
    assert "too fast: in 2 of 10 judged repetitions" in text
    assert "tired: 1 times" in text
    assert "2 (1\N{NON-BREAKING HYPHEN}4)" in text
    ladder = physio_page(found, None, Profile(has_pain=True), ENGLISH)
    assert "every two to three hours" in ladder


def test_a_period_of_one_day_and_of_years_can_be_drawn() -> None:
    for days in (0, 1, 4000):
        found = period(row(1), row(2, days))
        assert date(2026, 3, 2) == found.since
        assert all("</html>" in page for page in both(found))


def test_the_calendar_begins_with_the_first_practice() -> None:
    day = date(2026, 3, 2)
    days = [Day(day=day, sessions=1, first_id=1)]
    shown = calendars_of(days, date(2000, 1, 1), day)
    assert [one.until for one in shown] == [day]
    assert calendars_of(days, day, day)[0].since == day
