"""Recordings that are kept: listed, limited only where asked, and never somebody else's file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import run

from formcoach.history.store import History
from formcoach.history.videos import keep_video, kept_videos, put_limit, trim_videos

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    with History.open(folder) as history:
        for day in (2, 1, 3):
            path = tmp_path / f"day{day}.mp4"
            path.write_bytes(b"x" * 1_000_000 * day)
            keep_video(history, path, day, BEGUN + timedelta(days=day))
    return folder


def there(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.parent.glob("*.mp4"))


def test_they_are_listed_with_their_sizes_and_there_is_no_limit(data: Path) -> None:
    lines = run("videos", "--data", data).out.splitlines()
    assert [line.split()[2:4] for line in lines[1:4]] == [
        ["1.0", "MB"],
        ["2.0", "MB"],
        ["3.0", "MB"],
    ]
    assert "recordings: 3, 6.0 MB in all" in lines[4]
    assert "no limit" in lines[5]
    assert len(there(data)) == 3


def test_with_a_limit_the_oldest_go_first(data: Path) -> None:
    ran = run("videos", "--limit-mb", 5, "--data", data)
    assert "day1.mp4 is deleted" in ran.out
    assert there(data) == ["day2.mp4", "day3.mp4"]
    assert "The limit is 5.0 MB" in ran.out
    assert "no limit" in run("videos", "--no-limit", "--data", data).out


def test_the_newest_stays_however_large(data: Path) -> None:
    run("videos", "--limit-mb", 0, "--data", data)
    assert there(data) == ["day3.mp4"]


def test_a_file_that_is_another_now_is_never_deleted(data: Path) -> None:
    first = data.parent / "day1.mp4"
    first.write_bytes(b"somebody else's")
    with History.open(data) as history:
        assert [Path(video.path).name for video in kept_videos(history)] == ["day2.mp4", "day3.mp4"]
        put_limit(history, 0)
        trim_videos(history)
    assert there(data) == ["day1.mp4", "day3.mp4"]


def test_one_written_again_is_listed_once(data: Path) -> None:
    path = data.parent / "day3.mp4"
    path.write_bytes(b"new")
    with History.open(data) as history:
        keep_video(history, path, None, BEGUN + timedelta(days=9))
        assert [video.size for video in kept_videos(history)] == [1_000_000, 2_000_000, 3]


def test_a_list_of_another_version_ends_no_command(data: Path) -> None:
    with History.open(data) as history:
        history.put_document("videos", {"what": "?"})
        history.put_document("video_limit_bytes", "much")
    assert "No recordings" in run("videos", "--data", data).out
    both = run("videos", "--limit-mb", 1, "--no-limit", "--data", data)
    assert "exclude each other" in both.error
