"""A raised hand in a side view, where the far arm lies behind the body and is only guessed."""

from dataclasses import replace
from itertools import count
from math import isnan
from pathlib import Path

import pytest
from chromium import frames_of
from figure import Anchor, Body, Camera, Film, Stretch, film

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.exercises.library import load_exercise
from formcoach.pose.body import BodyReader
from formcoach.pose.landmarks import Part, Pose, Side, landmark
from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
from formcoach.pose.mediapipe.model_files import find_model
from formcoach.pose.signals import Signal, Signals
from formcoach.pose.trace import quantise
from formcoach.session.answers import NO, YES, HandYesNo
from formcoach.session.gesture import without_copied_arm

FILMS = Path(__file__).resolve().parents[1] / "app"
UP = Body(trunk=-90.0, left_shoulder=170.0, right_shoulder=165.0)


def lying(visible: float, far: Side = Side.LEFT) -> tuple[Pose, Signals]:
    """Return a person with both arms up, one of which the model sees only so well."""
    stretch = Stretch(keys=[(0.0, UP), (1.0, UP)], anchor=Anchor.HIPS)
    pose = film([stretch], Film(camera=Camera(near=far.other)))[0]
    visibility = pose.visibility.copy()
    for part in (Part.ELBOW, Part.WRIST):
        visibility[landmark(part, far)] = visible
        visibility[landmark(part, far.other)] = 0.97
    pose = replace(pose, visibility=visibility)
    return pose, BodyReader().read(quantise(pose)).signals


@pytest.mark.parametrize("far", list(Side))
def test_a_hidden_arm_that_copies_the_raised_one_is_left_out(far: Side) -> None:
    pose, signals = lying(0.3, far)
    left = without_copied_arm(pose, signals)
    assert isnan(left[Signal.SHOULDER_FLEXION, far])
    assert left[Signal.SHOULDER_FLEXION, far.other] == signals[Signal.SHOULDER_FLEXION, far.other]
    assert left[Signal.HIP_FLEXION, far] == signals[Signal.HIP_FLEXION, far]


def test_two_arms_that_are_seen_are_both_up() -> None:
    pose, signals = lying(0.7)
    assert without_copied_arm(pose, signals) is signals


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "expected"), [("raised_hand", YES), ("raised_left", NO)], ids=["right", "left"]
)
def test_a_rendered_person_on_the_mat_answers_by_hand(name: str, expected: Side) -> None:
    coach = Coach(load_exercise("dead_bug"), "hold")
    asked, index = HandYesNo(0.0), count()
    with LandmarkerEstimator(find_model("full")) as estimator:
        for t_s, image in frames_of(FILMS / f"{name}.mp4"):
            pose = quantise(estimator.estimate(Frame(index=next(index), t_s=t_s, image_bgr=image)))
            signals = coach.step(pose).signals
            if signals is not None:
                signals = without_copied_arm(pose, signals)
            brought = asked.step(t_s, signals)
            if brought.over:
                assert brought.answer == (YES, NO).index(expected)
                return
    raise AssertionError("no answer was understood")
