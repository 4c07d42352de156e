"""The commands for what stays: past sessions, progress, plans, files for others, copies."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from formcoach.commands.cli_options import Data, OtherLang, exercise_named

__all__ = ["add_commands"]


class Format(StrEnum):
    """What `export` writes."""

    TRC = "trc"
    MOT = "mot"
    C3D = "c3d"
    CSV = "csv"
    JSON = "json"


DAY = ["%Y-%m-%d"]
Exercise = Annotated[
    str | None,
    typer.Option("--exercise", "-e", help="Only this exercise.", callback=exercise_named),
]
Since = Annotated[
    datetime | None, typer.Option("--from", formats=DAY, help="From this day on: 2026-09-01.")
]
Until = Annotated[datetime | None, typer.Option("--to", formats=DAY, help="Up to this day.")]


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the program's."""
    app.command(short_help="List past sessions.")(history)
    app.command(short_help="Show how practice goes, week by week.")(progress)
    app.add_typer(_plan_commands(), name="plan")
    app.command(short_help="Write files for other programs.")(export)
    app.command(short_help="Write a copy of the history.")(backup)
    app.command(short_help="Put a copy in the place of the history.")(restore)
    app.command(short_help="Delete past sessions for good.")(forget)
    app.command(short_help="List the recordings that are kept.")(videos)


def _plan_commands() -> typer.Typer:
    plan = typer.Typer(
        help="Follow a plan of your physiotherapist instead of the ladder.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    plan.command("import", short_help="Take a plan in.")(plan_import)
    plan.command("show", short_help="Show the plan.")(plan_show)
    plan.command("export", short_help="Write the plan to a file.")(plan_export)
    plan.command("clear", short_help="Go back to the ladder.")(plan_clear)
    return plan


def history(
    exercise: Exercise = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 20,
    everything: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
    lang: OtherLang = None,
    data: Data = None,
) -> None:
    """List past sessions, the newest last: what was done, how far, how slowly, how it felt."""
    from formcoach.commands.past.history_view import show_history
    from formcoach.history.digest import SessionFilter

    wanted = SessionFilter(
        exercise=exercise,
        since=since.date() if since else None,
        until=until.date() if until else None,
        limit=None if everything else limit,
    )
    raise typer.Exit(show_history(data, wanted, None if lang is None else lang.value))


def progress(
    exercise: Exercise = None,
    since: Since = None,
    until: Until = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write it as one page.", readable=False)
    ] = None,
    for_physio: Annotated[
        bool, typer.Option("--for-physio", help="Two pages to print for your physiotherapist.")
    ] = False,
    lang: OtherLang = None,
    data: Data = None,
) -> None:
    """Show how practice goes over a period, by default twelve weeks: days, reps, range, feeling."""
    from formcoach.commands.past.progress_view import show_progress
    from formcoach.history.digest import SessionFilter

    wanted = SessionFilter(
        exercise=exercise,
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    chosen = None if lang is None else lang.value
    raise typer.Exit(show_progress(data, wanted, html=html, for_physio=for_physio, lang=chosen))


PlanFile = Annotated[Path, typer.Argument(help="A plan.toml.", metavar="FILE", readable=False)]


def plan_import(file: PlanFile, lang: OtherLang = None, data: Data = None) -> None:
    """Take a plan in, where it is valid: `today` and `remind` follow it from now on."""
    from formcoach.commands.past.plan_file import import_plan

    raise typer.Exit(import_plan(file, data, None if lang is None else lang.value))


def plan_show(lang: OtherLang = None, data: Data = None) -> None:
    """Show the plan that is followed."""
    from formcoach.commands.past.plan_file import show_plan

    raise typer.Exit(show_plan(data, None if lang is None else lang.value))


def plan_export(file: PlanFile, lang: OtherLang = None, data: Data = None) -> None:
    """Write the plan that is followed to a file, as it can be taken in again."""
    from formcoach.commands.past.plan_file import export_plan

    raise typer.Exit(export_plan(file, data, None if lang is None else lang.value))


def plan_clear(lang: OtherLang = None, data: Data = None) -> None:
    """Let the plan go: `today` follows the ladder again."""
    from formcoach.commands.past.plan_file import clear_plan

    raise typer.Exit(clear_plan(data, None if lang is None else lang.value))


def export(
    what: Annotated[
        str | None,
        typer.Argument(
            help="A folder of results or its poses; for csv and json a session's number, or "
            "nothing for all.",
            metavar="WHAT",
        ),
    ] = None,
    kind: Annotated[
        Format, typer.Option("--format", "-f", help="Landmarks, angles, or sessions.")
    ] = Format.CSV,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file to write.", readable=False)
    ] = None,
    data: Data = None,
) -> None:
    """Write a set for OpenSim (trc, mot) or as C3D, or past sessions as CSV or JSON."""
    from formcoach.commands.past.exporting import ExportFormat, run_export

    raise typer.Exit(run_export(what, ExportFormat(kind.value), out, data))


CopyFile = Annotated[Path, typer.Argument(help="The copy.", metavar="FILE", readable=False)]


def backup(file: CopyFile, lang: OtherLang = None, data: Data = None) -> None:
    """Write a copy of all that is kept to one file."""
    from formcoach.commands.past.safekeeping import run_backup

    raise typer.Exit(run_backup(file, data, None if lang is None else lang.value))


def restore(file: CopyFile, lang: OtherLang = None, data: Data = None) -> None:
    """Check a copy and put it in the place of the history, unless that has what the copy lacks."""
    from formcoach.commands.past.safekeeping import run_restore

    raise typer.Exit(run_restore(file, data, None if lang is None else lang.value))


def forget(
    session: Annotated[
        list[int] | None,
        typer.Argument(help="Numbers of sessions, as history lists them.", metavar="SESSION"),
    ] = None,
    before: Annotated[
        datetime | None, typer.Option("--before", formats=DAY, help="All before this day.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    lang: OtherLang = None,
    data: Data = None,
) -> None:
    """Delete sessions, or all before a day, for good: reps, answers, end points, recordings."""
    from formcoach.commands.past.safekeeping import run_forget

    day = None if before is None else before.date()
    chosen = None if lang is None else lang.value
    raise typer.Exit(run_forget(session or [], day, data, chosen, yes=yes))


def videos(
    limit_mb: Annotated[
        float | None,
        typer.Option("--limit-mb", min=0.0, help="So much in all; the oldest go first."),
    ] = None,
    no_limit: Annotated[bool, typer.Option("--no-limit", help="Keep all of them.")] = False,
    lang: OtherLang = None,
    data: Data = None,
) -> None:
    """List what `live --record` has kept, with sizes; there is no limit until you set one."""
    from formcoach.commands.past.safekeeping import run_videos

    chosen = None if lang is None else lang.value
    raise typer.Exit(run_videos(data, chosen, limit_mb=limit_mb, no_limit=no_limit))
