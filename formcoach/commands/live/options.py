"""How to coach live, what a session is made of, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Protocol

from formcoach.capture.live.camera import Camera, CameraEvent
from formcoach.capture.live.grabber import MAX_PX
from formcoach.capture.source import Frame, LiveSource
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Hold, Rep, SetSummary
from formcoach.commands.live.pace import Pace
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.picture.window import Key, Screen, Window
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.face_estimator import FaceSource, FaceWatcher
from formcoach.session.guide import SessionStep, SessionTargets
from formcoach.voice.speech import (
    CountBy,
    MiniaudioPlayer,
    OnSpoken,
    OnTrouble,
    Talker,
    Voice,
    synthesiser_for,
)

__all__ = ["Front", "Journal", "LiveOptions", "LiveResult", "OnEvent", "Parts", "Spoken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """How to coach live.

    Attributes:
        exercise: its id or a TOML file.
        level: its id; None for the easiest.
        camera: a camera's number, a file that is played in real time, or a stream's address.
        targets: reps, sets, rest, breath.
        lang: the language of voice and screen.
        model: lite, full, heavy, or a bundle's path.
        voice, window: whether to speak, whether to show.
        speaker: whose voice: auto, pack, system, espeak, or the path of a Piper voice or a pack.
        count_by: how reps are counted aloud: by number, by a soft sound, by both.
        mirror: whether the window shows the picture as a mirror does.
        fullscreen: whether the window covers the screen.
        angles: whether the picture shows angles in degrees.
        setup: whether to say where the camera goes.
        howto: whether to say how the exercise goes.
        record: a file for the annotated session with its sound; None for none.
        out: a folder for the session's files as `analyze` writes them; None for none.
        goodbye: whether to say goodbye.
        linger_s: how long the last picture stays, where nobody ends it.
        breath_s: how long one breath of this person takes; NaN when not known.
        personal_end_deg: the end point the person has set, by side, where one was set.
        face: whether to look at the face for effort, and to ask.
    """

    exercise: str
    level: str | None = None
    camera: str = "0"
    targets: SessionTargets = field(default_factory=SessionTargets)
    lang: str = "en"
    model: str = "full"
    voice: bool = True
    window: bool = True
    speaker: str = "auto"
    count_by: CountBy = CountBy.VOICE
    mirror: bool = True
    fullscreen: bool = True
    angles: bool = False
    setup: bool = True
    howto: bool = False
    record: Path | None = None
    out: Path | None = None
    goodbye: bool = True
    linger_s: float = 4.0
    breath_s: float = nan
    personal_end_deg: Mapping[Side, float] = field(default_factory=dict)
    face: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What was said, and from when, in the time of the frames."""

    t_s: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """What came of a session.

    Attributes:
        spec, level: the exercise.
        sets: what happened in each set.
        spoken: what was said.
        stopped: whether the person ended it before it was over.
        folder: where the files are, where any were asked for.
        film_first_s: the time of the recording's first picture; None where there is none.
        troubles: what could not be kept whole, a sentence each.
    """

    spec: ExerciseSpec
    level: Level
    sets: tuple[SetSummary, ...]
    spoken: tuple[Spoken, ...]
    stopped: bool
    folder: Path | None = None
    film_first_s: float | None = None
    troubles: tuple[str, ...] = ()


class Journal(Protocol):
    """Where a session is kept as it happens."""

    def rep(self, set_index: int, rep: Rep) -> None:
        """Keep a rep."""
        ...

    def hold(self, set_index: int, hold: Hold) -> None:
        """Keep a hold."""
        ...

    def set_over(self, set_index: int, summary: SetSummary) -> None:
        """Close a set."""
        ...


OnEvent = Callable[[CameraEvent, str], None]


class Front(Protocol):
    """Another place that shows a session and takes its keys, as the browser does.

    It is told what the window would draw, and draws it in its own way.
    """

    def key(self) -> Key | None:
        """Return what was asked for since; None for nothing."""
        ...

    def frame(
        self, frame: Frame, pose: Pose, coach: Coach, step: SessionStep, words: str | None
    ) -> None:
        """Show what a frame brought.

        Args:
            frame: the frame.
            pose: the body in it.
            coach: the coach that saw it.
            step: what the session says of it.
            words: the words to show from now on; None for no new ones.
        """
        ...

    def waiting(self, frame: Frame | None, words: str) -> None:
        """Show that the session waits: paused, or without its camera."""
        ...


def _open_camera(source: str, on_event: OnEvent) -> LiveSource:
    return Camera(source, on_event=on_event, max_px=MAX_PX)


def _open_window(title: str, fullscreen: bool) -> Screen:
    return Window(title, fullscreen=fullscreen)


def _open_voice(speaker: str, lang: str, on_spoken: OnSpoken, on_trouble: OnTrouble) -> Talker:
    return Voice(
        synthesiser_for(speaker, lang),
        MiniaudioPlayer(),
        lang=lang,
        on_spoken=on_spoken,
        on_trouble=on_trouble,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a session is made of; tests put in others."""

    camera: Callable[[str, OnEvent], LiveSource] = _open_camera
    estimator: Callable[[Path], PoseEstimator] = LandmarkerEstimator
    window: Callable[[str, bool], Screen] = _open_window
    voice: Callable[[str, str, OnSpoken, OnTrouble], Talker] = _open_voice
    faces: Callable[[Path], FaceSource] = FaceWatcher
    pace: Callable[[], Pace] = Pace
    front: Front | None = None
