"""Finds the landmarkers' model files and checks that they are the genuine ones."""

import hashlib
import os
import re
import zipfile
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from formcoach.errors import ModelError, UsageError
from formcoach.system.paths import PathKind, what_is_at

__all__ = [
    "FaceModel",
    "ModelRecord",
    "ModelState",
    "ModelVariant",
    "find_face_model",
    "find_model",
    "is_lite",
    "model_report",
]

FOLDER_VARIABLE = "FORMCOACH_MODELS"
SUMS_NAME = "SHA256SUMS"
MEMBERS = frozenset({"pose_detector.tflite", "pose_landmarks_detector.tflite"})
"""What a bundle consists of."""

MAX_BUNDLE_BYTES = 256 << 20
"""The heaviest bundle has 31 MB; what is in it is not compressed."""

_PACKAGE = Path(__file__).resolve().parents[2]
_SHIPPED = (_PACKAGE / "models", _PACKAGE.parent / "models")
"""Inside the installed package, or beside it in a checkout."""


class ModelVariant(StrEnum):
    """A pose landmarker, from the quickest to the most accurate."""

    LITE = "lite"
    FULL = "full"
    HEAVY = "heavy"

    @property
    def file_name(self) -> str:
        """The name of the bundle."""
        return f"pose_landmarker_{self.value}.task"


class FaceModel(StrEnum):
    """The face landmarker, which only `--face` needs."""

    FACE = "face"

    @property
    def file_name(self) -> str:
        """The name of the bundle."""
        return "face_landmarker.task"


AnyModel = ModelVariant | FaceModel


class ModelState(StrEnum):
    """What there is to say about a model file."""

    OK = "ok"
    MISSING = "missing"
    ALTERED = "altered"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRecord:
    """One row of `formcoach doctor`.

    Attributes:
        name: the variant: lite, full or heavy; or face.
        path: where the file is; None when it is missing.
        state: whether it can be used.
        way_out: what to do about it; empty when it can be used.
    """

    name: str
    path: Path | None
    state: ModelState
    way_out: str


def find_model(choice: str) -> Path:
    """Return the checked model file for `choice`.

    Looked for in this order: `choice` as a path; the folder that the environment variable
    FORMCOACH_MODELS names; the files that came with FormCoach.

    Args:
        choice: lite, full, heavy, or the path of a .task file.

    Raises:
        ModelError: the file is missing or altered.
        UsageError: there is no such model.
    """
    if choice in set(ModelVariant):
        return _find_variant(ModelVariant(choice))
    path = Path(choice)
    if path.suffix == ".task" or what_is_at(path) is not PathKind.NOTHING or path.name != choice:
        _check_bundle(path)
        return path
    near = get_close_matches(choice, list(ModelVariant), n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise UsageError(f"no model {choice!r}; {hint}give lite, full, heavy or a .task file")


def is_lite(path: Path) -> bool:
    """Say whether a bundle is the quick model, which takes some exercises for others."""
    return path.name == ModelVariant.LITE.file_name


def find_face_model() -> Path:
    """Return the checked model file of the face.

    Raises:
        ModelError: it is missing or altered.
    """
    return _find_variant(FaceModel.FACE)


def model_report() -> list[ModelRecord]:
    """Return what is there of each variant, and of the face."""
    return [_record(variant) for variant in (*ModelVariant, *FaceModel)]


def _record(variant: AnyModel) -> ModelRecord:
    path = None
    try:
        path = _locate(variant)
        altered = path is not None and _sum_of(path) != _genuine_sum(variant)
    except ModelError as error:
        state = ModelState.MISSING if path is None else ModelState.UNREADABLE
        return ModelRecord(name=variant.value, path=path, state=state, way_out=str(error))
    if path is None:
        state, way_out = ModelState.MISSING, _way_out(variant)
    elif altered:
        state, way_out = ModelState.ALTERED, _way_out(variant)
    else:
        state, way_out = ModelState.OK, ""
    return ModelRecord(name=variant.value, path=path, state=state, way_out=way_out)


def _find_variant(variant: AnyModel) -> Path:
    path = _locate(variant)
    if path is None:
        folders = ", ".join(str(folder) for folder in _folders())
        raise ModelError(
            f"model file {variant.file_name} is missing (looked in {folders}); {_way_out(variant)}"
        )
    seen, expected = _sum_of(path), _genuine_sum(variant)
    if seen != expected:
        raise ModelError(
            f"model file {path} is altered: SHA-256 {seen}, expected {expected}; "
            f"{_way_out(variant)}"
        )
    return path


def _locate(variant: AnyModel) -> Path | None:
    for folder in _folders():
        path = folder / variant.file_name
        if path.is_file():
            return path
    return None


def _folders() -> list[Path]:
    named = os.environ.get(FOLDER_VARIABLE)
    if not named:
        return list(_SHIPPED)
    if not Path(named).is_dir():
        raise ModelError(
            f"{FOLDER_VARIABLE} is {named}, which is not a folder; correct or unset it"
        )
    return [Path(named), *_SHIPPED]


def _way_out(variant: AnyModel) -> str:
    build = f"run `python models/build.py {variant.value}` in FormCoach's source folder"
    if variant is ModelVariant.HEAVY:
        return f"{build} and set {FOLDER_VARIABLE} to its models folder, or use --model full"
    again = f"install FormCoach again, or {build}"
    return (
        f"{again}; everything but --face works without it" if variant is FaceModel.FACE else again
    )


def _genuine_sum(variant: AnyModel) -> str:
    """Return the sum that came with FormCoach; a folder of the user's cannot vouch for itself."""
    for folder in _SHIPPED:
        try:
            text = (folder / SUMS_NAME).read_text(encoding="utf-8")
        except FileNotFoundError:
            continue
        line = re.search(rf"^([0-9a-f]{{64}})  {re.escape(variant.file_name)}$", text, re.M)
        if line is not None:
            return line[1]
    raise ModelError(
        f"{SUMS_NAME} with the sum of {variant.file_name} is missing; install FormCoach again"
    )


def _sum_of(path: Path) -> str:
    try:
        state = path.stat()
        return _sum_of_state(path, state.st_size, state.st_mtime_ns)
    except OSError as error:
        raise ModelError(
            f"model file {path} cannot be read: {error.strerror}; check its permissions"
        ) from error


@lru_cache(maxsize=16)
def _sum_of_state(path: Path, size: int, changed_ns: int) -> str:
    """Hash the file; size and time of change only key the cache."""
    del size, changed_ns
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_bundle(path: Path) -> None:
    """Check that a file of the user's own can be a pose landmarker at all."""
    if what_is_at(path) not in (PathKind.FILE, PathKind.UNKNOWN):
        raise ModelError.told(
            "no_model",
            "model file {path} is missing; give lite, full, heavy or a .task file",
            path=path,
        )
    try:
        size = path.stat().st_size
        if size > MAX_BUNDLE_BYTES:
            raise zipfile.BadZipFile(f"{size} bytes, which is more than any")
        with zipfile.ZipFile(path) as bundle:
            members = set(bundle.namelist())
    except (OSError, zipfile.BadZipFile) as error:
        raise ModelError(
            f"model file {path} is not a .task bundle ({error}); give one, or lite, full or heavy"
        ) from error
    if not members >= MEMBERS:
        lacking = ", ".join(sorted(MEMBERS - members))
        raise ModelError(
            f"model file {path} is not a pose landmarker: no {lacking}; give lite, full or heavy"
        )
