"""The phone that is the camera: which one it is, and whether its pictures come.

One phone at a time. Its pictures go on only while a session looks through it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock

__all__ = ["PhoneLink", "PhoneState", "Visit"]

SILENT_AFTER_S = 5.0
"""A phone that says nothing for so long is lost, and another one may take its place. It says once a
second that it is there. Proposal."""


class PhoneState(StrEnum):
    """How it stands with the phone."""

    WAITING = "waiting"
    HERE = "here"
    LOST = "lost"


@dataclass(slots=True, eq=False)
class Visit:
    """One phone's page, as long as it is connected.

    Attributes:
        phone: the name that the page gave itself; the same after a break.
        heard_s: when it was last heard.
    """

    phone: str
    heard_s: float


@dataclass(slots=True, kw_only=True)
class PhoneLink:
    """What the computer's pages and the phone's page share.

    Attributes:
        address: the whole first address, with its token.
        fingerprint: the certificate's, as a phone shows it.
        wanted: whether a session looks through the phone now.
        take: takes a picture in.
        clock: the time now, in seconds.
    """

    address: str
    fingerprint: str
    wanted: Callable[[], bool]
    take: Callable[[bytes], None]
    clock: Callable[[], float] = time.monotonic
    _visit: Visit | None = None
    _known: bool = False
    _lock: Lock = field(default_factory=Lock)

    @property
    def state(self) -> PhoneState:
        """How it stands with the phone now."""
        with self._lock:
            if self._visit is not None and not self._is_silent(self._visit):
                return PhoneState.HERE
            return PhoneState.LOST if self._known else PhoneState.WAITING

    def come(self, phone: str) -> Visit | None:
        """Let a phone be the camera; None where another one is.

        Args:
            phone: the name that its page gave itself. The one that was lost comes back by it at
                once, though its old connection is not known to be broken yet.
        """
        with self._lock:
            now = self._visit
            if now is not None and now.phone != phone and not self._is_silent(now):
                return None
            self._visit, self._known = Visit(phone, self.clock()), True
            return self._visit

    def hear(self, visit: Visit, jpeg: bytes | None = None) -> bool:
        """Take in that the phone is there, and its picture; False where another took its place."""
        with self._lock:
            if self._visit is not visit:
                return False
            visit.heard_s = self.clock()
        if jpeg is not None and self.wanted():
            self.take(jpeg)
        return True

    def go(self, visit: Visit, *, over: bool = False) -> None:
        """Let a phone go.

        Args:
            visit: the one that came.
            over: whether the person ended it, so that nobody misses it.
        """
        with self._lock:
            if self._visit is visit:
                self._visit, self._known = None, not over

    def _is_silent(self, visit: Visit) -> bool:
        return self.clock() - visit.heard_s > SILENT_AFTER_S
