"""Who may talk to the server: this machine's own browser, from our own pages, with our token.

A page of another site can make a browser send requests to a server on this machine. So the name the
server was called by (Host, against DNS rebinding), the page a request comes from (Origin, against
posts and sockets of other sites) and a cookie that was handed out for the token are all checked.
"""

import hmac
from collections.abc import Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEALTH", "PAGE_POLICY", "Guard", "addresses_of"]

HEALTH = "/healthz"
OPEN_TO_ALL = ("/static/",)
"""Style and scripts: no secret, and the page of a refused request may need them."""
SAFE = ("GET", "HEAD")
YEAR_S = 365 * 24 * 3600

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": PAGE_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # with no-referrer, Chromium posts our forms as origin null
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
REFUSED = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>FormCoach</title>
<link rel="stylesheet" href="/static/app.css"></head><body class="plain"><main>
<h1>This page needs the key of today's FormCoach</h1>
<p>Open FormCoach again: start it, and it opens the right page. Or use the whole address that it
prints, which ends in <code>?token=...</code>.</p>
<p lang="nl">Open FormCoach opnieuw: start het, en de goede pagina opent. Of gebruik het hele adres
dat het toont, dat eindigt op <code>?token=...</code>.</p></main></body></html>"""


def addresses_of(host: str, port: int, scheme: str = "http") -> tuple[set[str], set[str]]:
    """Return the names a server may be called by, and the origins its pages have.

    Args:
        host: the address it listens on.
        port: its port.
        scheme: http or https.
    """
    names = {host, "localhost"} if host == "127.0.0.1" else {host}
    hosts = {f"{name}:{port}" for name in names}
    return hosts, {f"{scheme}://{name}" for name in hosts}


class Guard:
    """Refuses what does not come from our own pages in a browser that was given the token.

    Args:
        app: what is guarded.
        token: the secret of the first address.
        hosts: the names it may be called by, with the port.
        origins: the origins of our own pages.
        cookie: the cookie's name; one for each port, since ports share cookies.
        secure: whether the cookie is for https alone.
        refused: the page for who has no key.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        token: str,
        hosts: Iterable[str],
        origins: Iterable[str],
        cookie: str,
        secure: bool = False,
        refused: str = REFUSED,
    ) -> None:
        self._app = app
        self._token = token
        self._hosts, self._origins = frozenset(hosts), frozenset(origins)
        self._cookie = cookie
        self._secure = secure
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        sending = _with_headers(send)
        refused = self._refusal(scope)
        if refused is None:
            await self._app(scope, receive, sending)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, sending)

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to what goes no further; None for what may."""
        headers = Headers(scope=scope)
        if headers.getlist("host") == [] or not set(headers.getlist("host")) <= self._hosts:
            return PlainTextResponse("called by another name than its own\n", 421)
        path = scope["path"]
        if path == HEALTH or path.startswith(OPEN_TO_ALL):
            return None
        if not self._is_from_us(scope, headers):
            return PlainTextResponse("refused: this came from another site\n", 403)
        asked = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        if scope["type"] == "http" and "token" in asked:
            return self._let_in(scope, asked)
        return None if self._knows(headers) else HTMLResponse(self._refused, 403)

    def _is_from_us(self, scope: Scope, headers: Headers) -> bool:
        """Say whether it is a mere look, or comes from one of our own pages."""
        if scope["type"] == "http" and scope["method"] in SAFE:
            return True
        if headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        return headers.getlist("origin") != [] and set(headers.getlist("origin")) <= self._origins

    def _let_in(self, scope: Scope, asked: MutableMapping[str, str]) -> Response:
        """Turn the token of the first address into a cookie, and the address into a plain one."""
        if not self._is_token(asked.pop("token")):
            return HTMLResponse(self._refused, 403)
        way = scope["path"] + (f"?{urlencode(asked)}" if asked else "")
        answer = RedirectResponse("/" + way.lstrip("/\\"), 303)
        answer.set_cookie(
            self._cookie,
            self._token,
            max_age=YEAR_S,
            httponly=True,
            secure=self._secure,
            samesite="strict",
        )
        return answer

    def _knows(self, headers: Headers) -> bool:
        try:
            cookies: SimpleCookie = SimpleCookie(headers.get("cookie", ""))
        except CookieError:
            return False
        return self._cookie in cookies and self._is_token(cookies[self._cookie].value)

    def _is_token(self, told: str) -> bool:
        return hmac.compare_digest(told.encode("utf-8", "replace"), self._token.encode())


def _with_headers(send: Send) -> Send:
    """Add our headers to an answer, where it has none of its own by that name."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            given: list[Any] = list(message.get("headers", ()))
            names = {name.lower() for name, _ in given}
            ours = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": given + [h for h in ours if h[0] not in names]}
        await send(message)

    return sending
