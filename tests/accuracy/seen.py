"""What eyes see in the real clips, from `seen.toml`: sides of reps and faults."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from formcoach.coaching.events import Quality, Rep, SetSummary
from formcoach.pose.doubts import UNSTEADY
from formcoach.pose.landmarks import side_word
from formcoach.words.reasons import written

__all__ = ["Seen", "SeenRep", "load_seen", "pair", "seen_figures"]

FILE = Path(__file__).with_name("seen.toml")
Turn = tuple[float, str]
"""When a rep turns, and the word for its side."""
REACH_S = 0.5
"""A rep may turn this far from where eyes saw it turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRep:
    """A rep that eyes see: when it turns, and whether left, right or both work."""

    turn_s: float
    side: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What eyes see in one clip.

    Attributes:
        reps: in order; empty where no limb takes turns with another.
        faults: ids of what is wrong in it.
        open: ids that eyes cannot settle.
        doubts: reasons for which any rep of it may rightly be unsure.
        mixed_s: when the model's legs are not those in the picture.
    """

    reps: Sequence[SeenRep] = ()
    faults: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    doubts: frozenset[str] = frozenset()
    mixed_s: Sequence[float] = ()

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> "Seen":
        """Take it from the table of a clip."""
        reps = [
            SeenRep(turn_s=turn_s, side=side)
            for side in ("left", "right", "both")
            for turn_s in table.get(f"{side}_s", ())
        ]
        return cls(
            reps=sorted(reps, key=lambda rep: rep.turn_s),
            faults=frozenset(table.get("faults", ())),
            open=frozenset(table.get("open", ())),
            doubts=frozenset(table.get("doubts", ())),
            mixed_s=table.get("mixed_s", ()),
        )

    def explains(self, rep: Rep) -> bool:
        """Say whether the reason for which a rep is unsure is one that eyes see."""
        mixed = any(rep.start_s <= t_s <= rep.end_s for t_s in self.mixed_s)
        told = None if rep.why is None else written(rep.why)
        return told in self.doubts or (rep.why == UNSTEADY and mixed)


@cache
def load_seen() -> dict[str, Seen]:
    """Return what was seen, by the name of the clip."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: Seen.of(table) for name, table in tables.items()}


def pair(seen: Sequence[SeenRep], found: Sequence[Turn]) -> list[tuple[SeenRep, str]]:
    """Pair each rep seen with a found one, each once, and return the side it was given.

    A found rep goes to the seen one whose turn is nearest, or to none: a missed rep is not made up
    for by a false one further off.

    Args:
        seen: the reps that eyes see.
        found: turn and side of those that were counted.
    """
    pairs: dict[SeenRep, Turn] = {}
    for turn_s, side in found:
        true = min(seen, key=lambda one: abs(one.turn_s - turn_s), default=None)
        if true is not None and abs(true.turn_s - turn_s) <= REACH_S:
            other_s, _ = pairs.get(true, (inf, ""))
            if abs(turn_s - true.turn_s) < abs(other_s - true.turn_s):
                pairs[true] = turn_s, side
    return [(true, side) for true, (_, side) in pairs.items()]


def seen_figures(seen: Seen, summary: SetSummary, *, negative: bool) -> dict[str, Any]:
    """Return the figures of a real clip that eyes decide.

    Args:
        seen: what is to be seen in it.
        summary: what the coach made of it.
        negative: whether the exercise is not done in it at all: then no fault can be one of it,
            and every cue about one is false.
    """
    found = [(rep.turn_s, side_word(rep.side)) for rep in summary.completed]
    faults = {fault.id for fault in summary.faults}
    true = frozenset() if negative else seen.faults | seen.open
    false = [cue for cue in summary.cues if cue.id in faults and cue.id not in true]
    unsure = [rep for rep in summary.completed if rep.quality is Quality.UNSURE]
    return {
        "sides": [side == true.side for true, side in pair(seen.reps, found)],
        "sides_seen": len(seen.reps),
        "false_cues": len(false),
        "false_faults": sorted(faults - true),
        "judged_reps": summary.total - len(unsure),
        "why_right": [] if negative else [seen.explains(rep) for rep in unsure],
    }
