"""The workers of a Dask cluster as a pool for `run_all` (``pip install 'formcoach[cluster]'``)."""

from collections.abc import Callable
from concurrent.futures import Executor
from importlib import import_module
from typing import Any

from formcoach.errors import UsageError

__all__ = ["cluster_pool"]

CONNECT_S = 10.0


def cluster_pool(address: str) -> tuple[Callable[[int], Executor], int]:
    """Connect to a Dask scheduler; return what makes the pool, and how many work side by side.

    The workers have FormCoach installed, and see the videos and ``--out`` under the same names.
    Where one is lost, the scheduler gives its videos to another.

    Raises:
        UsageError: Dask is not installed, or no scheduler answers.
    """
    try:
        dask: Any = import_module("distributed")  # it has no types
    except ImportError as error:
        raise UsageError(
            "--cluster needs Dask, which is not installed; "
            "run python3 -m pip install 'formcoach[cluster]'"
        ) from error
    try:
        client = dask.Client(address, timeout=CONNECT_S)
        threads = sum(client.nthreads().values())
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(
            f"--cluster {address}: no scheduler answers ({reason}); start one with dask scheduler"
        ) from error
    return lambda jobs: client.get_executor(), max(threads, 1)
