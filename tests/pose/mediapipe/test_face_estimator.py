"""The face landmarker itself, on a frame of a sample; its thread, which nobody waits for."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from clips import grey, sample, sample_fps
from moves import trace

from formcoach.capture.source import Frame, Image
from formcoach.errors import ModelError
from formcoach.pose.face import FaceLook, FaceTrust, HeadCrop, head_crop
from formcoach.pose.landmarks import FloatArray, Pose, mirror, nobody
from formcoach.pose.mediapipe import face_estimator
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.face_estimator import FaceFinder, FaceWatcher, upright_crop
from formcoach.pose.mediapipe.landmarker import DEAD_END
from formcoach.pose.mediapipe.model_files import find_face_model, find_model

CLIP = "hip_flexion_bent"
LYING = trace("hip_flexion", "bent", 1).poses[0]
BLUE, RED = (255, 0, 0), (0, 0, 255)


@pytest.fixture(scope="module")
def crops() -> list[Image]:
    """The heads of the first seconds of a sample: a rendered figure that lies on its back."""
    found = []
    fps = sample_fps(CLIP)
    with LandmarkerEstimator(find_model("lite")) as estimator:
        for index, image in enumerate(sample(CLIP, count=110)):
            if index % 3:
                continue
            pose = estimator.estimate(Frame(index=index, t_s=index / fps, image_bgr=image))
            crop = head_crop(pose)
            if crop is not None:
                found.append(upright_crop(image, crop))
    return found


@pytest.fixture
def finder() -> Iterator[FaceFinder]:
    made = FaceFinder(find_face_model())
    yield made
    made.close()


def test_the_mesh_of_a_real_frame_is_in_order(crops: list[Image], finder: FaceFinder) -> None:
    meshes = [mesh for mesh in map(finder.find, crops) if mesh is not None]
    assert len(meshes) >= 3
    for mesh in meshes:
        assert mesh.shape == (478, 3)
        down = mesh[[10, 105, 159, 145, 1, 13, 14, 152], 1]
        assert list(down) == sorted(down), "forehead, brow, lids, nose, lips, chin"
        assert mesh[33, 0] < mesh[133, 0] < mesh[1, 0], "the near eye is behind the nose"
        assert mesh[454, 2] > mesh[234, 2], "the far cheek is further away"


def test_most_rendered_faces_are_honestly_not_trusted(
    crops: list[Image], finder: FaceFinder
) -> None:
    trust = FaceTrust()
    trusted = [
        trust.step(FaceLook(t_s=0.3 * i, points=finder.find(crop))) for i, crop in enumerate(crops)
    ]
    assert 0 <= sum(reading is not None for reading in trusted) < len(crops) / 2


def test_there_is_no_face_in_a_wall_and_nothing_is_written(
    finder: FaceFinder, capfd: pytest.CaptureFixture[str]
) -> None:
    assert finder.find(grey(256, 256)) is None
    assert capfd.readouterr().err == ""


def test_it_is_quiet_and_sealed(
    crops: list[Image], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("https_proxy", "elsewhere")
    finder = FaceFinder(find_face_model())
    assert os.environ["https_proxy"] == os.environ["HTTPS_PROXY"] == DEAD_END
    assert "NO_PROXY" not in os.environ
    for crop in crops:
        finder.find(crop)
    finder.close()
    finder.close()
    assert capfd.readouterr().err == ""


def painted(pose: Pose) -> Image:
    """Return a picture with a red spot on the nose and a blue one between the ears."""
    image = np.zeros((pose.image_size_px[1], pose.image_size_px[0], 3), np.uint8)
    for (x, y), colour in ((pose.xy_px[0], RED), (pose.xy_px[[7, 8]].mean(axis=0), BLUE)):
        image[round(y) - 3 : round(y) + 4, round(x) - 3 : round(x) + 4] = colour
    return image


def middle_of(image: Image, channel: int) -> FloatArray:
    place: FloatArray = np.argwhere(image[:, :, channel] > 100).mean(axis=0)[::-1]
    return place


@pytest.mark.parametrize("pose", [LYING, mirror(LYING), trace("squat").poses[0]])
def test_the_crop_of_a_picture_is_upright_and_points_right(pose: Pose) -> None:
    crop = head_crop(pose)
    assert isinstance(crop, HeadCrop)
    picture = upright_crop(painted(pose), crop)
    assert picture.shape == (256, 256, 3)
    nose, ear = middle_of(picture, 2), middle_of(picture, 0)
    assert nose[0] > ear[0] + 20
    assert (nose + ear) / 2 == pytest.approx([128, 128], abs=4)


def test_a_mirrored_picture_gives_the_same_crop() -> None:
    picture = painted(LYING)
    right, left = head_crop(LYING), head_crop(mirror(LYING))
    assert right is not None
    assert left is not None
    same = upright_crop(np.ascontiguousarray(picture[:, ::-1]), left).astype(int)
    assert abs(same - upright_crop(picture, right).astype(int)).mean() < 2.0


class SlowFinder:
    """A finder that waits until it may go on, and counts what it was given."""

    def __init__(self, model_path: Path) -> None:
        self.may_go_on = Event()
        self.looked = 0
        self.closed = False

    def find(self, crop_bgr: Image) -> FloatArray:
        assert crop_bgr.shape == (256, 256, 3)
        self.may_go_on.wait(30.0)
        self.looked += 1
        return np.full((478, 3), 0.5)

    def close(self) -> None:
        self.closed = True


def frame_at(t_s: float) -> Frame:
    return Frame(index=round(t_s * 100), t_s=t_s, image_bgr=grey(640, 480))


def test_nobody_waits_for_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(face_estimator, "FaceFinder", SlowFinder)
    with FaceWatcher(Path("unused")) as faces:
        finder = faces._finder
        assert isinstance(finder, SlowFinder)
        for i in range(20):
            faces.offer(frame_at(0.1 * i), LYING)
            assert faces.looks() == []
        finder.may_go_on.set()
        (look,) = until_there_are(faces)
        assert look.t_s == 0.0
        assert faces.looks() == []
    assert finder.looked == 1, "frames that came meanwhile are left out"
    assert finder.closed


def until_there_are(faces: FaceWatcher) -> list[FaceLook]:
    while not (found := faces.looks()):
        pass
    return found


def test_it_looks_a_few_times_a_second_and_only_where_a_head_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(face_estimator, "FaceFinder", SlowFinder)
    with FaceWatcher(Path("unused")) as faces:
        assert isinstance(faces._finder, SlowFinder)
        faces._finder.may_go_on.set()
        times_s = []
        faces.offer(frame_at(0.0), nobody(0.0, (640, 480)))
        assert faces.looks() == []
        for i in range(1, 31):
            faces.offer(frame_at(i / 30), LYING)
            if faces._look is not None:
                times_s += [look.t_s for look in until_there_are(faces)]
    assert len(times_s) == 4
    assert np.diff(times_s) == pytest.approx([0.3] * 3, abs=0.034)


def test_a_bundle_that_is_none_is_an_error_of_one_line(tmp_path: Path) -> None:
    path = tmp_path / "face_landmarker.task"
    path.write_bytes(b"no bundle")
    with pytest.raises(ModelError, match=r"cannot load model .*leave --face out") as caught:
        FaceFinder(path)
    assert "\n" not in str(caught.value)


def test_a_bundle_that_is_missing_says_how_it_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORMCOACH_MODELS", raising=False)
    monkeypatch.setattr("formcoach.pose.mediapipe.model_files._SHIPPED", (tmp_path,))
    with pytest.raises(
        ModelError, match=r"face_landmarker\.task is missing .*python models/build\.py face"
    ):
        find_face_model()
