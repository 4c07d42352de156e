"""Nothing leaves the machine: an analysis is watched for over 20 seconds by strace.

The same watch over a process whose seal is taken out must find MediaPipe's attempts, or it would
prove nothing.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clips import SAMPLES

LIFE_S = 22.0
"""How long the processes live; the first upload comes some seconds after the start."""
CALLS = "connect,sendto,sendmsg,sendmmsg"
SEALED_PORT = "127.0.0.1:9"

DRIVER = """
import sys, time
began_s = time.monotonic()
out, life_s, sealed = sys.argv[1], float(sys.argv[2]), sys.argv[3] == "sealed"
video = sys.argv[4]
if not sealed:
    from formcoach.pose.mediapipe import landmarker
    landmarker.seal_mediapipe = lambda: None
from formcoach.cli import app
asked = [video, "--exercise", "squat", "--model", "lite", "--no-video", "--out", out]
app(["analyze", *asked], standalone_mode=False)
time.sleep(max(0.0, life_s - (time.monotonic() - began_s)))
app(["analyze", *asked, "--end", "1"], standalone_mode=False)
print("lived", time.monotonic() - began_s)
"""

ADDRESS = re.compile(
    r"sin6?_port=htons\((\d+)\)"
    r".*?(?:sin_addr=inet_addr\(\"([^\"]+)\"\)|inet_pton\(AF_INET6, \"([^\"]+)\")"
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What one process did: whether all went well, how long it lived, whom it tried to reach."""

    status: int
    err: str
    lived_s: float
    reached: tuple[str, ...]

    @property
    def outside(self) -> list[str]:
        return [address for address in self.reached if address != SEALED_PORT]


def addresses(log: str) -> Iterator[str]:
    """Give whom each call in a log of strace tried to reach: address and port, or a path."""
    for line in log.splitlines():
        found = ADDRESS.search(line)
        if found is not None:
            yield f"{found[2] or found[3]}:{found[1]}"
        elif "sa_family=AF_UNIX" in line or "sa_family=AF_NETLINK" in line:
            yield line.split("sa_family=", 1)[1]


def start(folder: Path, *, sealed: bool) -> "subprocess.Popen[str]":
    folder.mkdir()
    log = folder / "strace.log"
    watch = ["strace", "-f", "-qq", "-e", "signal=none", "-e", f"trace={CALLS}", "-o", str(log)]
    how = [str(folder / "out"), str(LIFE_S), "sealed" if sealed else "open"]
    command = [*watch, sys.executable, "-c", DRIVER, *how, str(SAMPLES / "squat.mp4")]
    # A user's own settings may not open the seal.
    env = {**os.environ, "NO_PROXY": "*", "no_proxy": "*"}
    env.pop("https_proxy", None)
    env.pop("HTTPS_PROXY", None)
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=env
    )


def finish(process: "subprocess.Popen[str]", folder: Path) -> Watched:
    out, err = process.communicate(timeout=300)
    lived = re.search(r"^lived (\S+)$", out, re.M)
    log = (folder / "strace.log").read_text(encoding="utf-8")
    return Watched(
        status=process.returncode,
        err=err,
        lived_s=float(lived[1]) if lived else 0.0,
        reached=tuple(addresses(log)),
    )


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Watched]:
    """Both processes, which live at the same time."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    top = tmp_path_factory.mktemp("seal")
    running = {name: start(top / name, sealed=name == "sealed") for name in ("sealed", "open")}
    ended = {name: finish(process, top / name) for name, process in running.items()}
    if any("PTRACE" in one.err for one in ended.values()):
        pytest.skip(f"strace may not watch here: {ended['sealed'].err.splitlines()[0]}")
    return ended


def test_nothing_leaves_the_machine_in_an_analysis(watched: dict[str, Watched]) -> None:
    sealed = watched["sealed"]
    assert sealed.status == 0, sealed.err
    assert sealed.lived_s >= 20.0
    # That it came to the dead end shows that there was a report to be stopped, and time to see it.
    assert set(sealed.reached) == {SEALED_PORT}


def test_the_watch_sees_what_would_leave_without_the_seal(watched: dict[str, Watched]) -> None:
    unsealed = watched["open"]
    assert unsealed.status == 0, unsealed.err
    assert unsealed.outside
