"""An entry on the desktop that opens the start page."""

import sys
from pathlib import Path

import pytest
from commands import run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads a Linux desktop entry")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SUDO_USER", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("lang", "said", "comment"),
    [("en", "on your desktop", "Move"), ("nl", "bureaublad", "Feedb")],
)
def test_the_entry_opens_the_start_page_with_this_very_python(
    lang: str, said: str, comment: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/own/bin/python")
    ran = run("shortcut", "--lang", lang)
    assert (ran.status, said in ran.out) == (0, True)
    for folder in ("Desktop", ".local/share/applications"):
        entry = (home / folder / "FormCoach.desktop").read_text(encoding="utf-8")
        assert "Exec=/opt/own/bin/python -m formcoach app\n" in entry
        assert f"Comment={comment}" in entry


def test_a_python_whose_path_has_a_space_is_refused_in_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/opt/my own/bin/python")
    ran = run("shortcut")
    assert ran.status == 1
    assert "cannot make a shortcut to /opt/my own/bin/python: there is a space" in ran.error
    assert not (home / "Desktop").exists()


def test_a_desktop_that_cannot_be_written_is_one_line(home: Path) -> None:
    (home / "Desktop").write_text("a file in its place", encoding="utf-8")
    ran = run("shortcut")
    assert ran.status == 1
    assert "cannot write the shortcut" in ran.error
