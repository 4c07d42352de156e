"""The tables written of a set: ``signals.csv`` frame by frame, ``reps.csv`` rep by rep."""

import csv
from collections.abc import Iterable, Mapping
from math import isnan, nan
from pathlib import Path

from formcoach.coaching.events import Rep, Update
from formcoach.pose.landmarks import Side
from formcoach.pose.signals import SIGNAL_KEYS, Signal, SignalKey, column
from formcoach.results.summary import REP_COLUMNS, rep_tree
from formcoach.words.reasons import written

__all__ = ["STANDING_LINE", "SignalsTable", "write_reps"]

_FIRST: tuple[SignalKey, ...] = (
    *(
        (s, side)
        for s in (Signal.HIP_FLEXION, Signal.KNEE_FLEXION, Signal.ELBOW_FLEXION)
        for side in Side
    ),
    (Signal.TRUNK_INCLINATION, None),
)
_REST: tuple[SignalKey, ...] = tuple(
    key for key in SIGNAL_KEYS if key not in _FIRST and key[0] is not Signal.BODY_LINE
)
STANDING_LINE = "standing_line_deg"
"""The body line on the leg that bears the body: in a plank with a knee drawn up, the other one."""
_SIGNED_HIPS = tuple(f"{side.word}_hip_flexion_signed_deg" for side in Side)
"""Hip flexion with its sign, as `reps.csv` has it: negative where the leg is behind the body."""

_COLUMNS = (
    "t_s",
    "near_side",
    *(column(key) for key in _FIRST),
    "body_line_deg",
    "phase",
    "side",
    "view",
    "unsure",
    *(column(key) for key in _REST),
    STANDING_LINE,
    *_SIGNED_HIPS,
)

WORKING_FROM_DEG = 6.0
"""A leg whose hip is bent so much more than the other's is lifted, and does not bear the body."""


class SignalsTable:
    """Writes one row per frame with a pose."""

    def __init__(self, path: Path) -> None:
        """Open the file; raise OSError where it cannot be written."""
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, lineterminator="\n")
        self._writer.writerow(_COLUMNS)

    def close(self) -> None:
        """Close the file; what is in it is readable."""
        self._file.close()

    def write(self, update: Update) -> None:
        """Write one frame, where somebody was seen in it."""
        if update.signals is None:
            return
        values = update.signals.values
        near = update.view.near_side
        line = values[Signal.BODY_LINE, near] if near is not None else nan
        row = [f"{update.t_s:.4f}", near.word if near is not None else ""]
        row += [_hip_or_other(key, values[key]) for key in _FIRST]
        row += [
            _number(line),
            update.phase.value,
            update.side.word if update.side is not None else "",
            update.view.kind.value,
            "" if update.unsure is None else written(update.unsure),
        ]
        row += [_number(values[key]) for key in _REST]
        row.append(_number(_standing_line(values, near)))
        row += [_number(values[Signal.HIP_FLEXION, side]) for side in Side]
        self._writer.writerow(row)


def _standing_line(values: Mapping[SignalKey, float], near: Side | None) -> float:
    if near is None:
        return nan
    bent_more = values[Signal.HIP_FLEXION, near] - values[Signal.HIP_FLEXION, near.other]
    return values[Signal.BODY_LINE, near.other if bent_more > WORKING_FROM_DEG else near]


def _hip_or_other(key: SignalKey, value: float) -> str:
    """Return a hip's flexion without its sign, as the file format has it (README)."""
    return _number(abs(value) if key[0] is Signal.HIP_FLEXION else value)


def _number(value: float) -> str:
    return "" if isnan(value) else f"{value:.2f}"


def write_reps(path: Path, reps: Iterable[Rep]) -> None:
    """Write the reps, their faults joined by ``;``."""
    rows = [rep_tree(rep) | {"faults": ";".join(rep.faults)} for rep in reps]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, REP_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
