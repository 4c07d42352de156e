"""The report as a person uses it in a browser: film and plots linked, keys, no complaint, axe."""

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from clips import grey, write_video
from flaws import FLAWS
from moves import trace
from recorded import Recorded, record

from formcoach.pose.trace import POSES, TraceWriter
from formcoach.results import stills
from formcoach.results.report import write_report
from formcoach.words.phrases import LANGUAGES, load_phrases

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="there is no chromium here"),
    # Playwright's own loop is left open where a test of its own fixture ends.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]
FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FRAMES_WAITED = 1800
NAME = '"><script>alert(1)</script>.mp4'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    root = sys.platform == "linux" and os.geteuid() == 0
    with playwright.sync_playwright() as started:
        flags = [*FLAGS, "--no-sandbox"] if root else FLAGS
        opened = started.chromium.launch(executable_path=BROWSER, args=flags)
        yield opened
        opened.close()


@dataclass
class Watched:
    """A page in the browser, with what it complained of and asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def now(self) -> float:
        """Return the moment that the page shows, in the recording's time."""
        return float(self.page.locator(".controls input").input_value())

    def playhead(self, plot: int = 0) -> float:
        """Return the moment that the playhead of a plot stands at."""
        found = (
            self.page.locator("svg.plot")
            .nth(plot)
            .evaluate(
                """(svg) => {
              const {x0, x1, t0, t1} = svg.dataset;
              const x = Number(svg.querySelector(".playhead").getAttribute("x1"));
              return Number(t0) + (x - x0) / (x1 - x0) * (t1 - t0);
            }"""
            )
        )
        return float(found)


def until(page: Any, condition: str, arg: Any = None) -> None:
    """Wait for a condition in the page.

    The page's policy lets its own polling evaluate nothing, so each look comes from outside.
    """
    for _ in range(FRAMES_WAITED):
        if page.evaluate(condition, arg):
            return
        page.evaluate("new Promise((done) => setTimeout(done, 16))")
    pytest.fail(f"never came true: {condition}")


def watch(browser: Any, path: Path, width: int = 1280, **how: Any) -> Watched:
    page = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", **how
    ).new_page()
    watched = Watched(page)
    page.on("console", lambda said: watched.complaints.append(said.text))
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    page.on("request", lambda request: watched.requests.append(request.url))
    page.goto(path.as_uri())
    until(page, "document.documentElement.classList.contains('js')")
    return watched


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    """A plank with a rep in which the hips sag, its poses, and a film of it."""
    folder = tmp_path_factory.mktemp("report")
    flaw = FLAWS["plank_hip_flexion", "floor"]["hips_sag", "body_line_deg"]
    poses = trace("plank_hip_flexion", "floor", far=dict.fromkeys(flaw.reps, flaw.far)).poses
    with TraceWriter(folder / POSES, {"image_size_px": poses[0].image_size_px}) as written:
        for pose in poses:
            written.write(pose)
    # The film's frames are at the times of the poses: one every 1/15 s.
    write_video(folder / "annotated.mp4", [grey(640, 480)] * len(poses))
    return record(folder, poses, "plank_hip_flexion", "floor", video=NAME)


def drawn(made: Recorded, path: Path, lang: str = "en") -> Path:
    """Write the page without a film."""
    folder = made.folder
    tree = made.tree | {"told": {"pain_before": 1, "effort": 3}, "asked": {"reps": 4, "sets": 1}}
    write_report(path, tree, folder / "signals.csv", load_phrases(lang), poses=folder / POSES)
    return path


def test_a_click_on_a_rep_goes_to_its_start_and_the_playhead_follows(
    made: Recorded, browser: Any
) -> None:
    seen = watch(browser, made.folder / "report.html")
    video = seen.page.locator("video")
    until(seen.page, "document.querySelector('video').readyState >= 2")
    assert video.evaluate("(v) => v.error") is None, "the browser plays the film"
    third = made.tree["reps"][2]
    first_s = float(video.get_attribute("data-first"))
    for clicked in (
        seen.page.locator("table.reps tr[data-seek]").nth(2).locator("button"),
        seen.page.locator(f'svg.plot .bar[data-seek="{third["start_s"]:.3f}"]').first,
        seen.page.locator("table.reps tr[data-seek]").nth(2).locator("td").nth(4),
    ):
        video.evaluate("(v) => { v.currentTime = 0; }")
        clicked.click()
        until(seen.page, "!document.querySelector('video').seeking")
        at_s = first_s + float(video.evaluate("(v) => v.currentTime"))
        assert at_s == pytest.approx(third["start_s"], abs=0.1)
        assert seen.playhead() == pytest.approx(third["start_s"], abs=0.1)
    assert seen.page.locator("tr.now td").first.inner_text() == "3"
    assert seen.complaints == []
    assert [url for url in seen.requests[1:] if not url.startswith("blob:")] == []
    assert seen.page.locator("script").count() == 3, "the name of the recording is text"


def test_the_film_plays_and_the_playhead_runs_along(made: Recorded, browser: Any) -> None:
    seen = watch(browser, made.folder / "report.html")
    until(seen.page, "document.querySelector('video').readyState >= 2")
    before = seen.playhead()
    seen.page.locator('[data-do="play"]').click()
    until(
        seen.page,
        "(x) => Number(document.querySelector('.playhead').getAttribute('x1')) > x",
        arg=float(seen.page.locator(".playhead").first.get_attribute("x1")) + 2,
    )
    seen.page.keyboard.press("Tab")  # off the button: Space would press it
    seen.page.evaluate("document.activeElement.blur()")
    seen.page.keyboard.press(" ")
    until(seen.page, "document.querySelector('video').paused")
    assert seen.playhead() > before
    assert seen.playhead(2) == pytest.approx(seen.playhead(0), abs=0.02), "in each plot"


def test_the_keys(made: Recorded, browser: Any) -> None:
    seen = watch(browser, made.folder / "report.html")
    until(seen.page, "document.querySelector('video').readyState >= 2")
    at_s = seen.now()
    seen.page.keyboard.press("ArrowRight")
    assert seen.now() == pytest.approx(at_s + 0.5, abs=0.05)
    seen.page.keyboard.press("ArrowLeft")
    assert seen.now() == pytest.approx(at_s, abs=0.05)
    for rate in (0.5, 0.25, 1.0):
        seen.page.keyboard.press("s")
        assert seen.page.locator("video").evaluate("(v) => v.playbackRate") == rate
    seen.page.keyboard.press(" ")
    until(seen.page, "!document.querySelector('video').paused")


def test_a_click_on_the_line_a_fault_and_its_picture(made: Recorded, browser: Any) -> None:
    seen = watch(browser, made.folder / "report.html")
    until(seen.page, "document.querySelector('video').readyState >= 2")
    plot = seen.page.locator("svg.plot").first
    box = plot.bounding_box()
    t0, t1, x0, x1, width = (
        float(plot.get_attribute(f"data-{name}")) for name in ("t0", "t1", "x0", "x1", "width")
    )
    x = (x0 + 0.6 * (x1 - x0)) / width * box["width"]
    plot.click(position={"x": x, "y": box["height"] / 2})
    assert seen.now() == pytest.approx(t0 + 0.6 * (t1 - t0), abs=0.1)
    (faulty,) = (rep for rep in made.tree["reps"] if rep["faults"])
    seen.page.locator(".links button").first.click()
    assert seen.now() == pytest.approx(faulty["start_s"], abs=0.02)
    seen.page.locator(".pair .picture.faulty button").click()
    fault = made.tree["faults"][0]
    assert fault["start_s"] <= seen.now() <= fault["end_s"], "the moment of its picture"
    seen.page.locator("svg.plot rect.fault").first.click()
    assert seen.now() == pytest.approx(fault["start_s"], abs=0.02)


def test_without_a_film_a_figure_moves(made: Recorded, browser: Any, tmp_path: Path) -> None:
    seen = watch(browser, drawn(made, tmp_path / "x.html"))
    assert seen.page.locator("video").count() == 0
    body = seen.page.locator(".moving svg")
    seen.page.locator("table.reps tr[data-seek]").nth(2).locator("button").click()
    assert seen.now() == pytest.approx(made.tree["reps"][2]["start_s"], abs=0.02)
    places = [body.inner_html()]
    for _ in range(3):
        seen.page.keyboard.press("ArrowRight")
        places.append(body.inner_html())
    seen.page.evaluate("document.activeElement.blur()")
    moved = len(set(places))
    assert moved >= 3
    before = seen.now()
    seen.page.keyboard.press(" ")
    running = "(before) => Number(document.querySelector('.controls input').value) > before"
    until(seen.page, running, arg=before)
    assert seen.page.locator(".pair svg.figure").count() == 2
    assert seen.complaints == []
    assert len(seen.requests) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    made: Recorded, browser: Any, tmp_path: Path, lang: str, scheme: str, width: int
) -> None:
    seen = watch(browser, drawn(made, tmp_path / "x.html", lang), width, color_scheme=scheme)
    found = axe.Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    wide = seen.page.evaluate("document.documentElement.scrollWidth")
    cells = seen.page.locator("td, th, figure, .chip").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().right)"
    )
    assert max(wide, *cells) <= width


def test_axe_would_find_something(browser: Any, tmp_path: Path) -> None:
    """The test above would notice."""
    bad = '<!DOCTYPE html><html class="js"><title>x</title><img src="x.png"></html>'
    (tmp_path / "x.html").write_text(bad, encoding="utf-8")
    page = watch(browser, tmp_path / "x.html").page
    assert axe.Axe().run(page).violations_count > 0


def test_a_film_that_is_too_large_stands_beside_the_page(
    made: Recorded, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stills, "MAX_EMBEDDED", 1000)
    folder = tmp_path / "beside"
    shutil.copytree(made.folder, folder)
    film = folder / "annotated.mp4"
    signals, page = folder / "signals.csv", folder / "x.html"
    write_report(page, made.tree, signals, load_phrases("en"), poses=folder / POSES, video=film)
    assert page.stat().st_size < 1_500_000
    seen = watch(browser, page)
    until(seen.page, "document.querySelector('video').readyState >= 2")
    seen.page.locator("table.reps tr[data-seek]").nth(2).locator("button").click()
    until(seen.page, "!document.querySelector('video').seeking")
    video = seen.page.locator("video")
    at_s = float(video.get_attribute("data-first")) + float(video.evaluate("(v) => v.currentTime"))
    assert at_s == pytest.approx(made.tree["reps"][2]["start_s"], abs=0.1)
    assert seen.complaints == []
    film.unlink()
    gone = watch(browser, page)
    gone.page.wait_for_selector(".missing:not([hidden])")


def test_it_prints_on_a4_with_room_for_names(made: Recorded, browser: Any, tmp_path: Path) -> None:
    seen = watch(browser, drawn(made, tmp_path / "x.html"), 680)
    seen.page.emulate_media(media="print")
    assert seen.page.locator(".fields span").all_inner_texts() == [
        "Name:",
        "Physiotherapist:",
        "Date:",
    ]
    assert not seen.page.locator(".player").is_visible()
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 680
    printed = seen.page.pdf(prefer_css_page_size=True)
    size = re.search(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
    assert size is not None
    assert [round(float(edge)) for edge in size.groups()] == [595, 842], "points: A4"
