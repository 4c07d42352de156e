"""The history as the programme needs it: the profile, the diary, check-ins, and what was done."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Self, TypeVar

import msgspec

from formcoach.errors import DocumentError, StoreError
from formcoach.history.past_sessions import read_results, session_results
from formcoach.history.store import History
from formcoach.programme.given import GivenPlan
from formcoach.programme.moments import is_yet_to_come, settled
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.profile import Profile
from formcoach.programme.two_weeks import CheckIn, Diary, DiaryEntry, begun
from formcoach.system.closing import Closing
from formcoach.system.streams import say

__all__ = ["Notebook"]

PROFILE, DIARY, CHECK_INS = "profile", "diary", "check_ins"
CALENDAR, PLAN = "calendar", "given_plan"

T = TypeVar("T")


class Notebook(Closing):
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

    def close(self) -> None:
        """Close the history."""
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
            raise StoreError.told(
                "no_set_up", "{path}: no set-up yet; run: formcoach setup", path=self.history.path
            )
        return profile

    def put_profile(self, profile: Profile) -> None:
        """Keep what was told."""
        self._put(PROFILE, profile)

    @property
    def diary(self) -> Diary | None:
        """The weeks of comparing, as far as they can be read; None where they were not begun."""
        try:
            return self.history.document(DIARY, Diary)
        except DocumentError as error:
            self._tell_unreadable(DIARY, error)
        found = self._raw(DIARY)
        told = found if isinstance(found, dict) else {}
        entries = tuple(_readable(told.get("entries"), DiaryEntry))
        days = [*_readable([told.get("begun_on")], date), *sorted(entry.day for entry in entries)]
        return Diary(begun_on=days[0], entries=entries) if days else None

    def put_diary(self, diary: Diary) -> None:
        """Keep the diary."""
        self._put(DIARY, diary)

    def begin_diary(self, day: date, *, again: bool = False) -> Diary:
        """Begin the weeks of comparing, unless they were begun; or begin new ones."""
        diary = self.diary
        if diary is None or again:
            diary = begun(diary, day)
            self.put_diary(diary)
        return diary

    def calendar_id(self) -> str:
        """Return what this person's calendar events are told from another's by; made up once."""
        try:
            known = self.history.document(CALENDAR, str)
        except DocumentError:
            known = None
        if not known:
            known = token_hex(4)
            self._put(CALENDAR, known)
        return known

    @property
    def check_ins(self) -> tuple[CheckIn, ...]:
        """What was told at the check-ins, in order of time, as far as it can be read."""
        try:
            kept: tuple[CheckIn, ...] | None = self.history.document(CHECK_INS, tuple[CheckIn, ...])
        except DocumentError as error:
            self._tell_unreadable(CHECK_INS, error)
            return tuple(_readable(self._raw(CHECK_INS), CheckIn))
        return kept or ()

    def add_check_in(self, check_in: CheckIn) -> None:
        """Keep what was told at a check-in."""
        self._put(CHECK_INS, (*self.check_ins, check_in))

    def put_check_ins(self, check_ins: tuple[CheckIn, ...]) -> None:
        """Keep these check-ins, in the place of all before."""
        self._put(CHECK_INS, check_ins)

    def check_ins_by(self, now: datetime) -> list[CheckIn]:
        """Return what was told at the check-ins; what a wrong clock dated is put right."""
        kept = self.check_ins
        times = settled([check_in.at for check_in in kept], now)
        return [replace(check_in, at=at) for check_in, at in zip(kept, times, strict=True)]

    @property
    def given_plan(self) -> GivenPlan | None:
        """The physiotherapist's plan; None where none was given, or it cannot be read, as told."""
        try:
            return self.history.document(PLAN, GivenPlan)
        except DocumentError as error:
            self._tell(
                f"the physiotherapist's plan cannot be read ({error.__cause__}) and is not "
                f"followed; import it again with formcoach plan import"
            )
            return None

    def put_given_plan(self, plan: GivenPlan) -> None:
        """Keep the physiotherapist's plan, in the place of the one before."""
        self._put(PLAN, plan)

    def drop_given_plan(self) -> bool:
        """Go back to the ladder; say whether there was a plan."""
        return self.history.drop_document(PLAN)

    def results(self, now: datetime) -> list[SessionResult]:
        """Return what was done, in order of time; say on stderr what of it makes no sense."""
        if (found := read_results(self.history, now)) is not None:
            return found
        sessions = self.history.sessions()
        ahead = [one for one in sessions if is_yet_to_come(one.started_at, now)]
        if ahead:
            more = f"; {len(ahead) - 1} more" if ahead[1:] else ""
            day = f"{ahead[0].started_at:%Y-%m-%d}"
            self._tell(
                f"session {ahead[0].id} is dated {day}, which is yet to come{more}: it counts as "
                f"done before; if it is the clock of this machine that is wrong, set it right"
            )
        if odd := self.history.odd:
            more = f"; {len(odd) - 1} more" if odd[1:] else ""
            self._tell(
                f"what makes no sense is left out ({odd[0]}{more}); the file stays as it is: put a "
                f"copy of your own in its place, or go on without"
            )
        return session_results(sessions, now)

    def _put(self, name: str, value: object) -> None:
        """Keep a document; one that cannot be read is set aside and not written over."""
        kind: Any = tuple[CheckIn, ...] if name == CHECK_INS else type(value)
        try:
            self.history.document(name, kind)
        except DocumentError:
            self.history.set_document_aside(name)
        self.history.put_document(name, value)

    def _raw(self, name: str) -> object:
        """Return a document as it is, whatever it is; None where it is nothing at all."""
        try:
            return self.history.document(name, object)
        except DocumentError:
            return None

    def _tell_unreadable(self, name: str, error: DocumentError) -> None:
        reason = error.__cause__
        self._tell(
            f"{name} cannot be read whole ({reason}); what can be is used, and all of it is set "
            f"aside when the next is noted"
        )

    def _tell(self, trouble: str) -> None:
        """Say something about the history on stderr, once."""
        if trouble not in self._told:
            self._told.add(trouble)
            say(f"{self.history.path}: {trouble}")


def _readable(found: object, kind: type[T]) -> Iterator[T]:
    """Yield those of a list that are what they should be."""
    for one in found if isinstance(found, Iterable) else ():
        try:
            yield msgspec.convert(one, kind)
        except msgspec.ValidationError:
            continue
