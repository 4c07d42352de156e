"""Finds the pictures in a stream of JPEGs, whatever stands between them.

Cameras that send MJPEG disagree about everything but the pictures: the boundary, its line ends, the
type and length of a part may be wrong or missing. So they are not asked: what begins with FF D8
is a JPEG, and its own segments tell where it ends.
"""

import re

__all__ = ["START", "JpegSplitter"]

START = b"\xff\xd8\xff"
MAX_JUNK = 1 << 20
"""So many bytes without the beginning of a picture are no stream of pictures."""
MAX_PICTURE = 32 << 20
_AFTER_SCAN = re.compile(rb"\xff+[\xc4\xd8\xd9\xda-\xdd\xe0-\xef\xfe]")
"""What can follow compressed data; other bytes after FF are part of it, or damage."""
_SOI, _EOI, _SOS, _FILL = 0xD8, 0xD9, 0xDA, 0xFF


class JpegSplitter:
    """Takes bytes as they come and gives whole JPEGs.

    A picture that was cut off, or whose segments do not fit together, is left out.
    """

    def __init__(self) -> None:
        """Begin with nothing."""
        self._data = bytearray()
        self._at = 0
        self._scanning = False
        self._junk = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the pictures that are complete now.

        Raises:
            ValueError: for long, nothing has looked like a picture.
        """
        self._data += data
        found: list[bytes] = []
        while self._at or self._found_start():
            end = self._advance()
            if end is None:
                break
            if end > 0:
                found.append(bytes(self._data[:end]))
                self._junk = 0
                self._forget(end)
        return found

    def _found_start(self) -> bool:
        start = self._data.find(START)
        junk = start if start >= 0 else max(len(self._data) - len(START) + 1, 0)
        self._junk += junk
        if self._junk > MAX_JUNK:
            raise ValueError("no picture in it")
        self._forget(junk)
        self._at = 2 if start >= 0 else 0
        return start >= 0

    def _forget(self, count: int) -> None:
        del self._data[:count]
        self._at, self._scanning = 0, False

    def _advance(self) -> int | None:
        """Walk on; return where the picture ends, 0 where it is none, None to wait for more."""
        while self._at <= MAX_PICTURE:
            if self._scanning:
                match = _AFTER_SCAN.search(self._data, self._at)
                if match is None:
                    self._at = max(len(self._data) - 1, self._at)
                    return None if len(self._data) <= MAX_PICTURE else self._broken()
                self._at, self._scanning = match.end() - 2, False
            if len(self._data) < self._at + 2:
                return None
            step = self._segment(self._data[self._at], self._data[self._at + 1])
            if step is None or step >= 0:
                return step
        return self._broken()

    def _segment(self, lead: int, marker: int) -> int | None:
        """Step over one segment; as `_advance`, and -1 to go on."""
        if lead != _FILL:
            return self._broken()
        if marker == _EOI:
            return self._at + 2
        if marker == _SOI:  # the one before was cut off
            self._forget(self._at)
            self._at = 2
            return -1
        if marker == _FILL:
            self._at += 1
            return -1
        if len(self._data) < self._at + 4:
            return None
        length = int.from_bytes(self._data[self._at + 2 : self._at + 4], "big")
        if length < 2:
            return self._broken()
        self._at += 2 + length
        self._scanning = marker == _SOS
        return -1

    def _broken(self) -> int:
        """Drop what was taken for a picture, as far as it was read."""
        self._junk += min(self._at, len(self._data))
        self._forget(max(min(self._at, len(self._data)), 2))
        return 0
