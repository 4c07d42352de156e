"""A file in real time, on a clock that only waiting turns."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pytest

from formcoach.capture.file.video import VideoFile
from formcoach.capture.live.grabber import Picture
from formcoach.capture.live.playback import FileGrabber
from formcoach.capture.source import Frame
from formcoach.errors import SourceError
from formcoach.notes import Note

SAMPLE = Path(__file__).parents[3] / "sample_videos" / "march.mp4"


class Clock:
    """Time that passes while somebody waits, and while a frame is decoded."""

    def __init__(self) -> None:
        self.now_s = 50.0
        self.waits: list[float] = []
        self.interrupted = False

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.now_s += seconds
        return self.interrupted


class Video:
    """A file of frames at given times, slow to decode."""

    name, size_px, frame_count, duration_s, lost_frames = "clip.mp4", (8, 6), None, None, 0

    def __init__(
        self, times: list[float], clock: Clock, decode_s: float = 0.0, fps: float | None = 10.0
    ) -> None:
        self.fps = fps
        self.losses: list[Note] = []
        self.closed = 0
        self._times, self._clock, self._decode_s = times, clock, decode_s

    def __iter__(self) -> Iterator[Frame]:
        for index, t_s in enumerate(self._times):
            self._clock.now_s += self._decode_s
            yield Frame(index=index, t_s=t_s, image_bgr=np.zeros((6, 8, 3), np.uint8))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.closed += 1


def play(video: Video, clock: Clock, count: int) -> list[Picture]:
    grabber = FileGrabber(
        Path("clip.mp4"), clock=clock, wait=clock.wait, open_video=lambda _: video
    )
    grabber.open()
    found = [grabber.read() for _ in range(count)]
    grabber.close()
    return [picture for picture in found if picture is not None]


def test_frames_come_when_their_time_has_come() -> None:
    clock = Clock()
    video = Video([0.4, 0.5, 0.8, 0.85], clock)
    found = play(video, clock, 6)
    assert [picture.t_s for picture in found] == [0.4, 0.5, 0.8, 0.85]
    assert clock.waits == pytest.approx([0.1, 0.3, 0.05])
    assert video.closed == 1


def test_decoding_time_is_taken_off_the_wait() -> None:
    clock = Clock()
    play(Video([0.0, 0.1, 0.2], clock, decode_s=0.04), clock, 3)
    assert clock.waits == pytest.approx([0.06, 0.06])


def test_a_file_too_slow_to_decode_falls_behind_and_never_rushes() -> None:
    clock = Clock()
    found = play(Video([n / 10 for n in range(20)], clock, decode_s=0.3), clock, 20)
    assert len(found) == 20
    assert clock.waits == []
    assert clock.now_s == pytest.approx(50.0 + 20 * 0.3)


def test_waiting_can_be_broken_off() -> None:
    clock = Clock()
    clock.interrupted = True
    assert len(play(Video([0.0, 5.0], clock), clock, 2)) == 1
    grabber = FileGrabber(Path("clip.mp4"), open_video=lambda _: Video([0.0, 600.0], clock))
    grabber.open()
    assert grabber.read() is not None
    grabber.interrupt()
    assert grabber.read() is None


def test_a_real_file_keeps_its_times_and_pictures() -> None:
    clock = Clock()
    grabber = FileGrabber(SAMPLE, clock=clock, wait=clock.wait)
    grabber.open()
    played = [grabber.read() for _ in range(5)]
    grabber.close()
    with VideoFile(SAMPLE) as video:
        for picture, frame in zip(played, video, strict=False):
            assert picture is not None
            assert picture.t_s == frame.t_s
            assert np.array_equal(picture.image_bgr, frame.image_bgr)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"gone\.mp4"):
        FileGrabber(tmp_path / "gone.mp4").open()
