"""A session of the history as the report shows it: from its files where it has any."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from io import StringIO
from pathlib import Path
from typing import Any

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary
from formcoach.errors import SpecError
from formcoach.exercises.library import load_exercise
from formcoach.history.session_files import SessionFiles, files_of
from formcoach.history.store import History
from formcoach.history.stored import StoredSession, StoredSet
from formcoach.pose.landmarks import Side
from formcoach.pose.trace import POSES
from formcoach.results.report import PageSet
from formcoach.results.report_pictures import Media
from formcoach.results.summary import counts_tree, hold_tree, rep_tree
from formcoach.results.targets import target_tree
from formcoach.words.phrases import Phrases

__all__ = ["page_sets", "reps_table", "stored_page_sets"]

_NEEDED = ("reps", "holds", "faults", "cues", "unsure", "view", "counts", "duration_s", "exercise")
"""What a summary must have to be shown."""


def stored_page_sets(
    history: History, session: StoredSession, phrases: Phrases
) -> tuple[list[PageSet], SessionFiles]:
    """Return the sets of a session of the history to be shown, and its files.

    Raises:
        StoreError: the history cannot be read.
    """
    files = files_of(history, session.id)
    ends = history.personal_ends(session.exercise, session.level)
    sided: dict[Side, float] = {side: deg for side, deg in ends.items() if side is not None}
    return page_sets(session, files, phrases, sided), files


def page_sets(
    session: StoredSession,
    files: SessionFiles,
    phrases: Phrases,
    personal_end_deg: Mapping[Side, float],
) -> list[PageSet]:
    """Return the sets of a session to be shown, at least one.

    Args:
        session: as the history has it.
        files: what there is of it beside the history; what cannot be read is left out.
        phrases: the words of the user's language.
        personal_end_deg: the end point the person has set, by side.
    """
    sets = session.sets or (StoredSet(index=1),)
    return [_page_set(session, one, files, phrases, personal_end_deg) for one in sets]


def _page_set(
    session: StoredSession,
    one: StoredSet,
    files: SessionFiles,
    phrases: Phrases,
    personal_end_deg: Mapping[Side, float],
) -> PageSet:
    folder = None if files.folder is None else Path(files.folder) / f"set-{one.index}"
    tree = None if folder is None else _read_summary(folder / "summary.json")
    media = Media()
    if tree is None or folder is None:
        tree = _tree_of(session, one, phrases, personal_end_deg)
    else:
        media = Media(
            signals=_there(folder / "signals.csv"),
            poses=_there(folder / POSES),
            video=_there(None if files.film is None else Path(files.film)),
            video_first_s=files.film_first_s,
            mirrored=files.film_mirrored,
        )
    told = {name: value for name, value in asdict(one.answers).items() if value is not None}
    known: dict[str, Any] = {
        "video": phrases.text("sheet.session", n=session.id),
        "recorded_at": session.started_at.isoformat(timespec="seconds"),
        "told": told,
    }
    if files.asked_reps is not None:
        known["asked"] = {"reps": files.asked_reps, "sets": files.asked_sets}
    return PageSet(tree=tree | known, media=media)


def _there(path: Path | None) -> Path | None:
    return path if path is not None and path.is_file() else None


def _read_summary(path: Path) -> dict[str, Any] | None:
    """Return a summary; None where there is none, or none that is whole."""
    try:
        tree = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(tree, dict) and all(name in tree for name in _NEEDED)
    return tree if whole else None


def _tree_of(
    session: StoredSession,
    one: StoredSet,
    phrases: Phrases,
    personal_end_deg: Mapping[Side, float],
) -> dict[str, Any]:
    """Return a summary made of what the history keeps: the reps and holds, not when faults were."""
    summary = SetSummary(reps=list(one.reps), holds=list(one.holds))
    return {
        "exercise": session.exercise,
        "level": session.level or None,
        "duration_s": 0.0,
        "view": {"kind": None, "near_side": None},
        "counts": counts_tree(summary),
        "reps": [rep_tree(rep) for rep in one.reps],
        "holds": [hold_tree(hold) for hold in one.holds],
        "faults": [],
        "cues": [],
        "unsure": [],
        "unsure_s": one.unsure_s,
        "signal": None,
        "target": _target(session, personal_end_deg),
        "notes": [phrases.text("sheet.no_curves")],
    }


def _target(
    session: StoredSession, personal_end_deg: Mapping[Side, float]
) -> dict[str, list[float | None]]:
    try:
        coach = Coach(load_exercise(session.exercise), session.level or None)
    except SpecError:  # an exercise of one's own, or a level that is no more
        return {}
    return target_tree(coach, personal_end_deg)


def reps_table(sets: Iterable[PageSet]) -> str:
    """Return the reps of a session as CSV, with the set of each."""
    rows = [
        {"set": number, **rep, "faults": ";".join(rep["faults"])}
        for number, one in enumerate(sets, start=1)
        for rep in one.tree["reps"]
    ]
    names = list(rows[0]) if rows else ["set", "index", "side", "start_s", "end_s", "quality"]
    text = StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
