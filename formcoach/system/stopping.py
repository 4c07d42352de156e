"""Stops on Ctrl-C without losing what is done: it is counted, and who works looks now and then.

The first interrupt ends the watching, the second one the drawing, and the third is Python's own
KeyboardInterrupt, which gives everything up.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

__all__ = ["PATIENCE", "Interrupts", "StopRequests", "counting_interrupts", "no_stop"]

StopRequests = Callable[[], int]
"""Returns how often the user has asked to stop."""

PATIENCE = 2
"""So many interrupts are only counted."""


def no_stop() -> int:
    """Nobody asks to stop."""
    return 0


class Interrupts:
    """Counts Ctrl-C; called, it says how often.

    Attributes:
        heard: called with the count at each one, from within the signal's handler.
    """

    def __init__(self) -> None:
        """Begin at none."""
        self.heard: Callable[[int], None] | None = None
        self._count = 0

    def __call__(self) -> int:
        """Return how often the user has asked to stop."""
        return self._count

    def note(self, number: int, frame: FrameType | None) -> None:
        """Handle the signal."""
        self._count += 1
        if self.heard is not None:
            self.heard(self._count)
        # Those that come right after may not break off the tidying up.
        if self._count % (PATIENCE + 1) == 0:
            signal.default_int_handler(number, frame)


@contextmanager
def counting_interrupts(*numbers: signal.Signals) -> Iterator[Interrupts]:
    """Count Ctrl-C instead of raising KeyboardInterrupt, up to `PATIENCE` times.

    Other `numbers`, as SIGTERM, ask to stop in the same way, where they are given. Outside of the
    main thread, where no handler can be set, nothing changes.
    """
    interrupts = Interrupts()
    if current_thread() is not main_thread():
        yield interrupts
        return
    asking = (signal.SIGINT, *numbers)
    before = {number: signal.signal(number, interrupts.note) for number in asking}
    try:
        yield interrupts
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
