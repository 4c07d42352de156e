"""``manifest.jsonl``: which recordings are done, by what is in them, so that a batch can go on.

A line for each recording that is done: the sum of its bytes, the version, how it was analysed, and
its folder. Where a batch was cut short, the same call with ``--resume`` leaves those out.
"""

import hashlib
from dataclasses import asdict
from math import isnan
from pathlib import Path
from typing import Any

import msgspec

from formcoach import __version__
from formcoach.commands.analyze import AnalyzeOptions
from formcoach.errors import OutputError
from formcoach.exercises.library import is_file_name
from formcoach.pose.mediapipe.model_files import find_model

__all__ = ["MANIFEST", "Manifest"]

MANIFEST = "manifest.jsonl"
SUMMARY = "summary.json"
NOT_THE_RESULT = {"out", "jobs"}
"""Options that change nothing in the results."""


class _Entry(msgspec.Struct, kw_only=True):
    """One recording that is done."""

    sha256: str
    version: str
    how: str
    folder: str


class Manifest:
    """Knows what is done in a folder of results.

    Args:
        out: the folder.
        options: how recordings are analysed now; what was done otherwise is done again.
    """

    def __init__(self, out: Path, options: AnalyzeOptions) -> None:
        """Read what there is; lines that cannot be read are as if they were not there."""
        self._path = out / MANIFEST
        self._how = _how(options)
        self._sums: dict[Path, str] = {}
        self._done: dict[str, str] = {}
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            lines = []
        for line in lines:
            try:
                entry = msgspec.json.decode(line, type=_Entry)
            except msgspec.DecodeError:
                continue  # the torn end of a killed run
            if (entry.version, entry.how) == (__version__, self._how):
                self._done[entry.sha256] = entry.folder

    def folder_of(self, path: Path) -> str | None:
        """Return the name of the folder where a recording's results are; None where not done."""
        try:
            folder = self._done.get(self._sum(path))
        except OSError:
            return None  # why it cannot be read is told when it is analysed
        if folder is None or not (self._path.parent / folder / SUMMARY).is_file():
            return None
        return folder

    def add(self, path: Path, folder: str) -> None:
        """Note that a recording is done; raise OutputError where that cannot be written."""
        try:
            entry = _Entry(
                sha256=self._sum(path), version=__version__, how=self._how, folder=folder
            )
            with self._path.open("ab") as file:
                # A newline first: what a killed run left may be half a line.
                file.write(b"\n" + msgspec.json.encode(entry) + b"\n")
        except OSError as error:
            reason = error.strerror or error
            raise OutputError(
                f"cannot write {self._path}: {reason}; free some space or choose another --out"
            ) from error

    def _sum(self, path: Path) -> str:
        if path not in self._sums:
            with path.open("rb") as file:
                self._sums[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._sums[path]


def _how(options: AnalyzeOptions) -> str:
    """Return a sum over all that makes the results what they are, beside the recording."""
    known: dict[str, Any] = {
        name: None if isinstance(value, float) and isnan(value) else value
        for name, value in asdict(options).items()
        if name not in NOT_THE_RESULT
    }
    known["model"] = hashlib.sha256(find_model(options.model).read_bytes()).hexdigest()
    if options.exercise is not None and is_file_name(options.exercise):
        known["exercise"] = hashlib.sha256(Path(options.exercise).read_bytes()).hexdigest()
    return hashlib.sha256(msgspec.json.encode(known, order="sorted")).hexdigest()
