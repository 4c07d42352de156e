"""The commands for a physiotherapist's plan."""

from pathlib import Path

import pytest
from commands import run
from person import well

from formcoach.commands.past.plan_file import plan_toml
from formcoach.history.notebook import Notebook
from formcoach.programme.given import GivenExercise, GivenPlan, Weekday, parse_plan

PLAN = """title = "<script>alert(1)</script>\\u001b[31m"

[[exercises]]
exercise = "dead_bug"
level = "hold"
reps = 6
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
notes = "[bold]slowly[/bold]"
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with Notebook.open(folder) as notebook:
        notebook.put_profile(well(lang="en"))
    return folder


def imported(data: Path, text: str = PLAN) -> Path:
    path = data.parent / "plan.toml"
    path.write_text(text, encoding="utf-8")
    assert run("plan", "import", path, "--data", data).status == 0
    return path


def test_it_is_kept_shown_given_out_and_let_go(data: Path) -> None:
    imported(data)
    shown = run("plan", "show", "--data", data)
    assert "<script>alert(1)</script>\N{REPLACEMENT CHARACTER}[31m" in shown.out
    assert "\x1b" not in shown.out
    assert "Dead bug" in shown.out
    assert "1 x 6 reps, Monday, Tuesday" in shown.out
    out = data.parent / "out.toml"
    assert run("plan", "export", out, "--data", data).status == 0
    assert parse_plan(out.read_bytes(), "out") == parse_plan(PLAN, "in")
    assert "ladder again" in run("plan", "clear", "--data", data).out
    assert "follows the ladder" in run("plan", "show", "--data", data).out
    assert run("plan", "export", out, "--data", data).status == 1


def test_today_shows_it_with_the_words_of_the_physiotherapist(data: Path) -> None:
    imported(data)
    told = run("today", "--plan", "--data", data).out
    assert "What your physiotherapist planned for today" in told
    assert "[bold]slowly[/bold]" in told
    run("plan", "clear", "--data", data)
    assert "physiotherapist planned" not in run("today", "--plan", "--data", data).out


def test_a_plan_with_a_mistake_changes_nothing(data: Path) -> None:
    path = imported(data)
    path.write_text(PLAN.replace("reps", "repz"), encoding="utf-8")
    ran = run("plan", "import", path, "--data", data)
    assert ran.status == 2
    assert "unknown field `repz`" in ran.error
    assert "did you mean reps" in ran.error
    assert "Dead bug" in run("plan", "show", "--data", data).out


def test_what_is_no_file_is_refused(data: Path, tmp_path: Path) -> None:
    big = tmp_path / "big.toml"
    big.write_bytes(b"#" * 300_000)
    for path in (tmp_path / "none.toml", tmp_path, Path("/dev/zero"), big):
        ran = run("plan", "import", path, "--data", data)
        assert ran.status == 2
        assert ran.error.startswith(str(path))
    ran = run("plan", "export", tmp_path / "no" / "out.toml", "--data", data)
    assert ran.status == 1


def test_a_kept_plan_of_another_version_is_told_and_not_followed(data: Path) -> None:
    imported(data)
    with Notebook.open(data) as notebook:
        notebook.history.put_document("given_plan", {"exercises": "?"})
    ran = run("plan", "show", "--data", data)
    assert "follows the ladder" in ran.out
    assert "import it again" in ran.error


def test_any_text_comes_back_from_the_file_as_it_was() -> None:
    odd = 'quote " backslash \\ tab \t newline \n bell \a é 💪 \x7f'
    one = GivenExercise(exercise="squat", reps=3, notes=odd, days=(Weekday.MON,), end_deg=80.5)
    plan = GivenPlan(title=odd, exercises=(one, one))
    assert parse_plan(plan_toml(plan), "x") == plan
