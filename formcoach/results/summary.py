"""What is written of a set: ``summary.json`` as a tree of plain values.

Scripts rely on the names and units of its fields (README): adding one is free, changing one raises
`SCHEMA`.
"""

from collections import Counter
from collections.abc import Sequence
from math import isnan
from typing import Any

from formcoach.coaching.events import (
    Cue,
    Fault,
    Hold,
    Quality,
    Rep,
    SetSummary,
    Uncounted,
    UnsureSpan,
)
from formcoach.exercises.spec import Check
from formcoach.pose.landmarks import Side, side_word
from formcoach.pose.view import BodyView, ViewKind
from formcoach.words.keys import words_key
from formcoach.words.phrases import Phrases
from formcoach.words.reasons import written

__all__ = [
    "REP_COLUMNS",
    "SCHEMA",
    "ViewTally",
    "counts_tree",
    "hold_tree",
    "rep_tree",
    "stretch_tree",
    "summary_tree",
]

SCHEMA = 1
DIGITS = 3
"""Decimals of seconds, degrees and ratios in files."""


class ViewTally:
    """Counts the frames' views, to name the one that a recording mostly has."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self._kinds: Counter[ViewKind] = Counter()
        self._near: Counter[Side] = Counter()

    def add(self, view: BodyView) -> None:
        """Take the view of one frame in."""
        self._kinds[view.kind] += view.kind is not ViewKind.UNKNOWN
        if view.near_side is not None:
            self._near[view.near_side] += 1

    def tree(self) -> dict[str, str | None]:
        """Return the view for the summary."""
        kind = max(self._kinds, key=lambda k: self._kinds[k], default=ViewKind.UNKNOWN)
        if not self._kinds[kind]:
            kind = ViewKind.UNKNOWN
        near = max(self._near, key=lambda s: self._near[s], default=None)
        aside = kind in (ViewKind.SIDE, ViewKind.OBLIQUE)
        return {
            "kind": kind.value,
            "near_side": near.word if near is not None and aside else None,
        }


def summary_tree(
    summary: SetSummary,
    phrases: Phrases,
    header: dict[str, Any],
    view: dict[str, str | None],
    checks: Sequence[Check] = (),
) -> dict[str, Any]:
    """Return the summary of a set.

    Args:
        summary: all that happened in it.
        phrases: the language of the cues.
        header: what is known of the recording: video, duration_s, frames, pose_frames, exercise,
            level, recognised, and whatever else is to stand there.
        view: which way the body mostly faced, from `ViewTally.tree`.
        checks: what was judged, for the units of its faults.
    """
    key = words_key(str(header["exercise"]), header.get("level"))
    return {
        "schema": SCHEMA,
        **header,
        "view": view,
        "counts": counts_tree(summary),
        "reps": [rep_tree(rep) for rep in summary.reps],
        "holds": [hold_tree(hold) for hold in summary.holds],
        "faults": [_fault_tree(fault, checks) for fault in summary.faults],
        "cues": [_cue_tree(cue, phrases, key) for cue in summary.cues],
        "unsure": [_unsure_tree(span) for span in summary.unsure],
        "not_counted": [_not_counted_tree(one) for one in summary.not_counted],
    }


def stretch_tree(start_s: float | None, end_s: float | None, duration_s: float) -> dict[str, float]:
    """Return which part of a recording was looked at, from what was asked for; None is all."""
    return {
        "start_s": round(start_s or 0.0, DIGITS),
        "end_s": round(duration_s if end_s is None else min(end_s, duration_s), DIGITS),
    }


def counts_tree(summary: SetSummary) -> dict[str, int]:
    """Return how many reps of each quality and side; partial ones are in no side's count.

    ``as_one`` is how many both limbs did at once where one at a time was asked.
    """
    sides = Counter(side_word(rep.side) for rep in summary.completed)
    return {
        "total": summary.total,
        **{quality.value: summary.count(quality) for quality in Quality},
        **{word: sides[word] for word in ("left", "right", "both")},
        "not_counted": len(summary.not_counted),
        "as_one": summary.as_one,
    }


REP_COLUMNS = (
    *("index", "side", "start_s", "turn_s", "end_s", "peak_deg", "rom_deg", "hold_s"),
    *("quality", "faults", "judged", "why"),
)
"""What is written of each rep, in the summary and in tables."""


def rep_tree(rep: Rep) -> dict[str, Any]:
    """Return one rep."""
    return {
        "index": rep.index,
        "side": side_word(rep.side),
        "start_s": round(rep.start_s, DIGITS),
        "turn_s": round(rep.turn_s, DIGITS),
        "end_s": round(rep.end_s, DIGITS),
        "peak_deg": _degrees(rep.peak_deg),
        "rom_deg": _degrees(rep.rom_deg),
        "hold_s": round(rep.hold_s, DIGITS),
        "quality": rep.quality.value,
        "faults": list(rep.faults),
        "judged": rep.why is None,
        "why": None if rep.why is None else written(rep.why),
    }


def _degrees(value_deg: float) -> float | None:
    """Return degrees as they are written; None for what was not seen."""
    return None if isnan(value_deg) else round(value_deg, 1)


def _not_counted_tree(one: Uncounted) -> dict[str, Any]:
    return {
        "start_s": round(one.start_s, DIGITS),
        "end_s": round(one.end_s, DIGITS),
        "side": side_word(one.side),
        "reason": one.reason.value,
        "peak_deg": _degrees(one.peak_deg),
        "rom_deg": _degrees(one.rom_deg),
    }


def hold_tree(hold: Hold) -> dict[str, Any]:
    """Return one hold."""
    return {
        "start_s": round(hold.start_s, DIGITS),
        "end_s": round(hold.end_s, DIGITS),
        "duration_s": round(hold.duration_s, DIGITS),
        "faults": list(hold.faults),
    }


def _fault_tree(fault: Fault, checks: Sequence[Check]) -> dict[str, Any]:
    return {
        "id": fault.id,
        "side": side_word(fault.side),
        "start_s": round(fault.start_s, DIGITS),
        "end_s": None if fault.end_s is None else round(fault.end_s, DIGITS),
        "measured": round(fault.measured, DIGITS),
        "limit": round(fault.limit, DIGITS),
        "unit": _unit(fault, checks),
        "signal": None if fault.signal is None else fault.signal.value,
        "bound": None if fault.bound is None else round(fault.bound, DIGITS),
    }


def _unit(fault: Fault, checks: Sequence[Check]) -> str | None:
    """Return the unit of a fault's numbers; several checks may have its id, of one signal each."""
    of_its_id = [check for check in checks if check.id == fault.id]
    of_it = [c for c in of_its_id if c.signal in (None, fault.signal)]
    return of_it[0].unit if of_it else None


def _cue_tree(cue: Cue, phrases: Phrases, exercise: str) -> dict[str, Any]:
    return {
        "t_s": round(cue.t_s, DIGITS),
        "id": cue.id if cue.reason is None else written(cue.reason),
        "text": phrases.cue(cue, exercise),
    }


def _unsure_tree(span: UnsureSpan) -> dict[str, Any]:
    return {
        "start_s": round(span.start_s, DIGITS),
        "end_s": round(span.end_s, DIGITS),
        "reason": written(span.reason),
    }
