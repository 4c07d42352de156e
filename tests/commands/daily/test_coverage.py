"""What the article asks, row by row: complete, true of the code, and no claim that may not be."""

import importlib
import re
from pathlib import Path

import msgspec
import pytest
from commands import run

from formcoach.commands.daily.coverage import Requirement, load_coverage
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.words.phrases import LANGUAGES, load_phrases

COVERAGE = load_coverage()
ROOT = Path(__file__).resolve().parents[3]
NEVER = {"S2", "S4", "S6"}
CLAIMS = re.compile(
    r"""
    (?:treats?|cures?|heals?|relieves?|prevents?|reduces?|lessens?)
    \s+(?:\w+\s+){0,3}(?:pain|injur\w+|risk)
    | (?:behandelt|geneest|verhelpt|voorkomt|vermindert|verlicht)
    \s+(?:\w+[-,]?\s+){0,4}(?:\w*pijn|blessures?|risico|klachten)
    | kans\s+op\s+blessures | minder\s+(?:kans|pijn) | helpt\s+tegen
    | less\s+pain | fewer\s+injuries
    """,
    re.VERBOSE | re.IGNORECASE,
)
DENIED = re.compile(r"\b(?:not|no|never|geen|niet|nooit|nothing|claim)\b", re.IGNORECASE)


def test_there_are_all_81_rows_in_order_and_no_cell_is_empty() -> None:
    assert [row.number for row in COVERAGE] == [f"S{n}" for n in range(1, 82)]
    assert all(cell.strip() for row in COVERAGE for cell in msgspec.structs.astuple(row))


def test_the_list_is_that_of_the_rules() -> None:
    rules = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    assert {"S1", "S81"} <= set(re.findall(r"\bS\d+\b", rules))


@pytest.mark.parametrize("row", COVERAGE, ids=lambda row: row.number)
def test_what_a_row_names_is_there(row: Requirement) -> None:
    kind, _, name = row.where.partition(":")
    if kind == "phrases":
        for lang in LANGUAGES:
            phrases = load_phrases(lang)
            assert phrases.has(name) or name in phrases.lists, lang
    elif kind == "exercises":
        exercise, _, level = name.partition(".")
        assert load_exercise(exercise).level(level).id == level
    else:
        assert hasattr(importlib.import_module(f"formcoach.{kind}"), name)


def test_what_may_never_be_claimed_is_so_marked_and_nothing_else_is() -> None:
    assert {row.number for row in COVERAGE if row.way == "never claimed"} == NEVER


def test_the_requirements_that_exercises_serve_are_in_the_table() -> None:
    known = {row.number for row in COVERAGE}
    for name in exercise_ids():
        for served in load_exercise(name).article:
            first, _, last = served.partition("-")
            assert {first, last or first} <= known


def claims(text: str) -> list[str]:
    """Return the sentences of a text that claim what may not be claimed, denials left out."""
    sentences = re.split(r"(?<=[.!?:;])\s|\n\n|\|", text)
    return [s for s in sentences if CLAIMS.search(s) and not DENIED.search(s)]


@pytest.mark.parametrize(
    "claim",
    [
        "It reduces your back pain.",
        "Voorkomt blessures.",
        "Vermindert de pijn in je heup.",
        "Less pain!",
    ],
)
def test_a_claim_would_be_found(claim: str) -> None:
    assert claims(claim)
    assert not claims("It does not treat or prevent pain.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_phrase_claims_it(lang: str) -> None:
    phrases = load_phrases(lang)
    words = [*phrases.texts.values(), *(step for steps in phrases.lists.values() for step in steps)]
    assert [found for text in words for found in claims(text)] == []


def test_no_page_claims_it() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    of_sources = {"rules.md"}  # quotes the article and its literature, row by row
    for page in pages:
        if page.name not in of_sources:
            assert claims(page.read_text(encoding="utf-8")) == [], page.name


def test_the_table_is_printed_without_any_set_up(tmp_path: Path) -> None:
    ran = run("programme", "--coverage", "--data", tmp_path / "none")
    assert ran.status == 0
    printed = re.findall(r"^\s*(S\d+)\b", ran.out, re.MULTILINE)
    assert printed == [row.number for row in COVERAGE]
