"""The documents say what the code does: tables, links, rules that are cited."""

import hashlib
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from formcoach.exercises.library import exercise_ids, load_exercise

ROOT = Path(__file__).resolve().parents[1]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_readme_table_is_the_catalogue() -> None:
    rows = re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|$", text("README.md"), re.MULTILINE)
    shown = {name: re.findall(r"`(\w+)`", levels) for name, levels in rows}
    assert len(rows) == len(shown)
    assert shown == {
        name: [level.id for level in load_exercise(name).levels if level.id]
        for name in exercise_ids()
    }


def test_readme_has_the_two_lines_that_ci_runs() -> None:
    lines = [line for line in text("README.md").splitlines() if line.startswith("python3 -m pip")]
    assert lines == [
        "python3 -m pip install . && "
        "python3 -m formcoach analyze sample_videos/dead_bug_hold.mp4 --exercise dead_bug",
        "python3 -m pip install '.[dev]' && python3 -m pytest",
    ]


def test_picture_of_readme_is_small() -> None:
    assert (ROOT / "docs/annotated_frame.jpg").stat().st_size <= 150_000


def test_each_sample_video_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", text("sample_videos/README.md"), re.MULTILINE)
    assert sorted(rows) == sorted(path.stem for path in ROOT.glob("sample_videos/**/*.mp4"))


def test_each_sample_video_is_the_one_that_was_rendered() -> None:
    lines = [line.split("  ", 1) for line in text("sample_videos/SHA256SUMS").splitlines()]
    stated = {name: digest for digest, name in lines}
    folder = ROOT / "sample_videos"
    assert stated == {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("**/*.mp4")
    }


def test_readme_of_the_models_tells_the_sums_that_build_checks() -> None:
    stated = set(re.findall(r"\b[0-9a-f]{64}\b", text("models/README.md")))
    assert stated == set(re.findall(r"\b[0-9a-f]{64}\b", text("models/build.py")))


def test_every_rule_cited_has_its_heading() -> None:
    headings = set(re.findall(r"^#+ ([A-E]\d*)\b", text("docs/rules.md"), re.MULTILINE))
    files = [*ROOT.glob("formcoach/**/*.py"), *ROOT.glob("formcoach/**/*.toml")]
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    citing = [line for line in lines if re.search(r"\brules [A-E]\d*\b", line)]
    cited = {rule for line in citing for rule in re.findall(r"\b[BC]\d+\b", line)}
    assert len(citing) > 50
    assert cited <= headings
    assert not [line for line in lines if re.search(r"\bdomain(\.md`?)? [A-E]\d", line)]


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("*/README.md")]


def anchors(page: Path) -> set[str]:
    """Return what a heading of `page` can be linked by, as GitHub names it."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


def test_links_lead_somewhere() -> None:
    broken = []
    for page in pages():
        for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
            if link.startswith(("http://", "https://")):
                continue
            file, _, anchor = link.partition("#")
            target = page.parent / file if file else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{page.name}: {link}")
    assert broken == []


def test_architecture_names_files_that_exist() -> None:
    names = re.findall(r"\b(?:\w+/)*\w+\.py\b", text("ARCHITECTURE.md"))
    missing = {name for name in names if not any(ROOT.rglob(name))}
    assert len(names) > 20
    assert missing == set()


def test_ten_questions_of_a_newcomer_are_answered_by_a_file_that_the_page_names() -> None:
    page = text("ARCHITECTURE.md")
    asked = re.findall(r"^\d+\. .+\? `([\w/.]+)`", page, re.MULTILINE)
    assert len(asked) == 10
    assert [file for file in asked if not (ROOT / "formcoach" / file).is_file()] == []
    before = page[: page.index("Ten questions")]
    known = {name for file in asked for name in (file, file.rpartition("/")[0]) if name in before}
    assert all({file, file.rpartition("/")[0]} & known for file in asked)


def test_the_way_of_a_frame_names_ten_modules_none_twice() -> None:
    page = text("ARCHITECTURE.md")
    way = page[page.index("A frame's way") : page.index("| step | where")]
    modules = re.findall(r"`([\w/]+\.py)`", way)
    assert len(modules) == len(set(modules)) == 10
    assert all((ROOT / "formcoach" / module).is_file() for module in modules)


def test_the_page_of_numbers_is_what_the_code_says() -> None:
    made = subprocess.run(
        [sys.executable, ROOT / "docs" / "make_numbers.py"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert made.stdout == text("docs/numbers.md"), "python docs/make_numbers.py > docs/numbers.md"


def test_the_page_of_rules_says_what_is_in_force() -> None:
    page = text("docs/rules.md")
    made = runpy.run_path(str(ROOT / "docs" / "make_rules.py"))
    assert made["filled"](page) == page, "python docs/make_rules.py"
    assert len(made["NUMBER"].findall(page)) > 20
    wrong = page.replace(" SAME_CUE_S -->8<", " SAME_CUE_S -->9<").replace("| `hips_sag` |", "|")
    assert wrong != page
    assert made["filled"](wrong) == page
    with pytest.raises(ValueError, match=r"names SAME_CUES of coaching/cues\.py"):
        made["filled"](page.replace("SAME_CUE_S", "SAME_CUES"))
