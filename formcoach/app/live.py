"""The live pages: choosing an exercise, the session's page, its socket, its sounds and reports."""

import asyncio
import json
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from formcoach.app.exercise_pages import level_part
from formcoach.app.mailbox import Mailbox
from formcoach.app.render import lang_of, page, phrases_of, profile_of, state_of
from formcoach.app.room import BROWSER, PHONE, LiveRoom, Wanted
from formcoach.app.state import AppState
from formcoach.app.videos import exercise_names, file_answer
from formcoach.errors import SpecError
from formcoach.exercises.library import exercise_id, exercise_ids, load_exercise
from formcoach.picture.window import Key
from formcoach.words.phrases import Phrases
from formcoach.words.titles import title_of

__all__ = ["levels_of", "live_routes"]

MAX_REPS, MAX_SETS = 300, 10
USUAL_REPS = 5


def live_routes() -> list[BaseRoute]:
    """Return the routes of these pages."""
    return [
        Route("/try", choose),
        Route("/live", show),
        WebSocketRoute("/live/socket", socket),
        Route("/live/sound/{number:int}", sound),
        Route("/live/report/{session}/{number:int}/{file}", report),
    ]


def choose(request: Request) -> Response:
    """Let the person choose an exercise to try."""
    phrases = phrases_of(request)
    names = [(name, title, levels_of(name, phrases)) for name, title in exercise_names(phrases)]
    wanted = request.query_params.get("exercise", "hip_flexion")
    return page(request, "try", exercises=names, wanted=wanted, usual=USUAL_REPS)


def levels_of(exercise: str, phrases: Phrases) -> list[tuple[str, str]]:
    """Return each level's id and title."""
    spec = load_exercise(exercise)
    return [(level.id, title_of(spec, level, phrases)) for level in spec.levels]


def show(request: Request) -> Response:
    """Show the session's page; it begins with a button, so that the page may make sounds."""
    asked = request.query_params
    profile = profile_of(request)
    camera = "0" if profile is None or "/" in profile.camera else profile.camera
    chosen, _, rung = asked.get("choice", "").partition("/")
    exercise, level = _wanted_of(chosen or asked.get("exercise"), rung or asked.get("level"))
    phrases = phrases_of(request)
    phone = state_of(request).phone
    title, shown = phrases.text("app.place.today"), None
    if exercise is not None:
        spec = load_exercise(exercise)
        title = title_of(spec, spec.level(level), phrases)
        shown = level_part(spec, spec.level(level), phrases)
    return page(
        request,
        "live",
        title=title,
        shown=shown,
        exercise=exercise or "",
        level=level or "",
        reps=_number(asked.get("reps"), MAX_REPS) or "",
        sets=_number(asked.get("sets"), MAX_SETS) or 1,
        camera=camera,
        phone=None if phone is None else phone.state.value,
        here="try" if exercise else "today",
    )


def _wanted_of(exercise: str | None, choice: str | None) -> tuple[str | None, str | None]:
    """Return an exercise and level there are; what is none is left out."""
    exercise = None if exercise is None else exercise_id(exercise)
    if exercise not in exercise_ids() or exercise is None:
        return None, None
    try:
        return exercise, load_exercise(exercise).level(choice or None).id or None
    except SpecError:
        return exercise, None


def _number(text: str | None, most: int) -> int | None:
    if text is None or not (text.isascii() and text.isdigit() and len(text) < 6):
        return None
    return min(most, int(text)) or None


def sound(request: Request) -> Response:
    """Return what was said, to be played."""
    data = state_of(request).room.sound(request.path_params["number"])
    if data is None:
        return Response(status_code=404)
    return Response(data, media_type="audio/wav")


def report(request: Request) -> Response:
    """Return a file of a session's set."""
    results = state_of(request).queue.results
    wanted, number = request.path_params["session"], request.path_params["number"]
    own = next((one for one in results.iterdir() if one.name == wanted and one.is_dir()), None)
    sets = [] if own is None else sorted(own.glob("*/set-*"))
    folder = sets[number - 1] if 0 < number <= len(sets) else None
    return file_answer(request, folder, request.path_params["file"])


async def socket(websocket: WebSocket) -> None:
    """Connect a page with the session: pictures, words and questions out, keys and answers in."""
    state: AppState = websocket.app.state.formcoach
    room = state.room
    await websocket.accept()
    mailbox = Mailbox(asyncio.get_running_loop(), pictures=room.source != BROWSER)
    if not room.attach(mailbox):
        await websocket.send_json({"type": "busy"})
        if not await _takes_over(websocket):
            return
        await asyncio.to_thread(room.turn_out)
        room.attach(mailbox)
    mailbox.post({"type": "state", "running": room.running, "source": room.source})
    sending = asyncio.create_task(_send(websocket, mailbox))
    try:
        await _receive(websocket, room, mailbox)
    finally:
        room.detach(mailbox)
        mailbox.close()
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def _takes_over(websocket: WebSocket) -> bool:
    """Wait until a second tab wants the session; False where it goes instead."""
    with suppress(WebSocketDisconnect):
        while True:
            message = await websocket.receive()
            if message["type"] == "websocket.disconnect":
                return False
            if _told(message.get("text")).get("type") == "take":
                return True
    return False


async def _send(websocket: WebSocket, mailbox: Mailbox) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while (message := await mailbox.next()) is not None:
            if isinstance(message, bytes):
                await websocket.send_bytes(message)
            else:
                await websocket.send_text(message)
        await websocket.close()


async def _receive(websocket: WebSocket, room: LiveRoom, mailbox: Mailbox) -> None:
    while True:
        message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            return
        data = message.get("bytes")
        if data is not None:
            room.push(data, BROWSER)
            continue
        told = _told(message.get("text"))
        kind = told.get("type")
        if kind == "took":
            mailbox.took()
        elif kind == "begin":
            await _begin(websocket, room, mailbox, told)
        elif kind == "answer":
            room.answer(str(told.get("value", ""))[:40])
        elif kind == "key" and told.get("key") in set(Key):
            room.press(Key(told["key"]))


async def _begin(
    websocket: WebSocket, room: LiveRoom, mailbox: Mailbox, told: dict[str, Any]
) -> None:
    source = str(told.get("source", BROWSER))
    state: AppState = websocket.app.state.formcoach
    pushed = source == BROWSER or (source == PHONE and state.phone is not None)
    if not pushed and not (source.isascii() and source.isdigit()):
        profile = state.notebook.profile
        source = "0" if profile is None else profile.camera
    exercise, level = _wanted_of(told.get("exercise"), told.get("level"))
    lang = await asyncio.to_thread(lang_of, websocket)
    wanted = Wanted(
        source=source,
        exercise=exercise,
        level=level,
        reps=_number(str(told.get("reps", "")), MAX_REPS),
        sets=_number(str(told.get("sets", "")), MAX_SETS) or 1,
        lang=lang,
    )
    mailbox.pictures = source != BROWSER
    room.begin(wanted)


def _told(text: str | None) -> dict[str, Any]:
    """Return what a page told; nothing where it is none of our messages."""
    try:
        told = json.loads(text or "")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
