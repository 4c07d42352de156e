"""Files that are no good recordings: one line that names the file, what was seen, the way out."""

import os
from collections.abc import Callable
from errno import EACCES
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from clips import damaged, grey, sample, sample_fps, write_sound, write_video
from commands import Ran, names_in, run, run_apart, tree

LITE = ("--exercise", "squat", "--model", "lite", "--no-video")


def analyse(out: Path, *arguments: object) -> Ran:
    return run("analyze", *arguments, *LITE, "--out", out)


def without_frames(path: Path) -> Path:
    """An AVI whose header is whole and whose list of frames is empty."""
    write_video(path, [grey()] * 3, codec="mjpeg", pix_fmt="yuvj420p")
    data = path.read_bytes()
    movi = data.find(b"movi")
    path.write_bytes(data[: movi - 4] + (4).to_bytes(4, "little") + b"movi")
    return path


def cut_short(path: Path, squat: Path) -> Path:
    path.write_bytes(squat.read_bytes()[: squat.stat().st_size * 2 // 3])
    return path


def folder(path: Path) -> Path:
    path.mkdir()
    return path


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


Case = tuple[str, Callable[[Path, Path], Path], str, str]

BAD: dict[str, Case] = {
    "no such file": ("gone.mp4", lambda path, _: path, "no such file", "check its name"),
    "a folder": ("clips.mp4", lambda path, _: folder(path), "a folder", "name the video files"),
    "no video": (
        "notes.mp4",
        lambda path, _: written(path, b"squats: 5\n" * 99),
        "not a video",
        "give an mp4",
    ),
    "empty": ("nil.mp4", lambda path, _: written(path, b""), "0 bytes", "copy it again"),
    "sound only": ("song.m4a", lambda path, _: write_sound(path), "no picture", "give an mp4"),
    "no frames": (
        "none.avi",
        lambda path, _: without_frames(path),
        "0 of 3 frames",
        "copy it again",
    ),
    "cut short": ("cut.mp4", cut_short, "cut short", "copy it again"),
    "one frame": (
        "still.mp4",
        lambda path, _: write_video(path, sample("squat", 0, 1)),
        "1 frame",
        "film",
    ),
    "nobody": ("wall.mp4", lambda path, _: write_video(path, [grey()] * 5), "nobody", "film"),
}


@pytest.mark.parametrize("case", BAD)
def test_says_in_one_line_what_is_wrong_with_a_file(case: str, tmp_path: Path, squat: Path) -> None:
    name, make, seen, way_out = BAD[case]
    video = make(tmp_path / name, squat)
    ran = analyse(tmp_path / "out", video)
    assert ran.status == 1
    assert name in ran.error
    assert seen in ran.error
    assert way_out in ran.error.split(";")[-1]
    assert ran.out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("rtsp://me:secret@camera.local/live", "rtsp://camera.local/live"),
        ("http://camera.local/video?key=secret", "http://camera.local/video"),
    ],
)
def test_an_address_is_for_live_coaching(address: str, shown: str, tmp_path: Path) -> None:
    ran = analyse(tmp_path / "out", address)
    assert ran.status == 1
    assert f"cannot read {shown}: it is an address, not a file" in ran.error
    assert ran.error.endswith("with formcoach live --camera")


def test_an_empty_name_is_told_as_one(tmp_path: Path) -> None:
    ran = analyse(tmp_path / "out", "")
    assert ran.status == 1
    assert "it is a folder, or an empty name; name the video files in it" in ran.error


@pytest.mark.parametrize("target", ["a.mp4", "gone.mp4"])
def test_a_link_that_leads_nowhere_is_told_as_one(target: str, tmp_path: Path) -> None:
    link = tmp_path / "a.mp4"
    try:
        link.symlink_to(tmp_path / target)
    except OSError:
        pytest.skip("no links can be made here")
    ran = analyse(tmp_path / "out", link)
    assert ran.status == 1
    assert f"cannot read {link}: it is a link that leads nowhere; name" in ran.error


def test_libraries_say_nothing_of_their_own_of_a_bad_file(tmp_path: Path, squat: Path) -> None:
    stump = written(tmp_path / "stump.mp4", squat.read_bytes()[:20])
    ran = run_apart("analyze", stump, *LITE, "--out", tmp_path / "out")
    assert ran.status == 1
    assert "cut short" in ran.error


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path, squat: Path) -> None:
    ran = analyse(tmp_path / "out", squat, tmp_path / "gone.mp4", squat.with_name("gone too.mp4"))
    assert ran.status == 1
    assert [line.split(":")[1].split("/")[-1] for line in ran.err.splitlines()] == [
        "gone.mp4",
        "gone too.mp4",
    ]
    assert names_in(tmp_path / "out") == ["squat"]
    assert "squat.mp4" in ran.out


def test_one_that_may_not_be_read_does_not_stop_the_others(tmp_path: Path, squat: Path) -> None:
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(squat.read_bytes())
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        pytest.skip("whoever runs this may read everything, as root may")
    ran = analyse(tmp_path / "out", locked, squat)
    assert ran.status == 1
    assert f"cannot read {locked}: Permission denied; check its permissions" in ran.error
    assert names_in(tmp_path / "out") == ["squat"]
    again = run("replay", locked, "--out", tmp_path / "out")
    assert again.status == 1
    assert f"cannot read {locked}: Permission denied" in again.error


def test_a_file_that_cannot_be_opened_is_told_in_one_line(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same for root, who may read everything: typer and open are told that it may not be."""
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(squat.read_bytes())
    allowed, opened = os.access, Path.open

    def no_access(path: Any, mode: int, **how: Any) -> bool:
        return Path(os.fsdecode(path)) != locked and allowed(path, mode, **how)

    def no_open(path: Path, *how: Any, **more: Any) -> Any:
        if path == locked:
            raise PermissionError(EACCES, "Permission denied", str(path))
        return opened(path, *how, **more)

    monkeypatch.setattr(os, "access", no_access)
    monkeypatch.setattr(Path, "open", no_open)
    ran = analyse(tmp_path / "out", locked)
    assert ran.status == 1
    assert f"cannot read {locked}: Permission denied; check its permissions" in ran.error
    assert names_in(tmp_path / "out") == []


def test_what_lies_in_a_folder_of_somebody_else_is_told_in_one_line(
    tmp_path: Path, squat: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = tmp_path / "locked"

    def locking(there: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Path, *how: Any, **more: Any) -> Any:
            if locked in path.parents:
                raise PermissionError(EACCES, "Permission denied", str(path))
            return there(path, *how, **more)

        return call

    for name in ("stat", "open", "read_bytes", "mkdir"):
        monkeypatch.setattr(Path, name, locking(getattr(Path, name)))
    for arguments, status in (
        (("analyze", squat, *LITE, "--out", locked / "out"), 1),
        (("analyze", locked / "squat.mp4", *LITE, "--out", tmp_path), 1),
        (("replay", locked / "poses.jsonl.gz", "--out", tmp_path), 1),
        (("exercises", locked / "own.toml"), 2),
    ):
        ran = run(*arguments)
        assert ran.status == status, arguments
        assert "Permission denied" in ran.error


def test_damage_in_the_middle_is_told_and_the_rest_is_analysed(tmp_path: Path) -> None:
    video = write_video(tmp_path / "hurt.mp4", sample("squat", 0, 90), fps=sample_fps("squat"))
    damaged(video, from_share=0.45, to_share=0.55)
    ran = analyse(tmp_path / "out", video)
    found = tree(tmp_path / "out" / "hurt")
    assert ran.status == 0
    assert ran.err == ""
    assert 1 <= found["lost_frames"] <= 30
    assert found["frames"] == 90 - found["lost_frames"]
    (note,) = (note for note in found["notes"] if "(lite)" not in note)
    assert "unreadable between" in note
    assert note in ran.out
    assert found["counts"]["total"] >= 1  # the second, after the damage


@pytest.mark.parametrize(("share", "cut"), [(0.7, True), (1.0, False)])
def test_a_gif_that_was_cut_short_is_told(share: float, cut: bool, tmp_path: Path) -> None:
    images = [np.ascontiguousarray(image[::2, ::2]) for image in sample("squat", 0, 48)]
    video = write_video(tmp_path / "set.gif", images, codec="gif", pix_fmt="rgb8")
    video.write_bytes(video.read_bytes()[: round(video.stat().st_size * share)])
    assert analyse(tmp_path / "out", video).status == 0
    notes = tree(tmp_path / "out" / "set")["notes"]
    assert any("cut short; nothing readable after" in note for note in notes) is cut


def test_someone_in_the_last_third_only_is_analysed(tmp_path: Path) -> None:
    images = sample("squat", 0, 48)
    empty = np.full_like(images[0], 128)
    video = write_video(tmp_path / "late.mp4", [empty] * 96 + list(images))
    assert analyse(tmp_path / "out", video).status == 0
    found = tree(tmp_path / "out" / "late")
    assert found["frames"] == 144
    assert 44 <= found["pose_frames"] <= 48
    assert found["counts"]["total"] == 1
    assert found["reps"][0]["start_s"] > 6.4
    first = found["unsure"][0]
    assert (first["start_s"], first["reason"]) == (0.0, "nobody in the picture")
    assert first["end_s"] == pytest.approx(6.4, abs=0.1)
