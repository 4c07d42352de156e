"""Asks, softly and at most once a set, whether it is too hard, where the face looks like it."""

from math import inf

from formcoach.coaching.events import Priority
from formcoach.commands.flow import Moment
from formcoach.pose.mediapipe.face_estimator import FaceSource
from formcoach.session.advice import Advice
from formcoach.session.announcer import Say
from formcoach.session.effort import EffortWatch
from formcoach.session.guide import Stage

__all__ = ["TOO_HARD", "SoftQuestion"]

TOO_HARD = "ask.too_hard"
QUIET_S = 1.0
"""So long after anything else was said. Proposal: a counted rep is heard out."""


class SoftQuestion:
    """Adds the question to what is said; a stage of the flow.

    Args:
        faces: looks for the face.
        watch: follows it; a fresh one if not given.
    """

    def __init__(self, faces: FaceSource, watch: EffortWatch | None = None) -> None:
        self._faces = faces
        self._watch = EffortWatch() if watch is None else watch
        self._said_s = -inf

    def __call__(self, moment: Moment) -> Advice:
        """Look at a moment and return the question where it is time for it."""
        step, advice = moment.step, moment.advice
        over = step.set_over is not None
        if moment.frame is None or (not over and step.stage in (Stage.REST, Stage.DONE)):
            return Advice()
        self._faces.offer(moment.frame, moment.pose)
        phase = step.update.phase
        for look in self._faces.looks():
            self._watch.look(look, phase)
        if step.says or advice.first or advice.last or step.update.cue is not None:
            self._said_s = moment.pose.t_s
        quiet = moment.pose.t_s - self._said_s >= QUIET_S
        asks = self._watch.asks(phase, quiet=quiet, over=over)
        if over:
            self._watch.begin_set()
        if not asks:
            return Advice()
        # At the end it goes with the sentence that ends the set, or it would come too late.
        priority = Priority.VIEW if over else Priority.PRAISE
        return Advice(last=(Say(phrase=TOO_HARD, priority=priority),))
