"""Recorded videos, end to end: frames -> poses -> the coach -> files.

A video is watched once. Where the exercise and the level are known, the coach goes along; where
not, every candidate is coached at once, and the poses just written are then replayed through the
one that was recognised. Results grow in a folder of their own and take their place when complete,
so that nothing half-written is ever found under its final name.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any

from formcoach.capture.file.video import VideoFile
from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary
from formcoach.commands.choosing import (
    candidates,
    choose,
    find_mismatch,
    mismatch_notes,
    mismatch_tree,
    recogniser_of,
)
from formcoach.commands.recording_stats import RecordingStats
from formcoach.errors import NotRecognisedError, OutputError
from formcoach.exercises.choice import Choice
from formcoach.notes import Note
from formcoach.picture.studio import Studio
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator, PoseEstimator
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.trace import POSES, TraceWriter, quantise, read_trace
from formcoach.results.folder import ANNOTATED, ResultFolder, folder_name, plain_name
from formcoach.results.set_record import SetRecord
from formcoach.results.summary import stretch_tree
from formcoach.system.stopping import StopRequests, no_stop
from formcoach.voice.synthesiser import Synthesiser
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["Analysis", "AnalyzeOptions", "analyze_video"]

Progress = Callable[[int, int | None], None]
"""Called with how many frames are done, and about how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyzeOptions:
    """How to analyse.

    Attributes:
        exercise: its id or a TOML file; None to recognise it.
        level: its id; None to take what the picture tells.
        start_s, end_s: the stretch of the video to look at.
        out: the folder in which each video gets a folder of its own.
        lang: the language of the cues.
        model: lite, full, heavy, or a bundle's path.
        video: whether to write the annotated copy.
        voice: whether it has what the coach says as its sound.
        breath_s: how long one breath of this person takes; NaN when not known.
        title: what the results call the video; None for its file's name.
    """

    exercise: str | None = None
    level: str | None = None
    start_s: float | None = None
    end_s: float | None = None
    out: Path = field(default_factory=lambda: Path("formcoach-out"))
    lang: str = "en"
    model: str = "full"
    video: bool = True
    voice: bool = False
    breath_s: float = nan
    title: str | None = None

    @property
    def stretch(self) -> str:
        """The part of the video to look at, in words; empty for all of it."""
        if self.start_s is None and self.end_s is None:
            return ""
        to = "the end" if self.end_s is None else f"{self.end_s:g} s"
        return f"the stretch from {self.start_s or 0.0:g} s to {to}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What came of one recording.

    Attributes:
        folder: where the files are.
        summary: what happened in the set.
        tree: the same, as in ``summary.json``.
    """

    folder: Path
    summary: SetSummary
    tree: dict[str, Any]


def analyze_video(
    path: Path,
    options: AnalyzeOptions,
    progress: Progress | None = None,
    *,
    name: str | None = None,
    asked: StopRequests = no_stop,
) -> Analysis:
    """Analyse one recorded video and write its files (README says which).

    Args:
        path: the video.
        options: how to analyse it.
        progress: told after each frame.
        name: what to call its folder; the file's stem by default.
        asked: how often the user has asked to stop. The first time ends the watching, and what was
            seen until then is written; the second time ends the drawing as well.

    Raises:
        FormCoachError: one line that says what failed, the value seen and the way out.
    """
    choices = candidates(options.exercise, options.level)
    phrases = load_phrases(options.lang)
    model_path = find_model(options.model)
    with ExitStack() as stack:
        source = stack.enter_context(VideoFile(path, options.start_s, options.end_s))
        folder = stack.enter_context(ResultFolder(options.out, name or folder_name(path.name)))
        estimator = stack.enter_context(LandmarkerEstimator(model_path))
        job = _Job(source, path, folder.part, phrases, options, progress, asked)
        try:
            summary, tree = job.run(estimator, choices)
        except (OSError, OutputError) as error:
            raise folder.unwritable(error) from error
        except NotRecognisedError as error:
            if not job.interrupted:
                raise
            folder.complete()
            kept = f"formcoach replay {folder.final / POSES} --exercise ID"
            raise NotRecognisedError(f"{error}, of what was seen: {kept}") from error
        folder.complete()
    return Analysis(folder=folder.final, summary=summary, tree=tree)


class _Job:
    """The analysis of one video, from its frames to its summary."""

    def __init__(
        self,
        source: VideoFile,
        path: Path,
        folder: Path,
        phrases: Phrases,
        options: AnalyzeOptions,
        progress: Progress | None,
        asked: StopRequests,
    ) -> None:
        self.interrupted = False
        self._source = source
        self._path = path
        self._name = options.title or plain_name(path)
        self._folder = folder
        self._phrases = phrases
        self._options = options
        self._progress = progress
        self._asked = asked
        self._notes: list[Note] = []
        self._seen = RecordingStats()

    def run(
        self, estimator: PoseEstimator, choices: Sequence[Choice]
    ) -> tuple[SetSummary, dict[str, Any]]:
        """Watch the video, settle what it shows, and write its files."""
        header = {
            "video": self._name,
            "image_size_px": self._source.size_px,
            "fps": self._source.fps,
            "duration_s": self._source.duration_s,
            "start_s": self._options.start_s,
            "end_s": self._options.end_s,
            "exercise": self._options.exercise,
            "level": self._options.level,
        }
        with TraceWriter(self._folder / POSES, header) as trace:
            if len(choices) == 1:
                return self._coach(choices[0], self._watch(estimator, trace))
            recogniser = recogniser_of(choices)
            for _, pose in self._watch(estimator, trace):
                recogniser.step(pose)
        self._check_seen()
        asked = self._options.exercise is not None
        why = self._seen.why_nothing()
        choice = choose(recogniser, choices, self._name, self._notes, asked=asked, why=why)
        _, poses = read_trace(self._folder / POSES)
        with poses:
            return self._coach(choice, self._watch_again(poses))

    def _watch(
        self, estimator: PoseEstimator, trace: TraceWriter
    ) -> Iterator[tuple[Frame | None, Pose]]:
        """Give the frames with their poses, and write the poses down; close them at the end."""
        for frame in self._source:
            pose = quantise(estimator.estimate(frame))
            trace.write(pose)
            self._seen.add(pose)
            if self._progress is not None:
                self._progress(self._seen.frames, self._source.frame_count)
            yield frame, pose
            if self._asked():
                self.interrupted = True
                break
        trace.close()

    def _watch_again(self, poses: Iterable[Pose]) -> Iterator[tuple[Frame | None, Pose]]:
        """Give the poses again; with their frames, where a picture is to be drawn."""
        if not self._options.video:
            yield from ((None, pose) for pose in poses)
            return
        options, asked = self._options, self._asked()
        with VideoFile(self._path, options.start_s, options.end_s) as source:
            frames = iter(source)
            for done, pose in enumerate(poses, start=1):
                if self._asked() > asked:
                    self.interrupted = True
                yield None if self._asked() > asked else next(frames, None), pose
                if self._progress is not None:
                    self._progress(done, self._seen.frames)

    def _coach(
        self, choice: Choice, watched: Iterator[tuple[Frame | None, Pose]]
    ) -> tuple[SetSummary, dict[str, Any]]:
        """Coach what is watched, and write it."""
        coach = Coach(choice.spec, choice.level_id, breath_s=self._options.breath_s)
        record = SetRecord(coach, self._folder, self._phrases)
        with ExitStack() as stack:
            stack.enter_context(closing(record))
            studio = None
            if self._options.video:
                path = self._folder / ANNOTATED
                studio = Studio(
                    path,
                    coach,
                    self._phrases,
                    fps=self._source.fps,
                    size_px=self._source.size_px,
                    synthesiser=_synthesiser(self._options.lang) if self._options.voice else None,
                )
                stack.enter_context(studio)
            for frame, pose in watched:
                update = record.step(pose)
                if studio is not None and frame is not None:
                    studio.show(frame, pose, update)
            self._check_seen()
            summary = coach.finish()
            instead = None
            if self._options.exercise is not None:
                poses = self._folder / POSES
                instead = find_mismatch(summary, choice, lambda: read_trace(poses)[1])
            counted = bool(summary.reps or summary.holds)
            told = mismatch_notes(instead, choice, self._phrases)
            header = self._header(told, self._seen.notes(counted=counted))
            return record.finish(header | mismatch_tree(instead, choice), summary)

    def _check_seen(self) -> None:
        stretch = self._options.stretch
        self._seen.check(self._name, interrupted=self.interrupted, stretch=stretch)

    def _header(self, told: Sequence[str], seen_notes: Sequence[Note]) -> dict[str, Any]:
        seen, options = self._seen, self._options
        lasts_s = round(self._source.duration_s or seen.last_s, 3)
        notes = [*self._notes, *seen_notes, *self._source.losses]
        if self.interrupted:
            notes.append(Note("stopped", {"end": f"{seen.last_s:.1f}"}))
        return {
            "video": self._name,
            "duration_s": lasts_s,
            **stretch_tree(options.start_s, options.end_s, lasts_s),
            "recognised": options.exercise is None,
            "interrupted": self.interrupted,
            "lost_frames": self._source.lost_frames,
            "model": options.model,
            "lang": options.lang,
            "notes": [*told, *map(self._phrases.note, notes)],
        }


def _synthesiser(lang: str) -> Synthesiser:
    """Return a voice that has spoken already; raise SpeechError before any work where it cannot."""
    from formcoach.voice.speech import EspeakSynthesiser

    synthesiser = EspeakSynthesiser()
    synthesiser.synthesise("1", lang)
    return synthesiser
