"""How much work the commands of the history are over ten thousand sessions, in seconds of CPU.

python3 benchmarks/history.py [SESSIONS]

What is measured is the command's own work, in a process of its own that has imported everything.
"""

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from formcoach.history.notebook import Notebook
from formcoach.programme.profile import Profile, Sitting
from formcoach.programme.screening import QUESTIONS

MEASURE = """
import contextlib, io, json, sys, time
import formcoach.commands.past.history_view, formcoach.commands.past.progress_view
import formcoach.commands.daily.remind, formcoach.history.physio, jinja2, rich.console
from formcoach.cli import app
from typer.testing import CliRunner
CliRunner().invoke(app, sys.argv[1:] + ["--help"])
began = time.process_time()
with contextlib.redirect_stdout(io.StringIO()):
    try:
        app(sys.argv[1:])
    except SystemExit as end:
        status = end.code
sys.stderr.write(json.dumps([time.process_time() - began, status]))
"""
LEVELS = (
    ("hip_flexion", "bent"),
    ("hip_flexion", "straight"),
    ("dead_bug", "hold"),
    ("plank_hip_flexion", "wall"),
    ("squat", ""),
)
REPS = 10


def write(folder: Path, sessions: int) -> None:
    """Write a history of so many sessions, six a day, up to now."""
    rng, now = random.Random(1), datetime.now(UTC)
    with Notebook.open(folder) as notebook, notebook.history.writing() as write:
        for n in range(1, sessions + 1):
            at_s = (now - timedelta(hours=4 * (sessions - n) + 3)).timestamp()
            exercise, level = LEVELS[min(n * len(LEVELS) // sessions, len(LEVELS) - 1)]
            write.execute(
                "INSERT INTO session VALUES (?, ?, ?, ?, 60, ?, 60, 'en', '0')",
                (n, exercise, level, at_s, at_s + 200),
            )
            write.execute(
                "INSERT INTO exercise_set (session_id, set_index, ended, effort, pain_before,"
                " pain_after, breathing_normal) VALUES (?, 1, 1, ?, 0, ?, 1)",
                (n, rng.choice((2, 3, 4)), rng.choice((0, 1))),
            )
            for index in range(1, REPS + 1):
                quality = rng.choice(("good",) * 7 + ("faulty", "partial", "unsure"))
                values = (n, 1, index, ("left", "right")[index % 2], 10.0 * index)
                ends = (10.0 * index + 4, 10.0 * index + 8 + rng.random(), 90 + rng.gauss(0, 4))
                faults = "too_fast range_short" if quality == "faulty" else ""
                write.execute(
                    "INSERT INTO rep VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (*values, *ends, 45 + rng.gauss(0, 4), 0.5, quality, faults),
                )
    with Notebook.open(folder) as notebook:
        told = dict.fromkeys(QUESTIONS, False)
        notebook.put_profile(Profile(screening=told, sitting=Sitting.MAX_OF_THE_DAY))


def main() -> None:
    """Measure each command."""
    sessions = int(sys.argv[1]) if sys.argv[1:] else 10_000
    with TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        write(data, sessions)
        out = Path(temporary) / "out"
        for arguments in (
            ["history"],
            ["history", "--all"],
            ["progress"],
            ["progress", "--from", "2000-01-01"],
            ["progress", "--html", f"{out}.html"],
            ["progress", "--from", "2000-01-01", "--html", f"{out}.html"],
            ["progress", "--from", "2000-01-01", "--for-physio", "--html", f"{out}.html"],
            ["remind"],
            ["remind", "--ics", f"{out}.ics", "--days", "60"],
        ):
            command = [sys.executable, "-c", MEASURE, *arguments, "--data", str(data)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            cpu_s, status = json.loads(done.stderr.splitlines()[-1])
            shown = " ".join(arguments).replace(temporary, "")
            sys.stdout.write(f"{cpu_s:6.2f} s  status {status}  {shown}\n")


if __name__ == "__main__":
    main()
