import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from formcoach.errors import OutputError
from formcoach.picture.annotated import AnnotatedVideo, fitted
from formcoach.picture.canvas import Image
from formcoach.picture.soundtrack import SOUND_RATE, mixed

RATE = 22_050


def picture(level: int, size: tuple[int, int] = (64, 48)) -> Image:
    return np.full((size[1], size[0], 3), level, np.uint8)


def tone(seconds: float, rate: int = RATE) -> npt.NDArray[np.int16]:
    wave = np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return (wave * 12_000).astype(np.int16)


def decoded(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def times(path: Path) -> list[float]:
    return [float(frame.time or 0.0) for frame in decoded(path)]


def sound(path: Path) -> npt.NDArray[np.float64]:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(frames).astype(np.float64)


def loudness(samples: npt.NDArray[np.float64], from_s: float, to_s: float) -> float:
    part = samples[round(from_s * SOUND_RATE) : round(to_s * SOUND_RATE)]
    return float(np.sqrt(np.mean(part**2)))


@pytest.mark.parametrize("fps_hint", [25.0, None])
def test_writes_h264_that_browsers_play(fps_hint: float | None, tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    with AnnotatedVideo(path, fps_hint, (64, 48)) as video:
        for i in range(10):
            video.write(i / 25, picture(20 * i))
    with av.open(str(path)) as container:
        codec = container.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt) == ("h264", "yuv420p")
        assert (codec.width, codec.height) == (64, 48)
        assert not container.streams.audio
    content = path.read_bytes()
    assert content.find(b"moov") < content.find(b"mdat")
    assert [p.name for p in tmp_path.iterdir()] == ["annotated.mp4"]


def test_keeps_every_frame_its_time_and_its_picture(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    at = 3.0 + np.cumsum(np.random.default_rng(7).uniform(0.008, 0.12, 40))
    with AnnotatedVideo(path, 15.0, (64, 48)) as video:
        for i, t_s in enumerate(at):
            video.write(float(t_s), picture(6 * i))
    assert times(path) == pytest.approx(list(at - at[0]), abs=1e-4)
    levels = [frame.to_ndarray(format="bgr24").mean() for frame in decoded(path)]
    assert levels == pytest.approx([6 * i for i in range(40)], abs=4)


def test_colours_survive(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    image = picture(0)
    image[:] = (66, 118, 255)
    with AnnotatedVideo(path, 25.0, (64, 48)) as video:
        video.write(0.0, image)
    assert decoded(path)[0].to_ndarray(format="bgr24")[24, 32] == pytest.approx(
        [66, 118, 255], abs=5
    )


def test_a_frame_that_is_not_later_is_kept_after_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    with AnnotatedVideo(path, 25.0, (64, 48)) as video:
        for t_s in (0.0, 0.04, 0.04, 0.02, 0.08):
            video.write(t_s, picture(90))
    got = times(path)
    assert len(got) == 5
    assert got == sorted(got)
    assert got == pytest.approx([0.0, 0.04, 0.04, 0.04, 0.08], abs=1e-3)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((640, 360), (640, 360)),
        ((321, 241), (320, 240)),
        ((1920, 1080), (1280, 720)),
        ((1080, 1920), (720, 1280)),
        ((3840, 2160), (1280, 720)),
        ((5000, 3), (1280, 2)),
    ],
)
def test_fitted_is_even_and_not_too_large(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert fitted(size) == expected


@pytest.mark.parametrize("size", [(65, 49), (1919, 1079)])
def test_odd_and_large_frames_are_fitted(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "annotated.mp4"
    with AnnotatedVideo(path, 25.0, size) as video:
        for i in range(3):
            video.write(i / 25, picture(100, size))
    frame = decoded(path)[0]
    assert (frame.width, frame.height) == fitted(size)


def test_an_interrupted_video_is_whole_up_to_there(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"

    def analyse() -> None:
        with AnnotatedVideo(path, 25.0, (64, 48)) as video:
            for i in range(100):
                if i == 30:
                    raise KeyboardInterrupt
                video.write(i / 25, picture(i))

    with pytest.raises(KeyboardInterrupt):
        analyse()
    assert len(decoded(path)) == 30
    assert [p.name for p in tmp_path.iterdir()] == ["annotated.mp4"]


def test_while_it_is_written_it_has_another_name(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    video = AnnotatedVideo(path, 25.0, (64, 48))
    video.write(0.0, picture(10))
    assert not path.exists()
    assert (tmp_path / "annotated.part.mp4").exists()
    video.close()
    assert path.exists()
    video.close()


def test_without_frames_there_is_no_file(tmp_path: Path) -> None:
    with AnnotatedVideo(tmp_path / "annotated.mp4", 25.0, (64, 48)):
        pass
    assert not list(tmp_path.iterdir())


def test_an_older_video_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    path.write_bytes(b"old")
    with AnnotatedVideo(path, 25.0, (64, 48)) as video:
        video.write(0.0, picture(10))
    assert len(decoded(path)) == 1


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*annotated\.mp4: No such file") as caught:
        AnnotatedVideo(tmp_path / "missing" / "annotated.mp4", 25.0, (64, 48))
    assert "\n" not in str(caught.value)


FULL_DISK = """
import resource, sys
from pathlib import Path
import numpy as np
from formcoach.errors import OutputError
from formcoach.picture.annotated import AnnotatedVideo

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
noise = np.random.default_rng(0)
try:
    with AnnotatedVideo(Path(sys.argv[1]), 25.0, (320, 240)) as video:
        for i in range(200):
            video.write(i / 25, noise.integers(0, 255, (240, 320, 3), dtype=np.uint8))
except OutputError as error:
    sys.stdout.write(str(error))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on file sizes")
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert run.stdout.startswith(f"cannot write {path}: ")
    assert "free some space" in run.stdout
    assert "\n" not in run.stdout
    assert not list(tmp_path.iterdir())


def test_sound_is_heard_where_it_was_put(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    with AnnotatedVideo(path, 25.0, (64, 48)) as video:
        for i in range(75):
            video.write(10.0 + i / 25, picture(50))
        video.add_audio(10.5, tone(0.4), RATE)
        video.add_audio(12.0, tone(0.4, 16_000), 16_000)
    with av.open(str(path)) as container:
        codec = container.streams.audio[0].codec_context
        assert (codec.name, codec.layout.name) == ("aac", "mono")
    samples = sound(path)
    assert len(samples) / SOUND_RATE == pytest.approx(3.0, abs=0.1)
    for quiet in ((0.0, 0.45), (1.0, 1.95), (2.5, 2.9)):
        assert loudness(samples, *quiet) < 0.005
    for loud in ((0.55, 0.85), (2.05, 2.35)):
        assert loudness(samples, *loud) == pytest.approx(12_000 / 32_768 / 2**0.5, rel=0.1)
    assert len(decoded(path)) == 75


def test_the_last_sound_is_heard_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "annotated.mp4"
    with AnnotatedVideo(path, 25.0, (64, 48)) as video:
        for i in range(5):
            video.write(i / 25, picture(50))
        video.add_audio(0.1, tone(1.5), RATE)
    assert loudness(sound(path), 1.3, 1.55) > 0.2


def test_overlapping_sounds_are_added_within_bounds() -> None:
    loud = np.full(4, 20_000, np.int16)
    mix = mixed([(0, loud), (2, loud), (-3, loud)], 0, 8)
    assert mix.tolist() == [32_767, 20_000, 32_767, 32_767, 20_000, 20_000, 0, 0]


def test_sound_of_two_channels_is_refused(tmp_path: Path) -> None:
    with (
        AnnotatedVideo(tmp_path / "annotated.mp4", 25.0, (64, 48)) as video,
        pytest.raises(ValueError, match=r"must be shaped \(n,\), got \(2, 5\)"),
    ):
        video.add_audio(0.0, np.zeros((2, 5), np.int16), RATE)
