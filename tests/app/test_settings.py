"""The voice and the counting of the browser's sessions: kept, shown, and only what there is."""

from pathlib import Path

import pytest
from app_room import browser

from formcoach.app.settings import AppSettings, AppSpeaker, app_settings
from formcoach.history.notebook import Notebook
from formcoach.voice.chimes import CountBy


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_what_is_chosen_is_kept_and_shown(tmp_path: Path, lang: str) -> None:
    with browser(tmp_path, lang=lang) as client:
        assert '<option value="auto" selected>' in client.get("/settings").text
        answer = client.post("/settings/voice", data={"speaker": "espeak", "count_by": "both"})
        assert '<option value="espeak" selected>' in answer.text
        assert '<option value="both" selected>' in answer.text
    with Notebook.open(tmp_path) as notebook:
        kept = app_settings(notebook)
    assert kept == AppSettings(speaker=AppSpeaker.ESPEAK, count_by=CountBy.BOTH)


@pytest.mark.parametrize(
    "data", [{"speaker": "/etc/passwd"}, {"speaker": "espeak", "count_by": "loud"}]
)
def test_what_there_is_not_is_refused_in_words(tmp_path: Path, data: dict[str, str]) -> None:
    with browser(tmp_path) as client:
        answer = client.post("/settings/voice", data=data)
        assert answer.status_code == 400
        assert "choose one on the page" in answer.text
    with Notebook.open(tmp_path) as notebook:
        assert app_settings(notebook) == AppSettings()


def test_what_cannot_be_read_is_as_usual(tmp_path: Path) -> None:
    with Notebook.open(tmp_path) as notebook:
        notebook.history.put_document("app-settings", {"speaker": 7})
        assert app_settings(notebook) == AppSettings()
