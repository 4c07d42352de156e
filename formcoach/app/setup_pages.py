"""The set-up as pages: one question each, a way back, kept at once; what blocks is explained."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from formcoach.app.render import form_of, page, phrases_of, profile_of, state_of
from formcoach.app.settings_pages import settings_routes, voice_choices
from formcoach.commands.daily.answers import given_answers
from formcoach.commands.daily.setup import begin_diary, profile_rows, taken
from formcoach.errors import SpecError
from formcoach.programme.agenda import Outcome, plan_today
from formcoach.programme.profile import Focus, Profile, Prop, Sitting
from formcoach.programme.screening import INTAKE, QUESTIONS, concerns
from formcoach.system.local_time import local_now
from formcoach.words.phrases import LANGUAGES, Phrases

__all__ = ["STEPS", "setup_routes"]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the set-up: its chapter, its kind, and what is asked."""

    chapter: str
    kind: str
    name: str


STEPS = (
    Step("lang", "choice", "lang"),
    Step("health", "about", "about"),
    *(Step("health", "yes_no", f"screening.{name}") for name in QUESTIONS),
    Step("you", "yes_no", "ask.has_pain"),
    *(Step("you", "yes_no", f"intake.{name}") for name in INTAKE),
    Step("you", "choice", "sitting"),
    Step("you", "choice", "focus"),
    Step("place", "props", "props"),
    Step("place", "quiet", "quiet"),
    Step("place", "time", "daily_at"),
    Step("place", "choice", "series_every_h"),
    Step("check", "camera", "camera"),
    Step("check", "sound", "sound"),
)
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
    chapter = [one for one in STEPS if one.chapter == step.chapter]
    return page(
        request,
        "setup",
        400 if wrong else 200,
        step=step,
        number=number,
        n=chapter.index(step) + 1,
        total=len(chapter),
        share=number / len(STEPS),
        question=_question(step, phrases),
        options=_options(step, phrases),
        present=_present(step, profile),
        profile=profile,
        props=list(Prop),
        wrong=wrong,
        here="settings",
    )


def _question(step: Step, phrases: Phrases) -> str:
    if step.kind in ("about", "props", "quiet", "camera", "sound"):
        return phrases.text(f"app.setup.{step.name}")
    return phrases.text(step.name if "." in step.name else f"ask.{step.name}")


def _options(step: Step, phrases: Phrases) -> list[tuple[str, str]]:
    """Return what may be answered, with its words."""
    if step.kind == "yes_no":
        return [("yes", phrases.text("app.yes")), ("no", phrases.text("app.no"))]
    if step.name == "series_every_h":
        return [(hours, phrases.decimal(hours)) for hours in OPTIONS[step.name]]
    return [(one, phrases.text(f"ask.option.{one}")) for one in OPTIONS.get(step.name, ())]


def _present(step: Step, profile: Profile) -> str:
    """Return the answer so far; empty where there is none."""
    table, _, name = step.name.partition(".")
    told: Any = None
    if table in ("screening", "intake"):
        told = getattr(profile, table).get(name)
    elif name == "has_pain":
        told = profile.has_pain
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
        return ask(request, str(error))
    last = number == len(STEPS)
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
    table, _, name = step.name.partition(".")
    if step.kind in ("about", "sound") or (step.kind == "camera" and not told):
        return None
    if table in ("screening", "intake"):
        return {table: [f"{name}={told}"]}
    if step.kind == "props":
        return {"props": {prop.value: prop.value in form.get("props", []) for prop in Prop}}
    if step.kind == "quiet":
        begin, end = (form.get(part, [""])[-1] for part in ("begin", "end"))
        return {"quiet": "none" if told == "none" else f"{begin}-{end}"}
    if name == "has_pain":
        return {"has_pain": told == "yes"}
    known = {option: option for option in OPTIONS.get(step.name, ())}
    if known and told not in known:
        raise SpecError(f"'{told}' is not among the answers; choose one")
    return {step.name: float(told) if step.name == "series_every_h" else told}


def done(request: Request) -> Response:
    """Say what follows from the answers: begin, or what is missing, or why not."""
    profile = profile_of(request) or Profile()
    plan = plan_today(profile, state_of(request).notebook.results(local_now()), local_now())
    numbers = {step.name: number for number, step in enumerate(STEPS, start=1)}
    return page(
        request,
        "setup_done",
        outcome=plan.outcome.value,
        why=phrases_of(request).text(plan.why.phrase, **plan.why.slots),
        missing=[(one, numbers.get(one, 1)) for one in plan.unanswered],
        concerns=concerns(profile),
        sent=plan.outcome in (Outcome.SEE_PROFESSIONAL, Outcome.EMERGENCY),
        here="settings",
    )


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
    numbers = {_question(step, phrases): number for number, step in enumerate(STEPS, start=1)}
    shown = [(question, told, numbers.get(question)) for question, told in rows]
    return page(request, "settings", rows=shown, **voice_choices(request))


def sound_check(request: Request) -> Response:
    """Return a sentence as a sound, to be heard."""
    from formcoach.app.front import wav_of
    from formcoach.voice.speech import EspeakSynthesiser

    phrases = phrases_of(request)
    words = phrases.text("app.setup.sound_sentence")
    return Response(
        wav_of(EspeakSynthesiser().synthesise(words, phrases.lang)), media_type="audio/wav"
    )
