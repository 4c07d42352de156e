"""What goes wrong between a person and the model: light, noise, lens, camera, room.

Each distortion makes other frames of a clip's frames. All are fixed functions of the frames, with
seeded noise, so that a run gives the same poses again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from accuracy.clips import SAMPLES, Clip
from accuracy.watching import Change
from formcoach.capture.file.video import VideoFile
from formcoach.capture.source import Frame, Image

__all__ = ["DISTORTIONS", "Distortion"]

OCCLUDED_S = 3.0
GREY = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Distortion:
    """One way in which a video gets worse, in steps.

    Attributes:
        id: its name in files.
        words: what is changed, for the reader.
        steps: how far, from one end of the range to the other.
        as_filmed: which value leaves the clip as it is; None where none does.
        change: makes the change for a clip and a step.
    """

    id: str
    words: str
    steps: tuple[float, ...]
    as_filmed: float | None
    change: Callable[[Clip, float], Change]


def _each(alter: Callable[[Image, float], Image]) -> Callable[[Clip, float], Change]:
    """Make a change that alters every picture by itself."""

    def of_clip(clip: Clip, step: float) -> Change:
        def change(frames: Iterator[Frame]) -> Iterator[Frame]:
            for frame in frames:
                yield replace(frame, image_bgr=np.ascontiguousarray(alter(frame.image_bgr, step)))

        return change

    return of_clip


def _brighter(image: Image, factor: float) -> Image:
    brighter: Image = np.clip(image * factor, 0, 255).astype(np.uint8)
    return brighter


def _noisy(clip: Clip, sigma: float) -> Change:
    def change(frames: Iterator[Frame]) -> Iterator[Frame]:
        draw = np.random.default_rng(1)
        for frame in frames:
            noise = draw.normal(0.0, sigma, frame.image_bgr.shape)
            image = np.clip(frame.image_bgr + noise, 0, 255).astype(np.uint8)
            yield replace(frame, image_bgr=image)

    return change


def _squeezed(image: Image, quality: float) -> Image:
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def _blurred(image: Image, sigma_px: float) -> Image:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), dtype=np.uint8)


def _scaled(image: Image, height: float) -> Image:
    ratio = height / image.shape[0]
    size = (2 * round(image.shape[1] * ratio / 2), int(height))
    way = cv2.INTER_AREA if ratio < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(image, size, interpolation=way), dtype=np.uint8)


def _rolled(image: Image, degrees: float) -> Image:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    turned = cv2.warpAffine(image, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(turned, dtype=np.uint8)


def _mirrored(image: Image, _: float) -> Image:
    return image[:, ::-1]


def _resampled(clip: Clip, fps: float) -> Change:
    """Show at each new time the newest frame there is: frames are left out or shown again."""

    def change(frames: Iterator[Frame]) -> Iterator[Frame]:
        count, last = 0, None
        for frame in frames:
            while last is not None and count / fps < frame.t_s - 1e-9:
                yield Frame(index=count, t_s=count / fps, image_bgr=last.image_bgr)
                count += 1
            last = frame

    return change


def _cut_off(clip: Clip, share: float) -> Change:
    """Cut the picture so that this share of the lower leg is left in it at the start."""
    joints = _joints(clip)
    hip, knee, ankle = (joints[f"{_near(clip)}_{part}"][0] for part in ("hip", "knee", "ankle"))
    axis = int(np.argmax(np.abs(ankle - hip)))
    edge = 2 * round((knee[axis] + share * (ankle[axis] - knee[axis])) / 2)
    beyond = ankle[axis] > hip[axis]

    def change(frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            kept = slice(None, edge) if beyond else slice(edge, None)
            image = frame.image_bgr[:, kept] if axis == 0 else frame.image_bgr[kept]
            yield replace(frame, image_bgr=np.ascontiguousarray(image))

    return change


def _in_company(clip: Clip, side: float) -> Change:
    """Put another figure, doing something else, beside the picture: at -1 left, +1 right of it."""
    other = "squat" if clip.name != "squat" else "hip_flexion_free"

    def change(frames: Iterator[Frame]) -> Iterator[Frame]:
        strips = _strips(SAMPLES / f"{other}.mp4")
        for index, frame in enumerate(frames):
            strip = _scaled(strips[index % len(strips)], frame.image_bgr.shape[0])
            pair = [frame.image_bgr, strip] if side > 0 else [strip, frame.image_bgr]
            yield replace(frame, image_bgr=np.ascontiguousarray(np.hstack(pair)))

    return change


def _strips(path: Path) -> list[Image]:
    """Return the middle third of each picture, where the figure stands."""
    with VideoFile(path) as source:
        width = source.size_px[0]
        return [frame.image_bgr[:, width // 3 : 2 * width // 3].copy() for frame in source]


def _hidden(clip: Clip, share: float) -> Change:
    """Hide the legs behind a grey box for three seconds in the second movement.

    The box covers this share of the legs, from the toes on.
    """
    joints = _joints(clip)
    truth: dict[str, Any] = clip.truth or {}
    begin_s = truth["reps"][1]["start_s"]
    names = ("knee", "ankle", "foot_ball") + (("hip",) if share >= 1.0 else ())
    points = np.concatenate([joints[f"{side}_{n}"] for side in ("left", "right") for n in names])
    low, high = points.min(axis=0) - 15, points.max(axis=0) + 15
    if share < 1.0:
        knees = np.concatenate([joints[f"{side}_knee"] for side in ("left", "right")])
        hip, ankle = joints["left_hip"][0], joints["left_ankle"][0]
        axis = int(np.argmax(np.abs(ankle - hip)))
        middle = knees[0, axis] + 0.3 * (ankle[axis] - knees[0, axis])
        if ankle[axis] > hip[axis]:
            low[axis] = middle
        else:
            high[axis] = middle
    (left, top), (right, bottom) = np.maximum(low, 0).astype(int), np.maximum(high, 0).astype(int)

    def change(frames: Iterator[Frame]) -> Iterator[Frame]:
        for frame in frames:
            if begin_s <= frame.t_s < begin_s + OCCLUDED_S:
                image = frame.image_bgr.copy()
                image[top:bottom, left:right] = GREY
                frame = replace(frame, image_bgr=image)
            yield frame

    return change


def _joints(clip: Clip) -> dict[str, Any]:
    truth: dict[str, Any] = clip.truth or {}
    return {name: np.array(places) for name, places in truth["joints_px"].items()}


def _near(clip: Clip) -> str:
    truth: dict[str, Any] = clip.truth or {}
    return str(truth["view"]["near_side"])


DISTORTIONS = (
    Distortion(
        id="brightness",
        words="brightness, times",
        steps=(0.1, 0.2, 0.4, 0.7, 1.5, 2.0, 3.0),
        as_filmed=1.0,
        change=_each(_brighter),
    ),
    Distortion(
        id="noise",
        words="noise, grey levels",
        steps=(10, 20, 40, 60),
        as_filmed=0.0,
        change=_noisy,
    ),
    Distortion(
        id="jpeg",
        words="JPEG quality",
        steps=(50, 25, 10, 5),
        as_filmed=100,
        change=_each(_squeezed),
    ),
    Distortion(
        id="blur",
        words="blur, px of 640",
        steps=(1, 2, 4, 6, 8),
        as_filmed=0.0,
        change=_each(_blurred),
    ),
    Distortion(
        id="height",
        words="height, px",
        steps=(120, 240, 720, 1080),
        as_filmed=None,
        change=_each(_scaled),
    ),
    Distortion(
        id="fps",
        words="frames a second",
        steps=(4, 6, 8, 10, 15, 30, 60),
        as_filmed=None,
        change=_resampled,
    ),
    Distortion(
        id="roll",
        words="camera roll, °",
        steps=(-15, -10, -5, 5, 10, 15),
        as_filmed=0.0,
        change=_each(_rolled),
    ),
    Distortion(id="mirror", words="mirrored", steps=(1,), as_filmed=0, change=_each(_mirrored)),
    Distortion(
        id="feet",
        words="lower leg in the picture",
        steps=(0.0, 0.3, 0.6, 1.0),
        as_filmed=None,
        change=_cut_off,
    ),
    Distortion(
        id="company", words="another person", steps=(-1, 1), as_filmed=0, change=_in_company
    ),
    Distortion(
        id="hidden", words="legs hidden for 3 s", steps=(0.5, 1.0), as_filmed=0, change=_hidden
    ),
)
"""What the sweeps go through."""
