"""The second look over real frames: `march`, in which the full model exchanges the legs."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from clips import SAMPLES

from formcoach.capture.file.video import VideoFile
from formcoach.capture.source import Frame
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.mediapipe.second_look import BUSY_S, SecondLook

END_S = 2.5
KNEES = [landmark(Part.KNEE, side) for side in Side]


def estimated(model: str, frames: list[Frame]) -> list[Pose]:
    with LandmarkerEstimator(find_model(model)) as estimator:
        return [estimator.estimate(frame) for frame in frames]


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    with VideoFile(SAMPLES / "march.mp4", None, END_S) as video:
        return [replace(frame, image_bgr=frame.image_bgr.copy()) for frame in video]


@pytest.fixture(scope="module")
def poses(frames: list[Frame]) -> list[Pose]:
    return estimated("full", frames)


def true_knees(frames: list[Frame]) -> np.ndarray:
    truth: dict[str, Any] = json.loads((SAMPLES / "march.truth.json").read_text(encoding="utf-8"))
    places = truth["joints_px"]
    both = [places[f"{side.word}_knee"] for side in Side]
    return np.array(both).transpose(1, 0, 2)[: len(frames)]


def exchanged(xy_px: np.ndarray, true_px: np.ndarray) -> np.ndarray:
    """Say in which frames the knees are nearer to each other's true place than to their own."""
    own = np.linalg.norm(xy_px - true_px, axis=2).sum(axis=1)
    other = np.linalg.norm(xy_px[:, ::-1] - true_px, axis=2).sum(axis=1)
    return np.asarray(own - other > 20.0)


def test_legs_that_the_full_model_exchanges_are_found_and_put_right(
    frames: list[Frame], poses: list[Pose], monkeypatch: pytest.MonkeyPatch
) -> None:
    truth = true_knees(frames)
    monkeypatch.setattr("formcoach.pose.mediapipe.second_look._witness_of", lambda _: None)
    alone = estimated("full", frames)
    wrong = exchanged(np.array([pose.xy_px[KNEES] for pose in alone]), truth)
    assert wrong.sum() >= 8
    assert not any(pose.legs_doubtful for pose in alone)
    assert all(pose.legs_doubtful for pose, bad in zip(poses, wrong, strict=True) if bad)
    assert not exchanged(np.array([pose.xy_px[KNEES] for pose in poses]), truth).any()


def test_the_same_frames_give_the_same_poses(frames: list[Frame], poses: list[Pose]) -> None:
    for one, again in zip(poses, estimated("full", frames), strict=True):
        assert np.array_equal(one.xy_px, again.xy_px)
        assert one.legs_doubtful == again.legs_doubtful


def test_the_second_look_may_come_behind_in_a_thread_of_its_own(
    frames: list[Frame], poses: list[Pose]
) -> None:
    with LandmarkerEstimator(find_model("full")) as estimator, ThreadPoolExecutor(1) as behind:
        later = [
            behind.submit(estimator.second_look, frame, estimator.first_look(frame))
            for frame in frames
        ]
        found = [one.result() for one in later]
    assert any(pose.legs_doubtful for pose in found)
    for one, again in zip(poses, found, strict=True):
        assert np.array_equal(one.xy_px, again.xy_px)
        assert (one.legs_doubtful, one.others) == (again.legs_doubtful, again.others)


def test_the_lite_model_has_no_witness_but_itself(frames: list[Frame]) -> None:
    assert not any(pose.legs_doubtful for pose in estimated("lite", frames))


def test_a_camera_that_leaves_frames_out_has_no_time_for_a_second_look(
    frames: list[Frame], poses: list[Pose]
) -> None:
    hurried = [replace(frame, index=2 * frame.index) for frame in frames]
    assert not any(pose.legs_doubtful for pose in estimated("full", hurried))
    once = [replace(frame, index=frame.index + (frame.t_s >= 0.2)) for frame in frames]
    later = [replace(frame, t_s=frame.t_s + BUSY_S * (frame.t_s >= 0.5)) for frame in once]
    assert any(pose.legs_doubtful for pose in estimated("full", later))
    assert any(pose.legs_doubtful for pose in poses)


def test_without_lite_there_is_no_second_look(
    monkeypatch: pytest.MonkeyPatch, poses: list[Pose], frames: list[Frame]
) -> None:
    from formcoach.errors import ModelError

    def missing(_: str) -> None:
        raise ModelError("missing")

    full = find_model("full")
    monkeypatch.setattr("formcoach.pose.mediapipe.second_look.find_model", missing)
    look = SecondLook(full)
    for frame, pose in zip(frames, poses, strict=True):
        look.begin(frame, lambda: np.zeros((8, 8, 3), np.uint8), round(1000 * frame.t_s))
        kept = look.settle(pose, lambda: np.zeros((8, 8, 3), np.uint8), round(1000 * frame.t_s))
        assert kept is pose
    look.close()
