"""Recorded poses through the coach again: no camera, no model, the same events and files."""

from contextlib import closing
from pathlib import Path
from typing import Any

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary
from formcoach.commands.analyze import Analysis
from formcoach.commands.choosing import (
    candidates,
    choose,
    find_mismatch,
    mismatch_notes,
    mismatch_tree,
    recogniser_of,
)
from formcoach.commands.recording_stats import RecordingStats
from formcoach.errors import OutputError, SpecError, TraceError
from formcoach.exercises.choice import Choice
from formcoach.exercises.library import exercise_ids
from formcoach.notes import Note
from formcoach.pose.trace import read_trace
from formcoach.results.folder import ANNOTATED, FolderNames, ResultFolder, folder_name, plain_name
from formcoach.results.set_record import SetRecord
from formcoach.results.summary import stretch_tree
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["replay_trace"]

MAX_DURATION_S = 7 * 24 * 3600.0
"""What says that it lasts longer than a week does not know."""
SHORT_S = 1.0
"""Poses that end so much before their recording does were cut off. Proposal."""
SHORT_FRAMES = 2.0
"""... and so many frames before it."""


def replay_trace(
    path: Path,
    *,
    exercise: str | None = None,
    level: str | None = None,
    out: Path,
    lang: str = "en",
    names: FolderNames | None = None,
) -> Analysis:
    """Run the coach over recorded poses: no camera, no model, the same events.

    Without an exercise it is the one that was asked for when the poses were recorded, or else the
    one that is recognised.

    Args:
        path: the recorded poses.
        exercise: its id or a TOML file.
        level: its id.
        out: the folder in which the recording gets a folder of its own.
        lang: the language of the cues.
        names: the folders' names that are taken already in this call.

    Raises:
        FormCoachError: the trace cannot be read, or no exercise is known for it.
    """
    header, poses = read_trace(path)
    poses.close()  # they are read when it is known what to look for
    name = _text(header, "video") or plain_name(path)
    notes: list[Note] = []
    choices = _choices(path, header, exercise, level, notes)
    phrases = load_phrases(lang)
    asked = exercise is not None or _text(header, "exercise") is not None
    choice = choices[0]
    if len(choices) > 1:
        recogniser, seen = recogniser_of(choices), RecordingStats()
        _, poses = read_trace(path)
        with poses:
            for pose in poses:
                seen.add(pose)
                recogniser.step(pose)
        _check_seen(seen, path)
        choice = choose(recogniser, choices, name, notes, asked=asked, why=seen.why_nothing())
    known = {
        "video": name,
        "duration_s": _seconds(header, "duration_s"),
        "recorded_at": _text(header, "recorded_at"),
        "start_s": _seconds(header, "start_s"),
        "end_s": _seconds(header, "end_s"),
        "recognised": not asked,
        "replayed": True,
        "lang": lang,
    }
    stem = folder_name(name) or folder_name(path.name)
    with (
        (names or FolderNames()).taken(stem) as own,
        ResultFolder(out, own, keeps=[ANNOTATED]) as folder,
    ):
        if (folder.final / ANNOTATED).exists():
            notes.append(Note("video_kept", {"video": ANNOTATED}))
        try:
            summary, tree = _coach(path, choice, folder.part, phrases, known, notes)
        except (OSError, OutputError) as error:
            raise folder.unwritable(error) from error
        folder.complete()
    return Analysis(folder=folder.final, summary=summary, tree=tree)


def _choices(
    path: Path, header: dict[str, Any], exercise: str | None, level: str | None, notes: list[Note]
) -> list[Choice]:
    """Return what the recording may show: what is asked for, else what it was recorded as."""
    recorded = _text(header, "exercise")
    if exercise is None and recorded is not None and recorded not in exercise_ids():
        # Also where it is a file: what a trace says is no reason to open one.
        raise TraceError(
            f"{path}: recorded as exercise {recorded!r}, which is not in the catalogue; "
            "name it with --exercise"
        )
    wanted = exercise or recorded
    recorded_level = _text(header, "level")
    if level is not None or recorded_level is None or recorded is None or wanted != recorded:
        return candidates(wanted, level)
    try:
        return candidates(wanted, recorded_level)
    except SpecError:
        notes.append(Note("no_such_level", {"level": repr(recorded_level), "exercise": recorded}))
        return candidates(wanted, None)


def _coach(
    path: Path,
    choice: Choice,
    folder: Path,
    phrases: Phrases,
    known: dict[str, Any],
    notes: list[Note],
) -> tuple[SetSummary, dict[str, Any]]:
    """Coach the poses and write the files; `known` is what the summary begins with."""
    seen = RecordingStats()
    _, poses = read_trace(path)
    with poses, closing(SetRecord(Coach(choice.spec, choice.level_id), folder, phrases)) as record:
        for pose in poses:
            seen.add(pose)
            record.step(pose)
    _check_seen(seen, path)
    summary = record.coach.finish()
    counted = bool(summary.reps or summary.holds)
    instead = None
    told: list[str] = []
    if not known["recognised"]:
        instead = find_mismatch(summary, choice, lambda: read_trace(path)[1])
        told = mismatch_notes(instead, choice, phrases)
    lasts_s = round(known["duration_s"] or seen.last_s, 3)
    stretch = stretch_tree(known["start_s"], known["end_s"], lasts_s)
    losses = poses.losses or _cut_off(seen, stretch["end_s"])
    known = known | {
        "duration_s": lasts_s,
        **stretch,
        **mismatch_tree(instead, choice),
        "notes": [*told, *map(phrases.note, [*notes, *seen.notes(counted=counted), *losses])],
    }
    return record.finish(known, summary, poses=path)


def _cut_off(seen: RecordingStats, end_s: float) -> list[Note]:
    """Return the note that the poses end before the stretch that was recorded, where they do."""
    if end_s - seen.last_s <= max(SHORT_S, SHORT_FRAMES / seen.fps):
        return []
    return [Note("ends_early", {"end": f"{seen.last_s:.1f}", "whole": f"{end_s:.1f}"})]


def _check_seen(seen: RecordingStats, path: Path) -> None:
    """Raise TraceError where nothing can be judged in the whole recording."""
    if not seen.bodies:
        raise TraceError(
            f"{path}: nobody seen in {seen.frames} frames; give a recording with a body in it"
        )
    if seen.frames == 1:
        raise TraceError(f"{path}: 1 frame, which shows no movement; give a recording of a set")


def _text(header: dict[str, Any], key: str) -> str | None:
    value = header.get(key)
    return value if isinstance(value, str) else None


def _seconds(header: dict[str, Any], key: str) -> float | None:
    value = header.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 <= value <= MAX_DURATION_S else None
