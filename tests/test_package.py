"""The package as a library user meets it: the docstring's loop, `__all__`, a light import."""

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from commands import run

import formcoach
from formcoach import errors

ROOT = Path(__file__).resolve().parents[1]
SQUAT = ROOT / "sample_videos" / "squat.mp4"

HEAVY = ("numpy", "cv2", "mediapipe", "av", "msgspec", "miniaudio")


def loop_of_the_docstring() -> str:
    lines = (formcoach.__doc__ or "").splitlines()
    return dedent("\n".join(line for line in lines if line.startswith("    ") or not line))


def test_the_loop_of_the_docstring_runs(capsys: pytest.CaptureFixture[str]) -> None:
    code = loop_of_the_docstring()
    for shown, meant in (
        ('VideoFile("squat.mp4")', f"VideoFile({str(SQUAT)!r}, end_s=10.0)"),
        ('find_model("full")', 'find_model("lite")'),
    ):
        assert shown in code
        code = code.replace(shown, meant)
    exec(compile(code, "docstring", "exec"), {})
    *told, last = capsys.readouterr().out.splitlines()
    assert told[0] == "1 good ()"
    assert last == f"{len(told)} reps"


def test_all_names_are_there_each_from_the_module_that_makes_it() -> None:
    assert formcoach.__all__ == sorted(formcoach.__all__)
    for name in formcoach.__all__:
        assert getattr(formcoach, name).__module__.startswith("formcoach.")
    assert set(formcoach.__all__) <= set(dir(formcoach))


def test_what_mypy_sees_is_what_is_loaded() -> None:
    tree = ast.parse(inspect.getsource(formcoach))
    seen = {
        alias.name: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("formcoach.")
        for alias in node.names
    }
    assert set(seen) == set(formcoach.__all__)
    for name, module in seen.items():
        assert getattr(formcoach, name) is getattr(sys.modules[module or ""], name)


def top_names(tree: ast.Module) -> set[str] | None:
    """Return what a module's `__all__` names; None where it has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return None


def unlisted(sources: dict[str, str]) -> list[str]:
    """Return what modules take of each other that the other's `__all__` does not name."""
    trees = {module: ast.parse(source) for module, source in sources.items()}
    listed = {module: top_names(tree) for module, tree in trees.items()}
    return [
        f"{taker} takes {alias.name} of {node.module}"
        for taker, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in sources
        for alias in node.names
        if alias.name not in (listed[node.module] or ())
        and f"{node.module}.{alias.name}" not in sources
        and not alias.name.startswith("__")
    ]


def test_what_a_module_gives_to_others_is_in_its_all() -> None:
    package = ROOT / "formcoach"
    sources = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): (
            path.read_text(encoding="utf-8")
        )
        for path in package.rglob("*.py")
    }
    assert "formcoach.coaching.coach" in sources
    assert unlisted(sources) == []


def test_a_name_that_is_taken_and_not_listed_is_found() -> None:
    made = {"a": '__all__ = ["x"]\nx = y = 1', "b": "from a import x, y", "c": "from b import x"}
    assert unlisted(made) == ["b takes y of a", "c takes x of b"]


FLOORS = (
    {"told"},
    {"errors", "notes"},
    {"system"},
    {"capture"},
    {"pose"},
    {"exercises"},
    {"coaching"},
    {"session", "programme", "voice"},
    {"words"},
    {"picture"},
    {"results"},
    {"history"},
    {"commands"},
    {"app"},
    {"cli_"},
    {"cli", "__init__"},
    {"__main__"},
)
"""The rooms from the ground up, as ARCHITECTURE.md has them: each takes from those below alone."""


def floor_of(module: str) -> int:
    """Return on which floor a module lives; modules ``cli_...`` have one of their own."""
    parts = module.split(".")
    room = parts[1] if len(parts) > 1 else "__init__"
    room = "cli_" if parts[-1].startswith("cli_") else room
    return next(number for number, floor in enumerate(FLOORS) if room in floor)


def test_rooms_take_from_rooms_below_them_alone() -> None:
    package = ROOT / "formcoach"
    upward = []
    for path in package.rglob("*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            taken = node.module if isinstance(node, ast.ImportFrom) else None
            if taken is None or not taken.startswith("formcoach."):
                continue
            same_room = module.split(".")[1:2] == taken.split(".")[1:2]
            if not same_room and floor_of(taken) >= floor_of(module):
                upward.append(f"{module} takes from {taken}")
    assert upward == []


def test_a_name_it_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'coach_me'"):
        formcoach.coach_me  # noqa: B018


def test_importing_it_loads_nothing_heavy() -> None:
    code = f"import sys, formcoach; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_every_command_is_named_in_the_readme() -> None:
    shown = run("--help").out
    commands = re.findall(r"^  (\w+) ", shown.partition("Commands:")[2], re.MULTILINE)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"analyze", "live", "replay", "exercises", "doctor"} <= set(commands)
    assert [name for name in commands if f"formcoach {name}" not in readme] == []


def commands_shown() -> list[tuple[str, list[str]]]:
    """Return each command line of the README: the command, and the options it is given."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^formcoach (\w+)([^#\n]*)", readme, re.MULTILINE)
    return [(name, re.findall(r"--[a-z-]+", rest)) for name, rest in lines]


def test_every_command_line_of_the_readme_can_be_given() -> None:
    shown = commands_shown()
    assert len(shown) > 8
    helps = {name: run(name, "--help") for name, _ in shown}
    assert [name for name, ran in helps.items() if ran.status] == []
    unknown = [
        f"{name} {option}"
        for name, options in shown
        for option in options
        if option not in re.findall(r"--[a-z-]+", helps[name].out)
    ]
    assert unknown == []


def test_the_tree_of_errors_is_as_the_docstring_draws_it() -> None:
    drawn: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        name = re.search(r"\b\w+Error\b", line)
        if name is None:
            continue
        above = [(column, outer) for column, outer in above if column < name.start()]
        drawn[name[0]] = above[-1][1] if above else "Exception"
        above.append((name.start(), name[0]))
    made = {name: getattr(errors, name).__base__.__name__ for name in errors.__all__}
    assert drawn == made
    assert errors.__all__ == sorted(
        name for name, value in vars(errors).items() if isinstance(value, type)
    )


def test_the_commands_shown_in_the_readme_exist_with_their_options() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"```\n(.*?)```", readme, re.DOTALL))
    shown = re.findall(r"^formcoach (\w+)([^#\n]*)", blocks, re.MULTILINE)
    assert len(shown) >= 8
    for command, arguments in shown:
        usage = run(command, "--help")
        assert usage.status == 0, command
        options = set(re.findall(r"--[\w-]+", arguments))
        assert options <= set(re.findall(r"--[\w-]+", usage.out)), command
