"""Pages out of templates: words by id, in the person's language, everything escaped."""

from functools import cache
from typing import Any, cast
from urllib.parse import parse_qsl

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse

from formcoach.app.state import AppState
from formcoach.errors import DocumentError, StoreError, UsageError
from formcoach.programme.profile import Profile
from formcoach.words.phrases import Phrases, load_phrases

__all__ = [
    "browser_lang",
    "form_of",
    "lang_of",
    "page",
    "phrases_of",
    "profile_of",
    "rendered",
    "state_of",
]

MAX_FORM_BYTES = 20_000
PLACES = ("start", "today", "try", "video", "progress", "plan", "exercises", "settings")
"""The pages that each page leads to, in their order."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("formcoach.app", "templates"),
                PackageLoader("formcoach.history", "templates"),  # the pictures of progress
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def state_of(request: HTTPConnection) -> AppState:
    """Return what all pages share."""
    return cast(AppState, request.app.state.formcoach)


def profile_of(request: HTTPConnection) -> Profile | None:
    """Return what the person told; None before the set-up, or where it cannot be read."""
    try:
        return state_of(request).notebook.profile
    except (DocumentError, StoreError):
        return None


def lang_of(request: HTTPConnection) -> str:
    """Return the person's language: as told, or else the browser's where we speak it."""
    profile = profile_of(request)
    if profile is not None:
        return profile.lang
    return browser_lang(request)


def browser_lang(request: HTTPConnection) -> str:
    """Return the browser's language where we speak it, else English."""
    return "nl" if request.headers.get("accept-language", "").lower().startswith("nl") else "en"


def phrases_of(request: HTTPConnection) -> Phrases:
    """Return the words of the person's language."""
    return load_phrases(lang_of(request))


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page.

    Args:
        request: what was asked for.
        template: the name of its template, without its ending.
        status: the answer's status.
        context: what the template needs besides the words.
    """
    here = context.pop("here", template)
    text = rendered(template, phrases_of(request), places=PLACES, here=here, **context)
    return HTMLResponse(text, status)


def rendered(template: str, phrases: Phrases, **context: Any) -> str:
    """Return a template with its words.

    Args:
        template: its name, without its ending.
        phrases: the words.
        context: what it needs besides them.
    """
    shown = _environment().get_template(f"{template}.html")
    return shown.render(
        t=phrases.text, has=phrases.has, steps=phrases.steps, lang=phrases.lang, **context
    )


async def form_of(request: Request) -> dict[str, list[str]]:
    """Return the fields of a posted form.

    Raises:
        UsageError: it is larger than any of our forms.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise UsageError(f"a form of more than {MAX_FORM_BYTES} bytes; use the pages' own")
    fields: dict[str, list[str]] = {}
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=200)
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields
