"""Errors that users meet most are told in their language; the English is what the code says."""

import ast
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import run, run_apart

import formcoach
from formcoach.errors import FormCoachError, SourceError, SpecError
from formcoach.exercises.library import load_exercise
from formcoach.system.language import read_in, reader_language, system_language
from formcoach.told import Told
from formcoach.words.errors import error_text
from formcoach.words.phrases import load_phrases

DUTCH = load_phrases("nl")


def told_in_code() -> Iterator[tuple[str, str]]:
    """Yield the id and the English of every sentence that the code tells as data."""
    for path in sorted(Path(formcoach.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) < 2:
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            words = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
            if called in ("Told", "told") and len(words) == 2:
                yield str(words[0]), str(words[1])


def test_the_english_of_the_phrases_is_that_of_the_code() -> None:
    found = dict(told_in_code())
    assert len(found) > 30
    english = load_phrases("en")
    for phrase, template in found.items():
        assert english.texts[f"error.{phrase}"] == template
    known = {key.removeprefix("error.") for key in english.texts if key.startswith("error.")}
    assert known - set(found) == {"or", "no_display"}


def test_an_error_is_told_in_both_languages_with_what_was_seen() -> None:
    with pytest.raises(SpecError) as caught:
        load_exercise("kevr")
    assert str(caught.value) == "no exercise 'kevr'; did you mean kever or dode_kever?"
    dutch = "geen oefening 'kevr'; bedoel je kever of dode_kever?"
    assert error_text(caught.value, DUTCH) == dutch


def test_an_error_without_a_phrase_is_told_as_it_is() -> None:
    assert error_text(FormCoachError("odd: 7; try 6"), DUTCH) == "odd: 7; try 6"


def test_what_is_told_survives_another_process() -> None:
    error = SourceError.of(Told("no_picture", "{name} gives no picture", {"name": "x"}))
    again = pickle.loads(pickle.dumps(error))
    assert error_text(again, DUTCH) == "x geeft geen beeld: probeer een andere"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("analyze", "gone.mp4", "--lang", "nl"), "er is geen bestand met die naam"),
        (("analyze", "gone.mp4", "-e", "squad", "--lang", "nl"), "bedoel je squat?"),
        (("exercises", "squad", "--lang", "nl"), "bedoel je squat?"),
        (("live", "squat", "--level", "deep", "--lang", "nl"), "heeft maar één niveau"),
        (("live", "--model", "gone.task", "--lang", "nl"), "modelbestand gone.task ontbreekt"),
        (("live", "--camera", "ftp://x", "--no-window", "--lang", "nl"), "geen camera spreekt"),
        (("today", "--plan", "--lang", "nl"), "de vragen vooraf zijn nog niet beantwoord"),
        (("remind", "--lang", "nl"), "de vragen vooraf zijn nog niet beantwoord"),
    ],
)
def test_what_fails_is_told_in_dutch(
    arguments: tuple[str, ...], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    where = ("--data", tmp_path) if arguments[0] in ("live", "today", "remind") else ()
    assert told in run(*arguments, *where).error
    assert told not in run("exercises", "squad", "--lang", "en").error


def test_the_doctor_speaks_dutch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("formcoach.capture.live.camera.list_cameras", list)
    monkeypatch.setattr("formcoach.picture.window.display_works", lambda: False)
    monkeypatch.setattr("formcoach.commands.speed_check.measured_hz", lambda: 5.0)
    out = run("doctor", "--lang", "nl").out
    for words in ("camera's: geen gevonden", "sluit er een aan", "hier kan geen venster open"):
        assert words in out
    assert "volgt ongeveer 5 beelden per seconde: live coachen vraagt meer" in out
    assert "none found" not in out


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LC_ALL": "nl_BE", "LANG": "en_GB"}, "nl"),
        ({"LC_ALL": "C", "LANG": "nl_NL"}, "en"),
        ({"LC_MESSAGES": "de_DE"}, "en"),
        ({}, "en"),
    ],
)
def test_the_machines_language_is_the_users(environ: dict[str, str], lang: str) -> None:
    assert system_language(environ) == lang


def test_a_dutch_machine_needs_no_option() -> None:
    ran = run_apart("exercises", "squad", env={"LC_ALL": "nl_NL.UTF-8"})
    assert "bedoel je squat?" in ran.err
    read_in("nl")
    assert reader_language() == "nl"
    read_in(None)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("analyze", "--nix", "--lang", "nl"), "deze optie bestaat niet: --nix"),
        (("analyze", "--lang=nl"), "dit ontbreekt: VIDEO"),
        (("nix", "--lang", "nl"), "deze opdracht bestaat niet: nix"),
        (("live", "--reps", "x", "--lang", "nl"), "--reps klopt niet"),
    ],
)
def test_wrong_usage_is_told_in_dutch_in_one_line(arguments: tuple[str, ...], told: str) -> None:
    ran = run_apart(*arguments)
    assert ran.status == 2
    assert told in ran.error
    assert "--help" in ran.error


def test_dutch_leaves_the_exit_status_as_it_is() -> None:
    assert run_apart("exercises", "kever", "--lang", "nl").status == 0
    assert run_apart("exercises", "squad", "--lang", "nl").status == 2
    assert run_apart("--version", env={"LC_ALL": "nl_NL.UTF-8"}).status == 0
