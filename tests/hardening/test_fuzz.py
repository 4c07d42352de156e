"""Whatever comes in, it is read or refused in one line: never a traceback, a hang or growth.

The examples are the same in every run. More of them: HYPOTHESIS_EXAMPLES=5000 pytest
tests/hardening.
"""

import gzip
import json
import os
import random
import subprocess
import sys
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formcoach.errors import FormCoachError, SpecError, StoreError, TraceError
from formcoach.exercises.library import exercise_ids
from formcoach.exercises.parsing import parse_spec
from formcoach.history.database import FILE_NAME
from formcoach.history.notebook import Notebook
from formcoach.pose.trace import read_trace

ROOT = Path(__file__).parents[2]
BUGS = ROOT / "tests" / "capture" / "bugs"
CATALOGUE = ROOT / "formcoach" / "exercises" / "catalogue"
SPECS = [(CATALOGUE / f"{name}.toml").read_text(encoding="utf-8") for name in exercise_ids()]
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "80"))

fuzz = settings(
    derandomize=True,
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def one_line(error: FormCoachError) -> None:
    assert str(error)
    assert "\n" not in str(error)


def edited(draw: Any, text: bytes, most: int = 6) -> bytes:
    """Cut, double and overwrite pieces of something valid."""
    data = bytearray(text)
    for _ in range(draw(st.integers(1, most))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        length = draw(st.integers(0, 60))
        new = draw(
            st.sampled_from(
                [b"", b"nan", b"-1", b"1e999", b"[[", b'"', b"\0", b"\xff\xfe", b"true"]
            )
            | st.binary(max_size=8)
        )
        data[at : at + length] = new
    return bytes(data)


@fuzz
@given(st.data())
def test_specs(data: st.DataObject) -> None:
    text = edited(data.draw, data.draw(st.sampled_from(SPECS)).encode())
    try:
        parse_spec(text, "own.toml")
    except SpecError as error:
        one_line(error)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "a = " + "{b=" * 50_000,
        ".".join(["a"] * 20_000) + " = 1",
        "id = 'x'\n" * 3,
        "a = 1" + "0" * 10_000,
        "\ufeff",
        "# " + "x" * 2_000_000,
    ],
    ids=["arrays", "tables", "dots", "twice", "digits", "mark", "large"],
)
def test_specs_that_are_made_to_hurt(text: str) -> None:
    with pytest.raises(SpecError) as raised:
        parse_spec(text, "own.toml")
    one_line(raised.value)


LINE = {
    "t_s": 0.0,
    "xy_px": [[float(n), float(n)] for n in range(33)],
    "world_m": None,
    "visibility": [0.9] * 33,
    "presence": [0.9] * 33,
    "others": 0,
}
HEADER = {"kind": "formcoach-poses", "schema": 1, "image_size_px": [640, 480], "video": "a.mp4"}


def trace_text() -> bytes:
    lines = [HEADER, *({**LINE, "t_s": n / 10} for n in range(4))]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@fuzz
@given(data=st.data())
def test_traces(tmp_path: Path, data: st.DataObject) -> None:
    text = edited(data.draw, trace_text())
    if data.draw(st.booleans()):
        text = gzip.compress(text, 1)
        if data.draw(st.booleans()):
            text = edited(data.draw, text, 2)
    read_all(tmp_path / "poses.jsonl", text)


def read_all(path: Path, text: bytes) -> None:
    path.write_bytes(text)
    try:
        _, poses = read_trace(path)
        with poses:
            assert sum(1 for _ in poses) <= 1000
    except TraceError as error:
        one_line(error)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        b"\x80\n",
        json.dumps(HEADER).encode() + b"\n" + b'{"t_s":' + b"[" * 100_000,
        gzip.compress(json.dumps(HEADER).encode() + b"\n" + bytes(300 << 20), 9),
    ],
    ids=["header", "letters", "line", "bomb"],
)
def test_traces_that_are_made_to_hurt(text: bytes, tmp_path: Path) -> None:
    read_all(tmp_path / "poses.jsonl", text)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    from formcoach.programme.profile import Profile

    folder = tmp_path_factory.mktemp("history")
    with Notebook.open(folder) as notebook:
        notebook.put_profile(Profile())
    return (folder / FILE_NAME).read_bytes()


@settings(fuzz, max_examples=max(EXAMPLES // 4, 10))
@given(data=st.data())
def test_databases(history: bytes, tmp_path: Path, data: st.DataObject) -> None:
    text = edited(data.draw, history, 3)
    folder = Path(mkdtemp(dir=tmp_path))
    (folder / FILE_NAME).write_bytes(text)
    try:
        with Notebook.open(folder) as notebook:
            _ = notebook.profile, notebook.diary, notebook.history.sessions()
    except StoreError as error:
        one_line(error)


KEPT = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@settings(fuzz, max_examples=max(EXAMPLES // 2, 10))
@given(document=KEPT, name=st.sampled_from(["profile", "diary", "check_ins", "calendar"]))
def test_documents_of_the_history(document: object, name: str, tmp_path: Path) -> None:
    with Notebook.open(tmp_path) as notebook:
        try:
            notebook.history.put_document(name, document)
        except (TypeError, UnicodeEncodeError, msgspec.MsgspecError):
            return  # nothing that anybody could have kept
        try:
            _ = notebook.profile, notebook.diary, notebook.check_ins
            assert notebook.calendar_id()
        except StoreError as error:
            one_line(error)


READ = """
import sys, resource
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from formcoach.capture.file.video import VideoFile
from formcoach.errors import SourceError
for path in sys.argv[1:]:
    try:
        with VideoFile(path) as video:
            count = 0
            for frame in video:
                count += 1
                if count > 3000:
                    raise SystemExit(f"{path}: no end")
            video.notes, video.duration_s, video.frame_count
    except SourceError as error:
        assert str(error) and "\\n" not in str(error), error
# Of this program alone: what resource tells begins with the size of the one that started it.
status = open("/proc/self/status", encoding="utf-8").read()
peak_mb = int(status.partition("VmHWM:")[2].split()[0]) / 1024
assert peak_mb < 900, peak_mb
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are set as on Linux")
def test_containers(tmp_path: Path) -> None:
    """In a process of its own, with a limit of memory and time: what decodes them is not ours."""
    chance = random.Random(3)
    names = ["cover_is_stream_0.mp4", "joined_start_option.ts", "still_shown_long.webm"]
    names += ["h264_bframes.avi", "raw_pi_hold.h264", "animated.webp"]
    paths = []
    for number in range(int(EXAMPLES // 4)):
        name = chance.choice(names)
        data = bytearray((BUGS / name).read_bytes())
        for _ in range(chance.randint(1, 40)):
            at = chance.randrange(min(len(data), chance.choice([200, 4000, len(data)])))
            data[at] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        path = tmp_path / f"{number}-{name}"
        path.write_bytes(data)
        paths.append(str(path))
    ran = subprocess.run(
        [sys.executable, "-c", READ, *paths],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (ran.returncode, ran.stderr[-2000:]) == (0, "")
