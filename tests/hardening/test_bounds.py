"""What is larger than anything real is refused before it costs memory."""

import struct
import zlib
from pathlib import Path

import pytest
from commands import run

from formcoach.capture.file import libav, opencv
from formcoach.capture.file.boxes import boxes
from formcoach.capture.file.video import VideoFile
from formcoach.errors import ModelError, SourceError, SpecError
from formcoach.exercises.library import load_exercise
from formcoach.pose.mediapipe import model_files
from formcoach.pose.mediapipe.model_files import find_model


def huge_png(path: Path, width: int, height: int) -> Path:
    """A picture whose head says how large it is, and which has next to nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        head = struct.pack(">I", len(data)) + kind + data
        return head + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    return path


def test_a_picture_of_absurd_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="could be decoded"):
        VideoFile(huge_png(tmp_path / "huge.png", 40_000, 30_000))


def test_a_film_of_absurd_size_is_refused(squat: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for reader in (libav, opencv):
        monkeypatch.setattr(reader, "MAX_PICTURE_PX", 300_000)
    with pytest.raises(SourceError, match="640 x 480 pixels, more than can be watched"):
        VideoFile(squat)


def test_an_exercise_file_of_absurd_size_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    with path.open("wb") as file:
        file.truncate(8 << 30)  # a hole: it takes no room
    with pytest.raises(SpecError, match="larger than 256 KB"):
        load_exercise(str(path))


def test_a_model_of_absurd_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_files, "MAX_BUNDLE_BYTES", 1000)
    path = tmp_path / "own.task"
    path.write_bytes(bytes(1001))
    with pytest.raises(ModelError, match="1001 bytes"):
        find_model(str(path))


def test_boxes_that_lie_about_their_length_end_the_walk(tmp_path: Path) -> None:
    path = tmp_path / "lie.mp4"
    path.write_bytes(
        struct.pack(">I4s", 8, b"ftyp")
        + struct.pack(">I4sQ", 1, b"mdat", 1 << 62)
        + struct.pack(">I4s", 3, b"moov")
    )
    with path.open("rb") as file:
        assert [box.kind for box in boxes(file, path.stat().st_size)] == [b"ftyp", b"mdat"]
    assert run("analyze", path, "--out", tmp_path / "out").status == 1


def test_the_windows_probe_runs_no_module_of_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from formcoach.picture.window import display_works

    (tmp_path / "cv2.py").write_text(
        f"open({str(tmp_path / 'ran')!r}, 'w').close()", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISPLAY", ":77")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    display_works()
    assert not (tmp_path / "ran").exists()


def test_nothing_is_pickled_by_us() -> None:
    root = Path(model_files.__file__).parents[2]
    for path in root.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text, path
        assert "allow_pickle=True" not in text, path
