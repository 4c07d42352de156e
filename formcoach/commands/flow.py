"""The one line of processing: pose -> coach, in its guide -> stages -> sinks.

`analyze`, `replay` and `live` all run it. They differ in where the poses come from, in who leads
the coach (nobody in a recording, a `SessionGuide` live), in the stages that add something to say,
and in the sinks that show, speak and keep.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from formcoach.capture.source import Frame
from formcoach.coaching.coach import Coach
from formcoach.pose.landmarks import Pose
from formcoach.session.advice import Advice
from formcoach.session.guide import SessionStep, Stage

__all__ = ["CoachAlone", "Flow", "Guide", "Moment", "Sink", "SpeakingStage"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One frame and all that came of it.

    Attributes:
        frame: the picture; None where only its pose is left.
        pose: the body in it.
        coach: whoever judged it.
        step: what the coach says, and its guide.
        advice: what the stages add; in the step already when a sink gets it.
    """

    frame: Frame | None
    pose: Pose
    coach: Coach
    step: SessionStep
    advice: Advice = field(default_factory=Advice)


class Guide(Protocol):
    """Leads a coach through the poses."""

    @property
    def coach(self) -> Coach:
        """The coach of the present set."""
        ...

    def step(self, pose: Pose, *, dark: bool = False, teaching: bool = False) -> SessionStep:
        """Take one frame's pose in and return what it brings."""
        ...


SpeakingStage = Callable[[Moment], Advice]
"""Looks at a moment and returns what it adds to it."""
Sink = Callable[[Moment], None]
"""Takes what is finished: shows, speaks or keeps it."""


class CoachAlone:
    """Leads a coach through a recording, where there is nothing around the set."""

    def __init__(self, coach: Coach) -> None:
        """Take the coach."""
        self.coach = coach

    def step(self, pose: Pose, *, dark: bool = False, teaching: bool = False) -> SessionStep:
        """Take one frame's pose in and return what the coach says of it."""
        del dark, teaching
        return SessionStep(update=self.coach.step(pose), stage=Stage.WORK)


class Flow:
    """Leads each frame's pose through the coach, the stages and the sinks, in this order.

    Args:
        guide: the coach, with what leads it.
        stages: what adds something to say, each seeing what those before it have added.
        sinks: where the finished moment goes.
    """

    def __init__(
        self, guide: Guide, *, stages: Sequence[SpeakingStage] = (), sinks: Sequence[Sink] = ()
    ) -> None:
        self._guide = guide
        self._stages = tuple(stages)
        self._sinks = tuple(sinks)

    def step(
        self, frame: Frame | None, pose: Pose, *, dark: bool = False, teaching: bool = False
    ) -> None:
        """Take one frame and its pose through.

        Args:
            frame: the picture; None where only its pose is left.
            pose: the body in it.
            dark: whether the picture is too dark to see anybody in.
            teaching: whether the person is still being told how it goes.
        """
        coach = self._guide.coach
        step = self._guide.step(pose, dark=dark, teaching=teaching)
        moment = Moment(frame=frame, pose=pose, coach=coach, step=step)
        for stage in self._stages:
            moment = replace(moment, advice=moment.advice.then(stage(moment)))
        moment = replace(moment, step=moment.advice.applied(step))
        for sink in self._sinks:
            sink(moment)
