"""The exercises as pages: every level has its moving figure, its steps and what to watch."""

from pathlib import Path

import pytest
from app_room import browser

from formcoach.exercises.library import exercise_ids, load_exercise


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_level_has_a_moving_figure_with_steps_beside_it(tmp_path: Path, lang: str) -> None:
    with browser(tmp_path, lang=lang) as client:
        for name in exercise_ids():
            text = client.get(f"/exercises/{name}").text
            levels = len(load_exercise(name).levels)
            assert text.count("<svg") == levels, name
            assert text.count('class="numbered"') == levels, name
            assert "style=" not in text, "the policy of the pages lets no such style in"


def test_a_figure_can_be_had_alone(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        answer = client.get("/exercises/dead_bug/figure.svg?level=reach")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert answer.text.startswith("<svg")
        assert "<animate" in answer.text


@pytest.mark.parametrize(
    "path",
    ["dead_bug/figure.svg?level=none", "none/figure.svg", "../squat/figure.svg", "squat.toml"],
)
def test_of_what_there_is_not_there_is_no_figure(tmp_path: Path, path: str) -> None:
    with browser(tmp_path) as client:
        assert client.get(f"/exercises/{path}").status_code == 404


def test_the_live_page_shows_how_it_goes_before_it_begins(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        text = client.get("/live?exercise=dead_bug&level=reach").text
        assert text.count('<svg class="demonstration"') == 1
        assert 'class="numbered"' in text
        assert "demonstration" not in client.get("/live").text
