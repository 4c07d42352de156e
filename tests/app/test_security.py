"""Hostile requests: other names, other sites, wrong tokens, odd paths."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from app_room import ADDRESS, TOKEN, browser
from starlette.testclient import TestClient

from formcoach.app.security import addresses_of


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[TestClient]:
    with browser(tmp_path, known=False) as client:
        yield client


@pytest.fixture
def friend(tmp_path: Path) -> Iterator[TestClient]:
    with browser(tmp_path) as client:
        yield client


def test_health_needs_no_token_and_says_only_ok(stranger: TestClient) -> None:
    answer = stranger.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_the_token_becomes_a_same_site_cookie_and_leaves_the_address(stranger: TestClient) -> None:
    answer = stranger.get(f"/?token={TOKEN}&x=1", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?x=1")
    cookie = answer.headers["set-cookie"].lower()
    assert "samesite=strict" in cookie
    assert "httponly" in cookie
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize("token", ["", "t", TOKEN[:-1], TOKEN + "t", "\N{SNOWMAN}"])
def test_a_wrong_token_is_refused_in_words(stranger: TestClient, token: str) -> None:
    answer = stranger.get("/", params={"token": token})
    assert answer.status_code == 403
    assert "Open FormCoach again" in answer.text
    assert "set-cookie" not in answer.headers
    assert stranger.get("/").status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "localhost.evil.example:8737", ""]
)
def test_another_name_for_this_server_is_refused(friend: TestClient, host: str) -> None:
    for path in ("/", "/healthz", "/static/app.css"):
        assert friend.get(path, headers={"host": host}).status_code == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:8738", "https://127.0.0.1:8737"]
)
def test_a_post_of_another_site_is_refused_with_the_cookie_too(
    friend: TestClient, origin: str
) -> None:
    answer = friend.post("/setup/lang", data={"answer": "nl"}, headers={"origin": origin})
    assert answer.status_code == 403
    assert "another site" in answer.text


def test_a_post_without_an_origin_is_refused(friend: TestClient) -> None:
    del friend.headers["origin"]
    assert friend.post("/setup/lang", data={"answer": "nl"}).status_code == 403


def test_what_the_browser_calls_cross_site_is_refused(friend: TestClient) -> None:
    for kind in ("cross-site", "same-site"):
        assert friend.post("/", headers={"sec-fetch-site": kind}).status_code == 403


def test_no_answer_is_for_other_origins(friend: TestClient) -> None:
    answer = friend.get("/", headers={"origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert friend.options("/", headers={"origin": "http://evil.example"}).status_code == 403


def test_every_page_is_strict(friend: TestClient) -> None:
    for path in ("/", "/nowhere", "/healthz", "/static/app.css"):
        headers = friend.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "path",
    ["/static/../server.py", "/static/%2e%2e/server.py", "/static//etc/passwd", "/..%2fapp/token"],
)
def test_no_path_of_a_request_reaches_the_disk(friend: TestClient, path: str) -> None:
    assert friend.get(path).status_code == 404


def test_a_redirect_never_leads_away(stranger: TestClient) -> None:
    answer = stranger.get(f"{ADDRESS}//evil.example/?token={TOKEN}", follow_redirects=False)
    assert answer.headers["location"] == "/evil.example/"


def test_the_names_of_a_server() -> None:
    assert addresses_of("127.0.0.1", 1) == (
        {"127.0.0.1:1", "localhost:1"},
        {"http://127.0.0.1:1", "http://localhost:1"},
    )
    assert addresses_of("192.168.1.9", 2, "https") == (
        {"192.168.1.9:2"},
        {"https://192.168.1.9:2"},
    )
