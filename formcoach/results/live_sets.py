"""The files of a live session: each set's tables, summary and poses, as `analyze` writes them."""

import shutil
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary, Update
from formcoach.errors import OutputError
from formcoach.pose.landmarks import Pose
from formcoach.pose.trace import POSES, TraceWriter
from formcoach.results.folder import ResultFolder
from formcoach.results.set_record import SetRecord
from formcoach.words.phrases import Phrases

__all__ = ["LiveRecords"]

FROM_HEADER = ("video", "source", "model", "lang", "recorded_at", "asked")
"""What of a session stands in the summary of each of its sets too."""
UNFINISHED = ".unfinished"
"""Ends the name of a set's folder until all of its files are there."""


class LiveRecords:
    """Writes a session set by set; a context manager. The first set's folder is ``set-1``.

    Args:
        out: the folder in which the session gets a folder of its own.
        phrases: the language of the cues.
        header: what is known of the session: video (its name), image_size_px ...
    """

    def __init__(self, out: Path, phrases: Phrases, header: dict[str, Any]) -> None:
        self._out = ResultFolder(out, str(header["video"]).replace(" ", "_"))
        self._phrases = phrases
        self._header = header
        self._sets = 0
        self._open: _OpenSet | None = None
        self._growing: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the files will be."""
        return self._out.final

    def __enter__(self) -> Self:
        """Make the folder; raise OutputError where that cannot be."""
        self._out.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop_unfinished()
        self._out.__exit__(kind, error, trace)

    def note(self, coach: Coach, pose: Pose, update: Update) -> None:
        """Take down one frame; the first one of a set begins its files.

        Raises:
            OutputError: they cannot be written.
        """
        try:
            if self._open is None:
                self._sets += 1
                self._growing = self._out.part / f"set-{self._sets}{UNFINISHED}"
                self._growing.mkdir()
                self._open = _OpenSet(coach, self._growing, self._phrases, self._header)
            self._open.note(pose, update)
        except (OSError, OutputError) as error:
            raise self._out.unwritable(error) from error

    def end_set(self, summary: SetSummary) -> None:
        """Finish the files of a set.

        Raises:
            OutputError: they cannot be written.
        """
        if self._open is None or self._growing is None:
            return
        try:
            self._open.finish(summary)
            self._growing.rename(self._growing.with_suffix(""))
        except (OSError, OutputError) as error:
            raise self._out.unwritable(error) from error
        self._open = self._growing = None

    def complete(self) -> None:
        """Put every finished set in its place.

        Raises:
            OutputError: they cannot be put there.
        """
        self._drop_unfinished()
        self._out.complete()

    def _drop_unfinished(self) -> None:
        """Remove a set that is not whole; it is closed first, or Windows would not let it go."""
        if self._open is not None:
            with suppress(OSError, OutputError):  # a full disk is told already
                self._open.close()
        if self._growing is not None:
            shutil.rmtree(self._growing, ignore_errors=True)
        self._open = self._growing = None


class _OpenSet:
    """The files of the set under way."""

    def __init__(
        self, coach: Coach, folder: Path, phrases: Phrases, header: dict[str, Any]
    ) -> None:
        self._header = header
        self._first_s: float | None = None
        self._last_s = 0.0
        known = {**header, "exercise": coach.spec.id, "level": coach.level.id or None}
        with ExitStack() as stack:
            self._record = SetRecord(coach, folder, phrases)
            stack.callback(self._record.close)
            self._trace = stack.enter_context(TraceWriter(folder / POSES, known))
            self._opened = stack.pop_all()

    def note(self, pose: Pose, update: Update) -> None:
        if self._first_s is None:
            self._first_s = pose.t_s
        self._last_s = pose.t_s
        self._trace.write(pose)
        self._record.note(pose, update)

    def finish(self, summary: SetSummary) -> None:
        header = {key: self._header[key] for key in FROM_HEADER if key in self._header}
        duration_s = round(self._last_s - (self._first_s or 0.0), 3)
        known = {**header, "duration_s": duration_s, "recognised": False, "live": True, "notes": []}
        self._trace.close()  # the report reads it
        self._record.finish(known, summary)
        self.close()

    def close(self) -> None:
        self._opened.close()
