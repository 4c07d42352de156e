"""What an error of ours says, in the user's language where the error tells it as data."""

from formcoach.errors import FormCoachError
from formcoach.told import Told
from formcoach.words.phrases import Phrases

__all__ = ["error_text", "told_of", "told_text"]


def error_text(error: FormCoachError, phrases: Phrases) -> str:
    """Return the one line of an error; in English where it has no phrase."""
    return told_text(told_of(error), phrases)


def told_of(error: FormCoachError) -> Told | str:
    """Return the message of an error as data where it is, else as it is."""
    return str(error) if error.as_told is None else error.as_told


def told_text(told: Told | str, phrases: Phrases) -> str:
    """Return a sentence that may be data in the user's language."""
    return _told(told, phrases) if isinstance(told, Told) else told


def _told(told: Told, phrases: Phrases) -> str:
    slots = {name: _slot(value, phrases) for name, value in told.slots.items()}
    return phrases.text(f"error.{told.id}", **slots)


def _slot(value: object, phrases: Phrases) -> object:
    if isinstance(value, Told):
        return _told(value, phrases)
    if isinstance(value, tuple):
        return f" {phrases.text('error.or')} ".join(map(str, value))
    return value
