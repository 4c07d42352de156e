"""The queue of videos to analyse: one at a time, in a process of its own, kept over restarts."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

import msgspec

from formcoach.errors import FormCoachError, OutputError, SourceError

if TYPE_CHECKING:  # a connection is only named here
    from multiprocessing.connection import Connection

__all__ = ["Job", "Outcome", "Run", "State", "VideoQueue", "run_in_process"]

QUEUE, INBOX, RESULTS = "queue.json", "inbox", "results"
MAX_JOBS = 200
MAX_NAME = 120
POLL_S = 0.2
ENDING_S = 5.0
UNSAFE = re.compile(r"[^\w .()-]+")


class State(StrEnum):
    """How far a video is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(msgspec.Struct, kw_only=True):
    """One video.

    Attributes:
        id: its secret-free name on the disk and in addresses.
        name: what the person called the file; shown, never used as a path.
        exercise: id of the exercise; None to recognise it.
        lang: the language of its report.
        state: how far it is.
        done, total: frames.
        why: what failed, in one line.
        started_s: when it began, on the monotonic clock; 0 before.
    """

    id: str
    name: str
    exercise: str | None = None
    lang: str = "en"
    state: State = State.WAITING
    done: int = 0
    total: int | None = None
    why: str = ""
    started_s: float = 0.0

    def left_s(self, now_s: float) -> float | None:
        """Return how long it will still take; None while that is not known."""
        if self.state is not State.RUNNING or not self.total or self.done < 10:
            return None
        return (now_s - self.started_s) / self.done * max(0, self.total - self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an analysis ended: with nothing to say, or with why it failed."""

    why: str = ""


Told = Callable[[int, int | None], None]
Run = Callable[[Job, Path, Path, str, Told, Callable[[], bool]], Outcome]
"""Analyses a job's file into a folder with a model, tells of progress, looks whether to stop."""


class VideoQueue:
    """Analyses videos one after the other, whether or not anybody looks on.

    Args:
        folder: where videos, results and the queue itself are kept.
        model: lite, full, heavy, or a bundle's path.
        run: analyses one; in a process of its own if not given.
    """

    def __init__(self, folder: Path, model: str = "full", run: Run | None = None) -> None:
        self._folder = folder
        self._model = model
        self._run = run_in_process if run is None else run
        self._bell = Condition()
        self._closing = False
        self._dropped: set[str] = set()
        for name in (INBOX, RESULTS):
            (folder / name).mkdir(exist_ok=True)
        self._jobs = self._read()
        self._thread = Thread(target=self._work, name="formcoach-videos", daemon=True)
        self._thread.start()

    @property
    def results(self) -> Path:
        """Where each result has a folder of its own, by the job's id."""
        return self._folder / RESULTS

    def jobs(self) -> list[Job]:
        """Return all jobs, oldest first."""
        with self._bell:
            return [msgspec.structs.replace(job) for job in self._jobs]

    def inbox(self, job_id: str) -> Path:
        """Return where the video of a job goes."""
        return self._folder / INBOX / job_id

    def new_id(self) -> str:
        """Return an id that no job has."""
        return f"v{secrets.token_hex(8)}"

    def add(self, job_id: str, name: str, exercise: str | None, lang: str) -> Job:
        """Queue a video whose file is in the inbox.

        Raises:
            OutputError: the queue is full, or cannot be written.
        """
        name = UNSAFE.sub("_", name).strip()[-MAX_NAME:] or "video"
        job = Job(id=job_id, name=name, exercise=exercise, lang=lang)
        with self._bell:
            if len(self._jobs) >= MAX_JOBS:
                raise OutputError(f"{MAX_JOBS} videos are in the list; remove some first")
            self._jobs.append(job)
            self._write()
            self._bell.notify_all()
        return job

    def drop(self, job_id: str) -> None:
        """Take a video out of the list: stop it where it runs, and remove its files."""
        with self._bell:
            job = next((one for one in self._jobs if one.id == job_id), None)
            if job is None:
                return
            self._jobs.remove(job)
            self._dropped.add(job_id)
            self._write()
            running = job.state is State.RUNNING
            self._bell.notify_all()
        if not running:
            self._clear(job_id)

    def close(self) -> None:
        """Stop; what was under way begins again at the next start."""
        with self._bell:
            self._closing = True
            self._bell.notify_all()
        self._thread.join(2 * ENDING_S)

    def _work(self) -> None:
        for job in self._due():
            path, out = self.inbox(job.id), self.results / job.id
            shutil.rmtree(out, ignore_errors=True)
            job.started_s = time.monotonic()
            outcome = self._run(job, path, out, self._model, self._teller(job), self._stopper(job))
            if self._closing:
                return
            if job.id in self._dropped:
                self._clear(job.id)
                continue
            path.unlink(missing_ok=True)
            with self._bell:
                job.why = outcome.why
                job.state = State.FAILED if outcome.why else State.DONE
                self._write()

    def _due(self) -> Iterator[Job]:
        while True:
            with self._bell:
                self._bell.wait_for(lambda: self._closing or self._next() is not None)
                job = self._next()
                if self._closing or job is None:
                    return
                job.state = State.RUNNING
                self._write()
            yield job

    def _next(self) -> Job | None:
        return next((job for job in self._jobs if job.state is State.WAITING), None)

    def _teller(self, job: Job) -> Told:
        def tell(done: int, total: int | None) -> None:
            job.done, job.total = done, total

        return tell

    def _stopper(self, job: Job) -> Callable[[], bool]:
        return lambda: self._closing or job.id in self._dropped

    def _clear(self, job_id: str) -> None:
        self.inbox(job_id).unlink(missing_ok=True)
        shutil.rmtree(self.results / job_id, ignore_errors=True)

    def _read(self) -> list[Job]:
        """Return the queue of the last time; what was under way waits again."""
        try:
            jobs = msgspec.json.decode((self._folder / QUEUE).read_bytes(), type=list[Job])
        except (OSError, msgspec.MsgspecError):
            return []
        for job in jobs:
            if job.state is State.RUNNING:
                job.state, job.done = State.WAITING, 0
            if job.state is State.WAITING and not self.inbox(job.id).is_file():
                job.state, job.why = State.FAILED, "its file is gone; add the video again"
        return jobs

    def _write(self) -> None:
        path = self._folder / QUEUE
        part = path.with_suffix(".part")
        try:
            part.write_bytes(msgspec.json.encode(self._jobs))
            part.replace(path)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror})") from error


def run_in_process(
    job: Job, path: Path, out: Path, model: str, tell: Told, stop: Callable[[], bool]
) -> Outcome:
    """Analyse a video in a process of its own; end it where it is to stop."""
    context = get_context("spawn")  # the landmarker's threads do not survive a fork
    ours, theirs = context.Pipe(duplex=False)
    worker = context.Process(
        target=_analyse, args=(theirs, job.name, path, out, model, job.exercise, job.lang)
    )
    worker.start()
    theirs.close()
    outcome: Outcome | None = None
    try:
        while outcome is None and not stop():
            outcome = _heard(ours, tell)
    except EOFError:
        outcome = Outcome(why=f"{job.name}: its process ended; is there enough memory?")
    finally:
        if outcome is None:
            worker.terminate()
        worker.join(ENDING_S)
        if worker.is_alive():
            worker.kill()
            worker.join()
        ours.close()
    return outcome or Outcome(why="stopped")


def _heard(ours: "Connection[Any, Any]", tell: Told) -> Outcome | None:
    if not ours.poll(POLL_S):
        return None
    kind, *rest = ours.recv()
    if kind == "progress":
        tell(*rest)
        return None
    return Outcome(why=rest[0])


def _analyse(
    theirs: "Connection[Any, Any]",
    name: str,
    path: Path,
    out: Path,
    model: str,
    exercise: str | None,
    lang: str,
) -> None:
    """Analyse in a worker, which ends when its parent does."""
    Thread(target=_end_with_parent, daemon=True).start()
    from formcoach.commands.analyze import AnalyzeOptions, analyze_video

    options = AnalyzeOptions(exercise=exercise, out=out, lang=lang, model=model, title=name)
    why, last_s = "", 0.0

    def progress(done: int, total: int | None) -> None:
        nonlocal last_s
        if time.monotonic() - last_s > POLL_S:
            last_s = time.monotonic()
            theirs.send(("progress", done, total))

    try:
        analyze_video(path, options, progress, name="result")
    except SourceError as error:
        why = str(error).replace(str(path), name).replace(path.name, name)
    except FormCoachError as error:
        why = str(error)
    with suppress(OSError):
        theirs.send(("over", why))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
