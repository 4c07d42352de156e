"""What goes to one page: every message in order, and of the pictures only the newest.

Written by the session's thread, read by the server's loop. A slow page misses pictures; the session
never waits for it.
"""

import asyncio
import json
from collections import deque
from threading import Lock
from typing import Any

__all__ = ["Mailbox", "packed"]

MAX_MESSAGES = 400
"""A page that reads nothing for so long is lost anyway; it asks for the state when it is back."""


def packed(told: dict[str, Any], jpeg: bytes) -> bytes:
    """Return what is told of a picture with the picture: length, JSON, JPEG."""
    words = json.dumps(told, separators=(",", ":")).encode()
    return len(words).to_bytes(4, "big") + words + jpeg


class Mailbox:
    """The messages to one page.

    Args:
        loop: the server's loop, in which they are read.
        pictures: whether the page needs the picture itself; else it has it already.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, pictures: bool) -> None:
        self.pictures = pictures
        self._loop = loop
        self._messages: deque[str] = deque(maxlen=MAX_MESSAGES)
        self._picture: bytes | str | None = None
        self._free = True
        self._closed = False
        self._lock = Lock()
        self._bell = asyncio.Event()

    @property
    def hungry(self) -> bool:
        """Whether the last picture was taken, so that making the next one is worth it."""
        return self._free and self._picture is None

    def post(self, message: dict[str, Any]) -> None:
        """Send a message, after those before it."""
        with self._lock:
            self._messages.append(json.dumps(message, separators=(",", ":")))
        self._ring()

    def show(self, picture: bytes | str) -> None:
        """Send a picture with what is told of it, in place of one that was not sent yet."""
        with self._lock:
            self._picture = picture
        self._ring()

    def took(self) -> None:
        """Take note that the page has drawn the last picture."""
        self._free = True
        self._bell.set()

    def close(self) -> None:
        """End the reading."""
        self._closed = True
        self._ring()

    async def next(self) -> bytes | str | None:
        """Return what goes to the page next; None at the end."""
        while True:
            with self._lock:
                if self._messages:
                    return self._messages.popleft()
                if self._closed:
                    return None
                if self._free and self._picture is not None:
                    self._free = False
                    picture, self._picture = self._picture, None
                    return picture
                self._bell.clear()
            await self._bell.wait()

    def _ring(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._bell.set)
        except RuntimeError:  # the server has ended
            self._closed = True
