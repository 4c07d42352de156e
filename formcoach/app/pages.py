"""The pages, and where each one is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from formcoach.app.exercise_pages import exercise_routes
from formcoach.app.live import live_routes
from formcoach.app.phone_pages import phone_routes
from formcoach.app.plan_pages import plan_routes
from formcoach.app.progress_pages import progress_routes
from formcoach.app.render import page, phrases_of, profile_of, state_of
from formcoach.app.setup_pages import FIRST_LATER, setup_routes
from formcoach.app.videos import video_routes
from formcoach.errors import FormCoachError, StoreError
from formcoach.programme.agenda import Outcome, Plan, plan_today
from formcoach.programme.profile import Profile
from formcoach.system.local_time import local_now
from formcoach.words.amounts import amount_of
from formcoach.words.errors import error_text
from formcoach.words.times import when_words

__all__ = ["page_routes", "plan_of", "shown_error"]


def page_routes() -> list[BaseRoute]:
    """Return every page's route."""
    return [
        Route("/", start),
        Route("/today", today),
        *progress_routes(),
        *plan_routes(),
        *exercise_routes(),
        *setup_routes(),
        *video_routes(),
        *phone_routes(),
        *live_routes(),
    ]


def start(request: Request) -> Response:
    """Show what to do now and the ways on; lead to the set-up first."""
    profile = profile_of(request)
    plan = plan_of(request)
    return page(
        request,
        "start",
        plan=plan,
        new=profile is None or plan.outcome is Outcome.SET_UP_FIRST,
        why=phrases_of(request).text(plan.why.phrase, **plan.why.slots),
        practise=bool(plan.prescriptions),
    )


def plan_of(request: Request) -> Plan:
    """Return what this person should do now."""
    notebook, now = state_of(request).notebook, local_now()
    profile = profile_of(request) or Profile()
    return plan_today(
        profile,
        notebook.results(now),
        now,
        diary=notebook.diary,
        check_ins=notebook.check_ins_by(now),
        given=notebook.given_plan,
    )


def today(request: Request) -> Response:
    """Show what to do now and why, with one button to begin."""
    phrases, plan = phrases_of(request), plan_of(request)
    profile = profile_of(request) or Profile()
    due = plan.next_at if plan.outcome is not Outcome.PRACTISE else None
    return page(
        request,
        "today",
        why=phrases.text(plan.why.phrase, **plan.why.slots),
        practise=plan.outcome is Outcome.PRACTISE,
        set_up=plan.outcome is Outcome.SET_UP_FIRST,
        amounts=[amount_of(one, phrases, one_side=profile.one_side) for one in plan.prescriptions],
        notes=[
            text
            for note in plan.notes
            for text in (
                phrases.steps(note.phrase)
                if note.phrase in phrases.lists
                else (phrases.text(note.phrase, **note.slots),)
            )
        ],
        asked=[*plan.concerns, *plan.unanswered],
        ask_times=None if {"sitting", "times"} <= profile.asked else FIRST_LATER,
        due=None if due is None else when_words(due, local_now(), phrases),
    )


async def shown_error(request: Request, error: Exception) -> Response:
    """Show an error of ours as a page: what failed, and the way out."""
    status = 503 if isinstance(error, StoreError) else 400
    assert isinstance(error, FormCoachError)
    detail = error_text(error, phrases_of(request))
    return page(
        request, "message", status, title="app.error_title", text=None, detail=detail, here=""
    )
