"""What the person sets for the browser's sessions: whose voice speaks, and how it counts."""

from enum import StrEnum

import msgspec

from formcoach.errors import DocumentError
from formcoach.history.notebook import Notebook
from formcoach.voice.chimes import CountBy

__all__ = ["DOCUMENT", "AppSettings", "AppSpeaker", "app_settings"]

DOCUMENT = "app-settings"


class AppSpeaker(StrEnum):
    """Whose voice speaks: the best one that is here, or the plain one."""

    AUTO = "auto"
    ESPEAK = "espeak"


class AppSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is set.

    Attributes:
        speaker: whose voice speaks.
        count_by: how reps are counted aloud.
    """

    speaker: AppSpeaker = AppSpeaker.AUTO
    count_by: CountBy = CountBy.VOICE


def app_settings(notebook: Notebook) -> AppSettings:
    """Return what is set; the usual where nothing is, or it cannot be read."""
    try:
        return notebook.history.document(DOCUMENT, AppSettings) or AppSettings()
    except DocumentError:
        return AppSettings()
