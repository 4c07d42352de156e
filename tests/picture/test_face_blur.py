"""Faces in a film that is handed on: none is left that a detector finds."""

import os
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from clips import grey, write_video
from moves import trace

from formcoach.capture.file.video import VideoFile
from formcoach.errors import OutputError
from formcoach.picture.canvas import Image
from formcoach.picture.face_blur import Head, HeadTrack, blur_film, cover, find_faces
from formcoach.pose.landmarks import FloatArray, Pose, nobody
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.face_estimator import FaceFinder
from formcoach.pose.mediapipe.model_files import find_face_model, find_model

CLIPS = [Path(one) for one in os.environ.get("FORMCOACH_CLIPS", "").split(os.pathsep) if one]
WITH_FACES = ["tb_curl"]
"""Clips of real people in which a face is found."""
SAMPLES = Path(__file__).resolve().parents[2] / "sample_videos"


class Nobody:
    """Finds no face."""

    def find_all(self, image_bgr: Image) -> list[FloatArray]:
        return []


class Spots:
    """Takes each bright red spot for a face, as long as it is there, whichever way it is turned."""

    def __init__(self) -> None:
        self.asked = 0

    def find_all(self, image_bgr: Image) -> list[FloatArray]:
        self.asked += 1
        red = (image_bgr[:, :, 2] > 200) & (image_bgr[:, :, 0] < 60)
        if not red.any():
            return []
        rows, columns = np.nonzero(red)
        height, width = red.shape
        corners = [
            (columns.min() / width, rows.min() / height, 0.0),
            ((columns.max() + 1) / width, (rows.max() + 1) / height, 0.0),
        ]
        return [np.array(corners)]


def spotted(x: int, y: int, size: int = 30) -> Image:
    image = grey(640, 480)
    image[y : y + size, x : x + size] = (0, 0, 255)
    return image


def frames(path: Path) -> Iterator[Image]:
    with av.open(str(path)) as film:
        for frame in film.decode(film.streams.video[0]):
            yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def test_a_face_that_is_found_is_covered_in_whatever_turn(tmp_path: Path) -> None:
    film = write_video(tmp_path / "in.mp4", [spotted(40 + 5 * i, 300) for i in range(20)])
    poses = [pose for pose in trace("squat", reps=1).poses if pose.t_s < 2]
    heads = HeadTrack()
    heads.add(poses)
    done = blur_film(film, tmp_path / "out.mp4", heads, Spots(), first_s=0.0)
    assert done == 20
    left = [find_faces(image, Spots()) for image in frames(tmp_path / "out.mp4")]
    assert len(left) == 20
    assert not any(left)
    before = [find_faces(image, Spots()) for image in frames(film)]
    assert all(len(found) == 4 for found in before), "once in each turn"
    for found in before[0]:
        assert (found.x_px, found.y_px) == pytest.approx((55, 315), abs=4), "turned back again"


@pytest.mark.parametrize("mirrored", [False, True])
def test_the_head_is_covered_where_the_poses_say_and_little_else(
    mirrored: bool, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (480, 640, 3)).astype(np.uint8)
    poses = [pose for pose in trace("squat", reps=1).poses if pose.t_s < 1]
    film = write_video(tmp_path / "in.mp4", [noise] * len(poses))
    heads = HeadTrack(mirrored=mirrored)
    heads.add(poses)
    blur_film(film, tmp_path / "out.mp4", heads, Nobody(), first_s=poses[0].t_s)
    middle = poses[5].xy_px[:11].mean(axis=0)
    x, y = (640 - middle[0] if mirrored else middle[0]), middle[1]
    image = list(frames(tmp_path / "out.mp4"))[5].astype(float)
    near = image[round(y) - 5 : round(y) + 5, round(x) - 5 : round(x) + 5]
    feet = image[-40:, :200]
    assert near.std() < 15 < feet.std()


def test_a_frame_in_which_nobody_knows_where_the_head_is_is_covered_whole(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = rng.integers(0, 255, (480, 640, 3)).astype(np.uint8)
    film = write_video(tmp_path / "in.mp4", [noise] * 10)
    heads = HeadTrack()
    heads.add([nobody(i / 15, (640, 480)) for i in range(10)])
    blur_film(film, tmp_path / "out.mp4", heads, Nobody(), first_s=0.0)
    assert all(image.astype(float).std() < 15 for image in frames(tmp_path / "out.mp4"))


def test_a_cover_at_the_edge_or_outside_harms_nothing() -> None:
    image = spotted(0, 0)
    cover(image, Head(0.0, 0.0, 60.0), flat=True)
    assert find_faces(image, Spots()) == []
    assert (image[-1, -1] == 128).all()
    untouched = grey()
    cover(untouched, Head(-500.0, -500.0, 20.0))
    assert (untouched == grey()).all()


def test_a_film_that_is_none_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_text("no film", encoding="utf-8")
    with pytest.raises(OutputError, match=r"cannot blur the faces in .*x\.mp4"):
        blur_film(tmp_path / "x.mp4", tmp_path / "y.mp4", HeadTrack(), Nobody(), first_s=0.0)
    assert not (tmp_path / "y.mp4").exists()


@pytest.fixture(scope="module")
def detector() -> Iterator[FaceFinder]:
    found = FaceFinder(find_face_model(), faces=4)
    yield found
    found.close()


def watched(video: Path, end_s: float) -> list[Pose]:
    with VideoFile(video, end_s=end_s) as film, LandmarkerEstimator(find_model("lite")) as model:
        return [model.estimate(frame) for frame in film]


def faces_in(film: Path, detector: FaceFinder) -> int:
    return sum(bool(find_faces(image, detector)) for image in frames(film))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["squat", "dead_bug_hold"])
def test_no_face_is_found_in_a_sample(name: str, detector: FaceFinder, tmp_path: Path) -> None:
    heads = HeadTrack()
    heads.add(watched(SAMPLES / f"{name}.mp4", 3.0))
    cut = tmp_path / "cut.mp4"
    with VideoFile(SAMPLES / f"{name}.mp4", end_s=3.0) as film:
        write_video(cut, [frame.image_bgr for frame in film])
    blur_film(cut, tmp_path / "out.mp4", heads, detector, first_s=0.0)
    assert faces_in(tmp_path / "out.mp4", detector) == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_FACES)
def test_no_face_is_left_of_a_real_person(name: str, detector: FaceFinder, tmp_path: Path) -> None:
    found = [folder / f"{name}.mp4" for folder in CLIPS if (folder / f"{name}.mp4").exists()]
    if not found:
        pytest.skip("FORMCOACH_CLIPS names no folder with this clip")
    poses = watched(found[0], 60.0)
    assert faces_in(found[0], detector) > 0, "there is a face before"
    heads = HeadTrack()
    heads.add(poses)
    blur_film(found[0], tmp_path / "out.mp4", heads, detector, first_s=poses[0].t_s)
    assert faces_in(tmp_path / "out.mp4", detector) == 0


class Stubborn(Spots):
    """Finds a face whatever is covered."""

    def find_all(self, image_bgr: Image) -> list[FloatArray]:
        return [np.array([(0.4, 0.4, 0.0), (0.5, 0.5, 0.0)])]


def test_a_film_in_which_a_face_is_still_found_is_not_handed_on(tmp_path: Path) -> None:
    film = write_video(tmp_path / "in.mp4", [grey(64, 48)] * 3)
    with pytest.raises(OutputError, match="a face is still found"):
        blur_film(film, tmp_path / "out.mp4", HeadTrack(), Stubborn(), first_s=0.0)
    assert not (tmp_path / "out.mp4").exists()
