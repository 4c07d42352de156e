"""Several recordings in one call: in turn or at once, with progress, and one bad one stops none."""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from math import inf, isfinite
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from formcoach.capture.file.timestamps import Pace
from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.commands.choosing import candidates
from formcoach.commands.cluster import cluster_pool
from formcoach.commands.console import (
    FAILED,
    INTERRUPTED,
    fail,
    guarded,
    say,
    show_analysis,
    status_of,
    terminal,
)
from formcoach.commands.manifest import Manifest
from formcoach.commands.many import Result, Task, run_all, unexpected
from formcoach.commands.replay import replay_trace
from formcoach.errors import FormCoachError, UsageError
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.results.folder import FolderNames, folder_name, plain_name
from formcoach.system.paths import PathKind, what_is_at
from formcoach.system.stopping import Interrupts, counting_interrupts
from formcoach.system.workers import Workers
from formcoach.words.phrases import load_phrases

__all__ = ["run_analyses", "run_replays"]

MIN_RATE, MAX_RATE = 1.0, 1000.0
MAX_SPEED = 100.0

Results = Iterator[tuple[Task, Result]]


def run_analyses(
    videos: Sequence[Path],
    options: AnalyzeOptions,
    jobs: int | None = None,
    *,
    resume: bool = False,
    cluster: str | None = None,
) -> int:
    """Analyse videos and show what came of each; return the exit status.

    A video that cannot be analysed is told in one line on stderr and does not stop the others.

    Args:
        videos: the recordings.
        options: how to analyse each.
        jobs: how many processes to use; None for as many as the machine has cores.
        resume: whether to leave out what an earlier call with it has done.
        cluster: the address of a Dask scheduler whose workers do it; None for this machine.
    """
    jobs = jobs or os.cpu_count() or 1
    with guarded():
        _check_span(options.start_s, options.end_s)
        _check_pace(options.pace)
        _check_out(options.out)
        if options.voice and not options.video:
            raise UsageError("--voice speaks in the annotated copy; leave out --no-video")
        candidates(options.exercise, options.level)
        phrases = load_phrases(options.lang)
        find_model(options.model)
    console, status, done = terminal(), 0, set[Path]()
    videos = _each_once(videos)
    with _made_by_us(options.out), counting_interrupts(signal.SIGTERM) as asked:
        with guarded():
            manifest = Manifest(options.out, options) if resume else None
            tasks = _tasks(videos, manifest)
            run = _runner(tasks, options, jobs, cluster)
        for task, result in _in_order(tasks, _noted(run(asked), manifest)):
            done.add(task.path)
            if isinstance(result, FormCoachError):
                fail(result)
                status = FAILED
            else:
                show_analysis(console, plain_name(task.path), result, phrases)
        if not asked():
            return status
    left = ", ".join(plain_name(task.path) for task in tasks if task.path not in done)
    if left:
        say(f"stopped; not analysed: {left}")
    return INTERRUPTED


def run_replays(
    traces: Sequence[Path],
    exercise: str | None,
    level: str | None,
    out: Path,
    lang: str,
    fps: float | None = None,
) -> int:
    """Replay traces and show what came of each; return the exit status."""
    with guarded():
        _check_out(out)
        if level is None or exercise is not None:
            candidates(exercise, level)
        phrases = load_phrases(lang)
    console, names, status = terminal(), FolderNames(), 0
    with _made_by_us(out):
        for path in traces:
            try:
                analysis = replay_trace(
                    path, exercise=exercise, level=level, out=out, lang=lang, names=names, fps=fps
                )
            except FormCoachError as error:
                fail(error)
                status = max(status, status_of(error))  # such as a level of no exercise
            else:
                show_analysis(console, str(analysis.tree["video"]), analysis, phrases)
    return status


def _each_once(videos: Sequence[Path]) -> list[Path]:
    """Return the videos without those that are another one by another name, and say so."""
    known: dict[str, Path] = {}
    for path in videos:
        first = known.setdefault(os.path.realpath(path), path)
        if first is not path:
            say(f"{path}: the same file as {first}; it is analysed once")
    return list(known.values())


def _check_span(start_s: float | None, end_s: float | None) -> None:
    """Raise UsageError where no video can have such a stretch."""
    if start_s is not None and not (isfinite(start_s) and start_s >= 0.0):
        raise UsageError(f"--start is {start_s:g}; give seconds from the beginning, 0 or more")
    if end_s == inf:
        raise UsageError("--end is inf; give seconds, or leave it out to go on to the end")
    if end_s is not None and not (isfinite(end_s) and end_s > (start_s or 0.0)):
        raise UsageError(f"--end is {end_s:g}; give seconds after --start ({start_s or 0.0:g})")


def _check_pace(pace: Pace) -> None:
    """Raise UsageError where no video can have such a rate or speed."""
    if pace.fps is not None and not MIN_RATE <= pace.fps <= MAX_RATE:
        raise UsageError(f"--fps is {pace.fps:g}; give frames a second, 1 to 1000")
    if not 1.0 / MAX_SPEED <= pace.speed <= MAX_SPEED:
        raise UsageError(
            f"--speed is {pace.speed:g}; give how many times slower it plays, 0.01 to 100"
        )


def _check_out(out: Path) -> None:
    """Raise UsageError where no folder can be made."""
    for path in (out, *out.parents):
        if what_is_at(path) is PathKind.FILE:
            raise UsageError(f"--out {out}: {path} is a file; name a folder")


@contextmanager
def _made_by_us(out: Path) -> Iterator[None]:
    """Leave no empty folder where there was none before."""
    existed = what_is_at(out) is not PathKind.NOTHING
    try:
        yield
    finally:
        if not existed:
            with suppress(OSError):
                out.rmdir()  # fails where there is something in it


def _noted(results: Results, manifest: Manifest | None) -> Results:
    """Note what is done as soon as it is."""
    for task, result in results:
        if (
            manifest is not None
            and not isinstance(result, FormCoachError)
            and not result.tree["interrupted"]
        ):
            try:
                manifest.add(task.path, task.name)
            except FormCoachError as error:
                fail(error)
        yield task, result


def _in_order(tasks: Sequence[Task], results: Results) -> Results:
    """Give results in the order of the tasks; at the end those that come after a missing one."""
    early: dict[Task, Result] = {}
    awaited = deque(tasks)
    for task, result in results:
        early[task] = result
        while awaited and awaited[0] in early:
            yield awaited[0], early.pop(awaited.popleft())
    yield from ((task, early[task]) for task in tasks if task in early)


def _tasks(videos: Sequence[Path], manifest: Manifest | None) -> list[Task]:
    """Name each video's folder; leave out what is done, and say so."""
    names = FolderNames()
    done = {path: manifest.folder_of(path) for path in videos} if manifest is not None else {}
    for folder in done.values():
        if folder is not None:
            names.take(folder)
    left = [path for path in videos if done.get(path) is None]
    if len(left) < len(videos):
        say(f"{len(videos) - len(left)} of {len(videos)} are done already")
    return [Task(path=path, name=names.take(folder_name(path.name))) for path in left]


def _runner(
    tasks: Sequence[Task], options: AnalyzeOptions, jobs: int, cluster: str | None
) -> Callable[[Interrupts], Results]:
    """Return what runs them: this process, several, or a cluster."""
    if cluster is not None:
        make_pool, jobs = cluster_pool(cluster)
        shared = replace(options, out=options.out.absolute())
        there = [Task(path=task.path.absolute(), name=task.name) for task in tasks]
        known = {one.path: task for one, task in zip(there, tasks, strict=True)}

        def run_there(asked: Interrupts) -> Results:
            with _bar(f"{len(tasks)} videos") as advance:
                results = run_all(there, shared, make_pool, jobs, asked)
                for done, (task, result) in enumerate(results, start=1):
                    yield known[task.path], result
                    advance(done, len(tasks))

        return run_there
    if len(tasks) == 1:
        return partial(_run_here, tasks[0], replace(options, jobs=jobs))
    return partial(_run_side_by_side, tasks, options, jobs)


def _run_here(task: Task, options: AnalyzeOptions, asked: Interrupts) -> Results:
    """Analyse a single video in this process, which may let others look at parts of it."""
    if asked():
        return
    with _bar(plain_name(task.path)) as advance:
        try:
            result: Result = analyze_video(task.path, options, advance, name=task.name, asked=asked)
        except FormCoachError as error:
            result = error
        except Exception as error:  # noqa: BLE001 - it is this video's line, and no traceback
            result = unexpected(task, error)
    yield task, result


def _run_side_by_side(
    tasks: Sequence[Task], options: AnalyzeOptions, jobs: int, asked: Interrupts
) -> Results:
    workers = Workers()
    asked.heard = workers.pass_on
    with _bar(f"{len(tasks)} videos") as advance:
        advance(0, len(tasks))
        results = run_all(tasks, options, workers.pool, min(jobs, len(tasks) or 1), asked)
        for done, (task, result) in enumerate(results, start=1):
            yield task, result
            advance(done, len(tasks))


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """Show a bar with the time left on stderr, where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not sys.stderr.isatty(),  # FORCE_COLOR makes no terminal of a file
    ) as bar:
        task = bar.add_task(escape(name), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
