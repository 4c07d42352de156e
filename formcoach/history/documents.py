"""Documents of the history: records kept whole, each under its name."""

from typing import TypeVar

import msgspec

from formcoach.errors import DocumentError
from formcoach.history.transactions import Transactions
from formcoach.system.local_time import local_now

__all__ = ["Documents"]

T = TypeVar("T")


class Documents(Transactions):
    """A database that keeps records whole: the profile, the diary, a given plan."""

    def put_document(self, name: str, value: object) -> None:
        """Keep a dataclass or struct whole, under a name, in the place of the one before."""
        with self.writing() as write:
            write.execute(
                "INSERT INTO document VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET body = excluded.body",
                (name, msgspec.json.encode(value)),
            )

    def document(self, name: str, kind: type[T]) -> T | None:
        """Return what was kept under a name, or None.

        Raises:
            DocumentError: it is not of this kind.
        """
        with self.reading() as read:
            row = read.execute("SELECT body FROM document WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        try:
            return msgspec.json.decode(row["body"], type=kind)
        except (msgspec.MsgspecError, TypeError, RecursionError) as error:
            raise DocumentError(
                f"{self.path}: {name} cannot be read ({error}); run formcoach setup again"
            ) from error

    def drop_document(self, name: str) -> bool:
        """Delete what was kept under a name; say whether there was anything."""
        with self.writing() as write:
            return write.execute("DELETE FROM document WHERE name = ?", (name,)).rowcount > 0

    def set_document_aside(self, name: str) -> None:
        """Give a document another name, so that a new one takes none of it away."""
        stamp = local_now().strftime("%Y%m%d-%H%M%S")
        with self.writing() as write:
            write.execute(
                "UPDATE OR REPLACE document SET name = ? WHERE name = ?",
                (f"{name}.damaged-{stamp}", name),
            )
