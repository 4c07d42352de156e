"""Asks, softly and at most once a set, whether it is too hard, where the face looks like it."""

from dataclasses import replace
from math import inf

from formcoach.capture.source import Frame
from formcoach.coaching.events import Priority
from formcoach.pose.landmarks import Pose
from formcoach.pose.mediapipe.face_estimator import FaceSource
from formcoach.session.announcer import Say
from formcoach.session.effort import EffortWatch
from formcoach.session.guide import SessionStep, Stage

__all__ = ["TOO_HARD", "SoftQuestion"]

TOO_HARD = "ask.too_hard"
QUIET_S = 1.0
"""So long after anything else was said. Proposal: a counted rep is heard out."""


class SoftQuestion:
    """Adds the question to what a frame brings; it changes nothing else of it.

    Args:
        faces: looks for the face.
        watch: follows it; a fresh one if not given.
    """

    def __init__(self, faces: FaceSource, watch: EffortWatch | None = None) -> None:
        self._faces = faces
        self._watch = EffortWatch() if watch is None else watch
        self._said_s = -inf

    def step(self, frame: Frame, pose: Pose, step: SessionStep) -> SessionStep:
        """Take a frame, the body in it and what it brings; return that, with the question."""
        over = step.set_over is not None
        if not over and step.stage in (Stage.REST, Stage.DONE):
            return step
        self._faces.offer(frame, pose)
        phase = step.update.phase
        for look in self._faces.looks():
            self._watch.look(look, phase)
        if step.says or step.update.cue is not None:
            self._said_s = pose.t_s
        quiet = pose.t_s - self._said_s >= QUIET_S
        asks = self._watch.asks(phase, quiet=quiet, over=over)
        if over:
            self._watch.begin_set()
        if not asks:
            return step
        # At the end it goes with the sentence that ends the set, or it would come too late.
        priority = Priority.VIEW if over else Priority.PRAISE
        return replace(step, says=(*step.says, Say(phrase=TOO_HARD, priority=priority)))
