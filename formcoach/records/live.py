"""The files of a live session: each set's tables, summary and poses, as `analyze` writes them."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import SetSummary, Update
from formcoach.errors import OutputError
from formcoach.feedback.phrases import Phrases
from formcoach.pose.landmarks import Pose
from formcoach.pose.trace import TraceWriter
from formcoach.records.folder import ResultFolder
from formcoach.records.session import SetRecord

__all__ = ["LiveRecords"]

POSES = "poses.jsonl.gz"


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
        if self._open is not None:
            self._open.close()
        self._out.__exit__(kind, error, trace)

    def note(self, coach: Coach, pose: Pose, update: Update) -> None:
        """Take down one frame; the first one of a set begins its files.

        Raises:
            OutputError: they cannot be written.
        """
        try:
            if self._open is None:
                self._sets += 1
                folder = self._out.part / f"set-{self._sets}"
                folder.mkdir()
                self._open = _OpenSet(coach, folder, self._phrases, self._header)
            self._open.note(pose, update)
        except OSError as error:
            raise self._failed(error) from error

    def end_set(self, summary: SetSummary) -> None:
        """Finish the files of a set.

        Raises:
            OutputError: they cannot be written.
        """
        if self._open is None:
            return
        try:
            self._open.finish(summary)
        except OSError as error:
            raise self._failed(error) from error
        self._open = None

    def complete(self) -> None:
        """Put everything in its place.

        Raises:
            OutputError: it cannot be put there.
        """
        self._out.complete()

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(
            f"{self.folder}: cannot be written ({error.strerror}); choose another --out"
        )


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
        header = {key: self._header[key] for key in ("video", "source", "model", "lang")}
        duration_s = round(self._last_s - (self._first_s or 0.0), 3)
        known = {**header, "duration_s": duration_s, "recognised": False, "live": True, "notes": []}
        self._record.finish(known, summary)
        self.close()

    def close(self) -> None:
        self._opened.close()
