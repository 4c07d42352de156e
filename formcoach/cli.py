"""The commands. No logic here: each hands over to the module that does the work."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from formcoach import __version__
from formcoach.commands import cli_app, cli_report, cli_shortcut
from formcoach.commands.cli_options import (
    HERE,
    Data,
    Lang,
    Language,
    OtherLang,
    exercise_named,
)
from formcoach.commands.cli_records import add_commands as add_record_commands
from formcoach.commands.cli_usage import run_in_language
from formcoach.commands.cli_voice import add_commands as add_voice_commands
from formcoach.system.language import read_in
from formcoach.system.streams import patient_streams

__all__ = ["app", "main"]

app = typer.Typer(
    name="formcoach",
    help="Counts good repetitions, sees what is wrong in which one, says the one thing to change. "
    "Practice and movement feedback for adults: not a medical device.",
    rich_markup_mode=None,  # rich takes longer to import than all the rest of the help
    pretty_exceptions_enable=False,
    add_completion=False,
)


# Paths are not for typer to check (readable=False): it would end the whole call at the first one.

Exercise = Annotated[
    str | None,
    typer.Option(
        "--exercise",
        "-e",
        help="Name of the exercise, or a TOML file of your own.",
        callback=exercise_named,
    ),
]
LevelOption = Annotated[str | None, typer.Option("--level", "-l", help="Level of the exercise.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.", readable=False)]
Angles = Annotated[
    bool, typer.Option("--angles", help="Show the angles of the joints, in degrees.")
]
Face = Annotated[
    bool,
    typer.Option("--face/--no-face", help="Look at your face too, and ask if it seems too hard."),
]
Speaker = Annotated[
    str,
    typer.Option(
        help="Whose voice: auto for the best that is here, pack, system, espeak, or the path of "
        "a Piper voice or a voice pack."
    ),
]


class Count(StrEnum):
    """How reps are counted aloud."""

    VOICE = "voice"
    SOUND = "sound"
    BOTH = "both"


CountOption = Annotated[
    Count, typer.Option("--count", help="Count aloud by number, by a soft sound, or by both.")
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"formcoach {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options that come before any command; without a command, open the start page."""
    if context.invoked_subcommand is None:
        from formcoach.app.server import serve
        from formcoach.commands.console import guarded

        with guarded():
            status = serve(port=None, browser=True, data=None, model="full")
        raise typer.Exit(status)


@app.command()
def analyze(
    videos: Annotated[
        list[Path], typer.Argument(help="Recorded videos.", metavar="VIDEO", readable=False)
    ],
    exercise: Exercise = None,
    level: LevelOption = None,
    start: Annotated[float | None, typer.Option(help="Begin here, in seconds.")] = None,
    end: Annotated[float | None, typer.Option(help="End here, in seconds.")] = None,
    out: Out = Path("formcoach-out"),
    lang: Lang = HERE,
    model: Annotated[
        str, typer.Option(help="lite, full or heavy, or a model bundle of your own.")
    ] = "full",
    no_video: Annotated[
        bool, typer.Option("--no-video", help="Write no annotated copy (quicker).")
    ] = False,
    angles: Angles = False,
    voice: Annotated[
        bool, typer.Option("--voice/--no-voice", help="Let the annotated copy speak its cues.")
    ] = False,
    fast: Annotated[
        bool, typer.Option("--fast", help="Look at fewer frames where little moves.")
    ] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes to use; as many as cores by default.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Leave out what an earlier --resume has done.")
    ] = False,
    cluster: Annotated[
        str | None, typer.Option(help="Let the workers of a Dask scheduler at this address do it.")
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(help="Frames a second, where the file does not say (raw camera streams)."),
    ] = None,
    speed: Annotated[
        float, typer.Option(help="How many times slower than life it plays; 8 for slow motion.")
    ] = 1.0,
    speaker: Speaker = "auto",
    count: CountOption = Count.VOICE,
) -> None:
    """Count and judge the reps in recorded videos."""
    from formcoach.capture.file.timestamps import Pace
    from formcoach.commands.analyze import AnalyzeOptions
    from formcoach.commands.batch import run_analyses
    from formcoach.voice.chimes import CountBy

    options = AnalyzeOptions(
        exercise=exercise,
        level=level,
        start_s=start,
        end_s=end,
        out=out,
        lang=lang.value,
        model=model,
        video=not no_video,
        voice=voice,
        fast=fast,
        pace=Pace(fps=fps, speed=speed),
        speaker=speaker,
        count_by=CountBy(count.value),
        angles=angles,
    )
    raise typer.Exit(run_analyses(videos, options, jobs, resume=resume, cluster=cluster))


@app.command(short_help="Coach one exercise in front of a camera.")
def live(
    exercise: Annotated[
        str,
        typer.Argument(
            help="Name of the exercise, or a TOML file of your own.",
            metavar="EXERCISE",
            callback=exercise_named,
        ),
    ] = "hip_flexion",
    level: LevelOption = None,
    camera: Annotated[
        str, typer.Option(help="A camera's number, a video file, or the address of a stream.")
    ] = "0",
    reps: Annotated[
        int | None,
        typer.Option(min=1, help="Reps per set, or seconds held; otherwise no limit."),
    ] = None,
    sets: Annotated[int, typer.Option(min=1, help="How many sets.")] = 1,
    rest: Annotated[float, typer.Option(min=0.0, help="Rest between sets, in seconds.")] = 45.0,
    breath: Annotated[
        bool, typer.Option("--breath/--no-breath", help="Say when to breathe in and out.")
    ] = False,
    lang: Lang = HERE,
    voice: Annotated[bool, typer.Option("--voice/--no-voice", help="Speak.")] = True,
    speaker: Speaker = "auto",
    count: CountOption = Count.VOICE,
    window: Annotated[bool, typer.Option("--window/--no-window", help="Show the picture.")] = True,
    mirror: Annotated[
        bool, typer.Option("--mirror/--no-mirror", help="Show it as a mirror does.")
    ] = True,
    fullscreen: Annotated[
        bool, typer.Option("--fullscreen/--windowed", help="Cover the whole screen.")
    ] = True,
    angles: Angles = False,
    face: Face = False,
    howto: Annotated[
        bool, typer.Option("--howto/--no-howto", help="Explain the exercise first.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            help="Write the annotated session, with its sound, to this file.", readable=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="Write the files of each set to this folder.", readable=False
        ),
    ] = None,
    model: Annotated[
        str, typer.Option(help="lite, full or heavy, or a model bundle of your own.")
    ] = "full",
    data: Data = None,
) -> None:
    """Coach one exercise in front of a camera, by voice and on screen, hands-free."""
    from formcoach.commands.live import LiveOptions
    from formcoach.commands.live.terminal import coach_live
    from formcoach.session.guide import SessionTargets
    from formcoach.voice.chimes import CountBy

    options = LiveOptions(
        exercise=exercise,
        level=level,
        camera=camera,
        targets=SessionTargets(reps=reps, sets=sets, rest_s=rest, breath=breath),
        lang=lang.value,
        model=model,
        voice=voice,
        speaker=speaker,
        count_by=CountBy(count.value),
        window=window,
        mirror=mirror,
        fullscreen=fullscreen,
        angles=angles,
        face=face,
        howto=howto,
        record=record,
        out=out,
    )
    raise typer.Exit(coach_live(options, data))


@app.command(short_help="Coach recorded poses again.")
def replay(
    traces: Annotated[
        list[Path],
        typer.Argument(
            help="Recorded poses: poses.jsonl.gz, or keypoints as COCO, OpenPose or MMPose JSON.",
            metavar="POSES",
            readable=False,
        ),
    ],
    exercise: Exercise = None,
    level: LevelOption = None,
    out: Out = Path("formcoach-out"),
    lang: Lang = HERE,
    fps: Annotated[
        float | None, typer.Option(help="Frames a second, for keypoints that do not say.")
    ] = None,
) -> None:
    """Run the coach over recorded poses again: no camera, no model, the same events."""
    from formcoach.commands.batch import run_replays

    raise typer.Exit(run_replays(traces, exercise, level, out, lang.value, fps))


@app.command(short_help="List the exercises, or explain one.")
def exercises(
    exercise: Annotated[
        str | None,
        typer.Argument(help="Name of one exercise.", metavar="ID", callback=exercise_named),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Play a figure that does it, in a window.")
    ] = False,
    details: Annotated[
        bool, typer.Option("--details", help="Add what is counted and judged, in numbers.")
    ] = False,
    lang: Lang = HERE,
) -> None:
    """List the exercises, or explain one: what it is for, how it goes, what to watch, when to stop.

    What is counted and judged, with each number and its source, comes with --details.
    """
    from formcoach.commands.catalogue_view import show_exercise, show_exercises
    from formcoach.commands.console import guarded

    with guarded():
        if exercise is not None and show:
            from formcoach.commands.demonstrate import play_demonstrations

            play_demonstrations(exercise, lang.value)
        elif exercise is None:
            show_exercises(lang.value)
        else:
            show_exercise(exercise, lang.value, details=details)


@app.command(short_help="Say what to practise now, and coach it live.")
def today(
    camera: Annotated[str | None, typer.Option(help="The camera, instead of the set-up's.")] = None,
    lang: OtherLang = None,
    plan: Annotated[bool, typer.Option("--plan", help="Say what to do, and do nothing.")] = False,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Find your end points again, hand under your back.")
    ] = False,
    breath: Annotated[
        bool, typer.Option("--breath/--no-breath", help="Say when to breathe at every level.")
    ] = False,
    voice: Annotated[bool, typer.Option("--voice/--no-voice", help="Speak.")] = True,
    speaker: Speaker = "auto",
    count: CountOption = Count.VOICE,
    window: Annotated[bool, typer.Option("--window/--no-window", help="Show the picture.")] = True,
    mirror: Annotated[
        bool, typer.Option("--mirror/--no-mirror", help="Show it as a mirror does.")
    ] = True,
    fullscreen: Annotated[
        bool, typer.Option("--fullscreen/--windowed", help="Cover the whole screen.")
    ] = True,
    angles: Angles = False,
    face: Face = False,
    model: Annotated[
        str, typer.Option(help="lite, full or heavy, or a model bundle of your own.")
    ] = "full",
    data: Data = None,
) -> None:
    """Say what to practise now and why, coach it live, and say what comes next."""
    from formcoach.commands.daily.today import run_today
    from formcoach.commands.live import LiveOptions
    from formcoach.session.guide import SessionTargets
    from formcoach.voice.chimes import CountBy

    options = LiveOptions(
        exercise="",
        targets=SessionTargets(breath=breath),
        model=model,
        voice=voice,
        window=window,
        speaker=speaker,
        count_by=CountBy(count.value),
        mirror=mirror,
        fullscreen=fullscreen,
        angles=angles,
        face=face,
    )
    chosen = None if lang is None else lang.value
    raise typer.Exit(
        run_today(options, data, camera=camera, lang=chosen, plan_only=plan, recalibrate=calibrate)
    )


def _read_setup(lang: Language | None) -> Language | None:
    read_in(None if lang is None else lang.value)
    return lang


@app.command(short_help="Ask what the programme needs to know.")
def setup(
    lang: Annotated[
        Language | None,
        typer.Option(
            "--lang", help="Language; given alone, the rest is asked.", callback=_read_setup
        ),
    ] = None,
    screening: Annotated[
        list[str] | None,
        typer.Option(help="Health question, ID=yes or ID=no; none for no to all.", metavar="ID=A"),
    ] = None,
    cleared: Annotated[
        bool, typer.Option("--i-have", help="I have seen a professional, who agrees.")
    ] = False,
    pain: Annotated[
        bool | None, typer.Option("--pain/--no-pain", help="Back or hips hurt these days.")
    ] = None,
    intake: Annotated[
        list[str] | None,
        typer.Option(help="What brings you here, ID=yes or ID=no, or none.", metavar="ID=A"),
    ] = None,
    sitting: Annotated[
        str | None, typer.Option(help="little, half_the_day or most_of_the_day.")
    ] = None,
    focus: Annotated[
        str | None, typer.Option(help="strengthen, stretch, both or compare (a week each).")
    ] = None,
    wall: Annotated[bool | None, typer.Option(help="There is a free wall.")] = None,
    chair: Annotated[bool | None, typer.Option(help="There is a firm chair.")] = None,
    band: Annotated[bool | None, typer.Option(help="There is an elastic band.")] = None,
    weight: Annotated[bool | None, typer.Option(help="There is an ankle weight.")] = None,
    quiet: Annotated[
        str | None, typer.Option(help="No reminders at these hours: 22:00-08:00, or none.")
    ] = None,
    daily_at: Annotated[
        str | None, typer.Option(help="When to practise, where once a day is enough: 10:00.")
    ] = None,
    # The bounds are those of programme/profile.py, whose import `--help` would wait for.
    series_every: Annotated[
        float | None, typer.Option(min=2.0, max=3.0, help="Hours between two series.")
    ] = None,
    breath: Annotated[
        float | None, typer.Option(min=1.5, max=20.0, help="Seconds of one calm breath.")
    ] = None,
    camera: Annotated[str | None, typer.Option(help="The camera to use.")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Ask now also what is otherwise asked when it matters.")
    ] = False,
    show: Annotated[bool, typer.Option("--show", help="Show the answers; change nothing.")] = False,
    data: Data = None,
) -> None:
    """Ask what the programme has to know; or take the answers given as options, and ask nothing."""
    from formcoach.commands.console import guarded
    from formcoach.commands.daily.answers import given_answers
    from formcoach.commands.daily.setup import run_setup

    with guarded():
        given = given_answers(
            lang=None if lang is None else lang.value,
            screening=screening or (),
            intake=intake or (),
            cleared=cleared,
            has_pain=pain,
            sitting=sitting,
            focus=focus,
            props={"wall": wall, "chair": chair, "band": band, "weight": weight},
            quiet=quiet,
            daily_at=daily_at,
            series_every_h=series_every,
            breath_s=breath,
            camera=camera,
        )
    raise typer.Exit(run_setup(given, data, show_only=show, everything=everything))


@app.command(short_help="Show the ladder, and where you are on it.")
def programme(
    lang: OtherLang = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Show each requirement of the article instead.")
    ] = False,
    data: Data = None,
) -> None:
    """Show the ladder of the programme, and where on it you are."""
    from formcoach.commands.daily.programme_view import show_coverage, show_ladder

    if coverage:
        raise typer.Exit(show_coverage())
    raise typer.Exit(show_ladder(data, None if lang is None else lang.value))


@app.command(short_help="Compare a week of stretching with one of strengthening.")
def diary(
    comfort: Annotated[
        int | None, typer.Option(min=0, max=10, help="How hips and back felt today; 10 is at ease.")
    ] = None,
    done: Annotated[bool | None, typer.Option(help="The week's practice was done today.")] = None,
    note: Annotated[str, typer.Option(help="Your own words.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Begin two new weeks today.")] = False,
    lang: OtherLang = None,
    data: Data = None,
) -> None:
    """Note how a day of the two weeks felt, and see a stretch and a strength week side by side."""
    from formcoach.commands.daily.diary import run_diary

    chosen = None if lang is None else lang.value
    raise typer.Exit(
        run_diary(data, comfort=comfort, done=done, note=note, again=again, lang=chosen)
    )


@app.command(short_help="Say when the next series is due.")
def remind(
    ics: Annotated[
        Path | None,
        typer.Option(
            "--ics", help="Write the coming reminders to a calendar file.", readable=False
        ),
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=366, help="Days the calendar covers.")] = 14,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay open and remind you, on the desktop and by voice.")
    ] = False,
    again_after: Annotated[
        int, typer.Option(min=5, help="Minutes until an ignored reminder comes again.")
    ] = 30,
    voice: Annotated[bool, typer.Option("--voice/--no-voice", help="Speak.")] = True,
    lang: OtherLang = None,
    data: Data = None,
) -> None:
    """Say when the next series is due; or write a calendar of them, or stay and remind."""
    from datetime import timedelta

    from formcoach.commands.daily.remind import remind_next, watch_reminders, write_reminders

    chosen = None if lang is None else lang.value
    if ics is not None:
        raise typer.Exit(write_reminders(ics, data, days, lang=chosen))
    if watch:
        snooze = timedelta(minutes=again_after)
        raise typer.Exit(watch_reminders(data, voice=voice, again_after=snooze, lang=chosen))
    raise typer.Exit(remind_next(data, lang=chosen))


add_record_commands(app)


@app.command(short_help="Say what works on this machine.")
def doctor(lang: Lang = HERE) -> None:
    """Say what works on this machine, and the way out of what does not."""
    from formcoach.commands.doctor import show_report

    raise typer.Exit(show_report(lang.value))


cli_shortcut.add_commands(app)
cli_report.add_commands(app)
add_voice_commands(app)
cli_app.add_commands(app)


def main() -> None:
    """Run the command line."""
    with patient_streams(extra=sys.argv[1:2] in (["analyze"], ["replay"])):
        try:
            run_in_language(app, sys.argv[1:])
        except KeyboardInterrupt:
            sys.exit(130)
        except (ImportError, AttributeError) as error:
            from formcoach.system.installation import broken_installation

            told = broken_installation(error)
            if told is None:
                raise
            sys.stderr.write(f"formcoach: {told}\n")
            sys.exit(1)
