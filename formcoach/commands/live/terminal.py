"""A live session from the terminal: begins it, keeps it, and prints what came of it."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from formcoach.commands.choosing import load_exercise
from formcoach.commands.console import FAILED, guarded, say, show_set
from formcoach.commands.live import LiveOptions, LiveResult, run_live
from formcoach.errors import StoreError
from formcoach.history.journal import HistoryJournal
from formcoach.history.session_files import SessionFiles, keep_files
from formcoach.history.store import History
from formcoach.history.videos import keep_video, trim_videos
from formcoach.pose.landmarks import Side
from formcoach.system.local_time import local_now
from formcoach.words.phrases import load_phrases
from formcoach.words.titles import shown_name

__all__ = ["coach_live", "files_of_result", "show_live"]


def coach_live(options: LiveOptions, data: Path | None) -> int:
    """Coach one exercise live; keep it in the history; return the exit status.

    Args:
        options: how.
        data: the folder of the history; None for the platform's.
    """
    with guarded():
        spec = load_exercise(options.exercise)
        level = spec.level(options.level)
        with History.open(data) as history:
            ends = _sided(history.personal_ends(spec.id, level.id))
            options = replace(options, personal_end_deg=ends)
            journal = HistoryJournal(
                history, exercise=spec.id, level=level.id, lang=options.lang, source=options.camera
            )
            try:
                result = run_live(options, journal=journal, on_note=_note)
                if journal.session_id is not None:
                    keep_files(history, journal.session_id, files_of_result(options, result))
                show_live(result, options.lang)
            finally:
                journal.close()
                if options.record is not None:
                    _note_video(history, options.record, journal.session_id)
    return FAILED if result.troubles else 0


def files_of_result(options: LiveOptions, result: LiveResult) -> SessionFiles:
    """Return what there is of a session beside the history."""
    film = options.record if result.film_first_s is not None else None
    return SessionFiles(
        folder=None if result.folder is None else str(result.folder.absolute()),
        film=None if film is None else str(film.absolute()),
        film_first_s=result.film_first_s or 0.0,
        film_mirrored=options.mirror,
        asked_reps=options.targets.reps,
        asked_sets=None if options.targets.reps is None else options.targets.sets,
    )


def show_live(result: LiveResult, lang: str) -> None:
    """Print what a person wants to know of a session."""
    console, phrases = Console(), load_phrases(lang)
    for number, summary in enumerate(result.sets, start=1):
        level = f" {result.level.id}" if result.level.id else ""
        title = f"{result.spec.id}{level}"
        if len(result.sets) > 1:
            title += f"  {phrases.text('ui.set_of', n=number, total=len(result.sets))}"
        console.print(f"\n[bold]{escape(title)}[/bold]", highlight=False)
        show_set(console, summary, phrases, shown_name(result.spec, result.level))
    if result.folder is not None:
        console.print(
            f"[bright_black]{escape(str(result.folder))}", highlight=False, soft_wrap=True
        )


def _note_video(history: History, path: Path, session_id: int | None) -> None:
    """List the recording with those that are kept, and let the oldest go where there is a limit."""
    with suppress(OSError, StoreError):  # there is none, or the history tells it already
        keep_video(history, path, session_id, local_now())
        for gone in trim_videos(history):
            _note(f"{gone.path}: deleted, to keep to the limit that formcoach videos shows")


def _note(text: str) -> None:
    say(text)


def _sided(ends: dict[Side | None, float]) -> dict[Side, float]:
    """Leave out an end point that belongs to no side."""
    return {side: deg for side, deg in ends.items() if side is not None}
