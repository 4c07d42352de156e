"""Which language this machine's user reads, of those that FormCoach speaks."""

import locale
import os
import sys
from collections.abc import Mapping

__all__ = ["system_language"]

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
