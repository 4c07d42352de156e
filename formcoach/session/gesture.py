"""The sign to stop: one hand that goes up beyond the head, and stays there (rules C8)."""

from dataclasses import replace
from math import isnan, nan

from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.signals import Signal, SignalKey, Signals

__all__ = ["RaisedHand", "without_copied_arm"]

RAISED_FOR_S = 2.0
LOW_FOR_S = 0.5
"""So long a hand is low before its going up can be a sign. Proposal: a frame astray is none."""
UP_DEG = 150.0
DOWN_DEG = 130.0
MAX_BENT_DEG = 60.0
"""The upper arm is up, and the elbow not so bent that the hand lies under the head. Proposal."""


HIDDEN, SEEN = 0.5, 0.8
"""Visibility of an arm's elbow and wrist. In a side view the far arm lies behind the body, and the
landmarker draws it where the near one is: rendered truth, far 0.02 to 0.39, near 0.89 to 0.98."""


def without_copied_arm(pose: Pose, signals: Signals) -> Signals:
    """Return what was measured without an arm that is hidden and only copies the raised one.

    Args:
        pose: the body.
        signals: what was measured of it.
    """
    up = [signals[Signal.SHOULDER_FLEXION, side] >= DOWN_DEG for side in Side]
    if not all(up):
        return signals
    for side in Side:
        if _visible(pose, side) < HIDDEN and _visible(pose, side.other) > SEEN:
            unseen: dict[SignalKey, float] = {
                (Signal.SHOULDER_FLEXION, side): nan,
                (Signal.ELBOW_FLEXION, side): nan,
            }
            return replace(signals, values={**signals.values, **unseen})
    return signals


def _visible(pose: Pose, side: Side) -> float:
    return max(float(pose.visibility[landmark(part, side)]) for part in (Part.ELBOW, Part.WRIST))


class RaisedHand:
    """Follows the hands through one set or rest.

    An arm that rests overhead from the beginning says nothing: a hand must have been low before it
    goes up. Nor do both arms say anything: that is a yawn, or a stretch.

    Args:
        raised_for_s: how long it must be up.
    """

    def __init__(self, raised_for_s: float = RAISED_FOR_S) -> None:
        self._raised_for_s = raised_for_s
        self._low_since_s: dict[Side, float] = {}
        self._was_low: set[Side] = set()
        self._since_s: dict[Side, float] = {}

    def step(self, t_s: float, signals: Signals | None, *, free: bool) -> bool:
        """Take in a frame; say whether a hand has been up for long enough.

        Args:
            t_s: the frame's time.
            signals: what was measured; None where nothing can be believed.
            free: whether the hands have nothing else to do now.
        """
        if signals is None:
            self.interrupt()
            return False
        for side in Side:
            self._note_low(t_s, side, signals[Signal.SHOULDER_FLEXION, side])
        up = [side for side in Side if signals[Signal.SHOULDER_FLEXION, side] >= DOWN_DEG]
        if not free or len(up) != 1:
            self._since_s.clear()
            return False
        return self._is_raised(t_s, up[0], signals)

    @property
    def going_up(self) -> tuple[Side, float] | None:
        """The hand that is up, and since when; None where none or both are."""
        return next(iter(self._since_s.items()), None) if len(self._since_s) == 1 else None

    def interrupt(self) -> None:
        """Let no clock run over what was not seen."""
        self._since_s.clear()
        self._low_since_s.clear()

    def _note_low(self, t_s: float, side: Side, shoulder_deg: float) -> None:
        if isnan(shoulder_deg) or shoulder_deg >= DOWN_DEG:
            self._low_since_s.pop(side, None)
        elif t_s - self._low_since_s.setdefault(side, t_s) >= LOW_FOR_S:
            self._was_low.add(side)

    def _is_raised(self, t_s: float, side: Side, signals: Signals) -> bool:
        self._since_s.pop(side.other, None)
        stretched = signals[Signal.ELBOW_FLEXION, side] <= MAX_BENT_DEG
        high = signals[Signal.SHOULDER_FLEXION, side] > UP_DEG
        if not stretched or side not in self._was_low:
            self._since_s.pop(side, None)
            return False
        if side not in self._since_s and high:
            self._since_s[side] = t_s
        return side in self._since_s and t_s - self._since_s[side] >= self._raised_for_s
