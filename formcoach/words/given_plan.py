"""A physiotherapist's plan in words."""

from collections.abc import Iterator

from formcoach.exercises.library import load_exercise
from formcoach.programme.given import GivenExercise, GivenPlan, GivenSide, Weekday
from formcoach.words.amounts import sides_of
from formcoach.words.phrases import Phrases
from formcoach.words.titles import title_of

__all__ = ["plan_lines"]


def plan_lines(plan: GivenPlan, phrases: Phrases) -> Iterator[str]:
    """Yield a plan in words, as it is shown."""
    head = [plan.title or phrases.text("given.title")]
    if plan.by:
        head.append(phrases.text("given.by", name=plan.by))
    if plan.since is not None:
        head.append(phrases.text("given.from", day=plan.since))
    if plan.until is not None:
        head.append(phrases.text("given.to", day=plan.until))
    yield ", ".join(head)
    if plan.notes:
        yield plan.notes
    for one in plan.exercises:
        spec = load_exercise(one.exercise)
        title = title_of(spec, spec.level(one.level or None), phrases)
        yield f"  {title}: {', '.join(_parts(one, phrases))}"
        if one.notes:
            yield f"    {one.notes}"
        if one.watch:
            yield f"    {phrases.text('given.watch', text=one.watch)}"
    yield phrases.text("given.stop_rules")


def _parts(one: GivenExercise, phrases: Phrases) -> Iterator[str]:
    spec = load_exercise(one.exercise)
    held = spec.isometric is not None
    unit = phrases.text("ui.seconds_long" if held else "ui.reps")
    sides = sides_of(spec, spec.level(one.level or None), None, phrases)
    of_both = f", {sides}" if sides and one.side is GivenSide.BOTH else ""
    yield f"{one.sets} x {one.amount} {unit}{of_both}"
    if one.side is not GivenSide.BOTH:
        yield phrases.text("given.side", side=phrases.text(f"ui.{one.side.value}"))
    if one.rep_s is not None:
        yield phrases.text("given.rep_s", n=phrases.decimal(f"{one.rep_s:g}"))
    if one.end_deg is not None:
        yield phrases.text("given.end_deg", n=f"{one.end_deg:g}")
    if one.sets > 1:
        yield phrases.text("given.rest_s", n=f"{one.rest_s:g}")
    days = [phrases.text(f"weekday.{day.value}") for day in Weekday if day in one.days]
    yield ", ".join(days) or phrases.text("given.every_day")
