"""The core is pure: what its modules import and name, read off their source.

Ruff bans the impure by name and says so in the editor. Here only what is listed may be imported, so
nothing that was not thought of slips by.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
POSE = (
    "body",
    "doubts",
    "face",
    "identity",
    "landmarks",
    "neutral",
    "profile",
    "signals",
    "smoothing",
    "sparse",
    "trust",
    "view",
    "witness",
)
READER = "formcoach.exercises.library"
"""Reads the catalogue: the one module that the core may call though it is not pure itself."""

MATHS_AND_DATA = frozenset(
    {
        "collections",
        "collections.abc",
        "dataclasses",
        "datetime",
        "difflib",
        "enum",
        "functools",
        "itertools",
        "math",
        "re",
        "statistics",
        "tomllib",
        "typing",
        "msgspec",
        "msgspec.structs",
        "numpy",
        "numpy.typing",
        "formcoach.errors",
        "formcoach.told",
    }
)
BUILTINS = frozenset(
    {"open", "print", "input", "exec", "eval", "compile", "breakpoint", "__import__"}
)
OF_OTHERS = frozenset(
    {
        "now",
        "today",
        "utcnow",
        "fromtimestamp",
        "random",
        "load",
        "loadtxt",
        "genfromtxt",
        "fromfile",
        "memmap",
        "save",
        "savez",
        "savetxt",
        "tofile",
    }
)
"""What dates and numpy have that needs the clock, a file or luck."""


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def core() -> dict[str, Path]:
    """Return the modules of the core, as ARCHITECTURE.md names them."""
    folders = ("coaching", "exercises", "programme", "session")
    files = [path for one in folders for path in (ROOT / "formcoach" / one).rglob("*.py")]
    files += [ROOT / "formcoach" / "pose" / f"{name}.py" for name in POSE]
    return {module_of(path): path for path in files}


MAY_IMPORT = MATHS_AND_DATA | frozenset(core())


def imported(node: ast.AST) -> Iterator[str]:
    """Yield the modules that a statement imports; of a package, what is taken from it."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        module = "." * node.level + (node.module or "")
        if module in MAY_IMPORT:
            yield module
        else:
            yield from (f"{module}.{alias.name}" for alias in node.names)


def impure_names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name) and node.id in BUILTINS:
        yield node.id
    elif isinstance(node, ast.Attribute) and node.attr in OF_OTHERS:
        yield node.attr
    elif isinstance(node, ast.ImportFrom) and node.module == "numpy":
        yield from (alias.name for alias in node.names if alias.name in OF_OTHERS)


def impurities(source: str) -> list[str]:
    """Return what a module of the core may not have, as `line: what`."""
    return [
        f"{getattr(node, 'lineno', 0)}: {name}"
        for node in ast.walk(ast.parse(source))
        for name in (*(m for m in imported(node) if m not in MAY_IMPORT), *impure_names(node))
    ]


@pytest.mark.parametrize("module", sorted(set(core()) - {READER}))
def test_the_core_is_pure(module: str) -> None:
    assert impurities(core()[module].read_text(encoding="utf-8")) == []


def test_the_one_reader_of_the_core_is_still_one() -> None:
    assert impurities(core()[READER].read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import tempfile", "1: tempfile"),
        ("import urllib.request as web", "1: urllib.request"),
        ("from secrets import token_hex", "1: secrets.token_hex"),
        ("import time", "1: time"),
        ("from time import monotonic", "1: time.monotonic"),
        ("def f():\n    import os", "2: os"),
        ("import formcoach", "1: formcoach"),
        ("from formcoach.commands import doctor", "1: formcoach.commands.doctor"),
        (
            "from formcoach.commands.batch import analyze_all",
            "1: formcoach.commands.batch.analyze_all",
        ),
        ("import formcoach.commands.choosing", "1: formcoach.commands.choosing"),
        ("from formcoach.pose.mediapipe import estimator", "1: formcoach.pose.mediapipe.estimator"),
        ("from formcoach.pose.trace import read_trace", "1: formcoach.pose.trace.read_trace"),
        ("from . import doctor", "1: ..doctor"),
        ("words = open('words.txt')", "1: open"),
        ("print('a rep')", "1: print"),
        ("os = __import__('os')", "1: __import__"),
        ("from datetime import date\nday = date.today()", "2: today"),
        ("from datetime import datetime as d\nclock = d.now", "2: now"),
        ("import numpy as np\nx = np.random.normal()", "2: random"),
        ("from numpy import random", "1: random"),
        ("import numpy as np\nx = np.load('x.npy')", "2: load"),
    ],
)
def test_what_is_not_pure_is_found(source: str, found: str) -> None:
    assert impurities(source) == [found]


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np\nx = np.median([1.0])",
        "from formcoach.pose import landmarks",
        "from formcoach.programme.agenda import plan_today",
        "from formcoach.exercises.library import load_exercise",
        "def f(now, today):\n    return now - today, now.time(), re.compile('a')",
    ],
)
def test_what_is_pure_is_let_be(source: str) -> None:
    assert impurities(source) == []
