"""Runs commands as a user does, and reads what they leave."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from formcoach.cli import app

MODULE = [sys.executable, "-m", "formcoach"]


@dataclass(frozen=True, slots=True)
class Ran:
    status: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The one line that says what failed."""
        assert self.err.startswith("formcoach: "), self.err
        assert self.err.count("\n") == 1, self.err
        return self.err.removeprefix("formcoach: ").rstrip("\n")


Run = Callable[..., Ran]


def run(*arguments: object) -> Ran:
    """Run a command in this process, which has the model's library loaded once."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Ran(result.exit_code, result.stdout, result.stderr)


def run_apart(*arguments: object, env: Mapping[str, str] | None = None) -> Ran:
    """Run a command in a process of its own."""
    done = subprocess.run(
        [*MODULE, *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def tree(folder: Path) -> dict[str, Any]:
    """Return the summary in a folder of results."""
    found: dict[str, Any] = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    return found


def names_in(folder: Path) -> list[str]:
    """Return the names of all there is in a folder, the hidden ones too."""
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
