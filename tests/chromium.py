"""Real Chromium with a pretended camera: what it is started with, and the films it is shown."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ARGS",
    "CHROMIUM",
    "FAKING",
    "HERE",
    "SAMPLE",
    "cut",
    "frames_of",
    "shot",
    "write_camera",
]

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SAMPLE = Path(__file__).resolve().parents[1] / "sample_videos" / "dead_bug_hold.mp4"
HERE = ("http://127.0.0.1", "ws://127.0.0.1", "blob:", "data:")
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FAKING = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
CAMERA_FPS, CAMERA_PX, STILL_S = 10, (640, 360), 8
"""Few pictures a second, so that a busy machine keeps up with them."""


def frames_of(path: Path, end_s: float = float("inf")) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Yield the pictures of a video with their times, up to a time."""
    import av

    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            if frame.time is None or frame.time >= end_s:
                return
            yield frame.time, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def cut(source: Path, end_s: float, path: Path) -> Path:
    """Write the beginning of a video as one of its own."""
    import av

    with av.open(str(path), "w") as container:
        frames = list(frames_of(source, end_s))
        rate = round(1.0 / (frames[1][0] - frames[0][0]))
        stream = container.add_stream("libx264", rate=rate)
        stream.height, stream.width = frames[0][1].shape[:2]
        for _, image in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode())
    return path


def write_camera(path: Path, *films: Path) -> Path:
    """Write videos, one after the other, as what a pretended camera plays again and again.

    The first picture stands still before all of them: the model is loaded while it is shown.
    """
    import cv2

    width, height = CAMERA_PX
    kept: dict[Path, list[bytes]] = {}
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{CAMERA_FPS}:1 Ip A1:1 C420jpeg\n".encode())
        for film in films:
            if film not in kept:
                kept[film] = []
                for t_s, image in frames_of(film):
                    if round(t_s * CAMERA_FPS, 3) >= len(kept[film]):
                        small = cv2.resize(image, CAMERA_PX, interpolation=cv2.INTER_AREA)
                        kept[film].append(cv2.cvtColor(small, cv2.COLOR_BGR2YUV_I420).tobytes())
            if file.tell() < len(kept[film][0]):
                file.writelines(b"FRAME\n" + kept[film][0] for _ in range(STILL_S * CAMERA_FPS))
            file.writelines(b"FRAME\n" + frame for frame in kept[film])
    return path


def shot(page: Any, name: str) -> None:
    """Keep a picture of a page, where somebody wants to look at them."""
    folder = os.environ.get("FORMCOACH_SHOTS")
    if folder:
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
