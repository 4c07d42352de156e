"""What several of these tests look at."""

from pathlib import Path

import pytest
from clips import sample, sample_fps, write_video


@pytest.fixture(scope="session")
def squat(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One squat, in three seconds."""
    path = tmp_path_factory.mktemp("clips") / "squat.mp4"
    return write_video(path, sample("squat", 0, 48), fps=sample_fps("squat"))
