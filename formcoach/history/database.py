"""Opens the history's SQLite file, and never writes over one that it cannot read.

Write-ahead log, and `synchronous=FULL`: a finished rep survives a killed process and a pulled plug.
FULL costs one flush to disk a rep, some milliseconds every few seconds.

On a drive without locks (some network drives and sticks) a file beside it takes their place, and
the log is a plain one: slower, and as safe.

What it keeps is about somebody's health, so on POSIX nobody but its owner may read it.
"""

import os
import sqlite3
import sys
from contextlib import closing, suppress
from errno import EACCES, EAGAIN
from pathlib import Path
from time import time

from formcoach.errors import StoreError
from formcoach.history.migrations import APPLICATION_ID, STEPS, VERSION
from formcoach.system.local_time import local_now

__all__ = ["FILE_NAME", "open_database"]

FILE_NAME = "history.sqlite3"
OPENING_S = 5.0
WRITING_MS = 250
"""How long to wait for another FormCoach that is just writing: at first, and then, when a picture
waits behind."""

LOCK_FILES = "unix-dotfile"
"""SQLite's own way where a drive has no locks."""
STALE_S = 60.0
"""A lock file this old was left by a killed process: nothing holds one for so long."""

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class _DamagedError(Exception):
    """What is wrong with the file."""


def open_database(folder: Path) -> sqlite3.Connection:
    """Open the history in a folder, made where there is none, brought to the present version.

    Returns:
        A connection without implicit transactions, usable from any one thread at a time.

    Raises:
        StoreError: it cannot be made, read or written; it was written by a newer FormCoach or by
            another program and is left as it is; or it is damaged and was set aside.
    """
    path = folder / FILE_NAME
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{folder}: cannot be made ({error.strerror}); choose another folder with --data"
        ) from error
    if os.name == "posix":
        _keep_private(path)
    try:
        return _open_anywhere(path)
    except _DamagedError as damage:
        aside = _set_aside(path)
        raise StoreError(
            f"{path}: damaged ({damage}) and set aside as {aside.name}; run again to begin a new "
            f"history, or put a copy of your own in its place"
        ) from None
    except sqlite3.Error as error:
        raise StoreError(
            f"{path}: cannot be opened ({error}); close other windows of FormCoach, check "
            f"that the folder can be written to, or choose another with --data"
        ) from error


def _keep_private(path: Path) -> None:
    """Leave the file, made where there is none, to its owner alone; SQLite's own take after it.

    So is its folder, unless there is something else in it: then it is not FormCoach's own.
    """
    with suppress(OSError):  # what cannot be made is told when it is opened
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with suppress(OSError):  # somebody else's, or a file system without permissions
        entries = list(path.parent.iterdir())
        ours = [entry for entry in entries if entry.name.startswith(FILE_NAME)]
        if len(ours) == len(entries):
            ours.append(path.parent)
        for entry in ours:
            mode = entry.stat().st_mode
            if mode & 0o077:
                entry.chmod(mode & 0o700)


def _open_anywhere(path: Path) -> sqlite3.Connection:
    """Open the file in the way that its drive allows."""
    try:
        return _open(path)
    except sqlite3.OperationalError:
        if _drive_locks(path):
            raise
    lock = path.with_name(f"{path.name}.lock")
    with suppress(OSError):
        if time() - lock.stat().st_mtime > STALE_S:
            lock.rmdir()
    return _open(path, LOCK_FILES)


def _drive_locks(path: Path) -> bool:
    """Whether files can be locked where this one is."""
    if sys.platform == "win32":
        return True
    import fcntl

    probe = path.with_name(f"{path.name}-probe")
    try:
        with probe.open("wb") as file:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Another FormCoach is trying it too; or nothing can be written here at all.
        return error.errno in (EACCES, EAGAIN) or not probe.exists()
    finally:
        with suppress(OSError):
            probe.unlink()
    return True


def _open(path: Path, vfs: str = "") -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?vfs={vfs}" if vfs else None
    connection = sqlite3.connect(
        uri or path,
        timeout=OPENING_S,
        isolation_level=None,
        check_same_thread=False,
        uri=uri is not None,
    )
    try:
        if vfs:
            _leave_log(connection)
        _examine(connection, path)
        if not vfs:
            connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection)
        connection.execute(f"PRAGMA busy_timeout = {WRITING_MS}")
    except sqlite3.DatabaseError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF in _DAMAGE:
            raise _DamagedError(str(error)) from error
        raise
    except BaseException:
        connection.close()
        raise
    return connection


def _leave_log(connection: sqlite3.Connection) -> None:
    """Take the plain log in place of the write-ahead one, which needs locks of its own."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA locking_mode = NORMAL")


def _examine(connection: sqlite3.Connection, path: Path) -> None:
    """See whose file it is, how old, and whether it is whole; change nothing in it."""
    version = _number(connection, "user_version")
    owner = _number(connection, "application_id")
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if owner != APPLICATION_ID and (owner or version or tables):
        raise StoreError(
            f"{path}: belongs to another program; move it away, or choose another folder "
            f"with --data"
        )
    if version > VERSION:
        raise StoreError(
            f"{path}: was written by a newer FormCoach (version {version} of the tables, this one "
            f"knows {VERSION}); update FormCoach, or choose another folder with --data"
        )
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise _DamagedError(" ".join(str(found).split()))


def _migrate(connection: sqlite3.Connection) -> None:
    """Take the steps that are missing, all or none."""
    if _number(connection, "user_version") == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    # Read again: another FormCoach may have taken them while this one waited.
    for step in STEPS[_number(connection, "user_version") :]:
        for statement in step:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    with closing(connection.execute(f"PRAGMA {pragma}")) as cursor:
        return int(cursor.fetchone()[0])


def _set_aside(path: Path) -> Path:
    """Give the file, and its log, another name; return the name.

    Raises:
        StoreError: it cannot be renamed; it is where it was.
    """
    stamp = local_now().strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.damaged-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.damaged-{stamp}-{number}")
    try:
        for suffix in ("-wal", "-shm", ""):
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.replace(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise StoreError(
            f"{path}: damaged, and cannot be set aside ({error.strerror}); move it away yourself, "
            f"or choose another folder with --data"
        ) from error
    return aside
