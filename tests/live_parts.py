"""A camera, a model, a window and a voice that a test plays, frame by frame and without a clock."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from faces import Face
from sounds import tone

from formcoach.capture.live.camera import CameraEvent
from formcoach.capture.source import Frame
from formcoach.coaching.events import Hold, Priority, Rep, SetSummary
from formcoach.commands.live import OnEvent, Parts
from formcoach.picture.canvas import Image
from formcoach.picture.window import Key
from formcoach.pose.face import FaceLook
from formcoach.pose.landmarks import Pose
from formcoach.system.closing import Closing
from formcoach.voice.speech import EXPIRES_S, Chime, OnSpoken, OnTrouble

__all__ = ["FakeCamera", "FakeFaces", "FakeScreen", "FakeVoice", "Kept", "Stage", "parts_of"]

GREY, DARK = 110, 6


class _Open(Closing):
    closed = False

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeCamera(_Open):
    """Gives a frame for each pose; `at` calls something before a frame is given."""

    poses: Sequence[Pose]
    on_event: OnEvent
    at: Mapping[int, Callable[["FakeCamera"], None]] = field(default_factory=dict)
    dark: bool = False
    given: int = 0
    name = "fake"
    fps = 15.0

    @property
    def size_px(self) -> tuple[int, int]:
        return self.poses[0].image_size_px

    @property
    def ended(self) -> bool:
        return self.given >= len(self.poses)

    def now_s(self) -> float:
        return self.poses[min(self.given, len(self.poses) - 1)].t_s

    def read(self, timeout_s: float) -> Frame | None:
        if self.ended:
            return None
        index = self.given
        if index in self.at:
            self.at[index](self)
        self.given += 1
        width, height = self.size_px
        image = np.full((height, width, 3), DARK if self.dark else GREY, np.uint8)
        return Frame(index=index, t_s=self.poses[index].t_s, image_bgr=image)

    def tell(self, event: CameraEvent) -> None:
        self.on_event(event, f"the camera is {event.value}")


class FakeEstimator(_Open):
    """Finds in a frame the pose that belongs to it."""

    def __init__(self, poses: Sequence[Pose]) -> None:
        self._poses = poses

    def estimate(self, frame: Frame) -> Pose:
        return self._poses[frame.index]


@dataclass
class FakeFaces(_Open):
    """Finds in each frame the face that a test gives it."""

    face_at: Callable[[float], Face | None]
    found: list[FaceLook] = field(default_factory=list)
    offered: int = 0

    def offer(self, frame: Frame, pose: Pose) -> None:
        face = self.face_at(frame.t_s)
        self.offered += 1
        points = None if face is None else face.points()
        self.found.append(FaceLook(t_s=frame.t_s, points=points))

    def looks(self) -> list[FaceLook]:
        found, self.found = self.found, []
        return found


@dataclass
class FakeScreen(_Open):
    """Keeps the last picture; presses keys at given pictures."""

    keys: Mapping[int, Key] = field(default_factory=dict)
    shown: int = 0
    last: Image | None = None
    on_show: Callable[[Image], None] | None = None

    def show(self, image_bgr: Image) -> Key | None:
        self.last = image_bgr
        if self.on_show is not None:
            self.on_show(image_bgr)
        key = self.keys.get(self.shown)
        self.shown += 1
        return key


@dataclass
class FakeVoice(_Open):
    """Says everything at once, and keeps what; `pressed` are the keys that reached it."""

    said: list[tuple[str, Priority]] = field(default_factory=list)
    prepared: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)
    chimes: list[Chime] = field(default_factory=list)
    on_spoken: OnSpoken | None = None
    on_trouble: OnTrouble | None = None
    volume: float = 0.8
    _muted = False

    @property
    def texts(self) -> list[str]:
        return [text for text, _ in self.said]

    @property
    def muted(self) -> bool:
        return self._muted

    @muted.setter
    def muted(self, muted: bool) -> None:
        self._muted = muted
        self.pressed.append("muted" if muted else "unmuted")

    def say(
        self,
        text: str,
        priority: Priority,
        t_s: float | None = None,
        expires_s: float = EXPIRES_S,
        chime: Chime | None = None,
    ) -> None:
        if chime is not None:
            self.chimes.append(chime)
        if text:
            self.said.append((text, priority))
        if self.on_spoken is not None:
            self.on_spoken(text, time.monotonic(), tone(440.0, 0.1))

    def prepare(self, texts: Iterable[str]) -> None:
        self.prepared += texts

    def louder(self) -> None:
        self.pressed.append("louder")
        self.volume += 0.1

    def quieter(self) -> None:
        self.pressed.append("quieter")
        self.volume -= 0.1

    def finish(self, timeout_s: float) -> bool:
        return True


@dataclass
class Kept:
    """A journal in memory."""

    reps: list[tuple[int, Rep]] = field(default_factory=list)
    holds: list[tuple[int, Hold]] = field(default_factory=list)
    sets: list[tuple[int, SetSummary]] = field(default_factory=list)

    def rep(self, set_index: int, rep: Rep) -> None:
        self.reps.append((set_index, rep))

    def hold(self, set_index: int, hold: Hold) -> None:
        self.holds.append((set_index, hold))

    def set_over(self, set_index: int, summary: SetSummary) -> None:
        self.sets.append((set_index, summary))


@dataclass
class Stage:
    """The parts of a played session, to look at afterwards."""

    poses: Sequence[Pose]
    at: Mapping[int, Callable[[FakeCamera], None]] = field(default_factory=dict)
    dark: bool = False
    screen: FakeScreen = field(default_factory=FakeScreen)
    voice: FakeVoice = field(default_factory=FakeVoice)
    cameras: list[FakeCamera] = field(default_factory=list)
    faces: FakeFaces = field(default_factory=lambda: FakeFaces(lambda t_s: None))


def parts_of(stage: Stage) -> Parts:
    """Return parts that play what is on a stage."""

    def camera(source: str, on_event: OnEvent) -> FakeCamera:
        stage.cameras.append(FakeCamera(stage.poses, on_event, stage.at, stage.dark))
        return stage.cameras[-1]

    def estimator(model: Path) -> FakeEstimator:
        return FakeEstimator(stage.poses)

    def screen(title: str, fullscreen: bool) -> FakeScreen:
        return stage.screen

    def voice(speaker: str, lang: str, on_spoken: OnSpoken, on_trouble: OnTrouble) -> FakeVoice:
        stage.voice.on_spoken, stage.voice.on_trouble = on_spoken, on_trouble
        return stage.voice

    def faces(model: Path) -> FakeFaces:
        return stage.faces

    return Parts(camera=camera, estimator=estimator, window=screen, voice=voice, faces=faces)
