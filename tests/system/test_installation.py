"""A broken installation is told in one line, with the way out."""

import subprocess
import sys
from pathlib import Path

import pytest

from formcoach.system.installation import broken_installation

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "OpenCV is broken ("),  # an empty folder: what a half removed one leaves
        ("raise ImportError('libGL.so.1: no such file', name='cv2')", "OpenCV cannot be loaded ("),
    ],
)
def test_a_broken_opencv_is_told_in_one_line(
    content: str | None, said: str, tmp_path: Path
) -> None:
    (tmp_path / "cv2").mkdir()
    if content is not None:
        (tmp_path / "cv2" / "__init__.py").write_text(content, encoding="utf-8")
    video = ROOT / "sample_videos" / "squat.mp4"
    # As a namespace a folder comes last, so the real one must not be found before it.
    code = (
        "import sys, importlib.machinery as m\n"
        f"folder = {str(tmp_path)!r}\n"
        "class First:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'cv2':\n"
        "            return m.PathFinder.find_spec(name, [folder])\n"
        "sys.meta_path.insert(0, First())\n"
        "from formcoach.cli import main\n"
        f"sys.argv = ['formcoach', 'analyze', {str(video)!r}, '--out', folder + '/out']\n"
        "main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 1
    (line,) = ran.stderr.splitlines()
    assert line.startswith(f"formcoach: {said}")
    assert "pip uninstall" in line


def test_other_errors_are_not_explained_away() -> None:
    assert broken_installation(AttributeError("x", name="x", obj=object())) is None
    assert broken_installation(ImportError("x", name="formcoach.commands.gone")) is None
    told = broken_installation(ImportError("No module named 'av'", name="av"))
    assert told is not None
    assert "No module named 'av'" in told
