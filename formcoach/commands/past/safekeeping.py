"""Copies of the history, what is deleted for good, and the recordings that are kept."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from formcoach.commands.console import guarded
from formcoach.commands.past.columns import aligned, plain
from formcoach.commands.past.history_view import lang_of
from formcoach.errors import StoreError, UsageError
from formcoach.history.backup import back_up, restore
from formcoach.history.database import FILE_NAME
from formcoach.history.forgetting import Forgotten, forget, what_would_go
from formcoach.history.notebook import Notebook
from formcoach.history.store import History, default_folder
from formcoach.history.videos import kept_videos, limit_bytes, put_limit, trim_videos
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["run_backup", "run_forget", "run_restore", "run_videos"]

MB = 1_000_000


def run_backup(path: Path, data: Path | None, lang: str | None) -> int:
    """Write a copy of the history, and say what is in it."""
    with guarded():
        found = back_up(data, path)
        phrases = _phrases(data, lang)
        _print(phrases.text("keep.backed_up", n=found.sessions, file=path))
    return 0


def run_restore(path: Path, data: Path | None, lang: str | None) -> int:
    """Put a copy in the place of the history, where that has nothing that the copy has not."""
    with guarded():
        found = restore(data, path)
        phrases = _phrases(data, lang)
        _print(phrases.text("keep.restored", n=found.sessions, file=path))
    return 0


def run_forget(
    session_ids: Sequence[int],
    before: date | None,
    data: Path | None,
    lang: str | None,
    *,
    yes: bool,
) -> int:
    """Delete sessions, or all before a day, for good; say what went.

    Args:
        session_ids: sessions that are named.
        before: a day.
        data: the folder of the history; None for the platform's.
        lang: the language, where it is not the profile's.
        yes: delete without asking.
    """
    with guarded():
        if not session_ids and before is None:
            raise UsageError("nothing named to forget; give numbers of sessions, or --before DAY")
        folder = default_folder() if data is None else data
        if not History.is_in(folder):
            raise StoreError(f"{folder / FILE_NAME}: no history; name its folder with --data")
        with Notebook.open(folder) as notebook:
            phrases = load_phrases(lang_of(notebook, lang))
            going = what_would_go(notebook, session_ids, before)
            if going.is_nothing:
                _print(phrases.text("keep.nothing"))
                return 0
            if not yes and not _agreed(going, phrases):
                _print(phrases.text("keep.kept_all"))
                return 1
            gone = forget(notebook, going)
            _print(phrases.text("keep.gone"), *_parts(gone, phrases))
            _print(*(phrases.text("keep.folder_stays", folder=one) for one in gone.folders))
            aside = sorted(path.name for path in folder.glob(f"{FILE_NAME}.damaged-*"))
            if aside:
                _print(phrases.text("keep.aside", files=", ".join(aside)))
    return 0


def _agreed(going: Forgotten, phrases: Phrases) -> bool:
    """Ask whether to delete; without a terminal there is nobody to ask."""
    if not sys.stdin.isatty():
        raise UsageError(
            f"{len(going.session_ids)} sessions would be deleted for good; add --yes to do it"
        )
    _print(phrases.text("keep.would_go"), *_parts(going, phrases))
    sys.stdout.write(phrases.text("keep.ask") + " ")
    sys.stdout.flush()
    return sys.stdin.readline().strip().lower() in phrases.steps("keep.yes")


def _parts(going: Forgotten, phrases: Phrases) -> Iterator[str]:
    ids = ", ".join(map(str, going.session_ids[:20])) + (", ..." if going.session_ids[20:] else "")
    for key, number in (
        ("sessions", len(going.session_ids)),
        ("ends", going.ends),
        ("diary_days", going.diary_days),
        ("check_ins", going.check_ins),
    ):
        if number:
            told = f" ({ids})" if key == "sessions" else ""
            yield f"  {phrases.text(f'keep.{key}', n=number)}{told}"
    for video in going.videos:
        yield f"  {video.path}"


def run_videos(
    data: Path | None, lang: str | None, *, limit_mb: float | None, no_limit: bool
) -> int:
    """List the recordings that are kept, with their sizes; set or lift the limit for them.

    Args:
        data: the folder of the history; None for the platform's.
        lang: the language, where it is not the profile's.
        limit_mb: how much they may take up from now on, in megabytes; the oldest go first.
        no_limit: lift the limit.
    """
    with guarded(), Notebook.open(data) as notebook:
        phrases = load_phrases(lang_of(notebook, lang))
        history = notebook.history
        if no_limit and limit_mb is not None:
            raise UsageError("--limit-mb and --no-limit exclude each other; give one of them")
        if no_limit or limit_mb is not None:
            put_limit(history, None if limit_mb is None else round(limit_mb * MB))
        for video in trim_videos(history):
            _print(phrases.text("keep.video_gone", file=video.path))
        _print(*_video_lines(history, phrases))
    return 0


def _video_lines(history: History, phrases: Phrases) -> Iterator[str]:
    videos, most = kept_videos(history), limit_bytes(history)
    rows = [
        (
            f"{video.made_at:%Y-%m-%d %H:%M}",
            _size(video.size, phrases),
            "" if video.session_id is None else str(video.session_id),
            video.path,
        )
        for video in videos
    ]
    if rows:
        names = ("when", "size", "session", "file")
        heading = tuple(phrases.text(f"keep.{name}") for name in names)
        yield from aligned([heading, *rows], right=(1, 2))
        total = _size(sum(video.size for video in videos), phrases)
        yield phrases.text("keep.videos", n=len(videos), size=total)
    else:
        yield phrases.text("keep.no_videos")
    if most is None:
        yield phrases.text("keep.no_limit")
    else:
        yield phrases.text("keep.limit", size=_size(most, phrases))


def _size(size: int, phrases: Phrases) -> str:
    return f"{phrases.number(size / MB, 1)} MB"


def _phrases(data: Path | None, lang: str | None) -> Phrases:
    with Notebook.open(data) as notebook:
        return load_phrases(lang_of(notebook, lang))


def _print(*lines: str) -> None:
    sys.stdout.write("".join(f"{plain(line)}\n" for line in lines))
