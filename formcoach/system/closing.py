"""What has to be closed, as a context manager."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Protocol, Self

__all__ = ["Closing", "Managed"]


class Managed(Protocol):
    """What is used inside a ``with``, and lets go of what it holds at the end of it."""

    def __enter__(self) -> Self:
        """Give it itself."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go."""
        ...


class Closing(ABC):
    """Gives itself to a `with` block and closes at the end of it, whatever happens there."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is held."""

    def __enter__(self) -> Self:
        """Give it itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
