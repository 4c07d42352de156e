"""Can the coach see enough? If not, why: a reason that the person can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from formcoach.coaching.events import UnsureSpan
from formcoach.pose.doubts import COME_CLOSER, NOBODY, TURN_SIDEWAYS, Reason
from formcoach.pose.landmarks import NOSE, Part, Pose, Side, landmark
from formcoach.pose.signals import PARTS_OF, Signal
from formcoach.pose.view import BodyView

__all__ = [
    "Doubt",
    "Doubted",
    "UnsureLog",
    "is_cramped",
    "landmarks_of",
]

MIN_TORSO_PX = 30.0
"""A smaller person is seen too coarsely; rules B4 asks 90 px of a 720p picture. Proposal."""
LASTING_S = 0.5
"""A doubt shorter than this is not worth saying (rules B4)."""

EDGE_SHARE = 0.02
MAX_WIDTH_SHARE = 0.92
"""Face and feet stay this far from the picture's border, and the body takes this much of its width
at most (rules B4)."""

_FEET = [[landmark(part, side) for part in (Part.ANKLE, Part.TOE)] for side in Side]


def is_cramped(pose: Pose) -> bool:
    """Say whether the picture is too small for the body: face or feet at its border, or beyond."""
    if not pose.seen:
        return False
    shares = pose.xy_px / pose.image_size_px
    low = min(shares[NOSE].min(), shares[_FEET].mean(axis=0).min())
    high = max(shares[NOSE].max(), shares[_FEET].mean(axis=0).max())
    width = shares[:, 0].max() - shares[:, 0].min()
    return bool(low < EDGE_SHARE or high > 1.0 - EDGE_SHARE or width > MAX_WIDTH_SHARE)


def landmarks_of(signal: Signal, side: Side) -> tuple[int, ...]:
    """Return the landmarks that a signal of one side is measured on."""
    return tuple(landmark(part, side) for part in PARTS_OF.get(signal, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A stretch of time in which a movement could not be judged.

    Attributes:
        start_s, end_s: from when to when.
        reason: why; None where frames are missing and what was seen before tells why.
    """

    start_s: float
    end_s: float
    reason: Reason | None


class Doubt:
    """Finds the first reason to be unsure, per side and for the whole body."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        """Take the signals that the exercise needs of a working side."""
        self._needed = tuple(
            tuple(dict.fromkeys(i for s in signals for i in landmarks_of(s, side))) for side in Side
        )

    def of_body(self, pose: Pose, view: BodyView) -> Reason | None:
        """Return why nothing at all can be judged in this frame."""
        if not pose.seen:
            return NOBODY
        if view.torso_px < MIN_TORSO_PX:
            return COME_CLOSER
        return None

    def of_side(self, side: Side, doubts: Mapping[int, Reason], view: BodyView) -> Reason | None:
        """Return why one side cannot be judged in this frame."""
        for index in self._needed[side] if doubts else ():
            if index in doubts:
                return doubts[index]
        return None if view.near_clear else TURN_SIDEWAYS


class UnsureLog:
    """Joins the doubts of frames into spans, and drops those too short to matter.

    There is one clock for all reasons, so that two which alternate are told too: the reason of a
    span is the commonest in it. A reason that stays alone for long enough begins a span of its own.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.spans: list[UnsureSpan] = []
        self._since_s: float | None = None
        self._last_s = 0.0
        self._lasted_s: dict[Reason, float] = {}
        self._alone: tuple[Reason | None, float] = (None, 0.0)

    def step(
        self, t_s: float, reason: Reason | None, since_s: float | None = None
    ) -> Reason | None:
        """Take the doubt of one frame in; return the commonest reason once doubt has lasted.

        Args:
            t_s: the frame's time.
            reason: the doubt; None for none.
            since_s: since when it has been there, where that was before this frame.
        """
        if reason is None:
            self._close(self._last_s)
            return None
        if self._since_s is None:
            self._begin(t_s if since_s is None else since_s, reason)
        elif reason != self._alone[0]:
            self._alone = (reason, t_s)
        self._lasted_s[reason] = self._lasted_s.get(reason, 0.0) + t_s - self._last_s
        self._last_s = t_s
        alone_s = self._alone[1]
        if reason != self._commonest and t_s - alone_s >= LASTING_S:
            self._close(alone_s)
            self._begin(alone_s, reason)
            self._lasted_s[reason], self._last_s = t_s - alone_s, t_s
        lasting = t_s - (self._since_s or 0.0) >= LASTING_S
        return self._commonest if lasting else None

    @property
    def _commonest(self) -> Reason:
        return max(self._lasted_s, key=lambda reason: self._lasted_s[reason])

    def _begin(self, since_s: float, reason: Reason) -> None:
        self._since_s, self._last_s = since_s, since_s
        self._lasted_s, self._alone = {reason: 0.0}, (reason, since_s)

    def add(self, span: UnsureSpan) -> None:
        """Note a doubt that came up when it was over."""
        self.spans.append(span)

    def finish(self) -> list[UnsureSpan]:
        """Close the last span and return all of them, those that overlap for one reason as one."""
        self._close(self._last_s)
        joined: list[UnsureSpan] = []
        for span in sorted(self.spans, key=lambda span: (span.reason.id, span.start_s)):
            last = joined[-1] if joined else None
            if last is not None and last.reason == span.reason and span.start_s <= last.end_s:
                joined[-1] = replace(last, end_s=max(last.end_s, span.end_s))
            else:
                joined.append(span)
        self.spans = sorted(joined, key=lambda span: span.start_s)
        return self.spans

    def _close(self, end_s: float) -> None:
        if self._since_s is not None and end_s - self._since_s >= LASTING_S:
            span = UnsureSpan(start_s=self._since_s, end_s=end_s, reason=self._commonest)
            self.spans.append(span)
        self._since_s = None
