"""The application with a fresh notebook, and a browser that was given the token."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from formcoach.app.jobs import Job, Outcome, VideoQueue
from formcoach.app.room import LiveRoom
from formcoach.app.server import create_app
from formcoach.app.state import AppState
from formcoach.history.notebook import Notebook

__all__ = ["ADDRESS", "TOKEN", "browser", "no_analysis", "running"]

TOKEN = "t" * 43
PORT = 8737
ADDRESS = f"http://127.0.0.1:{PORT}"


def no_analysis(
    job: Job,
    path: Path,
    out: Path,
    model: str,
    tell: Callable[[int, int | None], None],
    stop: Callable[[], bool],
) -> Outcome:
    """Analyse nothing."""
    return Outcome(why="not analysed here")


@contextmanager
def browser(folder: Path, *, known: bool = True, lang: str = "en") -> Iterator[TestClient]:
    """Give a browser with its server; one that was given the token, where it is `known`."""
    with Notebook.open(folder) as notebook:
        own = folder / "app"
        own.mkdir(exist_ok=True)
        queue = VideoQueue(own, run=no_analysis)
        room = LiveRoom(notebook, queue.results)
        state = AppState(notebook=notebook, folder=own, queue=queue, room=room, data=folder)
        app = create_app(state, TOKEN, PORT)
        headers = {"accept-language": lang, "origin": ADDRESS}
        with TestClient(app, base_url=ADDRESS, headers=headers) as client:
            if known:
                assert client.get(f"/?token={TOKEN}").status_code == 200
            yield client


@contextmanager
def running(data: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give a server and the address it printed."""
    command = [sys.executable, "-m", "formcoach", "app", "--no-browser", "--data", str(data)]
    server = subprocess.Popen(
        [*command, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield server, server.stdout.readline().strip()
    finally:
        server.kill()
        server.communicate()
