"""The set-up: what the programme has to know, asked once and changed at will."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import partial
from math import isnan, nan
from pathlib import Path
from time import sleep
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from formcoach.capture.live.address import shown_source
from formcoach.commands.console import INTERRUPTED, guarded, say
from formcoach.commands.daily.answers import (
    NO_QUIET,
    Given,
    breath_of,
    camera_of,
    hours_of,
    time_of,
)
from formcoach.commands.daily.asking import Asker, Interruptible
from formcoach.errors import DocumentError, UsageError
from formcoach.history.notebook import Notebook
from formcoach.history.store import History
from formcoach.programme.agenda import Outcome, Plan, plan_today
from formcoach.programme.profile import (
    MAX_BREATH_S,
    MIN_BREATH_S,
    Focus,
    Profile,
    Prop,
    QuietHours,
    Sitting,
)
from formcoach.programme.screening import INTAKE, QUESTIONS, concerns
from formcoach.programme.two_weeks import is_empty, week_on
from formcoach.system.local_time import local_now
from formcoach.words.phrases import LANGUAGES, Phrases, load_phrases

__all__ = ["ask_profile", "begin_diary", "profile_rows", "run_setup", "show_profile", "taken"]

E = TypeVar("E", bound=StrEnum)

SETUP_ANSWER_S = 300.0
"""How long a question of the set-up stays open, for somebody who reads and thinks. Proposal."""
BREATHS_S = 20.0
"""So long the person counts breaths."""
MAX_BREATHS = int(BREATHS_S / MIN_BREATH_S)
ABOUT = ("about.disclaimer", "about.credit")
"""Told before anything is asked (article S79-S81)."""


def run_setup(
    given: Given,
    data: Path | None,
    *,
    show_only: bool = False,
    now: Callable[[], datetime] = local_now,
) -> int:
    """Take the answers given, or ask for all where none is; keep and show them.

    Ctrl-C ends the questions; what was answered until then is kept.

    Args:
        given: answers given as options.
        data: the folder of the history; None for the platform's.
        show_only: change nothing and ask nothing; of what is given only the language counts.
        now: the time now.
    """
    with guarded():
        if show_only:
            _show_only(given, data, now)
            return 0
        with Notebook.open(data) as notebook:
            present = _present(notebook, "what was not told now is asked again")
            interrupted = False
            if given.empty:
                answers = Interruptible()
                is_sent = partial(_is_sent, notebook, now=now)
                profile = _asked(present, given.lang, answers, now, is_sent)
                interrupted = answers.interrupted
            else:
                profile = taken(given, present, now)
            sent = _is_sent(notebook, profile, now=now)
            if sent:  # to see a professional: that is said before anything is written
                _show(profile, _plan(notebook, profile, now))
            if profile != present or not given.empty:
                notebook.put_profile(profile)
                if profile.focus is Focus.COMPARE:
                    begin_diary(notebook, now().date(), present)
            if not sent:
                _show(profile, _plan(notebook, profile, now))
    return INTERRUPTED if interrupted else 0


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
    )
    told = _doubted(profile, told)
    return replace(told, cleared_at=now()) if given.cleared else told


def _asked(
    profile: Profile,
    lang: str | None,
    answers: Interruptible,
    now: Callable[[], datetime],
    is_sent: Callable[[Profile], bool],
) -> Profile:
    """Return all answers, asked for; in which language, only where it was not given."""
    ask = Asker(load_phrases(profile.lang), answers=answers, timeout_s=SETUP_ANSWER_S)
    if lang is None:
        names = {one: ask.phrases.text(f"ask.option.{one}") for one in LANGUAGES}
        lang = ask.choice("ask.lang", names, present=profile.lang) or profile.lang
    ask.phrases = load_phrases(lang)
    for phrase in ABOUT:
        ask.tell(phrase)
    told = _doubted(profile, ask_profile(ask, replace(profile, lang=lang), answers.wait))
    if is_sent(told):
        told = _ask_cleared(ask, told, now)
    ask.tell("ask.nothing_kept" if told == profile else "ask.saved")
    return told


def ask_profile(ask: Asker, profile: Profile, wait: Callable[[float], None] = sleep) -> Profile:
    """Ask for everything but the language; what is not answered stays as it was.

    Args:
        ask: asks.
        profile: the answers so far, shown with each question.
        wait: waits for so many seconds, while the person counts breaths.
    """
    ask.tell("ask.screening")
    screening = _decide(ask, "screening", QUESTIONS, profile.screening)
    pain = ask.yes_no("ask.has_pain", profile.has_pain)
    ask.tell("ask.intake")
    profile = replace(
        profile,
        screening=screening,
        has_pain=profile.has_pain if pain is None else pain,
        intake=_decide(ask, "intake", INTAKE, profile.intake),
        sitting=_option(ask, "ask.sitting", Sitting, profile.sitting),
    )
    if profile.has_pain:
        ask.tell("ask.try_both")  # article S7
    profile = replace(
        profile,
        focus=_option(ask, "ask.focus", Focus, profile.focus),
        props=_props(ask, profile.props),
    )
    return _ask_times(ask, profile, wait)


def _ask_cleared(ask: Asker, profile: Profile, now: Callable[[], datetime]) -> Profile:
    """Ask whoever is sent to a professional for the words that they have been there."""
    said = ask.phrases.steps("ask.i_have")
    wanted = ask.answer("ask.cleared", said[0], lambda words: words.strip(" .!") in said or None)
    return replace(profile, cleared_at=now()) if wanted else profile


def _ask_times(ask: Asker, profile: Profile, wait: Callable[[float], None]) -> Profile:
    quiet = _ask_quiet(ask, profile.quiet)
    daily_at = _time(ask, "ask.daily_at", profile.daily_at)
    hours = f"{profile.series_every_h:g}"
    every = ask.answer("ask.series_every_h", "2, 2.5, 3", hours_of, hours)
    breath_s = _ask_breath(ask, profile.breath_s, wait)
    shown = shown_source(profile.camera)
    camera = ask.answer("ask.camera", "0", camera_of, shown, as_typed=True)
    return replace(
        profile,
        quiet=quiet,
        daily_at=daily_at,
        series_every_h=every or profile.series_every_h,
        breath_s=breath_s,
        camera=camera or profile.camera,
    )


def _ask_quiet(ask: Asker, present: QuietHours) -> QuietHours:
    """Return from when to when nothing may disturb; there may be no such time."""
    none = ask.phrases.text("ask.none")

    def understand(words: str) -> QuietHours | None:
        begin = time_of(words)
        told = None if begin is None else replace(present, begin=begin)
        return NO_QUIET if words == none else told

    shown = none if present.is_none else f"{present.begin:%H:%M}"
    quiet = ask.answer("ask.quiet_begin", f"22:00, {none}", understand, shown) or present
    if quiet is NO_QUIET or (quiet is present and present.is_none):
        return quiet
    return replace(quiet, end=_time(ask, "ask.quiet_end", quiet.end))


def _ask_breath(ask: Asker, present: float | None, wait: Callable[[float], None]) -> float | None:
    """Return the length of a breath: typed in, or counted by the person for a while."""
    hint = f"{MIN_BREATH_S:g}-{MAX_BREATH_S:g}, {ask.phrases.text('ask.breath_measure')}"
    shown = None if present is None else f"{present:g}"
    told = ask.answer(
        "ask.breath", hint, lambda words: nan if words == "m" else breath_of(words), shown
    )
    if told is None or not isnan(told):
        return present if told is None else told
    ask.tell("ask.breath_count")
    wait(BREATHS_S)
    breaths = ask.number("ask.breath_counted", 1, MAX_BREATHS)
    return present if breaths is None else round(BREATHS_S / breaths, 1)


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


def _decide(
    ask: Asker, table: str, names: tuple[str, ...], present: dict[str, bool]
) -> dict[str, bool]:
    answers = dict(present)
    for name in names:
        answer = ask.yes_no(f"{table}.{name}", present.get(name))
        if answer is not None:
            answers[name] = answer
    return answers


def _option(ask: Asker, question: str, kind: type[E], present: E) -> E:
    words = {one.value: ask.phrases.text(f"ask.option.{one.value}") for one in kind}
    answer = ask.choice(question, words, present=present.value)
    return present if answer is None else kind(answer)


def _props(ask: Asker, present: frozenset[Prop]) -> frozenset[Prop]:
    there = set(present)
    for prop in Prop:
        answer = ask.yes_no(f"ask.{prop.value}", prop in present)
        if answer is not None:
            (there.add if answer else there.discard)(prop)
    return frozenset(there)


def _time(ask: Asker, question: str, present: time) -> time:
    return ask.answer(question, "22:00", time_of, f"{present:%H:%M}") or present


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
