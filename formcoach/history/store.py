"""What stays of the sessions on this machine: every rep as it happens, answers, the person's ends.

with History.open(folder) as history:
    session = history.begin_session("dead_bug", "hold", started_at=now, lang="en", source="0")
    history.add_rep(session, 1, rep)
    history.end_set(session, 1, summary)
    history.end_session(session, now)
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Self, TypeVar

import msgspec
from platformdirs import user_data_path

from formcoach.coaching.events import Hold, Rep, SetSummary
from formcoach.errors import DocumentError, StoreError
from formcoach.history.database import FILE_NAME, open_database
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
from formcoach.system.closing import Closing
from formcoach.system.local_time import local_now

__all__ = ["History", "default_folder"]

T = TypeVar("T")

ID_LIMIT = 2**63
"""No row of an SQLite table has a number from here on."""


def default_folder() -> Path:
    """Return where this platform keeps a user's data."""
    return user_data_path("formcoach", appauthor=False)


class History(Closing):
    """The open history. One transaction a call: what returned is on the disk.

    May be handed from thread to thread; calls wait for each other.

    Attributes:
        path: the file.
        odd: what made no sense when the sessions were last read, and was left out.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self.odd: list[str] = []
        self._connection = connection
        self._connection.row_factory = sqlite3.Row
        self._lock = RLock()

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

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        with self._lock:
            self._connection.close()

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

    def put_document(self, name: str, value: object) -> None:
        """Keep a dataclass or struct whole, under a name, in the place of the one before."""
        with self.writing() as write:
            write.execute(
                "INSERT INTO document VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                (name, msgspec.json.encode(value)),
            )

    def document(self, name: str, kind: type[T]) -> T | None:
        """Return what was kept under a name, or None.

        Raises:
            DocumentError: it is not of this kind.
        """
        with self.reading() as read:
            row = read.execute("SELECT body FROM document WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        try:
            return msgspec.json.decode(row["body"], type=kind)
        except (msgspec.MsgspecError, TypeError, RecursionError) as error:
            raise DocumentError(
                f"{self.path}: {name} cannot be read ({error}); run formcoach setup again"
            ) from error

    def drop_document(self, name: str) -> bool:
        """Delete what was kept under a name; say whether there was anything."""
        with self.writing() as write:
            return write.execute("DELETE FROM document WHERE name = ?", (name,)).rowcount > 0

    def set_document_aside(self, name: str) -> None:
        """Give a document another name, so that a new one takes none of it away."""
        stamp = local_now().strftime("%Y%m%d-%H%M%S")
        with self.writing() as write:
            write.execute(
                "UPDATE OR REPLACE document SET name = ? WHERE name = ?",
                (f"{name}.damaged-{stamp}", name),
            )

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all that is written in it stays, or none of it."""
        with self._lock, self._telling("written"):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def erasing(self) -> Iterator[sqlite3.Connection]:
        """One transaction like `writing`, of which nothing that is deleted can be found again.

        What was deleted is overwritten with zeros, the file is made anew without it, and the log
        beside it is emptied.
        """
        with self._lock:
            with self._telling("written"):
                self._connection.execute("PRAGMA secure_delete = ON")
            with self.writing() as write:
                yield write
            with self._telling("written"):
                self._connection.execute("VACUUM")
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def copy_to(self, path: Path) -> None:
        """Write the whole history into an empty file; raise sqlite3.Error where that fails."""
        with self._lock:
            self._connection.execute("VACUUM INTO ?", (str(path),))

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One view of the whole, whatever another process writes meanwhile."""
        with self._lock, self._telling("read"):
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def _telling(self, done: str) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path}: cannot be {done} ({error}); check that the disk has space, close "
                f"FormCoach and start it again, or choose another folder with --data"
            ) from error
