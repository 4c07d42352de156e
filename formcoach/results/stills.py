"""Pictures and film for the report, out of the annotated video: small JPEGs, and the set alone.

The video is cut at its keyframes and not encoded again, which takes no time and loses nothing.
"""

from base64 import b64encode
from collections.abc import Mapping
from io import BytesIO
from os.path import relpath
from pathlib import Path
from typing import NamedTuple

__all__ = ["MAX_EMBEDDED", "Clip", "Still", "cut_clip", "grab_stills"]

MAX_EMBEDDED = 20_000_000
"""Bytes of video that go into the page; of more it stands beside it."""
STILL_PX = 420
"""Longer edge of a picture: two stand side by side in a column of the page."""
STILL_QUALITY = 78
SMALL = 0.4
"""A body that takes up less of the picture's longer edge is cut out; else the picture is whole,
with the words that were drawn on it."""
ROOM = 0.5
"""Room around a body that is cut out, in shares of its longer edge."""
SHAPE = 4 / 3
"""Width by height of a picture that is cut out."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a body, in pixels."""


class Still(NamedTuple):
    """A picture: a JPEG in base64, and its size in pixels."""

    jpeg: str
    width_px: int
    height_px: int


class Clip(NamedTuple):
    """A film of the set.

    Attributes:
        first_s: the recording's time of its first frame.
        data: the film in base64; empty where it stands beside the page.
        name: the way from the page to the file beside it; empty where it is in the page.
    """

    first_s: float
    data: str
    name: str


def cut_clip(
    video: Path, first_s: float, window: tuple[float, float], page_folder: Path | None = None
) -> Clip:
    """Return the film of a set, out of a longer one.

    Args:
        video: an MP4.
        first_s: the recording's time of its first frame.
        window: from when to when, in the recording's time.
        page_folder: where the page will be; by default where the video is.

    Raises:
        OSError: it cannot be read.
    """
    import av

    out = BytesIO()
    begins_s: float | None = None
    name = video.name if page_folder is None else relpath(video, page_folder)
    beside = Clip(first_s, "", name.replace("\\", "/"))
    # FFmpeg's errors are OSErrors or ValueErrors; a film that cannot be cut is shown whole.
    with av.open(str(video)) as source, av.open(out, "w", format="mp4") as target:
        picture = source.streams.video[0]
        streams = [picture, *source.streams.audio[:1]]
        copies = {one.index: target.add_stream_from_template(one) for one in streams}
        source.seek(int(max(0.0, window[0] - first_s) * 1_000_000), backward=True)
        for packet in source.demux(streams):
            if packet.dts is None or packet.pts is None:
                continue
            t_s = float(packet.pts * packet.time_base)
            if t_s + first_s > window[1]:
                continue
            if begins_s is None:
                if packet.stream is not picture:
                    continue
                begins_s = t_s
            shift = round(begins_s / packet.time_base)
            if packet.dts < shift:
                continue
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            packet.stream = copies[packet.stream.index]
            target.mux(packet)
            if out.tell() > MAX_EMBEDDED:
                return beside
    if begins_s is None or len(out.getbuffer()) > MAX_EMBEDDED:
        return beside
    return Clip(first_s + begins_s, b64encode(out.getbuffer()).decode("ascii"), "")


def grab_stills(
    video: Path, first_s: float, moments: Mapping[float, Box | None], image_px: tuple[int, int]
) -> dict[float, Still]:
    """Return small pictures of a video by their moments; those it has.

    Args:
        video: an MP4.
        first_s: the recording's time of its first frame.
        moments: the moments, in the recording's time, each with the body to cut out.
        image_px: the size of the picture that the bodies were measured in.

    Raises:
        OSError: it cannot be read.
    """
    import cv2
    import av
    import numpy as np

    found: dict[float, Still] = {}
    with av.open(str(video)) as source:
        picture = source.streams.video[0]
        for moment_s, box in sorted(moments.items()):
            into_s = max(0.0, moment_s - first_s)
            source.seek(int(into_s * 1_000_000), backward=True)
            last = None
            for frame in source.decode(picture):
                last = frame
                if frame.time is not None and frame.time >= into_s - 0.001:
                    break
            if last is None:
                continue
            image = np.asarray(last.to_ndarray(format="bgr24"), np.uint8)
            scale = image.shape[1] / image_px[0]
            left, top, right, bottom = _cut_out(box, scale, image.shape[1], image.shape[0])
            cut = np.ascontiguousarray(image[top:bottom, left:right])
            size_px = _fitted(cut.shape[1], cut.shape[0])
            small = cv2.resize(cut, size_px, interpolation=cv2.INTER_AREA)
            _, coded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, STILL_QUALITY])
            found[moment_s] = Still(b64encode(coded.tobytes()).decode("ascii"), *size_px)
    return found


def _fitted(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, STILL_PX / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _cut_out(box: Box | None, scale: float, width: int, height: int) -> tuple[int, int, int, int]:
    """Return the stretch of a picture around a body, of the shape that pictures have."""
    if box is None:
        return 0, 0, width, height
    left, top, right, bottom = (edge * scale for edge in box)
    if max(right - left, bottom - top) >= SMALL * max(width, height):
        return 0, 0, width, height
    room = ROOM * max(right - left, bottom - top)
    wide = max(right - left + room, (bottom - top + room) * SHAPE)
    wide = min(wide, width, height * SHAPE)
    tall = wide / SHAPE
    x = min(max(0.0, (left + right - wide) / 2), width - wide)
    y = min(max(0.0, (top + bottom - tall) / 2), height - tall)
    return round(x), round(y), round(x + wide), round(y + tall)
