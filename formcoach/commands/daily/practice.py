"""One exercise of the plan: done live set by set, asked about after each, kept as it happens."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum
from math import nan
from typing import Protocol

from formcoach.coaching.events import Hold, Rep, SetSummary
from formcoach.commands.daily.asking import Asker
from formcoach.commands.live import Journal, LiveOptions, LiveResult
from formcoach.errors import FormCoachError, StoreError
from formcoach.exercises.library import load_exercise
from formcoach.exercises.posture import posture_of
from formcoach.history.journal import HistoryJournal
from formcoach.history.session_files import SessionFiles, keep_files
from formcoach.history.store import History
from formcoach.history.stored import Answers
from formcoach.pose.landmarks import Side
from formcoach.programme.agenda import Prescription
from formcoach.programme.given import GivenSide
from formcoach.programme.lines import Line
from formcoach.programme.moments import elapsed
from formcoach.programme.outcomes import StopReason
from formcoach.programme.profile import Profile
from formcoach.programme.reactions import CALLED_OUT, Action, Reaction, reaction
from formcoach.programme.screening import EMERGENCY_SIGNS, STOP_SIGNS
from formcoach.programme.stretching import STRETCHES
from formcoach.session.guide import SessionTargets
from formcoach.system.local_time import local_now

__all__ = ["STOPPED", "After", "Done", "Kept", "Practice", "RunLive"]

CALIBRATION_REPS = 2
CALIBRATION_MOST_S = 90.0
"""Whoever has found no end point by then goes on without. Proposal: five slow tries."""
STILL_S = 2.0
"""So long still at the far end makes it the person's end point."""
LINGER_S = 1.5
"""The window goes soon after each set, so that the questions can be seen. Proposal."""
STOPPED = ("enough", "tired", "pain", "other")


class After(IntEnum):
    """What follows a set, mildest first."""

    GO_ON = 0
    EXERCISE_OVER = 1
    DAY_OVER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of one exercise of the plan: whether the history has it, and what follows."""

    kept: bool
    after: After


class RunLive(Protocol):
    """Coaches one set live."""

    def __call__(self, options: LiveOptions, *, journal: Journal | None) -> LiveResult:
        """Return what came of it."""
        ...


@dataclass(slots=True, kw_only=True)
class Practice:
    """Leads through the exercises of a plan.

    Attributes:
        history: where it is kept.
        profile: what the person told.
        ask: asks.
        options: how to coach; exercise, level and targets are filled in.
        run_live: coaches one set.
        pain_before: told before the first exercise; kept with its first set.
        recalibrate: whether to find end points anew that are known.
        now: the time now.
    """

    history: History
    profile: Profile
    ask: Asker
    options: LiveOptions
    run_live: RunLive
    pain_before: int | None = None
    recalibrate: bool = False
    now: Callable[[], datetime] = local_now

    def run(self, prescription: Prescription) -> Done:
        """Do one exercise of the plan."""
        rung = prescription.rung
        for line in (prescription.why, *prescription.lead_in):
            self._tell(line)
        journal = HistoryJournal(
            self.history,
            exercise=rung.exercise,
            level=rung.level,
            lang=self.options.lang,
            source=self.options.camera,
            now=self.now,
        )
        try:
            after = self._sets(prescription, journal)
            if journal.session_id is not None:
                asked = SessionFiles(asked_reps=prescription.reps, asked_sets=prescription.sets)
                keep_files(self.history, journal.session_id, asked)
        finally:
            journal.close()
        return Done(kept=journal.session_id is not None, after=after)

    def _sets(self, prescription: Prescription, journal: HistoryJournal) -> After:
        introduced = prescription.calibrate and self._can_calibrate(prescription)
        if introduced and not self._calibrate(prescription):
            return self._after_nothing(journal, 1, stopped=True)
        for number in range(1, prescription.sets + 1):
            if prescription.each_side:
                self.ask.tell(f"stretch.{'first' if number % 2 else 'other'}_side")
            options = self._options(prescription, first=number == 1 and not introduced)
            result = self._coached(options, journal, number, prescription)
            ended_at = self.now()
            summary = result.sets[-1] if result.sets else SetSummary()
            if not (summary.reps or summary.holds):
                return self._after_nothing(journal, number, stopped=result.stopped)
            early = result.stopped or _amount(summary) < prescription.reps
            # Without a session there, too: what hurts is asked, and answered, all the same.
            keep = Kept(self.history, journal.session_id, number)
            between = prescription.each_side and not early and number < prescription.sets
            after = After.GO_ON
            if not between:  # of a stretch it is asked how it felt when all of it is done
                after = self.after_set(keep, prescription.rung.exercise, early)
            keep.check()
            if after is After.GO_ON and result.stopped:
                after = After.DAY_OVER
            if after is not After.GO_ON:
                return after
            if number < prescription.sets:
                left_s = prescription.rest_s - elapsed(ended_at, self.now()).total_seconds()
                self.ask.pause("ask.rest", max(0.0, left_s))
        return After.GO_ON

    def _coached(
        self, options: LiveOptions, journal: HistoryJournal, number: int, prescription: Prescription
    ) -> LiveResult:
        """Coach one set; where it breaks off in the midst, what was felt is asked all the same.

        Raises:
            FormCoachError: it broke off; raised when all is asked and said.
        """
        numbered = _Numbered(journal, number)
        try:
            return self.run_live(options, journal=numbered)
        except FormCoachError:
            if numbered.begun:
                keep = Kept(self.history, journal.session_id, number)
                self.after_set(keep, prescription.rung.exercise, early=False)
            raise

    def _after_nothing(self, journal: HistoryJournal, number: int, *, stopped: bool) -> After:
        """Ask who stopped before anything was counted why; keep it only where something was felt.

        A set that was enough before it began is no practice; pain or a red flag must be known the
        next time, too.
        """

        def keep(answers: Answers) -> None:
            if answers.stopped_why not in (StopReason.ENOUGH, StopReason.TIRED):
                self.history.end_set(
                    journal.begin(),
                    number,
                    SetSummary(),
                    pain_before=self.pain_before if number == 1 else None,
                    stopped_why=answers.stopped_why,
                )

        felt = self._ask_why(keep) if stopped else After.GO_ON
        if felt is After.GO_ON:
            self.ask.tell("ask.nothing_done")
        return After.DAY_OVER

    def after_set(self, keep: "Kept", exercise: str, early: bool) -> After:
        """Ask what only the person knows; act on each answer at once, and then keep it.

        Args:
            keep: keeps them.
            exercise: id of the exercise.
            early: whether the set ended before its target.
        """
        try:
            return self._asked_after(keep, exercise, early)
        finally:
            if keep.number == 1:
                keep(Answers(pain_before=self.pain_before))

    def _asked_after(self, keep: "Kept", exercise: str, early: bool) -> After:
        after = self._ask_why(keep) if early else After.GO_ON
        if after is After.DAY_OVER:
            return after
        pain = self.ask.scale("ask.pain_after")
        if self.ask.unclear:
            self.ask.tell("ask.pain_unclear")
            return After.DAY_OVER
        felt = self.pain_before if pain is None else pain
        told = reaction(pain=felt, pain_before=self.pain_before)
        hurt = self._react(told, keep, Answers(pain_after=pain))
        if hurt is After.DAY_OVER:
            return hurt
        effort = None if exercise in STRETCHES else self.ask.scale("ask.effort")
        calm = self.ask.yes_no("ask.breathing")
        back = self._ask_back(exercise)
        told = reaction(effort=effort, breathing_normal=calm, back_kept=back)
        answers = Answers(effort=effort, breathing_normal=calm, back_kept=back)
        hard = self._react(told, keep, answers)
        return max(after, hard) if hurt is After.GO_ON else After.DAY_OVER

    def after_stop(self, keep: Callable[[Answers], None]) -> After:
        """Ask who stopped before anything was done why, and react to what was felt."""
        return self._ask_why(keep)

    def _ask_back(self, exercise: str) -> bool | None:
        """Ask what no camera sees: whether the low back stayed as this exercise asks (S49, S67)."""
        question = f"ask.back.{exercise}"
        return self.ask.yes_no(question) if self.ask.phrases.has(question) else None

    def _ask_why(self, keep: Callable[[Answers], None]) -> After:
        """Ask why a set ended early, and react to what was felt."""
        phrases = self.ask.phrases
        why = self.ask.choice("ask.stopped", {n: phrases.text(f"ask.option.{n}") for n in STOPPED})
        if why in (StopReason.ENOUGH, StopReason.TIRED):
            keep(Answers(stopped_why=why))
        sign = CALLED_OUT if why == "pain" else None
        if why == "other":
            signs = dict.fromkeys((*STOP_SIGNS, *EMERGENCY_SIGNS))
            sign = self.ask.choice("ask.sign", {n: phrases.text(f"sign.{n}") for n in signs})
        if sign is not None:
            return self._react(reaction(sign=sign), keep)
        # Something was felt, or there were other words for it: no further set on top of that.
        return After.DAY_OVER if why == "other" or self.ask.unclear else After.GO_ON

    def _react(
        self, told: Reaction, keep: Callable[[Answers], None], answers: Answers | None = None
    ) -> After:
        """Say what follows from what was told, then keep it; return what it ends.

        It may be to stop, or to call for help, so nothing that takes time or can fail goes before.
        """
        try:
            if told.action is not Action.GO_ON:
                self._tell(told.say)
            if told.show is not None:
                self._tell(told.show)
        finally:
            if answers is not None:
                keep(answers)
            if told.stopped_why is not None:
                keep(Answers(stopped_why=told.stopped_why.value))
        if told.action is Action.GO_ON:
            return After.GO_ON
        if told.ends_session:
            return After.DAY_OVER
        return After.EXERCISE_OVER if told.ends_set else After.GO_ON

    def _can_calibrate(self, prescription: Prescription) -> bool:
        """Say whether an end point is still to be found, and a hand under the back can find it."""
        rung = prescription.rung
        level = load_exercise(rung.exercise).level(rung.level or None)
        known = self.history.personal_ends(rung.exercise, rung.level)
        enough = known if self.profile.one_side else set(Side) <= known.keys()
        missing = self.recalibrate or not enough
        return posture_of(level) == "supine" and missing

    def _calibrate(self, prescription: Prescription) -> bool:
        """Let the person find the end points; say whether to go on.

        They are kept where somebody held still.
        """
        self.ask.tell("ask.calibrate")
        rung, now = prescription.rung, self.now()
        options = self._options(prescription, first=True)
        targets = replace(options.targets, reps=CALIBRATION_REPS, max_s=CALIBRATION_MOST_S)
        # Nothing is past an end that is only being sought.
        options = replace(options, targets=targets, personal_end_deg={})
        result = self.run_live(options, journal=None)
        found = {
            rep.side: rep.peak_deg
            for summary in result.sets
            for rep in summary.reps
            if rep.hold_s >= STILL_S
        }
        for side, peak_deg in found.items():
            self.history.put_personal_end(rung.exercise, rung.level, side, peak_deg, now)
        if result.stopped:
            return False
        self.ask.tell("ask.calibrated" if found else "ask.not_calibrated")
        return True

    def _options(self, prescription: Prescription, *, first: bool) -> LiveOptions:
        rung, breath_s = prescription.rung, self.profile.breath_s
        ends = self.history.personal_ends(rung.exercise, rung.level)
        breath = self.options.targets.breath or prescription.is_new
        given = prescription.given
        one_side = self.profile.one_side
        if given is not None:
            one_side = one_side or given.side is not GivenSide.BOTH
            if given.end_deg is not None:
                ends = dict.fromkeys(Side, given.end_deg)
        return replace(
            self.options,
            exercise=rung.exercise,
            level=rung.level or None,
            targets=SessionTargets(
                reps=prescription.reps, sets=1, breath=breath, one_side=one_side
            ),
            setup=first,
            howto=first and prescription.is_new,
            goodbye=False,
            linger_s=LINGER_S,
            breath_s=nan if breath_s is None else breath_s,
            personal_end_deg={side: deg for side, deg in ends.items() if side is not None},
        )

    def _tell(self, line: Line) -> None:
        self.ask.tell(line.phrase, **line.slots)


class Kept:
    """Keeps answers with their set; what cannot be kept is told when all is asked and said.

    A history that cannot be written is no reason to leave a question about pain out.
    """

    def __init__(self, history: History, session_id: int | None, number: int) -> None:
        self.number = number
        self._history = history
        self._session_id = session_id
        self._trouble: StoreError | None = None

    def __call__(self, answers: Answers) -> None:
        """Keep answers."""
        if self._session_id is None:
            return
        try:
            self._history.answer(self._session_id, self.number, answers)
        except StoreError as error:
            self._trouble = self._trouble or error

    def check(self) -> None:
        """Raise what kept something from being kept."""
        if self._session_id is None:
            raise StoreError(
                "this set and its answers could not be kept: see that there is room on the disk "
                "and that the history may be written (formcoach doctor says where it is)"
            )
        if self._trouble is not None:
            raise self._trouble


class _Numbered:
    """Keeps the one set of a run under the number it has in its session."""

    def __init__(self, journal: Journal, number: int) -> None:
        self._journal = journal
        self._before = number - 1
        self.begun = False

    def rep(self, set_index: int, rep: Rep) -> None:
        self.begun = True
        self._journal.rep(set_index + self._before, rep)

    def hold(self, set_index: int, hold: Hold) -> None:
        self.begun = True
        self._journal.hold(set_index + self._before, hold)

    def set_over(self, set_index: int, summary: SetSummary) -> None:
        self._journal.set_over(set_index + self._before, summary)


def _amount(summary: SetSummary) -> float:
    """Return how much was done: completed reps, or seconds where something was held."""
    if summary.holds and not summary.completed:
        return max(hold.duration_s for hold in summary.holds)
    return summary.total
