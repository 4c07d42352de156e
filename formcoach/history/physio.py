"""Two pages over a period for a physiotherapist: asked, done, how it went, pain, range, faults."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType

from formcoach.history.fault_pictures import FigurePair, figure_pair
from formcoach.history.pages import ExercisePart, exercise_part, render, week_in_words
from formcoach.history.plots import Plot, bars_of, calendars_of
from formcoach.history.queries import Progress, SessionRow
from formcoach.history.session_folders import SessionFolder
from formcoach.programme.given import GivenPlan
from formcoach.programme.profile import Profile
from formcoach.words.given_plan import plan_lines
from formcoach.words.phrases import Phrases
from formcoach.words.titles import exercise_title, level_title

__all__ = ["physio_page"]

MAX_EXERCISES, MAX_FAULTS, MAX_STEPS = 3, 3, 4
"""What fits on two printed pages: the exercises done most, with their most frequent faults."""
_COLUMNS = (
    "exercise",
    "times",
    "dose",
    "reps",
    "unsure",
    "rep_s",
    "hold",
    "effort",
    "pain_before",
    "pain",
)


def physio_page(
    found: Progress,
    plan: GivenPlan | None,
    profile: Profile | None,
    phrases: Phrases,
    folders: Mapping[int, SessionFolder] = MappingProxyType({}),
) -> str:
    """Return the pages, as HTML to be printed or opened.

    Args:
        found: the period.
        plan: what the physiotherapist asked; None for the ladder.
        profile: what the person told, for how often the ladder asks; None where nothing was told.
        phrases: the words.
        folders: what is known of each session beside the history: what was asked, and where the
            poses are that a fault is drawn from.
    """
    names = found.exercises()
    context = {
        "rows": len(found.sessions),
        "days": len(found.days),
        "since": found.since,
        "until": found.until,
        "asked": [*_asked(plan, profile, phrases)],
        "headings": [phrases.text(f"physio.{name}") for name in _COLUMNS],
        "table": [_row(found.of(name), phrases, folders) for name in names],
        "bars": bars_of(found.weeks, lambda week: week_in_words(week, phrases)),
        "calendars": calendars_of(found.days, found.since, found.until)[-2:],
        "stops": [*_stops(found.sessions, phrases)],
        "exercises": [_exercise(found, name, phrases, folders) for name in names[:MAX_EXERCISES]],
        "more": [exercise_title(name, phrases) for name in names[MAX_EXERCISES:]],
    }
    return render("physio.html.j2", context, phrases)


def _asked(plan: GivenPlan | None, profile: Profile | None, phrases: Phrases) -> Iterator[str]:
    if plan is not None:
        yield from plan_lines(plan, phrases)
        return
    yield phrases.text("physio.ladder")
    if profile is not None:
        yield phrases.text(f"physio.ladder_{profile.rhythm.value}")


def _row(
    rows: Sequence[SessionRow], phrases: Phrases, folders: Mapping[int, SessionFolder]
) -> list[str]:
    """Return one exercise as a row: how often, how much, how slowly, how it felt."""
    good, total = sum(row.good for row in rows), sum(row.total for row in rows)
    levels = dict.fromkeys(row.level for row in rows if row.level)
    exercise = rows[0].exercise
    told = [level_title(exercise, level, phrases) for level in levels]
    name = exercise_title(exercise, phrases)
    return [
        f"{name} ({', '.join(told)})" if told else name,
        str(len(rows)),
        _usually_asked([folders[row.id] for row in rows if row.id in folders]),
        phrases.text("history.good_of", good=good, total=total) if total else "-",
        str(sum(row.unsure for row in rows)),
        _middle([row.rep_s for row in rows], phrases, 1, " s"),
        _middle([row.hold_s or None for row in rows], phrases, 0, " s"),
        _middle([row.effort for row in rows], phrases, 0),
        _middle([row.pain_before for row in rows], phrases, 0),
        _middle([row.pain for row in rows], phrases, 0),
    ]


def _usually_asked(known: Sequence[SessionFolder]) -> str:
    """Return the dose that was asked most often, as sets x reps; ``-`` where that is not known."""
    doses = Counter((one.asked_sets or 1, one.asked_reps) for one in known if one.asked_reps)
    if not doses:
        return "-"
    (sets, reps), _ = doses.most_common(1)[0]
    return f"{sets} x {reps}"


def _middle(values: Sequence[float | None], phrases: Phrases, digits: int, unit: str = "") -> str:
    """Return the median and, where they differ, the lowest and highest; ``3 (1-5)``."""
    told = [value for value in values if value is not None]
    if not told:
        return "-"
    low, high = phrases.number(min(told), digits), phrases.number(max(told), digits)
    middle = phrases.number(median(told), digits)
    return (
        f"{middle}{unit}" if low == high else f"{middle}{unit} ({low}\N{NON-BREAKING HYPHEN}{high})"
    )


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
    fault_name: str = ""
    figures: FigurePair | None = None


def _exercise(
    found: Progress, exercise: str, phrases: Phrases, folders: Mapping[int, SessionFolder]
) -> _Exercise:
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
    fault_name, figures = "", None
    for fault, _ in found.faults(exercise)[:MAX_FAULTS]:
        newest = [folders[row.id] for row in reversed(found.of(exercise)) if row.id in folders]
        figures = figure_pair((path for one in newest for path in one.set_folders()), fault)
        if figures is not None:
            fault_name = phrases.text_or(f"fault.{fault}", fault)
            break
    part = replace(part, steps=part.steps[-MAX_STEPS:])
    # The time of a rep is in the table of the first page.
    tempo = phrases.text("progress.plot_tempo")
    plots = tuple(plot for plot in part.plots if plot.title != tempo)
    return _Exercise(part=part, plots=plots, faults=faults, fault_name=fault_name, figures=figures)
