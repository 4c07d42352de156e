"""What the server knows while it runs: the notebook, the queue of videos, the live session."""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from formcoach.app.jobs import VideoQueue
from formcoach.app.phone import PhoneLink
from formcoach.app.room import LiveRoom
from formcoach.errors import OutputError
from formcoach.history.notebook import Notebook
from formcoach.history.store import default_folder

__all__ = ["AppState", "app_folder", "bound", "kept_token", "note_running", "running_at"]

USUAL_PORTS = range(8737, 8747)
"""The first free one of them is taken, so that a page finds its server again. Proposal."""
TOKEN, RUNNING = "token", "running.json"
ANSWERS_S = 1.0


@dataclass(slots=True, kw_only=True)
class AppState:
    """What all pages share.

    Attributes:
        notebook: what is known of the person.
        folder: where the server keeps its own files.
        queue: the videos to analyse.
        room: the live session.
        model: lite, full, heavy, or a bundle's path.
        data: the folder of the history; None for the platform's.
        phone: the phone that may be the camera; None where no phone is let in.
    """

    notebook: Notebook
    folder: Path
    queue: VideoQueue
    room: LiveRoom
    model: str = "full"
    data: Path | None = None
    phone: PhoneLink | None = None

    def close(self) -> None:
        """End what runs."""
        self.room.close()
        self.queue.close()


def app_folder(data: Path | None) -> Path:
    """Return the folder of the server's own files, made for this user alone.

    Raises:
        OutputError: it cannot be made.
    """
    folder = (default_folder() if data is None else data) / "app"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        reason = error.strerror
        raise OutputError(f"{folder}: cannot be made ({reason}); name another --data") from error
    return folder


def kept_token(folder: Path) -> str:
    """Return the secret of the address; the same after a restart, so that open pages come back."""
    path = folder / TOKEN
    try:
        known = path.read_text(encoding="ascii").strip()
        if len(known) >= 32:
            return known
    except (OSError, ValueError):
        pass  # there is none yet, or none that can be read: a new one takes its place
    token = secrets.token_urlsafe(32)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(token)
    except OSError as error:
        reason = error.strerror
        raise OutputError(f"{path}: cannot be written ({reason}); name another --data") from error
    return token


def bound(port: int | None, host: str = "127.0.0.1") -> socket.socket:
    """Return a listening socket: at the port asked for, or the first usual one that is free.

    Raises:
        OutputError: the port asked for is taken.
    """
    wanted = [*USUAL_PORTS, 0] if port is None else [port]
    for one in wanted:
        try:
            return _listening(host, one)
        except OSError as error:
            reason = error.strerror
    raise OutputError(f"port {port} cannot be used ({reason}); leave --port out, or name another")


def _listening(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share one port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(64)
    except OSError:
        listening.close()
        raise
    return listening


def running_at(folder: Path) -> int | None:
    """Return the port of a server that runs on the same data already; None without one."""
    try:
        port = int(json.loads((folder / RUNNING).read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    connection = HTTPConnection("127.0.0.1", port, timeout=ANSWERS_S)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return port if (answer.status, answer.read(8)) == (200, b"ok") else None
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()


def note_running(folder: Path, port: int | None) -> None:
    """Write down at which port a server runs; None when it no longer does."""
    path = folder / RUNNING
    if port is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(json.dumps({"port": port, "pid": os.getpid()}), encoding="utf-8")
