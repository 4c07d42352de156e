"""Reads video files through PyAV (FFmpeg's libraries).

PyAV gives what OpenCV's own reader hides: the exact time of each frame in recordings of variable
frame rate, which packets and frames are damaged, mirrored display matrices and pixels that are not
square. The pictures themselves are the same, bit for bit.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import av
import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from formcoach.capture.file.decoding import Decoded, NotReadable, Stated, plausible_fps
from formcoach.capture.source import Image

__all__ = ["LibavReader"]

Matrix = tuple[int, int, int, int]
FAILURES = (FFmpegError, ValueError, OverflowError)
STUBBORN = 100
"""So many failures to read on, one after another, end the file."""
SQUARE_WITHIN = 0.01
"""Pixels this close to square are taken as square."""


class LibavReader:
    """A video file, opened with PyAV."""

    def __init__(self, path: Path) -> None:
        """Open `path`; raise NotReadable where there is no video in it."""
        self._path = path
        self._container, self._stream = _open(path)
        self._origin_s = _origin_s(self._container, self._stream)
        self.stated = _stated(self._container, self._stream, self._origin_s)
        self._matrix: Matrix | None = None
        self._shape: tuple[int, int] | None = None

    def frames(self, start_s: float) -> Iterator[Decoded]:
        """Give the frames in order, from the last key frame before `start_s` on."""
        held: list[Decoded] = []
        if start_s > 0.0:
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

    def _sought(self, start_s: float) -> Iterator[Decoded]:
        try:
            self._container.seek(int((start_s + self._origin_s) * av.time_base))
        except FAILURES:
            return
        yield from self._decoded()

    def _reopen(self) -> None:
        self._container.close()
        self._container, self._stream = _open(self._path)

    def _decoded(self) -> Iterator[Decoded]:
        failures = 0
        packets = self._container.demux(self._stream)
        while failures < STUBBORN:
            try:
                packet = next(packets, None)
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
        try:
            frames = self._stream.decode(packet)
        except EOFError:
            return
        except FAILURES:
            yield Decoded()
            return
        for frame in frames:
            # Concealed damage: the missing part is guessed from the frames before.
            render = None if frame.is_corrupt else self._renderer(frame)
            t_s = self._seconds(frame.pts, frame.time_base)
            length_s = _positive(frame.duration, frame.time_base)
            yield Decoded(t_s=t_s, duration_s=length_s, render=render)

    def _seconds(self, ticks: int | None, base: Fraction | None) -> float | None:
        if ticks is None or base is None:
            return None
        return float(ticks * base) - self._origin_s

    def _renderer(self, frame: VideoFrame) -> Callable[[], Image]:
        if self._shape is None:
            self._shape = _square_size(frame, self._stream.sample_aspect_ratio)
            # Asked once: the file states it once, and a frame that was asked hangs in a reference
            # cycle with its answer, so that hundreds of pictures pile up before they are collected.
            self._matrix = _display_matrix(frame)
        return partial(_render, frame, self._shape, self._matrix)


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
    stream = _video_stream(container)
    if stream is None:
        kinds = {stream.type for stream in container.streams}
        cause = "sound but no picture in it" if "audio" in kinds else "no picture in it"
        container.close()
        raise NotReadable(cause)
    if getattr(stream, "codec_context", None) is None:
        container.close()
        raise NotReadable("no decoder here for its picture")
    stream.codec_context.thread_type = "FRAME"  # slices would hide damage: H.264 conceals it then
    return container, stream


def _video_stream(container: InputContainer) -> VideoStream | None:
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:  # the cover of a sound file
            return stream
    return None


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
    )


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


def _square_size(frame: VideoFrame, ratio: Fraction | None) -> tuple[int, int]:
    """Return the width and height at which the pixels are square."""
    if not ratio or abs(float(ratio) - 1.0) < SQUARE_WITHIN:
        return frame.width, frame.height
    return max(round(frame.width * float(ratio)), 1), frame.height


def _render(frame: VideoFrame, size_px: tuple[int, int], matrix: Matrix | None) -> Image:
    width, height = size_px
    # One thread: the conversion is too short to share, and swscale's threads wait for each other.
    picture = frame.to_ndarray(format="bgr24", width=width, height=height, threads=1)
    picture = np.asarray(picture, dtype=np.uint8)
    return picture if matrix is None else _upright(picture, matrix)


def _display_matrix(frame: VideoFrame) -> Matrix | None:
    """Return how the picture is to be turned: x from x, y from x, x from y, y from y."""
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return None
    stated = np.frombuffer(data, dtype=np.int32)
    return int(stated[0]), int(stated[1]), int(stated[3]), int(stated[4])


def _upright(picture: Image, matrix: Matrix) -> Image:
    """Turn and mirror the picture as the display matrix says, to the nearest quarter turn."""
    x_from_x, y_from_x, x_from_y, y_from_y = matrix
    if abs(x_from_x) + abs(y_from_y) < abs(y_from_x) + abs(x_from_y):
        picture = np.asarray(cv2.transpose(picture), dtype=np.uint8)
        x_from_x, y_from_y = x_from_y, y_from_x
    if x_from_x < 0:
        picture = np.asarray(cv2.flip(picture, 1), dtype=np.uint8)
    if y_from_y < 0:
        picture = np.asarray(cv2.flip(picture, 0), dtype=np.uint8)
    return picture
