"""The annotated video: H.264 that browsers play, with the source's own timing and spoken cues.

    with AnnotatedVideo(folder / "annotated.mp4", fps_hint=30.0, size_px=(1280, 720)) as video:
        for frame in frames:
            video.write(frame.t_s, overlay.draw(...))

While it is written it is called ``annotated.part.mp4`` and is made of fragments, so that even what
a killed process leaves behind can be played. `close` turns it into a plain file that starts at
once in a browser, adds the sound, and gives it its name.
"""

from collections.abc import Iterator
from contextlib import suppress
from errno import EIO
from fractions import Fraction
from pathlib import Path
from queue import Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self

import cv2
import av
import av.error
import numpy as np
import numpy.typing as npt
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.reformatter import ColorRange, Colorspace

from formcoach.errors import OutputError
from formcoach.picture.canvas import Image
from formcoach.picture.soundtrack import Soundtrack

__all__ = ["MAX_EDGE_PX", "AnnotatedVideo", "fitted"]

MAX_EDGE_PX = 1280
"""Larger frames are scaled down to this: enough to see, a quarter of the time to encode."""
UNKNOWN_FPS = 30.0
"""What is taken for the rate of a source that tells none: only keyframes and room go by it."""
TICKS_PER_S = 90_000
"""Fine enough for any frame rate; each frame keeps its own time."""
QUEUE_FRAMES = 4
PRESET = {"preset": "ultrafast", "crf": "26"}
"""Measured at 720p: 6 ms of processor time a frame where veryfast at crf 23 takes 15, the same
fidelity (45 dB) and twice the size. The time is needed by the landmarker."""
FRAGMENTED = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
KEYFRAME_S = 2.0
"""What a killed process may lose, and how finely a player can seek."""


def fitted(size_px: tuple[int, int]) -> tuple[int, int]:
    """Return the size of the annotated video for frames of `size_px` (width, height).

    The longer edge is at most `MAX_EDGE_PX` and both are even, as H.264 asks: one pixel is cut
    off where need be. Drawing on frames of this size is cheaper than drawing before scaling.
    """
    width, height = size_px
    scale = min(1.0, MAX_EDGE_PX / max(width, height))
    return max(2, round(width * scale) // 2 * 2), max(2, round(height * scale) // 2 * 2)


class AnnotatedVideo:
    """Writes frames with their times as an H.264 video (yuv420p), in a thread of its own.

    Args:
        path: the finished file; its folder must be there.
        fps_hint: about how many frames a second will come, None when not known; the times are
            taken from the frames.
        size_px: width and height of the frames that come. Frames larger than `MAX_EDGE_PX` are
            scaled down, odd edges lose a pixel (see `fitted`).

    Leaving the ``with`` block closes the video whatever happened in it: what was written by then
    is a whole video. Where nothing was written there is no file.
    """

    def __init__(self, path: Path, fps_hint: float | None, size_px: tuple[int, int]) -> None:
        """Open the file; raise OutputError where it cannot be written."""
        self._path = path
        self._part = path.with_name(f"{path.stem}.part{path.suffix}")
        self._size_px = fitted(size_px)
        self._fps = min(240.0, max(1.0, UNKNOWN_FPS if fps_hint is None else fps_hint))
        self._sound = Soundtrack()
        self._first_s: float | None = None
        self._last_tick = -1
        self._encoded = 0
        self._failure: Exception | None = None
        self._closed = False
        try:
            self._part.write_bytes(b"")
            self._container = av.open(str(self._part), "w", format="mp4", options=FRAGMENTED)
            self._stream = self._container.add_stream("libx264", rate=round(self._fps))
        except (OSError, av.error.FFmpegError, ValueError) as error:
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
            raise self._unwritable(error) from error
        _set_up(self._stream.codec_context, self._size_px, self._fps)
        self._frames: Queue[tuple[int, Image] | None] = Queue(QUEUE_FRAMES)
        self._thread = Thread(target=self._encode_all, name="annotated-video", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            with suppress(OutputError):
                self.close()

    def write(self, t_s: float, image_bgr: Image, *, wait: bool = True) -> None:
        """Add a frame at its time in the source; it must not be changed afterwards.

        The video begins with its first frame. A frame that is not later than the one before it is
        put right after that one.

        Args:
            t_s: its time in the source.
            image_bgr: the picture, shape (height, width, 3).
            wait: whether to wait when the encoder is some frames behind; if not, the frame is
                left out, and the one before it is shown longer.

        Raises:
            OutputError: when the file cannot be written any more.
        """
        self._raise_failure()
        if not wait and self._frames.full():
            return
        if self._first_s is None:
            self._first_s = t_s
        tick = max(self._last_tick + 1, round((t_s - self._first_s) * TICKS_PER_S))
        self._last_tick = tick
        self._frames.put((tick, image_bgr))

    def add_audio(self, t_s: float, pcm: npt.NDArray[np.int16], rate: int) -> None:
        """Let sound be heard from `t_s` of the source on; sounds that overlap are mixed.

        Args:
            t_s: when it begins, in the time of the frames.
            pcm: mono samples, shape (n,).
            rate: samples a second.
        """
        self._sound.add(t_s, pcm, rate)

    def close(self) -> None:
        """Finish the file and give it its name; a second call does nothing.

        Raises:
            OutputError: when it cannot be written; nothing half-written is left then.
        """
        if self._closed:
            return
        self._closed = True
        self._frames.put(None)
        self._thread.join()
        try:
            self._raise_failure()
            self._container.close()
            if self._first_s is not None:
                self._finish(self._first_s)
        except (OSError, av.error.FFmpegError, ValueError) as error:
            raise self._unwritable(error) from error
        finally:
            with suppress(OSError, av.error.FFmpegError):
                self._container.close()
            for leftover in (self._part, self._final_part):
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)

    @property
    def _final_part(self) -> Path:
        return self._path.with_name(f"{self._path.stem}.final.part{self._path.suffix}")

    def _encode_all(self) -> None:
        """Encode frames until the end is asked for; after a failure take them and do nothing."""
        while True:
            item = self._frames.get()
            if self._failure is None:
                try:
                    self._encode(item)
                except Exception as error:  # noqa: BLE001 (raised again in the caller's thread)
                    self._failure = error
            if item is None:
                return

    def _encode(self, item: tuple[int, Image] | None) -> None:
        """Encode one frame, or what the encoder still holds when there is none left."""
        if item is None:
            if self._first_s is not None:
                self._container.mux(self._stream.encode(None))
            return
        tick, image_bgr = item
        planes = cv2.cvtColor(self._sized(image_bgr), cv2.COLOR_BGR2YUV_I420)
        frame = av.VideoFrame.from_ndarray(np.asarray(planes, np.uint8), format="yuv420p")
        frame.pts = tick
        frame.time_base = Fraction(1, TICKS_PER_S)
        self._container.mux(self._stream.encode(frame))
        self._encoded += 1

    def _sized(self, image_bgr: Image) -> Image:
        width, height = self._size_px
        rows, columns = image_bgr.shape[:2]
        if 0 <= columns - width <= 1 and 0 <= rows - height <= 1:
            return np.ascontiguousarray(image_bgr[:height, :width])
        shrinking = cv2.INTER_AREA if columns >= 2 * width else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(image_bgr, (width, height), interpolation=shrinking), np.uint8)

    def _finish(self, first_s: float) -> None:
        """Copy the video into a plain file, index first, with its sound, under its own name."""
        with (
            av.open(str(self._part)) as source,
            av.open(
                str(self._final_part), "w", format="mp4", options={"movflags": "+faststart"}
            ) as target,
        ):
            picture = source.streams.video[0]
            copied = target.add_stream_from_template(picture)
            sound = self._sound.packets(target, first_s, self._last_tick / TICKS_PER_S)
            frames = 0
            for packet in _in_order(_packets(source.demux(picture)), sound):
                if packet.stream is picture:
                    packet.stream = copied
                    frames += 1
                target.mux(packet)
        # FFmpeg does not tell of all that it could not write at the end of a file.
        if frames < self._encoded or not _is_whole(self._final_part):
            raise OSError(EIO, f"{self._encoded} frames did not fit")
        self._final_part.replace(self._path)

    def _raise_failure(self) -> None:
        """Raise what the encoder's thread failed with."""
        if isinstance(self._failure, OSError | av.error.FFmpegError | ValueError):
            raise self._unwritable(self._failure) from self._failure
        if self._failure is not None:
            raise self._failure

    def _unwritable(self, error: Exception) -> OutputError:
        reason = getattr(error, "strerror", None) or str(error)
        return OutputError(
            f"cannot write {self._path}: {reason}; free some space or choose another --out"
        )


def _set_up(codec: VideoCodecContext, size_px: tuple[int, int], fps: float) -> None:
    codec.width, codec.height = size_px
    codec.pix_fmt = "yuv420p"
    codec.time_base = Fraction(1, TICKS_PER_S)
    codec.framerate = Fraction(fps).limit_denominator(1001)
    codec.gop_size = max(1, round(fps * KEYFRAME_S))
    codec.max_b_frames = 0
    codec.colorspace = Colorspace.ITU601
    codec.color_range = ColorRange.MPEG
    codec.options = PRESET


def _is_whole(path: Path) -> bool:
    """Say whether the last box of an MP4 ends where the file does."""
    size, at = path.stat().st_size, 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            head = file.read(16)
            length = int.from_bytes(head[:4], "big")
            if length == 1:
                length = int.from_bytes(head[8:16], "big")
            if length < 8:
                return False
            at += length
    return at == size


def _packets(packets: "Iterator[Packet[Any]]") -> "Iterator[Packet[Any]]":
    """Leave out the empty packet that ends a stream."""
    return (packet for packet in packets if packet.dts is not None)


def _in_order(
    picture: "Iterator[Packet[Any]]", sound: "Iterator[Packet[Any]]"
) -> "Iterator[Packet[Any]]":
    """Yield packets of both streams by time, so that the writer has to keep none back."""
    next_sound = next(sound, None)
    for packet in picture:
        while next_sound is not None and _begin_s(next_sound) <= _begin_s(packet):
            yield next_sound
            next_sound = next(sound, None)
        yield packet
    if next_sound is not None:
        yield next_sound
    yield from sound


def _begin_s(packet: "Packet[Any]") -> float:
    return float((packet.dts or 0) * packet.time_base)
