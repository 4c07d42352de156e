"""Reads an exercise file: taken whole, or refused in one line that says what is wrong and where.

Refused are what is not known, thresholds that cross, hysteresis that is too narrow, a threshold
without its source, and numbers that no body can give.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, EnumType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from formcoach.errors import SpecError
from formcoach.exercises.spec import (
    Band,
    Check,
    ExerciseSpec,
    Isometric,
    Level,
    Limit,
    Movement,
    PersonalEnd,
    Picture,
    nearest,
)
from formcoach.pose.signals import Signal

__all__ = ["MAX_BYTES", "parse_spec"]

MIN_HYSTERESIS = 0.2
"""A limit must be taken back by at least this share before its fault ends."""
MAX_NUMBER = 1000.0
"""No degrees, seconds or shares of a body are more."""

MAX_BYTES = 256 << 10
"""The largest file of the catalogue has a twentieth of it."""
_LONG_KEY = re.compile(r"(?:[^\s.=\[\]\"'#]+\s*\.\s*){20}")
"""A key of so many parts; reading one takes the square of its length."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CHECKS: dict[str, type[msgspec.Struct]] = {
    kind.__struct_config__.tag: kind for kind in get_args(Check)
}
_TABLES = {
    "": ExerciseSpec,
    "movement": Movement,
    "isometric": Isometric,
    "levels": Level,
    "picture": Picture,
}
_UNKNOWN = re.compile(r"unknown field `(?P<field>[^`]*)`|Invalid (enum )?value '(?P<value>[^']*)'")
_PLACE = re.compile(r"\$[^`]*(?=`$)")
"""Where msgspec says something is wrong: ``$.checks[1].kind``."""


def parse_spec(text: str | bytes, where: str) -> ExerciseSpec:
    """Read a spec from TOML.

    Args:
        text: the file's content.
        where: what to call it in an error.

    Raises:
        SpecError: what is wrong, where, and what was expected.
    """
    tree: dict[str, Any] = {}
    try:
        # Notepad and others begin a file with a mark that says it is UTF-8.
        text = text if isinstance(text, str) else text.decode("utf-8-sig")
        if len(text) > MAX_BYTES:
            raise ValueError(f"larger than {MAX_BYTES >> 10} KB, which no exercise is")
        if _LONG_KEY.search(text):
            raise ValueError("a key of more than 20 parts")
        tree = tomllib.loads(text)
        spec = msgspec.convert(tree, ExerciseSpec)
    except (ValueError, msgspec.ValidationError) as error:
        raise SpecError(f"{where}: {error}; {_known(str(error), tree)}correct it there") from error
    except RecursionError as error:
        raise SpecError(f"{where}: tables nested too deep; correct it there") from error
    for problem in (*_absurd_numbers(tree, ""), *_problems(spec)):
        raise SpecError(f"{where}: {problem}")
    return spec


def _known(message: str, tree: dict[str, Any]) -> str:
    """Return the names nearest to one that is not known; nothing where something else is wrong."""
    wrong = _UNKNOWN.search(message)
    if wrong is None:
        return ""
    place = _PLACE.search(message)
    *_, last = re.findall(r"\.(\w+)(?:\[(\d+)\])?", place[0] if place else "") or [("", "")]
    if wrong["field"] is not None:
        names: Iterable[str] = _fields(last[0], last[1], tree)
        name = wrong["field"]
    else:
        names, name = _CHOICES.get(last[0], ()), wrong["value"]
    offer = nearest(name, names) if names else ""
    return "" if not offer else f"{offer} " if offer.endswith("?") else f"{offer}; "


def _fields(table: str, index: str, tree: dict[str, Any]) -> Iterable[str]:
    """Return the keys that a table of the file may have."""
    if table == "checks":
        kind = _CHECKS[tree["checks"][int(index)]["kind"]]
        return ("kind", *kind.__struct_fields__)
    return _TABLES[table].__struct_fields__ if table in _TABLES else ()


def _choices() -> dict[str, tuple[str, ...]]:
    """Return what each key of a file that takes one of several words, or has them, may say."""
    found: dict[str, tuple[str, ...]] = {"kind": tuple(_CHECKS)}
    for table in (*_TABLES.values(), *_CHECKS.values()):
        for key, hint in get_type_hints(table).items():
            found.update((key, words) for words in map(_words, _parts(hint)) if words)
    return found


def _parts(hint: Any) -> Iterator[Any]:
    yield hint
    if get_origin(hint) is not Literal:
        for part in get_args(hint):
            yield from _parts(part)


def _words(hint: Any) -> tuple[str, ...]:
    if isinstance(hint, EnumType):
        members: Mapping[str, Enum] = hint.__members__
        return tuple(str(member.value) for member in members.values())
    return get_args(hint) if get_origin(hint) is Literal else ()


_CHOICES = _choices()


def _absurd_numbers(part: Any, where: str) -> Iterator[str]:
    """Yield which numbers are none that a body can give."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _absurd_numbers(value, f"{where}.{key}" if where else key)
    elif isinstance(part, list):
        for index, value in enumerate(part):
            yield from _absurd_numbers(value, f"{where}[{index}]")
    elif (
        isinstance(part, int | float) and not -MAX_NUMBER <= part <= MAX_NUMBER
    ):  # NaN is not either
        yield f"{where} must be from {-MAX_NUMBER:g} to {MAX_NUMBER:g}, got {part}"


def _problems(spec: ExerciseSpec) -> Iterable[str]:
    """Yield what the types cannot say, worst first."""
    ids = [level.id for level in spec.levels]
    yield from _odd_names(spec)
    if len(set(ids)) != len(ids):
        yield f"levels must differ, got {', '.join(ids)}"
    if len(ids) > 1 and "" in ids:
        yield "each of several levels needs an id"
    for level in spec.levels:
        if level.movement_as and not any(
            other.id == level.movement_as and other.movement is not None for other in spec.levels
        ):
            yield f"level '{level.id}': no level '{level.movement_as}' with a movement of its own"
            return
        yield from _level_problems(spec, level)
    for check in spec.checks:
        yield from _check_problems(check, ids)
    if spec.isometric is not None:
        yield from _isometric_problems(spec.isometric)
    elif spec.stretch:
        yield "a stretch is held: give isometric and no movement"


def _odd_names(spec: ExerciseSpec) -> Iterable[str]:
    """Yield the names that would not do for a file, a column or a phrase."""
    names = [spec.id, *(level.id for level in spec.levels if level.id)]
    for name in (*names, *(check.id for check in spec.checks)):
        if not _NAME.fullmatch(name):
            yield f"id {name!r} must be of a-z, 0-9 and _, and begin with a letter"
    for name, times in Counter((spec.id, *spec.aliases)).items():
        if not _NAME.fullmatch(name):
            yield f"alias {name!r} must be of a-z, 0-9 and _, in small letters"
        elif times > 1:
            yield f"alias {name!r} is there already; give each name once, and the id not at all"


def _level_problems(spec: ExerciseSpec, level: Level) -> Iterable[str]:
    where = f"level '{level.id}'" if level.id else "the only level"
    movement = spec.movement_of(level)
    if (movement is None) == (spec.isometric is None):
        yield f"{where} must have either a movement or an isometric"
    for name in ("posture", "start", "tells"):
        yield from _crossed_bands(f"{where} {name}", getattr(level, name))
    if movement is not None:
        for name in ("turn", "turn_other", "rest"):
            yield from _crossed_bands(f"{where} {name}", getattr(movement, name))
        yield from _uncountable(where, movement)
        if movement.direction == "down":
            yield from _past_what_falls(where, spec.checks_of(level))
    seen = Counter((check.id, check.signal) for check in spec.checks_of(level))
    for (check_id, signal), times in seen.items():
        if times > 1:
            of = f" of {signal.value}" if signal is not None else ""
            yield f"{where}: check {check_id}{of} is there {times} times; leave one"


def _uncountable(where: str, movement: Movement) -> Iterable[str]:
    if not movement.signal.two_sided:
        sided = ", ".join(signal.value for signal in Signal if signal.two_sided)
        yield f"{where} counts {movement.signal.value}, which has no left and right; give {sided}"
    if movement.min_deg >= movement.range_deg:
        got = f"got {movement.min_deg:g} and {movement.range_deg:g}"
        yield f"{where}: min_deg must be below range_deg, or nothing is an attempt, {got}"
    low_s, high_s = movement.usual_rep_s
    if not 0 <= low_s < high_s:
        yield f"{where}: usual_rep_s must go from low to high, got {low_s:g} and {high_s:g}"
    if movement.share_of == "end" and movement.direction == "down":
        yield f"{where}: a share of the end is for what goes up, got down; take one of the range"
    elif movement.share_of == "end" and movement.end_deg <= 0:
        got = f"got {movement.end_deg:g}; or take a share of the range"
        yield f"{where}: end_deg must be above 0 where a share of the end is complete, {got}"


def _past_what_falls(where: str, checks: Iterable[Check]) -> Iterable[str]:
    """Yield the checks that take what falls for what has not got to its end point yet."""
    for check in checks:
        if isinstance(check, PersonalEnd):
            yield f"{where}: check {check.id} is for what goes up, got down; leave it out there"


def _check_problems(check: Check, levels: Sequence[str]) -> Iterable[str]:
    unknown = set(check.levels) - set(levels)
    if unknown:
        yield f"check {check.id}: no level {', '.join(sorted(unknown))}"
    if check.signal is not None and check.limb == "midline" and check.signal.two_sided:
        yield f"check {check.id}: {check.signal.value} is of left or right, got limb midline"
    if not isinstance(check, Limit):
        return
    most = (1 - MIN_HYSTERESIS) * check.on
    if check.off >= check.on:
        yield f"check {check.id}: off must be below on, got {check.off:g} and {check.on:g}"
    elif check.off > most:
        yield f"check {check.id}: off must be {most:g} at most, got {check.off:g}"


def _crossed_bands(where: str, bands: dict[Signal, Band]) -> Iterable[str]:
    for signal, (low, high) in bands.items():
        if low >= high:
            yield f"{where}: {signal.value} must go from low to high, got {low} and {high}"


def _isometric_problems(isometric: Isometric) -> Iterable[str]:
    yield from _crossed_bands("isometric inside", isometric.inside)
    if set(isometric.inside) != set(isometric.outside):
        yield "isometric: inside and outside must name the same signals"
        return
    for signal, (low, high) in isometric.inside.items():
        outer_low, outer_high = isometric.outside[signal]
        if outer_low >= low or outer_high <= high:
            yield f"isometric: outside must be wider than inside for {signal.value}"
