"""The phone's pages: the one on the computer that leads to it, and the one on the phone itself."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
)
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from formcoach.app.phone import PhoneLink, PhoneState, Visit
from formcoach.app.pushed_camera import MAX_JPEG_BYTES
from formcoach.app.render import browser_lang, page, phrases_of, rendered, state_of
from formcoach.app.security import Guard, addresses_of
from formcoach.app.state import AppState
from formcoach.app.videos import KINDS, MAX_BYTES, MAX_GB, upload
from formcoach.errors import FormCoachError
from formcoach.words.phrases import load_phrases

__all__ = ["create_phone_app", "phone_routes", "qr_of"]

STATIC = Path(__file__).parent / "static"
SERVED = ("app.css", "phone.css", "phone.js", "icon.svg")
"""All that the phone gets of our files."""
MAX_ID = 64
JPEG = b"\xff\xd8"
"""How every JPEG begins."""
REFUSED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>FormCoach</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/static/app.css"></head><body class="plain"><main>
<h1>Scan the code once more</h1>
<p>The code on your computer is a new one each time FormCoach starts.</p>
<p lang="nl">Scan de code op je computer opnieuw. Die verandert elke keer dat FormCoach
start.</p></main></body></html>"""


# --- on the computer ---


def phone_routes() -> list[BaseRoute]:
    """Return the routes of the computer's page about the phone."""
    return [Route("/phone", show), Route("/phone/state", state)]


def show(request: Request) -> Response:
    """Show the code that the phone scans, or how to let a phone in."""
    link, words = state_of(request).phone, phrases_of(request)
    return page(
        request,
        "phone",
        link=link,
        qr=None if link is None else qr_of(link.address),
        states={one.value: words.text(f"app.phone.{one.value}") for one in PhoneState},
    )


async def state(request: Request) -> Response:
    """Tell how it stands with the phone."""
    link = state_of(request).phone
    return JSONResponse({"state": None if link is None else link.state.value})


def qr_of(address: str) -> Markup:
    """Return an address as a code to be scanned: an SVG element, dark on light in every theme."""
    import segno

    code = segno.make(address, micro=False, error="m")
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr")
    return Markup(drawn)


# --- on the phone ---


def create_phone_app(
    state: AppState, link: PhoneLink, token: str, address: str, port: int
) -> Starlette:
    """Return what the phone may see, guarded: its page, that page's files, its pictures, its films.

    Args:
        state: what all pages share.
        link: which phone it is.
        token: the secret of the first address.
        address: this machine's, in the network.
        port: where it listens there.
    """
    hosts, origins = addresses_of(address, port, "https")
    guard = Middleware(
        Guard,
        token=token,
        hosts=hosts,
        origins=origins,
        cookie=f"formcoach_phone_{port}",
        secure=True,
        refused=REFUSED,
    )
    routes: list[BaseRoute] = [
        Route("/", camera_page),
        Route("/static/{name}", static),
        Route("/upload", upload, methods=["POST"]),
        Route("/picture", picture, methods=["POST"]),
        WebSocketRoute("/socket", socket),
    ]
    handlers: Any = {404: _nothing, FormCoachError: _failed}
    app = Starlette(routes=routes, middleware=[guard], exception_handlers=handlers)
    app.state.formcoach, app.state.link = state, link
    return app


def camera_page(request: Request) -> Response:
    """Show the phone's one page, in the phone's own language."""
    phrases = load_phrases(browser_lang(request))
    text = rendered("phone_camera", phrases, kinds=KINDS, max_bytes=MAX_BYTES, max_gb=MAX_GB)
    return HTMLResponse(text)


def static(request: Request) -> Response:
    """Return one of the few files of the phone's page."""
    name = next((one for one in SERVED if one == request.path_params["name"]), None)
    return _nothing(request) if name is None else FileResponse(STATIC / name)


def _nothing(request: Request, error: Exception | None = None) -> Response:
    return PlainTextResponse("there is no such page for a phone\n", 404)


def _failed(request: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, 400)


async def picture(request: Request) -> Response:
    """Take in what a phone sees whose browser opens no socket where it was warned once."""
    link: PhoneLink = request.app.state.link
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_JPEG_BYTES:
            return JSONResponse({"error": f"more than {MAX_JPEG_BYTES} bytes"}, 413)
    visit = link.come(request.headers.get("x-phone", "")[:MAX_ID])
    if visit is None:
        return JSONResponse({"type": "busy"})
    link.hear(visit, bytes(body) if body.startswith(JPEG) else None)
    if _told(body.decode("utf-8", "replace")).get("type") == "over":
        link.go(visit, over=True)
    return JSONResponse({"type": "took", "wanted": link.wanted()})


async def socket(websocket: WebSocket) -> None:
    """Take in what one phone sees; a second one is told that there is one already."""
    link: PhoneLink = websocket.app.state.link
    await websocket.accept()
    with suppress(WebSocketDisconnect, RuntimeError):
        hello = await _heard(websocket)
        visit = link.come(str(hello.get("phone", ""))[:MAX_ID])
        if visit is None:
            await websocket.send_json({"type": "busy"})
        else:
            await _look_through(websocket, link, visit)
        await websocket.close()


async def _look_through(websocket: WebSocket, link: PhoneLink, visit: Visit) -> None:
    """Take in one phone's pictures until it goes, or another takes its place."""
    over = False
    try:
        await websocket.send_json({"type": "welcome", "wanted": link.wanted()})
        while not over:
            told = await _heard(websocket)
            over = told.get("type") == "over"
            if not link.hear(visit, told.get("jpeg")):
                await websocket.send_json({"type": "busy"})
                return
            await websocket.send_json({"type": "took", "wanted": link.wanted()})
    finally:
        link.go(visit, over=over)


async def _heard(websocket: WebSocket) -> dict[str, Any]:
    """Return the next message of the phone; a picture as ``jpeg``, nonsense as nothing.

    Raises:
        WebSocketDisconnect: it is gone.
    """
    message = await websocket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(int(message.get("code") or 1005))
    data = message.get("bytes")
    if data is not None:
        return {"jpeg": data} if len(data) <= MAX_JPEG_BYTES else {}
    return _told(message.get("text"))


def _told(text: str | None) -> dict[str, Any]:
    """Return what a phone told; nothing where it is none of our messages."""
    try:
        told = json.loads(text or "")
    except ValueError:
        return {}
    return (
        {name: told[name] for name in ("type", "phone") if name in told}
        if isinstance(told, dict)
        else {}
    )
