"""Reads video files through PyAV (FFmpeg's libraries).

PyAV gives what OpenCV's own reader hides: the exact time of each frame in recordings of variable
frame rate, which packets and frames are damaged, mirrored display matrices and pixels that are not
square. The pictures themselves are the same, bit for bit.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from math import isfinite
from pathlib import Path
from typing import Any

import cv2  # noqa: F401 (before PyAV: their X libraries clash, see picture/window.py)
import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from formcoach.capture.file.decoding import Decoded, NotReadable, Stated, plausible_fps
from formcoach.capture.file.timestamps import JUMP_S, Reordered
from formcoach.capture.film import film_of, pixel_ratio
from formcoach.capture.geometry import MAX_PICTURE_PX, Turn, matrix_turn, square_size, upright
from formcoach.capture.source import Image

__all__ = ["LibavReader"]

FAILURES = (FFmpegError, ValueError, OverflowError)
STUBBORN = 100
"""So many failures to read on, one after another, end the file."""
CLOCK_MAY_JUMP = 0x0200
"""FFmpeg's flag of formats whose clock may jump (AVFMT_TS_DISCONT): broadcasts, discs."""
NO_TIMES = 0x0080
"""FFmpeg's flag of formats that are nothing but pictures (AVFMT_NOTIMESTAMPS)."""
UNTIMED = {"avi"}
"""Formats that store pictures in the order of decoding, and no times."""
FILMED_FPS = "com.android.capture.fps"
"""Where phones state how many frames a second they filmed for slow motion."""


class LibavReader:
    """A video file, opened with PyAV."""

    def __init__(self, path: Path) -> None:
        """Open `path`; raise NotReadable where there is no video in it."""
        self._path = path
        self._container, self._stream = _open(path)
        self._origin_s = _origin_s(self._container, self._stream)
        self.stated = _stated(self._container, self._stream, self._origin_s)
        self._stored_px: tuple[int, int] | None = None
        self._shape_px = (0, 0)
        self._turn: Turn | None = None
        untimed = self._container.format.name in UNTIMED
        self._order = Reordered() if untimed else None

    def frames(self, start_s: float) -> Iterator[Decoded]:
        """Give the frames in order, from the last key frame before `start_s` on."""
        held: list[Decoded] = []
        if start_s > 0.0 and not self._clock_jumps():
            frames = self._sought(start_s)
            held = _until_sound(frames)
            first = held[-1] if held else None
            if first is None or first.t_s is None or first.t_s > start_s:
                self._reopen()
                held = []
            else:
                yield from held
                yield from frames
                return
        yield from self._decoded()

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()

    def _clock_jumps(self) -> bool:
        """Whether the file's clock jumps somewhere, so that no time can be looked up in it."""
        if not self.stated.jumps:
            return False
        last_s: float | None = None
        container, stream = _open(self._path)
        with container:
            try:
                for packet in container.demux(stream):
                    if packet.dts is None or packet.time_base is None:
                        continue
                    t_s = float(packet.dts * packet.time_base)
                    if last_s is not None and not -JUMP_S / 10 < t_s - last_s < JUMP_S:
                        return True
                    last_s = t_s
            except (*FAILURES, IndexError):
                return False
        return False

    def _sought(self, start_s: float) -> Iterator[Decoded]:
        try:
            self._container.seek(int((start_s + self._origin_s) * av.time_base))
        except FAILURES:
            return
        yield from self._decoded()

    def _reopen(self) -> None:
        self._container.close()
        self._container, self._stream = _open(self._path)
        self._order = None if self._order is None else Reordered()

    def _decoded(self) -> Iterator[Decoded]:
        failures = 0
        packets = self._container.demux(self._stream)
        while failures < STUBBORN:
            try:
                packet = next(packets, None)
            except IndexError:  # of a stream that the file did not announce: none of ours
                failures += 1
                packets = self._container.demux(self._stream)
                continue
            except FAILURES:
                failures += 1
                yield Decoded()
                packets = self._container.demux(self._stream)
                continue
            if packet is None:
                return
            failures = 0
            yield from self._decode(packet)

    def _decode(self, packet: "Packet[VideoStream]") -> Iterator[Decoded]:
        if packet.is_corrupt:
            yield Decoded()
        if self._order is not None:
            self._order.fed(packet.dts)
        try:
            frames = self._stream.decode(packet)
        except EOFError:
            return
        except FAILURES:
            if self._order is not None:
                self._order.came()
            yield Decoded()
            return
        for frame in frames:
            # Concealed damage: the missing part is guessed from the frames before.
            render = None if frame.is_corrupt else self._renderer(frame)
            ticks = frame.pts if self._order is None else self._order.came()
            t_s = self._seconds(ticks, frame.time_base)
            length_s = _positive(frame.duration, frame.time_base)
            yield Decoded(t_s=t_s, duration_s=length_s, render=render)

    def _seconds(self, ticks: int | None, base: Fraction | None) -> float | None:
        if ticks is None or base is None:
            return None
        return float(ticks * base) - self._origin_s

    def _renderer(self, frame: VideoFrame) -> Callable[[], Image]:
        stored_px = frame.width, frame.height
        if self._stored_px != stored_px:
            ratio = pixel_ratio(self._stream, changed=self._stored_px is not None)
            self._shape_px = square_size(*stored_px, ratio)
            # Asked once for a size: a frame that was asked hangs in a reference cycle with its
            # answer, so that hundreds of pictures pile up before they are collected.
            data: Any = frame.side_data.get("DISPLAYMATRIX")
            self._turn = matrix_turn(None if data is None else bytes(data))
            self._stored_px = stored_px
        return partial(_render, frame, self._shape_px, self._turn)


def _open(path: Path) -> tuple[InputContainer, VideoStream]:
    try:
        # "file:" keeps a name like "rtsp:x" a name, the whitelist a playlist from fetching things.
        container = av.open(
            f"file:{path}",
            options={"protocol_whitelist": "file,crypto,data"},
            metadata_errors="replace",
        )
    except FAILURES as error:
        raise NotReadable("not a video that FFmpeg or OpenCV can read") from error
    try:
        return container, _watched(container)
    except BaseException:
        container.close()
        raise


def _watched(container: InputContainer) -> VideoStream:
    """Return the stream to watch, ready to be decoded; raise NotReadable where there is none."""
    stream = film_of(container)
    if stream is None:
        kinds = {stream.type for stream in container.streams}
        raise NotReadable("sound but no picture in it" if "audio" in kinds else "no picture in it")
    context = getattr(stream, "codec_context", None)
    if context is None:
        raise NotReadable("no decoder here for its picture")
    if context.width * context.height > MAX_PICTURE_PX:
        raise NotReadable(
            f"its picture has {context.width} x {context.height} pixels, more than can be watched"
        )
    context.thread_type = "FRAME"  # slices would hide damage: H.264 conceals it then
    context.options = {"max_pixels": str(MAX_PICTURE_PX)}
    return stream


def _origin_s(container: InputContainer, stream: VideoStream) -> float:
    """Return where the file's time begins: at the earliest of its streams, as for a player."""
    origin_s = (container.start_time or 0) / av.time_base
    if stream.start_time is not None and stream.time_base is not None:
        own_s = float(stream.start_time * stream.time_base)
        if abs(own_s - origin_s) < 2 / av.time_base:  # the same, but for the container's rounding
            return own_s
    return origin_s


def _stated(container: InputContainer, stream: VideoStream, origin_s: float) -> Stated:
    rate = stream.average_rate or stream.guessed_rate
    fps = plausible_fps(None if rate is None else float(rate))
    duration_s = _positive(stream.duration, stream.time_base)
    if container.format.name == "avi" and stream.frames and fps:
        duration_s = stream.frames / fps  # FFmpeg shortens it when the file was cut short
    tagged_s = _clock_seconds(stream.metadata.get("DURATION", ""))
    alone = len(container.streams) == 1
    whole_s = None if container.duration is None else container.duration / av.time_base
    if "matroska" in container.format.name:  # it states the time of the end, whatever the beginning
        tagged_s, whole_s = (_after(origin_s, end_s) for end_s in (tagged_s, whole_s))
    return Stated(
        fps=fps,
        frames=stream.frames or None,
        duration_s=duration_s or tagged_s or whole_s,
        codec=stream.codec_context.name,
        exact_end=bool(duration_s or tagged_s or alone),
        filmed_fps=_number(container.metadata.get(FILMED_FPS, "")),
        jumps=bool(container.format.flags & CLOCK_MAY_JUMP),
        timed=not container.format.flags & NO_TIMES,
    )


def _number(text: str) -> float | None:
    """Read a number that is above 0; None for anything else."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) and value > 0.0 else None


def _after(start_s: float, end_s: float | None) -> float | None:
    return end_s - start_s if end_s is not None and end_s > start_s else end_s


def _positive(ticks: int | None, base: Fraction | None) -> float | None:
    return float(ticks * base) if ticks and base and ticks > 0 else None


def _clock_seconds(text: str) -> float | None:
    """Read "00:01:02.500000000" as 62.5."""
    try:
        hours, minutes, seconds = text.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None


def _until_sound(frames: Iterator[Decoded]) -> list[Decoded]:
    """Take frames up to the first that could be decoded."""
    taken: list[Decoded] = []
    for frame in frames:
        if frame.render is not None:
            return [*taken, frame]
        taken.append(frame)
    return []


def _render(frame: VideoFrame, size_px: tuple[int, int], turn: Turn | None) -> Image:
    width, height = size_px
    # One thread: the conversion is too short to share, and swscale's threads wait for each other.
    picture = frame.to_ndarray(format="bgr24", width=width, height=height, threads=1)
    return upright(np.asarray(picture, dtype=np.uint8), turn)
