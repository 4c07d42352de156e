"""Writes a set's files from poses, as `analyze` does once a video has been watched."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import nan
from pathlib import Path
from typing import Any

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary
from formcoach.exercises.library import load_exercise
from formcoach.pose.landmarks import Pose
from formcoach.results.set_record import SetRecord
from formcoach.words.phrases import load_phrases

__all__ = ["REP_FIELDS", "Recorded", "record", "rows"]

REP_FIELDS = [
    "index",
    "side",
    "start_s",
    "turn_s",
    "end_s",
    "peak_deg",
    "rom_deg",
    "hold_s",
    "quality",
    "faults",
    "judged",
    "why",
]
"""What files hold of each rep, in this order: other programs rely on it."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A set on disk.

    Attributes:
        summary: what the coach made of it.
        tree: `summary.json` as it is read back from disk.
    """

    folder: Path
    summary: SetSummary
    tree: dict[str, Any]

    @property
    def signals(self) -> list[dict[str, str]]:
        return rows(self.folder / "signals.csv")

    @property
    def reps(self) -> list[dict[str, str]]:
        return rows(self.folder / "reps.csv")

    @property
    def page(self) -> str:
        return (self.folder / "report.html").read_text(encoding="utf-8")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def record(
    folder: Path,
    poses: Iterable[Pose],
    exercise: str,
    level: str | None = None,
    *,
    lang: str = "en",
    breath_s: float = nan,
    **header: Any,
) -> Recorded:
    """Coach a set and write its files into an existing folder.

    Args:
        header: what is known of the recording; by default a `clip.mp4` as long as the poses.
    """
    poses = list(poses)
    coach = Coach(load_exercise(exercise), level, breath_s=breath_s)
    written = SetRecord(coach, folder, load_phrases(lang))
    for pose in poses:
        written.note(pose, coach.step(pose))
    lasts_s = round(poses[-1].t_s, 3) if poses else 0.0
    known = {"video": "clip.mp4", "duration_s": lasts_s, "recognised": False, "lang": lang}
    summary, tree = written.finish(known | header)
    on_disk = json.loads((folder / "summary.json").read_text(encoding="utf-8"), parse_constant=_no)
    assert on_disk == json.loads(json.dumps(tree)), "what is returned is what is written"
    return Recorded(folder=folder, summary=summary, tree=on_disk)


def _no(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")
