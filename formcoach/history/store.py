"""What stays of the sessions on this machine: every rep as it happens, answers, the person's ends.

with History.open(folder) as history:
    session = history.begin_session("dead_bug", "hold", started_at=now, lang="en", source="0")
    history.add_rep(session, 1, rep)
    history.end_set(session, 1, summary)
    history.end_session(session, now)
"""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Self

from platformdirs import user_data_path

from formcoach.coaching.events import Hold, Rep, SetSummary
from formcoach.errors import StoreError
from formcoach.history.database import FILE_NAME, open_database
from formcoach.history.documents import Documents
from formcoach.history.rows import (
    moment,
    put_answers,
    put_hold,
    put_rep,
    put_set,
    read_session,
    read_sets,
)
from formcoach.history.stored import Answers, StoredSession
from formcoach.pose.landmarks import SIDES, Side, side_word

__all__ = ["History", "default_folder"]

ID_LIMIT = 2**63
"""No row of an SQLite table has a number from here on."""


def default_folder() -> Path:
    """Return where this platform keeps a user's data."""
    return user_data_path("formcoach", appauthor=False)


class History(Documents):
    """The open history. One transaction a call: what returned is on the disk.

    Attributes:
        odd: what made no sense when the sessions were last read, and was left out.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        super().__init__(connection, path)
        self.odd: list[str] = []

    @classmethod
    def open(cls, folder: Path | None = None) -> Self:
        """Open the history of a folder, by default the platform's own; make it where there is none.

        Raises:
            StoreError: it cannot be used; the message says where it is and the way out.
        """
        folder = default_folder() if folder is None else folder
        return cls(open_database(folder), folder / FILE_NAME)

    @staticmethod
    def is_in(folder: Path | None = None) -> bool:
        """Say whether there is a history in a folder, by default the platform's own."""
        return ((default_folder() if folder is None else folder) / FILE_NAME).exists()

    def begin_session(
        self, exercise: str, level: str, *, started_at: datetime, lang: str, source: str
    ) -> int:
        """Begin a session and return its number.

        Args:
            exercise: id of the exercise.
            level: id of the level, empty where there is only one.
            started_at: when, with an offset.
            lang: language of the cues.
            source: what is looked through.
        """
        with self.writing() as write:
            cursor = write.execute(
                "INSERT INTO session (exercise, level, started_utc_s, started_offset_min, lang,"
                " source) VALUES (?, ?, ?, ?, ?, ?)",
                (exercise, level, *moment(started_at), lang, source),
            )
            assert cursor.lastrowid is not None
            return cursor.lastrowid

    def add_rep(self, session_id: int, set_index: int, rep: Rep) -> None:
        """Keep a rep, completed or partial; one of the same index takes its place."""
        with self.writing() as write:
            put_set(write, session_id, set_index)
            put_rep(write, session_id, set_index, rep)

    def add_hold(self, session_id: int, set_index: int, hold: Hold) -> None:
        """Keep a hold that has ended."""
        with self.writing() as write:
            put_set(write, session_id, set_index)
            put_hold(write, session_id, set_index, hold)

    def end_set(
        self,
        session_id: int,
        set_index: int,
        summary: SetSummary,
        *,
        effort: int | None = None,
        pain_before: int | None = None,
        pain_after: int | None = None,
        breathing_normal: bool | None = None,
        stopped_why: str | None = None,
    ) -> None:
        """Close a set: keep what the summary has, in the place of what was kept rep by rep.

        Answers that come later go to `answer`.
        """
        answers = Answers(
            effort=effort,
            pain_before=pain_before,
            pain_after=pain_after,
            breathing_normal=breathing_normal,
            stopped_why=stopped_why,
        )
        unsure_s = sum(span.end_s - span.start_s for span in summary.unsure)
        with self.writing() as write:
            put_set(write, session_id, set_index)
            for rep in summary.reps:
                put_rep(write, session_id, set_index, rep)
            for hold in summary.holds:
                put_hold(write, session_id, set_index, hold)
            write.execute(
                "UPDATE exercise_set SET ended = 1, unsure_s = ?"
                " WHERE session_id = ? AND set_index = ?",
                (unsure_s, session_id, set_index),
            )
            put_answers(write, session_id, set_index, answers)

    def answer(self, session_id: int, set_index: int, answers: Answers) -> None:
        """Add what the person said of a set; None leaves what was said before."""
        with self.writing() as write:
            put_set(write, session_id, set_index)
            put_answers(write, session_id, set_index, answers)

    def end_session(self, session_id: int, ended_at: datetime) -> None:
        """Close a session."""
        with self.writing() as write:
            write.execute(
                "UPDATE session SET ended_utc_s = ?, ended_offset_min = ? WHERE id = ?",
                (*moment(ended_at), session_id),
            )

    def sessions(
        self, *, since: datetime | None = None, exercise: str | None = None
    ) -> list[StoredSession]:
        """Return the sessions in order of time, those cut off too.

        Args:
            since: only those begun then or later.
            exercise: only those of this exercise.
        """
        since_s = -1e18 if since is None else moment(since)[0]
        with self.reading() as read:
            rows = read.execute(
                "SELECT * FROM session WHERE started_utc_s >= ? AND (? IS NULL OR exercise = ?)"
                " ORDER BY started_utc_s, id",
                (since_s, exercise, exercise),
            ).fetchall()
            self.odd = []
            found = [self._session(read, row) for row in rows]
            return [session for session in found if session is not None]

    def session(self, session_id: int) -> StoredSession:
        """Return one session.

        Raises:
            StoreError: there is none of this number that can be read.
        """
        with self.reading() as read:
            wanted = session_id if abs(session_id) < ID_LIMIT else -1
            row = read.execute("SELECT * FROM session WHERE id = ?", (wanted,)).fetchone()
            found = None if row is None else self._session(read, row)
            if found is None:
                raise StoreError(
                    f"{self.path}: no session {session_id}; formcoach history lists those there are"
                )
            return found

    def last_session(self) -> StoredSession | None:
        """Return the session that began last; None where there is none that can be read."""
        with self.reading() as read:
            rows = read.execute("SELECT * FROM session ORDER BY started_utc_s DESC, id DESC")
            found = (self._session(read, row) for row in rows)
            return next((session for session in found if session is not None), None)

    def _session(self, read: sqlite3.Connection, row: sqlite3.Row) -> StoredSession | None:
        return read_session(row, read_sets(read, row["id"], self.odd.append), self.odd.append)

    def put_personal_end(
        self, exercise: str, level: str, side: Side | None, peak_deg: float, measured_at: datetime
    ) -> None:
        """Keep how far this person goes, in degrees of what is counted."""
        with self.writing() as write:
            write.execute(
                "INSERT INTO personal_end (exercise, level, side, peak_deg, measured_utc_s)"
                " VALUES (?, ?, ?, ?, ?)",
                (exercise, level, side_word(side), peak_deg, moment(measured_at)[0]),
            )

    def personal_ends(self, exercise: str, level: str) -> dict[Side | None, float]:
        """Return how far this person goes at a level, by side, in degrees, as last measured."""
        with self.reading() as read:
            rows = read.execute(
                "SELECT side, peak_deg FROM personal_end WHERE exercise = ? AND level = ?"
                " ORDER BY measured_utc_s, id",
                (exercise, level),
            )
            found = {SIDES.get(row["side"]): row["peak_deg"] for row in rows}
        return {side: deg for side, deg in found.items() if isinstance(deg, float)}
