"""What works on this machine, and the way out of what does not."""

import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from rich.markup import escape

from formcoach import __version__
from formcoach.commands.console import terminal
from formcoach.errors import FormCoachError, SpeechError
from formcoach.pose.mediapipe.model_files import ModelState, model_report
from formcoach.system.installation import ONE_OPENCV
from formcoach.system.quiet import quiet_native_stderr
from formcoach.told import Told
from formcoach.words.errors import told_of, told_text
from formcoach.words.phrases import load_phrases

if TYPE_CHECKING:
    from formcoach.capture.live.webcam import CameraInfo

__all__ = ["Finding", "examine", "show_report"]

SPARE = 1.5
"""A live session also draws, speaks and coaches. Measured: those take a fifth; the rest is room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        state: what was found.
        works: whether it is as it should be.
        needed: whether recorded videos cannot be analysed without it.
        way_out: what to do where it does not work.
    """

    name: str
    state: str | Told
    works: bool
    needed: bool = False
    way_out: str | Told = ""


def examine() -> list[Finding]:
    """Look at everything FormCoach needs."""
    findings = [_versions()]
    findings += [
        Finding(
            name=f"model {record.name}",
            state=f"{record.state.value}{f' ({record.path})' if record.path else ''}",
            works=record.state is ModelState.OK,
            needed=record.name == "full",
            way_out=record.way_out,
        )
        for record in model_report()
    ]
    return findings + [_found(name, look) for name, look in _LOOKS.items()]


def _found(name: str, look: Callable[[], Finding]) -> Finding:
    """Look at everything; a missing library is a finding like any other."""
    try:
        return look()
    except ImportError as error:
        return Finding(
            name=name,
            state=str(error),
            works=False,
            needed=name in ("OpenCV", "H.264"),
            way_out=Told("install_again", "install FormCoach again: python3 -m pip install ."),
        )


def show_report(lang: str = "en") -> int:
    """Print the findings; return 0 when recorded videos can be analysed, else 1."""
    console, phrases = terminal(), load_phrases(lang)
    findings = examine()
    for finding in findings:
        mark = "[green]ok  [/green]" if finding.works else "[dark_orange]--  [/dark_orange]"
        name = phrases.text_or(f"doctor.{finding.name.lower().replace('.', '')}", finding.name)
        line = f"{mark}[bold]{name}[/bold]: {escape(told_text(finding.state, phrases))}"
        console.print(line, highlight=False, soft_wrap=True)
        if not finding.works and finding.way_out:
            way_out = told_text(finding.way_out, phrases)
            console.print(f"      {escape(way_out)}", highlight=False, soft_wrap=True)
    return 1 if any(f.needed and not f.works for f in findings) else 0


def _versions() -> Finding:
    state = f"formcoach {__version__}, Python {platform.python_version()}, {platform.platform()}"
    try:
        state += f", mediapipe {version('mediapipe')}"
    except PackageNotFoundError:
        return Finding(
            name="packages",
            state=Told("no_mediapipe", "mediapipe is not installed"),
            works=False,
            needed=True,
            way_out=Told("install_it", "install it with: python3 -m pip install ."),
        )
    return Finding(name="packages", state=state, works=True)


def _opencv() -> Finding:
    import cv2

    return Finding(
        name="OpenCV",
        state=getattr(cv2, "__version__", "nothing in it"),
        works=hasattr(cv2, "FontFace"),
        needed=True,
        way_out=ONE_OPENCV,
    )


def _h264() -> Finding:
    import av

    works = "libx264" in av.codecs_available
    return Finding(
        name="H.264",
        state=f"PyAV {av.__version__}, libx264 {'found' if works else 'missing'}",
        works=works,
        way_out=Told("install_av", "reinstall the wheel of av; until then use --no-video"),
    )


def _speed() -> Finding:
    from formcoach.commands.live.pace import MIN_HZ
    from formcoach.commands.speed_check import measured_hz

    try:
        hz = measured_hz()
    except FormCoachError as error:
        return Finding(name="speed", state=told_of(error), works=False)
    follows = Told("follows", "follows about {hz} pictures a second", {"hz": f"{hz:.0f}"})
    return Finding(
        name="speed",
        state=follows
        if hz >= SPARE * MIN_HZ
        else Told("too_slow", "{follows}: live coaching needs more", {"follows": follows}),
        works=hz >= SPARE * MIN_HZ,
        way_out=Told(
            "keep_up",
            "your computer cannot keep up: close other programs, plug the charger in, and "
            "run formcoach doctor again; recorded videos only take longer",
        ),
    )


def _cameras() -> Finding:
    from formcoach.capture.live.camera import list_cameras

    found = list_cameras()
    return Finding(
        name="cameras",
        state="; ".join(_camera(info) for info in found) or Told("none_found", "none found"),
        works=any(camera.trouble is None for camera in found),
        way_out=Told(
            "plug_in",
            "plug one in, or use a phone's stream: --camera http://...; recorded videos need none",
        ),
    )


def _camera(info: "CameraInfo") -> str:
    if info.trouble is not None:
        return f"{info.index} {info.name}: {info.trouble}"
    return f"{info.index} {info.name} ({info.size_px[0]}x{info.size_px[1]})"


def _speech() -> Finding:
    from formcoach.words.phrases import LANGUAGES

    try:
        spoken = [f"{lang} ({_voice_of(lang)})" for lang in LANGUAGES]
    except FormCoachError as error:
        return Finding(name="speech", state=told_of(error), works=False)
    speaks = Told("speaks", "speaks {voices}", {"voices": ", ".join(spoken)})
    return Finding(name="speech", state=speaks, works=True)


def _voice_of(lang: str) -> str:
    """Return the name of the first voice that speaks a language."""
    from formcoach.voice.best import voices_here

    trouble: FormCoachError | None = None
    for offer in voices_here(lang):
        try:
            offer.make().synthesise("1", lang)
        except FormCoachError as error:
            trouble = error
        else:
            return offer.name
    raise trouble or SpeechError("there is no voice here: install FormCoach again")


def _sound() -> Finding:
    from formcoach.voice.speech import MiniaudioPlayer

    player = MiniaudioPlayer()
    try:
        with quiet_native_stderr():
            player.start()
    except FormCoachError as error:
        return Finding(name="sound", state=told_of(error), works=False)
    finally:
        player.close()
    answers = Told("loudspeaker", "a loudspeaker answers")
    return Finding(name="sound", state=answers, works=True)


def _display() -> Finding:
    from formcoach.picture.window import display_works

    if display_works():
        return Finding(name="display", state=Told("window", "a window opens"), works=True)
    return Finding(
        name="display",
        state=Told("no_window", "no window can be opened here"),
        works=False,
        way_out=Told(
            "by_voice",
            "coaching live works by voice alone: --no-window; recorded videos need no display",
        ),
    )


def _history() -> Finding:
    from formcoach.history.store import default_folder

    folder = default_folder()
    where = {"folder": folder}
    kept = Told("kept_in", "kept in {folder}; delete that folder to delete all of it", where)
    nothing = Told("not_kept_yet", "nothing kept yet; it will be in {folder}", where)
    state = kept if folder.exists() else nothing
    return Finding(name="history", state=state, works=True)


_LOOKS: dict[str, Callable[[], Finding]] = {
    "OpenCV": _opencv,
    "H.264": _h264,
    "speed": _speed,
    "cameras": _cameras,
    "speech": _speech,
    "sound": _sound,
    "display": _display,
    "history": _history,
}
