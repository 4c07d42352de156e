"""The set-up: what the programme has to know, asked once and changed at will."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.capture.live.address import shown_source
from formcoach.commands.console import INTERRUPTED, guarded, say
from formcoach.commands.daily.answers import (
    Given,
)
from formcoach.commands.daily.asking import Asker, Interruptible
from formcoach.commands.daily.camera_check import look_and_listen
from formcoach.commands.daily.questions import (
    FIRST,
    LATER,
    Question,
    Talk,
    ask_in_turn,
    still_open,
)
from formcoach.errors import DocumentError, UsageError
from formcoach.history.notebook import Notebook
from formcoach.history.store import History
from formcoach.programme.agenda import Outcome, Plan, plan_today
from formcoach.programme.profile import (
    Focus,
    Profile,
    Prop,
)
from formcoach.programme.screening import INTAKE, QUESTIONS, concerns
from formcoach.programme.two_weeks import is_empty, week_on
from formcoach.system.local_time import local_now
from formcoach.words.phrases import Phrases, load_phrases

__all__ = ["begin_diary", "profile_rows", "run_setup", "set_up", "show_profile", "taken"]

SETUP_ANSWER_S = 300.0
"""How long a question of the set-up stays open, for somebody who reads and thinks. Proposal."""


def run_setup(
    given: Given,
    data: Path | None,
    *,
    show_only: bool = False,
    everything: bool = False,
    now: Callable[[], datetime] = local_now,
) -> int:
    """Take the answers given, or ask for them where none is; keep and show them.

    Ctrl-C ends the questions; what was answered until then is kept.

    Args:
        given: answers given as options.
        data: the folder of the history; None for the platform's.
        show_only: change nothing and ask nothing; of what is given only the language counts.
        everything: ask also what is otherwise asked when it matters.
        now: the time now.
    """
    with guarded():
        if show_only:
            _show_only(given, data, now)
            return 0
        with Notebook.open(data) as notebook:
            if given.empty:
                answers = Interruptible()
                questions = (*FIRST, *LATER) if everything else FIRST
                set_up(notebook, answers, now, lang=given.lang, questions=questions)
                return INTERRUPTED if answers.interrupted else 0
            present = _present(notebook, "what was not told now is asked again")
            _keep_and_show(notebook, taken(given, present, now), present, now)
    return 0


def _show_only(given: Given, data: Path | None, now: Callable[[], datetime]) -> None:
    """Show the answers, and make no history where there is none.

    Raises:
        UsageError: there are answers given that would have to be kept.
    """
    if not given.empty:
        raise UsageError("--show changes nothing: leave it out to keep the answers given")
    if not History.is_in(data):
        profile = replace(Profile(), **given.changes)
        _show(profile, plan_today(profile, (), now()))
        return
    with Notebook.open(data) as notebook:
        profile = replace(_present(notebook, "run formcoach setup again"), **given.changes)
        _show(profile, _plan(notebook, profile, now))


def begin_diary(notebook: Notebook, today: date, before: Profile) -> None:
    """Begin the two weeks; new ones where comparing is chosen and the old ones are of no use."""
    diary = notebook.diary
    useless = diary is not None and (is_empty(diary) or week_on(diary, today) is None)
    notebook.begin_diary(today, again=useless and before.focus is not Focus.COMPARE)


def _present(notebook: Notebook, way_out: str) -> Profile:
    """Return the answers so far; a blank where there are none, or none that can be read."""
    try:
        return notebook.profile or Profile()
    except DocumentError:
        say(f"{notebook.history.path}: the answers so far cannot be read; {way_out}")
        return Profile()


def taken(given: Given, profile: Profile, now: Callable[[], datetime]) -> Profile:
    """Return the answers so far with those given; what new speaks against it undoes a consent."""
    told = replace(
        profile,
        **given.changes,
        screening=profile.screening | given.screening,
        intake=profile.intake | given.intake,
        props=frozenset(prop for prop in Prop if given.props.get(prop, prop in profile.props)),
        asked=profile.asked | _answered_by(given),
    )
    told = _doubted(profile, told)
    return replace(told, cleared_at=now()) if given.cleared else told


_ANSWERS = {
    "lang": "lang",
    "has_pain": "pain",
    "sitting": "sitting",
    "focus": "focus",
    "quiet": "times",
    "daily_at": "times",
    "series_every_h": "times",
    "breath_s": "breath",
    "camera": "camera",
}
"""Which question of the set-up each field of the profile answers."""


def _answered_by(given: Given) -> set[str]:
    """Return the names of the questions that options answer; those about health are told by id."""
    names = {_ANSWERS[field] for field in given.changes}
    names |= {"intake"} if given.intake.keys() >= set(INTAKE) else set()
    return names | ({"props"} if given.props else set())


def set_up(
    notebook: Notebook,
    answers: Interruptible,
    now: Callable[[], datetime] = local_now,
    *,
    lang: str | None = None,
    questions: Sequence[Question] = FIRST,
) -> Profile:
    """Ask what has to be known, keep it, and return it; what sends to a professional comes first.

    Args:
        notebook: where the answers are kept.
        answers: where they come from.
        now: the time now.
        lang: the language, which is asked for where it is not given.
        questions: what is asked.
    """
    present = _present(notebook, "what was not told now is asked again")
    told = _asked(present, lang, answers, now, questions, partial(_is_sent, notebook, now=now))
    _keep_and_show(notebook, told, present, now)
    return told


def _keep_and_show(
    notebook: Notebook, profile: Profile, present: Profile, now: Callable[[], datetime]
) -> None:
    """Keep and show the answers; who is sent to a professional is told before anything is kept."""
    sent = _is_sent(notebook, profile, now=now)
    if sent:
        _show(profile, _plan(notebook, profile, now))
    if profile != present:
        notebook.put_profile(profile)
        if profile.focus is Focus.COMPARE:
            begin_diary(notebook, now().date(), present)
    if not sent:
        _show(profile, _plan(notebook, profile, now))


def _asked(
    profile: Profile,
    lang: str | None,
    answers: Interruptible,
    now: Callable[[], datetime],
    questions: Sequence[Question],
    is_sent: Callable[[Profile], bool],
) -> Profile:
    """Return the answers, asked for; in which language, only where it was not given."""
    ask = Asker(load_phrases(lang or profile.lang), answers=answers, timeout_s=SETUP_ANSWER_S)
    look = look_and_listen if answers.echoes else None
    talk = Talk(ask=ask, wait=answers.wait, look=look)
    if lang is not None:
        questions = [one for one in questions if one.name != "lang"]
    told = ask_in_turn(talk, replace(profile, lang=lang or profile.lang), questions)
    told = _doubted(profile, told)
    if is_sent(told):
        told = _ask_cleared(ask, told, now)
    ask.tell("ask.nothing_kept" if told == profile else "ask.saved")
    if told != profile and still_open(told, LATER):
        ask.tell("set_up.later")
    return told


def _ask_cleared(ask: Asker, profile: Profile, now: Callable[[], datetime]) -> Profile:
    """Ask whoever is sent to a professional for the words that they have been there."""
    said = ask.phrases.steps("ask.i_have")
    wanted = ask.answer("ask.cleared", said[0], lambda words: words.strip(" .!") in said or None)
    return replace(profile, cleared_at=now()) if wanted else profile


def _doubted(before: Profile, after: Profile) -> Profile:
    """Take back that a professional agrees, where something new speaks against it."""
    new = set(concerns(after)) - set(concerns(before))
    return replace(after, cleared_at=None) if new else after


def _plan(notebook: Notebook, profile: Profile, now: Callable[[], datetime]) -> Plan:
    at = now()
    return plan_today(profile, notebook.results(at), at, check_ins=notebook.check_ins_by(at))


def _is_sent(notebook: Notebook, profile: Profile, now: Callable[[], datetime]) -> bool:
    """Say whether this person is sent to a professional first."""
    sent = (Outcome.SEE_PROFESSIONAL, Outcome.EMERGENCY)
    return _plan(notebook, profile, now).outcome in sent


def _show(profile: Profile, plan: Plan) -> None:
    """Print the answers and what follows from them."""
    phrases = load_phrases(profile.lang)
    show_profile(profile, phrases)
    _show_consequence(plan, phrases)


def show_profile(profile: Profile, phrases: Phrases) -> None:
    """Print what was told."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for question, answer in profile_rows(profile, phrases):
        table.add_row(question, f"[bold]{escape(answer)}")
    Console().print(table, highlight=False)


def _show_consequence(plan: Plan, phrases: Phrases) -> None:
    """Print what follows from the answers, where it is not simply to begin."""
    if plan.outcome in (Outcome.SEE_PROFESSIONAL, Outcome.EMERGENCY, Outcome.SET_UP_FIRST):
        Console().print(f"[dark_orange]{phrases.text(plan.why.phrase)}", highlight=False)
    if plan.outcome is Outcome.SET_UP_FIRST:
        Console().print(phrases.text("plan.note_set_up"), highlight=False)


def profile_rows(profile: Profile, phrases: Phrases) -> list[tuple[str, str]]:
    """Return the questions with their answers, ``-`` where there is none."""

    def yes_no(answer: bool | None) -> str:
        return "-" if answer is None else phrases.steps("ask.yes" if answer else "ask.no")[0]

    def option(value: StrEnum) -> str:
        return phrases.text(f"ask.option.{value.value}")

    breath = "-" if profile.breath_s is None else phrases.decimal(f"{profile.breath_s:g}")
    asked = [(f"screening.{name}", yes_no(profile.screening.get(name))) for name in QUESTIONS]
    if concerns(profile) or profile.cleared_at is not None:
        cleared = profile.cleared_at
        asked.append(("ask.cleared", "-" if cleared is None else f"{cleared:%Y-%m-%d}"))
    asked += [("ask.has_pain", yes_no(profile.has_pain))]
    asked += [(f"intake.{name}", yes_no(profile.intake.get(name))) for name in INTAKE]
    asked += [("ask.sitting", option(profile.sitting)), ("ask.focus", option(profile.focus))]
    asked += [(f"ask.{prop.value}", yes_no(prop in profile.props)) for prop in Prop]
    quiet = profile.quiet
    if quiet.is_none:
        asked += [("ask.quiet_begin", phrases.text("ask.none"))]
    else:
        asked += [("ask.quiet_begin", f"{quiet.begin:%H:%M}")]
        asked += [("ask.quiet_end", f"{quiet.end:%H:%M}")]
    asked += [
        ("ask.daily_at", f"{profile.daily_at:%H:%M}"),
        ("ask.series_every_h", phrases.decimal(f"{profile.series_every_h:g}")),
        ("ask.breath", breath),
        ("ask.camera", shown_source(profile.camera)),
    ]
    return [(phrases.text(question), answer) for question, answer in asked]
