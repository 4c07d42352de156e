"""Voice and counting on the page of settings."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from formcoach.app.render import form_of, phrases_of, state_of
from formcoach.app.settings import DOCUMENT, AppSettings, AppSpeaker, app_settings
from formcoach.errors import SpecError
from formcoach.voice.chimes import CountBy

__all__ = ["settings_routes", "voice_choices"]


def settings_routes() -> list[BaseRoute]:
    """Return the route that keeps them."""
    return [Route("/settings/voice", keep, methods=["POST"])]


def voice_choices(request: Request) -> dict[str, Any]:
    """Return what the page of settings needs to let the person choose."""
    phrases, present = phrases_of(request), app_settings(state_of(request).notebook)
    return {
        "present": present,
        "speakers": [(one.value, phrases.text(f"app.voice.{one.value}")) for one in AppSpeaker],
        "counts": [(one.value, phrases.text(f"app.voice.count_{one.value}")) for one in CountBy],
    }


async def keep(request: Request) -> Response:
    """Keep what was chosen."""
    form = {name: values[-1] for name, values in (await form_of(request)).items()}
    try:
        chosen = msgspec.convert(form, AppSettings)
    except msgspec.ValidationError as error:
        raise SpecError(f"a choice that there is not ({error}); choose one on the page") from error
    state_of(request).notebook.history.put_document(DOCUMENT, chosen)
    return RedirectResponse("/settings", 303)
