"""The videos that the acceptance tests look at, each with how it is analysed."""

import csv
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

__all__ = ["CLIPS", "Asked", "all_asked", "clip_options", "clip_rows"]

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"
CLIPS = [
    Path(folder) for folder in os.environ.get("FORMCOACH_CLIPS", "").split(os.pathsep) if folder
]

Asked = tuple[Path, dict[str, Any]]
"""A video, and what its test gives beside it: exercise, level and stretch."""


def clip_rows() -> list[tuple[Path, dict[str, str]]]:
    """Return the clips of the folders that FORMCOACH_CLIPS names, each with its row."""
    found = []
    for folder in CLIPS:
        with (folder / "clips.tsv").open(encoding="utf-8", newline="") as file:
            rows_of = csv.DictReader(file, delimiter="\t")
            found += [(folder / f"{row['name']}.mp4", row) for row in rows_of]
    return found


def clip_options(row: dict[str, str]) -> dict[str, Any]:
    """Return how a clip is analysed."""
    span = {key: float(row[key]) for key in ("start_s", "end_s") if row[key]}
    return {"exercise": row["exercise"], "level": row["level"] or None, **span}


def all_asked() -> Iterator[Asked]:
    """Give every video, in the order in which the tests come."""
    for video, row in clip_rows():
        yield video, clip_options(row)
    for truth in sorted(SAMPLES.rglob("*.truth.json")):
        tree = json.loads(truth.read_text(encoding="utf-8"))
        video = truth.with_name(tree["video"])
        yield video, {"exercise": tree["exercise"], "level": tree["level"]}
