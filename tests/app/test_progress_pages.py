"""Progress and past sessions in the browser: the same numbers as the terminal gives."""

from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from app_room import browser
from history_writer import rep_of
from starlette.testclient import TestClient

from formcoach.coaching.events import SetSummary
from formcoach.history.queries import sessions
from formcoach.history.session_files import SessionFiles, keep_files
from formcoach.history.store import History
from formcoach.history.wording import cells_of
from formcoach.system.local_time import local_now
from formcoach.words.phrases import load_phrases


def practise(history: History, days_ago: int, exercise: str, level: str) -> int:
    """Keep a session of four reps."""
    at = local_now() - timedelta(days=days_ago)
    number = history.begin_session(exercise, level, started_at=at, lang="en", source="0")
    done = [rep_of(number, 1, n) for n in range(1, 5)]
    history.end_set(number, 1, SetSummary(reps=done), effort=3, pain_before=0, pain_after=1)
    history.end_session(number, at + timedelta(minutes=4))
    return number


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with History.open(tmp_path) as history:
        for days in range(20):
            practise(history, days, *(("squat", ""), ("dead_bug", "hold"))[days % 2])
        practise(history, 200, "hip_flexion", "bent")
    with browser(tmp_path) as opened:
        yield opened


def test_the_page_has_the_rows_of_the_terminal(client: TestClient, tmp_path: Path) -> None:
    text = client.get("/progress").text
    with History.open(tmp_path) as history:
        rows = sessions(history)
    assert text.count("<tr>") == len(rows[:-1]) + 1, "the last twelve weeks, and the headings"
    for row in rows:
        inside = row.exercise != "hip_flexion"
        assert (f'href="/sessions/{row.id}"' in text) is inside
        cells = [escape(cell) for cell in cells_of(row, load_phrases("en"))]
        assert all(cell in text for cell in cells) is inside
    assert text.count("<svg") > 4
    assert "style=" not in text
    assert client.get("/progress/pictures.css").headers["content-type"].startswith("text/css")


def test_a_period_can_be_asked_for(client: TestClient) -> None:
    day = (local_now() - timedelta(days=200)).date()
    text = client.get(f"/progress?since={day}&until={day}").text
    assert "Knee to chest" in text or "hip" in text.lower()
    assert text.count("<tr>") == 2
    sheet = client.get(f"/progress/physio.html?since={day}&until={day}").text
    assert str(day) in sheet


@pytest.mark.parametrize(
    "query", ["since=2026-05-01&until=2026-04-01", "since=soon", "until=%3Cscript%3E"]
)
def test_a_period_that_is_none_is_said_so(client: TestClient, query: str) -> None:
    answer = client.get(f"/progress?{query}")
    assert answer.status_code == 200
    assert "comes after the last one" in answer.text
    assert "<script>" not in answer.text.replace('<script type="module"', "")
    assert client.get(f"/progress/physio.html?{query}").status_code == 400


def test_a_session_leads_to_its_report(client: TestClient) -> None:
    assert 'href="/sessions/3/report.html"' in client.get("/sessions/3").text
    answer = client.get("/sessions/3/report.html")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.text.count("<html") == 1


def test_only_the_film_of_a_session_is_given_beside_it(client: TestClient, tmp_path: Path) -> None:
    film, other = tmp_path / "film.mp4", tmp_path / "other.mp4"
    for path in (film, other):
        path.write_bytes(b"film")
    with History.open(tmp_path) as history:
        keep_files(history, 3, SessionFiles(film=str(film)))
    assert client.get("/sessions/3/film.mp4").content == b"film"
    for wrong in ("3/other.mp4", "4/film.mp4", "99/film.mp4", "3/..%2Ffilm.mp4", "99/report.html"):
        assert client.get(f"/sessions/{wrong}").status_code == 404
