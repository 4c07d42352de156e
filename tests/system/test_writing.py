"""A file is written whole or not at all."""

import os
from errno import ENOSPC
from pathlib import Path

import pytest

from formcoach.errors import OutputError
from formcoach.system.writing import make_whole, write_whole


def test_it_is_there_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_whole(path, "é")
    write_whole(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_on_a_full_disk_the_old_one_stays_and_nothing_half_written(tmp_path: Path) -> None:
    def fill(part: Path) -> None:
        part.write_bytes(b"half")
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    path = tmp_path / "page.html"
    path.write_text("old")
    with pytest.raises(OutputError, match=r"page\.html: cannot be written \(No space left") as told:
        make_whole(path, fill)
    assert "\n" not in str(told.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_where_it_cannot_go_nothing_is_left(tmp_path: Path) -> None:
    for path in (tmp_path / "no" / "page.html", tmp_path / "nul\0.html"):
        with pytest.raises(OutputError, match="cannot be written"):
            write_whole(path, "x")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_whole(tmp_path / "folder.html", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.html"]
