"""A live session that is killed, at any moment: what was counted aloud is in the history."""

import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from formcoach.history.store import History

TESTS = Path(__file__).resolve().parents[2]
COUNTED = re.compile(r"(\d+), (left|right)")
KILLS = 50


@contextmanager
def player(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, str(TESTS / "session_player.py"), str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def killed_after(process: "subprocess.Popen[str]", lines: int, spins: int) -> int:
    """Play a session, kill it after it has said so much and a moment; return the reps counted."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    child = int(process.stdout.readline())
    said: list[str] = []
    while len(said) < lines and (not said or said[-1] != "over"):
        said.append(process.stdout.readline().strip())
    for _ in range(spins):
        pass
    os.kill(child, signal.SIGKILL)
    while said[-1:] != ["gone"]:
        said.append(process.stdout.readline().strip())
    return sum(len(COUNTED.findall(text)) for text in said)


@pytest.mark.skipif(os.name == "nt", reason="fork and kill -9 are of POSIX")
def test_killed_at_fifty_random_points_no_counted_rep_is_lost(tmp_path: Path) -> None:
    points = random.Random(20261127)
    counted, known = [], 0
    with player(tmp_path) as process:
        for _ in range(KILLS):
            told = killed_after(process, points.randrange(0, 14), points.randrange(1_000_000))
            with History.open(tmp_path) as history:
                sessions = history.sessions()
            kept = sum(one.total for one in sessions[-1].sets) if len(sessions) > known else 0
            known = len(sessions)
            assert kept >= told
            counted.append(told)
    assert set(counted) >= {0, 1, 2, 3}, "killed before the first rep, and in every set"
