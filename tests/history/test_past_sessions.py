from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from history_writer import rep_of

from formcoach.coaching.events import Hold, Quality
from formcoach.history.past_sessions import read_results, session_result, session_results
from formcoach.history.store import History
from formcoach.history.stored import Answers, StoredSession, StoredSet
from formcoach.programme.outcomes import SessionResult, SetResult, StopReason

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def stored(*sets: StoredSet) -> StoredSession:
    return StoredSession(
        id=1,
        exercise="dead_bug",
        level="hold",
        started_at=BEGUN,
        ended_at=None,
        lang="en",
        source="0",
        sets=sets,
    )


def test_the_programme_sees_counts_and_answers() -> None:
    reps = tuple(rep_of(1, 1, n) for n in range(1, 6))
    good = sum(rep.quality is Quality.GOOD for rep in reps)
    answers = Answers(effort=3, pain_before=0, pain_after=1, breathing_normal=True)
    result = session_result(stored(StoredSet(index=1, reps=reps, answers=answers, ended=True)))
    sides = frozenset(rep.side for rep in reps if rep.side is not None)
    one = SetResult(
        good=good,
        total=5,
        sides=sides,
        effort=3,
        pain_before=0,
        pain_after=1,
        breathing_normal=True,
    )
    assert 0 < good < 5
    assert result == SessionResult(exercise="dead_bug", level="hold", at=BEGUN, sets=(one,))


def test_the_longest_stretch_in_one_line_is_what_a_hold_is_worth() -> None:
    holds = (
        Hold(side=None, start_s=0.0, end_s=12.0, in_line_s=12.0),
        Hold(side=None, start_s=20.0, end_s=60.0, faults=("hips_sag",), in_line_s=9.5),
    )
    (one,) = session_result(stored(StoredSet(index=1, holds=holds))).sets
    assert one.hold_s == 12.0


def test_why_it_ended_early_is_told_where_it_is_known() -> None:
    sets = [
        StoredSet(index=n, answers=Answers(stopped_why=why))
        for n, why in enumerate(["sharp_pain", "of another version", None], start=1)
    ]
    found = [one.stopped_why for one in session_result(stored(*sets)).sets]
    assert found == [StopReason.SHARP_PAIN, None, None]


def test_what_a_wrong_clock_dated_in_the_future_was_done_before_what_was_kept_after_it() -> None:
    days = {1: 0, 2: 30, 3: 1, 4: 1.5}
    sessions = [
        replace(stored(), id=number, level=str(number), started_at=BEGUN + timedelta(days=day))
        for number, day in sorted(days.items(), key=lambda one: one[1])
    ]
    found = session_results(sessions, BEGUN + timedelta(days=2))
    assert [result.level for result in found] == ["1", "2", "3", "4"]
    assert [result.at - BEGUN for result in found] == [
        timedelta(days=day) for day in (0, 0, 1, 1.5)
    ]


def test_the_sums_of_sqlite_say_the_same_as_the_reps(tmp_path: Path) -> None:
    hold = Hold(side=None, start_s=0.0, end_s=60.0, in_line_s=31.5)
    answers = Answers(effort=3, pain_before=1, breathing_normal=False, back_kept=True)
    with History.open(tmp_path) as history:
        for day in range(4):
            at = BEGUN + timedelta(days=day)
            number = history.begin_session("dead_bug", "hold", started_at=at, lang="en", source="")
            for set_index in range(1, day + 1):
                for index in range(1, 7):
                    history.add_rep(number, set_index, rep_of(number, set_index, index))
                unsure = replace(rep_of(1, 1, 7), index=7, quality=Quality.UNSURE, side=None)
                history.add_rep(number, set_index, unsure)
            history.add_hold(number, 2, hold)
            history.answer(number, 2, replace(answers, stopped_why="tired" if day else None))
        now = BEGUN + timedelta(days=9)
        found = read_results(history, now)
        assert found == session_results(history.sessions(), now)
        assert len(found) == 4
        assert read_results(history, BEGUN) is None, "dated as yet to come"
        with history.writing() as write:
            write.execute("UPDATE rep SET quality = 'great' WHERE rep_index = 2")
        assert read_results(history, now) is None
