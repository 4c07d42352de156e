"""The videos that the bench runs over, each with what is known of it."""

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Clip", "real_clips", "samples"]

SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"
CLIPS_VARIABLE = "FORMCOACH_CLIPS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One video.

    Attributes:
        name: how tables name it.
        path: the file.
        exercise, level: what is done in it; the level is None where there is only one.
        start_s, end_s: the stretch to look at; None for the whole.
        truth: the tree of its truth file; None for a real clip.
        reps_min, reps_max: between these lies the true count.
        hold_s: how long a position is held; None where reps are counted.
    """

    name: str
    path: Path
    exercise: str
    level: str | None
    start_s: float | None = None
    end_s: float | None = None
    truth: dict[str, Any] | None = None
    reps_min: int = 0
    reps_max: int = 0
    hold_s: float | None = None

    @property
    def negative(self) -> bool:
        """Whether there is neither a rep nor a hold in it."""
        return self.reps_max == 0 and self.hold_s is None


def samples() -> list[Clip]:
    """Return the rendered samples, by name."""
    found = []
    for path in sorted(SAMPLES.rglob("*.truth.json")):
        if path.parent.name == "views":  # angles in the picture mean nothing in some of them
            continue
        truth = json.loads(path.read_text(encoding="utf-8"))
        count = sum(not rep["partial"] for rep in truth["reps"])
        found.append(
            Clip(
                name=path.name.removesuffix(".truth.json"),
                path=path.with_name(truth["video"]),
                exercise=truth["exercise"],
                level=truth["level"],
                truth=truth,
                reps_min=count,
                reps_max=count,
            )
        )
    return found


def real_clips() -> list[Clip]:
    """Return the clips of the folders that FORMCOACH_CLIPS names; none where it names none."""
    found = []
    for folder in filter(None, os.environ.get(CLIPS_VARIABLE, "").split(os.pathsep)):
        with (Path(folder) / "clips.tsv").open(encoding="utf-8", newline="") as file:
            found += [_real(Path(folder), row) for row in csv.DictReader(file, delimiter="\t")]
    return found


def _real(folder: Path, row: dict[str, str]) -> Clip:
    return Clip(
        name=row["name"],
        path=folder / f"{row['name']}.mp4",
        exercise=row["exercise"],
        level=row["level"] or None,
        start_s=_number(row["start_s"]),
        end_s=_number(row["end_s"]),
        reps_min=int(row["reps_min"] or 0),
        reps_max=int(row["reps_max"] or 0),
        hold_s=_number(row["hold_s"]),
    )


def _number(text: str) -> float | None:
    return float(text) if text else None
