"""Where the files of a session's sets are, and what was asked in it, as far as that was kept.

`live` notes both in a document beside the session; its name and fields are read here as they are,
and whatever is not there, or not what it should be, is as good as not kept.
"""

from collections.abc import Collection
from pathlib import Path

import msgspec

from formcoach.history.store import History

__all__ = ["PREFIX", "SessionFolder", "session_folders"]

PREFIX = "session-files."
"""The name of the document of session 7 is ``session-files.7``."""


class SessionFolder(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session beside the history.

    Attributes:
        folder: where the files of its sets are; None where none were written.
        asked_reps: how many reps a set, or seconds, were asked for; None where that is not known.
        asked_sets: how many sets.
    """

    folder: str | None = None
    asked_reps: int | None = None
    asked_sets: int | None = None

    def set_folders(self) -> list[Path]:
        """Return the folders of the sets that are still there, in order."""
        if self.folder is None:
            return []
        try:
            found = [path for path in Path(self.folder).glob("set-*") if path.is_dir()]
        except (OSError, ValueError):
            return []
        return sorted(found, key=lambda path: (len(path.name), path.name))


def session_folders(history: History, session_ids: Collection[int]) -> dict[int, SessionFolder]:
    """Return what is known of each session; those of which nothing is are left out."""
    wanted = {f"{PREFIX}{number}": number for number in session_ids}
    with history.reading() as read:
        rows = read.execute("SELECT name, body FROM document WHERE name GLOB ?", (f"{PREFIX}*",))
        found = [(row["name"], row["body"]) for row in rows if row["name"] in wanted]
    known = {}
    for name, body in found:
        try:
            known[wanted[name]] = msgspec.json.decode(body, type=SessionFolder)
        except (msgspec.MsgspecError, TypeError):
            continue
    return known
