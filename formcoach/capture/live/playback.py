"""A video file played in real time, as if it were a camera."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event

from formcoach.capture.geometry import shrunk
from formcoach.capture.live.grabber import MAX_PX, Picture
from formcoach.capture.source import Frame, FrameSource

__all__ = ["FileGrabber"]

LATE_S = 0.2
"""Further behind than this, the file goes on from where it is in place of rushing after."""


class FileGrabber:
    """Gives the frames of a file when their time has come.

    Args:
        path: the file.
        max_px: the long side of a picture at most.
        clock: the time now, in seconds.
        wait: waits so many seconds; returns whether `interrupt` was called.
        open_video: opens the file; for tests.
    """

    comes_back = False

    def __init__(
        self,
        path: Path,
        *,
        max_px: int = MAX_PX,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
        open_video: Callable[[Path], FrameSource] | None = None,
    ) -> None:
        self.fps: float | None = None
        self._path = path
        self._longest_px = max_px
        self._clock = clock
        self._interrupted = Event()
        self._wait = wait or self._interrupted.wait
        self._open_video = open_video or _open_video
        self._opened = ExitStack()
        self._frames: Iterator[Frame] = iter(())
        self._start_s: float | None = None

    def open(self) -> None:
        """Open the file.

        Raises:
            SourceError: it is not there or is no video.
        """
        source = self._opened.enter_context(self._open_video(self._path))
        self.fps = source.fps
        self._frames = iter(source)

    def read(self) -> Picture | None:
        """Wait for the time of the next frame; None at the end.

        Raises:
            SourceError: the file cannot be read on.
        """
        frame = next(self._frames, None)
        if frame is None or self._until(frame.t_s):
            return None
        return Picture(image_bgr=shrunk(frame.image_bgr, self._longest_px), t_s=frame.t_s)

    def interrupt(self) -> None:
        """End the wait for a frame's time."""
        self._interrupted.set()

    def close(self) -> None:
        """Let the file go."""
        self._frames = iter(())
        self._opened.close()

    def _until(self, t_s: float) -> bool:
        """Wait until a frame is due; return whether that was broken off."""
        now_s = self._clock()
        if self._start_s is None or now_s - (self._start_s + t_s) > LATE_S:
            self._start_s = now_s - t_s
        left_s = self._start_s + t_s - now_s
        return self._wait(left_s) if left_s > 0 else self._interrupted.is_set()


def _open_video(path: Path) -> FrameSource:
    from formcoach.capture.file.video import VideoFile

    return VideoFile(path)
