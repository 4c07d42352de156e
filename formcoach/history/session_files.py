"""Which files belong to a session of the history: its sets on disk, its film, what was asked.

Kept as a document beside the sessions, so that histories of before need no change. A path is kept
as it was; the files may be gone by now.
"""

from dataclasses import dataclass

from formcoach.errors import DocumentError
from formcoach.history.store import History

__all__ = ["SessionFiles", "files_of", "keep_files"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFiles:
    """What there is of a session beside the history.

    Attributes:
        folder: where the files of each set are, in ``set-1``, ``set-2`` ...; None for none.
        film: the annotated film; None for none.
        film_first_s: the time of its first picture, in the time of the poses.
        film_mirrored: whether it shows the person as a mirror does.
        asked_reps: how many reps a set were asked for, or seconds; None where nothing was.
        asked_sets: how many sets.
    """

    folder: str | None = None
    film: str | None = None
    film_first_s: float = 0.0
    film_mirrored: bool = False
    asked_reps: int | None = None
    asked_sets: int | None = None


def _name(session_id: int) -> str:
    return f"session-files.{session_id}"


def keep_files(history: History, session_id: int, files: SessionFiles) -> None:
    """Keep which files belong to a session, where there is anything to keep."""
    if files.folder or files.film or files.asked_reps:
        history.put_document(_name(session_id), files)


def files_of(history: History, session_id: int) -> SessionFiles:
    """Return which files belong to a session; none where that is not known or cannot be read."""
    try:
        return history.document(_name(session_id), SessionFiles) or SessionFiles()
    except DocumentError:
        return SessionFiles()
