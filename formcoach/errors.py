"""Every error FormCoach raises on purpose.

    FormCoachError
    ├── UsageError     options that make no sense together
    ├── SourceError    a video, camera or stream cannot be read
    │   └── NotRecognisedError  it is not sure which exercise it shows
    ├── ModelError     a model file is missing or altered
    ├── SpecError      an exercise file is not valid, or no such exercise or level
    ├── TraceError     a file of recorded poses cannot be read
    ├── OutputError    a result cannot be written
    ├── SpeechError    the voice cannot speak
    └── StoreError     the history cannot be read or written
        └── DocumentError  one thing that is kept in it is not what it should be

A message is one line: what failed, the value seen, the way out. What users meet most is told as
data too (`told.Told`), so that it can be said in their language.
"""

from typing import Self

from formcoach import told as _told

__all__ = [
    "DocumentError",
    "FormCoachError",
    "ModelError",
    "NotRecognisedError",
    "OutputError",
    "SourceError",
    "SpecError",
    "SpeechError",
    "StoreError",
    "TraceError",
    "UsageError",
]


class FormCoachError(Exception):
    """The base of all errors a user can meet.

    Attributes:
        as_told: the message as data; None where it is English only.
    """

    as_told: _told.Told | None = None

    @classmethod
    def of(cls, told: _told.Told) -> Self:
        """Return an error that tells this."""
        error = cls(str(told))
        error.as_told = told
        return error

    @classmethod
    def told(cls, phrase: str, english: str, /, **slots: object) -> Self:
        """Return an error whose message can be said in other languages too.

        Args:
            phrase: id of the phrase, below ``error.``.
            english: its English template.
            slots: what fills it.
        """
        return cls.of(_told.Told(phrase, english, slots))


class UsageError(FormCoachError):
    """Options that make no sense, alone or together."""


class SourceError(FormCoachError):
    """A video, camera or stream cannot be read."""


class NotRecognisedError(SourceError):
    """A recording was read, but it is not sure which exercise it shows."""


class ModelError(FormCoachError):
    """A model file is missing or altered."""


class SpecError(FormCoachError):
    """An exercise file is not valid, or there is no such exercise or level."""


class TraceError(FormCoachError):
    """A file of recorded poses cannot be read."""


class OutputError(FormCoachError):
    """A result cannot be written."""


class SpeechError(FormCoachError):
    """The voice cannot speak."""


class StoreError(FormCoachError):
    """The history cannot be read or written."""


class DocumentError(StoreError):
    """One thing that is kept in the history is not what it should be; all else can be read."""
