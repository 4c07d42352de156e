"""The report as a browser takes it: a whole page, and nothing to complain of."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from flaws import FLAWS
from markup import Page
from moves import trace
from recorded import record

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
PLANK = ("plank_hip_flexion", "floor")
PATIENCE_S = 120.0
"""A browser that hangs is ended; nothing depends on how quick it is."""

pytestmark = pytest.mark.skipif(BROWSER is None, reason="there is no chromium here")


def opened(path: Path, profile: Path) -> tuple[str, str]:
    """Open a page; return what became of it, and what the page's console says."""
    command = [
        str(BROWSER),
        "--headless",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        f"--user-data-dir={profile}",
        "--enable-logging=stderr",
        "--allow-file-access-from-files",
        "--dump-dom",
        path.as_uri(),
    ]
    if sys.platform == "linux" and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=True, timeout=PATIENCE_S
    )
    complaints = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return done.stdout, "\n".join(complaints)


def test_a_browser_shows_the_page_and_complains_of_nothing(tmp_path: Path) -> None:
    flaw = FLAWS["plank_hip_flexion", "floor"]["hips_sag", "body_line_deg"]
    far = dict.fromkeys(flaw.reps, flaw.far)
    poses = trace("plank_hip_flexion", "floor", far=far).poses
    written = record(tmp_path, poses, "plank_hip_flexion", "floor", video="<b>&amp;.mp4")
    shown, complaints = opened(tmp_path / "report.html", tmp_path / "profile")
    assert complaints == ""
    page, source = Page(shown), Page(written.page)
    assert page.texts("title") == ["Plank, knee to chest: on the floor, <b>&amp;.mp4"]
    assert page.rows() == source.rows()
    assert len(page.rows()) >= 5
    assert len(page.all("svg", "plot")) == 3
    assert [e.name for e in page.elements] == [e.name for e in source.elements], "nothing mended"


MEASURE = """<body style="margin: 0"><iframe src="report.html" style="width: 420px"></iframe>
<p></p><script>onload = () => {
  const page = document.querySelector("iframe").contentDocument;
  const wide = (element) => element.getBoundingClientRect();
  const cell = page.querySelector("td .chip");
  document.querySelector("p").textContent = [
    page.documentElement.scrollWidth,
    ...[...page.querySelectorAll("svg.plot")].map((picture) => wide(picture).right),
    wide(cell).right,
  ].map(Math.round).join(" ");
}</script>"""


def test_on_a_phone_the_pictures_fit_and_the_results_are_in_sight(tmp_path: Path) -> None:
    flaw = FLAWS["plank_hip_flexion", "floor"]["hips_sag", "body_line_deg"]
    far = dict.fromkeys(flaw.reps, flaw.far)
    record(tmp_path, trace("plank_hip_flexion", "floor", far=far).poses, *PLANK)
    (tmp_path / "phone.html").write_text(MEASURE, encoding="utf-8")
    shown, _ = opened(tmp_path / "phone.html", tmp_path / "profile")
    (text,) = Page(shown).texts("p")
    page, *rights = (int(number) for number in text.split())
    assert len(rights) == 4
    assert max(page, *rights) <= 420


def test_a_page_that_would_run_or_fetch_something_is_complained_of(tmp_path: Path) -> None:
    """The page's policy forbids it, and the test above would notice."""
    written = record(tmp_path, trace("squat", reps=1).poses, "squat")
    bad = written.page.replace("<main>", '<main><img src="https://example.invalid/x.png">')
    bad = bad.replace("</body>", "<script>document.title = 'ran'</script></body>")
    (tmp_path / "bad.html").write_text(bad, encoding="utf-8")
    shown, complaints = opened(tmp_path / "bad.html", tmp_path / "profile")
    assert "<title>ran</title>" not in shown
    assert "script-src" in complaints
    assert "img-src" in complaints
