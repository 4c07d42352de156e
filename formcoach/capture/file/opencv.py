"""Reads video files through OpenCV, for those that PyAV does not know."""

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from formcoach.capture.file.decoding import Decoded, NotReadable, Stated, plausible_fps
from formcoach.capture.geometry import MAX_PICTURE_PX
from formcoach.capture.source import Image
from formcoach.system.quiet import quiet_native_stderr

__all__ = ["OpenCvReader"]


class OpenCvReader:
    """A video file, opened with OpenCV, which turns rotated recordings upright by itself."""

    def __init__(self, path: Path) -> None:
        """Open `path`; raise NotReadable where OpenCV cannot."""
        os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
        with quiet_native_stderr():
            self._capture = cv2.VideoCapture(str(path))
        if not self._capture.isOpened():
            raise NotReadable("not a video that FFmpeg or OpenCV can read")
        size_px = [
            self._capture.get(one) for one in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)
        ]
        if size_px[0] * size_px[1] > MAX_PICTURE_PX:
            self._capture.release()
            raise NotReadable("its picture is larger than can be watched")
        rate = plausible_fps(self._capture.get(cv2.CAP_PROP_FPS))
        frames = round(self._capture.get(cv2.CAP_PROP_FRAME_COUNT))
        self.stated = Stated(
            fps=rate,
            frames=frames if frames > 0 else None,
            duration_s=frames / rate if rate and frames > 0 else None,
            codec=self._capture.getBackendName().lower(),
            exact_end=True,
        )

    def frames(self, start_s: float) -> Iterator[Decoded]:
        """Give all frames in order, whatever `start_s`: OpenCV's seeking is not exact."""
        del start_s
        first = True
        while True:
            read, picture = self._capture.read()
            if not read:
                return
            position_ms = self._capture.get(cv2.CAP_PROP_POS_MSEC)
            # Some backends know no times and give 0 for every frame.
            timed = position_ms > 0.0 or first
            yield Decoded(
                t_s=position_ms / 1000.0 if timed else None,
                render=partial(_bgr, picture),
            )
            first = False

    def close(self) -> None:
        """Let go of the file."""
        self._capture.release()


def _bgr(picture: object) -> Image:
    image = np.asarray(picture, dtype=np.uint8)
    if image.ndim == 2:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    return np.ascontiguousarray(image[:, :, :3])
