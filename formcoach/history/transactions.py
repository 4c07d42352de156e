"""The history's file in transactions: what is written in one stays, or none of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from formcoach.errors import StoreError
from formcoach.system.closing import Closing

__all__ = ["Transactions"]


class Transactions(Closing):
    """An open database, used in transactions.

    May be handed from thread to thread; calls wait for each other.

    Attributes:
        path: the file.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._connection.row_factory = sqlite3.Row
        self._lock = RLock()

    def close(self) -> None:
        """Let go of the file; safe to call twice."""
        with self._lock:
            self._connection.close()

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
