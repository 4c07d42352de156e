"""Another estimator in the place of MediaPipe's: 17 points without metres, from COCO's JSON."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from clips import SAMPLES
from moves import trace

from formcoach.capture.source import Frame
from formcoach.commands.analyze import AnalyzeOptions, analyze_video
from formcoach.commands.replay import replay_trace
from formcoach.pose.coco import open_poses
from formcoach.pose.estimator import PoseEstimator
from formcoach.pose.landmarks import Pose, nobody
from formcoach.pose.profile import COCO
from formcoach.pose.trace import read_trace
from formcoach.system.closing import Closing

COCO_17 = [0, 2, 5, 7, 8, *range(11, 17), *range(23, 29)]
FPS = 15.0


class CocoEstimator(Closing):
    """Gives for each frame what a file of COCO results says of it."""

    def __init__(self, path: Path) -> None:
        self._poses = list(open_poses(path, FPS)[1])

    def estimate(self, frame: Frame) -> Pose:
        if frame.index >= len(self._poses):
            return nobody(frame.t_s, frame.size_px, COCO)
        found = self._poses[frame.index]
        return replace(found, t_s=frame.t_s, image_size_px=frame.size_px)

    def close(self) -> None:
        self._poses.clear()


def test_a_second_estimator_is_coached_kept_and_replayed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = trace("squat", None, 2)
    people = [
        {
            "image_id": i,
            "keypoints": np.column_stack([pose.xy_px, pose.visibility])[COCO_17].ravel().tolist(),
        }
        for i, pose in enumerate(figure.poses)
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps(people), encoding="utf-8")
    plug: PoseEstimator = CocoEstimator(path)
    monkeypatch.setattr("formcoach.commands.watching.LandmarkerEstimator", lambda _: plug)
    options = AnalyzeOptions(exercise="squat", out=tmp_path / "first", video=False)
    first = analyze_video(SAMPLES / "squat.mp4", options)
    assert first.summary.total == 2
    kept = first.folder / "poses.jsonl.gz"
    header, poses = read_trace(kept)
    assert header["estimator"]["name"] == "coco"
    pose = next(poses)
    assert pose.world_m is None
    assert int(np.isfinite(pose.xy_px[:, 0]).sum()) == 17
    poses.close()
    again = replay_trace(kept, out=tmp_path / "again")
    for key in ("counts", "reps", "faults", "cues", "unsure", "view"):
        assert again.tree[key] == first.tree[key]
