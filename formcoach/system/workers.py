"""Worker processes that stop when the user asks to, and end with the process that started them."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from ctypes import c_int
from multiprocessing import get_context, parent_process
from threading import Event, Lock, Thread

from formcoach.system.stopping import PATIENCE

__all__ = ["Workers", "at_work", "stop_requests"]

KILLED = 1
"""A worker's exit status where its parent was killed."""


class Workers:
    """Makes pools of worker processes, and passes on to them how often the user asked to stop.

    Started afresh, not forked: the landmarker's threads do not survive a fork.
    """

    def __init__(self) -> None:
        """Begin with no stop asked for."""
        self._context = get_context("spawn")
        self._times = self._context.RawValue(c_int, 0)

    def pool(self, jobs: int) -> ProcessPoolExecutor:
        """Return a pool of so many workers, which start when there is work."""
        return ProcessPoolExecutor(jobs, self._context, _begin, (self._times,))

    def pass_on(self, count: int) -> None:
        """Let the workers know how often the user has asked to stop."""
        self._times.value = count


_times: "c_int | None" = None
"""In a worker: how often the user has asked to stop, in memory shared with the parent."""
_working = Lock()
"""In a worker: held while there is work."""
_orphaned = Event()
"""In a worker: that the parent has gone."""


def stop_requests() -> int:
    """Return, in a worker, how often the user has asked to stop; elsewhere nobody has."""
    if _orphaned.is_set():
        return PATIENCE
    return 0 if _times is None else _times.value


@contextmanager
def at_work() -> Iterator[None]:
    """Mark, in a worker, what is to be finished even where the parent is killed meanwhile."""
    with _working:
        yield


def _begin(times: c_int) -> None:
    global _times
    # Ctrl-C reaches all processes of a terminal; the parent counts it for all.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _times = times
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker when its parent was killed, once what it has seen until then is written."""
    parent = parent_process()
    if parent is None:
        return
    parent.join()
    _orphaned.set()
    with _working:
        os._exit(KILLED)
