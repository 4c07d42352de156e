"""Which recordings of live sessions were kept, how large they are, and a limit for all of them.

A file is only ever deleted while it is the one that was written: of the same size and time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from formcoach.errors import DocumentError
from formcoach.history.store import History

__all__ = [
    "KeptVideo",
    "delete_videos",
    "keep_video",
    "kept_videos",
    "limit_bytes",
    "put_limit",
    "trim_videos",
]

VIDEOS, LIMIT = "videos", "video_limit_bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVideo:
    """A recording.

    Attributes:
        path: where it was written.
        made_at: when.
        size: in bytes.
        mtime_ns: the file's time, to know it again.
        session_id: the session it shows; None where nothing of it was kept.
    """

    path: str
    made_at: datetime
    size: int
    mtime_ns: int
    session_id: int | None = None

    @property
    def is_there(self) -> bool:
        """Whether the file is there, and still the one that was written."""
        try:
            stat = Path(self.path).stat()
        except (OSError, ValueError):
            return False
        return (stat.st_size, stat.st_mtime_ns) == (self.size, self.mtime_ns)


def kept_videos(history: History) -> list[KeptVideo]:
    """Return the recordings that are still there, the oldest first."""
    try:
        kept = history.document(VIDEOS, tuple[KeptVideo, ...]) or ()
    except DocumentError:
        kept = ()
    there = [video for video in kept if video.is_there]
    return sorted(there, key=lambda video: video.made_at)


def keep_video(history: History, path: Path, session_id: int | None, made_at: datetime) -> None:
    """Note a recording that was written just now.

    Raises:
        OSError: it is not there.
    """
    stat = path.stat()
    video = KeptVideo(
        path=str(path.resolve()),
        made_at=made_at,
        size=stat.st_size,
        mtime_ns=stat.st_mtime_ns,
        session_id=session_id,
    )
    others = [one for one in kept_videos(history) if one.path != video.path]
    history.put_document(VIDEOS, (*others, video))


def limit_bytes(history: History) -> int | None:
    """Return how much all recordings may take up; None for no limit, which is how it begins."""
    try:
        return history.document(LIMIT, int)
    except DocumentError:
        return None


def put_limit(history: History, most: int | None) -> None:
    """Set the limit, or take it away."""
    if most is None:
        history.drop_document(LIMIT)
    else:
        history.put_document(LIMIT, most)


def trim_videos(history: History) -> list[KeptVideo]:
    """Delete the oldest recordings until the rest keeps to the limit; return those that went.

    The newest one stays, however large: it is what was just asked for.
    """
    most, videos = limit_bytes(history), kept_videos(history)
    if most is None:
        return []
    total, going = sum(video.size for video in videos), []
    for video in videos[:-1]:
        if total <= most:
            break
        total -= video.size
        going.append(video)
    return delete_videos(history, going)


def delete_videos(history: History, videos: Iterable[KeptVideo]) -> list[KeptVideo]:
    """Delete recordings; return those that went."""
    gone = []
    for video in videos:
        if video.is_there:
            try:
                Path(video.path).unlink()
            except OSError:
                continue
            gone.append(video)
    if gone:
        history.put_document(VIDEOS, tuple(kept_videos(history)))
    return gone
