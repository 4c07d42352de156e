"""The worked examples of CONTRIBUTING.md: read from the page, and done by the stick figure.

What changes the package is done to a copy of it, in a process of its own.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import flaws
import moves
import numpy as np
import pytest
from coached import told
from flaws import Flaw, Key
from moves import Move, perform

import formcoach
from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Quality, SetSummary
from formcoach.exercises.library import load_exercise
from formcoach.exercises.parsing import parse_spec
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.trace import TraceWriter

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
NAMED: dict[str, str] = dict(re.findall(r"```\w+ ([\w-]+)\n(.*?)```", PAGE, re.DOTALL))
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


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Give a copy of the package that an example may change."""
    package = Path(formcoach.__file__).parent
    left_out = shutil.ignore_patterns("__pycache__", "models", "voices", "*.task", "*.zip")
    shutil.copytree(package, tmp_path / "formcoach", ignore=left_out)
    return tmp_path


def changed(file: Path, *changes: tuple[str, str]) -> None:
    """Change a file; each place must be there once."""
    text = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, (file.name, old)
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8")


def run_in(copied: Path, *arguments: str) -> str:
    """Run Python with the changed copy in place of the package; return what it prints."""
    path = os.pathsep.join([str(copied), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copied,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


USES_THE_KIND = """
import flaws, moves, pathlib
from coached import told
from flaws import Flaw
from formcoach.coaching.coach import Coach
from formcoach.exercises.parsing import parse_spec

spec = parse_spec(pathlib.Path("arm_raise.toml").read_text(), "arm_raise.toml")
move = eval("{" + pathlib.Path("move.txt").read_text() + "}", vars(moves))["arm_raise", None]
row = eval("{" + pathlib.Path("flaw.txt").read_text() + "}", vars(flaws))
flaw, = row.values()
coach = Coach(spec)
for pose in moves.perform(move, 4, tempos={2: flaw.tempo}).poses:
    coach.step(pose)
summary = coach.finish()
for rep in summary.reps:
    print(rep.index, *rep.faults)
for fault in summary.faults:
    check, = (one for one in spec.checks if one.id == fault.id)
    print(fault.measured < fault.limit, check.unit)
"""


def test_a_new_check_kind_finds_its_fault_in_its_rep(copied: Path) -> None:
    changed(
        copied / "formcoach/exercises/spec.py",
        ("\nCheck = (\n    ", f"\n{NAMED['kind-struct']}\n\nCheck = (\n    Dropped | "),
    )
    changed(
        copied / "formcoach/coaching/reps/checks.py",
        ("    Drift,\n    HoldTime,", "    Drift,\n    Dropped,\n    HoldTime,"),
        ("\n_Judge = Callable", f"\n{NAMED['kind-rule']}\n\n_Judge = Callable"),
        ("    Drift: _drift,\n", "    Drift: _drift,\n    Dropped: _dropped,\n"),
    )
    for name, text in (
        ("arm_raise.toml", EXERCISE + NAMED["kind-check"]),
        ("move.txt", MOVE_ROW),
        ("flaw.txt", NAMED["kind-flaw"]),
    ):
        (copied / name).write_text(text, encoding="utf-8")
    found = run_in(copied, "-c", USES_THE_KIND)
    assert found.split("\n") == ["1", "2 dropped", "3", "4", "True ratio", ""]


def test_the_example_estimator_counts_by_the_points_it_has() -> None:
    room: dict[str, Callable[..., PoseEstimator]] = {}
    exec(NAMED["estimator"], room)
    filmed = moves.trace("squat")
    shown = iter(filmed.poses)

    def model(image: np.ndarray) -> list[tuple[float, float, float]]:
        pose = next(shown)
        seen = [2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28]
        return [(*pose.xy_px[place], 0.9) for place in (0, *seen)]

    coach = Coach(load_exercise("squat"))
    with room["MyEstimator"](model) as estimator:
        for index, pose in enumerate(filmed.poses):
            image = np.zeros((*pose.image_size_px[::-1], 3), np.uint8)
            found = estimator.estimate(Frame(index=index, t_s=pose.t_s, image_bgr=image))
            assert found.profile.name == "mine"
            coach.step(found)
    assert len(coach.finish().completed) == 4


def test_the_example_sink_takes_each_rep(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    poses = moves.trace("squat", None, 2).poses
    with TraceWriter("poses.jsonl.gz", {"image_size_px": poses[0].image_size_px}) as trace:
        for pose in poses:
            trace.write(pose)
    exec(NAMED["sink"], {})
    assert capsys.readouterr().out == "1 good\n2 good\n"


def test_a_new_language_is_named_in_three_places(copied: Path) -> None:
    phrases = copied / "formcoach/words/phrases"
    words = tomllib.loads(NAMED["language"])["exercise"]["squat"]
    german = (phrases / "en.toml").read_text(encoding="utf-8")
    german, times = re.subn(r'(?m)^squat = "Squat"$', f'squat = "{words}"', german)
    assert times == 1
    (phrases / "de.toml").write_text(german, encoding="utf-8")
    rows = dict(re.findall(r"^\| `(formcoach/\S+)` \| `(.+)` \|$", PAGE, re.MULTILINE))
    assert len(rows) == 3
    for file, line in rows.items():
        name = line.partition(" = ")[0]
        place = copied / file
        text = place.read_text(encoding="utf-8")
        if re.search(rf"(?m)^{name} = ", text):
            text = re.sub(rf"(?m)^{name} = .*$", line.replace("\\", r"\\"), text)
        else:
            text = text.replace('    NL = "nl"\n', f'    NL = "nl"\n    {line}\n')
        place.write_text(text, encoding="utf-8")
    assert words in run_in(copied, "-m", "formcoach", "exercises", "squat", "--lang", "de")
    speaks = "from formcoach.voice.espeak import VOICES; print(VOICES['de'])"
    assert run_in(copied, "-c", speaks) == "de\n"
