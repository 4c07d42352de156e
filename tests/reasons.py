"""Reasons to be unsure by the words that files have for them."""

from formcoach.pose.doubts import Reason
from formcoach.words.reasons import reason_of

__all__ = ["reason"]


def reason(words: str) -> Reason:
    """Return the reason that is written so; fail where there is none."""
    found = reason_of(words)
    assert found is not None, words
    return found
