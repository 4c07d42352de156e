"""The worked example of CONTRIBUTING.md: parsed from the page, and done by the stick figure."""

import re
import tomllib
from pathlib import Path

import flaws
import moves
import pytest
from coached import told
from flaws import Flaw, Key
from moves import Move, perform

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Quality, SetSummary
from formcoach.exercises.parsing import parse_spec

PAGE = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
EXERCISE, WORDS = (text for kind, text in BLOCKS if kind == "toml")
MOVE_ROW, FLAW_ROW = (text for kind, text in BLOCKS if kind == "python")

SPEC = parse_spec(EXERCISE, "CONTRIBUTING.md")
CASE = (SPEC.id, None)
MOVE: Move = eval(f"{{{MOVE_ROW}}}", vars(moves))[CASE]
FLAWS: dict[Key, Flaw] = eval(f"{{{FLAW_ROW}}}", vars(flaws))[CASE]


def coached_over(flaw: Flaw | None = None) -> SetSummary:
    changed = flaw.reps if flaw is not None else ()
    filmed = perform(
        MOVE,
        4,
        far=dict.fromkeys(changed, flaw.far) if flaw is not None else None,
        tempos=dict.fromkeys(changed, flaw.tempo) if flaw is not None and flaw.tempo else None,
    )
    coach = Coach(SPEC)
    for pose in filmed.poses:
        coach.step(pose)
    return coach.finish()


def test_the_example_done_well_gives_good_reps() -> None:
    summary = coached_over()
    assert told(summary.reps) == [(None, Quality.GOOD, ())] * 4
    assert summary.faults == []


@pytest.mark.parametrize("key", FLAWS, ids=lambda key: key[0])
def test_each_flaw_of_the_example_is_found_in_its_rep(key: Key) -> None:
    flaw = FLAWS[key]
    summary = coached_over(flaw)
    assert told(summary.reps) == [
        (None, Quality.FAULTY, (key[0],)) if number in flaw.reps else (None, Quality.GOOD, ())
        for number in range(1, 5)
    ]


def test_the_example_is_complete() -> None:
    words = tomllib.loads(WORDS)
    assert set(FLAWS) == {flaws.key_of(check) for check in SPEC.checks}
    assert SPEC.id in words["exercise"]
    assert SPEC.id in words["howto"]
    assert set(words["cue_for"][SPEC.id]) <= {check.id for check in SPEC.checks}
