"""Finds exercises: the shipped catalogue, and files of the user's own."""

from functools import cache
from importlib import resources
from pathlib import Path

from formcoach.errors import SpecError
from formcoach.exercises.demonstration import Demonstration, parse_demonstrations
from formcoach.exercises.parsing import MAX_BYTES, parse_spec
from formcoach.exercises.spec import ExerciseSpec, nearest_told
from formcoach.system.paths import PathKind, what_is_at
from formcoach.told import Told

__all__ = ["exercise_id", "exercise_ids", "is_file_name", "load_demonstration", "load_exercise"]

_CATALOGUE = "formcoach.exercises.catalogue"
_DEMONSTRATIONS = "formcoach.exercises.demonstrations"


@cache
def exercise_ids() -> tuple[str, ...]:
    """Return the ids of the shipped exercises, in alphabetical order."""
    files = resources.files(_CATALOGUE).iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def is_file_name(name: str) -> bool:
    """Say whether an exercise is named by its file's path and not by its id."""
    return name.lower().endswith(".toml")


@cache
def _ids_by_alias() -> dict[str, str]:
    """Return the ids of the shipped exercises by each other name they go by."""
    return {alias: name for name in exercise_ids() for alias in _shipped(name).aliases}


def exercise_id(name: str) -> str:
    """Return the id of an exercise that is called by another of its names; else the name itself.

    Capital letters, blanks and hyphens make no difference: ``Knie naar de borst``.
    """
    if name in exercise_ids() or is_file_name(name):
        return name
    plain = "_".join(name.strip().lower().replace("-", " ").split())
    return plain if plain in exercise_ids() else _ids_by_alias().get(plain, name)


def _shipped(name: str) -> ExerciseSpec:
    return parse_spec((resources.files(_CATALOGUE) / f"{name}.toml").read_bytes(), f"{name}.toml")


@cache
def load_exercise(name: str) -> ExerciseSpec:
    """Load an exercise by its id or another of its names, or a TOML file of one's own by its path.

    Raises:
        SpecError: when there is no such exercise (the nearest names are offered) or its file is
            not valid.
    """
    if is_file_name(name):
        path = Path(name)
        if what_is_at(path) is PathKind.PIPE:  # opening it would wait
            raise SpecError.told(
                "spec_no_file",
                "{path}: cannot be read (it is not a file); check the path",
                path=name,
            )
        try:
            with path.open("rb") as file:
                return parse_spec(file.read(MAX_BYTES + 1), name)
        except OSError as error:
            raise SpecError(f"{name}: cannot be read ({error.strerror}); check the path") from error
    if (known := exercise_id(name)) != name:
        return load_exercise(known)
    if name not in exercise_ids():
        near = _nearest_exercise(name, (*exercise_ids(), *_ids_by_alias()))
        raise SpecError.told("no_exercise", "no exercise '{name}'; {near}", name=name, near=near)
    return _shipped(name)


def _nearest_exercise(name: str, names: tuple[str, ...]) -> Told:
    """Return words that offer the nearest names; where none is near, all ids and no aliases."""
    near = nearest_told(name, names)
    return near if near.id == "did_you_mean" else nearest_told(name, exercise_ids())


@cache
def load_demonstration(exercise: str, level: str | None = None) -> Demonstration | None:
    """Return how a level of a shipped exercise is done, as a figure; the easiest for None.

    None is returned for what has no demonstration: an exercise of one's own.
    """
    if exercise not in exercise_ids():
        return None
    name = f"{exercise}.toml"
    text = (resources.files(_DEMONSTRATIONS) / name).read_text(encoding="utf-8")
    levels = parse_demonstrations(text, f"demonstrations/{name}")
    if level is None:
        return levels[0]
    return next((one for one in levels if one.id == level), None)
