"""The small videos that several tests look at."""

from pathlib import Path

import pytest
from clips import sample, sample_fps, write_video


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def squat(clips: Path) -> Path:
    """One squat, in three seconds."""
    return write_video(clips / "squat.mp4", sample("squat", 0, 48), fps=sample_fps("squat"))
