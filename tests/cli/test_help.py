"""Help: every command and option has it, README names them all, and it comes at once."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from commands import run, run_apart

from formcoach import __version__
from formcoach.cli import app
from formcoach.programme.profile import MAX_BREATH_S, MAX_HOURS, MIN_BREATH_S, MIN_HOURS
from formcoach.words.phrases import load_phrases

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
ROOT: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = ROOT.commands

HEAVY = {"numpy", "cv2", "av", "mediapipe", "rich", "miniaudio", "msgspec", "sqlite3", "matplotlib"}
LOADED = """
import json, sys
sys.argv[0] = "formcoach"
from formcoach.cli import main
try:
    main()
finally:
    sys.stderr.write(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def loaded(*arguments: str) -> set[str]:
    """Return the packages that a command loads."""
    command = [sys.executable, "-c", LOADED, *arguments]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    return set(json.loads(done.stderr))


def test_there_are_commands() -> None:
    assert {"analyze", "replay", "exercises", "doctor"} <= set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_help(name: str) -> None:
    ran = run(name, "--help")
    assert ran.status == 0
    assert COMMANDS[name].help
    assert COMMANDS[name].help.split("\n")[0] in " ".join(ran.out.split())
    for option in COMMANDS[name].params:
        assert option.help, f"{name} {option.name}"


GROUPED = [
    (group, name)
    for group, command in sorted(COMMANDS.items())
    for name in sorted(getattr(command, "commands", {}))
]


@pytest.mark.parametrize(("group", "name"), GROUPED)
def test_every_command_of_a_group_and_its_options_have_help(group: str, name: str) -> None:
    command = COMMANDS[group].commands[name]
    assert run(group, name, "--help").status == 0
    assert command.help
    for option in command.params:
        assert getattr(option, "help", None), f"{group} {name} {option.name}"
    assert re.search(rf"formcoach {group} {name}\b", README)


@pytest.mark.parametrize(
    ("option", "bounds"),
    [
        ("--breath", (MIN_BREATH_S, MAX_BREATH_S)),
        ("--series-every", (MIN_HOURS, MAX_HOURS)),
    ],
)
def test_the_setup_takes_what_a_profile_takes(option: str, bounds: tuple[float, float]) -> None:
    told = run("setup", "--help").out.partition(option)[2]
    found = re.search(r"\[([\d.]+)<=x<=([\d.]+)\]", told)
    assert found is not None
    assert tuple(map(float, found.groups())) == bounds


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_readme_shows_every_command(name: str) -> None:
    assert re.search(rf"^formcoach {name}\b", README, re.MULTILINE)


def test_readme_shows_only_options_that_there_are() -> None:
    for line in re.findall(r"^(?:python3 -m )?formcoach (.*)$", README, re.MULTILINE):
        name, *rest = line.partition("#")[0].split()
        command = COMMANDS[name]
        if hasattr(command, "commands") and rest:  # a group: the options are those of its command
            command = command.commands[rest.pop(0)]
        known = {flag for option in command.params for flag in option.opts}
        assert {word for word in rest if word.startswith("-")} <= known | {"--help"}


def test_the_list_of_commands_tells_each_in_a_whole_line() -> None:
    listed = run("--help").out.partition("Commands:")[2]
    assert set(re.findall(r"^  (\w+)  ", listed, re.MULTILINE)) == set(COMMANDS)
    assert "..." not in listed
    assert max(len(line) for line in listed.splitlines()) <= 80


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["analyze", "--help"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    packages = loaded(*arguments)
    assert "typer" in packages
    assert packages & HEAVY == set()


def test_listing_exercises_loads_nothing_that_reads_pictures() -> None:
    assert loaded("exercises") & {"cv2", "av", "mediapipe"} == set()


def test_it_runs_as_a_module_and_tells_its_version() -> None:
    ran = run_apart("--version")
    assert (ran.status, ran.out.strip(), ran.err) == (0, f"formcoach {__version__}", "")


def test_without_a_command_it_opens_the_start_page(monkeypatch: pytest.MonkeyPatch) -> None:
    served: list[dict[str, object]] = []

    def serve(**how: object) -> int:
        served.append(how)
        return 0

    monkeypatch.setattr("formcoach.app.server.serve", serve)
    assert run().status == 0
    assert served == [{"port": None, "browser": True, "data": None, "model": "full"}]


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_each_exercise_is_explained(lang: str) -> None:
    listed = run("exercises", "--lang", lang)
    assert (listed.status, listed.err) == (0, "")
    names = re.findall(r"^(\w+)  ", listed.out, re.MULTILINE)[1:]
    assert {"dead_bug", "squat", "plank_hold"} <= set(names)
    for name in names:
        ran = run("exercises", name, "--lang", lang)
        assert (ran.status, ran.err) == (0, "")
        assert "1. " in ran.out
        counted, held = {"en": ("counted", "held"), "nl": ("geteld", "vastgehouden")}[lang]
        numbers = (f"\n{counted}: ", f"\n{held}: ")
        assert not any(told in ran.out for told in numbers)
        detailed = run("exercises", name, "--lang", lang, "--details").out
        assert any(told in detailed for told in numbers)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_an_exercise_is_explained_as_a_coach_would(lang: str) -> None:
    phrases = load_phrases(lang)
    out = run("exercises", "squat", "--lang", lang).out
    places = [
        out.index(phrases.text(key))
        for key in ("exercise.squat", "purpose.squat", "explain.camera", "explain.start")
    ]
    start, *steps = phrases.steps("howto.squat")
    places += [out.index(step) for step in (start, *steps)]
    places.append(out.index(f"{phrases.text('fault.too_fast')}: "))
    places += [out.index(phrases.text(key)) for key in ("explain.stop", "sign.sharp_pain")]
    places += [out.index(phrases.text(key)) for key in ("explain.emergency", "sign.chest_pain")]
    assert places == sorted(places)
    assert "_deg" not in out


@pytest.mark.parametrize("name", ["kever", "Kever", "bruggetje", "Knie naar de borst", "plank"])
def test_an_exercise_is_known_by_its_other_names(name: str) -> None:
    ids = {"kever": "dead_bug", "bruggetje": "glute_bridge", "plank": "plank_hold"}
    known = ids.get(name.lower(), "hip_flexion")
    assert run("exercises", name).out == run("exercises", known).out


def test_an_exercise_is_explained_in_dutch() -> None:
    out = run("exercises", "hip_flexion", "--lang", "nl", "--details").out
    assert "geteld: hip_flexion_deg omhoog, elke kant apart; volledig vanaf 70% van het" in out
    assert re.search(r"^fout +soort +getallen +bron *$", out, re.MULTILINE)
    assert [word for word in ("counted", "rises", "each side", "numbers") if word in out] == []
    assert run("exercises", "--lang", "nl").out.startswith("oefening")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_what_an_exercise_of_the_article_is_for_comes_first(lang: str) -> None:
    purpose = load_phrases(lang).text("purpose.dead_bug")
    assert run("exercises", "dead_bug", "--lang", lang).out.splitlines()[1].endswith(purpose)


def test_explaining_gives_every_check_its_numbers_and_source() -> None:
    out = run("exercises", "plank_hold", "--details").out
    row = next(line for line in out.splitlines() if line.startswith("hips_sag"))
    assert "on 15, off 8" in row
    assert "persist_s 0.4" in row
