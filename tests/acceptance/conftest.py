"""Analyses each video once, however many tests look at it.

Where FORMCOACH_TRACES names a folder, the poses are kept there for the accuracy bench.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from accuracy.watching import adopt

from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.commands.recorded import Analysis
from formcoach.pose.trace import POSES


@pytest.fixture(scope="session")
def analysis(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Analysis]:
    out = tmp_path_factory.mktemp("analysed")
    known: dict[tuple[Path, tuple[tuple[str, Any], ...]], Analysis] = {}

    def analyse(video: Path, **options: Any) -> Analysis:
        key = (video, tuple(sorted(options.items())))
        if key not in known:
            asked = AnalyzeOptions(out=out / str(len(known)), video=False, **options)
            known[key] = analyze_video(video, asked)
            if traces := os.environ.get("FORMCOACH_TRACES"):
                span_s = [options.get("start_s"), options.get("end_s")]
                adopt(known[key].folder / POSES, video, asked.model, Path(traces), span_s)
        return known[key]

    return analyse


@pytest.fixture(scope="session")
def analysed(analysis: Callable[..., Analysis]) -> Callable[..., dict[str, Any]]:
    return lambda video, **options: analysis(video, **options).tree
