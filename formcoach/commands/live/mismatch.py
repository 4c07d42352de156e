"""Notices that another exercise or level is done than the one that was asked for, and says so."""

from math import inf

from formcoach.coaching.events import Priority
from formcoach.coaching.recognition import Recogniser, Recognition
from formcoach.commands.flow import Moment
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.session.advice import Advice
from formcoach.session.announcer import Say
from formcoach.session.guide import Stage
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

    def __call__(self, moment: Moment) -> Advice:
        """Look at a moment and return the sentence where it is time for it."""
        recogniser, t_s = self._recogniser, moment.pose.t_s
        if recogniser is None or moment.step.stage is Stage.REST:
            return Advice()
        if self._begun_s is None:
            self._begun_s = t_s
        summary = moment.coach.summary
        if summary.completed or summary.holds or t_s - self._begun_s > GIVEN_UP_S:
            self._recogniser = None
            return Advice()
        if t_s - self._looked_s < LOOK_EVERY_S:
            return Advice()
        self._looked_s = t_s
        recogniser.step(moment.pose)
        if t_s - self._thought_s < ASK_EVERY_S:
            return Advice()
        self._thought_s = t_s
        said = self._told(recogniser.so_far())
        if said is None:
            return Advice()
        self._recogniser = None
        return Advice(first=(said,))

    def _told(self, found: Recognition) -> Say | None:
        """Return what to say of what was found, where it is not what was asked for."""
        if found.exercise_id is None or found.reps < MIN_REPS:
            return None
        if found.exercise_id != self._spec.id:
            slots: dict[str, object] = {"seen": found.exercise_id, "asked": self._spec.id}
            return Say(phrase=LOOKS_LIKE, priority=Priority.VIEW, slots=slots)
        if self._spec.look_alike(self._spec.level(found.level_id), self._level):
            return None
        slots = {"exercise": found.exercise_id, "level": found.level_id}
        return Say(phrase=ANOTHER_LEVEL, priority=Priority.VIEW, slots=slots)
