"""Notices that another exercise is done than the one that was asked for, and says so."""

from dataclasses import replace
from math import inf

from formcoach.coaching.announcer import Say
from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Priority
from formcoach.coaching.recognition import Recogniser
from formcoach.coaching.session import SessionStep, Stage
from formcoach.feedback.narrator import LOOKS_LIKE
from formcoach.pose.landmarks import Pose

__all__ = ["MistakenExercise"]

LOOK_EVERY_S = 0.095
"""All exercises in mind cost as much as twenty coaches: ten looks a second are enough."""
ASK_EVERY_S = 1.0
LEAST_REPS = 2
"""Of the other exercise, before it is said. Proposal: one may be the way into position."""
GIVEN_UP_S = 120.0
"""Whoever has done neither by then is still getting ready, or something else is wrong. Proposal."""


class MistakenExercise:
    """Says once a session that this looks like another exercise.

    Looks on only until the first rep or hold of the asked exercise.

    Args:
        asked: the id of the exercise that was asked for.
        recogniser: keeps all exercises in mind.
    """

    def __init__(self, asked: str, recogniser: Recogniser) -> None:
        self._asked = asked
        self._recogniser: Recogniser | None = recogniser
        self._begun_s: float | None = None
        self._looked_s = self._thought_s = -inf

    def step(self, pose: Pose, step: SessionStep, coach: Coach) -> SessionStep:
        """Take a pose and what it brings; return that, with the sentence where it is time for it.

        Args:
            pose: the pose.
            step: what it brings.
            coach: the coach of the asked exercise.
        """
        recogniser, t_s = self._recogniser, pose.t_s
        if recogniser is None or step.stage is Stage.REST:
            return step
        if self._begun_s is None:
            self._begun_s = t_s
        summary = coach.summary
        if summary.completed or summary.holds or t_s - self._begun_s > GIVEN_UP_S:
            self._recogniser = None
            return step
        if t_s - self._looked_s < LOOK_EVERY_S:
            return step
        self._looked_s = t_s
        recogniser.step(pose)
        if t_s - self._thought_s < ASK_EVERY_S:
            return step
        self._thought_s = t_s
        found = recogniser.so_far()
        if found.exercise_id in (None, self._asked) or found.reps < LEAST_REPS:
            return step
        self._recogniser = None
        slots: dict[str, object] = {"seen": found.exercise_id, "asked": self._asked}
        said = Say(phrase=LOOKS_LIKE, priority=Priority.VIEW, slots=slots)
        return replace(step, says=(said, *step.says))
