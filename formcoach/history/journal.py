"""Keeps a live session in the history as it happens."""

from collections.abc import Callable
from datetime import datetime

from formcoach.capture.live.address import shown_source
from formcoach.coaching.events import Hold, Rep, SetSummary
from formcoach.history.store import History
from formcoach.system.local_time import local_now

__all__ = ["HistoryJournal"]


class HistoryJournal:
    """Writes each rep, hold and set of one session to the history; begins with the first of them.

    Attributes:
        session_id: the session's number in the history; None while nothing was kept.
    """

    def __init__(
        self,
        history: History,
        *,
        exercise: str,
        level: str,
        lang: str,
        source: str,
        now: Callable[[], datetime] = local_now,
    ) -> None:
        self.session_id: int | None = None
        self._history = history
        self._exercise, self._level = exercise, level
        self._lang, self._source = lang, shown_source(source)
        self._now = now
        self._started_at = now()

    def begin(self) -> int:
        """Begin the session, unless it was begun, and return its number in the history."""
        if self.session_id is None:
            self.session_id = self._history.begin_session(
                self._exercise,
                self._level,
                started_at=self._started_at,
                lang=self._lang,
                source=self._source,
            )
        return self.session_id

    def rep(self, set_index: int, rep: Rep) -> None:
        """Keep a rep."""
        self._history.add_rep(self.begin(), set_index, rep)

    def hold(self, set_index: int, hold: Hold) -> None:
        """Keep a hold."""
        self._history.add_hold(self.begin(), set_index, hold)

    def set_over(self, set_index: int, summary: SetSummary) -> None:
        """Close a set, where anything was done in it."""
        if summary.reps or summary.holds:
            self._history.end_set(self.begin(), set_index, summary)

    def close(self) -> None:
        """Close the session, where one was begun."""
        if self.session_id is not None:
            self._history.end_session(self.session_id, self._now())
