"""The pages of progress as a browser takes them: nothing to complain of, at any width, on paper."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from formcoach.history.pages import progress_page
from formcoach.history.physio import physio_page
from formcoach.history.queries import Day, LevelStep, Progress, SessionRow, Week
from formcoach.programme.profile import Profile
from formcoach.words.phrases import LANGUAGES, load_phrases

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
BEGUN = datetime(2026, 3, 2, 9, tzinfo=timezone(timedelta(hours=1)))
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")


def twelve_weeks() -> Progress:
    rows = [
        SessionRow(
            id=day + 1,
            exercise=("hip_flexion", "dead_bug", "plank_hold")[day % 3],
            level=("bent", "hold", "wall")[day % 3],
            started_at=BEGUN + timedelta(days=day),
            sets=2,
            good=0 if day % 3 == 2 else 8,
            faulty=0 if day % 3 == 2 else 2,
            hold_s=22.0 if day % 3 == 2 else 0.0,
            range_deg={} if day % 3 == 2 else {"left": 50.0 + day / 8, "right": 55.0},
            rep_s=None if day % 3 == 2 else 8.5,
            effort=3,
            pain_before=1,
            pain=2,
            stopped_why=("tired",) if day % 20 == 0 else (),
            faults={"too_fast": 1, '"><script>document.title = 1</script>': 1},
        )
        for day in range(84)
    ]
    monday = BEGUN.date()
    weeks = [
        Week(monday=monday + timedelta(weeks=n), days=7, sessions=7, good=30 + n, total=40 + n)
        for n in range(12)
    ]
    step = LevelStep(
        session_id=30, at=rows[29].started_at, exercise="dead_bug", before="hold", level="reach"
    )
    return Progress(
        since=monday,
        until=monday + timedelta(days=83),
        sessions=tuple(rows),
        days=tuple(Day(day=row.day, sessions=1, first_id=row.id) for row in rows),
        weeks=tuple(weeks),
        steps=(step,),
    )


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder, found, made = tmp_path_factory.mktemp("pages"), twelve_weeks(), {}
    for lang in LANGUAGES:
        phrases = load_phrases(lang)
        for name, text in (
            ("progress", progress_page(found, phrases)),
            ("physio", physio_page(found, None, Profile(), phrases)),
        ):
            made[f"{name}-{lang}"] = folder / f"{name}-{lang}.html"
            made[f"{name}-{lang}"].write_text(text, encoding="utf-8")
    return made


def heard(page: Page) -> list[str]:
    """Return the list that what the page's console says is added to."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    return said


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["progress-en", "progress-nl", "physio-en", "physio-nl"])
def test_axe_finds_nothing_and_nothing_is_fetched_or_cut_off(
    name: str, width: int, scheme: Any, browser: Browser, pages: dict[str, Path]
) -> None:
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    requests: list[str] = []
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    with context:
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        said = heard(page)
        page.goto(pages[name].as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe)
        violations = page.evaluate("axe.run().then(found => found.violations.map(v => v.id))")
    assert violations == []
    assert requests == [pages[name].as_uri()]
    assert said == []


def test_its_own_policy_has_nothing_to_refuse(browser: Browser, pages: dict[str, Path]) -> None:
    for path in pages.values():
        with browser.new_context() as context:
            page = context.new_page()
            said = heard(page)
            page.goto(path.as_uri())
            assert page.title() != "1"
            colour = page.evaluate("getComputedStyle(document.querySelector('.good')).fill")
        assert said == []
        assert colour != "rgb(0, 0, 0)", "the style is taken"


def test_a_point_leads_to_its_session(browser: Browser, pages: dict[str, Path]) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(pages["progress-en"].as_uri())
        page.locator("svg a").nth(9).focus()
        page.keyboard.press("Enter")
        target = page.evaluate("location.hash")
        assert re.fullmatch(r"#s\d+", target)
        top = page.evaluate(f"document.querySelector('{target}').getBoundingClientRect().top")
        assert 0 <= top <= 720


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_physiotherapist_gets_two_printed_pages(
    lang: str, browser: Browser, pages: dict[str, Path]
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(pages[f"physio-{lang}"].as_uri())
        printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
