"""What finds the landmarks is told by its profile alone: threshold, knee, smoothing, gaps."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from moves import trace
from reasons import reason

from formcoach.pose.body import BodyReader, Observation
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.profile import BLAZEPOSE, COCO, EstimatorProfile
from formcoach.pose.signals import Signal
from formcoach.pose.trust import LandmarkTrust

KNEE = (Signal.KNEE_FLEXION, Side.RIGHT)
POSES = trace("squat", None, 1).poses


def read(poses: list[Pose]) -> list[Observation]:
    reader = BodyReader()
    return [reader.read(pose) for pose in poses]


def bends(poses: list[Pose]) -> np.ndarray:
    return np.array([seen.signals[KNEE] for seen in read(poses)])


def test_knees_are_put_right_by_the_profile() -> None:
    straight = replace(BLAZEPOSE, knee_ratio=1.0)
    as_seen = bends([replace(pose, profile=straight) for pose in POSES])
    assert bends(list(POSES)) == pytest.approx(as_seen * BLAZEPOSE.knee_ratio)
    assert np.nanmax(as_seen) > 80


def test_a_landmark_is_believed_from_the_profile_s_presence_on() -> None:
    knee = landmark(Part.KNEE, Side.RIGHT)
    presence = POSES[0].presence.copy()
    presence[knee] = 0.5
    unsure = replace(POSES[0], presence=presence)
    assert LandmarkTrust().step(unsure, 120.0).doubts == {knee: reason("right knee hidden")}
    assert LandmarkTrust().step(replace(unsure, profile=COCO), 120.0).doubts == {}


def test_landmarks_that_nobody_has_smoothed_are_calmed_more() -> None:
    noise = np.random.default_rng(3)
    still = [
        replace(POSES[0], t_s=i / 30, xy_px=POSES[0].xy_px + noise.normal(0, 1.5, (33, 2)))
        for i in range(150)
    ]
    raw = replace(BLAZEPOSE, smooths=False)
    smoothed, calmed = (
        bends([replace(p, profile=one) for p in still])[30:] for one in (BLAZEPOSE, raw)
    )
    assert calmed.std() < 0.95 * smoothed.std()


def test_a_landmark_that_was_not_found_is_hidden_and_the_rest_is_measured() -> None:
    ankle = landmark(Part.ANKLE, Side.RIGHT)
    poses = []
    for pose in POSES:
        xy_px = pose.xy_px.copy()
        xy_px[[0, ankle]] = np.nan
        poses.append(replace(pose, xy_px=xy_px))
    assert all(pose.seen for pose in poses)
    for seen in read(poses):
        assert seen.doubts[ankle] == reason("right ankle hidden")
        assert isnan(seen.signals[KNEE])
        assert not isnan(seen.signals[Signal.HIP_FLEXION, Side.RIGHT])
    assert not any(seen.exchanged or seen.unsteady for seen in read(poses))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"min_presence": 1.5}, "min_presence must be from 0 to 1, got 1.5"),
        ({"min_presence": float("nan")}, "min_presence must be from 0 to 1, got nan"),
        ({"min_presence": 0.5, "knee_ratio": 9.0}, "knee_ratio must be from 0.5 to 2, got 9.0"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(values: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        EstimatorProfile(name="x", **values)  # type: ignore[arg-type]  # floats alone are given
