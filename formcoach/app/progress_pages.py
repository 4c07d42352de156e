"""Progress, sessions and the sheet for a physiotherapist as pages, over what the terminal uses."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from formcoach.app.render import page, phrases_of, profile_of, state_of
from formcoach.app.videos import REPORT_POLICY
from formcoach.errors import StoreError, UsageError
from formcoach.history.digest import SessionFilter
from formcoach.history.pages import PICTURE_SHEET, picture_words, progress_parts
from formcoach.history.physio import physio_page
from formcoach.history.queries import Progress, period_of, progress, session
from formcoach.history.session_files import files_of
from formcoach.history.session_folders import session_folders
from formcoach.history.stored import StoredSession
from formcoach.history.stored_sets import stored_page_sets
from formcoach.history.wording import COLUMNS, name_of
from formcoach.results.report import render_report
from formcoach.system.local_time import local_now
from formcoach.words.times import when_words

__all__ = ["progress_routes"]

SESSION_PAGE = "/sessions/"


def progress_routes() -> list[BaseRoute]:
    """Return the routes of these pages."""
    return [
        Route("/progress", show),
        Route("/progress/physio.html", for_physio),
        Route("/progress/pictures.css", pictures),
        Route("/sessions/{number:int}", one_session),
        Route("/sessions/{number:int}/report.html", report),
        Route("/sessions/{number:int}/{film}", film),
    ]


def show(request: Request) -> Response:
    """Show how practice went over a period: days, weeks, each exercise, and every session."""
    phrases = phrases_of(request)
    try:
        found = _found(request)
    except UsageError:
        found = progress(state_of(request).notebook.history, period_of(SessionFilter()))
        wrong = phrases.text("app.progress.wrong_period")
    else:
        wrong = ""
    return page(
        request,
        "progress",
        **progress_parts(found, phrases) | picture_words(phrases, SESSION_PAGE),
        names=COLUMNS,
        wrong=wrong,
        query=f"since={found.since}&until={found.until}",
    )


def _found(request: Request) -> Progress:
    """Return what the address asks for; the last twelve weeks where it names no period.

    Raises:
        UsageError: a day is none, or the days are exchanged.
    """
    days: list[date | None] = []
    for name in ("since", "until"):
        told = request.query_params.get(name, "")
        try:
            days.append(date.fromisoformat(told) if told else None)
        except ValueError as error:
            raise UsageError(f"{name}: no day; write it as 2026-03-31") from error
    wanted = period_of(SessionFilter(since=days[0], until=days[1]))
    return progress(state_of(request).notebook.history, wanted)


def for_physio(request: Request) -> Response:
    """Return the two pages for a physiotherapist, to be printed."""
    notebook = state_of(request).notebook
    found = _found(request)
    folders = session_folders(notebook.history, {row.id for row in found.sessions})
    text = physio_page(
        found, notebook.given_plan, profile_of(request), phrases_of(request), folders
    )
    return HTMLResponse(text, headers={"content-security-policy": REPORT_POLICY})


def pictures(request: Request) -> Response:
    """Return the style of the pictures, the same as in the page that is written to a file."""
    return FileResponse(PICTURE_SHEET, media_type="text/css")


def one_session(request: Request) -> Response:
    """Show one practice, rep by rep."""
    kept = _kept(request)
    if kept is None:
        return _none(request)
    phrases = phrases_of(request)
    return page(
        request,
        "session",
        number=kept.id,
        title=name_of(kept.exercise, kept.level, phrases),
        when=when_words(kept.started_at, local_now(), phrases),
        sets=kept.sets,
        fault=lambda fault: phrases.text_or(f"fault.{fault}", fault),
        here="progress",
    )


def report(request: Request) -> Response:
    """Return the report of a kept session, as `formcoach report` writes it."""
    kept = _kept(request)
    if kept is None:
        return _none(request)
    phrases = phrases_of(request)
    sets, _ = stored_page_sets(state_of(request).notebook.history, kept, phrases)
    text = render_report(sets, phrases, session=kept.id)
    return HTMLResponse(text, headers={"content-security-policy": REPORT_POLICY})


def film(request: Request) -> Response:
    """Return the film of a kept session, by the name its report calls it."""
    kept = _kept(request)
    known = None if kept is None else files_of(state_of(request).notebook.history, kept.id).film
    path = None if known is None else Path(known)
    if path is None or path.name != request.path_params["film"] or not path.is_file():
        return _none(request)
    return FileResponse(path, media_type="video/mp4")


def _kept(request: Request) -> StoredSession | None:
    with suppress(StoreError):
        return session(state_of(request).notebook.history, request.path_params["number"])
    return None


def _none(request: Request) -> Response:
    return page(request, "message", 404, title="app.none_title", text="app.none_text", here="")
