"""Which language the user reads, of those that FormCoach speaks: as asked for, or the machine's."""

import locale
import os
import sys
from collections.abc import Mapping
from contextvars import ContextVar

__all__ = ["read_in", "reader_language", "system_language"]

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""What POSIX asks for the language of messages, in this order; the first that is set counts."""


def system_language(environ: Mapping[str, str] | None = None) -> str:
    """Return ``nl`` where the machine is set to Dutch, else ``en``.

    Args:
        environ: the environment; the process's if not given.
    """
    found = os.environ if environ is None else environ
    told = next((found[name] for name in _VARIABLES if found.get(name)), "")
    if not told and environ is None and sys.platform in ("win32", "darwin"):
        told = locale.getlocale()[0] or ""
    return "nl" if told.lower().startswith(("nl", "dutch")) else "en"


_READER: ContextVar[str | None] = ContextVar("reader_language", default=None)


def read_in(lang: str | None) -> None:
    """Say in which language errors are to be told from now on; None for the machine's."""
    _READER.set(lang)


def reader_language() -> str:
    """Return the language in which errors are told."""
    return _READER.get() or system_language()
