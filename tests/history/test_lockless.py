"""The history on a drive that knows no locks, as strace makes one of any."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from formcoach.history import database
from formcoach.history.notebook import Notebook
from formcoach.programme.profile import Profile

pytestmark = pytest.mark.skipif(
    shutil.which("strace") is None, reason="no strace here to take the locks away with"
)

KEEP = """
import sys
from pathlib import Path
from formcoach.history.notebook import Notebook
from formcoach.programme.profile import Profile
with Notebook.open(Path(sys.argv[1])) as notebook:
    before = notebook.profile
    notebook.put_profile(Profile(camera=sys.argv[2]))
    print(None if before is None else before.camera)
"""


def keep(folder: Path, camera: str, trouble: str) -> "subprocess.CompletedProcess[str]":
    path = folder / database.FILE_NAME
    paths = [arg for end in ("", "-shm", "-probe") for arg in ("-P", f"{path}{end}")]
    inject = ["-e", "trace=fcntl", "-e", f"inject=fcntl:error={trouble}"]
    strace = ["strace", "-f", "-o", os.devnull, *paths, *inject]
    command = [*strace, sys.executable, "-c", KEEP, str(folder), camera]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize("trouble", ["ENOLCK", "EOPNOTSUPP"])
def test_what_is_kept_without_locks_is_there(trouble: str, tmp_path: Path) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    with Notebook.open(folder) as notebook:  # made where locks were, write-ahead log and all
        notebook.put_profile(Profile(camera="7"))
    first = keep(folder, "8", trouble)
    if "ptrace" in first.stderr:
        pytest.skip("nothing may be traced here")
    assert (first.returncode, first.stdout.strip()) == (0, "7"), first.stderr
    second = keep(folder, "9", trouble)
    assert (second.returncode, second.stdout.strip()) == (0, "8"), second.stderr
    with Notebook.open(folder) as notebook:  # and back where locks are
        assert notebook.needed_profile().camera == "9"
    assert sorted(path.name for path in folder.iterdir()) == [database.FILE_NAME]


def test_a_lock_file_that_a_killed_process_left_is_taken_away(tmp_path: Path) -> None:
    with Notebook.open(tmp_path) as notebook:
        notebook.put_profile(Profile(camera="7"))
    lock = tmp_path / f"{database.FILE_NAME}.lock"
    lock.mkdir()
    then_s = time.time() - 2 * database.STALE_S
    os.utime(lock, (then_s, then_s))
    ran = keep(tmp_path, "8", "ENOLCK")
    if "ptrace" in ran.stderr:
        pytest.skip("nothing may be traced here")
    assert (ran.returncode, ran.stdout.strip()) == (0, "7"), ran.stderr
