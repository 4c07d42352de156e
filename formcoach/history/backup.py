"""Copies of the history: made whole, and checked before they take its place.

A copy is one SQLite file, as the history itself is. Restoring one takes nothing away: where the
history has anything that the copy has not, it is the newer one and stays.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from formcoach.errors import OutputError, StoreError
from formcoach.history.database import FILE_NAME, open_database
from formcoach.history.migrations import APPLICATION_ID, VERSION
from formcoach.history.store import History, default_folder
from formcoach.system.paths import PathKind, what_is_at
from formcoach.system.writing import make_whole

__all__ = ["BackupContent", "back_up", "restore"]

TABLES = ("session", "exercise_set", "rep", "hold", "personal_end", "document")


class BackupContent:
    """What a copy holds, for telling it.

    Attributes:
        sessions: how many.
        last: the day of the newest one; empty where there is none.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        row = connection.execute(
            "SELECT count(*), coalesce(date(max(started_utc_s), 'unixepoch'), '') FROM session"
        ).fetchone()
        self.sessions: int = row[0]
        self.last: str = row[1]


def back_up(folder: Path | None, path: Path) -> BackupContent:
    """Write a copy of the history of a folder; say what is in it.

    Raises:
        StoreError: there is no history, or it cannot be read.
        OutputError: the copy cannot be written, or something else stands in its place.
    """
    folder = default_folder() if folder is None else folder
    history_path = folder / FILE_NAME
    if not History.is_in(folder):
        raise StoreError(f"{history_path}: no history to back up; name its folder with --data")
    _check_target(path, history_path)
    with History.open(folder) as history:

        def write(part: Path) -> None:
            try:
                history.copy_to(part)
            except sqlite3.Error as error:
                raise OutputError(
                    f"{path}: cannot be written ({error}); make space, or give another place"
                ) from error

        make_whole(path, write)
        with history.reading() as read:
            return BackupContent(read)


def _check_target(path: Path, history_path: Path) -> None:
    there = what_is_at(path)
    if there is PathKind.NOTHING:
        return
    if there is not PathKind.FILE or path.resolve() == history_path.resolve():
        raise OutputError(f"{path}: cannot be the copy; give the name of another file")
    try:
        with _opened(path) as found:
            ours = found.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
    except sqlite3.Error:
        ours = False
    if not ours:
        raise OutputError(f"{path}: is no copy of a history and stays; give another name")


def restore(folder: Path | None, path: Path) -> BackupContent:
    """Put a copy in the place of the history of a folder; say what is in it.

    All of it or none: the copy is checked first, and the history changes in one transaction.

    Raises:
        StoreError: it is no copy, is damaged or of a newer FormCoach; or the history of the folder
            has what the copy has not.
    """
    folder = default_folder() if folder is None else folder
    if what_is_at(path) is not PathKind.FILE:
        raise StoreError(f"{path}: no such file; give one that formcoach backup wrote")
    if path.resolve() == (folder / FILE_NAME).resolve():
        raise StoreError(f"{path}: is the history itself; give a copy of it")
    if what_is_at(path.with_name(f"{path.name}-wal")) is not PathKind.NOTHING:
        raise StoreError(
            f"{path}: is in use; make a copy of it with formcoach backup, and give that"
        )
    try:
        with _opened(path) as copy:
            _check(copy, path)
            if History.is_in(folder):
                with closing(open_database(folder)) as present:
                    _check_not_newer(present, copy, path, folder / FILE_NAME)
            with closing(open_database(folder)) as present:
                copy.backup(present)
        with History.open(folder) as history, history.reading() as read:
            return BackupContent(read)
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: cannot be restored ({error}); check that the disk has space, and close other "
            f"windows of FormCoach"
        ) from error


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file to be read alone: nothing in it or beside it changes."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection


def _check(copy: sqlite3.Connection, path: Path) -> None:
    """Refuse what is no whole copy of a history that can be read here."""
    try:
        owner = copy.execute("PRAGMA application_id").fetchone()[0]
        version = copy.execute("PRAGMA user_version").fetchone()[0]
        found = "ok" if owner != APPLICATION_ID else _damage(copy)
    except sqlite3.DatabaseError as error:
        torn = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT
        owner, version, found = (APPLICATION_ID if torn else 0), 0, str(error)
    if owner != APPLICATION_ID:
        raise StoreError(f"{path}: is no copy of a history; give one that formcoach backup wrote")
    if version > VERSION:
        raise StoreError(
            f"{path}: was written by a newer FormCoach (version {version} of the tables, this one "
            f"knows {VERSION}); update FormCoach"
        )
    if found != "ok":
        raise StoreError(f"{path}: damaged ({found}); give another copy")


def _damage(copy: sqlite3.Connection) -> str:
    found = " ".join(str(copy.execute("PRAGMA integrity_check(1)").fetchone()[0]).split())
    if found == "ok" and (torn := copy.execute("PRAGMA foreign_key_check").fetchone()):
        return f"a row of {torn[0]} belongs to none of {torn[2]}"
    return found


def _check_not_newer(
    present: sqlite3.Connection, copy: sqlite3.Connection, path: Path, history_path: Path
) -> None:
    """Refuse where the history has any row that the copy has not."""
    for table in TABLES:
        theirs = _columns(copy, table)
        columns = ", ".join(name for name in _columns(present, table) if name in theirs)
        query = f"SELECT {columns} FROM {table}"
        more = set(present.execute(query)) - set(copy.execute(query))
        if not more:
            continue
        first = min(more, key=repr)[0]
        whose = {"document": f"{first!r}", "personal_end": "an end point"}
        what = whose.get(table, f"session {first}")
        raise StoreError(
            f"{history_path}: is newer: {what} is not so in {path}; move the history away, or "
            f"restore into another folder with --data"
        )


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """Return the columns of a table: an older copy may lack some, or the table."""
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
