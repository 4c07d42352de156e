"""What a voice pack is called, and how a sentence is looked up in it."""

import re
from collections.abc import Container

__all__ = ["PACK_SUFFIX", "clauses", "plain"]

PACK_SUFFIX = ".voice.zip"
"""How the file of a pack ends."""

_JOINT = re.compile(r"[.,;:] |(?<=\S) (?=\d)|(?<=\d) (?=\S)")
"""Where a sentence may be put together: at punctuation, and beside a number."""


def plain(text: str) -> str:
    """Return a text without the punctuation that ends it; a question keeps its mark."""
    return text.strip().rstrip(".,;: ")


def clauses(text: str, known: Container[str]) -> list[tuple[str, str]] | None:
    """Split a text into what is known, each piece as long as can be; most texts are known whole.

    Returns:
        Each piece with what stands behind it (``", "``); None where some of it is not known.
    """
    text = plain(text)
    if text in known:
        return [(text, "")]
    for joint in reversed(list(_JOINT.finditer(text))):
        head = text[: joint.start()]
        if head not in known:
            continue
        rest = clauses(text[joint.end() :], known)
        if rest is not None:
            return [(head, joint.group()), *rest]
    return None
