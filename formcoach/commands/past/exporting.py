"""Files for others: a set as OpenSim or C3D reads it, past sessions as CSV or JSON."""

import sys
from enum import StrEnum
from pathlib import Path

from formcoach.commands.console import guarded
from formcoach.commands.past.columns import plain
from formcoach.commands.past.history_view import tell_odd
from formcoach.errors import UsageError
from formcoach.history.store import History
from formcoach.system.paths import PathKind, what_is_at
from formcoach.system.writing import make_whole, write_whole

__all__ = ["ExportFormat", "run_export"]

POSES = ("poses.jsonl.gz", "poses.jsonl")
GIVE = "give a folder that analyze or live --out wrote"


class ExportFormat(StrEnum):
    """What can be written."""

    TRC = "trc"
    MOT = "mot"
    C3D = "c3d"
    CSV = "csv"
    JSON = "json"


def run_export(what: str | None, kind: ExportFormat, out: Path | None, data: Path | None) -> int:
    """Write a file for other programs, and print where it is.

    Args:
        what: a folder of results, or recorded poses; for CSV and JSON the number of a session, or
            None for all of them.
        kind: what to write.
        out: where to; None for beside what is read, or here.
        data: the folder of the history; None for the platform's.
    """
    with guarded():
        if kind in (ExportFormat.CSV, ExportFormat.JSON):
            path = _export_sessions(what, kind, out, data)
        else:
            path = _export_set(what, kind, out, data)
        sys.stdout.write(f"{plain(str(path))}\n")
    return 0


def _export_sessions(
    what: str | None, kind: ExportFormat, out: Path | None, data: Path | None
) -> Path:
    from formcoach.history.exports import history_csv, history_json

    if what is not None and not (what.isascii() and what.isdigit()):
        raise UsageError(
            f"{what!r} is not the number of a session; formcoach history lists them, and a folder "
            f"of results has its CSV and JSON already: reps.csv and summary.json"
        )
    with History.open(data) as history:
        sessions = history.sessions() if what is None else [history.session(int(what))]
        tell_odd(history)
    name = "formcoach-history" if what is None else f"formcoach-session-{int(what)}"
    path = out or Path(f"{name}.{kind.value}")
    write_whole(path, history_csv(sessions) if kind is ExportFormat.CSV else history_json(sessions))
    return path


def _export_set(what: str | None, kind: ExportFormat, out: Path | None, data: Path | None) -> Path:
    from formcoach.results.motion_files import mot_text, read_markers, trc_text, write_c3d

    if what is None:
        raise UsageError(f"--format {kind.value} needs a set; {GIVE}")
    given = Path(what)
    if what.isascii() and what.isdigit() and what_is_at(given) is PathKind.NOTHING:
        given = _set_of_session(int(what), data)
    there = what_is_at(given)
    if there not in (PathKind.FOLDER, PathKind.FILE):
        raise UsageError(f"{what}: no such folder or file; {GIVE}")
    folder = given if there is PathKind.FOLDER else given.parent
    path = out or folder / f"{folder.resolve().name}.{kind.value}"
    if kind is ExportFormat.MOT:
        write_whole(path, mot_text(folder / "signals.csv"))
        return path
    markers = read_markers(given if there is PathKind.FILE else _poses_in(folder))
    if kind is ExportFormat.TRC:
        write_whole(path, trc_text(markers, path.name))
    else:
        make_whole(path, lambda part: write_c3d(markers, part))
    return path


def _set_of_session(number: int, data: Path | None) -> Path:
    """Return the folder of the only set of a session, or of its first."""
    from formcoach.history.session_folders import session_folders

    with History.open(data) as history:
        history.session(number)
        known = session_folders(history, {number}).get(number)
    folders = [] if known is None else known.set_folders()
    if not folders:
        raise UsageError(
            f"session {number}: its poses were not kept, or are gone; live keeps them with --out; "
            f"{GIVE}"
        )
    if folders[1:]:
        names = ", ".join(path.name for path in folders)
        raise UsageError(
            f"session {number} has several sets in {folders[0].parent}: {names}; "
            f"give the folder of one of them"
        )
    return folders[0]


def _poses_in(folder: Path) -> Path:
    for name in POSES:
        if what_is_at(folder / name) is PathKind.FILE:
            return folder / name
    raise UsageError(f"{folder}: no {POSES[0]} in it; {GIVE}")
