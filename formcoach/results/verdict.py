"""The set in one sentence, and what to change first in a second one."""

from collections import Counter
from collections.abc import Sequence

from formcoach.coaching.events import NotCounted, Quality
from formcoach.results.report_words import Tree, Words

__all__ = ["completed", "fault_order", "short_of", "verdict"]


def completed(tree: Tree) -> list[Tree]:
    """Return the reps that were counted."""
    return [rep for rep in tree["reps"] if rep["quality"] != Quality.PARTIAL.value]


def short_of(tree: Tree) -> int:
    """Return how many movements did not go far enough to count."""
    partial = [rep for rep in tree["reps"] if rep["quality"] == Quality.PARTIAL.value]
    others = tree.get("not_counted") or []
    small = [one for one in others if one["reason"] == NotCounted.TOO_SMALL.value]
    return len(partial) + len(small)


def fault_order(tree: Tree) -> list[str]:
    """Return the ids of what was seen, the most frequent first."""
    times = Counter(fault for rep in completed(tree) for fault in rep["faults"])
    held = Counter(fault for hold in tree["holds"] for fault in hold["faults"])
    known = dict.fromkeys([*(fault["id"] for fault in tree["faults"]), *times, *held])
    return sorted(known, key=lambda name: -times[name])


def verdict(tree: Tree, words: Words) -> tuple[str, str]:
    """Return the set in a sentence or two, and its kind: good, faulty, partial or unsure."""
    sentence, kind = _worth(tree, words)
    order = fault_order(tree)
    if order and kind != Quality.UNSURE.value and (completed(tree) or tree["holds"]):
        side = _side_of(order[0], tree)
        sentence += " " + words.tell("verdict.first", todo=words.to_do(order[0], side))
        kind = Quality.FAULTY.value
    return sentence, kind


def _side_of(fault: str, tree: Tree) -> str:
    sides = {one["side"] for one in tree["faults"] if one["id"] == fault}
    return sides.pop() if len(sides) == 1 else "both"


def _worth(tree: Tree, words: Words) -> tuple[str, str]:
    reps, holds = completed(tree), tree["holds"]
    if reps:
        sentence, kind = _worth_of_reps(reps, words)
        return " ".join(filter(None, (sentence, _not_counted(tree, words)))), kind
    if holds:
        held_s = words.lasting(sum(hold["duration_s"] for hold in holds))
        better = any(hold["faults"] for hold in holds)
        phrase = "verdict.hold_better" if better else "verdict.hold_good"
        return words.tell(phrase, seconds=held_s), "faulty" if better else "good"
    if tree["reps"]:
        return words.tell("verdict.partial", n=len(tree["reps"])), Quality.PARTIAL.value
    why = Counter(one["reason"] for one in tree.get("not_counted") or [])
    told = [
        words.told_or("uncounted", reason, "uncounted.other") for reason, _ in why.most_common(1)
    ]
    return " ".join((words.tell("verdict.none"), *told)), Quality.UNSURE.value


def _not_counted(tree: Tree, words: Words) -> str:
    """Return how many more did not go far enough; nothing where none did."""
    short = short_of(tree)
    if not short:
        return ""
    name = "attempts.short_one" if short == 1 else "attempts.short"
    return words.tell(name, n=short)


def _worth_of_reps(reps: Sequence[Tree], words: Words) -> tuple[str, str]:
    count = Counter(rep["quality"] for rep in reps)
    good, unsure, total = count[Quality.GOOD.value], count[Quality.UNSURE.value], len(reps)
    judged = total - unsure
    if not judged:
        return words.tell("verdict.one_unsure" if total == 1 else "verdict.unsure", total=total), (
            Quality.UNSURE.value
        )
    kind = Quality.GOOD.value if good == judged else Quality.FAULTY.value
    if unsure:
        counted = {"good": good, "judged": judged, "unsure": unsure}
        return words.tell("verdict.and_unsure", **counted), kind
    if total == 1:
        return words.tell("verdict.one_good" if good else "verdict.one_better"), kind
    if good == total:
        return words.tell("verdict.all_good", n=total), kind
    if not good:
        return words.tell("verdict.none_good", total=total), kind
    return words.tell("verdict.some_good", good=good, total=total), kind
