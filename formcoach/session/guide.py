"""A live session around the reps: set-up, count-in, counting aloud, rest, the end of a set.

Pure like the coach: poses in, what is to be said out, by the ids of phrases. The coach goes along
from the first frame, so that live and recorded poses give the same reps; the count-in only leads
into the movement, and falls silent when the person is quicker.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf

from formcoach.coaching.coach import Coach
from formcoach.coaching.doubt import is_cramped
from formcoach.coaching.events import Phase, Priority, SetSummary, Update
from formcoach.pose.doubts import MORE_LIGHT, NOBODY
from formcoach.pose.landmarks import Pose, nobody
from formcoach.session.announcer import Announcer, Say
from formcoach.session.attempts import Attempts
from formcoach.session.closing import closing
from formcoach.session.gesture import RaisedHand, without_copied_arm
from formcoach.session.sides import Sides
from formcoach.session.why_nothing import WhyNothing

__all__ = [
    "SessionGuide",
    "SessionStep",
    "SessionTargets",
    "Stage",
]

READY_AFTER_S = 2.0
"""How long the start pose stands before the count-in."""
COUNT_IN = ("ready", "three", "two", "one", "go")
COUNT_EVERY_S = 1.0
SET_OVER_S = 20.0
"""So long without a movement, after a rep, ends a set (rules C6)."""
OTHER_SIDE_S = 10.0
"""So long without a movement, where only the other side is still awaited. Proposal."""
LEFT_AFTER_S = 15.0
"""So long out of the picture, after a rep, ends a set. Proposal: who lies down may be lost by the
model for some seconds, and is told of it meanwhile."""
GONE_AFTER_S = 60.0
"""So long out of the picture between sets ends the session. Proposal."""
BLIND_S = 1.0
"""A longer gap between two frames is the camera's, and no time in which the person rests."""
HINT_EVERY_S = 10.0
"""How often the person is asked to take the position."""
SOON_S = 1.0
"""How long the body must be too near before it is said (rules B3: 1 s)."""
OTHERS_AFTER_S = 2.0
OTHERS_EVERY_S = 30.0
"""Someone else in the picture for so long is said, and so often. Proposal."""
REST_MARKS_S = (30, 10, 3, 2, 1)
"""Seconds left of a rest that are said."""


class Stage(StrEnum):
    """Where in a session the person is."""

    POSITION = "position"
    COUNT_IN = "count_in"
    WORK = "work"
    REST = "rest"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionTargets:
    """What is to be done.

    Attributes:
        reps: completed reps a set, seconds where something is held; None for as many as one likes.
        sets: how many sets.
        rest_s: how long to rest between them.
        breath: whether to pace the breath: in before the way out, out before the way back.
        max_s: after so long at work a set ends, done or not, once nothing moves; None for never.
        one_side: whether one side is all this person does; else exercises with turns want both.
    """

    reps: int | None = None
    sets: int = 1
    rest_s: float = 45.0
    breath: bool = False
    max_s: float | None = None
    one_side: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionStep:
    """What one frame brings.

    Attributes:
        update: what the coach says of it, its cue among it.
        stage: where in the session the person is.
        says: what else is to be said, most urgent first.
        set_index: 1 for the first set; in a rest it is the set before.
        rest_left_s: how long the rest still lasts; 0 outside of it.
        set_over: the set that has just ended.
    """

    update: Update
    stage: Stage
    says: tuple[Say, ...] = ()
    set_index: int = 1
    rest_left_s: float = 0.0
    set_over: SetSummary | None = None


class SessionGuide:
    """Leads through the sets of one exercise.

    Args:
        new_coach: makes a fresh coach for each set.
        targets: what is to be done.
    """

    def __init__(self, new_coach: Callable[[], Coach], targets: SessionTargets) -> None:
        self._new_coach = new_coach
        self._targets = targets
        self._last_s: float | None = None
        self._away_since_s: float | None = None
        self._others = _Others()
        self.sets: list[SetSummary] = []
        self._coach: Coach
        self._begin_set()

    @property
    def coach(self) -> Coach:
        """The coach of the present set; outside of sets one that only looks on."""
        return self._coach

    def step(self, pose: Pose, *, dark: bool = False, teaching: bool = False) -> SessionStep:
        """Take one frame's pose in and return what it brings.

        Args:
            pose: the pose.
            dark: whether the picture is too dark to see anybody in.
            teaching: whether the person is still being told how it goes; nobody is counted in then.
        """
        self._skip_gap(pose.t_s)
        self._pose, update = pose, self._coach.step(pose)
        if dark and update.unsure == NOBODY:
            update = _too_dark(update)
        self._see_whether_away(update)
        says = self._others.step(pose)
        if self.stage is Stage.DONE:
            return self._result(update, [], None)
        if self.stage is Stage.REST:
            says += self._rest(update)
            return self._result(_looked_on(update), says, None)
        says += self._announcer.step(update, at_work=self.stage is Stage.WORK)
        says += self._attempts.step(update)
        if self._sides.step(update):
            says.append(Say(phrase="session.other_side", priority=Priority.FORM))
        if self.stage in (Stage.POSITION, Stage.COUNT_IN):
            says += self._lead_in(update, cramped=is_cramped(pose), teaching=teaching)
        why = self._why_nothing.step(update, says, teaching=teaching)
        if why:
            self._hinted_s = update.t_s
        says += why
        if self._set_is_over(update):
            summary, more = self.end_set(update.t_s)
            # The last number and the end are one utterance: neither cuts the other off.
            says = [replace(say, priority=Priority.VIEW) for say in says if _is_count(say)]
            return self._result(update, [*says, *more], summary)
        return self._result(update, says, None)

    def end_set(self, t_s: float) -> tuple[SetSummary, list[Say]]:
        """End the present set; rest follows where another one does."""
        summary = self._coach.finish()
        self.sets.append(summary)
        # From here on a coach only looks on: what is finished must not grow.
        self._coach = self._new_coach()
        self._hand = RaisedHand()
        says = closing(self.sets)
        self.stage = Stage.DONE
        if len(self.sets) < self._targets.sets:
            says = closing([summary])
            self.stage = Stage.REST
            self._rest_until_s = t_s + self._targets.rest_s
            self._rest_mark: int | None = None
            says.append(Say(phrase="session.rest", priority=Priority.VIEW))
        return summary, says

    def finish(self, t_s: float) -> tuple[SetSummary | None, list[Say]]:
        """End the session: close the set under way, where one is, and sum all sets up."""
        if self.stage is Stage.DONE:
            return None, []
        summary = None if self.stage is Stage.REST else self.end_set(t_s)[0]
        self.stage = Stage.DONE
        return summary, closing(self.sets)

    def skip(self, t_s: float) -> tuple[SetSummary | None, list[Say]]:
        """Go on: from a rest to the next set, from a set to its end; after the last one nowhere."""
        if self.stage is Stage.DONE:
            return None, []
        if self.stage is not Stage.REST:
            return self.end_set(t_s)
        self._rest_until_s = t_s
        return None, []

    def pause(self, t_s: float, image_size_px: tuple[int, int]) -> None:
        """Take note that frames are left out from now on: what is under way is given up."""
        self._coach.step(nobody(t_s, image_size_px))

    def _begin_set(self) -> None:
        self.stage = Stage.POSITION
        self._coach = self._new_coach()
        reps = self._targets.reps
        self._announcer = Announcer(
            self._coach,
            hold_s=None if reps is None else float(reps),
            breath=self._targets.breath,
        )
        self._attempts = Attempts(self._coach)
        self._why_nothing = WhyNothing(self._coach)
        self._sides = Sides(self._coach, reps, one_side=self._targets.one_side)
        self._ready_since_s: float | None = None
        self._counted_in = 0
        self._hinted_s = -inf
        self._active_s: float | None = None
        self._work_since_s: float | None = None
        self._hand = RaisedHand()

    def _result(self, update: Update, says: list[Say], over: SetSummary | None) -> SessionStep:
        left_s = self._rest_until_s - update.t_s if self.stage is Stage.REST else 0.0
        return SessionStep(
            update=update,
            stage=self.stage,
            says=tuple(sorted(says, key=lambda say: say.priority)),
            set_index=len(self.sets) + (self.stage not in (Stage.REST, Stage.DONE)),
            rest_left_s=max(0.0, left_s),
            set_over=over,
        )

    def _skip_gap(self, t_s: float) -> None:
        """Let no clock run while the camera gave no picture."""
        gap_s = 0.0 if self._last_s is None else t_s - self._last_s
        self._last_s = t_s
        if gap_s <= BLIND_S:
            return
        if self._active_s is not None:
            self._active_s += gap_s
        if self._work_since_s is not None:
            self._work_since_s += gap_s
        if self._away_since_s is not None:
            self._away_since_s += gap_s
        if self.stage is Stage.REST:
            self._rest_until_s += gap_s
        self._hand.interrupt()

    def _rest(self, update: Update) -> list[Say]:
        """Wait for the next set; the coach looks on, and nothing counts."""
        left_s = self._rest_until_s - update.t_s
        if self._away_s(update) > GONE_AFTER_S or self._hand_is_up(update):
            self.stage = Stage.DONE
            return closing(self.sets)
        if left_s <= 0.0:
            self._begin_set()
            return [Say(phrase="session.next_set", priority=Priority.VIEW)]
        due = [mark for mark in REST_MARKS_S if left_s <= mark < self._targets.rest_s]
        if not due or due[-1] == self._rest_mark:
            return []
        self._rest_mark = due[-1]
        phrase = "session.seconds_left" if due[-1] > 3 else "rep.counted"
        return [Say(phrase=phrase, priority=Priority.TEMPO, slots={"n": due[-1]})]

    def _lead_in(self, update: Update, *, cramped: bool, teaching: bool) -> list[Say]:
        """Ask for the position, then count in; a person who begins is not held up."""
        t_s = update.t_s
        ready = update.phase is Phase.READY
        unseen = cramped or update.unsure is not None
        if update.phase is Phase.SETUP or (ready and (unseen or teaching or update.faults)):
            self._ready_since_s, self._counted_in = None, 0
            self.stage = Stage.POSITION
            return [] if ready and teaching else self._hint(update, cramped=cramped)
        if update.phase is not Phase.READY:
            self.stage = Stage.WORK
            held = update.phase is Phase.HOLD
            return [Say(phrase="session.go", priority=Priority.VIEW)] if held else []
        if self._ready_since_s is None:
            self._ready_since_s = t_s
        waited_s = t_s - self._ready_since_s - READY_AFTER_S
        if waited_s < self._counted_in * COUNT_EVERY_S:
            return []
        word = COUNT_IN[self._counted_in]
        self._counted_in += 1
        self.stage = Stage.WORK if word == COUNT_IN[-1] else Stage.COUNT_IN
        return [Say(phrase=f"session.{word}", priority=Priority.VIEW)]

    def _hint(self, update: Update, *, cramped: bool) -> list[Say]:
        """Ask for more room, or a person who is seen well for the start pose; not at once."""
        if self._hinted_s == -inf:
            self._hinted_s = update.t_s - (HINT_EVERY_S - SOON_S if cramped else 0.0)
        if update.unsure is not None or update.t_s - self._hinted_s < HINT_EVERY_S:
            return []
        if update.faults:
            return []
        self._hinted_s = update.t_s
        phrase = "unsure.move_back" if cramped else self._why_nothing.position(update)
        return [Say(phrase=phrase, priority=Priority.VIEW)]

    def _set_is_over(self, update: Update) -> bool:
        """Say whether the target is reached, the person rests, has gone, or gives the sign."""
        t_s, reps = update.t_s, self._targets.reps
        reached = max(self._announcer.reps, update.hold_s if update.phase is Phase.HOLD else 0.0)
        awaited = self._sides.awaited
        if reps is not None and reached >= reps and not awaited:
            return True
        done = self._coach.summary
        begun = self._announcer.reps > 0 or bool(done.holds)
        if self._hand_is_up(update) and (begun or done.reps):
            return True
        moving = update.phase in (Phase.LIFT, Phase.TURN, Phase.LOWER, Phase.HOLD)
        dark = update.unsure == MORE_LIGHT
        if moving or dark or self._active_s is None or update.rep is not None:
            self._active_s = t_s
        still_s = t_s - self._active_s
        if self._has_taken_too_long(t_s) and not moving:
            return True
        over_s = OTHER_SIDE_S if awaited else SET_OVER_S
        return begun and (still_s > over_s or self._away_s(update) > LEFT_AFTER_S)

    def _has_taken_too_long(self, t_s: float) -> bool:
        if self.stage is Stage.WORK and self._work_since_s is None:
            self._work_since_s = t_s
        max_s, since_s = self._targets.max_s, self._work_since_s
        return max_s is not None and since_s is not None and t_s - since_s >= max_s

    def _see_whether_away(self, update: Update) -> None:
        if update.unsure != NOBODY:
            self._away_since_s = None
        elif self._away_since_s is None:
            self._away_since_s = update.t_s

    def _away_s(self, update: Update) -> float:
        return 0.0 if self._away_since_s is None else update.t_s - self._away_since_s

    def _hand_is_up(self, update: Update) -> bool:
        """Say whether a hand gives the sign to stop."""
        coach = self._coach
        if not coach.spec.hands_free_at(coach.level):
            return False
        free = update.phase in (Phase.READY, Phase.SETUP)
        signals = None if update.unsure is not None else update.signals
        if signals is not None:
            signals = without_copied_arm(self._pose, signals)
        return self._hand.step(update.t_s, signals, free=free)


class _Others:
    """Says, now and then, that somebody else is in the picture."""

    def __init__(self) -> None:
        self._since_s: float | None = None
        self._said_s = -inf

    def step(self, pose: Pose) -> list[Say]:
        if not pose.others:
            self._since_s = None
            return []
        if self._since_s is None:
            self._since_s = pose.t_s
        long_enough = pose.t_s - self._since_s >= OTHERS_AFTER_S
        if not long_enough or pose.t_s - self._said_s < OTHERS_EVERY_S:
            return []
        self._said_s = pose.t_s
        return [Say(phrase="unsure.others_in_picture", priority=Priority.VIEW)]


def _too_dark(update: Update) -> Update:
    """Say what helps where nobody is seen because there is no light."""
    cue = update.cue
    if cue is not None:
        cue = replace(cue, id=MORE_LIGHT.id, reason=MORE_LIGHT)
    return replace(update, unsure=MORE_LIGHT, cue=cue)


def _looked_on(update: Update) -> Update:
    """Leave out what the coach that looks on in a rest would say or count."""
    return replace(
        update,
        rep=None,
        not_counted=None,
        hold=None,
        hold_s=0.0,
        faults=(),
        cue=None,
        unsure=None,
    )


def _is_count(say: Say) -> bool:
    return say.phrase == "rep.counted"
