"""Writes docs/numbers.md: every number that the coach counts and judges by, with its source.

    python docs/make_numbers.py > docs/numbers.md

The numbers are read off the code and the catalogue, so that the page cannot differ from them.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from formcoach.exercises.library import exercise_ids, load_exercise

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "The view": ("pose/view.py",),
    "What is believed": ("pose/trust.py", "pose/identity.py", "pose/witness.py"),
    "What is measured": ("pose/signals.py", "pose/body.py", "pose/smoothing.py", "pose/neutral.py"),
    "Counting": (
        "coaching/reps/counter.py",
        "coaching/reps/excursion.py",
        "coaching/reps/limb.py",
        "coaching/reps/judge.py",
        "coaching/reps/likeness.py",
        "coaching/reps/pairs.py",
        "coaching/reps/sight.py",
        "coaching/reps/spikes.py",
        "exercises/spec.py",
    ),
    "Being in the exercise, and doubt": ("coaching/readiness.py", "coaching/doubt.py"),
    "Judging": ("coaching/reps/checks.py", "coaching/reps/watch.py", "coaching/baseline.py"),
    "Holds": ("coaching/holds.py",),
    "Cues": ("coaching/cues.py",),
    "Recognition": ("coaching/recognition.py",),
}
SETTINGS = ("movement", "isometric", "levels", "checks")


def constants(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the numbers of a module: name, value, and what stands below it."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node, following in zip(body, [*body[1:], None], strict=True):
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name, value = node.targets[0].id, ast.unparse(node.value)
        if not name.isupper() or not any(character.isdigit() for character in value):
            continue
        told = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            told = " ".join(str(following.value.value).split())
        yield name, value, told


def rows(table: object) -> Iterator[tuple[str, str]]:
    """Yield what a table of an exercise's file says, but its source."""
    if isinstance(table, dict):
        for key, value in table.items():
            if key != "source":
                yield key, msgspec.json.encode(value).decode()


def cell(text: str) -> str:
    """Return a text as a table takes it."""
    return text.replace("|", "\\|")


def page() -> str:
    """Return the whole page."""
    lines = [
        "# Numbers",
        "",
        "Every number that the coach counts and judges by, as it stands in the code and in the "
        "catalogue. Made by `python docs/make_numbers.py`; what the sources are: "
        "[rules.md](rules.md).",
    ]
    for title, names in ROOMS.items():
        found = [row for name in names for row in constants(ROOT / "formcoach" / name)]
        lines += ["", f"## {title}", "", "| number | value | what it is, and its source |"]
        lines += ["|---|---|---|"]
        lines += [f"| `{name}` | {cell(value)} | {cell(told)} |" for name, value, told in found]
    for exercise in exercise_ids():
        spec = msgspec.to_builtins(load_exercise(exercise))
        lines += ["", f"## {exercise}", "", "| where | numbers | source |", "|---|---|---|"]
        for part in SETTINGS:
            tables = spec.get(part) or []
            for table in [tables] if isinstance(tables, dict) else tables:
                where = " ".join(filter(None, (part, table.get("id"), table.get("kind"))))
                said = "; ".join(f"{key} {value}" for key, value in rows(table) if key != "id")
                lines.append(f"| {where} | {cell(said)} | {cell(table.get('source', ''))} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(page())
