"""The phone's page in real Chromium: its pictures are counted in the session on the computer."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_room import running
from chromium import ARGS, CHROMIUM, FAKING, SAMPLE, cut, shot, write_camera

playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
axe_core = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
    pytest.mark.slow,
]

ONE_REP_S = 12.0
PATIENCE_MS = 120_000


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("camera")
    camera = write_camera(folder / "camera.y4m", cut(SAMPLE, ONE_REP_S, folder / "rep.mp4"))
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGS, *FAKING, f"--use-file-for-fake-video-capture={camera}"],
        )
        yield browser
        browser.close()


NO_SOCKET = """WebSocket = class {
    constructor() { setTimeout(() => this.onclose(), 0); }
    static OPEN = 1;
};"""
"""As with a phone that opens no socket where it warned of the page."""


def opened(chromium: Any, address: str, broken: list[str], script: str = "", **more: Any) -> Any:
    """Open an address as a person of its own would."""
    page = chromium.new_context(ignore_https_errors=True, **more).new_page()
    page.add_init_script(script)
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(address)
    return page


def barriers(page: Any) -> list[str]:
    """Return what hinders a person at a page, its width included."""
    page.evaluate(axe_core.Axe().axe_script)
    found = [str(one["id"]) for one in page.evaluate("axe.run()")["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "wider than the screen"] if wide else found


def test_the_phone_is_the_camera_of_a_session_and_one_phone_alone(
    chromium: Any, tmp_path: Path
) -> None:
    broken: list[str] = []
    expect = playwright.expect
    with running(tmp_path, "--lan-address", "127.0.0.2") as (server, address):
        assert server.stdout is not None
        phones = server.stdout.readline().strip()
        computer = opened(chromium, address, broken, viewport={"width": 1280, "height": 800})
        base = address.partition("/?")[0]
        computer.goto(base + "/phone")
        state = computer.locator("#state")
        expect(state).to_have_text("Waiting for your phone")
        shot(computer, "phone-waiting")
        assert barriers(computer) == []
        computer.set_viewport_size({"width": 390, "height": 800})
        computer.click("summary")
        assert barriers(computer) == []
        computer.set_viewport_size({"width": 1280, "height": 800})
        small = {"width": 390, "height": 800}
        phone = opened(chromium, phones, broken, viewport=small)
        assert "token" not in phone.url
        shot(phone, "on-the-phone")
        phone.click("#start")
        expect(phone.locator("#said")).to_contain_text("Your computer sees this phone")
        expect(state).to_have_text("Your phone is the camera now", timeout=PATIENCE_MS)
        second = opened(chromium, phones, broken, NO_SOCKET, viewport=small, locale="nl")
        second.click("#start")
        expect(second.locator("#said")).to_contain_text("Een andere telefoon is al de camera")
        assert second.locator("#start").is_visible()
        assert barriers(second) == []
        phone.reload()
        expect(state).to_contain_text("lost", timeout=PATIENCE_MS)
        phone.click("#start")
        expect(state).to_have_text("Your phone is the camera now", timeout=PATIENCE_MS)
        computer.goto(base + "/live?exercise=dead_bug&level=hold&reps=1")
        assert computer.locator("input[value=phone]").is_checked()
        computer.click("#start")
        expect(phone.locator("#said")).to_contain_text("camera now", timeout=PATIENCE_MS)
        shot(phone, "on-the-phone-now")
        assert barriers(phone) == []
        expect(computer.locator("#count")).to_have_text("1", timeout=PATIENCE_MS)
        shot(computer, "phone-counting")
        for _ in range(PATIENCE_MS // 200):  # the first one ends the set, the next one all
            if computer.locator("#over").is_visible():
                break
            computer.keyboard.press("q")
            computer.wait_for_timeout(200)
        expect(phone.locator("#said")).to_contain_text("session is over", timeout=PATIENCE_MS)
        assert phone.locator("#camera").is_hidden()
    assert broken == []
