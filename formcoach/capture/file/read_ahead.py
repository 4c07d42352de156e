"""Reading ahead: a thread makes the next items while the last ones are worked on."""

from collections import deque
from collections.abc import Iterator
from threading import Condition, Thread
from typing import Generic, Self, TypeVar

__all__ = ["ReadAhead"]

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Iterates over `items` from a background thread that stays at most `depth` items ahead.

    An error in the thread is raised where the item would have come. `close` waits until the thread
    has ended, whether or not all items were taken; the iterator itself is closed in the thread.
    """

    def __init__(self, items: Iterator[T], depth: int) -> None:
        """Start reading."""
        self._shelf: deque[T] = deque()
        self._changed = Condition()
        self._depth = depth
        self._closed = False
        self._ended = False
        self._error: BaseException | None = None
        # A daemon, so that a source somebody forgot to close does not keep the program alive.
        self._thread = Thread(target=self._read, args=(items,), name="read-ahead", daemon=True)
        self._thread.start()

    def _read(self, items: Iterator[T]) -> None:
        try:
            for item in items:
                if not self._put(item):
                    break
        except BaseException as error:  # noqa: BLE001 - raised again in the thread that reads
            self._error = error
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()
            with self._changed:
                self._ended = True
                self._changed.notify_all()

    def _put(self, item: T) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._shelf) < self._depth)
            if self._closed:
                return False
            self._shelf.append(item)
            self._changed.notify_all()
            return True

    def __iter__(self) -> Self:
        """Give the iterator itself: items can be taken once."""
        return self

    def __next__(self) -> T:
        """Take the next item, waiting for it if need be."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._ended or bool(self._shelf))
            if self._shelf and not self._closed:
                item = self._shelf.popleft()
                self._changed.notify_all()
                return item
            error, self._error = self._error, None
        if error is not None:
            raise error
        raise StopIteration

    def close(self) -> None:
        """Stop the thread and forget what it read ahead."""
        with self._changed:
            self._closed = True
            self._shelf.clear()
            self._changed.notify_all()
        self._thread.join()
