"""Two pages over a period for a physiotherapist: asked, done, how it went, pain, range, faults."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from formcoach.history.pages import ExercisePart, exercise_part, render, week_in_words
from formcoach.history.plots import Plot, bars_of, calendars_of
from formcoach.history.queries import Progress, SessionRow
from formcoach.history.wording import name_of
from formcoach.programme.given import GivenPlan
from formcoach.programme.profile import Profile
from formcoach.words.given_plan import plan_lines
from formcoach.words.phrases import Phrases

__all__ = ["physio_page"]

MAX_EXERCISES, MAX_FAULTS, MAX_STEPS = 3, 3, 4
"""What fits on two printed pages: the exercises done most, with their most frequent faults."""
_COLUMNS = ("exercise", "times", "reps", "unsure", "rep_s", "hold", "effort", "pain_before", "pain")


def physio_page(
    found: Progress, plan: GivenPlan | None, profile: Profile | None, phrases: Phrases
) -> str:
    """Return the pages, as HTML to be printed or opened.

    Args:
        found: the period.
        plan: what the physiotherapist asked; None for the ladder.
        profile: what the person told, for how often the ladder asks; None where nothing was told.
        phrases: the words.
    """
    names = found.exercises()
    context = {
        "rows": len(found.sessions),
        "days": len(found.days),
        "since": found.since,
        "until": found.until,
        "asked": [*_asked(plan, profile, phrases)],
        "headings": [phrases.text(f"physio.{name}") for name in _COLUMNS],
        "table": [_row(found.of(name), phrases) for name in names],
        "bars": bars_of(found.weeks, lambda week: week_in_words(week, phrases)),
        "calendars": calendars_of(found.days, found.since, found.until)[-2:],
        "stops": [*_stops(found.sessions, phrases)],
        "exercises": [_exercise(found, name, phrases) for name in names[:MAX_EXERCISES]],
        "more": [name_of(name, "", phrases) for name in names[MAX_EXERCISES:]],
    }
    return render("physio.html.j2", context, phrases)


def _asked(plan: GivenPlan | None, profile: Profile | None, phrases: Phrases) -> Iterator[str]:
    if plan is not None:
        yield from plan_lines(plan, phrases)
        return
    yield phrases.text("physio.ladder")
    if profile is not None:
        yield phrases.text(f"physio.ladder_{profile.rhythm.value}")


def _row(rows: Sequence[SessionRow], phrases: Phrases) -> list[str]:
    """Return one exercise as a row: how often, how much, how slowly, how it felt."""
    good, total = sum(row.good for row in rows), sum(row.total for row in rows)
    levels = dict.fromkeys(row.level for row in rows if row.level)
    exercise = rows[0].exercise
    told = [phrases.text_or(f"level.{exercise}.{level}", level) for level in levels]
    name = name_of(exercise, "", phrases)
    return [
        f"{name} ({', '.join(told)})" if told else name,
        str(len(rows)),
        phrases.text("history.good_of", good=good, total=total) if total else "-",
        str(sum(row.unsure for row in rows)),
        _middle([row.rep_s for row in rows], phrases, 1, " s"),
        _middle([row.hold_s or None for row in rows], phrases, 0, " s"),
        _middle([row.effort for row in rows], phrases, 0),
        _middle([row.pain_before for row in rows], phrases, 0),
        _middle([row.pain for row in rows], phrases, 0),
    ]


def _middle(values: Sequence[float | None], phrases: Phrases, digits: int, unit: str = "") -> str:
    """Return the median and, where they differ, the lowest and highest; ``3 (1-5)``."""
    told = [value for value in values if value is not None]
    if not told:
        return "-"
    low, high = phrases.number(min(told), digits), phrases.number(max(told), digits)
    middle = phrases.number(median(told), digits)
    return f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}-{high})"


def _stops(rows: Sequence[SessionRow], phrases: Phrases) -> Iterator[str]:
    """Yield why sets ended early, and how often."""
    counts = Counter(why for row in rows for why in row.stopped_why)
    for why, times in counts.most_common():
        words = phrases.text_or(f"physio.stop_{why}", why)
        yield phrases.text("physio.times_of", what=words, n=times)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exercise:
    """One exercise of the second page: what there is to say of it, pictures, typical faults."""

    part: ExercisePart
    plots: tuple[Plot, ...]
    faults: tuple[str, ...]


def _exercise(found: Progress, exercise: str, phrases: Phrases) -> _Exercise:
    part = exercise_part(found, exercise, phrases)
    judged = sum(row.good + row.faulty for row in found.of(exercise))
    faults = tuple(
        phrases.text(
            "physio.fault" if judged else "physio.fault_held",
            what=phrases.text_or(f"fault.{fault}", fault),
            n=times,
            total=judged,
            cue=phrases.text_or(f"cue.{fault}", fault),
        )
        for fault, times in found.faults(exercise)[:MAX_FAULTS]
    )
    part = replace(part, steps=part.steps[-MAX_STEPS:])
    # The time of a rep is in the table of the first page.
    tempo = phrases.text("progress.plot_tempo")
    plots = tuple(plot for plot in part.plots if plot.title != tempo)
    return _Exercise(part=part, plots=plots, faults=faults)
