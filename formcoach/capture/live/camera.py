"""A live camera: the newest frame wins, and a lost camera comes back by itself.

    with Camera(0, on_event=print) as camera:      # or a URL, or a file played in real time
        while not camera.ended:
            frame = camera.read(timeout_s=0.1)     # None: no new one yet

Two threads work for it: one reads pictures into a single place, where a newer one replaces one that
nobody took, so that no delay can grow; the other watches the first and reconnects.
"""

import time
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from threading import Condition, Lock, Thread, current_thread

from formcoach.capture.geometry import letterboxed
from formcoach.capture.live.address import shown_source
from formcoach.capture.live.grabber import MAX_PX, Grabber, Picture
from formcoach.capture.live.playback import FileGrabber
from formcoach.capture.live.rtsp_stream import RtspGrabber
from formcoach.capture.live.webcam import CameraInfo, WebcamGrabber, list_cameras
from formcoach.capture.source import Frame, Image
from formcoach.errors import SourceError
from formcoach.notes import Note, rounded
from formcoach.system.closing import Closing

__all__ = ["Camera", "CameraEvent", "CameraInfo", "is_dark", "list_cameras"]

BACKOFF_S = (0.5, 8.0)
"""After how long a lost camera is tried again: the first time, and at most."""
STALL_S = 3.0
"""A camera without a picture for so long is lost, whatever it says."""
DARK_LUMA = 30.0
"""Mean luma, 0 to 255, below which a picture is too dark. Proposal."""
JOIN_S = 0.75
"""How long closing waits for each thread; one that hangs in a driver ends when it is let go."""
STEADY_S = 5.0
"""A camera that gives pictures for so long is back for good: after its next loss it is tried soon.
One that gives a picture now and then is not opened again twice a second."""
MAX_LOSSES = 100
"""Losses remembered; a camera that comes and goes all day must not fill the memory."""

Clock = Callable[[], float]


class CameraEvent(StrEnum):
    """What happens to a camera."""

    LOST = "lost"
    STALLED = "stalled"
    BACK = "back"


OnEvent = Callable[[CameraEvent, str], None]


def is_dark(image_bgr: Image) -> bool:
    """Whether a picture is too dark to see a body in; uint8, shape [H, W, 3]."""
    blue, green, red = image_bgr[::8, ::8].reshape(-1, 3).mean(axis=0)
    return bool(0.114 * blue + 0.587 * green + 0.299 * red < DARK_LUMA)


def grabber_for(source: int | str, *, max_px: int, clock: Clock) -> Grabber:
    """Return what reads a source: a number, ``http(s)://``, ``rtsp(s)://`` or a file's path.

    Raises:
        SourceError: it is none of these.
    """
    if isinstance(source, int) or source.isdecimal():
        return WebcamGrabber(int(source), max_px)
    scheme, colon, _ = source.partition("://")
    if not colon:
        return FileGrabber(Path(source), max_px=max_px, clock=clock)
    if scheme.lower() in ("rtsp", "rtsps"):
        return RtspGrabber(source, max_px=max_px)
    if scheme.lower() in ("http", "https"):
        from formcoach.capture.live.http_stream import HttpGrabber  # a library that others need not

        return HttpGrabber(source, max_px=max_px)
    raise SourceError.told(
        "camera_scheme",
        "no camera speaks '{scheme}': give a number, a file, or an address that begins with "
        "http://, https:// or rtsp://",
        scheme=scheme,
    )


class _Reader:
    """A connection and the thread that reads it."""

    def __init__(self, grabber: Grabber, now_s: float) -> None:
        self.grabber = grabber
        self.last_s = self.begun_s = now_s
        self.thread: Thread | None = None
        self.done = False
        self.trouble: SourceError | None = None


class Camera(Closing):
    """A live source of frames.

    Opening is done by the caller's thread: macOS asks for permission only there. A frame's time is
    that of its capture since the first one, or its own in a file.

    Args:
        source: a camera's number, an ``http(s)://`` or ``rtsp(s)://`` address, or a file that is
            played in real time.
        on_event: told that the camera is lost, has stalled (told in place of lost) or is back, and
            what is known of it; called by the camera's threads.
        clock: the time now, in seconds.
        max_px: the long side of a frame at most; larger ones are made smaller.
        backoff_s: after how long a lost camera is tried again, at first and at most.
        stall_s: how long no picture may come.
        connect: makes a connection, in place of that to `source`.

    Raises:
        SourceError: the camera cannot be opened.
    """

    def __init__(
        self,
        source: int | str,
        *,
        on_event: OnEvent | None = None,
        clock: Clock = time.monotonic,
        max_px: int = MAX_PX,
        backoff_s: tuple[float, float] = BACKOFF_S,
        stall_s: float = STALL_S,
        connect: Callable[[], Grabber] | None = None,
    ) -> None:
        self._source = source
        self._on_event = on_event
        self._clock = clock
        self._backoff_s = backoff_s
        self._delay_s = backoff_s[0]
        self._stall_s = stall_s
        self._connect = connect or (lambda: grabber_for(source, max_px=max_px, clock=clock))
        lock = Lock()
        self._news = Condition(lock)
        self._state = Condition(lock)
        self._slot: Frame | None = None
        self._size_px: tuple[int, int] | None = None
        self._count = 0
        self._origin_s: float | None = None
        self._last_t_s = -1.0
        self._closing = self._ended = False
        self._error: SourceError | None = None
        self._lost_s: float | None = None
        self._losses: list[Note] = []
        self._grabber = self._connect()
        self._grabber.open()
        self._reader = _Reader(self._grabber, clock())
        self._watcher = Thread(target=self._run, name="formcoach-camera-watch", daemon=True)
        self._watcher.start()

    @property
    def name(self) -> str:
        """The camera's number, the address without its secrets, or the file's name."""
        if isinstance(self._source, int) or self._source.isdecimal():
            return f"camera {self._source}"
        return shown_source(self._source) if "://" in self._source else Path(self._source).name

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height, the same for all frames; waits for the first one.

        Raises:
            SourceError: the camera gave none.
        """
        with self._news:
            self._news.wait_for(lambda: self._size_px is not None or self._over, self._stall_s)
            if self._size_px is None:
                raise self._error or SourceError.told(
                    "no_picture", "{name} gives no picture: try another", name=self.name
                )
            return self._size_px

    @property
    def fps(self) -> float | None:
        """Frames a second as the camera states it; None when it does not."""
        return self._grabber.fps

    @property
    def frame_count(self) -> None:
        """Nobody knows how many frames will come."""
        return

    @property
    def duration_s(self) -> None:
        """Nobody knows how long it will last."""
        return

    @property
    def losses(self) -> list[Note]:
        """When no picture came."""
        with self._state:
            told, since_s = list(self._losses), self._lost_s
        return told if since_s is None else [*told, _no_picture_since(since_s)]

    @property
    def lost_frames(self) -> int:
        """Always 0: what did not come cannot be counted."""
        return 0

    @property
    def ended(self) -> bool:
        """Whether no frame will come any more: closed, or a file at its end."""
        return self._over and self._slot is None

    def now_s(self) -> float:
        """The time now on the scale of the frames; 0 before the first."""
        return 0.0 if self._origin_s is None else self._clock() - self._origin_s

    def read(self, timeout_s: float) -> Frame | None:
        """Return the newest frame that was not taken yet; None when none comes in time.

        Raises:
            SourceError: a file cannot be read on.
        """
        with self._news:
            self._news.wait_for(lambda: self._slot is not None or self._over, timeout_s)
            frame, self._slot = self._slot, None
        if frame is None and self._error is not None and not self._closing:
            raise self._error
        return frame

    def __iter__(self) -> Iterator[Frame]:
        """Give the newest frame, again and again, through all losses of the camera.

        Raises:
            SourceError: a file cannot be read on.
        """
        while not self.ended:
            frame = self.read(self._stall_s)
            if frame is not None:
                yield frame

    def close(self) -> None:
        """Let the camera go; safe to call twice and while the camera is lost."""
        with self._state:
            self._closing = True
            self._slot = None
            self._news.notify_all()
            self._state.notify_all()
        self._grabber.interrupt()
        if current_thread() is not self._watcher:
            self._watcher.join(2 * JOIN_S)

    @property
    def _over(self) -> bool:
        return self._closing or self._ended

    # --- the watching thread ---

    def _run(self) -> None:
        """Read from one connection after another, until closed or at a file's end."""
        while True:
            reader = self._reader
            if reader.thread is None:
                reader.thread = Thread(
                    target=self._pump, args=(reader,), name="formcoach-camera-read", daemon=True
                )
                reader.thread.start()
            event, detail = self._watch(reader)
            reader.grabber.interrupt()
            # The device must be let go before it can be opened again.
            reader.thread.join(JOIN_S)
            if self._closing or not reader.grabber.comes_back:
                break
            self._lose(event, detail)
            grabber = self._reconnected()
            if grabber is not None:
                with self._state:
                    self._reader = _Reader(grabber, self._clock())
            elif self._over:
                break
        with self._state:
            self._ended = True
            self._error = self._reader.trouble
            self._news.notify_all()

    def _watch(self, reader: _Reader) -> tuple[CameraEvent, str]:
        """Wait until a connection is of no use any more."""
        lasting = reader.grabber.comes_back
        with self._state:
            while not self._closing and not reader.done:
                left_s = self._stall_s - (self._clock() - reader.last_s)
                if lasting and left_s <= 0:
                    return CameraEvent.STALLED, f"no picture for {self._stall_s:g} s"
                self._state.wait(left_s if lasting else None)
        return CameraEvent.LOST, str(reader.trouble or "the connection ended")

    def _reconnected(self) -> Grabber | None:
        """Try again and again, less and less often.

        None when closed meanwhile, or where the connection that had stalled goes on by itself.
        """
        while True:
            with self._state:
                if self._state.wait_for(self._wanted_no_more, self._delay_s):
                    return None
                self._delay_s = min(2 * self._delay_s, self._backoff_s[1])
            self._grabber = grabber = self._connect()
            # `close` interrupts the connection it finds; one that it came too early for, not.
            if self._closing:
                return None
            try:
                grabber.open()
            except SourceError:
                grabber.close()
                self._grabber = self._reader.grabber
                continue
            return grabber

    def _wanted_no_more(self) -> bool:
        return self._closing or self._lost_s is None

    def _lose(self, event: CameraEvent, detail: str) -> None:
        """Tell of a loss, once until the camera is back."""
        with self._state:
            if self._lost_s is not None:
                return
            self._lost_s = max(self._last_t_s, 0.0)
        if self._on_event is not None:
            self._on_event(event, detail)

    # --- the reading thread ---

    def _pump(self, reader: _Reader) -> None:
        """Read pictures until there are no more, or nobody wants them from here."""
        try:
            while (picture := reader.grabber.read()) is not None:
                if not self._publish(reader, picture, self._clock()):
                    break
        except SourceError as error:
            reader.trouble = error
        finally:
            reader.grabber.close()
            with self._state:
                reader.done = True
                self._state.notify_all()

    def _publish(self, reader: _Reader, picture: Picture, now_s: float) -> bool:
        """Put a frame where the newest is; return whether to go on."""
        with self._state:
            if reader is not self._reader or self._closing:
                return False
            if self._size_px is None:
                self._size_px = picture.image_bgr.shape[1], picture.image_bgr.shape[0]
            size_px = self._size_px
            reader.last_s = now_s
            back = self._came_back(reader, now_s)
        if back and self._on_event is not None:
            self._on_event(CameraEvent.BACK, back)
        # All frames have the size of the first; one of another shape gets black bars.
        image = letterboxed(picture.image_bgr, size_px)
        with self._state:
            if reader is not self._reader or self._closing:
                return False
            if self._origin_s is None or picture.t_s is not None:
                self._origin_s = now_s - (picture.t_s or 0.0)
            t_s = now_s - self._origin_s if picture.t_s is None else picture.t_s
            if t_s <= self._last_t_s:
                return True
            self._slot = Frame(index=self._count, t_s=t_s, image_bgr=image)
            self._count += 1
            self._last_t_s = t_s
            self._news.notify_all()
        return True

    def _came_back(self, reader: _Reader, now_s: float) -> str:
        """Note that pictures come; return what to tell where none had come before."""
        if self._lost_s is None and now_s - reader.begun_s >= STEADY_S:
            self._delay_s = self._backoff_s[0]
        if self._lost_s is None or self._origin_s is None:
            return ""
        start_s, end_s = self._lost_s, now_s - self._origin_s
        span = {"start": rounded(start_s, 1), "end": rounded(end_s, 1)}
        lost = Note("no_picture_between", span)
        self._losses = [*self._losses[1 - MAX_LOSSES :], lost]
        self._lost_s = None
        reader.begun_s = now_s
        self._state.notify_all()
        return f"no picture between {start_s:.1f} s and {end_s:.1f} s"


def _no_picture_since(t_s: float) -> Note:
    return Note("no_picture_since", {"start": rounded(t_s, 1)})
