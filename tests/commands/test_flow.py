"""One line of processing for analyze, replay and live: who adds to a step, and who takes it."""

from dataclasses import replace

import pytest
from moves import trace

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Cue, Priority
from formcoach.commands.flow import CoachAlone, Flow, Moment
from formcoach.exercises.library import load_exercise
from formcoach.pose.doubts import MORE_LIGHT, TURN_SIDEWAYS, Reason
from formcoach.session.advice import Advice
from formcoach.session.announcer import Say
from formcoach.session.guide import SessionStep, Stage

POSES = trace("squat", reps=2).poses


def squats() -> Coach:
    return Coach(load_exercise("squat"))


def say(phrase: str) -> Say:
    return Say(phrase=phrase, priority=Priority.FORM)


def test_sinks_get_each_moment_once_in_order_with_what_the_coach_says_alone() -> None:
    taken: list[tuple[str, Moment]] = []
    coach, alone = squats(), squats()
    flow = Flow(
        CoachAlone(coach),
        sinks=[lambda m: taken.append(("first", m)), lambda m: taken.append(("second", m))],
    )
    for pose in POSES:
        flow.step(None, pose)
    assert [name for name, _ in taken] == ["first", "second"] * len(POSES)
    moments = [moment for name, moment in taken if name == "first"]
    assert [moment.step.update for moment in moments] == [alone.step(pose) for pose in POSES]
    assert {(m.coach, m.step.stage, m.step.says) for m in moments} == {(coach, Stage.WORK, ())}


def test_a_stage_sees_what_those_before_it_have_added_and_the_step_is_made_once() -> None:
    seen: list[tuple[tuple[Say, ...], tuple[Say, ...]]] = []
    taken: list[Moment] = []

    def before(moment: Moment) -> Advice:
        return Advice(first=(say("note.looks_like"),))

    def after(moment: Moment) -> Advice:
        seen.append((moment.step.says, moment.advice.first))
        return Advice(last=(say("ask.too_hard"),), line="Stand tall")

    Flow(CoachAlone(squats()), stages=[before, after], sinks=[taken.append]).step(None, POSES[0])
    assert seen == [((), (say("note.looks_like"),))]
    assert [one.phrase for one in taken[0].step.says] == ["note.looks_like", "ask.too_hard"]
    assert taken[0].advice.line == "Stand tall"


def step_with(cue: Cue | None, *says: str) -> SessionStep:
    update = replace(squats().step(POSES[0]), cue=cue)
    return SessionStep(update=update, stage=Stage.POSITION, says=tuple(map(say, says)))


@pytest.mark.parametrize(
    ("about", "priority", "stays"),
    [
        (TURN_SIDEWAYS, Priority.VIEW, False),
        (MORE_LIGHT, Priority.VIEW, True),
        ("too_fast", Priority.TEMPO, True),
    ],
)
def test_while_it_is_explained_nothing_else_asks_for_another_view(
    about: Reason | str, priority: Priority, stays: bool
) -> None:
    reason = about if isinstance(about, Reason) else None
    cue_id = about if isinstance(about, str) else about.id
    cue = Cue(t_s=0.0, id=cue_id, side=None, priority=priority, reason=reason)
    step = step_with(cue, "unsure.move_back", "session.go")
    told = Advice(explaining=True).applied(step)
    assert told.update.cue == (cue if stays else None)
    assert [one.phrase for one in told.says] == ["session.go"]
    assert Advice().applied(step) == step
