"""The pages in real Chromium: accessible, by keyboard, and a newcomer's whole way with a camera."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_room import running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
axe_core = pytest.importorskip("axe_core_python.sync_playwright", reason="needs axe-core-python")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")

SAMPLE = Path(__file__).resolve().parents[2] / "sample_videos" / "dead_bug_hold.mp4"
PAGES = (
    *("/", "/setup/1", "/setup/2", "/setup/5", "/setup/6", "/setup/8", "/setup/9"),
    *("/setup/11", "/setup/12", "/setup/done", "/today", "/try", "/video", "/progress", "/plan"),
    *("/exercises", "/exercises/dead_bug", "/settings", "/live?exercise=dead_bug"),
    "/nowhere",
)
HERE = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


def camera_file(folder: Path) -> Path:
    """Write a sample as the video that a pretended camera plays."""
    import av
    import numpy as np

    path = folder / "camera.y4m"
    with av.open(str(SAMPLE)) as container, path.open("wb") as file:
        stream = container.streams.video[0]
        rate = stream.average_rate
        assert rate is not None
        file.write(
            f"YUV4MPEG2 W640 H360 F{rate.numerator}:{rate.denominator} Ip A1:1 C420jpeg\n".encode()
        )
        for frame in container.decode(stream):
            file.write(b"FRAME\n")
            for plane in frame.reformat(640, 360, "yuv420p").planes:
                rows = np.frombuffer(bytes(plane), np.uint8).reshape(-1, plane.line_size)
                file.write(rows[:, : plane.width].tobytes())
    return path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("data")) as (_, line):
        yield line


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    camera = camera_file(tmp_path_factory.mktemp("camera"))
    faking = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGS, *faking, f"--use-file-for-fake-video-capture={camera}"],
        )
        yield browser
        browser.close()


def shot(page: Any, name: str) -> None:
    """Keep a picture of a page, where somebody wants to look at them."""
    folder = os.environ.get("FORMCOACH_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


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


@pytest.mark.slow
def test_a_newcomer_practises_is_asked_and_sees_it_kept(address: str, chromium: Any) -> None:
    page = chromium.new_page()
    page.goto(address)
    page.goto(address.partition("/?")[0] + "/live?exercise=dead_bug&level=hold&reps=2")
    page.click("#start")
    # The policy of the pages forbids what a waiting function would be made of.
    playwright.expect(page.locator("#count")).to_have_text("2", timeout=240_000)
    shot(page, "live-counted")
    said = []
    end_s = time.monotonic() + 240.0
    while page.locator("#over").is_hidden():
        assert time.monotonic() < end_s
        text = page.locator("#question-text").text_content()
        if page.locator("#question").is_visible() and text not in said:
            said.append(text)
            page.keyboard.press(
                "y" if "?" in text and page.locator("[data-value=yes]").count() else "1"
            )
        page.wait_for_timeout(100)
    assert len(said) >= 3
    shot(page, "live-over")
    page.click("#over a[href='/progress']")
    assert "Dead bug" in page.content()
    shot(page, "progress")
    page.click("tbody a")
    assert page.locator("tbody tr").count() == 2
    page.close()
