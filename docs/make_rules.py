"""Fills in what docs/rules.md says of the numbers in force: those of the code, and every fault.

    python docs/make_rules.py

A number stands between a mark that names its module and constant and a mark that ends it; the
table of the faults between two marks of its own. What sources say is written by hand.
"""

import ast
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.spec import (
    Asymmetry,
    AtTurn,
    Check,
    Drift,
    HoldTime,
    Limit,
    PersonalEnd,
    Range,
    Sway,
    Tempo,
    WrongHand,
)

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "rules.md"
NUMBER = re.compile(
    r"(<!-- (?P<module>[\w/]+)\.py (?P<name>[A-Z_]+)(?P<unit>%?) -->).*?(<!-- / -->)"
)
TABLE = re.compile(r"(<!-- faults -->\n).*?(<!-- /faults -->)", re.DOTALL)
COMPARED = {"above": "above", "below": "below", "away": "off"}


def constant(module: str, name: str) -> float:
    """Return a number of a module of the package; raise ValueError where it has none so named."""
    path = ROOT / "formcoach" / f"{module}.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return float(ast.literal_eval(node.value))
    raise ValueError(f"docs/rules.md names {name} of {module}.py, which has no such number")


def filled(page: str) -> str:
    """Return the page with its numbers and its table of faults as they are in force."""

    def number(found: re.Match[str]) -> str:
        value = constant(found["module"], found["name"])
        return f"{found[1]}{100 * value if found['unit'] else value:g}{found[5]}"

    if not TABLE.search(page):
        raise ValueError("docs/rules.md must have a pair of marks for its table of faults")
    return TABLE.sub(lambda found: found[1] + fault_table() + found[2], NUMBER.sub(number, page))


def fault_table() -> str:
    """Return a row for every fault and way to find it, with the exercises that ask for it."""
    checks = sorted(
        ((check.id, _found_by(check), _where(exercise, check)) for exercise, check in _checks()),
    )
    lines = ["| fault | found by | in |", "|---|---|---|"]
    for (name, found_by), rows in groupby(checks, key=lambda row: row[:2]):
        where = ", ".join(dict.fromkeys(place for _, _, place in rows))
        lines.append(f"| `{name}` | {found_by} | {where} |")
    return "\n".join(lines) + "\n"


def _checks() -> Iterator[tuple[str, Check]]:
    for exercise in exercise_ids():
        for check in load_exercise(exercise).checks:
            yield exercise, check


def _where(exercise: str, check: Check) -> str:
    return " ".join((exercise, *check.levels))


def _found_by(check: Check) -> str:
    """Say in a line what a check looks at and what it allows."""
    match check:
        case Range():
            least = f", or {check.min_deg:g} deg" if check.min_deg else ""
            return f"under {check.min_share:.0%} of the person's own way{least}"
        case PersonalEnd():
            return f"{check.past_deg:g} deg past the end point that was set"
        case Tempo():
            breaths = f" or {check.min_breaths:g} breaths" if check.min_breaths else ""
            phase = f", a phase under {check.min_phase_s:g} s" if check.min_phase_s else ""
            return f"a rep under {check.min_rep_s:g} s{breaths}{phase}"
        case HoldTime():
            return f"a pause under {check.min_s:g} s"
        case Asymmetry():
            return f"{check.max_share:.0%} between the sides, after {check.min_reps} reps each"
        case _:
            return _passed(check)


def _passed(check: Limit | Drift | AtTurn | WrongHand | Sway) -> str:
    """Say what a check of a signal or a place allows."""
    match check:
        case Limit():
            first, last = _bounds(check, check.on, check.off)
            return f"{first}, until {last}, for {check.persist_s:g} s"
        case Drift():
            return f"`{check.signal}` drifts {check.limit:g}, for {check.persist_s:g} s"
        case AtTurn():
            return f"at the turn {_bounds(check, check.limit)[0]}"
        case WrongHand():
            return f"the other wrist within {check.near_ratio:g} torso lengths of the knee"
        case Sway():
            return f"sways {check.max_ratio:g} torso lengths"


def _bounds(check: Limit | AtTurn, *limits: float) -> list[str]:
    """Write limits out, the first with the signal and where it is measured from."""
    relative = bool(check.reference) or check.compare == "away"
    sign = -1.0 if check.compare == "below" and not relative else 1.0
    words = [f"{sign * limit:g}" for limit in limits]
    origin = "the baseline" if check.reference == "baseline" else f"{check.reference:g}"
    by = f" {origin} by" if relative else ""
    words[0] = f"`{check.signal}` {COMPARED[check.compare]}{by} {words[0]}"
    return words


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stderr.write("docs/rules.md says what is in force\n")
