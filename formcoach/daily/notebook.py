"""The history as the programme needs it: the profile, the diary, check-ins, and what was done."""

from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from formcoach.console import say
from formcoach.errors import StoreError
from formcoach.programme.diary import CheckIn, Diary
from formcoach.programme.profile import Profile
from formcoach.programme.results import SessionResult
from formcoach.records.history import History
from formcoach.records.results import session_result

__all__ = ["Notebook"]

PROFILE, DIARY, CHECK_INS = "profile", "diary", "check_ins"


class Notebook:
    """What is kept of one person.

    Attributes:
        history: the sessions, rep by rep.
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self._told: set[str] = set()

    @classmethod
    def open(cls, folder: Path | None = None) -> Self:
        """Open the notebook of a folder, by default the platform's own.

        Raises:
            StoreError: it cannot be used.
        """
        return cls(History.open(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.history.close()

    @property
    def profile(self) -> Profile | None:
        """What was told at the set-up; None before it."""
        return self.history.document(PROFILE, Profile)

    def needed_profile(self) -> Profile:
        """Return what was told at the set-up.

        Raises:
            StoreError: there has been none.
        """
        profile = self.profile
        if profile is None:
            raise StoreError(f"{self.history.path}: no set-up yet; run: formcoach setup")
        return profile

    def put_profile(self, profile: Profile) -> None:
        """Keep what was told."""
        self.history.put_document(PROFILE, profile)

    @property
    def diary(self) -> Diary | None:
        """The weeks of comparing; None where they were not begun."""
        return self.history.document(DIARY, Diary)

    def put_diary(self, diary: Diary) -> None:
        """Keep the diary."""
        self.history.put_document(DIARY, diary)

    def begin_diary(self, day: date) -> Diary:
        """Begin the weeks of comparing, unless they were begun."""
        diary = self.diary
        if diary is None:
            diary = Diary(begun_on=day)
            self.put_diary(diary)
        return diary

    @property
    def check_ins(self) -> tuple[CheckIn, ...]:
        """What was told at the check-ins, in order of time."""
        kept: tuple[CheckIn, ...] | None = self.history.document(CHECK_INS, tuple[CheckIn, ...])
        return kept or ()

    def add_check_in(self, check_in: CheckIn) -> None:
        """Keep what was told at a check-in."""
        self.history.put_document(CHECK_INS, (*self.check_ins, check_in))

    def results(self) -> list[SessionResult]:
        """Return what was done, in order of time; say on stderr what of it makes no sense."""
        results = [session_result(session) for session in self.history.sessions()]
        if odd := self.history.odd:
            more = f"; {len(odd) - 1} more" if odd[1:] else ""
            self._tell(
                f"what makes no sense is left out ({odd[0]}{more}); the file stays as it is: put a "
                f"copy of your own in its place, or go on without"
            )
        return results

    def _tell(self, trouble: str) -> None:
        """Say something about the history on stderr, once."""
        if trouble not in self._told:
            self._told.add(trouble)
            say(f"{self.history.path}: {trouble}")
