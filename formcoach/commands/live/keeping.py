"""What stays of a session: history, files, recording; none of them can end it by failing.

A history that is locked for a moment is written again with the next rep. A recording or a folder
that cannot be written any more is given up, with a word about it; the sets whose files were
complete by then stay.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from formcoach.coaching.events import SetSummary
from formcoach.commands.flow import Moment
from formcoach.commands.live.options import Journal
from formcoach.errors import OutputError, StoreError
from formcoach.picture.annotated import AnnotatedVideo
from formcoach.picture.canvas import Image
from formcoach.results.live_sets import LiveRecords
from formcoach.session.guide import Stage
from formcoach.voice.speech import OnTrouble, Pcm

__all__ = ["SessionStore"]

LAST_TRY_S = 5.0
"""So long, at the end, the history is tried again."""
TRY_EVERY_S = 0.2


class SessionStore:
    """Keeps a session as it happens.

    Args:
        journal: the history; None for none.
        on_trouble: told once of each part that fails, in a sentence for the user.

    Attributes:
        film_first_s: the time of the recording's first picture; None before there is one.
        troubles: what was not kept whole, a sentence each.
    """

    def __init__(self, journal: Journal | None, on_trouble: OnTrouble) -> None:
        self._journal = journal
        self._on_trouble = on_trouble
        self._waiting: deque[Callable[[Journal], None]] = deque()
        self._records: LiveRecords | None = None
        self._filing = True
        self._video: AnnotatedVideo | None = None
        self._set_index = 1
        self._journal_trouble: str | None = None
        self.film_first_s: float | None = None
        self.troubles: list[str] = []

    def write_files(self, records: LiveRecords) -> None:
        """Write each set's files too; they are open, and closed by whoever opened them."""
        self._records = records

    def record(self, video: AnnotatedVideo) -> None:
        """Write the recording too; it is open, and closed by whoever opened it."""
        self._video = video

    @property
    def recording(self) -> bool:
        """Whether pictures are wanted."""
        return self._video is not None

    def frame(self, moment: Moment) -> None:
        """Keep what a frame brought; the reps at once, so that no finished one can be lost."""
        step, index = moment.step, self._set_index
        update = step.update
        if step.stage is Stage.REST and step.set_over is None:
            return
        if self._records is not None and self._filing:
            with self._going_on():
                self._records.note(moment.coach, moment.pose, update)
        rep, hold = update.rep, update.hold
        if rep is not None:
            self._write(lambda journal: journal.rep(index, rep))
        if hold is not None:
            self._write(lambda journal: journal.hold(index, hold))

    def picture(self, t_s: float, image: Image) -> None:
        """Add a picture to the recording."""
        if self._video is None:
            return
        try:
            self._video.write(t_s, image, wait=False)
            if self.film_first_s is None:
                self.film_first_s = t_s
        except OutputError as error:
            self._tell(str(error))
            with suppress(OutputError):
                self._video.close()
            self._video = None

    def sound(self, t_s: float, pcm: Pcm) -> None:
        """Add what was said to the recording; called by the voice's thread."""
        video = self._video  # which may be given up at any moment
        if video is not None:
            video.add_audio(t_s, pcm.samples, pcm.rate_hz)

    def end_set(self, summary: SetSummary) -> None:
        """Close a set."""
        index = self._set_index
        self._set_index += 1
        self._write(lambda journal: journal.set_over(index, summary))
        if self._records is not None and self._filing:
            with self._going_on():
                self._records.end_set(summary)

    def complete(self) -> None:
        """Write what still waits, and put the files in their place."""
        until_s = time.monotonic() + LAST_TRY_S
        while self._waiting and time.monotonic() < until_s:
            time.sleep(TRY_EVERY_S)
            self._flush()
        if self._waiting and self._journal_trouble is not None:
            self.troubles.append(self._journal_trouble)
        if self._records is not None:
            with self._going_on():
                self._records.complete()

    def close(self) -> None:
        """Close the recording."""
        if self._video is not None:
            with self._going_on():
                self._video.close()

    def _write(self, what: Callable[[Journal], None]) -> None:
        """Write into the history, after all that has not got there yet."""
        if self._journal is not None:
            self._waiting.append(what)
            self._flush()

    def _flush(self) -> None:
        while self._waiting and self._journal is not None:
            try:
                self._waiting[0](self._journal)
            except StoreError as error:
                if self._journal_trouble is None:
                    self._on_trouble(str(error))
                self._journal_trouble = str(error)
                return
            self._waiting.popleft()
        self._journal_trouble = None

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Give the files up where one fails, and tell of it."""
        try:
            yield
        except OutputError as error:
            self._filing = False
            self._tell(str(error))

    def _tell(self, trouble: str) -> None:
        self.troubles.append(trouble)
        self._on_trouble(trouble)
