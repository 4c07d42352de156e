"""Makes small videos to test with, out of pictures, as phones and screens would have made them."""

import struct
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

SAMPLES = Path(__file__).resolve().parents[1] / "sample_videos"
TICKS_PER_S = 90_000


@cache
def sample(name: str, first: int = 0, count: int | None = None) -> tuple[Image, ...]:
    """Return frames of a sample video, in BGR; not to be painted on."""
    images = []
    with av.open(str(SAMPLES / f"{name}.mp4")) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if count is not None and index >= first + count:
                break
            if index >= first:
                images.append(np.asarray(frame.to_ndarray(format="bgr24"), np.uint8))
    return tuple(images)


def sample_fps(name: str) -> float:
    with av.open(str(SAMPLES / f"{name}.mp4")) as container:
        return float(container.streams.video[0].average_rate or 0)


def write_video(
    path: Path,
    images: Iterable[Image],
    *,
    fps: float = 15.0,
    times_s: Sequence[float] | None = None,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    sound: bool = False,
    metadata: dict[str, str] | None = None,
) -> Path:
    """Encode pictures; at `times_s` where given, else `fps` a second."""
    stream: Any = None
    rate = Fraction(fps).limit_denominator(1001)
    with av.open(str(path), "w", options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        for index, image in enumerate(images):
            if stream is None:
                stream = container.add_stream(codec, rate=rate)
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = pix_fmt
                if codec == "libx264":
                    options = {"preset": "ultrafast", "crf": "18", "g": "15", **(options or {})}
                stream.options = options or {}
                if times_s is not None:
                    stream.time_base = Fraction(1, TICKS_PER_S)
                    stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
                noise = container.add_stream("aac", rate=8000) if sound else None
            frame = av.VideoFrame.from_ndarray(image, format="bgr24")
            if times_s is not None:
                frame.pts = round(times_s[index] * TICKS_PER_S)
                frame.time_base = Fraction(1, TICKS_PER_S)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if noise is not None:
            write_silence(container, noise, index / fps)
    return path


def write_silence(container: Any, stream: Any, seconds: float) -> None:
    for start in range(0, int(seconds * 8000), 1024):
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, 1024), np.float32), format="fltp", layout="mono"
        )
        frame.rate, frame.pts = 8000, start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def write_sound(path: Path, seconds: float = 1.0) -> Path:
    """Write a recording with sound and no picture."""
    with av.open(str(path), "w") as container:
        write_silence(container, container.add_stream("aac", rate=8000), seconds)
    return path


def turned(path: Path, quarter_turns: int) -> Path:
    """Write into an MP4 that it is to be shown turned clockwise, as a phone held upright does."""
    one = 1 << 16
    a, b, c, d = {
        1: (0, one, -one, 0),
        2: (-one, 0, 0, -one),
        3: (0, -one, one, 0),
    }[quarter_turns]
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd") + 4
    matrix = at + (40 if data[at] == 0 else 52)
    data[matrix : matrix + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(data))
    return path


def damaged(path: Path, *, from_share: float, to_share: float) -> Path:
    """Overwrite a part of an MP4's picture data with noise; its index stays whole."""
    data = bytearray(path.read_bytes())
    start = data.find(b"mdat") + 4
    end = data.find(b"moov") if data.find(b"moov") > start else len(data)
    low, high = (start + round((end - start) * share) for share in (from_share, to_share))
    data[low:high] = np.random.default_rng(1).integers(0, 256, high - low, np.uint8).tobytes()
    path.write_bytes(bytes(data))
    return path


def grey(width: int = 320, height: int = 240, level: int = 128) -> Image:
    return np.full((height, width, 3), level, np.uint8)
