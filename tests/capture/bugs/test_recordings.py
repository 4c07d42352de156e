"""Recordings that were once read wrongly, each for a kind, with the right value."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from commands import run, tree

from formcoach.capture.file.video import Pace, VideoFile
from formcoach.errors import SourceError
from formcoach.notes import Figure

HERE = Path(__file__).parent


def times_and_notes(name: str, *span: float, pace: Pace | None = None) -> tuple[Any, list[str]]:
    with VideoFile(HERE / name, *span, pace=pace or Pace()) as video:
        times = np.array([frame.t_s for frame in video])
        return times, [note.id for note in video.notes]


def analysed(name: str, exercise: str, out: Path, *more: str) -> Any:
    video = HERE / name
    asked = ("--exercise", exercise, "--model", "lite", "--no-video", "--out", out)
    ran = run("analyze", video, *asked, *more)
    assert (ran.status, ran.err) == (0, "")
    found = tree(out / video.stem)
    found["notes"] = [note for note in found["notes"] if "(lite)" not in note]
    return found


def test_a_cover_as_the_first_stream_is_not_the_film() -> None:
    times, notes = times_and_notes("cover_is_stream_0.mp4")
    assert (len(times), notes) == (90, [])
    assert np.diff(times) == pytest.approx(1 / 15, abs=1e-3)


def test_a_picture_that_is_turned_on_the_way_keeps_its_angles(tmp_path: Path) -> None:
    found = analysed("turned_mid_recording.webm", "squat", tmp_path)
    assert [round(rep["peak_deg"]) for rep in found["reps"]] == pytest.approx([107] * 4, abs=4)
    assert found["notes"] == [
        "from 5.8 s on the picture has another shape; it is shown whole, with bars"
    ]


@pytest.mark.parametrize("name", ["joined_clock_jumps_back.ts", "joined_start_option.ts"])
def test_joined_recordings_have_one_running_time(name: str) -> None:
    with VideoFile(HERE / name) as video:
        times = np.array([frame.t_s for frame in video])
        assert [note.id for note in video.notes] == ["joined"]
        assert video.lost_frames == 0
        assert video.duration_s == pytest.approx(14.0, abs=0.01)
    assert len(times) == 210
    assert np.diff(times) == pytest.approx(1 / 15, abs=1e-3)


def test_reps_of_joined_recordings_are_all_counted(tmp_path: Path) -> None:
    found = analysed("joined_clock_jumps_back.ts", "squat", tmp_path)
    assert found["counts"]["total"] == 5
    assert found["duration_s"] == pytest.approx(14.0, abs=0.01)
    assert found["lost_frames"] == 0


def test_a_stretch_of_joined_recordings_is_the_one_asked_for() -> None:
    times, _ = times_and_notes("joined_start_option.ts", 3.0, 12.0)
    assert (times[0], times[-1], len(times)) == (
        pytest.approx(3.0, abs=0.01),
        pytest.approx(11.933, abs=0.01),
        135,
    )
    with VideoFile(HERE / "joined_start_option.ts") as whole:
        wanted = [frame for frame in whole if 3.0 <= frame.t_s < 12.0]
    with VideoFile(HERE / "joined_start_option.ts", 3.0, 12.0) as part:
        for one, other in zip(part, wanted, strict=True):
            assert np.array_equal(one.image_bgr, other.image_bgr)


def test_a_file_without_times_is_judged_for_no_tempo_until_its_rate_is_given(
    tmp_path: Path,
) -> None:
    found = analysed("raw_pi_hold.h264", "dead_bug", tmp_path / "guessed")
    assert (found["counts"]["total"], found["counts"]["good"]) == (3, 3)
    assert any("--fps" in note and "not judged" in note for note in found["notes"])
    poses = tmp_path / "guessed" / "raw_pi_hold" / "poses.jsonl.gz"
    assert run("replay", poses, "--out", tmp_path / "again").status == 0
    again = tree(tmp_path / "again" / "raw_pi_hold")
    assert again["counts"] == found["counts"]
    assert any("tempo and pauses are not judged" in note for note in again["notes"])
    given = analysed("raw_pi_hold.h264", "dead_bug", tmp_path / "given", "--fps", "12")
    assert (given["counts"]["total"], given["counts"]["good"]) == (3, 3)
    assert all(rep["hold_s"] > 2.0 for rep in given["reps"])
    assert given["duration_s"] == pytest.approx(29.3, abs=0.1)
    assert not any("--fps" in note for note in given["notes"])


@pytest.mark.parametrize(
    ("span", "first", "last"), [((), 0.0, 351 / 12), ((5.0, 8.0), 5.0, 8.0 - 1 / 12)]
)
def test_a_given_rate_sets_the_times(span: tuple[float, ...], first: float, last: float) -> None:
    times, notes = times_and_notes("raw_pi_hold.h264", *span, pace=Pace(fps=12.0))
    assert notes == []
    assert (times[0], times[-1]) == (pytest.approx(first), pytest.approx(last))


def test_a_picture_that_stands_still_is_seen_and_not_unreadable(tmp_path: Path) -> None:
    found = analysed("still_shown_long.webm", "dead_bug", tmp_path)
    assert found["counts"]["total"] == 1
    assert found["reps"][0]["hold_s"] > 3.0
    assert found["lost_frames"] == 0
    assert "the picture stood still from 3.5 s to 7.3 s" in found["notes"]


def test_pictures_of_an_avi_have_the_times_of_their_order() -> None:
    times, notes = times_and_notes("h264_bframes.avi")
    assert (times[0], len(times), notes) == (0.0, 90, [])
    assert np.diff(times) == pytest.approx(1 / 15, abs=1e-6)
    part, _ = times_and_notes("h264_bframes.avi", 2.0, 4.0)
    assert part == pytest.approx(times[30:60])


def test_pixels_that_are_not_square_are_made_so_in_a_stretch_too() -> None:
    for span in ((), (5.0, 6.0)):
        with VideoFile(HERE / "live_anamorphic.ts", *span) as video:
            assert video.size_px == (320, 240)


def test_an_intact_file_that_no_decoder_reads_is_told_as_that() -> None:
    with pytest.raises(SourceError, match=r"animated WebP.*cannot be read here.*save it as mp4"):
        VideoFile(HERE / "animated.webp")


def test_a_still_with_a_film_behind_it_is_told_as_that(tmp_path: Path) -> None:
    picture = cv2.imencode(".jpg", np.zeros((48, 64, 3), np.uint8))[1].tobytes()
    film = (HERE / "cover_is_stream_0.mp4").read_bytes()
    photo = tmp_path / "PXL.MP.jpg"
    photo.write_bytes(picture + film)
    with pytest.raises(SourceError, match=r"a film behind it \(a motion photo\)"):
        VideoFile(photo)
    heic = tmp_path / "IMG.heic"
    ftyp = (16).to_bytes(4, "big") + b"ftypheic\0\0\0\0"
    heic.write_bytes(ftyp + (8 + len(film)).to_bytes(4, "big") + b"mpvd" + film)
    with pytest.raises(SourceError, match="a film behind it"):
        VideoFile(heic)
    plain = tmp_path / "plain.jpg"
    plain.write_bytes(picture)
    with VideoFile(plain) as video:
        assert len(list(video)) == 1


def test_slow_motion_is_said_and_can_be_judged(tmp_path: Path) -> None:
    slow = slow_motion(tmp_path / "slow.mp4", filmed_fps=120.0)
    with VideoFile(slow) as video:
        (note,) = video.notes
        assert (note.id, note.values["speed"]) == ("slow_motion", Figure(8.0))
        assert not video.tempo_known
        assert [frame.t_s for frame in video][-1] == pytest.approx(47 / 15)
    with VideoFile(slow, pace=Pace(speed=8.0)) as video:
        assert (video.notes, video.tempo_known) == ([], True)
        assert video.fps == 120.0
        assert video.duration_s == pytest.approx(48 / 120)
        assert [frame.t_s for frame in video][-1] == pytest.approx(47 / 120)
    with VideoFile(slow, 0.1, 0.2, pace=Pace(speed=8.0)) as video:
        times = [frame.t_s for frame in video]
        assert times[0] == pytest.approx(0.1)
        assert len(times) == 12
    with VideoFile(slow_motion(tmp_path / "real.mp4", filmed_fps=15.0)) as video:
        assert (video.notes, video.tempo_known) == ([], True)
    with VideoFile(slow_motion(tmp_path / "lapse.mp4", filmed_fps=3.0)) as video:
        assert [note.id for note in video.notes] == ["time_lapse"]


def slow_motion(path: Path, *, filmed_fps: float) -> Path:
    """Write a film that plays at 15 a second and says, as phones do, how it was filmed."""
    from clips import sample, write_video

    options = {"movflags": "use_metadata_tags"}
    return write_video(
        path,
        sample("squat", 0, 48),
        container_options=options,
        metadata={"com.android.capture.fps": str(filmed_fps)},
    )


@pytest.mark.parametrize("option", [("--fps", "0"), ("--fps", "nan"), ("--speed", "0")])
def test_a_pace_that_no_video_has_is_wrong_usage(option: tuple[str, str], tmp_path: Path) -> None:
    ran = run("analyze", HERE / "h264_bframes.avi", *option, "--out", tmp_path)
    assert ran.status == 2
    assert option[0] in ran.error
