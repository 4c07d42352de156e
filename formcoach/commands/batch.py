"""Several recordings in one call: in turn or at once, with progress, and one bad one stops none."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from ctypes import c_int
from functools import partial
from math import inf, isfinite
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Event, Lock, Thread

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from formcoach.capture.file.timestamps import Pace
from formcoach.commands.analyze import Analysis, AnalyzeOptions, analyze_video
from formcoach.commands.choosing import candidates
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
from formcoach.commands.replay import replay_trace
from formcoach.errors import FormCoachError, SourceError, UsageError
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.results.folder import FolderNames, folder_name, plain_name
from formcoach.system.paths import PathKind, what_is_at
from formcoach.system.stopping import (
    PATIENCE,
    Interrupts,
    StopRequests,
    counting_interrupts,
    no_stop,
)
from formcoach.words.phrases import load_phrases

__all__ = ["run_analyses", "run_replays"]

MIN_RATE, MAX_RATE = 1.0, 1000.0
MAX_SPEED = 100.0

Result = Analysis | FormCoachError
Results = Iterator[tuple[Path, Result]]


def run_analyses(videos: Sequence[Path], options: AnalyzeOptions, jobs: int) -> int:
    """Analyse videos and show what came of each; return the exit status.

    A video that cannot be analysed is told in one line on stderr and does not stop the others.
    """
    with guarded():
        _check_span(options.start_s, options.end_s)
        _check_pace(options.pace)
        _check_out(options.out)
        if options.voice and not options.video:
            raise UsageError("--voice speaks in the annotated copy; leave out --no-video")
        candidates(options.exercise, options.level)
        phrases = load_phrases(options.lang)
        find_model(options.model)
    console, names, status, done = terminal(), FolderNames(), 0, 0
    videos = _each_once(videos)
    named = [(path, names.take(folder_name(path.name))) for path in videos]
    run = _run_in_turn if jobs == 1 or len(videos) == 1 else partial(_run_at_once, jobs)
    with _made_by_us(options.out), counting_interrupts(signal.SIGTERM) as asked:
        for path, result in run(named, options, asked):
            done += 1
            if isinstance(result, FormCoachError):
                fail(result)
                status = FAILED
            else:
                show_analysis(console, plain_name(path), result, phrases)
        if not asked():
            return status
    if done < len(videos):
        left = ", ".join(plain_name(path) for path in videos[done:])
        say(f"stopped; not analysed: {left}")
    return INTERRUPTED


def run_replays(
    traces: Sequence[Path], exercise: str | None, level: str | None, out: Path, lang: str
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
                    path, exercise=exercise, level=level, out=out, lang=lang, names=names
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


def _run_in_turn(
    named: Sequence[tuple[Path, str]], options: AnalyzeOptions, asked: Interrupts
) -> Results:
    for path, name in named:
        if asked():
            return
        with _bar(plain_name(path)) as advance:
            result = _analyse(path, options, advance, name, asked)
        yield path, result


def _run_at_once(
    jobs: int, named: Sequence[tuple[Path, str]], options: AnalyzeOptions, asked: Interrupts
) -> Results:
    # Started afresh, not forked: the landmarker's threads do not survive a fork.
    context = get_context("spawn")
    times = context.RawValue(c_int, 0)
    asked.heard = partial(_pass_on, times)
    with (
        ProcessPoolExecutor(jobs, context, _begin_worker, (times,)) as pool,
        _bar(f"{len(named)} videos") as advance,
    ):
        running = [pool.submit(_work, path, options, name) for path, name in named]
        for done, ((path, _), future) in enumerate(zip(named, running, strict=True)):
            advance(done, len(named))
            result = _result_of(future, path, asked)
            if result is None:
                return
            yield path, result


def _result_of(future: "Future[Result | None]", path: Path, asked: Interrupts) -> Result | None:
    try:
        return future.result()
    except BrokenProcessPool:
        if asked():  # whoever stops all processes at once stops the workers too
            return None
        name = plain_name(path)
        return SourceError(f"{name}: its process was killed (out of memory?); use --jobs 1")


def _pass_on(times: c_int, count: int) -> None:
    times.value = count


_asked: StopRequests = no_stop
"""In a worker: how often the user has asked to stop."""
_working = Lock()
"""In a worker: held while there is work."""
_orphaned = Event()
"""In a worker: that the parent has gone."""


def _begin_worker(times: c_int) -> None:
    global _asked

    def asked() -> int:
        return PATIENCE if _orphaned.is_set() else times.value

    # Ctrl-C reaches all processes of a terminal; the parent counts it for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _asked = asked
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent was killed, once what it has seen until then is written."""
    parent = parent_process()
    if parent is None:
        return
    parent.join()
    _orphaned.set()
    with _working:
        os._exit(FAILED)


def _work(path: Path, options: AnalyzeOptions, name: str) -> Result | None:
    """Analyse in a worker; None where the user had asked to stop before it began."""
    with _working:
        return None if _asked() else _analyse(path, options, None, name, _asked)


def _analyse(
    path: Path,
    options: AnalyzeOptions,
    advance: Callable[[int, int | None], None] | None,
    name: str,
    asked: StopRequests,
) -> Result:
    try:
        return analyze_video(path, options, advance, name=name, asked=asked)
    except FormCoachError as error:
        return error
    except Exception as error:  # noqa: BLE001 - whatever one video does, the others are analysed
        what = " ".join(f"{type(error).__name__}: {error}".split())
        return SourceError(
            f"{plain_name(path)}: it could not be analysed ({what}); please report this, with "
            "the video if you can"
        )


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
