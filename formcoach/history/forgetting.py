"""Deletes for good: rows are overwritten, and the file made anew without them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from formcoach.errors import StoreError
from formcoach.history.digest import SessionFilter
from formcoach.history.notebook import Notebook
from formcoach.history.queries import sessions
from formcoach.history.session_folders import PREFIX, session_folders
from formcoach.history.store import History
from formcoach.history.videos import KeptVideo, delete_videos, kept_videos
from formcoach.system.local_time import local_now

__all__ = ["Forgotten", "forget", "what_would_go"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What goes, or went.

    Attributes:
        session_ids: the sessions, with all their reps, holds and answers.
        before: all that was before this day; None where only sessions were named.
        ends: how many end points the person had set.
        diary_days, check_ins: how many.
        videos: the recordings.
        folders: files of sets, which stay where the person had them written.
    """

    session_ids: tuple[int, ...]
    before: date | None
    ends: int = 0
    diary_days: int = 0
    check_ins: int = 0
    videos: tuple[KeptVideo, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to forget."""
        counted = self.ends + self.diary_days + self.check_ins
        return not (self.session_ids or counted or self.videos)


def what_would_go(notebook: Notebook, session_ids: Sequence[int], before: date | None) -> Forgotten:
    """Return what would be deleted.

    Args:
        notebook: what is kept.
        session_ids: sessions that are named.
        before: a day; all sessions, end points, diary days and check-ins before it go.

    Raises:
        StoreError: a session that is named does not exist.
    """
    history = notebook.history
    going = _sessions_going(history, session_ids, before)
    at_s = _begin_s(before)
    with history.reading() as read:
        found = read.execute("SELECT count(*) FROM personal_end WHERE measured_utc_s < ?", (at_s,))
        ends = found.fetchone()[0]
    diary, check_ins = notebook.diary, notebook.check_ins
    folders = session_folders(history, going)
    days = {entry.day for entry in diary.entries} if diary is not None else set()
    return Forgotten(
        session_ids=tuple(sorted(going)),
        before=before,
        ends=ends,
        diary_days=0 if before is None else sum(day < before for day in days),
        check_ins=sum(one.at.timestamp() < at_s for one in check_ins),
        videos=tuple(
            video
            for video in kept_videos(history)
            if video.session_id in going or video.made_at.timestamp() < at_s
        ),
        folders=tuple(
            sorted({f.folder for f in folders.values() if f.folder is not None and f.set_folders()})
        ),
    )


def _sessions_going(history: History, session_ids: Sequence[int], before: date | None) -> set[int]:
    """Return the sessions that are named, and those before a day.

    Raises:
        StoreError: a session that is named does not exist.
    """
    with history.reading() as read:
        known = {row[0] for row in read.execute("SELECT id FROM session")}
    for number in session_ids:
        if number not in known:
            raise StoreError(
                f"{history.path}: no session {number}; formcoach history lists those there are"
            )
    if before is None:
        return set(session_ids)
    rows = sessions(history, SessionFilter(until=date.fromordinal(before.toordinal() - 1)))
    return {*session_ids, *(row.id for row in rows)}


def _begin_s(day: date | None) -> float:
    """Return when a day begins, in seconds since 1970; before all times for none."""
    if day is None:
        return -1e18
    return datetime.combine(day, time(), local_now().tzinfo).timestamp()


def forget(notebook: Notebook, going: Forgotten) -> Forgotten:
    """Delete for good what `what_would_go` found; return what went.

    Raises:
        StoreError: the history cannot be written; what was not deleted is as it was.
    """
    history, before = notebook.history, going.before
    gone = delete_videos(history, going.videos)
    diary = notebook.diary
    if before is not None and diary is not None and going.diary_days:
        entries = tuple(entry for entry in diary.entries if entry.day >= before)
        notebook.put_diary(replace(diary, entries=entries))
    at_s = _begin_s(before)
    if going.check_ins:
        kept = tuple(one for one in notebook.check_ins if one.at.timestamp() >= at_s)
        notebook.put_check_ins(kept)
    with history.erasing() as write:
        write.executemany("DELETE FROM session WHERE id = ?", [(n,) for n in going.session_ids])
        notes = [(f"{PREFIX}{number}",) for number in going.session_ids]
        write.executemany("DELETE FROM document WHERE name = ?", notes)
        write.execute("DELETE FROM personal_end WHERE measured_utc_s < ?", (at_s,))
    return replace(going, videos=tuple(gone))
