"""Makes the faces in a film unrecognisable, for a film that is handed on.

Each frame is covered twice over: where the poses say that the head is, and where a face detector
still finds one, which is asked again until it finds none. It looks at the frame in four turns,
since people lie down. A frame without a pose is covered whole. Sound is left out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from math import hypot
from pathlib import Path
from typing import NamedTuple, Protocol

import cv2
import av
import av.error
import numpy as np

from formcoach.errors import OutputError
from formcoach.picture.annotated import AnnotatedVideo
from formcoach.picture.canvas import Image
from formcoach.pose.landmarks import NOSE, FloatArray, Part, Pose, Side, landmark

__all__ = ["MIN_PRESENCE", "FaceDetector", "Head", "HeadTrack", "blur_film", "cover", "find_faces"]

HEAD_TORSOS = 0.24
"""The cover's radius is at least so many torso lengths: a head is about a third of one high."""
HEAD_WIDER = 1.9
"""... and so many times as far as the outermost landmark of the face."""
HOLD_S = 1.0
"""So long a head that is no longer seen is covered where it was."""
DETECTOR_PX = 640
"""Frames are looked at no larger: the detector shrinks them to 128 anyway."""
FACE_WIDER = 0.75
"""The cover's radius around a face that was found, in shares of its longer edge."""
MAX_COPIES = 4
"""So often the film is written again where a face is still found in it."""
AGAIN_S = 0.25
"""A face that was found in a copy is covered for so long before and after."""
MAX_LOOKS = 4
"""So often a frame is covered and looked at again."""
WIDER_EACH_LOOK = 0.4
"""So much wider is the cover each time a face is still found."""
MIN_PRESENCE = 0.1
"""So little sure a detector must be: what is covered for nothing costs nothing."""
WIDER_THAN_HEAD = 1.35
"""One colour, and hair and chin with it: a detector took the soft disc on a head for a face in 31
of 51 pictures of a film, this in 3, with 9 before any cover."""
BLOCKS = 4
"""A covered square keeps so many colours along its edge."""

_FACE = [*range(11)]
_SHOULDERS = [landmark(Part.SHOULDER, side) for side in Side]
_HIPS = [landmark(Part.HIP, side) for side in Side]
_TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)


class Head(NamedTuple):
    """A round place to be covered, in pixels of the picture."""

    x_px: float
    y_px: float
    radius_px: float


class FaceDetector(Protocol):
    """Finds faces in a picture."""

    def find_all(self, image_bgr: Image) -> list[FloatArray]:
        """Return the points of each face, in shares of the picture, each shaped (n, 3)."""
        ...


class HeadTrack:
    """Where the head is over time, from the poses.

    Args:
        mirrored: whether the film shows the person as a mirror does.
    """

    def __init__(self, *, mirrored: bool = False) -> None:
        self._mirrored = mirrored
        self._times: list[float] = []
        self._heads: list[Head] = []

    def add(self, poses: Iterable[Pose]) -> None:
        """Take poses in, in order of time and later than those before."""
        for pose in poses:
            if pose.seen:
                self._times.append(pose.t_s)
                self._heads.append(_head(pose, mirrored=self._mirrored))

    def at(self, t_s: float) -> list[Head]:
        """Return what to cover at a moment, in shares of the picture's width.

        The heads just before and after are covered too, so that a frame between two poses is.
        """
        after = bisect_left(self._times, t_s)
        near = [i for i in (after - 2, after - 1, after, after + 1) if 0 <= i < len(self._times)]
        return [self._heads[i] for i in near if abs(self._times[i] - t_s) <= HOLD_S]


def _head(pose: Pose, *, mirrored: bool) -> Head:
    """Return the head's place in shares of the picture's width."""
    face = pose.xy_px[_FACE]
    middle = face.mean(axis=0)
    torso = pose.xy_px[_SHOULDERS].mean(axis=0) - pose.xy_px[_HIPS].mean(axis=0)
    reach = float(np.linalg.norm(face - middle, axis=1).max())
    nose = pose.xy_px[NOSE]
    radius = max(HEAD_TORSOS * hypot(*torso), HEAD_WIDER * reach, hypot(*(nose - middle)))
    width = pose.image_size_px[0]
    x = width - middle[0] if mirrored else middle[0]
    return Head(float(x) / width, float(middle[1]) / width, float(radius) / width)


def blur_film(
    source: Path, target: Path, heads: HeadTrack, detector: FaceDetector, *, first_s: float
) -> int:
    """Write a film again with its faces covered; return how many frames it has.

    What was written is looked at again, since coding changes a picture; where a face is found in it
    the film is written once more, with that place covered too.

    Args:
        source: the film.
        target: where to write it; its folder must be there.
        heads: where the head is.
        detector: finds what is left.
        first_s: the time of its first frame, in the time of the poses.

    Raises:
        OutputError: it cannot be read or written, or a face is still found in the end.
    """
    left: list[tuple[float, Head]] = []
    try:
        for _ in range(MAX_COPIES):
            frames = _copy(source, target, heads, detector, first_s, left)
            found = [
                (t_s, head)
                for t_s, image in _pictures(target)
                for head in find_faces(image, detector)
            ]
            if not found:
                return frames
            left += found
    except (OSError, av.error.FFmpegError, ValueError) as error:
        raise OutputError(
            f"cannot blur the faces in {source} ({error}); move the film away to share the "
            "session without it"
        ) from error
    target.unlink(missing_ok=True)
    raise OutputError(
        f"{source}: a face is still found at {left[-1][0]:.1f} s of the blurred film; move the "
        "film away to share the session without it"
    )


def _copy(
    source: Path,
    target: Path,
    heads: HeadTrack,
    detector: FaceDetector,
    first_s: float,
    left: Sequence[tuple[float, Head]],
) -> int:
    """Write the film with its faces covered, those `left` by the last copy too."""
    frames = 0
    with av.open(str(source)) as film:
        picture = film.streams.video[0]
        size_px = (picture.codec_context.width, picture.codec_context.height)
        rate = picture.average_rate
    with AnnotatedVideo(target, float(rate) if rate else None, size_px) as copy:
        for t_s, image in _pictures(source):
            again = [head for at_s, head in left if abs(at_s - t_s) <= AGAIN_S]
            copy.write(t_s, _without_faces(image, heads.at(first_s + t_s), detector, again))
            frames += 1
    return frames


def _pictures(path: Path) -> Iterator[tuple[float, Image]]:
    """Give the frames of a film with their times."""
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.video[0]):
            yield frame.time or 0.0, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def _without_faces(
    image: Image, heads: Iterable[Head], detector: FaceDetector, again: Iterable[Head]
) -> Image:
    covered: Image = np.ascontiguousarray(image).copy()
    height, width = covered.shape[:2]
    heads = list(heads)
    if not heads:  # nobody knows where the head is: all of it is covered
        cover(covered, Head(width / 2, height / 2, float(max(width, height))))
    for head in heads:
        place = Head(*(share * width for share in head))
        cover(covered, place._replace(radius_px=place.radius_px * WIDER_THAN_HEAD), flat=True)
    for head in again:
        cover(covered, head._replace(radius_px=head.radius_px * (1 + WIDER_EACH_LOOK)), flat=True)
    for look in range(MAX_LOOKS):
        found = find_faces(covered, detector)
        if not found:
            break
        for head in found:  # wider each time: what is left is at the edge of the cover
            radius_px = head.radius_px * (1 + WIDER_EACH_LOOK * look)
            cover(covered, head._replace(radius_px=radius_px), flat=look > 0)
    return covered


def find_faces(image: Image, detector: FaceDetector) -> list[Head]:
    """Return the faces that a detector finds in a picture, turned each way, in pixels."""
    height, width = image.shape[:2]
    scale = min(1.0, DETECTOR_PX / max(width, height))
    small = image
    if scale < 1.0:
        size = (round(width * scale), round(height * scale))
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    found = []
    for quarter, turn in enumerate(_TURNS):
        turned = small if turn is None else np.asarray(cv2.rotate(small, turn), np.uint8)
        for face in detector.find_all(np.ascontiguousarray(turned)):
            shares = _turned_back(face[:, :2], quarter) * (width, height)
            low, high = shares.min(axis=0), shares.max(axis=0)
            x, y = ((low + high) / 2).tolist()
            found.append(Head(x, y, FACE_WIDER * float((high - low).max())))
    return found


def _turned_back(shares: FloatArray, quarters: int) -> FloatArray:
    """Return places in a picture that was turned clockwise so often, as they were before."""
    for _ in range(quarters):
        shares = np.column_stack([shares[:, 1], 1.0 - shares[:, 0]])
    return shares


def cover(image: Image, head: Head, *, flat: bool = False) -> None:
    """Cover a round place of a picture, with a few colours of what was there, or one."""
    height, width = image.shape[:2]
    radius = max(4.0, head.radius_px)
    left, right = max(0, round(head.x_px - radius)), min(width, round(head.x_px + radius))
    top, bottom = max(0, round(head.y_px - radius)), min(height, round(head.y_px + radius))
    if right - left < 2 or bottom - top < 2:
        return
    part = image[top:bottom, left:right]
    blocks = 1 if flat else BLOCKS
    few = cv2.resize(part, (blocks, blocks), interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(few, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    mask = np.zeros(part.shape[:2], np.uint8)
    centre = (round(head.x_px - left), round(head.y_px - top))
    cv2.circle(mask, centre, round(radius), 255, -1)
    part[mask > 0] = smooth[mask > 0]
