"""Recorded poses through the coach again: no camera, no model, the same events and files."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from formcoach.commands.choosing import candidates
from formcoach.commands.recorded import Analysis, Watched, coach_recording
from formcoach.commands.recording_stats import RecordingStats
from formcoach.errors import OutputError, SpecError, TraceError
from formcoach.exercises.choice import Choice
from formcoach.exercises.library import exercise_ids
from formcoach.notes import Note, rounded
from formcoach.pose.coco import open_poses
from formcoach.pose.landmarks import Pose
from formcoach.results.folder import ANNOTATED, FolderNames, ResultFolder, folder_name, plain_name
from formcoach.words.phrases import load_phrases

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
    fps: float | None = None,
) -> Analysis:
    """Run the coach over recorded poses: no camera, no model, the same events.

    Without an exercise it is the one that was asked for when the poses were recorded, or else the
    one that is recognised.

    Args:
        path: the recorded poses: a trace, or keypoints of another program (`formcoach.pose.coco`).
        exercise: its id or a TOML file.
        level: its id.
        out: the folder in which the recording gets a folder of its own.
        lang: the language of the cues.
        names: the folders' names that are taken already in this call.
        fps: frames a second, for keypoints that do not tell them.

    Raises:
        FormCoachError: the trace cannot be read, or no exercise is known for it.
    """
    header, poses = open_poses(path, fps)
    poses.close()  # they are read when it is known what to look for
    notes: list[Note] = []
    choices = _choices(path, header, exercise, level, notes)
    phrases = load_phrases(lang)
    asked = exercise is not None or _text(header, "exercise") is not None
    recording = _TraceRecording(path, fps, header, notes, asked=asked)
    stem = folder_name(recording.name) or folder_name(path.name)
    with (
        (names or FolderNames()).taken(stem) as own,
        ResultFolder(out, own, keeps=[ANNOTATED]) as folder,
    ):
        if (folder.final / ANNOTATED).exists():
            notes.append(Note("video_kept", {"video": ANNOTATED}))
        try:
            summary, tree = coach_recording(recording, choices, folder.part, phrases)
        except (OSError, OutputError) as error:
            raise folder.unwritable(error) from error
        folder.complete()
    return Analysis(folder=folder.final, summary=summary, tree=tree)


class _TraceRecording:
    """Poses that were recorded before."""

    def __init__(
        self,
        path: Path,
        fps: float | None,
        header: dict[str, Any],
        notes: list[Note],
        *,
        asked: bool,
    ) -> None:
        self.name = _text(header, "video") or plain_name(path)
        self.asked = asked
        self.stretch = (_seconds(header, "start_s"), _seconds(header, "end_s"))
        self.notes = notes
        self.trace = None if path.suffix == ".json" or path.is_dir() else path
        self._recorded_at = _text(header, "recorded_at")
        self.tempo_known = header.get("tempo_known") is not False
        if not self.tempo_known:
            notes.append(Note("tempo_not_judged"))
        self._path, self._fps = path, fps
        self._lasts_s = _seconds(header, "duration_s")
        self._losses: list[Note] = []

    def watch(self) -> Watched:
        _, poses = open_poses(self._path, self._fps)
        with poses:
            yield from ((None, pose) for pose in poses)
            self._losses = poses.losses

    def watch_again(self) -> Watched:
        return self.watch()

    def poses(self) -> Iterable[Pose]:
        return open_poses(self._path, self._fps)[1]

    def check(self, stats: RecordingStats) -> None:
        """Raise TraceError where nothing can be judged in the whole recording."""
        if not stats.bodies:
            raise TraceError(
                f"{self._path}: nobody seen in {stats.frames} frames; "
                "give a recording with a body in it"
            )
        if stats.frames == 1:
            raise TraceError(
                f"{self._path}: 1 frame, which shows no movement; give a recording of a set"
            )

    def duration_s(self) -> float | None:
        return self._lasts_s

    def losses(self, stats: RecordingStats, end_s: float) -> list[Note]:
        return self._losses or _cut_off(stats, end_s)

    def header(self) -> dict[str, Any]:
        return {"replayed": True, "recorded_at": self._recorded_at}


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


def _cut_off(seen: RecordingStats, end_s: float) -> list[Note]:
    """Return the note that the poses end before the stretch that was recorded, where they do."""
    if end_s - seen.last_s <= max(SHORT_S, SHORT_FRAMES / seen.fps):
        return []
    return [Note("ends_early", {"end": rounded(seen.last_s, 1), "whole": rounded(end_s, 1)})]


def _text(header: dict[str, Any], key: str) -> str | None:
    value = header.get(key)
    return value if isinstance(value, str) else None


def _seconds(header: dict[str, Any], key: str) -> float | None:
    value = header.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 <= value <= MAX_DURATION_S else None
