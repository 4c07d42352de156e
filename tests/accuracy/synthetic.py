"""The synthetic traces as a second witness on faults and partial reps.

The samples hold two faults only. A stick figure makes every fault of the catalogue, one at a time;
its landmarks are exact, so this tells whether the rules are right, not whether they are seen well.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from coached import coached
from figure import Body
from flaws import FLAWS, Flaw, Key
from moves import MOVES, Change, Trace, trace

from accuracy.scores import FaultTruth, Tally, TrueRep, fault_tallies, partial_tally
from formcoach.coaching.events import SetSummary
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.spec import Asymmetry
from formcoach.pose.landmarks import Side, side_word

__all__ = ["Synthetic", "judge_synthetic"]

Case = tuple[str, str | None]
HALF_REP = 4
"""Which of six reps goes half-way only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """What the coach made of all synthetic traces.

    Attributes:
        traces: how many there were.
        faults: one tally a fault.
        partials: of the traces with a half rep.
    """

    traces: int
    faults: dict[str, Tally]
    partials: Tally


def judge_synthetic() -> Synthetic:
    """Coach every exercise without a fault, with each of its faults, and with half a rep."""
    faults: dict[str, Tally] = {}
    partials = Tally()
    traces = 0
    for truth, summary in _flawed():
        traces += 1
        for name, tally in fault_tallies(truth, summary).items():
            faults.setdefault(name, Tally()).add(tally)
    for tally in _half_reps():
        traces += 1
        partials.add(tally)
    return Synthetic(traces=traces, faults=faults, partials=partials)


def _cases() -> list[Case]:
    levels = [(name, level.id) for name in exercise_ids() for level in load_exercise(name).levels]
    cases: list[Case] = [(name, level or None) for name, level in levels]
    return [case for case in cases if case in MOVES]


def _flawed() -> Iterator[tuple[FaultTruth, SetSummary]]:
    for case in _cases():
        filmed = trace(*case)
        yield FaultTruth(reps=_true(filmed)), coached(filmed.poses, *case)
        for key, flaw in FLAWS.get(case, {}).items():
            yield _with_flaw(case, key, flaw)


def _with_flaw(case: Case, key: Key, flaw: Flaw) -> tuple[FaultTruth, SetSummary]:
    filmed = trace(
        *case,
        flaw.total,
        far=dict.fromkeys(flaw.reps, flaw.far),
        tempos=dict.fromkeys(flaw.reps, flaw.tempo) if flaw.tempo else None,
    )
    of_set = MOVES[case].hold_s or any(
        isinstance(check, Asymmetry) and check.id == key[0]
        for check in load_exercise(case[0]).checks
    )
    blamed = () if of_set else flaw.blamed
    truth = FaultTruth(
        reps=_true(filmed, dict.fromkeys(blamed, frozenset({key[0]}))),
        others=frozenset({key[0]}) if of_set else frozenset(),
        open=flaw.also,
    )
    end_deg = dict.fromkeys(Side, flaw.personal_end_deg) if flaw.personal_end_deg else None
    return truth, coached(filmed.poses, *case, personal_end_deg=end_deg)


def _half_reps() -> Iterator[Tally]:
    for case in _cases():
        if MOVES[case].hold_s:
            continue
        filmed = trace(*case, 6, far={HALF_REP: _half_way(MOVES[case].rest)})
        true = _true(filmed, partial=HALF_REP)
        yield partial_tally(true, coached(filmed.poses, *case).reps)


def _half_way(rest: Body) -> Change:
    def change(far: Body, side: Side | None) -> Body:
        return Body(*((a + b) / 2 for a, b in zip(rest, far, strict=True)))

    return change


def _true(
    filmed: Trace, faults: dict[int, frozenset[str]] | None = None, *, partial: int = 0
) -> list[TrueRep]:
    return [
        TrueRep(
            side=side_word(rep.side),
            start_s=rep.start_s,
            turn_s=rep.turn_s,
            end_s=rep.end_s,
            partial=number == partial,
            faults=(faults or {}).get(number, frozenset()),
        )
        for number, rep in enumerate(filmed.reps, start=1)
    ]
