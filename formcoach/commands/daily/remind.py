"""Reminders: the next one, a calendar of them, or a watch that gives them as they come due."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep

from rich.console import Console
from rich.markup import escape

from formcoach.commands.console import guarded
from formcoach.commands.daily.calendar import CalendarEvent, calendar_text
from formcoach.commands.daily.notify import notify_desktop
from formcoach.commands.daily.speaking import speaking
from formcoach.errors import OutputError
from formcoach.history.notebook import Notebook
from formcoach.programme.moments import after, elapsed
from formcoach.programme.outcomes import SessionResult
from formcoach.programme.profile import Profile
from formcoach.programme.reminders import (
    next_reminder,
    reminder_line,
    reminder_text,
    upcoming_reminders,
)
from formcoach.programme.screening import unanswered
from formcoach.programme.sittings import ONE_SITTING
from formcoach.system.language import read_in
from formcoach.system.local_time import local_now
from formcoach.words.phrases import Phrases, load_phrases
from formcoach.words.times import when_words

__all__ = ["Watch", "remind_next", "watch_reminders", "write_reminders"]

LASTS = timedelta(minutes=5)
"""How long a series takes up in a calendar. Proposal."""
LOOK_EVERY = timedelta(minutes=1)
"""How often the watch looks again: a series may have been done, a machine may have slept."""
NOTHING = timedelta(0)


def remind_next(
    data: Path | None, *, lang: str | None = None, now: Callable[[], datetime] = local_now
) -> int:
    """Print when the next reminder is due.

    Args:
        data: the folder of the history; None for the platform's.
        lang: the language, where it is not the profile's.
        now: the time now, in the zone of the place.
    """
    with guarded(), Notebook.open(data) as notebook:
        profile = notebook.needed_profile()
        phrases = load_phrases(lang or profile.lang)
        read_in(phrases.lang)
        at = _next_at(notebook, now(), None)
        if at is None:
            _show_none(profile, phrases)
        else:
            text = phrases.text("remind.next", when=when_words(at, now(), phrases))
            Console().print(text, highlight=False)
    return 0


def write_reminders(
    path: Path,
    data: Path | None,
    days: int,
    *,
    lang: str | None = None,
    now: Callable[[], datetime] = local_now,
) -> int:
    """Write the reminders of some days to a calendar file, as if each was followed at once.

    Args:
        path: the file; an older one is replaced when the new one is whole.
        data: the folder of the history; None for the platform's.
        days: how many days from now on.
        lang: the language, where it is not the profile's.
        now: the time now, in the zone of the place.
    """
    with guarded(), Notebook.open(data) as notebook:
        profile, begin = notebook.needed_profile(), now()
        phrases = load_phrases(lang or profile.lang)
        read_in(phrases.lang)
        until = after(begin, timedelta(days=days))
        diary, given = notebook.diary, notebook.given_plan
        results = notebook.results(begin)
        times = upcoming_reminders(
            profile,
            results,
            begin,
            until,
            diary=diary,
            check_ins=notebook.check_ins_by(begin),
            given=given,
        )
        titles = [phrases.text(reminder_line(profile, diary, at.date()).phrase) for at in times]
        on_day = Counter({begin.date(): _sittings_on(begin, results)})
        events = []
        for at, title in zip(times, titles, strict=True):
            on_day[at.date()] += 1
            number = on_day[at.date()]
            text = phrases.text(reminder_text(profile, diary, given, at.date()).phrase)
            events.append(CalendarEvent(at=at, lasts=LASTS, title=title, text=text, number=number))
        name, owner = phrases.text("remind.calendar"), notebook.calendar_id()
        _write(path, calendar_text(events, name=name, written_at=begin, owner=owner))
        told = phrases.text("remind.written", n=len(events), file=path)
        Console().print(escape(told), highlight=False, soft_wrap=True)
        if unanswered(profile):
            _show_none(profile, phrases)
    return 0


def watch_reminders(
    data: Path | None, *, voice: bool, again_after: timedelta, lang: str | None = None
) -> int:
    """Stay, and remind as it comes due, until Ctrl-C or until there is nothing to remind of.

    Args:
        data: the folder of the history; None for the platform's.
        voice: whether to speak as well.
        again_after: how long after a reminder that was not followed it comes again.
        lang: the language, where it is not the profile's.
    """
    with guarded(), Notebook.open(data) as notebook:
        profile = notebook.needed_profile()
        phrases = load_phrases(lang or profile.lang)
        read_in(phrases.lang)
        console = Console()
        console.print(phrases.text("remind.watching"), highlight=False)

        def remind(text: str) -> None:
            console.print(f"{local_now():%H:%M}  {text}", highlight=False)
            notify_desktop(phrases.text("remind.calendar"), text)
            if voice:
                _speak(text, phrases.lang)

        try:
            Watch(notebook=notebook, phrases=phrases, remind=remind, again_after=again_after).run()
        except KeyboardInterrupt:
            return 0
        _show_none(profile, phrases)
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Reminds as it comes due.

    Attributes:
        notebook: read again each time: a series may have been done meanwhile.
        phrases: the words.
        remind: gives a reminder.
        again_after: how long after a reminder that was not followed it comes again.
        now: the time now, in the zone of the place.
        wait: waits for so many seconds.
    """

    notebook: Notebook
    phrases: Phrases
    remind: Callable[[str], None]
    again_after: timedelta
    now: Callable[[], datetime] = local_now
    wait: Callable[[float], None] = sleep

    def run(self) -> None:
        """Remind until there is nothing more to remind of."""
        not_before: datetime | None = None
        while (at := _next_at(self.notebook, now := self.now(), not_before)) is not None:
            left = elapsed(now, at)
            if left > NOTHING:
                self.wait(min(left, LOOK_EVERY) / timedelta(seconds=1))
                continue
            notebook = self.notebook
            line = reminder_line(notebook.needed_profile(), notebook.diary, at.date())
            self.remind(self.phrases.text(line.phrase, **line.slots))
            not_before = after(self.now(), self.again_after)


def _sittings_on(now: datetime, results: Sequence[SessionResult]) -> int:
    """Return how often something was done today, sessions close together taken as one."""
    count, last_at = 0, None
    for result in results:
        if result.at.astimezone(now.tzinfo).date() != now.date():
            continue
        if last_at is None or elapsed(last_at, result.at) > ONE_SITTING:
            count += 1
        last_at = result.at
    return count


def _show_none(profile: Profile, phrases: Phrases) -> None:
    """Print that there is nothing to remind of, and what to do where the set-up is not complete."""
    lines = ["remind.none"]
    if unanswered(profile):
        lines += ["plan.set_up_first", "plan.note_set_up"]
    for line in lines:
        Console().print(phrases.text(line), highlight=False)


def _next_at(notebook: Notebook, now: datetime, not_before: datetime | None) -> datetime | None:
    profile, done = notebook.needed_profile(), notebook.results(now)
    return next_reminder(
        profile,
        done,
        now,
        diary=notebook.diary,
        check_ins=notebook.check_ins_by(now),
        not_before=not_before,
        given=notebook.given_plan,
    )


def _speak(text: str, lang: str) -> None:
    # The loudspeaker is opened again for each reminder: it may have changed since the last one.
    with speaking(lang) as say:
        if say is not None:
            say(text)


def _write(path: Path, text: str) -> None:
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(text.encode())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); choose another --ics"
        ) from error
