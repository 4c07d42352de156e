"""What the coach made of a clip, beside what is true: reps, sides, faults, cues, doubts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from formcoach.coaching.events import Quality, Rep, SetSummary, UnsureSpan
from formcoach.pose.landmarks import side_word

__all__ = ["Tally", "TrueRep", "false_cues", "fault_tallies", "match_reps", "true_reps", "unsure_s"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueRep:
    """A rep as the truth has it; the side is left, right or both."""

    side: str
    start_s: float
    turn_s: float
    end_s: float
    partial: bool = False
    faults: frozenset[str] = frozenset()


@dataclass(slots=True, kw_only=True)
class Tally:
    """Finds counted against the truth."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    def add(self, other: "Tally") -> None:
        """Take another tally in."""
        self.hits += other.hits
        self.false += other.false
        self.missed += other.missed

    @property
    def precision(self) -> float:
        """Share of what was found that is true; NaN where nothing was found."""
        found = self.hits + self.false
        return self.hits / found if found else float("nan")

    @property
    def recall(self) -> float:
        """Share of what is true that was found; NaN where nothing is true."""
        true = self.hits + self.missed
        return self.hits / true if true else float("nan")

    @property
    def f1(self) -> float:
        """Harmonic mean of both; NaN where nothing is true and nothing was found."""
        all_ = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / all_ if all_ else float("nan")


def true_reps(truth: Mapping[str, Any]) -> list[TrueRep]:
    """Return the reps of a truth file, partial ones too."""
    return [
        TrueRep(
            side=rep["side"],
            start_s=rep["start_s"],
            turn_s=rep["turn_s"],
            end_s=rep["end_s"],
            partial=rep["partial"],
            faults=frozenset(rep["faults"]),
        )
        for rep in truth["reps"]
    ]


def match_reps(true: Sequence[TrueRep], found: Sequence[Rep]) -> list[tuple[TrueRep, Rep]]:
    """Pair reps whose turn lies within the other's time; each is taken once, nearest turn first."""
    near = sorted(
        (abs(f.turn_s - t.turn_s), i, j)
        for i, t in enumerate(true)
        for j, f in enumerate(found)
        if t.start_s <= f.turn_s <= t.end_s or f.start_s <= t.turn_s <= f.end_s
    )
    pairs: dict[int, int] = {}
    for _, i, j in near:
        if i not in pairs and j not in pairs.values():
            pairs[i] = j
    return [(true[i], found[j]) for i, j in sorted(pairs.items())]


def partial_tally(true: Sequence[TrueRep], found: Sequence[Rep]) -> Tally:
    """Count the partial reps that were told as such; a completed one that is called so is false."""
    halves = [rep for rep in found if rep.quality is Quality.PARTIAL]
    true_halves = [rep for rep in true if rep.partial]
    hits = len(match_reps(true_halves, halves))
    return Tally(hits=hits, false=len(halves) - hits, missed=len(true_halves) - hits)


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultTruth:
    """The true faults of a set.

    Attributes:
        reps: its completed reps, with theirs.
        others: ids of faults outside reps: of a hold, of the posture, of the set.
        open: ids that the truth leaves open; they count neither way.
    """

    reps: Sequence[TrueRep]
    others: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()

    @classmethod
    def of(cls, truth: Mapping[str, Any]) -> "FaultTruth":
        """Take it from a truth file."""
        reps = [rep for rep in true_reps(truth) if not rep.partial]
        in_reps = {fault for rep in reps for fault in rep.faults}
        return cls(
            reps=reps,
            others=frozenset(fault["id"] for fault in truth["faults"]) - in_reps,
            open=frozenset(truth.get("ignore_faults", [])),
        )

    @property
    def ids(self) -> frozenset[str]:
        """All that occur, and those left open."""
        return self.others | self.open | {fault for rep in self.reps for fault in rep.faults}


def fault_tallies(truth: FaultTruth, summary: SetSummary) -> dict[str, Tally]:
    """Count the faults by id: one a rep for those of reps, one a set for all others."""
    tallies: dict[str, Tally] = {}
    completed = [rep for rep in summary.completed if rep.quality is not Quality.UNSURE]
    pairs = match_reps(truth.reps, completed)
    matched = {id(rep) for _, rep in pairs}
    missed = {id(rep) for rep, _ in pairs}
    cases = [(true.faults, set(found.faults)) for true, found in pairs]
    cases += [(frozenset(), set(rep.faults)) for rep in completed if id(rep) not in matched]
    cases += [(rep.faults, set()) for rep in truth.reps if id(rep) not in missed]
    in_reps = {fault for rep in summary.completed for fault in rep.faults}
    cases.append((truth.others, {fault.id for fault in summary.faults} - (in_reps - truth.others)))
    for true, found in cases:
        for fault in (true | found) - truth.open:
            tally = tallies.setdefault(fault, Tally())
            tally.hits += fault in true and fault in found
            tally.false += fault not in true
            tally.missed += fault not in found
    return tallies


def false_cues(truth: FaultTruth, summary: SetSummary) -> int:
    """Return how many cues named a fault that the set does not have."""
    faults = {fault.id for fault in summary.faults}
    return sum(cue.id in faults and cue.id not in truth.ids for cue in summary.cues)


def unsure_s(spans: Iterable[UnsureSpan]) -> float:
    """Return for how long the coach was unsure, whatever for; spans may overlap."""
    total = until_s = 0.0
    for span in sorted(spans, key=lambda span: span.start_s):
        total += max(0.0, span.end_s - max(span.start_s, until_s))
        until_s = max(until_s, span.end_s)
    return total


def side_hits(pairs: Iterable[tuple[TrueRep, Rep]]) -> list[bool]:
    """Say for each rep of one side whether it was given to that side."""
    return [side_word(found.side) == true.side for true, found in pairs if true.side != "both"]
