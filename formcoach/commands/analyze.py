"""Recorded videos, end to end: frames -> poses -> the coach -> files.

The landmarker watches a video once; where the exercise was not known, the poses just written are
coached again (`commands/recorded.py`). Results grow in a folder of their own and take their place
when complete, so that nothing half-written is ever found under its final name.
"""

import shlex
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from math import nan
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from formcoach.capture.file.video import AS_STATED, Pace, VideoFile
from formcoach.coaching.coach import Coach
from formcoach.commands.choosing import candidates
from formcoach.commands.flow import Moment
from formcoach.commands.recorded import Analysis, Watched, coach_recording
from formcoach.commands.recording_stats import RecordingStats
from formcoach.commands.watching import Watching
from formcoach.errors import NotRecognisedError, OutputError
from formcoach.exercises.library import exercise_id
from formcoach.notes import Note, rounded
from formcoach.picture.studio import Studio
from formcoach.pose.mediapipe.model_files import find_model, is_lite
from formcoach.pose.trace import POSES, TracePoses, TraceWriter, quantise, read_trace
from formcoach.results.folder import ANNOTATED, ResultFolder, folder_name, plain_name
from formcoach.system.stopping import StopRequests, no_stop
from formcoach.voice.chimes import CountBy
from formcoach.voice.synthesiser import Synthesiser
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["AnalyzeOptions", "Progress", "analyze", "analyze_video"]

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
        speaker: whose voice: auto, pack, system, espeak, or the path of a Piper voice or a pack.
        count_by: how reps are counted aloud: by number, by a soft sound, by both.
        angles: whether it shows angles in degrees.
        breath_s: how long one breath of this person takes; NaN when not known.
        jobs: how many processes may look at one long recording.
        fast: whether to look at fewer frames where little moves.
        pace: what the user says of the recording's rate and speed.
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
    speaker: str = "auto"
    count_by: CountBy = CountBy.VOICE
    angles: bool = False
    breath_s: float = nan
    jobs: int = 1
    fast: bool = False
    pace: Pace = AS_STATED
    title: str | None = None

    @property
    def stretch(self) -> str:
        """The part of the video to look at, in words; empty for all of it."""
        if self.start_s is None and self.end_s is None:
            return ""
        to = "the end" if self.end_s is None else f"{self.end_s:g} s"
        return f"the stretch from {self.start_s or 0.0:g} s to {to}"


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
    voice = _synthesiser(options) if options.voice and options.video else None
    with ExitStack() as stack:
        source = stack.enter_context(
            VideoFile(path, options.start_s, options.end_s, pace=options.pace)
        )
        folder = stack.enter_context(ResultFolder(options.out, name or folder_name(path.name)))
        watching = Watching(path, source, model_path, options.fast, asked, options.pace)
        recording = _VideoRecording(path, source, watching, folder.part, options, progress, asked)
        sinks = [partial(_Drawing, recording, phrases, voice)] if options.video else []
        try:
            summary, tree = coach_recording(
                recording,
                choices,
                folder.part,
                phrases,
                breath_s=options.breath_s,
                more_sinks=sinks,
            )
        except (OSError, OutputError) as error:
            raise folder.unwritable(error) from error
        except NotRecognisedError as error:
            folder.complete()
            kept = shlex.quote(str(folder.final / POSES))
            raise NotRecognisedError(
                f"{error}, or go on from its poses: formcoach replay {kept} --exercise ID"
            ) from error
        folder.complete()
    return Analysis(folder=folder.final, summary=summary, tree=tree)


def analyze(
    path: str | Path,
    *,
    exercise: str | None = None,
    level: str | None = None,
    out: str | Path = "formcoach-out",
    start_s: float | None = None,
    end_s: float | None = None,
    lang: str = "en",
    model: str = "full",
    video: bool = True,
    jobs: int = 1,
    fast: bool = False,
    progress: Progress | None = None,
) -> Analysis:
    """Count and judge the reps in one recorded video, and write its files.

        analysis = formcoach.analyze("squat.mp4", exercise="squat", video=False)
        print(analysis.summary.total, "reps, see", analysis.folder)

    Args:
        path: the video.
        exercise: its id or a TOML file; None to recognise it.
        level: its id; None to take what the picture tells.
        out: the folder in which the video gets a folder of its own.
        start_s: where to begin, in seconds of the video; None for its beginning.
        end_s: where to end; None for its end.
        lang: the language of the cues: en or nl.
        model: lite, full, heavy, or a bundle's path.
        video: whether to write the annotated copy.
        jobs: how many processes may look at one long recording. A script that asks for more than
            one keeps its own work under ``if __name__ == "__main__":``.
        fast: whether to look at fewer frames where little moves.
        progress: called after each frame with how many are done, and about how many there are.

    Raises:
        FormCoachError: one line that says what failed, the value seen and the way out.
    """
    options = AnalyzeOptions(
        exercise=exercise,
        level=level,
        start_s=start_s,
        end_s=end_s,
        out=Path(out),
        lang=lang,
        model=model,
        video=video,
        jobs=jobs,
        fast=fast,
    )
    return analyze_video(Path(path), options, progress)


class _VideoRecording:
    """A video that is watched with the landmarker; its poses are written down meanwhile."""

    def __init__(
        self,
        path: Path,
        source: VideoFile,
        watching: Watching,
        folder: Path,
        options: AnalyzeOptions,
        progress: Progress | None,
        asked_to_stop: StopRequests,
    ) -> None:
        self.name = options.title or plain_name(path)
        self.asked = options.exercise is not None
        self.stretch = (options.start_s, options.end_s)
        self.notes: list[Note] = []
        self.trace: Path | None = None
        self.source = source
        self.folder = folder
        self.options = options
        self._path = path
        self._watching = watching
        self._progress = progress
        self._asked_to_stop = asked_to_stop
        self._frames = 0
        self._interrupted = False

    def watch(self) -> Watched:
        """Give the frames with their poses, and write the poses down; close them at the end."""
        options, stretch = self.options, self.stretch
        with (
            TraceWriter(self.folder / POSES, self._trace_header()) as trace,
            closing(self._watching.looks(stretch, options.jobs, video=options.video)) as looks,
        ):
            for frame, found in looks:
                pose = quantise(found)
                trace.write(pose)
                self._frames += 1
                if self._progress is not None:
                    self._progress(self._frames, self.source.frame_count)
                yield frame, pose
        self._interrupted = self._watching.stopped

    def watch_again(self) -> Watched:
        """Give the poses again; with their frames, where a picture is to be drawn."""
        with closing(self.poses()) as poses:
            if not self.options.video:
                yield from ((None, pose) for pose in poses)
                return
            asked = self._asked_to_stop()
            with VideoFile(self._path, *self.stretch, pace=self.options.pace) as source:
                frames = iter(source)
                for done, pose in enumerate(poses, start=1):
                    given_up = self._asked_to_stop() > asked
                    self._interrupted |= given_up
                    yield None if given_up else next(frames, None), pose
                    if self._progress is not None:
                        self._progress(done, self._frames)

    def poses(self) -> TracePoses:
        return read_trace(self.folder / POSES)[1]

    def check(self, stats: RecordingStats) -> None:
        stats.check(self.name, interrupted=self._interrupted, stretch=self.options.stretch)

    @property
    def tempo_known(self) -> bool:
        return self.source.tempo_known

    def duration_s(self) -> float | None:
        return self.source.duration_s

    def losses(self, stats: RecordingStats, end_s: float) -> list[Note]:
        del end_s
        lite = [Note("lite_model")] if is_lite(find_model(self.options.model)) else []
        stopped = Note("stopped", {"end": rounded(stats.last_s, 1)})
        return [*self._watching.losses, *lite, *([stopped] if self._interrupted else [])]

    def header(self) -> dict[str, Any]:
        return {
            "interrupted": self._interrupted,
            "lost_frames": self._watching.lost_frames,
            "model": self.options.model,
        }

    def _asked_id(self) -> str | None:
        return None if self.options.exercise is None else exercise_id(self.options.exercise)

    def _trace_header(self) -> dict[str, Any]:
        start_s, end_s = self.stretch
        return {
            "video": self.name,
            "image_size_px": self.source.size_px,
            "fps": self.source.fps,
            "duration_s": self.source.duration_s,
            "start_s": start_s,
            "end_s": end_s,
            "exercise": self._asked_id(),
            "level": self.options.level,
            "tempo_known": self.source.tempo_known,
        }


class _Drawing:
    """The annotated copy as a sink of the flow."""

    def __init__(
        self,
        recording: _VideoRecording,
        phrases: Phrases,
        voice: Synthesiser | None,
        coach: Coach,
    ) -> None:
        options, source = recording.options, recording.source
        self._studio = Studio(
            recording.folder / ANNOTATED,
            coach,
            phrases,
            fps=source.fps,
            size_px=source.size_px,
            synthesiser=voice,
            count_by=options.count_by,
            degrees=options.angles,
        )

    def __enter__(self) -> Self:
        self._studio.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._studio.__exit__(kind, error, trace)

    def take(self, moment: Moment) -> None:
        if moment.frame is not None:
            self._studio.show(moment.frame, moment.pose, moment.step.update)


def _synthesiser(options: AnalyzeOptions) -> Synthesiser:
    """Return a voice that has spoken already; raise SpeechError before any work where it cannot."""
    from formcoach.voice.speech import synthesiser_for

    synthesiser = synthesiser_for(options.speaker, options.lang)
    synthesiser.synthesise("1", options.lang)
    return synthesiser
