"""Kills FormCoach at random moments and looks at what it left: ``python benchmarks/kills.py 200``.

Each command runs in a process of its own, two side by side, and gets SIGKILL at a random moment;
the moments are spread over the time that it takes. Then it is checked that results are whole,
earlier or new ones but never some of each, that the history opens and is sound, that the next run
works, and that no worker lives on. It prints a row for the table of docs/reliability.md for each
command.
"""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "sample_videos"
FORMCOACH = [sys.executable, "-m", "formcoach"]
FILES = {"summary.json", "reps.csv", "signals.csv", "report.html", "poses.jsonl.gz"}
WORKERS_END_S = 20.0
SEED = 1
AT_ONCE = 2
"""Commands that run side by side, each with folders of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One command to kill.

    Attributes:
        name: what it is.
        arguments: of one run, by its number.
        check: looks at what it left; returns "" or what is wrong.
        answers: what is typed.
        limit_s: the latest moment of a kill; None for as long as the command takes.
    """

    name: str
    arguments: Callable[[int], list[str]]
    check: Callable[[], str]
    answers: str = ""
    limit_s: float | None = None


def lang_of(number: int) -> str:
    """Return the language of a run: every other one, so that a mixture shows."""
    return ("en", "nl")[number % 2]


def whole(folder: Path) -> str:
    """Return what is wrong with a folder of results; nothing where it is not there."""
    if not folder.exists():
        return ""
    missing = FILES - {path.name for path in folder.iterdir()}
    if missing:
        return f"{folder.name} lacks {', '.join(sorted(missing))}"
    try:
        lang = json.loads((folder / "summary.json").read_bytes())["lang"]
    except (ValueError, KeyError) as error:
        return f"summary.json of {folder.name}: {error}"
    page = (folder / "report.html").read_text(encoding="utf-8")
    return "" if f'<html lang="{lang}"' in page else f"{folder.name} is of two runs"


def sound(data: Path) -> str:
    """Return what is wrong with a history; nothing where it is not there."""
    path = data / "history.sqlite3"
    if not path.exists() or path.stat().st_size == 0:
        return ""
    connection = sqlite3.connect(path)
    try:
        found = connection.execute("PRAGMA integrity_check").fetchone()[0]
        broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        return f"history: {error}"
    finally:
        connection.close()
    return "" if found == "ok" and broken is None else f"history: {found} {broken}"


def killed(case: Case, number: int, after_s: float, log: Path) -> str:
    """Run a command and kill it; return what went wrong before or after."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*FORMCOACH, *case.arguments(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            cwd=ROOT,
        )
        assert process.stdin is not None
        try:
            process.stdin.write(case.answers.encode())
            process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            process.wait(after_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    trouble = workers_left(process.pid)
    if b"Traceback" in log.read_bytes():
        trouble = "a traceback"
    return trouble or case.check()


def workers_left(group: int) -> str:
    """Wait for the workers of a killed process; return what is wrong where they live on."""
    until_s = time.monotonic() + WORKERS_END_S
    while time.monotonic() < until_s:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return ""
        time.sleep(0.05)
    os.killpg(group, signal.SIGKILL)
    return "workers lived on"


def cases(folder: Path) -> list[Case]:
    """Return the commands to kill; all they write is in `folder`."""
    folder.mkdir()
    out, data, day = folder / "out", folder / "data", folder / "day"
    part = ["--model", "lite", "--no-video", "--end", "2.5"]
    squat = str(SAMPLES / "squat.mp4")
    poses = folder / "first" / "squat" / "poses.jsonl.gz"
    run(["analyze", squat, "-e", "squat", *part, "--out", str(folder / "first")])
    run(["setup", "--screening", "none", "--no-pain", "--intake", "none", "--data", str(day)])
    seen = ["--no-window", "--no-voice", "--model", "lite"]
    return [
        Case(
            name="analyze",
            arguments=lambda n: [
                *("analyze", squat, "-e", "squat", *part, "--lang", lang_of(n)),
                *("--out", str(out)),
            ],
            check=lambda: whole(out / "squat"),
        ),
        Case(
            name="analyze --jobs 2 (4 videos)",
            arguments=lambda n: [
                *("analyze", *(str(SAMPLES / f"{name}.mp4") for name in BATCH)),
                *("-e", "squat", *part, "--jobs", "2", "--lang", lang_of(n), "--out", str(out)),
            ],
            check=lambda: "".join(whole(out / name) for name in BATCH),
        ),
        Case(
            name="replay",
            arguments=lambda n: [
                *("replay", str(poses), "--lang", lang_of(n), "--out", str(out / "again"))
            ],
            check=lambda: whole_replay(out / "again" / "squat"),
        ),
        Case(
            name="live",
            arguments=lambda n: [
                *("live", "squat", "--camera", squat, *seen, "--lang", lang_of(n)),
                *("--data", str(data), "--out", str(out / "live")),
            ],
            check=lambda: sound(data),
            limit_s=9.0,
        ),
        Case(
            name="today",
            arguments=lambda _: [
                *("today", "--camera", str(SAMPLES / "hip_flexion_bent.mp4"), *seen),
                *("--data", str(day)),
            ],
            check=lambda: sound(day),
            answers="0\n" * 12,
            limit_s=12.0,
        ),
    ]


BATCH = ("squat", "march", "plank_sag", "hip_flexion_fast")


def whole_replay(folder: Path) -> str:
    """As `whole`; a replay writes no poses."""
    if folder.exists():
        (folder / "poses.jsonl.gz").touch()
    return whole(folder)


def run(arguments: list[str]) -> float:
    """Run a command to its end; return how long that took. Raises where it fails."""
    began_s = time.monotonic()
    done = subprocess.run(
        [*FORMCOACH, *arguments], capture_output=True, cwd=ROOT, check=False, input=b""
    )
    if b"Traceback" in done.stderr:
        raise SystemExit(done.stderr.decode())
    return time.monotonic() - began_s


def kill_often(case: Case, numbers: range, count: int, folder: Path) -> Counter[str]:
    """Kill one command once for each number; return how often it left what trouble.

    Each number has its own part of the time that the command takes, and a random moment in it.
    """
    chance = random.Random(f"{SEED} {case.name} {numbers.start}")
    lasts_s = case.limit_s or run(case.arguments(0))
    troubles: Counter[str] = Counter()
    for number in numbers:
        after_s = 1.05 * lasts_s * (number + chance.random()) / count
        troubles[killed(case, number, after_s, folder / "errors")] += 1
    return troubles


def main(count: int, wanted: list[str]) -> int:
    """Kill each command so many times, several at once; print a row for each."""
    failed = 0
    with TemporaryDirectory() as name, ThreadPoolExecutor(AT_ONCE) as pool:
        folders = [Path(name) / str(lane) for lane in range(AT_ONCE)]
        lanes = list(pool.map(cases, folders))
        for at_once in zip(*lanes, strict=True):
            if wanted and at_once[0].name.split()[0] not in wanted:
                continue
            numbers = [range(lane, count, AT_ONCE) for lane in range(AT_ONCE)]
            work = pool.map(kill_often, at_once, numbers, [count] * AT_ONCE, folders)
            troubles = sum(work, Counter[str]())
            wrong = {what: times for what, times in troubles.items() if what}
            failed += sum(wrong.values())
            outcome = wrong or "whole each time"
            row = f"| SIGKILL during `{at_once[0].name}` | {troubles.total()} | {outcome} |\n"
            sys.stdout.write(row)
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 200, sys.argv[2:]))
