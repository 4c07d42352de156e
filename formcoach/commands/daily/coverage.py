"""What the source article asks, what the program does about it, and where: coverage.toml read."""

import tomllib
from importlib.resources import files
from typing import Literal

import msgspec

__all__ = ["Requirement", "Way", "load_coverage"]

Way = Literal["done", "spoken", "asked", "timed", "information", "never claimed"]


class Requirement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row.

    Attributes:
        number: S1 to S81 of `docs/rules.md`, A.
        asks: what the article asks, in few words of our own.
        way: whether it is done, spoken, asked, timed, left as information, or never claimed.
        does: what the program does.
        where: ``module:name``, ``phrases:id`` or ``exercises:exercise.level``.
    """

    number: str
    asks: str
    way: Way
    does: str
    where: str


def load_coverage() -> tuple[Requirement, ...]:
    """Return the rows, in the order of the file."""
    rows = tomllib.loads(files(__package__).joinpath("coverage.toml").read_text(encoding="utf-8"))
    return tuple(
        msgspec.convert({"number": number, **row}, Requirement) for number, row in rows.items()
    )
