"""The name under which the words of an exercise are kept: ``dead_bug.reach``, ``squat``."""

__all__ = ["owners_of", "words_key"]


def words_key(exercise_id: str, level_id: str | None) -> str:
    """Return the name that words are kept under; an exercise of one level gives it alone."""
    return f"{exercise_id}.{level_id}" if level_id else exercise_id


def owners_of(key: str) -> tuple[str, ...]:
    """Return whose words are looked up for a name, the nearest first: the level's, the exercise's.

    Without a name there are none.
    """
    exercise_id = key.partition(".")[0]
    return tuple(dict.fromkeys(filter(None, (key, exercise_id))))
