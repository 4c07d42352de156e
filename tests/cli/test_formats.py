"""Every container, rate, rotation and size that a person may bring."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import av
import numpy as np
import pytest
from clips import Image, sample, turned, write_video
from commands import Ran, run, tree

from formcoach.pose.landmarks import NOSE, Part, Side, landmark
from formcoach.pose.trace import read_trace

SQUAT_FPS = 15.0
ONE_SQUAT = (0, 48)


def analyse(out: Path, video: Path, *more: object) -> Ran:
    asked = ("--exercise", "squat", "--model", "lite", "--out", out)
    return run("analyze", video, *asked, *more)


def times_of(out: Path, video: Path) -> list[float]:
    return [pose.t_s for pose in read_trace(out / video.stem / "poses.jsonl.gz")[1]]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("set.mp4", {}),
        ("set.mov", {}),
        ("set.mkv", {}),
        ("set.webm", {"codec": "libvpx", "options": {"deadline": "realtime", "cpu-used": "8"}}),
        ("set.avi", {"codec": "mpeg4", "options": {"qscale": "3"}}),
        ("set.gif", {"codec": "gif", "pix_fmt": "rgb8"}),
        ("with sound.mp4", {"sound": True}),
    ],
)
def test_containers(name: str, how: dict[str, Any], tmp_path: Path) -> None:
    images = [cv2.resize(image, (320, 240)) for image in sample("squat", *ONE_SQUAT)]
    pictures = [np.asarray(image, np.uint8) for image in images]
    video = write_video(tmp_path / name, pictures, fps=SQUAT_FPS, **how)
    ran = analyse(tmp_path, video, "--no-video")
    assert (ran.status, ran.err) == (0, "")
    found = tree(tmp_path / video.stem)
    assert found["frames"] == 48
    assert found["counts"]["total"] == 1
    assert found["duration_s"] == pytest.approx(48 / SQUAT_FPS, abs=0.1)
    expected = np.arange(48) / SQUAT_FPS
    assert times_of(tmp_path, video) == pytest.approx(list(expected), abs=0.012)


@pytest.mark.parametrize("fps", [10.0, 120.0])
def test_slow_and_fast_cameras_see_the_same_squat(fps: float, tmp_path: Path) -> None:
    images = sample("squat", *ONE_SQUAT)
    count = round(len(images) * fps / SQUAT_FPS)
    shown = [images[int(index * SQUAT_FPS / fps)] for index in range(count)]
    video = write_video(tmp_path / "set.mp4", shown, fps=fps)
    assert analyse(tmp_path, video, "--no-video").status == 0
    found = tree(tmp_path / "set")
    assert found["frames"] == count
    (rep,) = found["reps"]
    assert rep["turn_s"] == pytest.approx(1.9, abs=0.25)
    assert rep["end_s"] - rep["start_s"] == pytest.approx(2.0, abs=0.4)


def test_a_variable_rate_is_taken_from_the_containers_times(tmp_path: Path) -> None:
    images = sample("squat", *ONE_SQUAT)
    rng = np.random.default_rng(3)
    steps = rng.uniform(0.02, 0.2, len(images))
    times = [0.0, *np.cumsum(steps)[:-1].tolist()]
    shown = [images[min(int(t_s * SQUAT_FPS), 47)] for t_s in times]
    video = write_video(tmp_path / "set.mp4", shown, times_s=times)
    assert analyse(tmp_path, video).status == 0
    assert times_of(tmp_path, video) == pytest.approx(times, abs=0.001)
    with av.open(str(tmp_path / "set" / "annotated.mp4")) as copy:
        copied = [float(frame.time or 0.0) for frame in copy.decode(video=0)]
    assert copied == pytest.approx(times, abs=0.001)
    (rep,) = tree(tmp_path / "set")["reps"]
    assert rep["turn_s"] == pytest.approx(1.9, abs=0.3)


@pytest.mark.parametrize("name", ["set.mkv", "set.webm"])
def test_a_recording_that_does_not_begin_at_zero_is_whole(name: str, tmp_path: Path) -> None:
    times = [100.0 + index / SQUAT_FPS for index in range(48)]
    codec = {"codec": "libvpx", "options": {"deadline": "realtime", "cpu-used": "8"}}
    how: dict[str, Any] = codec if name.endswith("webm") else {}
    video = write_video(tmp_path / name, sample("squat", *ONE_SQUAT), times_s=times, **how)
    with av.open(str(video)) as container:
        assert container.start_time == pytest.approx(100 * av.time_base, abs=2)
    assert analyse(tmp_path, video, "--no-video").status == 0
    found = tree(tmp_path / "set")
    assert [note for note in found["notes"] if "(lite)" not in note] == []
    assert found["lost_frames"] == 0
    assert found["duration_s"] == pytest.approx(48 / SQUAT_FPS, abs=0.1)


def upright(image: Image, quarter_turns: int) -> Image:
    return np.ascontiguousarray(np.rot90(image, quarter_turns))


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_phones_held_any_way_give_upright_pictures(quarter_turns: int, tmp_path: Path) -> None:
    # Stored as the sensor saw it, with the turn that a player has to make.
    lying = [upright(image, quarter_turns) for image in sample("squat", 0, 4)]
    video = turned(write_video(tmp_path / "set.mp4", lying), quarter_turns)
    assert analyse(tmp_path, video).status == 0
    header, poses = read_trace(tmp_path / "set" / "poses.jsonl.gz")
    assert header["image_size_px"] == [640, 480]
    pose = list(poses)[-1]
    assert pose.xy_px[NOSE, 1] < pose.xy_px[landmark(Part.HIP, Side.LEFT), 1]
    with av.open(str(tmp_path / "set" / "annotated.mp4")) as copy:
        assert copy.streams.video[0].codec_context.width == 640


def test_a_portrait_clip_stays_portrait(tmp_path: Path) -> None:
    images = [np.ascontiguousarray(image[:, 140:500]) for image in sample("squat", *ONE_SQUAT)]
    video = write_video(tmp_path / "set.mp4", images, fps=SQUAT_FPS)
    assert analyse(tmp_path, video).status == 0
    assert tree(tmp_path / "set")["counts"]["total"] == 1
    with av.open(str(tmp_path / "set" / "annotated.mp4")) as copy:
        codec = copy.streams.video[0].codec_context
        assert (codec.width, codec.height) == (360, 480)


def test_pixels_that_are_not_square_are_made_so(tmp_path: Path) -> None:
    narrow = [
        np.asarray(cv2.resize(image, (320, 480)), np.uint8) for image in sample("squat", 0, 4)
    ]
    video = tmp_path / "set.mp4"
    with av.open(str(video), "w") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height, stream.pix_fmt = 320, 480, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)
        for image in narrow:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")))
        container.mux(stream.encode(None))
    assert analyse(tmp_path, video, "--no-video").status == 0
    assert read_trace(tmp_path / "set" / "poses.jsonl.gz")[0]["image_size_px"] == [640, 480]


@pytest.mark.parametrize("size", [(321, 241), (97, 73), (301, 401), (48, 36)])
def test_odd_and_small_pictures_give_a_copy_that_plays(
    size: tuple[int, int], tmp_path: Path
) -> None:
    images = [np.asarray(cv2.resize(image, size), np.uint8) for image in sample("squat", 0, 12)]
    # FFV1, since H.264 itself has no odd sizes.
    video = write_video(tmp_path / "set.mkv", images, codec="ffv1", pix_fmt="bgr0")
    ran = analyse(tmp_path, video)
    if ran.status == 1 and max(size) < 64:  # nobody is to be seen in so few pixels
        assert "nobody seen" in ran.error
        return
    assert (ran.status, ran.err) == (0, "")
    assert read_trace(tmp_path / "set" / "poses.jsonl.gz")[0]["image_size_px"] == list(size)
    with av.open(str(tmp_path / "set" / "annotated.mp4")) as copy:
        codec = copy.streams.video[0].codec_context
        assert (codec.name, codec.width, codec.height) == ("h264", size[0] & ~1, size[1] & ~1)
        assert sum(1 for _ in copy.decode(video=0)) == 12


def test_a_stretch_of_a_video_keeps_the_videos_own_times(tmp_path: Path) -> None:
    video = write_video(tmp_path / "set.mp4", sample("squat", 0, 90), fps=SQUAT_FPS)
    ran = analyse(tmp_path, video, "--no-video", "--start", "2.5", "--end", "5.0")
    assert ran.status == 0
    times = times_of(tmp_path, video)
    assert (times[0], times[-1]) == pytest.approx((2.533, 4.933), abs=0.001)
    found = tree(tmp_path / "set")
    assert len(times) == found["frames"] == 37
    assert (found["start_s"], found["end_s"], found["duration_s"]) == (2.5, 5.0, 6.0)
    page = (tmp_path / "set" / "report.html").read_text(encoding="utf-8")
    assert "2.5\N{EN DASH}5.0 s of 6.0 s" in page
    poses = tmp_path / "set" / "poses.jsonl.gz"
    assert run("replay", poses, "--out", tmp_path / "again").status == 0
    again = tree(tmp_path / "again" / "set")
    notes = [note for note in found["notes"] if "(lite)" not in note]
    assert (again["start_s"], again["end_s"], again["notes"]) == (2.5, 5.0, notes)
