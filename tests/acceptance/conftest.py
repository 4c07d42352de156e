"""Analyses each video once, however many tests look at it, and ahead of them where many do.

Where FORMCOACH_TRACES names a folder, the poses are kept there for the accuracy bench.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from accuracy.watching import adopt
from asked_videos import Asked, all_asked

from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.commands.recorded import Analysis
from formcoach.pose.trace import POSES

AT_ONCE = 2
MANY = 4
"""Fewer videos are analysed when their test wants them."""

Key = tuple[Path, tuple[tuple[str, Any], ...]]


class Analyses:
    """Every video analysed once; some at once, where many are wanted."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._known: dict[Key, Analysis] = {}
        self._coming: dict[Key, Future[Analysis]] = {}
        self._pool: ProcessPoolExecutor | None = None

    def ahead(self, wanted: list[Asked]) -> None:
        """Begin to analyse these videos, in the order in which the tests want them."""
        self._pool = ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn"))
        for video, options in wanted:
            asked = self._asked(len(self._coming), options)
            self._coming[_key(video, options)] = self._pool.submit(analyze_video, video, asked)

    def settle(self) -> None:
        """Wait until nothing is analysed any more: what comes is played in real time."""
        wait(self._coming.values())
        self.close()

    def close(self) -> None:
        """End the processes; what has not begun is not analysed any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def __call__(self, video: Path, **options: Any) -> Analysis:
        key = _key(video, options)
        if key not in self._known:
            if key in self._coming:
                self._known[key] = self._coming[key].result()
            else:
                number = len(self._coming) + len(self._known)
                self._known[key] = analyze_video(video, self._asked(number, options))
            _keep(self._known[key], video, options)
        return self._known[key]

    def _asked(self, number: int, options: dict[str, Any]) -> AnalyzeOptions:
        return AnalyzeOptions(out=self._out / str(number), video=False, **options)


def _key(video: Path, options: dict[str, Any]) -> Key:
    return video, tuple(sorted(options.items()))


def _keep(found: Analysis, video: Path, options: dict[str, Any]) -> None:
    if traces := os.environ.get("FORMCOACH_TRACES"):
        span_s = [options.get("start_s"), options.get("end_s")]
        adopt(found.folder / POSES, video, AnalyzeOptions().model, Path(traces), span_s)


def _named_in(items: list[pytest.Item]) -> set[str]:
    """Return the names of the videos that the tests of this folder are about."""
    here = Path(__file__).parent
    specs = [getattr(item, "callspec", None) for item in items if item.path.parent == here]
    values = [value for spec in specs if spec is not None for value in spec.params.values()]
    return {Path(value).name.split(".")[0] for value in values if isinstance(value, (str, Path))}


@pytest.fixture(scope="session")
def analysis(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Analyses]:
    analyses = Analyses(tmp_path_factory.mktemp("analysed"))
    names = _named_in(request.session.items)
    wanted = [asked for asked in all_asked() if asked[0].stem in names]
    if len(wanted) >= MANY:
        analyses.ahead(wanted)
    yield analyses
    analyses.close()


@pytest.fixture(scope="session")
def analysed(analysis: Analyses) -> Callable[..., dict[str, Any]]:
    return lambda video, **options: analysis(video, **options).tree
