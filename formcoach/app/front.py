"""A live session as a page shows it: clean video, one limb, one arc, and everything else beside it.

`PageFront` is told what the window would draw and tells it to the page as numbers and words;
`PagePlayer` gives the page what the voice says, as a sound of its own.
"""

import io
import wave
from collections import OrderedDict
from collections.abc import Callable, Mapping
from math import atan2, isfinite, radians
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from formcoach.app.mailbox import Mailbox, packed
from formcoach.capture.source import Frame, Image
from formcoach.coaching.coach import Coach
from formcoach.coaching.doubt import is_cramped
from formcoach.coaching.events import Phase, Quality, Update
from formcoach.picture.studio import hold_target_s
from formcoach.picture.window import Key
from formcoach.picture.zones import zones_of
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.signals import Signal
from formcoach.session.guide import SessionStep, SessionTargets, Stage
from formcoach.voice.pcm import Pcm
from formcoach.words.phrases import Phrases

__all__ = ["PageFront", "PagePlayer", "limb_of", "wav_of"]

SHOWN_PX = 960
QUALITY = 78
KEPT_SOUNDS = 24
LIMBS: Mapping[Signal, tuple[Part, ...]] = {
    Signal.HIP_FLEXION: (Part.SHOULDER, Part.HIP, Part.KNEE, Part.ANKLE),
    Signal.KNEE_FLEXION: (Part.HIP, Part.KNEE, Part.ANKLE),
    Signal.ELBOW_FLEXION: (Part.SHOULDER, Part.ELBOW, Part.WRIST),
}
"""The landmarks of the limb that each counted angle belongs to; the angle is at the second."""

Post = Callable[[dict[str, Any]], None]


class PagePlayer:
    """Plays in the page: each sound gets an address, which the page is told.

    Args:
        post: sends a message to the page.
    """

    alive = True

    def __init__(self, post: Post) -> None:
        self._post = post
        self._sounds: OrderedDict[int, bytes] = OrderedDict()
        self._number = 0
        self._lock = Lock()

    def start(self) -> None:
        """Do nothing: the page is the device."""

    def play(self, pcm: Pcm) -> None:
        """Let the page play a sound."""
        with self._lock:
            self._number += 1
            self._sounds[self._number] = wav_of(pcm)
            while len(self._sounds) > KEPT_SOUNDS:
                self._sounds.popitem(last=False)
        self._post({"type": "sound", "src": f"/live/sound/{self._number}"})

    def stop(self) -> None:
        """Let the page break off."""
        self._post({"type": "hush"})

    def set_gain(self, gain: float) -> None:
        """Let the page set its volume."""
        self._post({"type": "volume", "gain": gain})

    def close(self) -> None:
        """Do nothing; what was said last may still be playing."""

    def sound(self, number: int) -> bytes | None:
        """Return a sound as a WAV file; None where it is gone."""
        with self._lock:
            return self._sounds.get(number)


def wav_of(pcm: Pcm) -> bytes:
    """Return a sound as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writing:
        writing.setnchannels(1)
        writing.setsampwidth(2)
        writing.setframerate(pcm.rate_hz)
        writing.writeframes(pcm.samples.astype("<i2").tobytes())
    return file.getvalue()


class PageFront:
    """Tells a page what a session shows.

    Args:
        phrases: the words of the user's language.
        mailbox: the page that looks on now; None for nobody.
    """

    def __init__(self, phrases: Phrases, mailbox: Callable[[], Mailbox | None]) -> None:
        self._phrases = phrases
        self._mailbox = mailbox
        self._keys: SimpleQueue[Key] = SimpleQueue()
        self._words: str | None = None
        self._set = 0
        self._marks: list[str] = []
        self._held = 0.0
        self.targets = SessionTargets()
        self.title = ""
        self.own_ends: Mapping[Side, float] = {}

    def press(self, key: Key) -> None:
        """Take in a key of the page."""
        self._keys.put(key)

    def key(self) -> Key | None:
        """Return what was asked for since."""
        try:
            return self._keys.get_nowait()
        except Empty:
            return None

    def begin(self, title: str, targets: SessionTargets, own_ends: Mapping[Side, float]) -> None:
        """Begin another exercise."""
        self.title, self.targets, self.own_ends = title, targets, own_ends
        self._set, self._marks, self._words, self._held = 0, [], None, 0.0

    def frame(
        self, frame: Frame, pose: Pose, coach: Coach, step: SessionStep, words: str | None
    ) -> None:
        """Tell what a frame brought."""
        self._remember(step, words)
        told = self._state(pose, coach, step)
        told |= limb_of(pose, coach, step.update, self.own_ends)
        self._show(frame, told)

    def waiting(self, frame: Frame | None, words: str) -> None:
        """Tell that the session waits."""
        self._show(frame, {"type": "frame", "stage": "waiting", "words": words})

    def looking(self, frame: Frame) -> None:
        """Show a picture to which nothing is to be said, as while something is asked."""
        self._show(frame, {"type": "frame", "stage": "asking"})

    def _show(self, frame: Frame | None, told: dict[str, Any]) -> None:
        mailbox = self._mailbox()
        if mailbox is None:
            return
        told["t"] = 0.0 if frame is None else round(frame.t_s, 3)
        if not mailbox.pictures or frame is None:
            mailbox.post(told)
        elif mailbox.hungry or told.get("news"):
            mailbox.show(packed(told, _jpeg(frame.image_bgr)))

    def _remember(self, step: SessionStep, words: str | None) -> None:
        if step.set_index != self._set and step.stage is not Stage.REST:
            self._set, self._marks, self._held = step.set_index, [], 0.0
        if step.update.rep is not None:
            self._marks.append(step.update.rep.quality.value)
        if step.update.hold is not None:
            self._held = max(self._held, step.update.hold.duration_s)
        if words is not None:
            self._words = words

    def _state(self, pose: Pose, coach: Coach, step: SessionStep) -> dict[str, Any]:
        update, text = step.update, self._phrases.text
        counted = [mark for mark in self._marks if mark != Quality.PARTIAL]
        isometric = coach.spec.isometric is not None
        hold_of = float(self.targets.reps or 0) if isometric else hold_target_s(coach) or 0.0
        side = None if update.side is None else text(f"app.live.side_{update.side.word}")
        unsure = update.unsure
        return {
            "type": "frame",
            "stage": step.stage.value,
            "phase": self._phrases.phase(update.phase),
            "count": len(counted),
            "marks": counted,
            "target": None if isometric else self.targets.reps,
            "isometric": isometric,
            "hold": round(update.hold_s, 1),
            "hold_of": hold_of,
            "held": round(max(self._held, update.hold_s if isometric else 0.0)),
            "rest": round(step.rest_left_s, 1),
            "rest_of": self.targets.rest_s,
            "side": side,
            "set": text("app.live.set_of", n=max(1, step.set_index), total=self.targets.sets)
            if self.targets.sets > 1
            else "",
            "title": self.title,
            "words": self._words,
            "seen": pose.seen,
            "fits": unsure is None and pose.seen and not is_cramped(pose),
            "change": None if unsure is None else self._phrases.reason(unsure),
            "ready": update.phase is not Phase.SETUP,
        }


def _jpeg(image: Image) -> bytes:
    height, width = image.shape[:2]
    if width > SHOWN_PX:
        size = (SHOWN_PX, round(height * SHOWN_PX / width))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes() if done else b""


def limb_of(
    pose: Pose, coach: Coach, update: Update, own_ends: Mapping[Side, float]
) -> dict[str, Any]:
    """Return the working limb and the goal's arc, in shares of the picture's width.

    Args:
        pose: the body.
        coach: its coach.
        update: what it says.
        own_ends: the person's own end points, by side.

    Returns:
        ``limb``: points; ``arc``: its middle, radius, and where it begins and ends, in radians as
        a canvas counts them; ``deg``: the angle now. Nothing of it where nothing can be drawn.
    """
    movement = coach.spec.movement_of(coach.level)
    signal = Signal.HIP_FLEXION if movement is None else movement.signal
    side = update.side if update.side is not None else update.view.near_side
    if signal not in LIMBS or side is None or update.signals is None or not pose.seen:
        return {}
    if update.phase is Phase.SETUP or update.unsure is not None:
        return {}
    width = pose.image_size_px[0]
    points = pose.xy_px[[landmark(part, side) for part in LIMBS[signal]]] / width
    if not np.isfinite(points).all():
        return {}
    told: dict[str, Any] = {"limb": np.round(points, 4).tolist()}
    degrees = update.signals[signal, side]
    zone = zones_of(coach, [signal], own_ends).get(signal)
    if movement is None or zone is None or not isfinite(degrees):
        return told
    told["deg"] = round(degrees)
    told["arc"] = _arc(points, degrees, zone)
    return told


def _arc(points: NDArray[np.float64], degrees: float, zone: tuple[float, float]) -> dict[str, Any]:
    """Return the arc between the nearest and the furthest goal around a joint."""
    above, joint, below = (np.asarray(point, float) for point in points[:3])
    straight, now = joint - above, below - joint
    start = atan2(straight[1], straight[0])
    turn = 1.0 if straight[0] * now[1] - straight[1] * now[0] >= 0.0 else -1.0
    first, last = (start + turn * radians(deg) for deg in zone)
    radius = 0.62 * float(np.hypot(*now))
    return {
        "c": np.round(joint, 4).tolist(),
        "r": round(radius, 4),
        "from": round(min(first, last), 4),
        "to": round(max(first, last), 4),
        "in": bool(zone[0] <= degrees <= zone[1]),
    }
