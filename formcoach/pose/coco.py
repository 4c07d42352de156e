"""Reads keypoints that other programs have found: COCO's, OpenPose's and their relatives as JSON.

What is accepted, as a file or (OpenPose, Sports2D, Pose2Sim) a folder with a file a frame:

- COCO results, as AlphaPose writes them too:
  ``[{"image_id": 7, "keypoints": [x, y, score, ...]}]``;
- COCO annotations: ``{"images": [...], "annotations": [...]}``;
- MMPose and ViTPose: ``[{"frame_id": 7, "instances": [{"keypoints": [[x, y], ...],
  "keypoint_scores": [...]}]}]``, also as ``{"instance_info": [...]}``;
- OpenPose: ``{"people": [{"pose_keypoints_2d": [x, y, score, ...]}]}``, a frame or a list of them.

A person has 17 keypoints (COCO), 18 or 25 (OpenPose), 26 (Halpe) or 133 (whole body): what of them
the coach knows is taken, what is not there stays unseen. Times come from the frames' numbers and
the frames a second, which are told by the file (``fps``, also in ``info`` or ``meta_info``) or the
caller. Of several people the one that fills most of the first frame is followed.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from formcoach.errors import TraceError
from formcoach.notes import Note
from formcoach.pose.landmarks import (
    LANDMARK_COUNT,
    NOSE,
    FloatArray,
    Part,
    Pose,
    Side,
    landmark,
    nobody,
)
from formcoach.pose.profile import COCO
from formcoach.pose.trace import TracePoses, quantise, read_trace
from formcoach.system.closing import Closing
from formcoach.system.paths import PathKind, what_is_at

__all__ = ["KeypointPoses", "open_poses", "read_keypoints"]

MAX_BYTES = 500_000_000
"""A larger file is no set's: an hour of one person takes some 100 MB."""
MAX_FRAMES_EACH = 50
"""Frame numbers this many times as far apart as there are frames are no frame numbers."""
MAX_FPS = 1000.0
MAX_PX = 100_000
"""No picture is larger."""

GIVE_KEYPOINTS = "give COCO keypoints, OpenPose's frames or the poses.jsonl.gz of an analysis"

_L, _R = Side.LEFT, Side.RIGHT
_COCO_17 = [
    NOSE,
    *(
        landmark(part, side)
        for part in (
            Part.EYE,
            Part.EAR,
            Part.SHOULDER,
            Part.ELBOW,
            Part.WRIST,
            Part.HIP,
            Part.KNEE,
            Part.ANKLE,
        )
        for side in Side
    ),
]
_ARM, _LEG = (Part.SHOULDER, Part.ELBOW, Part.WRIST), (Part.HIP, Part.KNEE, Part.ANKLE)


def _limb(first: int, parts: Sequence[Part], side: Side) -> dict[int, int]:
    return {first + i: landmark(part, side) for i, part in enumerate(parts)}


def _foot(toe: int, heel: int, side: Side) -> dict[int, int]:
    return {toe: landmark(Part.TOE, side), heel: landmark(Part.HEEL, side)}


def _head(first: int) -> dict[int, int]:
    places = ((Part.EYE, _R), (Part.EYE, _L), (Part.EAR, _R), (Part.EAR, _L))
    return {first + i: landmark(part, side) for i, (part, side) in enumerate(places)}


_COCO = dict(enumerate(_COCO_17))
_ARMS = {0: NOSE} | _limb(2, _ARM, _R) | _limb(5, _ARM, _L)
_LANDMARKS: Mapping[int, Mapping[int, int]] = {
    17: _COCO,
    18: _ARMS | _limb(8, _LEG, _R) | _limb(11, _LEG, _L) | _head(14),
    25: _ARMS
    | _limb(9, _LEG, _R)
    | _limb(12, _LEG, _L)
    | _head(15)
    | _foot(19, 21, _L)
    | _foot(22, 24, _R),
    26: _COCO | _foot(20, 24, _L) | _foot(21, 25, _R),
    133: _COCO | _foot(17, 19, _L) | _foot(20, 22, _R),
}
"""Which landmark each keypoint is, by how many a person has: COCO, OpenPose's COCO and BODY_25,
Halpe-26, COCO-WholeBody."""

Keypoints = FloatArray
"""One person's landmarks in a frame: x, y, score, shape (33, 3); NaN and 0 where not found."""


class KeypointPoses(Closing):
    """Poses from a file of keypoints, to be iterated over once; stands where `TracePoses` does.

    Attributes:
        losses: what could not be read: nothing, since such a file is read as a whole.
    """

    def __init__(self, poses: Sequence[Pose]) -> None:
        """Take the poses."""
        self.losses: list[Note] = []
        self._poses = iter(poses)

    def __iter__(self) -> Iterator[Pose]:
        """Give the iterator, which is this itself."""
        return self

    def __next__(self) -> Pose:
        """Return the next pose."""
        return next(self._poses)

    def close(self) -> None:
        """Leave out the rest."""
        self._poses = iter(())


def open_poses(
    path: str | Path, fps: float | None = None
) -> tuple[dict[str, Any], TracePoses | KeypointPoses]:
    """Open recorded poses of either kind: a trace, or another program's keypoints.

    Args:
        path: a trace; a .json file or a folder of them holds keypoints.
        fps: frames a second, for keypoints that do not tell them.

    Raises:
        TraceError: it cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() == ".json" or what_is_at(path) is PathKind.FOLDER:
        return read_keypoints(path, fps)
    return read_trace(path)


def read_keypoints(path: Path, fps: float | None = None) -> tuple[dict[str, Any], KeypointPoses]:
    """Read a file of keypoints, or a folder of OpenPose's, and return a trace's header and poses.

    Raises:
        TraceError: it cannot be read, holds no such keypoints, or `fps` is told by nobody.
    """
    try:
        if what_is_at(path) is PathKind.FOLDER:
            numbered, about = _folder(path), {}
        else:
            tree = _decoded(path)
            numbered, about = _frames(tree), _about(tree)
        fps = _rate(about.get("fps") if fps is None else fps)
        poses = _poses(numbered, fps, about.get("size_px"))
    except _WrongError as error:
        raise TraceError(f"cannot read {path}: {error}; {error.way_out}") from error
    header = {"video": path.name, "image_size_px": poses[0].image_size_px, "fps": fps}
    return header, KeypointPoses(poses)


class _WrongError(Exception):
    """What is wrong with the file, and the way out."""

    def __init__(self, what: str, way_out: str = GIVE_KEYPOINTS) -> None:
        super().__init__(what)
        self.way_out = way_out


def _decoded(path: Path) -> Any:
    try:
        if what_is_at(path) is PathKind.PIPE:
            raise _WrongError("it is no file")
        if path.stat().st_size > MAX_BYTES:
            raise _WrongError(f"it is larger than {MAX_BYTES // 1_000_000} MB")
        return msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise _WrongError(error.strerror or str(error)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise _WrongError(f"it is no JSON ({error})") from error


def _folder(path: Path) -> dict[int, list[Keypoints]]:
    """Return the people of each frame of a folder in which each frame has a file."""
    try:
        files = sorted(file for file in path.iterdir() if file.suffix.lower() == ".json")
    except OSError as error:
        raise _WrongError(error.strerror or str(error)) from error
    if not files:
        raise _WrongError("the folder has no .json files")
    numbered = {}
    for file in files:
        frame = _decoded(file)
        if not isinstance(frame, dict) or "people" not in frame:
            raise _WrongError(f"{file.name} is no frame of OpenPose")
        numbered[_number(file.name.removesuffix(".json"))] = _people(frame)
    if len(numbered) < len(files):
        raise _WrongError("two files have the same frame number")
    return numbered


def _frames(tree: Any) -> dict[int, list[Keypoints]]:
    """Return the people of each frame by its number."""
    if isinstance(tree, dict):
        if "annotations" in tree:
            return _annotated(tree)
        tree = tree.get("instance_info", [tree] if "people" in tree else None)
    if not isinstance(tree, list) or not all(isinstance(one, dict) for one in tree):
        raise _WrongError("it holds no keypoints that are known")
    if any("image_id" in one for one in tree):
        return _by_image(tree, None)
    numbered = {_number(one.get("frame_id", i)): _people(one) for i, one in enumerate(tree)}
    if len(numbered) < len(tree):
        raise _WrongError("two frames have the same number")
    return numbered


def _annotated(tree: dict[str, Any]) -> dict[int, list[Keypoints]]:
    """Return the people of COCO annotations, the images in the order in which they are listed."""
    images, found = tree.get("images"), tree["annotations"]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _WrongError("its annotations are no list of keypoints")
    if not isinstance(images, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), int | str) for one in images
    ):
        raise _WrongError("its images have no ids")
    order = {one["id"]: i for i, one in enumerate(images)}
    return {number: [] for number in order.values()} | _by_image(found, order)


def _by_image(
    found: list[dict[str, Any]], order: Mapping[Any, int] | None
) -> dict[int, list[Keypoints]]:
    numbered: dict[int, list[Keypoints]] = {}
    for one in found:
        image = one.get("image_id")
        if order is not None and (not isinstance(image, int | str) or image not in order):
            raise _WrongError(f"there is no image {image!r}")
        number = _number(image) if order is None else order[image]
        numbered.setdefault(number, []).append(_person(one.get("keypoints"), None))
    return numbered


def _people(frame: dict[str, Any]) -> list[Keypoints]:
    """Return the people of one frame of OpenPose or MMPose."""
    people = frame.get("people", frame.get("instances"))
    if not isinstance(people, list) or not all(isinstance(one, dict) for one in people):
        raise _WrongError("a frame has neither people nor instances")
    return [
        _person(one.get("pose_keypoints_2d", one.get("keypoints")), one.get("keypoint_scores"))
        for one in people
    ]


def _person(keypoints: Any, scores: Any) -> Keypoints:
    """Return one person's landmarks, from x, y, score for each keypoint or from x, y and scores."""
    try:
        values = np.array(keypoints, dtype=np.float64)
        if scores is not None:
            beside = np.array(scores, dtype=np.float64).reshape(-1, 1)
            values = np.hstack([values.reshape(len(beside), -1)[:, :2], beside])
        values = values.reshape(-1, 3)
    except (TypeError, ValueError) as error:
        raise _WrongError("keypoints are x, y and score for each") from error
    if len(values) not in _LANDMARKS:
        known = ", ".join(map(str, _LANDMARKS))
        raise _WrongError(f"a person has {len(values)} keypoints, not one of {known}")
    if not np.isfinite(values).all():
        raise _WrongError("a keypoint is not a number")
    person = np.full((LANDMARK_COUNT, 3), np.nan)
    for index, place in _LANDMARKS[len(values)].items():
        person[place] = values[index]
    missing = ~(person[:, 2] > 0.0)
    person[missing] = np.nan, np.nan, 0.0
    person[:, 2] = np.minimum(person[:, 2], 1.0)
    return person


def _number(name: Any) -> int:
    """Return the number of a frame: a whole number, or the last one in its name."""
    if isinstance(name, int) and not isinstance(name, bool) and name >= 0:
        return name
    found = re.findall(r"\d+", re.sub(r"_keypoints$", "", name)) if isinstance(name, str) else []
    if not found:
        raise _WrongError(f"a frame has no number: {name!r}")
    return int(found[-1])


def _about(tree: Any) -> dict[str, Any]:
    """Return what a file says of its video: frames a second, the picture's size."""
    if not isinstance(tree, dict):
        return {}
    places = (tree, tree.get("info"), tree.get("meta_info"))
    rates = [one["fps"] for one in places if isinstance(one, dict) and "fps" in one]
    images = tree.get("images")
    first = images[0] if isinstance(images, list) and images else {}
    size_px = (first.get("width"), first.get("height")) if isinstance(first, dict) else (None, None)
    whole = all(isinstance(one, int) and one > 0 for one in size_px)
    return {"fps": rates[0] if rates else None, "size_px": size_px if whole else None}


def _rate(fps: Any) -> float:
    if fps is None:
        raise _WrongError("it does not say how many frames a second it has", "add --fps")
    if isinstance(fps, bool) or not isinstance(fps, int | float) or not 0.0 < fps <= MAX_FPS:
        raise _WrongError(f"{fps} frames a second cannot be", "add --fps with the video's")
    return float(fps)


def _poses(
    numbered: Mapping[int, list[Keypoints]], fps: float, size_px: tuple[int, int] | None
) -> list[Pose]:
    """Return one person's pose in each frame, nobody's where a number is left out."""
    if not numbered:
        raise _WrongError("it holds no frames")
    first, last = min(numbered), max(numbered)
    if last - first > MAX_FRAMES_EACH * len(numbered):
        raise _WrongError(f"{len(numbered)} frames with numbers from {first} to {last}")
    if size_px is None:
        size_px = _size_around([one for people in numbered.values() for one in people])
    poses, place = [], None
    for number in range(first, last + 1):
        t_s, people = (number - first) / fps, numbered.get(number, [])
        people = [one for one in people if np.isfinite(one[:, 0]).any()]
        if not people:
            poses.append(nobody(t_s, size_px, COCO))
            continue
        person = _followed(people, place)
        place = np.nanmean(person[:, :2], axis=0)
        poses.append(_pose(t_s, person, size_px, len(people) - 1))
    return [quantise(pose) for pose in poses]


def _followed(people: Sequence[Keypoints], place: FloatArray | None) -> Keypoints:
    """Return the person nearest to where the last frame had them; at first the largest."""
    if place is None:
        return max(people, key=lambda one: float(np.ptp(_found(one), axis=0).sum()))
    return min(people, key=lambda one: float(np.abs(_found(one).mean(axis=0) - place).sum()))


def _found(person: Keypoints) -> FloatArray:
    xy_px: FloatArray = person[np.isfinite(person[:, 0]), :2]
    return xy_px


def _size_around(people: Sequence[Keypoints]) -> tuple[int, int]:
    """Return a picture's size that holds all that was found."""
    if not people:
        return 1, 1
    far = np.fmax.reduce(np.vstack(people)[:, :2], axis=0, initial=0.0)
    width, height = (int(one) + 1 for one in far)
    if max(width, height) > MAX_PX:
        raise _WrongError(f"keypoints as far as {width}, {height} are no pixels")
    return width, height


def _pose(t_s: float, person: Keypoints, size_px: tuple[int, int], others: int) -> Pose:
    return Pose(
        t_s=t_s,
        xy_px=person[:, :2].copy(),
        world_m=None,
        visibility=person[:, 2].copy(),
        presence=person[:, 2].copy(),
        image_size_px=size_px,
        others=others,
        profile=COCO,
    )
