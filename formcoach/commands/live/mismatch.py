"""Notices that another exercise or level is done than the one that was asked for, and says so."""

from dataclasses import replace
from math import inf

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Priority
from formcoach.coaching.recognition import Recogniser, Recognition
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.pose.landmarks import Pose
from formcoach.session.announcer import Say
from formcoach.session.guide import SessionStep, Stage
from formcoach.words.narrator import ANOTHER_LEVEL, LOOKS_LIKE

__all__ = ["MismatchWatch"]

LOOK_EVERY_S = 0.095
"""All exercises in mind cost as much as twenty coaches: ten looks a second are enough."""
ASK_EVERY_S = 1.0
MIN_REPS = 2
"""Of the other exercise, before it is said. Proposal: one may be the way into position."""
GIVEN_UP_S = 120.0
"""Whoever has done neither by then is still getting ready, or something else is wrong. Proposal."""


class MismatchWatch:
    """Says once a session that this looks like another exercise, or another level of it.

    Looks on only until the first rep or hold of what was asked for.

    Args:
        spec: the exercise that was asked for.
        level: its level.
        recogniser: keeps all exercises in mind.
    """

    def __init__(self, spec: ExerciseSpec, level: Level, recogniser: Recogniser) -> None:
        self._spec, self._level = spec, level
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
        said = self._told(recogniser.so_far())
        if said is None:
            return step
        self._recogniser = None
        return replace(step, says=(said, *step.says))

    def _told(self, found: Recognition) -> Say | None:
        """Return what to say of what was found, where it is not what was asked for."""
        if found.exercise_id is None or found.reps < MIN_REPS:
            return None
        if found.exercise_id != self._spec.id:
            slots: dict[str, object] = {"seen": found.exercise_id, "asked": self._spec.id}
            return Say(phrase=LOOKS_LIKE, priority=Priority.VIEW, slots=slots)
        if self._spec.look_alike(self._spec.level(found.level_id), self._level):
            return None
        slots = {"seen": f"{found.exercise_id}.{found.level_id}"}
        return Say(phrase=ANOTHER_LEVEL, priority=Priority.VIEW, slots=slots)
