"""Which exercise is meant, and which one a recording shows where that is not known, or is another.

Exercises come in here for whatever speaks of them: what an exercise may find wrong must have words.
"""

from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches

from formcoach.coaching.events import SetSummary
from formcoach.coaching.recognition import MIN_HOLD_S, Recogniser
from formcoach.errors import NotRecognisedError, SpecError
from formcoach.exercises import choice as possible
from formcoach.exercises import library
from formcoach.exercises.choice import Choice
from formcoach.exercises.spec import ExerciseSpec
from formcoach.notes import Note
from formcoach.pose.landmarks import Pose
from formcoach.told import Told
from formcoach.words.phrases import LANGUAGES, Phrases, load_phrases

__all__ = [
    "candidates",
    "choose",
    "find_mismatch",
    "load_exercise",
    "mismatch_notes",
    "mismatch_tree",
    "recogniser_of",
]


def load_exercise(name: str) -> ExerciseSpec:
    """Load an exercise by its id, or from a TOML file of one's own by its path.

    Raises:
        SpecError: when there is no such exercise (the nearest names are offered), its file is not
            valid, or a fault that it finds has no words.
    """
    return _worded(library.load_exercise(name), name)


def candidates(exercise: str | None, level: str | None) -> list[Choice]:
    """Return all that is still possible, as `exercises.choice.candidates` does.

    Raises:
        SpecError: as there, or where a fault has no words.
    """
    found = possible.candidates(exercise, level)
    for spec in {one.spec.id: one.spec for one in found}.values():
        _worded(spec, exercise or spec.id)
    return found


def _worded(spec: ExerciseSpec, name: str) -> ExerciseSpec:
    """Return `spec`; raise SpecError where a check finds a fault that there are no words for."""
    where = name if library.is_file_name(name) else f"{name}.toml"
    for lang in LANGUAGES:
        _check_words(spec, load_phrases(lang), where)
    return spec


def _check_words(spec: ExerciseSpec, phrases: Phrases, where: str) -> None:
    for level in spec.levels:
        for check in spec.checks_of(level):
            owners = ("cue", f"cue_for.{spec.id}", f"cue_for.{spec.id}.{level.id}")
            if any(phrases.has(f"{owner}.{check.id}") for owner in owners):
                continue
            known = [key.removeprefix("cue.") for key in phrases.ids() if key.startswith("cue.")]
            near = " or ".join(get_close_matches(check.id, known, n=2, cutoff=0.0))
            raise SpecError(
                f"{where}: check {check.id} has no phrase cue.{check.id} in {phrases.lang}.toml; "
                f"the nearest are {near}"
            )


def recogniser_of(choices: Sequence[Choice]) -> Recogniser:
    """Return what tells these choices apart."""
    return Recogniser([(choice.spec, choice.level_id) for choice in choices])


def choose(
    recogniser: Recogniser,
    choices: Sequence[Choice],
    name: str,
    notes: list[Note],
    *,
    asked: bool,
    why: Note | None = None,
) -> Choice:
    """Return what was recognised.

    Where only the level is not known, it is the one that the picture shows, else the easiest.

    Args:
        recogniser: has seen all poses.
        choices: what it chose from.
        name: the recording's, for the error.
        notes: what the user is to know is added to these.
        asked: whether the exercise is known.
        why: what would explain that it is not recognised.

    Raises:
        NotRecognisedError: the exercise is not sure.
    """
    found = recogniser.finish()
    for choice in choices:
        if choice.spec.id == found.exercise_id and choice.level_id == found.level_id:
            if asked:
                notes.append(Note("level_seen", {"level": choice.level_id}))
            return choice
    if asked:
        level_id = recogniser.level_shown(choices[0].spec.id)
        choice = next((one for one in choices if one.level_id == level_id), choices[0])
        note = "level_easiest" if level_id is None else "level_seen"
        notes.append(Note(note, {"level": choice.level_id}))
        return choice
    guess = f" (nearest: {found.best_guess})" if found.best_guess else ""
    if why is None:
        raise NotRecognisedError.told(
            "not_sure",
            "{name}: not sure which exercise this is{guess}; name it with --exercise ID",
            name=name,
            guess=Told("nearest", " (nearest: {exercise})", {"exercise": found.best_guess})
            if found.best_guess
            else "",
        )
    because = f": {load_phrases('en').note(why)}"
    raise NotRecognisedError(
        f"{name}: not sure which exercise this is{guess}{because}; name it with --exercise ID"
    )


def find_mismatch(
    summary: SetSummary, asked: Choice, poses: Callable[[], Iterable[Pose]]
) -> Choice | None:
    """Return what was done instead of what was asked for, when it is sure.

    That is another exercise, or the same one at another level. To keep all exercises in mind takes
    time, so the poses are only looked at again where what was asked for was not seen at all.

    Args:
        summary: the set as a set of the asked exercise.
        asked: the exercise and its level.
        poses: gives the set's poses anew.
    """
    held_s = sum(hold.duration_s for hold in summary.holds)
    if summary.fitting or held_s >= MIN_HOLD_S:
        return None
    choices = _with_all_levels(candidates(None, None), asked)
    recogniser = recogniser_of(choices)
    for pose in poses():
        recogniser.step(pose)
    found, own = recogniser.finish(), asked.spec.id
    exercise_id, level_id = found.exercise_id, found.level_id
    if exercise_id is None and found.best_guess in (None, own):
        exercise_id, level_id = own, recogniser.level_shown(own, asked.level_id)
    for one in choices:
        if (one.spec.id, one.level_id) == (exercise_id, level_id):
            return None if _look_alike(one, asked) else one
    return None


def _with_all_levels(choices: Sequence[Choice], asked: Choice) -> list[Choice]:
    """Return the choices and all that is known of the asked exercise: it may be one's own."""
    spec = asked.spec
    others = [one for one in choices if one.spec.id != spec.id]
    levels = [one for one in spec.levels if not one.declared or one.id == asked.level_id]
    return [*others, *(Choice(spec=spec, level_id=level.id or None) for level in levels)]


def _look_alike(one: Choice, other: Choice) -> bool:
    spec = one.spec
    if spec.id != other.spec.id:
        return False
    return spec.look_alike(spec.level(one.level_id), other.spec.level(other.level_id))


def mismatch_notes(instead: Choice | None, asked: Choice, phrases: Phrases) -> list[str]:
    """Return the note that something else was seen than what was asked for, if so."""
    if instead is None:
        return []
    if instead.spec.id != asked.spec.id:
        return [phrases.looks_like(instead.spec.id, asked.spec.id)]
    levels = {"seen": instead.level_id, "asked": asked.level_id}
    return [phrases.text("note.looks_like_level", **levels)]


def mismatch_tree(instead: Choice | None, asked: Choice) -> dict[str, str | None]:
    """Return the same for the summary: the exercise where it is another, and the level it is at."""
    if instead is None:
        return {"looks_like": None, "looks_like_level": None}
    other = instead.spec.id != asked.spec.id
    return {
        "looks_like": instead.spec.id if other else None,
        "looks_like_level": instead.level_id,
    }
