"""How well was a rep seen? What was not seen is not blamed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from formcoach.coaching.reps.checks import Sight
from formcoach.coaching.reps.excursion import Excursion
from formcoach.pose.doubts import UNSTEADY, Reason
from formcoach.pose.signals import SignalKey
from formcoach.pose.view import BodyView

__all__ = ["SeenFrame", "SeenHow", "around_s", "spiked", "steadiness"]

AROUND_S = 0.4
AROUND_SHARE = 0.25
"""A flick this near to a rep's beginning or end, and within this share of its time, may have made
it. Proposal."""
SHAKY_SHARE = 0.1
"""Of a rep's frames; when the legs were put back in more, only its times are judged, and when they
were not believed in more, nothing of them is. Proposal."""

SeenHow = tuple[Sight, Reason | None]
"""How well a rep was seen, and why no better; None where nothing is wrong, or a gap tells it."""


class SeenFrame(NamedTuple):
    """What is kept of a frame to judge a rep by."""

    t_s: float
    values: Mapping[SignalKey, float]
    view: BodyView
    exchanged: bool
    unsteady: bool


def spiked(spikes_s: Sequence[float], excursion: Excursion, *, runs: bool) -> SeenHow | None:
    """Say how little a rep was seen in which a limb flicked; None where that changes nothing.

    A flick at its beginning or end may have made that, but for limbs that run, which pass each
    other there. A single one in between is a frame or two astray; more than one, and only the times
    are to be believed.
    """
    ends = (excursion.start_s, excursion.end_s)
    near_s = around_s(excursion)
    near_end = any(abs(t_s - end_s) <= near_s for t_s in spikes_s for end_s in ends)
    if near_end and not runs:
        return Sight.NONE, UNSTEADY
    return (Sight.TIMES, UNSTEADY) if len(spikes_s) > 1 else None


def around_s(excursion: Excursion) -> float:
    """Return how far around a rep's ends a flick may have made them."""
    return min(AROUND_S, AROUND_SHARE * (excursion.end_s - excursion.start_s))


def steadiness(frames: Sequence[SeenFrame]) -> SeenHow:
    """Say how well a rep was seen in which the model wavered."""
    most = SHAKY_SHARE * len(frames)
    if sum(frame.unsteady for frame in frames) > most:
        return Sight.NONE, UNSTEADY
    shaky = sum(frame.exchanged or frame.unsteady for frame in frames)
    return (Sight.TIMES, UNSTEADY) if shaky > most else (Sight.CLEAR, None)
