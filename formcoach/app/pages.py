"""The pages, and where each one is."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from formcoach.app.exercise_pages import exercise_routes
from formcoach.app.live import live_routes
from formcoach.app.render import page, phrases_of, profile_of, state_of
from formcoach.app.setup_pages import setup_routes
from formcoach.app.videos import video_routes
from formcoach.coaching.events import Quality
from formcoach.commands.daily.programme_view import rung_state
from formcoach.commands.daily.today import amount_of
from formcoach.errors import FormCoachError, SpecError, StoreError
from formcoach.exercises.library import load_exercise
from formcoach.history.stored import StoredSession
from formcoach.programme.agenda import Outcome, Plan, plan_today
from formcoach.programme.ladder import TRACKS, rung_at, rungs_for
from formcoach.programme.profile import Profile, Prop
from formcoach.programme.progression import standing_of
from formcoach.system.local_time import local_now, when_words
from formcoach.words.phrases import Phrases
from formcoach.words.titles import title_of

__all__ = ["page_routes", "plan_of", "shown_error"]


def page_routes() -> list[BaseRoute]:
    """Return every page's route."""
    return [
        Route("/", start),
        Route("/today", today),
        Route("/progress", progress),
        Route("/sessions/{number:int}", session),
        Route("/plan", plan_page),
        *exercise_routes(),
        *setup_routes(),
        *video_routes(),
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
        practise=plan.outcome is Outcome.PRACTISE,
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
    )


def today(request: Request) -> Response:
    """Show what to do now and why, with one button to begin."""
    phrases, plan = phrases_of(request), plan_of(request)
    due = plan.next_at if plan.outcome is not Outcome.PRACTISE else None
    return page(
        request,
        "today",
        why=phrases.text(plan.why.phrase, **plan.why.slots),
        practise=plan.outcome is Outcome.PRACTISE,
        set_up=plan.outcome is Outcome.SET_UP_FIRST,
        amounts=[amount_of(one, phrases) for one in plan.prescriptions],
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
        due=None if due is None else when_words(due, local_now()),
    )


def progress(request: Request) -> Response:
    """Show what was done, newest first."""
    phrases = phrases_of(request)
    sessions = state_of(request).notebook.history.sessions()
    shown = [
        {
            "id": one.id,
            "when": when_words(one.started_at, local_now()),
            "title": _title(one.exercise, one.level, phrases),
            "done": sum(each.total for each in one.sets),
            "held": round(max((h.duration_s for s in one.sets for h in s.holds), default=0.0)),
            "good": sum(each.count(Quality.GOOD) for each in one.sets),
            "pain": _pain(one),
            "effort": next(
                (s.answers.effort for s in one.sets if s.answers.effort is not None), None
            ),
        }
        for one in reversed(sessions)
    ]
    return page(request, "progress", sessions=shown)


def session(request: Request) -> Response:
    """Show one practice, rep by rep."""
    phrases = phrases_of(request)
    try:
        kept = state_of(request).notebook.history.session(request.path_params["number"])
    except StoreError:
        return page(request, "message", 404, title="app.none_title", text="app.none_text", here="")
    words_of = ".".join(filter(None, (kept.exercise, kept.level)))
    return page(
        request,
        "session",
        title=_title(kept.exercise, kept.level, phrases),
        when=when_words(kept.started_at, local_now()),
        sets=kept.sets,
        fault=lambda fault: phrases.text_or(f"fault.{fault}", fault),
        words_of=words_of,
        here="progress",
    )


def plan_page(request: Request) -> Response:
    """Show the ladder, and where on it the person is."""
    phrases, profile = phrases_of(request), profile_of(request) or Profile(props=frozenset(Prop))
    standing = standing_of(profile, state_of(request).notebook.results(local_now()))
    tracks = []
    for track in TRACKS:
        possible = rungs_for(track, profile.props)
        rungs = [rung_at(*name) for name in track.rungs]
        tracks.append(
            [
                (
                    _title(rung.exercise, rung.level, phrases),
                    *rung_state(track, rung, possible, profile, standing, phrases),
                )
                for rung in rungs
            ]
        )
    return page(request, "plan", tracks=tracks)


def _title(exercise_id: str, level: str, phrases: Phrases) -> str:
    """Return an exercise's title; its id where it is one of the user's own files."""
    try:
        spec = load_exercise(exercise_id)
        return title_of(spec, spec.level(level or None), phrases)
    except SpecError:
        return exercise_id


def _effort(kept: StoredSession) -> int | None:
    """Return how hard it was, as told last."""
    told = [one.answers.effort for one in kept.sets if one.answers.effort is not None]
    return told[-1] if told else None


def _pain(kept: StoredSession) -> tuple[int | None, int | None]:
    """Return the pain before the first set and after the last one that was asked about."""
    before = next((s.answers.pain_before for s in kept.sets), None)
    after = [s.answers.pain_after for s in kept.sets if s.answers.pain_after is not None]
    return before, after[-1] if after else None


async def shown_error(request: Request, error: Exception) -> Response:
    """Show an error of ours as a page: what failed, and the way out."""
    status = 503 if isinstance(error, StoreError) else 400
    assert isinstance(error, FormCoachError)
    return page(
        request, "message", status, title="app.error_title", text=None, detail=str(error), here=""
    )
