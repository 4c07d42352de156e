"""A notification on the desktop, by what the operating system has for it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Command", "desktop_command", "notify_desktop"]

MAX_S = 10.0
"""A notifier that takes longer is given up."""

_MAC_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)
_WINDOWS_SCRIPT = """
$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, `
    ContentType = WindowsRuntime]
$manager = [Windows.UI.Notifications.ToastNotificationManager]
$toast = $manager::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$texts = $toast.GetElementsByTagName('text')
$null = $texts.Item(0).AppendChild($toast.CreateTextNode($env:FORMCOACH_TITLE))
$null = $texts.Item(1).AppendChild($toast.CreateTextNode($env:FORMCOACH_TEXT))
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\\WindowsPowerShell\\v1.0\\powershell.exe'
$manager::CreateToastNotifier($app).Show(
    [Windows.UI.Notifications.ToastNotification]::new($toast))
"""
"""Toasts belong to an installed program; PowerShell lends its name. The words come by the
environment, so that nothing in them is taken for a command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program to run.

    Attributes:
        arguments: itself and what it is given.
        environment: variables it finds beside the present ones.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


def desktop_command(title: str, text: str, platform: str = sys.platform) -> Command | None:
    """Return the command that notifies on this platform; None where its program is missing."""
    if platform == "darwin":
        script = [part for line in _MAC_SCRIPT for part in ("-e", line)]
        return _found("osascript", [*script, title, text])
    if platform == "win32":
        words = {"FORMCOACH_TITLE": title, "FORMCOACH_TEXT": text}
        arguments = ["-NoProfile", "-NonInteractive", "-Command", _WINDOWS_SCRIPT]
        return _found("powershell", arguments, words)
    return _found("notify-send", ["--app-name=FormCoach", "--", title, text])


def notify_desktop(title: str, text: str) -> bool:
    """Show a notification; return whether it was shown."""
    command = desktop_command(title, text)
    if command is None:
        return False
    try:
        done = subprocess.run(
            command.arguments,
            env={**os.environ, **command.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=MAX_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _found(
    program: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> Command | None:
    path = shutil.which(program)
    if path is None:
        return None
    return Command(arguments=[path, *arguments], environment=environment or {})
