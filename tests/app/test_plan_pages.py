"""The physiotherapist's plan in the browser: taken in, shown, given out again, and let go."""

from pathlib import Path
from urllib.parse import quote

import pytest
from app_room import browser
from starlette.testclient import TestClient

PLAN = """
title = "Back <b>school</b>"
by = "Anna"
[[exercises]]
exercise = "dead_bug"
level = "hold"
sets = 2
reps = 6
watch = "Keep breathing"
"""


def take_in(client: TestClient, text: str | bytes, name: str = "plan.toml") -> tuple[int, str]:
    answer = client.post("/plan/import", content=text, headers={"x-file-name": quote(name)})
    return answer.status_code, answer.json().get("error", "")


def test_a_plan_is_taken_in_shown_given_out_and_let_go(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        assert "None yet" in client.get("/plan").text
        assert client.get("/plan/plan.toml").status_code == 404
        assert take_in(client, PLAN) == (200, "")
        text = client.get("/plan").text
        assert "Back &lt;b&gt;school&lt;/b&gt;" in text
        assert "Keep breathing" in text
        again = client.get("/plan/plan.toml")
        assert "attachment" in again.headers["content-disposition"]
        client.post("/plan/clear")
        assert "None yet" in client.get("/plan").text
        assert take_in(client, again.text) == (200, "")


@pytest.mark.parametrize(
    ("text", "way_out"),
    [
        ("[[exercises]]\nexercise = 'dead_bgu'\nlevel = 'hold'\nreps = 5", "dead_bug"),
        ("[[exercises]]\nexercise = 'dead_bug'\nlevel = 'hold'\nseconds = 5", "give reps"),
        ("exercises = []", "1 to"),
        ("not toml", "no TOML"),
        (b"\xff\xfe", "no TOML"),
        ("x = 1\n" * 60_000, "too large"),
    ],
)
def test_a_plan_that_is_none_is_refused_with_the_way_out(
    tmp_path: Path, text: str | bytes, way_out: str
) -> None:
    with browser(tmp_path) as client:
        status, error = take_in(client, text, "../my plan.toml")
        assert status in (400, 413)
        assert error.startswith("my plan.toml: ")
        assert way_out in error
        assert "\n" not in error
        assert "None yet" in client.get("/plan").text
