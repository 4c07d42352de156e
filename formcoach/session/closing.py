"""The sentences that end a set, or all of them: what was done, and kindly what was not counted.

They never begin with "0 good": what could not be seen is said to be that, and who tried is told
that trying is fine.
"""

from collections.abc import Sequence

from formcoach.coaching.events import Priority, Quality, SetSummary
from formcoach.session.announcer import Say
from formcoach.session.attempts import tried

__all__ = ["closing"]


def closing(sets: Sequence[SetSummary]) -> list[Say]:
    """Return what is said at the end of these sets; a set that had nothing in it is left out."""
    done = [one for one in sets if one.completed or one.holds]
    if not done:
        return [_nothing_counted(sets)]
    if not any(one.completed for one in done):
        return [_held(done)]
    return [*_reps(done), *_not_counted(sets)]


def _held(done: Sequence[SetSummary]) -> Say:
    seconds = round(sum(hold.duration_s for one in done for hold in one.holds))
    if len(done) > 1:
        return _say("session.holds_done", sets=len(done), seconds=seconds)
    return _say("session.hold_done", seconds=seconds)


def _reps(done: Sequence[SetSummary]) -> list[Say]:
    """Say how many reps there were, and how many of them were good where some were."""
    total = sum(one.total for one in done)
    good = sum(one.count(Quality.GOOD) for one in done)
    unsure = sum(one.count(Quality.UNSURE) for one in done)
    if unsure == total:
        return [_of("closing.unseen", "total", total)]
    if good and len(done) > 1:
        said = _say("session.sets_done", good=good, total=total, sets=len(done))
    elif good:
        said = _say("session.set_done", good=good, total=total)
    else:
        said = _of("closing.all" if len(done) > 1 else "closing.set", "total", total)
    return [said, *([_of("closing.unsure", "n", unsure)] if unsure else [])]


def _nothing_counted(sets: Sequence[SetSummary]) -> Say:
    found = tried(sets)
    if found.short:
        return _of("closing.tried", "n", found.short)
    if found.unseen:
        return _say("closing.nothing_seen")
    return _say("closing.another" if found.other else "session.nothing_counted")


def _not_counted(sets: Sequence[SetSummary]) -> list[Say]:
    """Say what else was seen and is no rep: the commonest reason alone."""
    found = tried(sets)
    counts = {"short": found.short, "lost": found.unseen, "other": found.other}
    reason = max(counts, key=lambda name: counts[name])
    return [_of(f"closing.{reason}", "n", counts[reason])] if counts[reason] else []


def _of(phrase: str, slot: str, n: int) -> Say:
    """Return a sentence about a number, which has words of its own for one."""
    return _say(f"{phrase}_one") if n == 1 else _say(phrase, **{slot: n})


def _say(phrase: str, **slots: object) -> Say:
    return Say(phrase=phrase, priority=Priority.VIEW, slots=slots)
