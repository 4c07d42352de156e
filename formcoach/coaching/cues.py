"""Which fault is said, when, and how often: one cue at a time, silence when all is well.

The policy is rules C12: safety before view before tempo before form; the same cue once a
rep and not again within 8 s; two at most in a rep but for safety; 4 s between any two; after two
that did not help the words change, after three it is time for an easier level, if there is one.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from formcoach.coaching.events import Cue, Fault, Priority
from formcoach.pose.doubts import Reason
from formcoach.pose.landmarks import Side

__all__ = ["CuePolicy"]

SAME_CUE_S = 8.0
ANY_CUE_S = 4.0
VIEW_CUE_S = 10.0
MAX_IN_REP = 2
REWORD_AFTER = 2
EASIER_AFTER = 3
EASIER = "easier_level"


class CuePolicy:
    """Chooses what to say; the caller gives it all that could be said in a frame."""

    def __init__(self, *, has_easier: bool = True) -> None:
        """Start with nothing said; `has_easier` tells whether there is an easier level to offer."""
        self._has_easier = has_easier
        self._said_s: dict[str, float] = {}
        self._last_s = float("-inf")
        self._times: Counter[str] = Counter()
        self._in_rep: set[str] = set()

    def rep_over(self, faults: Iterable[str]) -> None:
        """Take note that a rep is over; a fault that did not come back is forgotten."""
        seen = set(faults)
        for fault in list(self._times):
            if fault not in seen:
                del self._times[fault]
        self._in_rep.clear()

    def choose(self, t_s: float, faults: Iterable[Fault], *, in_rep: bool = True) -> Cue | None:
        """Return the cue for the most urgent of `faults`, or None for silence.

        Args:
            t_s: the frame's time.
            faults: all that could be said.
            in_rep: whether a rep is under way or has just ended; else, as in a hold or at rest,
                only time sets the same cues apart.
        """
        if not in_rep:
            self._in_rep.clear()
        for fault in sorted(faults, key=lambda f: (f.priority, -_excess(f))):
            if fault.id in self._in_rep:
                continue
            if len(self._in_rep) >= MAX_IN_REP and fault.priority is not Priority.SAFETY:
                return None
            if t_s - self._said_s.get(fault.id, float("-inf")) < SAME_CUE_S:
                continue
            if fault.priority is not Priority.SAFETY and t_s - self._last_s < ANY_CUE_S:
                return None
            cue = self._say(t_s, fault.id, fault.side, fault.priority)
            return cue if cue.id == EASIER else replace(cue, signal=fault.signal)
        return None

    def view(self, t_s: float, reason: Reason) -> Cue | None:
        """Return the cue for a reason to be unsure, or None while it is too soon for it."""
        if t_s - self._last_s < ANY_CUE_S:
            return None
        if t_s - self._said_s.get(reason.id, float("-inf")) < VIEW_CUE_S:
            return None
        return replace(self._say(t_s, reason.id, None, Priority.VIEW), reason=reason)

    def _say(self, t_s: float, cue_id: str, side: Side | None, priority: Priority) -> Cue:
        self._said_s[cue_id] = self._last_s = t_s
        if priority is not Priority.VIEW:
            self._in_rep.add(cue_id)
        self._times[cue_id] += 1
        times = self._times[cue_id]
        if self._has_easier and priority is not Priority.VIEW and times == EASIER_AFTER + 1:
            return Cue(t_s=t_s, id=EASIER, side=None, priority=priority)
        again = priority is not Priority.VIEW and times > REWORD_AFTER
        return Cue(t_s=t_s, id=cue_id, side=side, priority=priority, again=again)


def _excess(fault: Fault) -> float:
    """Return how far a fault is past its limit, as a share of the limit."""
    return abs(fault.measured - fault.limit) / abs(fault.limit) if fault.limit else 0.0
