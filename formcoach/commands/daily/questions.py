"""The questions of the set-up, in order: nine before the first exercise, the rest when it matters.

profile = ask_in_turn(talk, profile, FIRST)     # "3 of 9", a way back, what was skipped anew
profile = ask_in_turn(talk, profile, LATER)
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time
from enum import StrEnum
from functools import partial
from math import isnan, nan
from time import sleep
from typing import TypeVar

from formcoach.capture.live.address import shown_source
from formcoach.commands.daily.answers import NO_QUIET, breath_of, camera_of, hours_of, time_of
from formcoach.commands.daily.asking import Asker
from formcoach.programme.profile import (
    MAX_BREATH_S,
    MIN_BREATH_S,
    Focus,
    Profile,
    Prop,
    QuietHours,
    Rhythm,
    Sitting,
)
from formcoach.programme.screening import HEALTH_GROUPS, INTAKE, unanswered
from formcoach.words.phrases import LANGUAGES, load_phrases

__all__ = ["FIRST", "LATER", "Question", "Talk", "ask_in_turn", "still_open"]

E = TypeVar("E", bound=StrEnum)

BREATHS_S = 20.0
"""So long the person counts breaths."""
MAX_BREATHS = int(BREATHS_S / MIN_BREATH_S)
HAVE_A_DEFAULT = frozenset({"lang", "camera"})
"""Questions of which no answer is one: what is shown with them goes on."""
ABOUT = ("about.disclaimer", "about.credit")
"""Told before the first question about health (article S79-S81)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a question may use.

    Attributes:
        ask: asks.
        wait: waits for so many seconds, while the person counts breaths.
        look: shows what a camera sees and speaks a sentence; None where nobody looks.
    """

    ask: Asker
    wait: Callable[[float], None] = sleep
    look: Callable[[str, Asker], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of the set-up.

    Attributes:
        name: under which `Profile.asked` remembers that it was answered.
        ask: asks, and returns the answers so far with the new one; None where there was none.
    """

    name: str
    ask: Callable[[Talk, Profile], Profile | None]


def ask_in_turn(
    talk: Talk, profile: Profile, questions: Sequence[Question], *, patient: bool = True
) -> Profile:
    """Ask some questions in turn, and those that were left open once more at the end.

    Args:
        talk: asks.
        profile: the answers so far, shown with each question.
        questions: in their order.
        patient: whether what is skipped is asked once more; if not, the first that is skipped is
            the last that is asked.
    """
    profile = _round(talk, profile, questions, patient=patient)
    if not patient:
        return profile
    left = still_open(profile, questions)
    if left and not talk.ask.ended:
        talk.ask.tell("set_up.skipped")
        profile = _round(talk, profile, left)
    if unanswered(profile) and not talk.ask.ended:
        talk.ask.tell("set_up.open_health")
    return profile


def still_open(profile: Profile, questions: Sequence[Question]) -> tuple[Question, ...]:
    """Return the questions that nobody has answered yet; one about health also in part."""
    missing = unanswered(profile)
    return tuple(
        one
        for one in questions
        if one.name not in {*profile.asked, *HEALTH_GROUPS, *HAVE_A_DEFAULT}
        or any(name in missing for name in HEALTH_GROUPS.get(one.name, ()))
    )


def _round(
    talk: Talk, profile: Profile, questions: Sequence[Question], *, patient: bool = True
) -> Profile:
    """Ask each question once; whoever goes back gets the one before again."""
    ask, place = talk.ask, 0
    while place < len(questions) and not _over(ask):
        one = questions[place]
        ask.step, ask.may_go_back = (place + 1, len(questions)), place > 0
        told = one.ask(talk, profile)
        if ask.went_back:
            place -= 1
            continue
        if told is not None and (told != profile or not _over(ask)):
            profile = replace(told, asked=told.asked | {one.name})
        elif not patient:
            break
        place += 1
    ask.step, ask.may_go_back, ask.went_back = None, False, False
    return profile


def _over(ask: Asker) -> bool:
    return ask.ended


def _lang(talk: Talk, profile: Profile) -> Profile | None:
    names = {one: talk.ask.phrases.text(f"ask.option.{one}") for one in LANGUAGES}
    lang = talk.ask.choice("ask.lang", names, present=profile.lang)
    talk.ask.phrases = load_phrases(lang or profile.lang)
    return None if lang is None else replace(profile, lang=lang)


def _health(group: str, talk: Talk, profile: Profile) -> Profile | None:
    """Ask about some of the questions about health at once; none of them is left out."""
    if group == next(iter(HEALTH_GROUPS)):
        for phrase in ABOUT:
            talk.ask.tell(phrase)
        talk.ask.tell("set_up.how")
        talk.ask.tell("ask.screening")
    told = _several(talk.ask, "screening", HEALTH_GROUPS[group], profile.screening, group)
    return None if told is None else replace(profile, screening=profile.screening | told)


def _several(
    ask: Asker, table: str, names: Sequence[str], before: Mapping[str, bool], question: str
) -> dict[str, bool] | None:
    words = {name: ask.phrases.text(f"{table}.{name}") for name in names}
    known = all(name in before for name in names)
    present = [name for name in names if before.get(name, False)] if known else None
    chosen = ask.several(f"set_up.{question}", words, present)
    return None if chosen is None else {name: name in chosen for name in names}


def _pain(talk: Talk, profile: Profile) -> Profile | None:
    present = profile.has_pain if "pain" in profile.asked else None
    pain = talk.ask.yes_no("ask.has_pain", present)
    return None if pain is None else replace(profile, has_pain=pain)


def _intake(talk: Talk, profile: Profile) -> Profile | None:
    told = _several(talk.ask, "intake", INTAKE, profile.intake, "intake")
    return None if told is None else replace(profile, intake=profile.intake | told)


def _focus(talk: Talk, profile: Profile) -> Profile | None:
    if profile.has_pain:
        talk.ask.tell("ask.try_both")  # article S7
    told = _option(talk.ask, "ask.focus", Focus, profile.focus)
    return None if told is None else replace(profile, focus=told)


def _props(talk: Talk, profile: Profile) -> Profile | None:
    words = {prop.value: talk.ask.phrases.text(f"ladder.{prop.value}") for prop in Prop}
    present: Collection[str] | None = profile.props if "props" in profile.asked else None
    chosen = talk.ask.several("set_up.props", words, present)
    return None if chosen is None else replace(profile, props=frozenset(map(Prop, chosen)))


def _camera(talk: Talk, profile: Profile) -> Profile | None:
    """Ask for the camera, look through it, and speak a sentence: can it be seen and heard?"""
    ask, shown = talk.ask, shown_source(profile.camera)
    told = ask.answer("ask.camera", "0", camera_of, shown, as_typed=True)
    camera = told or profile.camera
    if ask.went_back:
        return None
    if talk.look is not None and not _over(ask):
        ask.step = None
        talk.look(camera, ask)
        if ask.yes_no("set_up.seen_heard") is False:
            ask.tell("set_up.help")
            again = ask.answer("ask.camera", "0", camera_of, shown_source(camera), as_typed=True)
            if again is not None and again != camera:
                camera = again
                talk.look(camera, ask)
    return None if told is None and camera == profile.camera else replace(profile, camera=camera)


def _sitting(talk: Talk, profile: Profile) -> Profile | None:
    told = _option(talk.ask, "ask.sitting", Sitting, profile.sitting)
    return None if told is None else replace(profile, sitting=told)


def _times(talk: Talk, profile: Profile) -> Profile | None:
    """Ask when nothing may disturb, and when to practise, as often as this person does."""
    ask, quiet = talk.ask, _quiet(talk.ask, profile.quiet)
    if ask.went_back:
        return None
    ask.step, ask.may_go_back = None, False
    profile = replace(profile, quiet=quiet)
    if profile.rhythm is Rhythm.SETS:
        return replace(profile, daily_at=_time(ask, "ask.daily_at", profile.daily_at))
    hours = f"{profile.series_every_h:g}"
    every = ask.answer("ask.series_every_h", "2, 2.5, 3", hours_of, hours)
    return replace(profile, series_every_h=every or profile.series_every_h)


def _quiet(ask: Asker, present: QuietHours) -> QuietHours:
    """Return from when to when nothing may disturb; there may be no such time."""
    none = ask.phrases.text("ask.none")

    def understand(words: str) -> QuietHours | None:
        begin = time_of(words)
        told = None if begin is None else replace(present, begin=begin)
        return NO_QUIET if words == none else told

    shown = none if present.is_none else f"{present.begin:%H:%M}"
    quiet = ask.answer("ask.quiet_begin", f"22:00, {none}", understand, shown) or present
    if ask.went_back or quiet is NO_QUIET or (quiet is present and present.is_none):
        return quiet
    ask.step, ask.may_go_back = None, False
    return replace(quiet, end=_time(ask, "ask.quiet_end", quiet.end))


def _breath(talk: Talk, profile: Profile) -> Profile | None:
    """Ask for the length of a breath: typed in, or counted by the person for a while."""
    ask, present = talk.ask, profile.breath_s
    hint = f"{MIN_BREATH_S:g}-{MAX_BREATH_S:g}, {ask.phrases.text('ask.breath_measure')}"
    shown = None if present is None else f"{present:g}"
    told = ask.answer(
        "ask.breath", hint, lambda words: nan if words == "m" else breath_of(words), shown
    )
    if told is None:
        return None
    if not isnan(told):
        return replace(profile, breath_s=told)
    ask.step = None
    ask.tell("ask.breath_count")
    talk.wait(BREATHS_S)
    breaths = ask.number("ask.breath_counted", 1, MAX_BREATHS)
    return None if breaths is None else replace(profile, breath_s=round(BREATHS_S / breaths, 1))


def _option(ask: Asker, question: str, kind: type[E], present: E) -> E | None:
    words = {one.value: ask.phrases.text(f"ask.option.{one.value}") for one in kind}
    answer = ask.choice(question, words, present=present.value)
    return None if answer is None else kind(answer)


def _time(ask: Asker, question: str, present: time) -> time:
    return ask.answer(question, "22:00", time_of, f"{present:%H:%M}") or present


FIRST = (
    Question(name="lang", ask=_lang),
    *(Question(name=group, ask=partial(_health, group)) for group in HEALTH_GROUPS),
    Question(name="pain", ask=_pain),
    Question(name="intake", ask=_intake),
    Question(name="focus", ask=_focus),
    Question(name="props", ask=_props),
    Question(name="camera", ask=_camera),
)
"""What is asked before the first exercise."""
LATER = (
    Question(name="sitting", ask=_sitting),
    Question(name="times", ask=_times),
    Question(name="breath", ask=_breath),
)
"""What is asked when it matters: before the next time is told, and how slow a rep is."""
