"""`analyze --cluster`: the workers of a Dask scheduler do it, and what they find comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from commands import names_in, run_apart, tree

pytest.importorskip("distributed", reason="needs formcoach[cluster]")

CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1",
                      dashboard_address=None, worker_dashboard_address=None) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]
        print(cluster.scheduler_address, *pids, flush=True)
        sys.stdin.read()
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """A scheduler's address, and the ids of its two workers."""
    script = tmp_path_factory.mktemp("cluster") / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()
        assert process.stdin is not None
        process.stdin.close()


def test_its_workers_analyse_and_one_bad_video_stops_none(
    cluster: list[str], tmp_path: Path, squat: Path
) -> None:
    asked = ("--exercise", "squat", "--model", "lite", "--no-video", "--out", tmp_path)
    ran = run_apart("analyze", squat, tmp_path / "gone.mp4", *asked, "--cluster", cluster[0])
    assert ran.status == 1
    assert "gone.mp4: no such file" in ran.error
    assert names_in(tmp_path) == ["squat"]
    assert tree(tmp_path / "squat")["counts"]["total"] == 1


def worker_with(pids: list[str], name: str) -> int:
    """Return the worker that has a file open whose path has `name` in it."""
    for pid in pids:
        for file in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):  # it was closed meanwhile
                if name in str(file.readlink()):
                    return int(pid)
    raise AssertionError(f"none of {pids} has {name} open")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_a_lost_worker_had_is_done_by_another(
    cluster: list[str], tmp_path: Path, squat: Path
) -> None:
    asked = ("--exercise", "squat", "--model", "lite", "--no-video", "--out", str(tmp_path))
    line = [sys.executable, "-m", "formcoach", "analyze", str(squat), *asked]
    with subprocess.Popen(
        [*line, "--cluster", cluster[0]], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        deadline_s = time.monotonic() + 120
        while not any(tmp_path.glob(".squat.*.part/poses.jsonl.gz")):
            assert process.poll() is None
            assert time.monotonic() < deadline_s
            time.sleep(0.01)
        os.kill(worker_with(cluster[1:], ".part/"), signal.SIGKILL)
        assert process.wait(120) == 0, process.stderr
    assert tree(tmp_path / "squat")["counts"]["total"] == 1


def test_no_scheduler_is_one_line(tmp_path: Path, squat: Path) -> None:
    ran = run_apart("analyze", squat, "--cluster", "tcp://127.0.0.1:9", "--out", tmp_path)
    assert ran.status == 2
    assert "--cluster tcp://127.0.0.1:9: no scheduler answers" in ran.error
    assert names_in(tmp_path) == []
