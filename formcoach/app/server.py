"""The server: starts, says where it is, opens the browser, and ends with its terminal.

serve(port=None, browser=True, data=None, model="full", lan=False)
"""

import asyncio
import contextlib
import signal
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from formcoach.app.jobs import VideoQueue
from formcoach.app.pages import page_routes, shown_error
from formcoach.app.phone import PhoneLink
from formcoach.app.room import LiveRoom
from formcoach.app.security import HEALTH, Guard, addresses_of
from formcoach.app.serving import config_of
from formcoach.app.state import AppState, app_folder, bound, kept_token, note_running, running_at
from formcoach.errors import FormCoachError
from formcoach.history.notebook import Notebook

__all__ = ["create_app", "serve"]

STATIC = Path(__file__).parent / "static"


def create_app(state: AppState, token: str, port: int) -> Starlette:
    """Return the application: every page, guarded.

    Args:
        state: what the pages share.
        token: the secret of the first address.
        port: where it listens.
    """
    hosts, origins = addresses_of("127.0.0.1", port)
    routes: list[BaseRoute] = [
        Route(HEALTH, healthz),
        Mount("/static", StaticFiles(directory=STATIC)),
        *page_routes(),
    ]
    guard = Middleware(Guard, token=token, hosts=hosts, origins=origins, cookie=f"formcoach_{port}")
    handlers: dict[Any, Callable[[Request, Exception], Any]] = {
        FormCoachError: shown_error,
        404: not_found,
        500: broken,
    }
    app = Starlette(
        routes=routes, middleware=[guard], exception_handlers=handlers, lifespan=_lifespan
    )
    app.state.formcoach = state
    return app


async def healthz(request: Request) -> Response:
    """Say that the server runs, and nothing else."""
    return PlainTextResponse("ok")


async def not_found(request: Request, error: Exception) -> Response:
    """Answer for a page that there is not."""
    from formcoach.app.render import page

    return page(request, "message", 404, title="app.none_title", text="app.none_text", here="")


async def broken(request: Request, error: Exception) -> Response:
    """Answer where the program has a fault; what it is goes to stderr in one line."""
    sys.stderr.write(f"formcoach: {request.url.path}: {type(error).__name__}: {error}\n")
    return PlainTextResponse("FormCoach has a fault here. Go back, and try once more.\n", 500)


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await asyncio.to_thread(app.state.formcoach.close)


class _Server(uvicorn.Server):
    """A server that tells when it answers, and also ends when its terminal is closed."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and tell so."""
        await super().startup(sockets)
        if self.started:
            self._on_ready()


def serve(
    *,
    port: int | None,
    browser: bool,
    data: Path | None,
    model: str,
    lan: bool = False,
    lan_address: str | None = None,
) -> int:
    """Serve until Ctrl-C, SIGTERM or the closing of the terminal; return the exit status.

    Where a server runs on the same data already, it says where, opens it, and ends.

    Args:
        port: where to listen; None for the first usual port that is free.
        browser: whether to open the browser.
        data: the folder of the history; None for the platform's.
        model: lite, full, heavy, or a bundle's path.
        lan: whether a phone in the same network may be the camera.
        lan_address: this machine's address there; None to find it.

    Raises:
        FormCoachError: it cannot begin.
    """
    folder = app_folder(data)
    token = kept_token(folder)
    running = running_at(folder)
    if running is not None:
        _tell(running, token, browser)
        sys.stderr.write("formcoach: it runs already, at the address above\n")
        if lan:
            sys.stderr.write("formcoach: to let a phone in, end it, then start it with --lan\n")
        return 0
    with ExitStack() as stack:
        listening = stack.enter_context(contextlib.closing(bound(port)))
        at = int(listening.getsockname()[1])
        notebook = stack.enter_context(Notebook.open(data))
        queue = VideoQueue(folder, model)
        room = LiveRoom(notebook, queue.results, model)
        state = AppState(
            notebook=notebook, folder=folder, queue=queue, room=room, model=model, data=data
        )
        app = create_app(state, token, at)
        note_running(folder, at)
        stack.callback(note_running, folder, None)
        phone = stack.enter_context(_phone_let_in(state, lan_address)) if lan else None
        server = _Server(config_of(app), lambda: _tell(at, token, browser, phone))
        with _ends_with_terminal(server):
            server.run(sockets=[listening])
    return 0


@contextlib.contextmanager
def _ends_with_terminal(server: uvicorn.Server) -> Any:
    """End in good order when the terminal is closed, where the system tells of it."""
    number = getattr(signal, "SIGHUP", None)
    if number is None:
        yield
        return

    def end(*_: object) -> None:
        server.should_exit = True

    before = signal.signal(number, end)
    try:
        yield
    finally:
        signal.signal(number, before)


def _phone_let_in(state: AppState, address: str | None) -> AbstractContextManager[PhoneLink]:
    """Open the second door; what it needs is loaded for who wants it alone."""
    from formcoach.app.lan import open_lan

    return open_lan(state, address)


def _tell(port: int, token: str, browser: bool, phone: PhoneLink | None = None) -> None:
    """Print the address, and the phone's, and open the browser on the first one."""
    address = f"http://127.0.0.1:{port}/?token={token}"
    sys.stdout.write(f"{address}\n" if phone is None else f"{address}\n{phone.address}\n")
    sys.stdout.flush()
    if browser:
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()
