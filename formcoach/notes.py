"""What a user is to know of a recording beside its numbers: the words come with the language.

Note("frames_unreadable", {"frames": 3, "start": "1.20", "end": "1.40"})
load_phrases("nl").note(...)    "3 beelden onleesbaar tussen 1,20 s en 1,40 s"
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["Note"]


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell.

    Attributes:
        id: the phrase's under ``recording.``.
        values: what fills its slots, as it is to be read.
    """

    id: str
    values: Mapping[str, object] = field(default_factory=dict)
