"""A folder of results that appears when it is complete."""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from errno import EACCES, EEXIST, ENAMETOOLONG, ENOTDIR, EPERM, EROFS
from glob import escape
from pathlib import Path, PurePath
from secrets import token_hex
from time import time
from types import TracebackType
from typing import Self

from formcoach.errors import FormCoachError, OutputError
from formcoach.system.swapping import swap

__all__ = ["ANNOTATED", "FolderNames", "ResultFolder", "folder_name", "plain_name"]

PART = ".part"
WAYS_OUT = {
    **dict.fromkeys((EACCES, EPERM, EROFS), "check its permissions or "),
    ENAMETOOLONG: "give the recording a shorter name or ",
    **dict.fromkeys((EEXIST, ENOTDIR), ""),
}
"""What to do where a folder cannot be written; elsewhere it is space that lacks."""
SHORT = 40
"""Characters of a folder's name in the hidden one's: with more, a long name would not fit."""
ABANDONED_S = 24 * 3600.0
"""A hidden folder in which nothing was written for so long is a killed run's."""
ANNOTATED = "annotated.mp4"
MADE_OF_POSES = {ANNOTATED, "report.html", "reps.csv", "seen.json", "signals.csv", "summary.json"}
"""What an earlier run made goes where the new one makes no such file: it would contradict the rest.
The poses stay: a replay reads them, and may write beside them. So does the annotated copy where
the run says so: a replay draws none, and it takes long to draw again."""


def plain_name(path: Path) -> str:
    """Return a file's name as text that can be written anywhere; names need not be valid text."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def folder_name(video: str) -> str:
    """Return the name of the folder for a video's results: its stem.

    What a trace says its video is called is not to be trusted, so whatever the name, it is one of
    a folder in ``--out``. It is empty only where nothing of `video` can be a name.
    """
    name = PurePath(video.replace("\\", "/").replace("\0", "")).name
    # The stem of "...mp4" would be "..", and Windows takes ".. " for the same.
    names = (PurePath(name).stem, name)
    return next((name for name in names if name.strip(". ")), "")


class FolderNames:
    """Gives each recording of one call a folder of its own, also where their names are the same.

    ``a/squat.mp4`` and ``b/squat.mov`` become ``squat`` and ``squat-2``.
    """

    def __init__(self) -> None:
        """Begin with no name taken."""
        self._taken: set[str] = set()

    def take(self, stem: str) -> str:
        """Return `stem`, or with a number where it is taken; large and small letters are alike."""
        name, number = stem, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.casefold())
        return name

    @contextmanager
    def taken(self, stem: str) -> Iterator[str]:
        """Take a name, and give it back where what it was for fails."""
        name = self.take(stem)
        try:
            yield name
        except FormCoachError:
            self._taken.remove(name.casefold())
            raise


class ResultFolder:
    """Lets results grow in a hidden folder and puts them in place when they are complete.

    The hidden folder is this run's own, so two runs for the same results are in no one's way: the
    files of the one that ends last stay.

    Attributes:
        part: where to write, once the folder is entered.
        final: where the results will be.
    """

    def __init__(self, out: Path, name: str, *, keeps: Collection[str] = ()) -> None:
        """Take the folder of all results, the name of this one, and what stays of an earlier run.

        Args:
            out: the folder of all results.
            name: this one's.
            keeps: names of files that stay where this run makes none.
        """
        self.final = out / name
        self._keeps = frozenset(keeps)
        self.part = self.final
        self._prefix = f".{name[:SHORT]}."

    def __enter__(self) -> Self:
        """Make the hidden folder.

        Raises:
            OutputError: it cannot be made or written to.
        """
        out = self.final.parent
        try:
            if self.final.exists() and not self.final.is_dir():
                raise FileExistsError(EEXIST, "a file is in its place", str(self.final))
            out.mkdir(parents=True, exist_ok=True)
            self._clear_away(out)
            self.part = _new_folder(out, self._prefix)
        except OSError as error:
            raise self.unwritable(error) from error
        return self

    def _clear_away(self, out: Path) -> None:
        """Remove what killed runs left."""
        for path in out.glob(f"{escape(self._prefix)}*{PART}"):
            with suppress(OSError):  # another run was quicker
                newest_s = max(one.stat().st_mtime for one in (path, *path.rglob("*")))
                if time() - newest_s > ABANDONED_S:
                    shutil.rmtree(path)

    def unwritable(self, error: OSError | OutputError) -> OutputError:
        """Return the error to raise when something in the folder cannot be written.

        It names the folder as the user knows it, and not the hidden one.
        """
        cause = error.__cause__ or error
        reason = getattr(cause, "strerror", None) or cause
        first = WAYS_OUT.get(getattr(cause, "errno", None) or 0, "free some space or ")
        return OutputError(
            f"{self.final}: cannot be written ({reason}); {first}choose another --out"
        )

    def complete(self) -> None:
        """Put the results in their place as one, instead of those of an earlier run.

        Whoever looks, and whatever stops the process, finds all of the earlier results or all of
        the new ones. Other files of an earlier folder stay.

        Raises:
            OutputError: they cannot be put there; the earlier ones are as they were.
        """
        try:
            if not self.final.exists():
                with suppress(FileExistsError):  # another run was quicker
                    self.part.rename(self.final)
                    return
            if self._can_be_swapped():
                self._bring_along()
                if swap(self.part, self.final):
                    return
            self._move_each()
        except OSError as error:
            raise self.unwritable(error) from error

    def _can_be_swapped(self) -> bool:
        """Whether the earlier folder is nothing but files; a folder in it is somebody's own."""
        return not self.final.is_symlink() and not any(
            path.is_dir() and not path.is_symlink() for path in self.final.iterdir()
        )

    def _bring_along(self) -> None:
        """Give the new folder what stays of the earlier one."""
        made = {path.name for path in self.part.iterdir()}
        for path in self.final.iterdir():
            if path.name in made | (MADE_OF_POSES - self._keeps):
                continue
            kept = self.part / path.name
            try:
                os.link(path, kept, follow_symlinks=False)
            except OSError:  # a drive without links
                shutil.copy2(path, kept, follow_symlinks=False)

    def _move_each(self) -> None:
        """Put the results in their place one by one, where the system knows no other way."""
        made = sorted(self.part.iterdir())
        for path in made:
            path.replace(self.final / path.name)
        for name in MADE_OF_POSES - self._keeps - {path.name for path in made}:
            (self.final / name).unlink(missing_ok=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove what was not put in place."""
        if self.part != self.final:
            shutil.rmtree(self.part, ignore_errors=True)


def _new_folder(out: Path, prefix: str) -> Path:
    """Make a hidden folder that nobody else has, with the rights that any new folder gets."""
    while True:
        path = out / f"{prefix}{token_hex(4)}{PART}"
        with suppress(FileExistsError):
            path.mkdir()
            return path
