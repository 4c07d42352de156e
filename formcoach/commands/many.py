"""Many recordings side by side, in worker processes, a cluster, or any `Executor`.

One bad recording, one killed worker (a decoder that crashed, no memory left) is that recording's
line and never the others': those that were under way with it are done again, each in a process of
its own, so that only the one that is to blame fails.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.commands.recorded import Analysis
from formcoach.errors import FormCoachError, SourceError
from formcoach.results.folder import FolderNames, folder_name, plain_name
from formcoach.system.stopping import StopRequests, no_stop
from formcoach.system.workers import at_work, stop_requests

__all__ = ["Result", "Task", "analyze_many", "run_all", "run_task", "unexpected"]

Result = Analysis | FormCoachError
PoolMaker = Callable[[int], Executor]
"""Makes a pool of so many workers, as often as one is broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One recording to analyse, and what its folder is called."""

    path: Path
    name: str


def run_task(task: Task, options: AnalyzeOptions) -> Result | None:
    """Analyse one recording, in whatever process this is; None where nothing may begin any more.

    Whatever goes wrong with it is returned and not raised: it is no one else's trouble.
    """
    with at_work():
        if stop_requests():
            return None
        try:
            return analyze_video(task.path, options, name=task.name, asked=stop_requests)
        except FormCoachError as error:
            return error
        except Exception as error:  # noqa: BLE001 - one recording's trouble may not end the batch
            return unexpected(task, error)


def unexpected(task: Task, error: Exception) -> SourceError:
    """Return the line for what nobody thought of."""
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return SourceError(f"{plain_name(task.path)}: {what}; please report this")


def run_all(
    tasks: Sequence[Task],
    options: AnalyzeOptions,
    make_pool: PoolMaker,
    jobs: int,
    asked: StopRequests = no_stop,
) -> Iterator[tuple[Task, Result]]:
    """Analyse recordings, so many at once; give each result as soon as it is there.

    Args:
        tasks: the recordings.
        options: how to analyse each.
        make_pool: makes the workers; asked again where they were broken.
        jobs: how many recordings are under way at once.
        asked: how often the user has asked to stop; then nothing new begins.
    """
    waiting = deque(tasks)
    while waiting and not asked():
        suspects: list[Task] = []
        with make_pool(jobs) as pool:
            running: dict[Future[Result | None], Task] = {}
            while running or (waiting and not suspects and not asked()):
                while waiting and not suspects and len(running) < jobs and not asked():
                    _submit(pool, waiting.popleft(), options, running, suspects)
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from _told(running.pop(future), future, suspects)
        for task in suspects:
            if not asked():
                yield from _alone(task, options, make_pool)


def _submit(
    pool: Executor,
    task: Task,
    options: AnalyzeOptions,
    running: "dict[Future[Result | None], Task]",
    suspects: list[Task],
) -> None:
    try:
        running[pool.submit(run_task, task, options)] = task
    except BrokenExecutor:
        suspects.append(task)


def _told(
    task: Task, future: "Future[Result | None]", suspects: list[Task]
) -> Iterator[tuple[Task, Result]]:
    try:
        result = future.result()
    except BrokenExecutor:
        suspects.append(task)
    except Exception as error:  # noqa: BLE001 - what a cluster raises where it gives a task up
        yield task, _lost(task, error)
    else:
        if result is not None:
            yield task, result


def _alone(
    task: Task, options: AnalyzeOptions, make_pool: PoolMaker
) -> Iterator[tuple[Task, Result]]:
    """Analyse again, in a process of its own, what was under way when a worker was killed."""
    blamed: list[Task] = []
    with make_pool(1) as pool:
        running: dict[Future[Result | None], Task] = {}
        _submit(pool, task, options, running, blamed)
        for future in running:
            yield from _told(task, future, blamed)
    if blamed:
        name = plain_name(task.path)
        reason = "its process was killed (out of memory, or its decoder crashed?)"
        yield task, SourceError(f"{name}: {reason}; convert it to mp4, or leave it out")


def _lost(task: Task, error: Exception) -> SourceError:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return SourceError(f"{plain_name(task.path)}: given up by its workers ({what}); run it again")


def analyze_many(
    paths: Sequence[str | Path],
    executor: Executor,
    *,
    jobs: int = 2,
    out: str | Path = "formcoach-out",
    **options: Any,
) -> Iterator[tuple[Path, Result]]:
    """Analyse recordings with any `concurrent.futures.Executor`; give each result when it is there.

        with ProcessPoolExecutor(2) as executor:
            for path, result in formcoach.analyze_many(paths, executor, exercise="squat"):
                ...

    Args:
        paths: the videos, which the workers can read under the same names.
        executor: runs them; it stays open.
        jobs: how many are given to it at once.
        out: the folder in which each video gets a folder of its own.
        options: more of `formcoach.analyze`: exercise, level, start_s, end_s, lang, model, video.

    Yields:
        The path, and an `Analysis` or the `FormCoachError` that says why there is none.
    """
    names = FolderNames()
    tasks = [Task(path=Path(one), name=names.take(folder_name(Path(one).name))) for one in paths]
    asked = AnalyzeOptions(out=Path(out), **options)
    for task, result in run_all(tasks, replace(asked, jobs=1), lambda _: _Kept(executor), jobs):
        yield task.path, result


class _Kept(Executor):
    """Another's executor, which is not shut down when this one is."""

    def __init__(self, executor: Executor) -> None:
        self.submit = executor.submit  # type: ignore[method-assign]  # the other's, as it is

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave it open."""
