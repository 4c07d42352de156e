"""Try a video: files in, the queue on the page, reports out."""

import asyncio
import os
import shutil
import time
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from formcoach.app.jobs import Job, State
from formcoach.app.render import lang_of, page, phrases_of, state_of
from formcoach.errors import OutputError
from formcoach.exercises.library import exercise_ids
from formcoach.words.phrases import Phrases

__all__ = [
    "KINDS",
    "MAX_BYTES",
    "MAX_GB",
    "REPORT_POLICY",
    "exercise_names",
    "file_answer",
    "upload",
    "video_routes",
]

MAX_GB = 4
"""One upload at most. A phone's half hour in full HD is about that. Proposal."""
MAX_BYTES = MAX_GB * 1024**3
SPARE_BYTES = 500_000_000
"""So much room stays on the disk: the results need some as well. Proposal."""
KINDS = ("mp4", "mov", "m4v", "webm", "avi", "mkv", "mpg", "mpeg", "3gp", "mjpeg", "y4m", "ts")
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src 'self' data:; media-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""A report has its style, and the words that link chart and video, in itself."""
SERVED = {
    "report.html": "text/html; charset=utf-8",
    "annotated.mp4": "video/mp4",
    "summary.json": "application/json",
    "reps.csv": "text/csv; charset=utf-8",
    "signals.csv": "text/csv; charset=utf-8",
}
"""All that is ever served of a result; what a request names is only looked up here."""


def video_routes() -> list[BaseRoute]:
    """Return the routes of this page."""
    return [
        Route("/video", show),
        Route("/video/list", listed),
        Route("/video/upload", upload, methods=["POST"]),
        Route("/video/{job}/remove", remove, methods=["POST"]),
        Route("/video/{job}/{file}", result),
    ]


def show(request: Request) -> Response:
    """Show where to drop videos, and how far they are."""
    phrases = phrases_of(request)
    jobs = [_shown(job, phrases) for job in state_of(request).queue.jobs()]
    return page(
        request,
        "video",
        max_gb=MAX_GB,
        max_bytes=MAX_BYTES,
        kinds=KINDS,
        exercises=exercise_names(phrases),
        jobs=list(reversed(jobs)),
    )


def exercise_names(phrases: Phrases) -> list[tuple[str, str]]:
    """Return every exercise's id and name."""
    return [(name, phrases.text_or(f"exercise.{name}", name)) for name in exercise_ids()]


async def listed(request: Request) -> Response:
    """Return the queue, newest first."""
    phrases = phrases_of(request)
    jobs = [_shown(job, phrases) for job in state_of(request).queue.jobs()]
    return JSONResponse(list(reversed(jobs)))


def _shown(job: Job, phrases: Phrases) -> dict[str, Any]:
    left_s = job.left_s(time.monotonic())
    share = 0.0 if not job.total else min(1.0, job.done / job.total)
    state = phrases.text(f"app.video.{job.state.value}")
    if left_s is not None:
        state += f". {phrases.text('app.video.left', left=_long(left_s, phrases))}"
    return {
        "id": job.id,
        "name": job.name,
        "state": job.state.value,
        "words": state,
        "share": round(share, 3),
        "why": job.why,
        "report": f"/video/{job.id}/report.html" if job.state is State.DONE else None,
    }


def _long(left_s: float, phrases: Phrases) -> str:
    if left_s < 90.0:
        return phrases.text("app.video.seconds", n=max(5, round(left_s / 5.0) * 5))
    return phrases.text("app.video.minutes", n=round(left_s / 60.0))


async def upload(request: Request) -> Response:
    """Take one file, streamed to the disk, and queue it."""
    phrases, queue = phrases_of(request), state_of(request).queue
    name = Path(unquote(request.headers.get("x-file-name", ""))).name
    if name.rpartition(".")[2].lower() not in KINDS:
        return _refused(phrases.text("app.video.not_video"), 415)
    told = request.headers.get("content-length", "")
    expected = int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0
    if expected > MAX_BYTES:
        return _refused(phrases.text("app.video.too_large", n=MAX_GB), 413)
    if shutil.disk_usage(queue.results).free < expected + SPARE_BYTES:
        return _refused(phrases.text("app.video.no_room"), 507)
    exercise = request.query_params.get("exercise")
    known = exercise if exercise in exercise_ids() else None
    job_id = queue.new_id()
    path = queue.inbox(job_id)
    try:
        refused = await _receive(request, path, phrases)
        if refused is None:
            await asyncio.to_thread(queue.add, job_id, name, known, lang_of(request))
            return JSONResponse({"id": job_id})
    except (ClientDisconnect, OSError, OutputError) as error:
        path.unlink(missing_ok=True)
        text = str(error) if isinstance(error, OutputError) else ""
        return _refused(text or phrases.text("app.video.upload_failed"), 400)
    path.unlink(missing_ok=True)
    return refused


async def _receive(request: Request, path: Path, phrases: Phrases) -> Response | None:
    """Write what comes; return the answer where it is too much or nothing."""
    received = 0
    with path.open("wb") as file:
        async for chunk in request.stream():
            received += len(chunk)
            if received > MAX_BYTES:
                return _refused(phrases.text("app.video.too_large", n=MAX_GB), 413)
            await _write(file, chunk)
        await asyncio.to_thread(os.fsync, file.fileno())
    return None if received else _refused(phrases.text("app.video.not_video"), 415)


async def _write(file: IO[bytes], chunk: bytes) -> None:
    await asyncio.to_thread(file.write, chunk)


def _refused(text: str, status: int) -> Response:
    return JSONResponse({"error": text}, status)


def remove(request: Request) -> Response:
    """Stop a video and take it out of the list, with its result."""
    state_of(request).queue.drop(request.path_params["job"])
    return JSONResponse({})


def result(request: Request) -> Response:
    """Return a file of a finished result."""
    queue = state_of(request).queue
    wanted = request.path_params["job"]
    done = {job.id for job in queue.jobs() if job.state is State.DONE}
    job_id = next((one for one in done if one == wanted), None)
    folder = None if job_id is None else queue.results / job_id / "result"
    return file_answer(request, folder, request.path_params["file"])


def file_answer(request: Request, folder: Path | None, wanted: str) -> Response:
    """Return one of the files of a result, by a name that is only looked up.

    Args:
        request: what was asked for.
        folder: the result's folder; None where there is none.
        wanted: the name of the file.
    """
    name = next((one for one in SERVED if one == wanted), None)
    if folder is None or name is None or not (folder / name).is_file():
        return page(request, "message", 404, title="app.none_title", text="app.none_text", here="")
    headers = {"content-security-policy": REPORT_POLICY} if name == "report.html" else None
    return FileResponse(folder / name, media_type=SERVED[name], headers=headers)
