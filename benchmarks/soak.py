"""Runs a live session for hours of its own time, as quickly as it goes.

    python benchmarks/soak.py 24

Camera, model and voice are played (`tests/live_parts.py`), the time is the frames', so a day takes
minutes. Every hour it prints the memory, the threads and the open files; all are to stay where they
were after the first.
"""

import resource
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import overload

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from live_parts import FakeCamera, Stage, parts_of  # noqa: E402 - found by the line above
from moves import trace  # noqa: E402

from formcoach.commands.live import LiveOptions, run_live  # noqa: E402
from formcoach.history.journal import HistoryJournal  # noqa: E402
from formcoach.history.store import History  # noqa: E402
from formcoach.pose.landmarks import Pose  # noqa: E402
from formcoach.pose.trace import quantise  # noqa: E402
from formcoach.session.guide import SessionTargets  # noqa: E402

FPS = 6.0
HOUR = round(3600 * FPS)


class Endless(Sequence[Pose]):
    """The same squats again and again, their times going on."""

    def __init__(self, hours: float) -> None:
        poses = [quantise(pose) for pose in trace("squat", None, 8).poses]
        step = max(round(len(poses) / (poses[-1].t_s * FPS)), 1)
        self._poses = poses[::step]
        self._lasts_s = self._poses[-1].t_s + step / 30
        self._count = round(hours * HOUR)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Pose: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Pose]: ...

    def __getitem__(self, index: int | slice) -> Pose | Sequence[Pose]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(self._count))]
        index %= self._count
        rounds, at = divmod(index, len(self._poses))
        pose = self._poses[at]
        return replace(pose, t_s=pose.t_s + rounds * self._lasts_s)


def tell(hour: float, began_s: float) -> float:
    """Print what the process uses; return its memory in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    memory_mb = pages * resource.getpagesize() / 2**20
    files = len(list(Path("/proc/self/fd").iterdir()))
    sys.stdout.write(
        f"| {hour:.1f} h | {memory_mb:.0f} MB | {threading.active_count()} threads | {files} files "
        f"| {time.monotonic() - began_s:.0f} s |\n"
    )
    sys.stdout.flush()
    return memory_mb


def main(hours: float) -> int:
    """Run for so many hours; return 1 where the memory grew by more than a tenth."""
    began_s, told = time.monotonic(), []

    def look(camera: FakeCamera) -> None:
        told.append(tell(camera.given / HOUR, began_s))

    poses = Endless(hours)
    every = min(HOUR, len(poses) // 4)
    stage = Stage(poses=poses, at=dict.fromkeys(range(every, len(poses), every), look))
    options = LiveOptions(
        exercise="squat",
        targets=SessionTargets(reps=8, sets=100_000, rest_s=20.0),
        model="lite",
        window=False,
        voice=False,
    )
    with TemporaryDirectory() as folder, History.open(Path(folder)) as history:
        journal = HistoryJournal(history, exercise="squat", level="", lang="en", source="0")
        result = run_live(options, journal=journal, parts=parts_of(stage))
        journal.close()
    reps = sum(len(one.reps) for one in result.sets)
    sys.stdout.write(
        f"{len(result.sets)} sets, {reps} reps, troubles: {result.troubles or 'none'}\n"
    )
    return 1 if told[-1] > 1.1 * told[0] else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 24.0))
