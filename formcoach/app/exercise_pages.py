"""The exercises as pages: a list, and each with its moving figure, steps and what to watch."""

from typing import TypedDict

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from formcoach.app.render import page, phrases_of
from formcoach.app.videos import exercise_names
from formcoach.coaching.events import Cue, Priority
from formcoach.exercises.library import exercise_id, exercise_ids, load_demonstration, load_exercise
from formcoach.exercises.spec import ExerciseSpec, Level
from formcoach.picture.figure_svg import demonstration_svg
from formcoach.words.phrases import Phrases
from formcoach.words.titles import shown_name, title_of

__all__ = ["LevelPart", "exercise_routes", "level_part"]

FIGURE_PX = 420


class LevelPart(TypedDict):
    """What a page shows of one level: its figure, how it goes, what to watch."""

    id: str
    title: str
    steps: tuple[str, ...]
    watch: list[str]
    figure: Markup | None


def exercise_routes() -> list[BaseRoute]:
    """Return the routes of these pages."""
    return [
        Route("/exercises", exercises),
        Route("/exercises/{exercise}", exercise),
        Route("/exercises/{exercise}/figure.svg", figure),
    ]


def exercises(request: Request) -> Response:
    """Show every exercise."""
    phrases = phrases_of(request)
    shown = [
        (name, title, phrases.text_or(f"purpose.{name}", ""))
        for name, title in exercise_names(phrases)
    ]
    return page(request, "exercises", exercises=shown)


def exercise(request: Request) -> Response:
    """Show how an exercise goes, level by level, with what to watch and its drawn figure."""
    name, phrases = exercise_id(request.path_params["exercise"]), phrases_of(request)
    if name not in exercise_ids():
        return _none(request)
    spec = load_exercise(name)
    return page(
        request,
        "exercise",
        name=name,
        title=phrases.text_or(f"exercise.{name}", name),
        purpose=phrases.text_or(f"purpose.{name}", ""),
        levels=[level_part(spec, level, phrases) for level in spec.levels],
        here="exercises",
    )


def figure(request: Request) -> Response:
    """Return the moving figure of a level alone, for a page that needs it later."""
    name, phrases = exercise_id(request.path_params["exercise"]), phrases_of(request)
    if name not in exercise_ids():
        return _none(request)
    spec = load_exercise(name)
    wanted = request.query_params.get("level", "")
    level = next((one for one in spec.levels if one.id == wanted), None)
    drawn = None if level is None else _drawn(spec, level, phrases)
    if drawn is None:
        return _none(request)
    return Response(str(drawn), media_type="image/svg+xml")


def level_part(spec: ExerciseSpec, level: Level, phrases: Phrases) -> LevelPart:
    """Return what a page shows of one level."""
    key = f"howto.{shown_name(spec, level)}"
    faults = dict.fromkeys(check.id for check in spec.checks_of(level))
    return {
        "id": level.id,
        "title": title_of(spec, level, phrases),
        "steps": phrases.steps(key) if phrases.has(key) else (),
        "watch": [_to_do(one, shown_name(spec, level), phrases) for one in faults],
        "figure": _drawn(spec, level, phrases),
    }


def _to_do(fault: str, exercise: str, phrases: Phrases) -> str:
    """Return what to do about a fault, as the coach says it."""
    if not phrases.has(f"cue.{fault}"):
        return phrases.text_or(f"fault.{fault}", fault)
    return phrases.cue(Cue(t_s=0.0, id=fault, side=None, priority=Priority.FORM), exercise)


def _drawn(spec: ExerciseSpec, level: Level, phrases: Phrases) -> Markup | None:
    shown = load_demonstration(spec.id, level.id or None)
    if shown is None:
        return None
    title = f"{phrases.text('app.exercises.demo')}: {title_of(spec, level, phrases)}"
    return Markup(demonstration_svg(shown, title=title, width_px=FIGURE_PX))


def _none(request: Request) -> Response:
    return page(request, "message", 404, title="app.none_title", text="app.none_text", here="")
