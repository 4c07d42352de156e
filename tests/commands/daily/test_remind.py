import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from commands import run
from history_writer import rep_of
from icalendar import Calendar

from formcoach.commands.daily.notify import desktop_command, notify_desktop
from formcoach.commands.daily.remind import Watch, write_reminders
from formcoach.history.notebook import Notebook
from formcoach.programme.profile import Focus, Profile, QuietHours
from formcoach.programme.screening import QUESTIONS
from formcoach.words.phrases import load_phrases

ENGLISH = load_phrases("en")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BEFORE_THE_CLOCKS_GO_ON = datetime(2026, 3, 28, 20, 0, tzinfo=AMSTERDAM)
SORE = Profile(
    screening=dict.fromkeys(QUESTIONS, False),
    has_pain=True,
    quiet=QuietHours(begin=time(22), end=time(7)),
)
STRETCHES = replace(SORE, focus=Focus.STRETCH)
SERIES = ENGLISH.text("plan.reminder_series")


def keep(data: Path, profile: Profile = SORE) -> None:
    with Notebook.open(data) as notebook:
        notebook.put_profile(profile)


def done(notebook: Notebook, at: datetime) -> None:
    """Keep a session that was done."""
    history = notebook.history
    session = history.begin_session("hip_flexion", "bent", started_at=at, lang="en", source="0")
    history.add_rep(session, 1, rep_of(1, 1, 1))
    history.end_session(session, at)


class Clock:
    """Time that passes only while somebody waits for it."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.until: datetime | None = None

    def now(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        assert 0 < seconds <= 60
        self.at = (self.at.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(AMSTERDAM)
        if self.until is not None and self.at >= self.until:
            raise KeyboardInterrupt


def watched(data: Path, clock: Clock, hours: float) -> list[str]:
    """Return when it reminded, on the clock of the place."""
    given: list[str] = []

    def remind(text: str) -> None:
        assert text == SERIES
        given.append(f"{clock.at:%d %H:%M}")

    clock.until = clock.at + timedelta(hours=hours)
    with Notebook.open(data) as notebook:
        watch = Watch(
            notebook=notebook,
            phrases=ENGLISH,
            remind=remind,
            again_after=timedelta(minutes=30),
            now=clock.now,
            wait=clock.wait,
        )
        with pytest.raises(KeyboardInterrupt):
            watch.run()
    return given


def test_it_reminds_when_a_series_is_due_and_again_until_it_is_done(tmp_path: Path) -> None:
    keep(tmp_path)
    clock = Clock(datetime(2026, 3, 2, 9, 0, tzinfo=AMSTERDAM))
    with Notebook.open(tmp_path) as notebook:
        done(notebook, clock.at - timedelta(hours=1))
    assert watched(tmp_path, clock, 2.6) == ["02 10:30", "02 11:00", "02 11:30"]


def test_a_series_that_is_done_meanwhile_is_waited_for_anew(tmp_path: Path) -> None:
    keep(tmp_path)
    clock = Clock(datetime(2026, 3, 2, 9, 0, tzinfo=AMSTERDAM))
    with Notebook.open(tmp_path) as notebook:
        done(notebook, clock.at - timedelta(hours=1))
        done(notebook, clock.at)
    assert watched(tmp_path, clock, 2.6) == ["02 11:30"]


def test_it_is_silent_in_quiet_hours_and_wakes_with_the_new_clock(tmp_path: Path) -> None:
    keep(tmp_path)
    clock = Clock(BEFORE_THE_CLOCKS_GO_ON)
    with Notebook.open(tmp_path) as notebook:
        done(notebook, clock.at)
    assert watched(tmp_path, clock, 11.2) == ["29 07:00"]


def test_the_watch_ends_when_a_professional_is_to_be_seen_first(tmp_path: Path) -> None:
    keep(tmp_path, replace(SORE, screening=SORE.screening | {"heart": True}))
    with Notebook.open(tmp_path) as notebook:
        Watch(
            notebook=notebook,
            phrases=ENGLISH,
            remind=pytest.fail,
            again_after=timedelta(minutes=30),
            now=lambda: BEFORE_THE_CLOCKS_GO_ON,
            wait=lambda seconds: pytest.fail(f"waited {seconds} s"),
        ).run()


def events_of(path: Path) -> Iterator[datetime]:
    for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
        assert str(event["SUMMARY"]) == SERIES
        at: Any = event.decoded("DTSTART")
        yield at.astimezone(AMSTERDAM)


def test_the_calendar_keeps_quiet_hours_and_the_distance_of_series(tmp_path: Path) -> None:
    keep(tmp_path)
    file = tmp_path / "series.ics"
    status = write_reminders(file, tmp_path, 3, now=lambda: BEFORE_THE_CLOCKS_GO_ON)
    assert status == 0
    found = list(events_of(file))
    assert len(found) > 15
    assert found[0] == BEFORE_THE_CLOCKS_GO_ON
    assert not any(SORE.quiet.cover(at.time()) for at in found)
    assert f"{found[1]:%d %H:%M}" == "29 07:00"
    assert f"{found[2]:%d %H:%M}" == "29 09:30"
    assert len(Calendar.from_ical(file.read_bytes()).walk("VALARM")) == len(found)


def test_a_stretch_week_is_reminded_of_stretching_and_the_next_of_series(tmp_path: Path) -> None:
    keep(tmp_path, replace(SORE, focus=Focus.COMPARE))
    begin = datetime(2026, 3, 2, 9, 0, tzinfo=AMSTERDAM)
    with Notebook.open(tmp_path) as notebook:
        notebook.begin_diary(begin.date())
    file = tmp_path / "weeks.ics"
    write_reminders(file, tmp_path, 10, now=lambda: begin)
    by_day = defaultdict[date, list[str]](list)
    for event in Calendar.from_ical(file.read_bytes()).walk("VEVENT"):
        at: Any = event.decoded("DTSTART")
        by_day[at.astimezone(AMSTERDAM).date()].append(str(event["SUMMARY"]))
    days = list(by_day.values())
    assert days[:7] == [[ENGLISH.text("plan.reminder_stretch")]] * 7
    assert all(set(titles) == {SERIES} for titles in days[7:])
    assert len(days[8]) == 6


def test_the_calendar_replaces_an_older_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    keep(tmp_path / "data")
    file = tmp_path / "series.ics"
    file.write_text("old")
    ran = run("remind", "--ics", file, "--days", 2, "--data", tmp_path / "data")
    assert ran.status == 0
    assert file.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "series.ics"]
    assert "series.ics" in ran.out


def test_a_calendar_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    keep(tmp_path / "data")
    (tmp_path / "file").write_text("in the way")
    ran = run("remind", "--ics", tmp_path / "file" / "a.ics", "--data", tmp_path / "data")
    assert ran.status == 1
    assert "choose another --ics" in ran.error


def test_the_next_one_is_told(tmp_path: Path) -> None:
    keep(tmp_path, replace(SORE, quiet=QuietHours(begin=time(0), end=time(0))))
    ran = run("remind", "--data", tmp_path)
    assert ran.status == 0
    assert ran.out.startswith(ENGLISH.text("remind.next", when=""))


def test_nothing_is_reminded_of_before_a_professional_was_seen(tmp_path: Path) -> None:
    keep(tmp_path, replace(SORE, screening=SORE.screening | {"heart": True}))
    for options in ((), ("--watch", "--no-voice")):
        ran = run("remind", *options, "--data", tmp_path)
        assert ran.status == 0
        assert ENGLISH.text("remind.none") in ran.out


def test_without_a_set_up_it_says_so_in_one_line(tmp_path: Path) -> None:
    assert "formcoach setup" in run("remind", "--data", tmp_path).error


WORDS = ("FormCoach", '-x "$HOME" `id` 5 reps; ok')


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_words_are_never_taken_for_commands(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/bin/{name}")
    command = desktop_command(*WORDS, platform=platform)
    assert command is not None
    if platform == "win32":
        assert not any(WORDS[1] in argument for argument in command.arguments)
        assert command.environment["FORMCOACH_TEXT"] == WORDS[1]
    else:
        assert command.arguments[-2:] == list(WORDS)
        assert not any(WORDS[1] in argument for argument in command.arguments[:-1])


def test_where_nothing_can_notify_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert not notify_desktop(*WORDS)


@pytest.mark.skipif(sys.platform != "linux", reason="a script in place of notify-send")
@pytest.mark.parametrize("status", [0, 3])
def test_the_notifier_gets_the_words_as_they_are(
    status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notifier = tmp_path / "notify-send"
    notifier.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/given\nexit {status}\n')
    notifier.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert notify_desktop(*WORDS) is (status == 0)
    given = (tmp_path / "given").read_text().splitlines()
    assert given[-3:] == ["--", *WORDS]


def test_a_calendar_written_again_after_a_series_leaves_no_stale_event(tmp_path: Path) -> None:
    nine = datetime(2026, 3, 2, 9, tzinfo=AMSTERDAM)

    def uids(at: datetime) -> dict[str, datetime]:
        path = tmp_path / "formcoach.ics"
        assert write_reminders(path, tmp_path, 1, now=lambda: at) == 0
        events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        return {str(event["UID"]): event.decoded("DTSTART") for event in events}

    keep(tmp_path)
    before = uids(nine)
    with Notebook.open(tmp_path) as notebook:
        done(notebook, nine + timedelta(minutes=5))
        done(notebook, nine + timedelta(minutes=15))  # of the same series
    after = uids(nine + timedelta(hours=1))
    today = sorted(uid for uid in before if uid.startswith("20260302"))
    assert [uid for uid in today if uid not in after] == today[:1]  # the one that was done
    assert len(after) >= len(before) - 1
    assert uids(nine + timedelta(hours=2)).keys() == after.keys()


@pytest.mark.parametrize("name", ["agenda[old]", "x[", "x[bold]"])
def test_a_path_is_printed_as_it_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep(tmp_path)
    path = tmp_path / name
    assert write_reminders(path, tmp_path, 1) == 0
    assert str(path) in capsys.readouterr().out


def test_an_event_says_what_to_do_and_no_command(tmp_path: Path) -> None:
    for number, profile in enumerate((SORE, replace(SORE, has_pain=False), STRETCHES)):
        data = tmp_path / str(number)
        keep(data, profile)
        path = tmp_path / f"{number}.ics"
        assert run("remind", "--ics", path, "--days", 3, "--lang", "nl", "--data", data).status == 0
        events = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
        told = {str(event["DESCRIPTION"]) for event in events}
        assert len(told) == 1
        assert not any("formcoach" in text.lower() for text in told)
        kind = ("series", "sets", "stretch")[number]
        assert told == {load_phrases("nl").text(f"calendar.{kind}")}
