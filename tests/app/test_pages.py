"""Every page: it answers, in both languages, and the set-up keeps what it is told."""

from pathlib import Path

import pytest
from app_room import browser
from starlette.testclient import TestClient

from formcoach.app.setup_pages import STEPS
from formcoach.programme.profile import Profile
from formcoach.programme.screening import QUESTIONS
from formcoach.words.phrases import load_phrases

PAGES = (
    *("/", "/today", "/try", "/video", "/progress", "/plan", "/exercises", "/exercises/dead_bug"),
    *("/settings", "/live", "/live?exercise=squat&reps=5", "/setup/done", "/phone"),
    *(f"/setup/{number}" for number in range(1, len(STEPS) + 1)),
)


def profile_of(client: TestClient) -> Profile:
    app = client.app
    notebook = app.state.formcoach.notebook  # type: ignore[attr-defined]  # starlette types it as any ASGI app
    assert isinstance(notebook.profile, Profile)
    return notebook.profile


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_page_answers_in_the_browsers_language(tmp_path: Path, lang: str) -> None:
    with browser(tmp_path, lang=lang) as client:
        for path in PAGES:
            answer = client.get(path)
            assert answer.status_code == 200, path
            assert f'<html lang="{lang}">' in answer.text, path
            assert "style=" not in answer.text, "the policy allows no style in an element"
            assert "onclick" not in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/exercises/none", "/sessions/99", "/live/sound/7"])
def test_what_there_is_not_is_said_so(tmp_path: Path, path: str) -> None:
    with browser(tmp_path) as client:
        assert client.get(path).status_code == 404


def test_the_set_up_is_kept_question_by_question_and_leads_to_begin(tmp_path: Path) -> None:
    answers = {"lang": "nl", "sitting": "little", "focus": "strengthen", "series_every_h": "2.5"}
    with browser(tmp_path) as client:
        assert "/setup" in client.get("/").text
        for number, step in enumerate(STEPS, start=1):
            told = answers.get(step.name, "no" if step.kind == "yes_no" else "")
            told = "none" if step.kind == "several" else told
            data = {"answer": told, "begin": "21:00", "end": "07:30", "props": "wall"}
            if step.kind == "time":
                data["answer"] = "09:15"
            answer = client.post(f"/setup/{number}", data=data, follow_redirects=False)
            assert answer.status_code == 303, (step, answer.text)
        profile = profile_of(client)
        assert profile.lang == "nl"
        assert profile.screening == dict.fromkeys(QUESTIONS, False)
        assert f"{profile.quiet.begin:%H:%M} {profile.daily_at:%H:%M}" == "21:00 09:15"
        assert [prop.value for prop in profile.props] == ["wall"]
        assert "Dat was alles" in client.get("/setup/done").text
        assert 'href="/live"' in client.get("/today").text


def test_a_yes_to_a_health_question_is_said_with_why_and_can_be_cleared(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        for number, step in enumerate(STEPS, start=1):
            if step.kind == "several":
                some = {"answer": "some", "items": "heart"}
                yes = step.name == "health_heart"
                client.post(f"/setup/{number}", data=some if yes else {"answer": "none"})
        done = client.get("/setup/done").text
        assert "See a doctor or physiotherapist first" in done
        assert "Do you have a heart condition?" in done
        assert 'href="/live"' not in client.get("/today").text
        client.post("/setup/cleared")
        assert 'href="/live"' in client.get("/today").text


def test_what_is_missing_is_named_with_the_way_to_it(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        client.post("/setup/2", data={"answer": "none"})
        done = client.get("/setup/done").text
        assert [f'href="/setup/{number}"' in done for number in (2, 3, 4)] == [False, True, True]
        assert 'href="/today"' not in done.partition("<main")[2]
        for number in (3, 4):
            client.post(f"/setup/{number}", data={"answer": "none"})
        done = client.get("/setup/done").text
        assert 'href="/today"' in done.partition("<main")[2]
        assert "Skipped, to answer when you like" in done


def test_nine_questions_are_counted_and_each_goes_back(tmp_path: Path) -> None:
    first = [step for step in STEPS if not step.later]
    assert len(first) <= 9
    with browser(tmp_path) as client:
        for number in range(1, len(first) + 1):
            asked = client.get(f"/setup/{number}").text
            assert f"{number} of {len(first)}" in asked
            assert (f'href="/setup/{number - 1}"' in asked) is (number > 1)
        every = "".join(client.get(f"/setup/{number}").text for number in range(2, 5))
        for name in QUESTIONS:
            assert load_phrases("en").text(f"screening.{name}") in every
        answer = client.post(f"/setup/{len(first)}", data={}, follow_redirects=False)
        assert answer.headers["location"] == "/setup/done"


@pytest.mark.parametrize(
    "data",
    [
        {"answer": "some"},
        {"answer": "none", "items": "heart"},
        {"answer": "some", "items": "knee"},
        {},
    ],
)
def test_health_is_never_skipped_in_silence(tmp_path: Path, data: dict[str, str]) -> None:
    with browser(tmp_path) as client:
        assert client.post("/setup/2", data=data).status_code == 400
        notebook = client.app.state.formcoach.notebook  # type: ignore[attr-defined]  # as above
        assert notebook.profile is None


@pytest.mark.parametrize("told", ["maybe", "", "<script>", "x" * 5000])
def test_an_answer_that_may_not_be_given_is_refused(tmp_path: Path, told: str) -> None:
    with browser(tmp_path) as client:
        answer = client.post("/setup/3", data={"answer": told}, follow_redirects=False)
        assert answer.status_code == 400
        assert "<script>" not in answer.text
        assert client.post("/setup/3", data={"answer": "x" * 50_000}).status_code == 400


def test_a_sentence_can_be_heard(tmp_path: Path) -> None:
    with browser(tmp_path) as client:
        answer = client.get("/sound/check")
        assert answer.headers["content-type"] == "audio/wav"
        assert answer.content[:4] == b"RIFF"
