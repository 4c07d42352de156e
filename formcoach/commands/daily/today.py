"""Today's practice: what to do now and why, done live, asked about, kept, and what comes next."""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from formcoach.capture.live.address import shown_source
from formcoach.coaching.events import SetSummary
from formcoach.commands.console import INTERRUPTED, guarded
from formcoach.commands.daily.asking import Asker, Interruptible
from formcoach.commands.daily.mat import Mat, MatAsker
from formcoach.commands.daily.practice import After, Practice, RunLive
from formcoach.commands.daily.questions import FIRST, LATER, Talk, ask_in_turn, still_open
from formcoach.commands.daily.setup import set_up
from formcoach.commands.daily.speaking import speaking
from formcoach.commands.live import Journal, LiveOptions, LiveResult, run_live
from formcoach.commands.live.ready import check_ready
from formcoach.commands.live.terminal import show_live
from formcoach.commands.past.columns import plain
from formcoach.errors import DocumentError, FormCoachError
from formcoach.history.notebook import Notebook
from formcoach.programme.agenda import Outcome, Plan, Prescription, plan_today
from formcoach.programme.given import own_words
from formcoach.programme.lines import Line
from formcoach.programme.moments import after, day_of
from formcoach.programme.outcomes import SessionResult, SetResult, StopReason
from formcoach.programme.profile import Focus, Profile
from formcoach.programme.progression import Change, after_session, standing_of
from formcoach.programme.reactions import STOP_PAIN, Action, reaction
from formcoach.programme.screening import unanswered
from formcoach.programme.sittings import ONE_SITTING
from formcoach.programme.stretching import STRETCHES
from formcoach.programme.two_weeks import CheckIn, DiaryEntry, Felt, entry_on, week_on
from formcoach.system.language import read_in
from formcoach.system.local_time import local_now
from formcoach.words.amounts import amount_of
from formcoach.words.phrases import Phrases, load_phrases
from formcoach.words.times import when_words

__all__ = ["Today", "run_today"]

WITHOUT_GOODBYE = (Outcome.SEE_PROFESSIONAL, Outcome.EMERGENCY)
"""Nobody is told "well done" who has to get help."""


def run_today(
    options: LiveOptions,
    data: Path | None,
    *,
    camera: str | None = None,
    lang: str | None = None,
    plan_only: bool = False,
    recalibrate: bool = False,
) -> int:
    """Say what to do now and why, and do it; return the exit status.

    Args:
        options: how to coach; exercise, level, targets, camera and language are filled in.
        data: the folder of the history; None for the platform's.
        camera: what to look through, where it is not the profile's.
        lang: the language, where it is not the profile's.
        plan_only: say what to do and do nothing.
        recalibrate: find the person's end points anew, where this exercise has them.
    """
    with guarded(), ExitStack() as stack:
        notebook = stack.enter_context(Notebook.open(data))
        answers = None if plan_only else _set_up_first(notebook, lang)
        if answers is not None and answers.interrupted:
            return INTERRUPTED
        profile = notebook.needed_profile()
        lang = lang or profile.lang
        read_in(lang)
        options = replace(options, camera=camera or profile.camera or "0", lang=lang)
        voice = options.voice and not plan_only
        mat = stack.enter_context(Mat(on_note=_note)) if options.window and not plan_only else None
        look = None if mat is None else mat.look
        say = stack.enter_context(speaking(lang, options.speaker, look)) if voice else None
        source = None if answers is None else answers.source
        phrases = load_phrases(lang)
        if mat is None:
            ask, run = Asker(phrases, say=say, answers=source), None
        else:
            ask = MatAsker(phrases, mat, say=say, answers=source)
            run = partial(_run_and_show, coach=mat.run_live)
        today = Today(
            notebook, profile, ask, options, recalibrate=recalibrate, run=run, check=check_ready
        )
        if plan_only:
            today.tell(today.plan())
        else:
            today.run()
    return 0


def _set_up_first(notebook: Notebook, lang: str | None) -> Interruptible | None:
    """Ask what must be known before the first exercise, where it is not; None where it is."""
    try:
        profile = notebook.profile
    except DocumentError:  # told, with the way out, where the profile is needed
        return None
    if profile is not None and not unanswered(profile):
        return None
    answers = Interruptible()
    questions = FIRST if profile is None else still_open(profile, FIRST)
    set_up(notebook, answers, lang=lang, questions=questions)
    return answers


class Today:
    """One sitting.

    Args:
        notebook: what is known, and where it is kept.
        profile: what the person told.
        ask: asks.
        options: how to coach.
        recalibrate: whether to find the person's end points anew.
        run: coaches one set live.
        check: raises what would keep a set from beginning.
        now: the time now, in the zone of the place.
        console: where the plan is shown; the terminal if not given.
    """

    def __init__(
        self,
        notebook: Notebook,
        profile: Profile,
        ask: Asker,
        options: LiveOptions,
        *,
        recalibrate: bool = False,
        run: RunLive | None = None,
        check: Callable[[LiveOptions], None] | None = None,
        now: Callable[[], datetime] = local_now,
        console: Console | None = None,
    ) -> None:
        self._notebook = notebook
        self._profile = profile
        self._ask = ask
        self._options = options
        self._recalibrate = recalibrate
        self._run = _run_and_show if run is None else run
        self._check = check
        self._now = now
        self._console = Console() if console is None else console

    def run(self) -> None:
        """Ask, tell, practise, and say what comes next."""
        plan = self.plan()
        if plan.outcome is Outcome.SET_UP_FIRST:
            self.tell(plan)
            return
        pain = self._ask.scale("ask.pain_before")
        if self._ask.unclear:  # it may be much: nothing is prescribed on it
            self._ask.tell("ask.pain_unclear")
            self._ask.tell("ask.pain_again")
            return
        plan = self._plan_after(pain)
        if plan.outcome is Outcome.REST and pain is not None and pain >= STOP_PAIN:
            self._rest(plan, pain)
            return
        felt = self._check_in() if plan.check_in_due else None
        if felt is not None:
            plan = self.plan(pain, felt=felt)
        if plan.prescriptions and self._check is not None:
            self._check(self._options)
        self.tell(plan)
        if felt is not None:
            self._notebook.add_check_in(felt)
        prescribed = plan.prescriptions
        if prescribed:
            self._practise(prescribed, pain)
            self._ask_diary()
            plan = self._tell_next()
        if plan.outcome not in WITHOUT_GOODBYE:
            self._ask.tell("session.goodbye")
            if prescribed:
                self._ask_later(plan)

    def plan(
        self,
        pain: int | None = None,
        *,
        felt: CheckIn | None = None,
        also: SessionResult | None = None,
    ) -> Plan:
        """Return what to do now.

        Args:
            pain: 0 to 10, now; None when not asked.
            felt: what was told just now and is not kept yet.
            also: a session that is not kept yet.
        """
        now = self._now()
        return plan_today(
            self._profile,
            [*self._notebook.results(now), *([] if also is None else [also])],
            now,
            diary=self._notebook.diary,
            check_ins=[*self._notebook.check_ins_by(now), *([] if felt is None else [felt])],
            pain=pain,
            given=self._notebook.given_plan,
        )

    def tell(self, plan: Plan) -> None:
        """Say and show a plan: why, what, when.

        Who is not to practise is told all that is to be heard first: a terminal that is gone keeps
        none of it from being said.
        """
        phrases = self._ask.phrases
        self._say(plan.why)
        first = plan.outcome is not Outcome.PRACTISE
        if first and plan.heard is not None and plan.heard in plan.notes:
            self._say(plan.heard)
        for asked in (*plan.concerns, *plan.unanswered):
            self._console.print(f"  {phrases.text(asked)}", highlight=False)
        for prescription in plan.prescriptions:
            self._console.print(f"  {self._amount_of(prescription)}", highlight=False)
            for words in own_words(prescription.given):
                self._console.print(f"    {escape(plain(words))}", highlight=False)
        for note in plan.notes:
            if note == plan.heard:
                if not first:
                    self._say(note)
                continue
            for text in _texts(note, phrases):
                self._console.print(f"[bright_black]{text}", highlight=False)
        if plan.next_at is not None and plan.outcome is not Outcome.PRACTISE:
            self._ask.tell(
                "ask.next_at", when=when_words(plan.next_at, self._now(), self._ask.phrases)
            )

    def _amount_of(self, prescription: Prescription) -> str:
        one_side = self._profile.one_side
        return amount_of(prescription, self._ask.phrases, one_side=one_side)

    def _plan_after(self, pain: int | None, also: SessionResult | None = None) -> Plan:
        """Plan after pain was told; what much of it asks for is said where no plan can be made."""
        try:
            return self.plan(pain, also=also)
        except FormCoachError:
            told = reaction(pain=pain)
            if told.action is Action.STOP:
                self._say(told.say)
                if told.show is not None:
                    self._say(told.show)
            raise

    def _rest(self, plan: Plan, pain: int) -> None:
        """Say what follows from too much pain to practise, then keep it.

        It is kept as a session in which nothing was done, of what would have come first: so the
        rest lasts, and what comes after it is easier. Told again in the same sitting it is the same
        pain, and not a second one.
        """
        now = self._now()
        history = self._notebook.results(now)
        last = history[-1] if history else None
        in_this_sitting = last is not None and last.at >= after(now, -ONE_SITTING)
        if last is not None and in_this_sitting and (last.pain or 0) >= STOP_PAIN:
            self.tell(plan)
            return
        hurt = self._hurt(pain, now)
        try:
            self.tell(self._plan_after(pain, also=hurt))
        finally:
            self._keep(hurt, pain)

    def _hurt(self, pain: int, now: datetime) -> SessionResult:
        """Return the session in which nothing was done, as the history will have it."""
        standing = standing_of(self._profile, self._notebook.results(now))
        rungs = [prescription.rung for prescription in self.plan().prescriptions]
        rungs += [place.rung for place in standing.places.values()]
        nothing = SetResult(good=0, total=0, pain_before=pain, stopped_why=StopReason.PAIN)
        return SessionResult(
            exercise=rungs[0].exercise, level=rungs[0].level, at=now, sets=(nothing,)
        )

    def _keep(self, hurt: SessionResult, pain: int) -> None:
        history, options = self._notebook.history, self._options
        session = history.begin_session(
            hurt.exercise,
            hurt.level,
            started_at=hurt.at,
            lang=options.lang,
            source=shown_source(options.camera),
        )
        why = StopReason.PAIN.value
        history.end_set(session, 1, SetSummary(), pain_before=pain, stopped_why=why)
        history.end_session(session, hurt.at)

    def _practise(self, prescriptions: Sequence[Prescription], pain: int | None) -> None:
        practice = Practice(
            history=self._notebook.history,
            profile=self._profile,
            ask=self._ask,
            options=self._options,
            run_live=self._run,
            pain_before=pain,
            recalibrate=self._recalibrate,
            now=self._now,
        )
        for prescription in prescriptions:
            done = practice.run(prescription)
            if done.kept:
                self._say(self._verdict(prescription))
            if done.after is After.DAY_OVER:
                return

    def _verdict(self, prescription: Prescription) -> Line:
        """Return what the last session changes; nothing of a plan that was given, but to stop."""
        history = self._notebook.results(self._now())
        verdict = after_session(self._profile, history)
        if verdict.change is Change.STOP:
            return verdict.reason
        if prescription.rung.exercise in STRETCHES:
            return Line(phrase="stretch.done")
        if prescription.given is None:
            return verdict.reason
        hurt = standing_of(self._profile, history).hurt_in_row
        return Line(phrase="plan.given_hurt" if hurt else "plan.given_kept")

    def _check_in(self) -> CheckIn | None:
        """Ask how it has been; None when not answered. It is kept once what follows is said."""
        ways = {felt.value: self._ask.phrases.text(f"ask.option.{felt.value}") for felt in Felt}
        felt = self._ask.choice("ask.felt", ways)
        return None if felt is None else CheckIn(at=self._now(), felt=Felt(felt))

    def _tell_next(self) -> Plan:
        """Say what comes next, and return it; nobody who was just told to rest is told to go on."""
        plan, now = self.plan(), self._now()
        if plan.prescriptions:
            if not standing_of(self._profile, self._notebook.results(now)).hurt_in_row:
                self._ask.tell("ask.next_now")
            return plan
        if plan.outcome is not Outcome.DONE_FOR_NOW:
            self._say(plan.why)
        if plan.next_at is not None:
            self._ask.tell("ask.next_at", when=when_words(plan.next_at, now, self._ask.phrases))
        return plan

    def _ask_diary(self) -> None:
        """Ask what the diary of the two weeks asks, on a day on which its practice was done."""
        diary, today = self._notebook.diary, self._now().date()
        if self._profile.focus is not Focus.COMPARE or diary is None:
            return
        done = any(day_of(one.at, self._now()) == today and one.done for one in self._results())
        if week_on(diary, today) is None or not done:
            return
        comfort = self._ask.scale("ask.comfort")
        entry = entry_on(diary, today) or DiaryEntry(day=today, done=False)
        entry = replace(entry, done=True, comfort=entry.comfort if comfort is None else comfort)
        self._notebook.put_diary(replace(diary, entries=(*diary.entries, entry)))

    def _results(self) -> Sequence[SessionResult]:
        return self._notebook.results(self._now())

    def _ask_later(self, plan: Plan) -> None:
        """Ask what matters now: after the first practice when the next one is, later the breath.

        Who does not answer is asked no more today; another next time is told.
        """
        first = len({result.at.date() for result in self._notebook.results(self._now())}) <= 1
        questions = still_open(self._profile, LATER[:-1] if first else LATER)
        if not questions or self._ask.ended:
            return
        self._ask.speaks = False  # they are read and typed
        self._ask.tell("set_up.when_it_matters")
        told = ask_in_turn(Talk(ask=self._ask), self._profile, questions, patient=False)
        if told != self._profile:
            self._notebook.put_profile(told)
            self._profile = told
            after = self.plan()
            if after.next_at is not None and after.next_at != plan.next_at:
                when = when_words(after.next_at, self._now(), self._ask.phrases)
                self._ask.tell("ask.next_at", when=when)
        self._ask.speaks = True

    def _say(self, line: Line) -> None:
        self._ask.tell(line.phrase, **line.slots)


def _texts(line: Line, phrases: Phrases) -> tuple[str, ...]:
    if line.phrase in phrases.lists:
        return phrases.steps(line.phrase)
    return (phrases.text(line.phrase, **line.slots),)


def _run_and_show(
    options: LiveOptions, *, journal: Journal | None, coach: RunLive | None = None
) -> LiveResult:
    coach = partial(run_live, on_note=_note) if coach is None else coach
    result = coach(options, journal=journal)
    show_live(result, options.lang)
    return result


def _note(text: str) -> None:
    sys.stderr.write(f"formcoach: {text}\n")
