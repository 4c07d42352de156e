"""Reading ahead: a thread makes the next items while the last ones are worked on."""

from collections.abc import Iterator
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, Self, TypeVar

__all__ = ["ReadAhead"]

T = TypeVar("T")

POLL_S = 0.2
"""How soon a thread that waits notices that nobody wants more."""


class _End:
    """Comes after the last item.

    Attributes:
        error: why there are no more; None where all have come.
    """

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class ReadAhead(Generic[T]):
    """Iterates over `items` from a background thread that stays at most `depth` items ahead.

    An error in the thread is raised where the item would have come. `close` waits until the thread
    has ended, whether or not all items were taken; the iterator itself is closed in the thread.
    """

    def __init__(self, items: Iterator[T], depth: int) -> None:
        """Start reading."""
        self._shelf: Queue[T | _End] = Queue(depth)
        self._closed = Event()
        self._ended = False
        # A daemon, so that a source somebody forgot to close does not keep the program alive.
        self._thread = Thread(target=self._read, args=(items,), name="read-ahead", daemon=True)
        self._thread.start()

    def _read(self, items: Iterator[T]) -> None:
        error: BaseException | None = None
        try:
            for item in items:
                if not self._put(item):
                    break
        except BaseException as raised:  # noqa: BLE001 - raised again in the thread that reads
            error = raised
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()
            self._put(_End(error))

    def _put(self, item: T | _End) -> bool:
        """Put an item on the shelf once there is room; return whether it was wanted."""
        while not self._closed.is_set():
            try:
                self._shelf.put(item, timeout=POLL_S)
            except Full:
                continue
            return True
        return False

    def __iter__(self) -> Self:
        """Give the iterator itself: items can be taken once."""
        return self

    def __next__(self) -> T:
        """Take the next item, waiting for it if need be."""
        while not (self._ended or self._closed.is_set()):
            try:
                item = self._shelf.get(timeout=POLL_S)
            except Empty:
                continue
            if not isinstance(item, _End):
                return item
            self._ended = True
            if item.error is not None:
                raise item.error
        raise StopIteration

    def close(self) -> None:
        """Stop the thread and forget what it read ahead."""
        self._closed.set()
        self._empty()
        self._thread.join()
        self._empty()

    def _empty(self) -> None:
        try:
            while True:
                self._shelf.get_nowait()
        except Empty:
            return
