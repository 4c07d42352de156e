"""`formcoach report` and `formcoach share`: a session of the history as a page, or as a parcel."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from formcoach.commands.console import guarded, terminal
from formcoach.errors import OutputError, StoreError, UsageError
from formcoach.history.session_files import SessionFiles
from formcoach.history.store import History
from formcoach.history.stored import StoredSession
from formcoach.history.stored_sets import reps_table, stored_page_sets
from formcoach.pose.trace import read_trace
from formcoach.results.report import PageSet, render_report
from formcoach.results.report_pictures import Media
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["share_session", "show_session"]

MEGABYTE = 1_000_000
FILM = "film.mp4"
"""The film's name in a parcel: that of the file may tell whose it is."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A session that was asked for: its record, its files, its sets, the language."""

    session: StoredSession
    files: SessionFiles
    sets: Sequence[PageSet]
    phrases: Phrases


def show_session(session: str | None, out: Path | None, data: Path | None, lang: str | None) -> int:
    """Write the report of a session; return the exit status.

    Args:
        session: its number; None for the last one.
        out: the HTML file; by default one named after the session, in this folder.
        data: the folder of the history; None for the platform's.
        lang: the language; None for that of the session.
    """
    with guarded():
        asked = _asked(session, data, lang)
        path = out or Path(f"formcoach-session-{asked.session.id}.html")
        folder = path.absolute().parent
        sets = [replace(s, media=replace(s.media, page_folder=folder)) for s in asked.sets]
        with _whole(path) as part:
            page = render_report(sets, asked.phrases, session=asked.session.id)
            part.write_text(page, encoding="utf-8")
        terminal().print(str(path), highlight=False, soft_wrap=True, markup=False)
    return 0


def share_session(
    session: str,
    out: Path | None,
    data: Path | None,
    lang: str | None,
    *,
    face_visible: bool,
) -> int:
    """Write a session as one zip for a physiotherapist; return the exit status.

    Args:
        session: its number.
        out: the zip; by default one named after the session, in this folder.
        data: the folder of the history; None for the platform's.
        lang: the language; None for that of the session.
        face_visible: whether faces may be seen; otherwise they are blurred.
    """
    with guarded():
        asked = _asked(session, data, lang)
        path = out or Path(f"formcoach-session-{asked.session.id}.zip")
        with TemporaryDirectory(prefix="formcoach-") as folder, _whole(path) as part:
            film = _film(asked.sets, Path(folder), face_visible=face_visible)
            private = not face_visible
            sets = [
                replace(
                    one,
                    media=replace(one.media, video=film, private=private, page_folder=Path(folder)),
                )
                for one in asked.sets
            ]
            _pack(part, sets, asked, face_visible=face_visible)
        what = "visible" if face_visible else "blurred"
        text = asked.phrases.text
        size = asked.phrases.number(path.stat().st_size / MEGABYTE, 1)
        words = text(f"parcel.{what}" if film is not None else "parcel.no_pictures")
        line = text("parcel.written", path=path, size=size, what=words)
        terminal().print(line, highlight=False, soft_wrap=True, markup=False)
    return 0


def _asked(session: str | None, data: Path | None, lang: str | None) -> _Asked:
    """Read a session.

    Raises:
        UsageError: what was given is no number of a session.
        StoreError: there is no history, or no such session in it.
    """
    number = None if session is None else _number(session)
    if not History.is_in(data):
        raise StoreError("no session was kept yet; do one with formcoach live or formcoach today")
    with History.open(data) as history:
        if number is None:
            found = history.last_session()
            if found is None:
                raise StoreError(
                    "no session was kept yet; do one with formcoach live or formcoach today"
                )
        else:
            found = history.session(number)
        phrases = load_phrases(lang or found.lang)
        sets, files = stored_page_sets(history, found, phrases)
    return _Asked(found, files, sets, phrases)


def _number(session: str) -> int:
    if session.isascii() and session.isdigit() and 0 < int(session) < 2**63:
        return int(session)
    raise UsageError(
        f"session {session!r} is no number of a session; give one as formcoach live and today "
        "count them, 1 for the first, or none for the last"
    )


def _film(sets: Sequence[PageSet], folder: Path, *, face_visible: bool) -> Path | None:
    """Return a copy of a session's film that may be handed on; None where it has none.

    Without poses nobody knows where the head is, and the film stays where it is.
    """
    media = [one.media for one in sets if one.media.video is not None and one.media.poses]
    if not media or media[0].video is None:
        return None
    film = folder / FILM
    if face_visible:
        film.write_bytes(media[0].video.read_bytes())
    else:
        _blur(media[0].video, film, media)
    return film


def _blur(source: Path, film: Path, sets: Sequence[Media]) -> None:
    from formcoach.picture.face_blur import MIN_PRESENCE, HeadTrack, blur_film
    from formcoach.pose.mediapipe.face_estimator import FaceFinder
    from formcoach.pose.mediapipe.model_files import find_face_model

    heads = HeadTrack(mirrored=sets[0].mirrored)
    for media in sets:
        assert media.poses is not None
        _, poses = read_trace(media.poses)
        with poses:
            heads.add(poses)
    finder = FaceFinder(find_face_model(), faces=4, min_presence=MIN_PRESENCE)
    try:
        blur_film(source, film, heads, finder, first_s=sets[0].video_first_s or 0.0)
    finally:
        finder.close()


def _pack(part: Path, sets: Sequence[PageSet], asked: _Asked, *, face_visible: bool) -> None:
    """Write the zip; the film stands in it by itself only where it is too large for the page."""
    phrases, number = asked.phrases, asked.session.id
    privacy = "faces_shown" if face_visible else "private"
    page = render_report(sets, phrases, session=number, privacy=privacy)
    lines = [
        phrases.text("parcel.readme", session=number),
        "",
        phrases.text("parcel.report"),
        phrases.text("parcel.reps"),
    ]
    film = sets[0].media.video
    beside = film is not None and f'src="{FILM}"' in page
    if beside:
        lines.append(phrases.text("parcel.film", name=FILM))
    faces = "parcel.faces_visible" if face_visible else "parcel.faces_blurred"
    lines += ["", phrases.text(faces), "", phrases.text("about.disclaimer"), ""]
    with ZipFile(part, "w", ZIP_DEFLATED) as parcel:
        parcel.writestr("report.html", page)
        parcel.writestr("reps.csv", reps_table(sets))
        parcel.writestr("README.txt", "\n".join(lines))
        if beside and film is not None:
            parcel.write(film, FILM, ZIP_STORED)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give a file to write that takes its place under `path` when it is whole.

    Raises:
        OutputError: it cannot be written; what was there before stays.
    """
    part: Path | None = None
    try:
        if path.is_dir():
            raise OutputError(f"cannot write {path}: it is a folder; choose another --out")
        handle, name = mkstemp(".part", ".formcoach-", path.absolute().parent)
        os.close(handle)
        part = Path(name)
        yield part
        part.chmod(0o600)
        part.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot write {path}: {reason}; free some space or choose another --out"
        ) from error
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)
