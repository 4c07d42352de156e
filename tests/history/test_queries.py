"""What is asked of the history: the same numbers as from the reps themselves, quickly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from math import nan
from pathlib import Path
from statistics import mean

import pytest
from history_writer import rep_of

from formcoach.coaching.events import Hold, Quality, SetSummary
from formcoach.errors import StoreError
from formcoach.history.queries import SessionFilter, SessionRow, progress, session, sessions
from formcoach.history.store import History
from formcoach.history.stored import Answers
from formcoach.pose.landmarks import Side

AMSTERDAM = timezone(timedelta(hours=1))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=AMSTERDAM)  # a Monday


def add(
    history: History, at: datetime, exercise: str = "dead_bug", level: str = "hold", reps: int = 4
) -> int:
    number = history.begin_session(exercise, level, started_at=at, lang="en", source="0")
    done = [rep_of(number, 1, n) for n in range(1, reps + 1)]
    history.end_set(number, 1, SetSummary(reps=done), effort=3, pain_before=0, pain_after=1)
    history.end_session(number, at + timedelta(minutes=4))
    return number


def test_a_row_has_the_numbers_of_its_reps(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        number = add(history, NOON)
        partial = replace(rep_of(number, 2, 1), quality=Quality.PARTIAL, rom_deg=5.0)
        unsure = replace(rep_of(number, 2, 2), quality=Quality.UNSURE, rom_deg=300.0)
        unseen = replace(rep_of(number, 2, 3), quality=Quality.GOOD, rom_deg=nan, faults=())
        hold = Hold(side=None, start_s=1, end_s=9, in_line_s=6.5, faults=("hips_sag",))
        summary = SetSummary(reps=[partial, unsure, unseen], holds=[hold])
        history.end_set(number, 2, summary, effort=5, breathing_normal=False, stopped_why="tired")
        (row,) = sessions(history)
        whole = session(history, number)
    reps = [rep for one in whole.sets for rep in one.reps]
    judged = [r for r in reps if r.quality in (Quality.GOOD, Quality.FAULTY)]
    for side in Side:
        ranges = [r.rom_deg for r in judged if r.side is side and r.rom_deg == r.rom_deg]
        assert row.range_deg[side.word] == pytest.approx(mean(ranges))
    assert (row.good, row.faulty, row.unsure, row.partial) == tuple(
        sum(one.count(quality) for one in whole.sets)
        for quality in (Quality.GOOD, Quality.FAULTY, Quality.UNSURE, Quality.PARTIAL)
    )
    assert row.total == sum(one.total for one in whole.sets)
    assert row.rep_s == pytest.approx(mean(r.end_s - r.start_s for r in reps if r.completed))
    assert (row.effort, row.pain_before, row.pain, row.breathing_normal) == (5, 0, 1, False)
    assert (row.hold_s, row.stopped_why, row.sets, row.ended) == (6.5, ("tired",), 2, True)
    assert row.started_at == whole.started_at
    assert row.faults["hips_sag"] == 1
    assert row.faults["too_fast"] == sum("too_fast" in r.faults for r in reps)


def test_only_what_is_asked_for_is_there_and_in_order(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        ids = [add(history, NOON + timedelta(days=n)) for n in range(5)]
        squat = add(history, NOON - timedelta(days=1), "squat", "")

        def found(**wanted: object) -> list[int]:
            return [one.id for one in sessions(history, SessionFilter(**wanted))]  # type: ignore[arg-type]  # any field

        assert found() == [squat, *ids]
        assert found(exercise="squat") == [squat]
        assert found(exercise="no_such") == []
        assert found(limit=2) == ids[-2:]
        days = {"since": date(2026, 3, 3), "until": date(2026, 3, 4)}
        assert found(**days) == ids[1:3]
        assert found(until=date.max) == [squat, *ids]


def test_progress_has_every_week_and_each_step(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        first = add(history, NOON)
        second = add(history, NOON + timedelta(hours=3))
        third = add(history, NOON + timedelta(days=15), level="reach")
        found = progress(history, SessionFilter(until=date(2026, 3, 22)))
    assert (found.since, found.until) == (date(2026, 3, 2), date(2026, 3, 22))
    assert [(d.day.day, d.sessions, d.first_id) for d in found.days] == [
        (2, 2, first),
        (17, 1, third),
    ]
    assert [(w.monday.day, w.days, w.sessions) for w in found.weeks] == [
        (2, 1, 2),
        (9, 0, 0),
        (16, 1, 1),
    ]
    assert found.weeks[0].good == sum(one.good for one in found.sessions[:2])
    steps = [(s.session_id, s.before, s.level) for s in found.steps]
    assert steps == [(first, None, "hold"), (third, "hold", "reach")]
    assert found.exercises() == ("dead_bug",)
    assert second in [one.id for one in found.of("dead_bug")]


def test_without_sessions_there_is_an_empty_progress(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        found = progress(history)
    assert (found.sessions, found.days, found.steps) == ((), (), ())
    assert found.since == found.until
    assert [week.sessions for week in found.weeks] == [0]


def test_a_session_that_does_not_exist_is_one_line_with_the_way_out(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        for number in (7, -1, 10**30):
            with pytest.raises(StoreError, match=f"no session {number}; formcoach history lists"):
                session(history, number)


def test_one_that_was_cut_off_is_listed_as_such(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        number = history.begin_session("squat", "", started_at=NOON, lang="en", source="0")
        history.add_rep(number, 1, rep_of(number, 1, 1))
        (row,) = sessions(history)
    assert (row.ended, row.total) == (False, 1)


Holds = Callable[[SessionRow], bool]

BROKEN: dict[str, tuple[str, Holds]] = {
    "rep": ("UPDATE rep SET start_s = 'soon' WHERE rep_index = 1", lambda row: row.total == 3),
    "quality": ("UPDATE rep SET quality = 'great'", lambda row: row.total == 0),
    "infinite": (
        "UPDATE rep SET rom_deg = 9e999",
        lambda row: row.range_deg == {} and row.total == 0,
    ),
    "effort": ("UPDATE exercise_set SET effort = 99", lambda row: row.effort is None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_makes_no_sense_is_left_out_and_told(name: str, tmp_path: Path) -> None:
    statement, check = BROKEN[name]
    with History.open(tmp_path) as history:
        number = add(history, NOON)
        answers = Answers(effort=2)
        history.answer(number, 2, answers)
        with history.writing() as write:
            write.execute(f"{statement}{' AND' if 'WHERE' in statement else ' WHERE'} session_id=1")
        (row,) = sessions(history)
        assert check(row)
        assert history.odd[0].startswith(f"session {number}")


def test_a_session_without_an_exercise_is_left_out_and_told(tmp_path: Path) -> None:
    with History.open(tmp_path) as history:
        number, other = add(history, NOON), add(history, NOON)
        with history.writing() as write:
            write.execute("UPDATE session SET exercise = x'00ff' WHERE id = ?", (number,))
        assert [one.id for one in sessions(history)] == [other]
        assert history.odd == [rf"session {number}: exercise b'\x00\xff'"]
