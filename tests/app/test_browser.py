"""The pages in real Chromium: accessible, at every width, in both languages, by keyboard alone."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from app_room import running
from chromium import ARGS, CHROMIUM, FAKING, HERE, shot
from history_writer import rep_of

from formcoach.coaching.events import SetSummary
from formcoach.history.store import History
from formcoach.system.local_time import local_now

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
axe_core = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")

PAGES = (
    *("/", "/setup/1", "/setup/2", "/setup/5", "/setup/6", "/setup/8", "/setup/9"),
    *("/setup/11", "/setup/12", "/setup/done", "/today", "/try", "/video", "/progress", "/plan"),
    *("/exercises", "/exercises/dead_bug", "/settings", "/live?exercise=dead_bug", "/live"),
    "/phone",
    "/sessions/1",
    "/sessions/1/report.html",
    "/progress/physio.html",
    "/nowhere",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    with History.open(data) as history:
        for days in range(9):
            at = local_now() - timedelta(days=days)
            number = history.begin_session("dead_bug", "hold", started_at=at, lang="en", source="0")
            done = [rep_of(number, 1, n) for n in range(1, 5)]
            history.end_set(number, 1, SetSummary(reps=done), effort=3, pain_before=0, pain_after=1)
            history.end_session(number, at + timedelta(minutes=4))
    with running(data) as (_, line):
        yield line


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=[*ARGS, *FAKING])
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_no_page_has_a_barrier(address: str, chromium: Any, width: int, lang: str) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, locale=lang, reduced_motion="reduce"
    )
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("request", lambda asked: broken.extend([asked.url] * (not asked.url.startswith(HERE))))
    page.goto(address)
    base = address.partition("/?")[0]
    found = {}
    for path in PAGES:
        page.goto(base + path)
        # The policy of the pages lets no foreign script in, so it is given to the page's own world.
        page.evaluate(axe_core.Axe().axe_script)
        result = page.evaluate("axe.run()")
        bad = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in result["violations"]]
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if bad or wide:
            found[path] = [*bad, *(["wider than the screen"] if wide else [])]
        shot(
            page, f"{lang}-{width}-{path.strip('/').replace('/', '-').partition('?')[0] or 'start'}"
        )
    assert found == {}
    assert broken == []
    context.close()


def test_the_set_up_goes_by_keyboard_alone(address: str, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/setup"
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/1")
    page.locator("button[value=en]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/setup/2")
    page.close()


def test_the_ring_fills_as_the_hold_goes_on_and_in_a_rest_only_the_seconds_are_there(
    address: str, chromium: Any
) -> None:
    page = chromium.new_page()
    sockets: list[Any] = []
    page.route_web_socket("**/live/socket", lambda socket: sockets.append(socket))
    page.goto(address)
    page.goto(address.partition("/?")[0] + "/live?exercise=dead_bug&level=hold")
    told = {"type": "frame", "stage": "work", "phase": "hold", "count": 3, "target": 8, "set": ""}
    told |= {"marks": ["good", "faulty", "good"], "isometric": False, "hold": 1.5, "hold_of": 2.0}
    told |= {"words": None, "ready": True, "rest_of": 30.0, "held": 0, "fits": True, "rest": 0.0}
    playwright.expect(page.locator("#start")).to_be_visible()
    (socket,) = sockets
    socket.send(json.dumps({"type": "opening", "text": "..."}))
    for change, count, filled in (({}, "3", 0.75), ({"stage": "rest", "rest": 12.0}, "12", 0.4)):
        socket.send(json.dumps(told | change))
        playwright.expect(page.locator("#count")).to_have_text(count)
        dashes = page.locator("#held").evaluate("(one) => getComputedStyle(one).strokeDasharray")
        assert float(dashes.partition("px")[0].partition(",")[0]) == pytest.approx(filled)
    playwright.expect(page.locator("#marks")).to_be_hidden()
    page.close()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("NotAllowedError", "allow"),
        ("NotReadableError", "another program"),
        ("NotFoundError", "no camera"),
    ],
)
def test_a_camera_that_cannot_be_had_is_said_with_the_way_out(
    tmp_path: Path, chromium: Any, error: str, words: str
) -> None:
    page = chromium.new_page()
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        f"Promise.reject(new DOMException('', '{error}'))"
    )
    with running(tmp_path) as (_, address):
        page.goto(address)
        page.goto(address.partition("/?")[0] + "/live?exercise=squat&reps=2")
        page.click("#start")
        told = page.locator("#over-text")
        playwright.expect(told).to_contain_text(re.compile(words, re.IGNORECASE), timeout=60_000)
        playwright.expect(page.locator("#controls")).to_be_hidden()
    page.close()
