"""The set-up as pages: nine questions, a way back, kept at once; what blocks is explained."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from formcoach.app.render import form_of, page, phrases_of, profile_of, state_of
from formcoach.app.settings_pages import settings_routes, voice_choices
from formcoach.commands.daily.answers import given_answers
from formcoach.commands.daily.questions import FIRST, still_open
from formcoach.commands.daily.setup import begin_diary, profile_rows, taken
from formcoach.errors import SpecError
from formcoach.programme.agenda import Outcome, plan_today
from formcoach.programme.profile import Focus, Profile, Prop, Sitting
from formcoach.programme.screening import HEALTH_GROUPS, INTAKE, concerns
from formcoach.system.local_time import local_now
from formcoach.words.errors import error_text
from formcoach.words.phrases import LANGUAGES, Phrases

__all__ = ["FIRST_LATER", "STEPS", "setup_routes"]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the set-up: its chapter, its kind, what is asked, and whether that can wait."""

    chapter: str
    kind: str
    name: str
    later: bool = False


STEPS = (
    Step("lang", "choice", "lang"),
    *(Step("health", "several", group) for group in HEALTH_GROUPS),
    Step("you", "yes_no", "ask.has_pain"),
    Step("you", "several", "intake"),
    Step("you", "choice", "focus"),
    Step("place", "props", "props"),
    Step("check", "camera", "camera"),
    Step("place", "choice", "sitting", later=True),
    Step("place", "quiet", "quiet", later=True),
    Step("place", "time", "daily_at", later=True),
    Step("place", "choice", "series_every_h", later=True),
)
"""Nine questions before the first exercise; then those that are asked when they matter."""
FIRST_LATER = 1 + [step.later for step in STEPS].index(True)
"""The page where what can wait begins."""
TABLES = {**dict.fromkeys(HEALTH_GROUPS, "screening"), "intake": "intake"}
ITEMS: dict[str, tuple[str, ...]] = {**HEALTH_GROUPS, "intake": INTAKE}
"""Of questions that ask for several things at once: their table of phrases, and the ids in it."""
OPTIONS: dict[str, tuple[str, ...]] = {
    "lang": LANGUAGES,
    "sitting": tuple(Sitting),
    "focus": tuple(Focus),
    "series_every_h": ("2", "2.5", "3"),
}


def setup_routes() -> list[BaseRoute]:
    """Return the routes of the set-up."""
    return [
        Route("/setup", lambda request: RedirectResponse("/setup/1", 303)),
        Route("/setup/done", done),
        Route("/setup/cleared", cleared, methods=["POST"]),
        Route("/setup/{n:int}", ask),
        Route("/setup/{n:int}", answer, methods=["POST"]),
        Route("/settings", settings),
        *settings_routes(),
        Route("/sound/check", sound_check),
    ]


def ask(request: Request, wrong: str = "") -> Response:
    """Show one question."""
    number = min(max(1, request.path_params["n"]), len(STEPS))
    step, profile = STEPS[number - 1], profile_of(request) or Profile()
    phrases = phrases_of(request)
    counted = [one for one in STEPS if one.later is step.later]
    return page(
        request,
        "setup",
        400 if wrong else 200,
        step=step,
        number=number,
        n=counted.index(step) + 1,
        total=len(counted),
        share=(counted.index(step) + 1) / len(counted),
        items=_items(step, profile, phrases),
        first_of_health=step.name == next(iter(HEALTH_GROUPS)),
        last=step == counted[-1],
        question=_question(step, phrases),
        options=_options(step, phrases),
        present=_present(step, profile),
        profile=profile,
        props=list(Prop),
        wrong=wrong,
        here="settings",
    )


def _question(step: Step, phrases: Phrases) -> str:
    if step.kind in ("props", "quiet", "camera"):
        return phrases.text(f"app.setup.{step.name}")
    if step.kind == "several":
        return phrases.text(f"set_up.{step.name}")
    return phrases.text(step.name if "." in step.name else f"ask.{step.name}")


def _options(step: Step, phrases: Phrases) -> list[tuple[str, str]]:
    """Return what may be answered, with its words."""
    if step.kind == "yes_no":
        return [("yes", phrases.text("app.yes")), ("no", phrases.text("app.no"))]
    if step.name == "series_every_h":
        return [(hours, phrases.decimal(hours)) for hours in OPTIONS[step.name]]
    return [(one, phrases.text(f"ask.option.{one}")) for one in OPTIONS.get(step.name, ())]


def _items(step: Step, profile: Profile, phrases: Phrases) -> list[tuple[str, str, bool]]:
    """Return what a question asks for at once: the id, its words, and whether it was a yes."""
    table = TABLES.get(step.name, "")
    told: dict[str, bool] = getattr(profile, table) if table else {}
    return [
        (name, phrases.text(f"{table}.{name}"), told.get(name, False))
        for name in ITEMS.get(step.name, ())
    ]


def _present(step: Step, profile: Profile) -> str:
    """Return the answer so far; empty where there is none."""
    told: Any = None
    if step.name == "ask.has_pain":
        told = profile.has_pain if "pain" in profile.asked else None
    elif step.name == "series_every_h":
        return f"{profile.series_every_h:g}"
    elif step.kind == "choice":
        return str(getattr(profile, step.name))
    return "" if told is None else "yes" if told else "no"


async def answer(request: Request) -> Response:
    """Keep one answer at once, and go on to the next question."""
    number = min(max(1, request.path_params["n"]), len(STEPS))
    step, form = STEPS[number - 1], await form_of(request)
    try:
        _keep(request, step, form)
    except SpecError as error:
        return ask(request, error_text(error, phrases_of(request)))
    last = number == len(STEPS) or STEPS[number].later is not step.later
    return RedirectResponse("/setup/done" if last else f"/setup/{number + 1}", 303)


def _keep(request: Request, step: Step, form: dict[str, list[str]]) -> None:
    """Keep an answer, by the same reading as the options of `formcoach setup` have.

    Raises:
        SpecError: it is none that may be given.
    """
    told = form.get("answer", [""])[-1][:100]
    given = _given(step, told, form)
    if given is None:
        return
    notebook, before = state_of(request).notebook, profile_of(request) or Profile()
    after = taken(given_answers(**given), before, local_now)
    notebook.put_profile(after)
    if after.focus is Focus.COMPARE:
        begin_diary(notebook, local_now().date(), before)


def _given(step: Step, told: str, form: dict[str, list[str]]) -> dict[str, Any] | None:
    """Return the answer as `given_answers` takes it; None where the page asks for none."""
    if step.kind == "camera" and not told:
        return None
    if step.kind == "several":
        return {TABLES[step.name]: _several(step, told, form.get("items", []))}
    if step.kind == "props":
        return {"props": {prop.value: prop.value in form.get("props", []) for prop in Prop}}
    if step.kind == "quiet":
        begin, end = (form.get(part, [""])[-1] for part in ("begin", "end"))
        return {"quiet": "none" if told == "none" else f"{begin}-{end}"}
    if step.name == "ask.has_pain":
        return {"has_pain": told == "yes"}
    known = {option: option for option in OPTIONS.get(step.name, ())}
    if known and told not in known:
        raise SpecError.told("choose_anew", "that is not among the answers; choose one")
    return {step.name: float(told) if step.name == "series_every_h" else told}


def _several(step: Step, told: str, chosen: list[str]) -> list[str]:
    """Return the answers to all that a question asks for at once; one of them left out is a no.

    Raises:
        SpecError: nothing is chosen and it is not said that none applies, or both are.
    """
    items = ITEMS[step.name]
    if told not in ("none", "some") or bool(chosen) is (told == "none"):
        raise SpecError.told("choose", "choose what applies, or say that none of it does")
    if not set(chosen) <= set(items):
        raise SpecError.told("choose_anew", "that is not among the answers; choose one")
    return [f"{name}={'yes' if name in chosen else 'no'}" for name in items]


def _numbers(phrases: Phrases) -> dict[str, int]:
    """Return the page on which each question is answered, by its words."""
    found: dict[str, int] = {}
    for number, step in enumerate(STEPS, start=1):
        found[_question(step, phrases)] = number
        for name in ITEMS.get(step.name, ()):
            found[phrases.text(f"{TABLES[step.name]}.{name}")] = number
    found |= {
        phrases.text(f"ask.{prop.value}"): found[phrases.text("app.setup.props")] for prop in Prop
    }
    quiet, camera = (found[phrases.text(f"app.setup.{name}")] for name in ("quiet", "camera"))
    found |= {phrases.text(f"ask.quiet_{end}"): quiet for end in ("begin", "end")}
    return found | {phrases.text("ask.camera"): camera}


def done(request: Request) -> Response:
    """Say what follows from the answers: begin, or what is missing, or why not."""
    profile = profile_of(request) or Profile()
    plan = plan_today(profile, state_of(request).notebook.results(local_now()), local_now())
    phrases = phrases_of(request)
    numbers = _numbers(phrases)
    missing = dict.fromkeys(numbers[phrases.text(one)] for one in plan.unanswered)
    return page(
        request,
        "setup_done",
        outcome=plan.outcome.value,
        why=phrases.text(plan.why.phrase, **plan.why.slots),
        missing=[(_question(STEPS[number - 1], phrases), number) for number in missing],
        still_open=_still_open(profile, phrases),
        concerns=concerns(profile),
        sent=plan.outcome in (Outcome.SEE_PROFESSIONAL, Outcome.EMERGENCY),
        here="settings",
    )


def _still_open(profile: Profile, phrases: Phrases) -> list[tuple[str, int]]:
    """Return the questions that were skipped and hold nothing back, with their pages."""
    names = {"pain": "ask.has_pain"}
    skipped = {names.get(one.name, one.name) for one in still_open(profile, FIRST)}
    return [
        (_question(step, phrases), number)
        for number, step in enumerate(STEPS, start=1)
        if step.name in skipped and step.name not in HEALTH_GROUPS
    ]


def cleared(request: Request) -> Response:
    """Keep that a professional has seen the person and agrees."""
    notebook = state_of(request).notebook
    profile = profile_of(request) or Profile()
    notebook.put_profile(taken(given_answers(cleared=True), profile, local_now))
    return RedirectResponse("/setup/done", 303)


def settings(request: Request) -> Response:
    """Show all answers, each with a way to change it."""
    profile, phrases = profile_of(request), phrases_of(request)
    rows = profile_rows(profile, phrases) if profile is not None else []
    numbers = _numbers(phrases)
    shown = [(question, told, numbers.get(question)) for question, told in rows]
    return page(request, "settings", rows=shown, **voice_choices(request))


def sound_check(request: Request) -> Response:
    """Return a sentence as a sound, to be heard."""
    from formcoach.app.front import wav_of
    from formcoach.voice.speech import synthesiser_for

    phrases = phrases_of(request)
    words = phrases.text("app.setup.sound_sentence")
    return Response(
        wav_of(synthesiser_for("auto", phrases.lang).synthesise(words, phrases.lang)),
        media_type="audio/wav",
    )
