"""The plan as pages: a physiotherapist's, taken in, shown, given out and let go; and the ladder."""

from pathlib import Path
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from formcoach.app.render import page, phrases_of, profile_of, state_of
from formcoach.commands.daily.programme_view import ladder_rows
from formcoach.commands.past.plan_file import MAX_BYTES, plan_toml
from formcoach.errors import SpecError
from formcoach.programme.given import parse_plan
from formcoach.programme.profile import Profile, Prop
from formcoach.programme.progression import standing_of
from formcoach.system.local_time import local_now
from formcoach.words.given_plan import plan_lines

__all__ = ["plan_routes"]


def plan_routes() -> list[BaseRoute]:
    """Return the routes of these pages."""
    return [
        Route("/plan", show),
        Route("/plan/plan.toml", export),
        Route("/plan/import", take_in, methods=["POST"]),
        Route("/plan/clear", clear, methods=["POST"]),
    ]


def show(request: Request) -> Response:
    """Show the physiotherapist's plan where there is one, and the ladder."""
    phrases, notebook = phrases_of(request), state_of(request).notebook
    profile = profile_of(request) or Profile(props=frozenset(Prop))
    standing = standing_of(profile, notebook.results(local_now()))
    given = notebook.given_plan
    lines = [] if given is None else [*plan_lines(given, phrases)]
    return page(request, "plan", given=lines, tracks=ladder_rows(profile, standing, phrases))


async def take_in(request: Request) -> Response:
    """Take a plan in from a file of the person's; say what is wrong with one that is not valid."""
    name = Path(unquote(request.headers.get("x-file-name", ""))).name or "plan.toml"
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            text = phrases_of(request).text("given.app.too_large")
            return JSONResponse({"error": f"{name}: {text}"}, 413)
    try:
        plan = parse_plan(bytes(body), name)
    except SpecError as error:
        return JSONResponse({"error": str(error)}, 400)
    state_of(request).notebook.put_given_plan(plan)
    return JSONResponse({})


def export(request: Request) -> Response:
    """Return the physiotherapist's plan as the file it can be taken in from again."""
    plan = state_of(request).notebook.given_plan
    if plan is None:
        return page(request, "message", 404, title="app.none_title", text="given.none", here="plan")
    headers = {"content-disposition": "attachment; filename=plan.toml"}
    return Response(plan_toml(plan), media_type="application/toml", headers=headers)


def clear(request: Request) -> Response:
    """Let the physiotherapist's plan go; the ladder is followed again."""
    state_of(request).notebook.drop_given_plan()
    return RedirectResponse("/plan", 303)
