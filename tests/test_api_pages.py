"""The pages of the public interface: made from the docstrings, offline, with nothing left out."""

import runpy
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest

pytest.importorskip("pdoc", reason="pdoc is not installed")

SCRIPT = Path(__file__).resolve().parents[1] / "docs/make_api.py"
PUBLIC: tuple[str, ...] = runpy.run_path(str(SCRIPT))["PUBLIC"]
OFFLINE = """
import runpy, socket, sys
def refuse(*where): raise SystemExit(f"it went for the network: {where}")
socket.socket.connect = socket.getaddrinfo = refuse
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Described(HTMLParser):
    """Collects which names of a page have a docstring of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self._sections: list[str] = []
        self._depth: int | None = None
        self._divs = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section":
            self._sections.append(given.get("id") or "")
        elif tag == "div":
            self._divs += 1
            if "docstring" in (given.get("class") or "") and self._sections:
                self._depth = self._divs

    def handle_endtag(self, tag: str) -> None:
        if tag == "section":
            self._sections.pop()
        elif tag == "div":
            if self._depth == self._divs:
                self._depth = None
            self._divs -= 1

    def handle_data(self, data: str) -> None:
        if self._depth is not None and data.strip():
            self.names.add(self._sections[-1])


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api")
    made = subprocess.run(
        [sys.executable, "-W", "error", "-c", OFFLINE, str(SCRIPT), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stderr) == (0, "")
    return folder


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_described_on_a_page(pages: Path, module: str) -> None:
    page = pages.joinpath(*module.split(".")).with_suffix(".html")
    found = Described()
    found.feed(page.read_text(encoding="utf-8"))
    names = set(import_module(module).__all__)
    assert names - found.names == set()


def test_the_pages_load_nothing_from_elsewhere(pages: Path) -> None:
    for page in pages.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for loading in ('src="http', 'src="//', 'rel="stylesheet" href="http', "@import"):
            assert loading not in text, (page.name, loading)
