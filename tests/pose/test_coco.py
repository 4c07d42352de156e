"""Keypoints of other programs: each shape gives the same body, and what is none is refused."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from moves import trace

from formcoach.coaching.coach import Coach
from formcoach.errors import TraceError
from formcoach.exercises.library import load_exercise
from formcoach.pose.coco import open_poses, read_keypoints
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.profile import COCO
from formcoach.pose.trace import TraceWriter, read_trace

FPS = 15.0
FIGURE = trace("squat", None, 2).poses
PAIRS = (Part.EYE, Part.EAR, Part.SHOULDER, Part.ELBOW, Part.WRIST, Part.HIP, Part.KNEE, Part.ANKLE)
COCO_17 = [0, *(landmark(part, side) for part in PAIRS for side in Side)]
ARMS = [landmark(part, side) for side in (Side.RIGHT, Side.LEFT) for part in PAIRS[2:5]]
BODY = [0, -1, *ARMS]
RIGHT_LEG, LEFT_LEG = (
    [landmark(part, side) for part in PAIRS[5:]] for side in (Side.RIGHT, Side.LEFT)
)
HEAD = [landmark(part, side) for part in PAIRS[:2] for side in (Side.RIGHT, Side.LEFT)]
TOES, HEELS = ([landmark(part, side) for side in Side] for part in (Part.TOE, Part.HEEL))
ORDERS = {
    17: COCO_17,
    18: [*BODY, *RIGHT_LEG, *LEFT_LEG, *HEAD],
    25: [
        *BODY, -1, *RIGHT_LEG, *LEFT_LEG, *HEAD,
        TOES[0], -1, HEELS[0], TOES[1], -1, HEELS[1],
    ],
    26: [*COCO_17, -1, -1, -1, *TOES, -1, -1, *HEELS],
    133: [*COCO_17, TOES[0], -1, HEELS[0], TOES[1], -1, HEELS[1], *[-1] * 110],
}  # fmt: skip


def flat(pose: Pose, order: Sequence[int] = COCO_17) -> list[float]:
    """Return keypoints as x, y, score for each; -1 in the order is one that FormCoach has not."""
    score = pose.visibility
    return [
        value
        for i in order
        for value in ((1.0, 2.0, 0.9) if i < 0 else (*pose.xy_px[i].tolist(), float(score[i])))
    ]


def results(poses: Sequence[Pose]) -> Any:
    return [{"image_id": i, "keypoints": flat(pose)} for i, pose in enumerate(poses)]


def alphapose(poses: Sequence[Pose]) -> Any:
    return [{"image_id": f"{i}.jpg", "keypoints": flat(pose)} for i, pose in enumerate(poses)]


def annotations(poses: Sequence[Pose]) -> Any:
    ids = [100_000 - 7 * i for i in range(len(poses))]
    return {
        "info": {"fps": FPS},
        "images": [{"id": one, "width": 640, "height": 480} for one in ids],
        "annotations": [
            {"image_id": one, "keypoints": flat(pose)} for one, pose in zip(ids, poses, strict=True)
        ],
    }


def mmpose(poses: Sequence[Pose]) -> Any:
    frames = [
        {
            "frame_id": i + 1,
            "instances": [
                {
                    "keypoints": pose.xy_px[COCO_17].tolist(),
                    "keypoint_scores": pose.visibility[COCO_17].tolist(),
                }
            ],
        }
        for i, pose in enumerate(poses)
    ]
    return {"meta_info": {}, "instance_info": frames}


def openpose(poses: Sequence[Pose], count: int = 25) -> list[Any]:
    return [{"people": [{"pose_keypoints_2d": flat(pose, ORDERS[count])}]} for pose in poses]


def written(folder: Path, tree: Any) -> Path:
    path = folder / "set.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


def same_places(poses: Sequence[Pose], truth: Sequence[Pose], order: Sequence[int]) -> None:
    known = [i for i in order if i >= 0]
    unknown = [i for i in range(33) if i not in known]
    assert len(poses) == len(truth)
    for i, (pose, true) in enumerate(zip(poses, truth, strict=True)):
        assert pose.t_s == pytest.approx(i / FPS, abs=1e-5)
        assert pose.xy_px[known] == pytest.approx(true.xy_px[known], abs=0.006)
        assert np.isnan(pose.xy_px[unknown]).all()
        assert (pose.presence[unknown] == 0).all()
        assert pose.world_m is None
        assert pose.profile == COCO


@pytest.mark.parametrize("shape", [results, alphapose, annotations, mmpose, openpose])
def test_each_shape_gives_the_same_body(shape: Callable[..., Any], tmp_path: Path) -> None:
    header, poses = open_poses(written(tmp_path, shape(FIGURE)), FPS)
    order = ORDERS[25] if shape is openpose else COCO_17
    same_places(list(poses), FIGURE, order)
    assert header["fps"] == FPS
    if shape is annotations:
        assert header["image_size_px"] == (640, 480)


@pytest.mark.parametrize("count", sorted(ORDERS))
def test_each_number_of_keypoints_has_its_order(count: int, tmp_path: Path) -> None:
    _, poses = read_keypoints(written(tmp_path, openpose(FIGURE[:5], count)), FPS)
    assert len(ORDERS[count]) == count
    same_places(list(poses), FIGURE[:5], ORDERS[count])


def test_a_folder_of_openpose_is_read_by_its_numbers_and_gaps_are_nobody(tmp_path: Path) -> None:
    for i, frame in enumerate(openpose(FIGURE[:6])):
        if i != 3:
            path = tmp_path / f"set_{i + 10:012d}_keypoints.json"
            path.write_text(json.dumps(frame), encoding="utf-8")
    _, poses = open_poses(tmp_path, FPS)
    read = list(poses)
    assert [pose.seen for pose in read] == [True, True, True, False, True, True]
    assert read[-1].t_s == pytest.approx(5 / FPS, abs=1e-6)
    assert read[3].profile == COCO


def test_the_largest_person_is_followed_and_the_others_are_counted(tmp_path: Path) -> None:
    frames = openpose(FIGURE[:4])
    for i, frame in enumerate(frames):
        small = [v / 3 if j % 3 < 2 else v for j, v in enumerate(flat(FIGURE[0], ORDERS[25]))]
        frame["people"].insert(i % 2, {"pose_keypoints_2d": small})
    _, poses = read_keypoints(written(tmp_path, frames), FPS)
    read = list(poses)
    same_places(read, FIGURE[:4], ORDERS[25])
    assert [pose.others for pose in read] == [1] * 4


def test_what_has_no_score_is_not_seen_and_labels_are_believed(tmp_path: Path) -> None:
    labelled = flat(FIGURE[0])
    labelled[2::3] = [2.0] * 17
    labelled[3:6] = [0.0, 0.0, 0.0]
    frames = [{"image_id": i, "keypoints": labelled} for i in range(2)]
    _, poses = read_keypoints(written(tmp_path, frames), FPS)
    pose = next(poses)
    assert np.isnan(pose.xy_px[COCO_17[1]]).all()
    assert pose.presence[COCO_17].tolist() == [1.0, 0.0, *[1.0] * 15]


@pytest.mark.parametrize(
    "case", [("squat", None), ("hip_flexion", "free"), ("plank_hip_flexion", "floor")]
)
def test_seventeen_points_without_metres_give_the_same_reps(
    case: tuple[str, str | None], tmp_path: Path
) -> None:
    figure = trace(*case, 3)
    _, poses = read_keypoints(written(tmp_path, results(figure.poses)), FPS)
    kept = tmp_path / "poses.jsonl.gz"
    counted = []
    with TraceWriter(kept, {"image_size_px": next_size(tmp_path)}) as writer:
        coach = Coach(load_exercise(case[0]), case[1])
        for pose in poses:
            writer.write(pose)
            coach.step(pose)
        counted.append(coach.finish())
    coach = Coach(load_exercise(case[0]), case[1])
    for pose in figure.poses:
        coach.step(pose)
    true = coach.finish()
    assert true.total == 3
    assert [rep.side for rep in counted[0].completed] == [rep.side for rep in true.completed]
    again = Coach(load_exercise(case[0]), case[1])
    for pose in read_trace(kept)[1]:
        again.step(pose)
    assert again.finish() == counted[0]


def next_size(folder: Path) -> tuple[int, int]:
    size_px: tuple[int, int] = read_keypoints(folder / "set.json", FPS)[0]["image_size_px"]
    return size_px


GOOD = flat(FIGURE[0])


@pytest.mark.parametrize(
    ("tree", "fps", "said"),
    [
        (results(FIGURE), None, "does not say how many frames a second it has; add --fps"),
        (results(FIGURE), 0.0, "0.0 frames a second cannot be"),
        (results(FIGURE), float("nan"), "nan frames a second cannot be"),
        ({"fps": "fast", "instance_info": mmpose(FIGURE)["instance_info"]}, None, "fast frames"),
        ([], FPS, "it holds no frames"),
        ({}, FPS, "it holds no keypoints that are known"),
        ("text", FPS, "it holds no keypoints that are known"),
        ([1, 2], FPS, "it holds no keypoints that are known"),
        ([{"image_id": 0, "keypoints": GOOD[:48]}], FPS, "a person has 16 keypoints, not one of"),
        ([{"image_id": 0, "keypoints": "x"}], FPS, "keypoints are x, y and score for each"),
        ([{"image_id": 0}], FPS, "keypoints are x, y and score for each"),
        ([{"image_id": "a", "keypoints": GOOD}], FPS, "a frame has no number: 'a'"),
        ([{"image_id": None, "keypoints": GOOD}], FPS, "a frame has no number: None"),
        ([{"frame_id": 1}], FPS, "a frame has neither people nor instances"),
        ([{"frame_id": 1, "people": []}, {"frame_id": 1, "people": []}], FPS, "the same number"),
        (
            [{"image_id": i, "keypoints": GOOD} for i in (1, 10**9)],
            FPS,
            "2 frames with numbers from 1 to 1000000000",
        ),
        (
            {"annotations": [{"image_id": 4, "keypoints": GOOD}], "images": [{"id": 1}]},
            FPS,
            "no im",
        ),
        ({"annotations": [], "images": [{}]}, FPS, "its images have no ids"),
        ({"annotations": [], "images": []}, FPS, "it holds no frames"),
        ({"annotations": 3, "images": []}, FPS, "its annotations are no list"),
        ([{"image_id": 0, "keypoints": [1e9, *GOOD[1:]]}], FPS, "are no pixels"),
    ],
)
def test_what_is_no_set_of_keypoints_is_told_in_one_line(
    tree: Any, fps: float | None, said: str, tmp_path: Path
) -> None:
    with pytest.raises(TraceError, match=r"cannot read .*set\.json: ") as caught:
        open_poses(written(tmp_path, tree), fps)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "; " in str(caught.value)


def test_a_file_that_is_no_json_and_folders_without_frames_are_told(tmp_path: Path) -> None:
    path = tmp_path / "set.json"
    for text in ("", "{", "[" * 100_000, "\x00"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(TraceError, match="it is no JSON"):
            open_poses(path, FPS)
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(TraceError, match=r"set.json is no frame of OpenPose"):
        open_poses(tmp_path, FPS)
    path.unlink()
    with pytest.raises(TraceError, match=r"the folder has no \.json files"):
        open_poses(tmp_path, FPS)
    with pytest.raises(TraceError, match="No such file"):
        open_poses(path, FPS)
