"""What to change: each thing that was seen, in which reps, when, how it looked, what to do."""

from collections.abc import Sequence
from typing import NamedTuple

from formcoach.coaching.events import Quality
from formcoach.results.report_pictures import Moment, fault_moment, good_like, rep_name
from formcoach.results.report_words import DEGREE, Tree, Words
from formcoach.results.verdict import completed, fault_order, short_of

__all__ = ["Change", "Link", "changes", "nothing_to_change"]

UNITS = {"s": " s", "deg": DEGREE}
"""The units that say something to people; a ratio does not."""
MAX_LINKS = 40
"""Reps that are named one by one; of more the first ones are."""


class Link(NamedTuple):
    """A rep, or a moment, that a click leads to.

    Attributes:
        text: the rep; empty where it is none.
        at: when, in words.
        seek_s: when.
    """

    text: str
    at: str
    seek_s: float


class Change(NamedTuple):
    """One thing to change.

    Attributes:
        id: the fault's name in the catalogue.
        to_do: what to do instead.
        again: the same in other words; empty without.
        name: what was seen.
        detail: in how many reps, how far at worst.
        links: the reps or times.
        moments: how it looked, and a good rep beside it.
    """

    id: str
    to_do: str
    again: str
    name: str
    detail: str
    links: list[Link]
    moments: list[Moment]


def changes(tree: Tree, words: Words) -> list[Change]:
    """Return what to change, the most frequent first."""
    return [_change(name, tree, words) for name in fault_order(tree)]


def nothing_to_change(tree: Tree, words: Words) -> tuple[str, str] | None:
    """Return what is said where there is nothing to change, and its kind; None where there is."""
    done, short = completed(tree), short_of(tree)
    if not done and not tree["holds"]:
        return words.plain("card.further", "") if short else words.say("no_reps"), "nothing"
    if fault_order(tree):
        return None
    if tree["counts"].get("as_one"):
        return words.plain("card.by_turns", ""), "none"
    if short:
        return words.plain("card.further", ""), "none"
    unsure = all(rep["quality"] == Quality.UNSURE.value for rep in done)
    if not tree["holds"] and unsure:
        return words.say("not_judged"), "nothing"
    return words.say("no_faults"), "none"


def _change(name: str, tree: Tree, words: Words) -> Change:
    done = completed(tree)
    seen = [one for one in tree["faults"] if one["id"] == name]
    reps = [rep for rep in done if name in rep["faults"]]
    sides = {rep["side"] for rep in reps} or {one["side"] for one in seen}
    side = sides.pop() if len(sides) == 1 else "both"
    again = words.plain(f"cue_again.{name}", "")
    return Change(
        id=name,
        to_do=words.to_do(name, side),
        again=again,
        name=words.word("fault", name),
        detail=_when(seen, len(reps), done, words) + _worst(seen, words),
        links=_links(reps, seen, words),
        moments=_moments(name, reps, seen, tree, words),
    )


def _links(reps: Sequence[Tree], seen: Sequence[Tree], words: Words) -> list[Link]:
    if reps:
        return [
            Link(rep_name(rep, words), words.clock.tick(rep["start_s"]), rep["start_s"])
            for rep in reps[:MAX_LINKS]
        ]
    return [Link("", words.clock.tick(one["start_s"]), one["start_s"]) for one in seen[:MAX_LINKS]]


def _moments(
    name: str, reps: Sequence[Tree], seen: Sequence[Tree], tree: Tree, words: Words
) -> list[Moment]:
    """Return how it looked at worst, and the same part of a good rep."""
    worst = max(seen, key=_excess, default=None)
    rep = next((rep for rep in reps if worst is not None and _overlap(worst, rep)), None)
    rep = rep or (reps[0] if reps else None)
    if rep is None and worst is None:
        return []
    t_s, fault = fault_moment(worst, rep), words.word("fault", name)
    if rep is None:
        caption = words.tell("fault_at_s", at=words.at(t_s), fault=fault)
    else:
        caption = words.tell("fault_at", rep=rep_name(rep, words), fault=fault)
    signal, side = (worst.get("signal"), worst["side"]) if worst else (None, "both")
    if rep is not None and signal is None:
        side = rep["side"]
    moments = [Moment(t_s, caption, "faulty", signal, side)]
    if rep is None:
        calm_s = _calm_moment(tree)
        good = None if calm_s is None else Moment(calm_s, words.tell("good_time"), "good")
        return moments if good is None else [*moments, good]
    like = good_like(tree, rep, t_s)
    if like is not None:
        caption = words.tell("good_rep", rep=rep_name(like[0], words))
        moments.append(Moment(like[1], caption, "good"))
    return moments


def _calm_moment(tree: Tree) -> float | None:
    """Return the middle of the longest stretch of a hold in which nothing was found."""
    stretches: list[tuple[float, float]] = []
    for hold in tree["holds"]:
        at_s = hold["start_s"]
        for fault in sorted(tree["faults"], key=lambda one: float(one["start_s"])):
            ends_s = hold["end_s"] if fault["end_s"] is None else fault["end_s"]
            if fault["start_s"] < hold["end_s"] and ends_s > hold["start_s"]:
                stretches.append((at_s, fault["start_s"]))
                at_s = max(at_s, ends_s)
        stretches.append((at_s, hold["end_s"]))
    longest = max(stretches, key=lambda one: one[1] - one[0], default=(0.0, 0.0))
    return sum(longest) / 2 if longest[1] - longest[0] >= 1.0 else None


def _excess(fault: Tree) -> float:
    if fault.get("measured") is None or fault.get("limit") is None:
        return 0.0
    return abs(float(fault["measured"]) - float(fault["limit"]))


def _overlap(one: Tree, other: Tree) -> bool:
    ends_s = one["start_s"] if one["end_s"] is None else one["end_s"]
    return bool(one["start_s"] < other["end_s"] and ends_s > other["start_s"])


def _when(seen: Sequence[Tree], times: int, done: Sequence[Tree], words: Words) -> str:
    """Say in how many reps a fault was, or for how long."""
    if times:
        return words.say("in_reps", n=times, total=len(done))
    if done and all(_is_about_set(one, done) for one in seen):
        return words.say("over_set")
    ended = [one for one in seen if one["end_s"] is not None]
    lasted_s = sum(one["end_s"] - one["start_s"] for one in ended)
    return words.say("for_seconds", seconds=words.lasting(lasted_s))


def _worst(seen: Sequence[Tree], words: Words) -> str:
    """Say how far a fault went at worst, where its numbers mean something to people."""
    known = [one for one in seen if one.get("unit") in UNITS and one["measured"] is not None]
    if not known:
        return ""
    worst = max(known, key=_excess)
    unit = UNITS[worst["unit"]]
    digits = 0 if unit == DEGREE else 1
    measured, limit = (words.number(worst[key], digits) + unit for key in ("measured", "limit"))
    return "; " + words.say("worst", measured=measured, limit=limit)


def _is_about_set(fault: Tree, reps: Sequence[Tree]) -> bool:
    """Say whether a fault is about all reps together and not about a stretch of time."""
    return bool(fault["start_s"] == reps[0]["start_s"] and fault["end_s"] == reps[-1]["end_s"])
