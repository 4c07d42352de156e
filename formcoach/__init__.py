"""FormCoach counts good reps, sees what is wrong in which one, and says the one thing to change.

    from formcoach import Coach, LandmarkerEstimator, VideoFile, find_model, load_exercise
    from formcoach import load_phrases

    phrases = load_phrases("en")
    coach = Coach(load_exercise("squat"))
    with VideoFile("squat.mp4") as video, LandmarkerEstimator(find_model("full")) as body:
        for frame in video:
            update = coach.step(body.estimate(frame))
            if update.rep is not None:
                print(update.rep.index, update.rep.quality, update.rep.faults)
            if update.cue is not None:
                print(phrases.cue(update.cue, "squat"))
    print(len(coach.finish().reps), "reps")

`analyze("squat.mp4")` does all of this for a recording and writes its files as well.
`Camera` takes the place of `VideoFile` live, `read_trace` that of both. The names below are loaded
when they are first used, so that importing the package costs nothing.

Practice and movement feedback for adults: not a medical device.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from formcoach.capture.file.video import VideoFile
    from formcoach.capture.live.camera import Camera
    from formcoach.capture.source import Frame
    from formcoach.coaching.coach import Coach
    from formcoach.coaching.events import (
        Cue,
        Fault,
        Hold,
        Phase,
        Priority,
        Quality,
        Rep,
        SetSummary,
        Update,
    )
    from formcoach.commands.analyze import analyze
    from formcoach.commands.choosing import load_exercise
    from formcoach.commands.many import analyze_many
    from formcoach.commands.recorded import Analysis
    from formcoach.errors import FormCoachError
    from formcoach.exercises.library import exercise_ids
    from formcoach.exercises.spec import ExerciseSpec
    from formcoach.notes import Note
    from formcoach.pose.doubts import Reason
    from formcoach.pose.estimator import PoseEstimator
    from formcoach.pose.landmarks import Pose, Side
    from formcoach.pose.mediapipe.estimator import LandmarkerEstimator
    from formcoach.pose.mediapipe.model_files import find_model
    from formcoach.pose.signals import Signal, Signals
    from formcoach.pose.trace import TraceWriter, read_trace
    from formcoach.words.phrases import Phrases, load_phrases

__all__ = [
    "Analysis",
    "Camera",
    "Coach",
    "Cue",
    "ExerciseSpec",
    "Fault",
    "FormCoachError",
    "Frame",
    "Hold",
    "LandmarkerEstimator",
    "Note",
    "Phase",
    "Phrases",
    "Pose",
    "PoseEstimator",
    "Priority",
    "Quality",
    "Reason",
    "Rep",
    "SetSummary",
    "Side",
    "Signal",
    "Signals",
    "TraceWriter",
    "Update",
    "VideoFile",
    "analyze",
    "analyze_many",
    "exercise_ids",
    "find_model",
    "load_exercise",
    "load_phrases",
    "read_trace",
]

__version__ = "0.1.0"

_NAMES_OF = {
    "capture.live.camera": "Camera",
    "capture.source": "Frame",
    "capture.file.video": "VideoFile",
    "commands.analyze": "analyze",
    "commands.choosing": "load_exercise",
    "commands.many": "analyze_many",
    "commands.recorded": "Analysis",
    "coaching.coach": "Coach",
    "coaching.events": "Cue Fault Hold Phase Priority Quality Rep SetSummary Update",
    "errors": "FormCoachError",
    "exercises.library": "exercise_ids",
    "exercises.spec": "ExerciseSpec",
    "words.phrases": "Phrases load_phrases",
    "notes": "Note",
    "pose.doubts": "Reason",
    "pose.estimator": "PoseEstimator",
    "pose.mediapipe.estimator": "LandmarkerEstimator",
    "pose.landmarks": "Pose Side",
    "pose.mediapipe.model_files": "find_model",
    "pose.signals": "Signal Signals",
    "pose.trace": "TraceWriter read_trace",
}
_HOME_OF = {name: home for home, names in _NAMES_OF.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Load a name of `__all__` from the module it lives in."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'formcoach' has no attribute {name!r}")
    return getattr(import_module(f"formcoach.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    """List the lazy names too."""
    return sorted({*globals(), *__all__})
