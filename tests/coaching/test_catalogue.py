"""Every exercise at every level: a trace without a fault, and one with each fault."""

import pytest
from coached import coached, told
from flaws import FLAWS, Key, key_of
from moves import MOVES, trace

from formcoach.coaching.events import Quality
from formcoach.exercises.library import exercise_ids, load_exercise
from formcoach.exercises.spec import Asymmetry
from formcoach.pose.landmarks import Side

Case = tuple[str, str | None]

LEVELS: list[Case] = [
    (exercise, level.id or None)
    for exercise in exercise_ids()
    for level in load_exercise(exercise).levels
]
HELD = [case for case in LEVELS if case in MOVES and MOVES[case].hold_s]
MOVED = [case for case in LEVELS if case in MOVES and not MOVES[case].hold_s]
CHECKS = [(case, key) for case in LEVELS for key in FLAWS.get(case, {})]

TIME_TOLERANCE_S = 0.15
"""Two frames: the figure's own times are exact."""


def named(case: object) -> str:
    return "-".join(str(part) for part in case if part) if isinstance(case, tuple) else str(case)


@pytest.mark.parametrize("case", LEVELS, ids=named)
def test_every_level_is_moved_and_every_check_is_broken(case: Case) -> None:
    exercise, level = case
    spec = load_exercise(exercise)
    assert case in MOVES
    assert set(FLAWS[case]) == {key_of(check) for check in spec.checks_of(spec.level(level))}


@pytest.mark.parametrize("case", MOVED, ids=named)
def test_what_is_done_well_is_counted_and_left_alone(case: Case) -> None:
    exercise, level = case
    filmed = trace(exercise, level)
    summary = coached(filmed.poses, exercise, level)
    assert told(summary.reps) == [(rep.side, Quality.GOOD, ()) for rep in filmed.reps]
    assert (summary.faults, summary.cues, summary.unsure, summary.holds) == ([], [], [], [])
    for rep, true in zip(summary.reps, filmed.reps, strict=True):
        assert rep.start_s == pytest.approx(true.start_s, abs=TIME_TOLERANCE_S)
        assert rep.turn_s == pytest.approx(true.turn_s, abs=TIME_TOLERANCE_S)
        assert rep.end_s == pytest.approx(true.end_s, abs=TIME_TOLERANCE_S)
        assert rep.hold_s == pytest.approx(true.hold_s, abs=3 * TIME_TOLERANCE_S)


@pytest.mark.parametrize("case", HELD, ids=named)
def test_what_is_held_well_is_timed_and_left_alone(case: Case) -> None:
    exercise, level = case
    filmed = trace(exercise, level)
    summary = coached(filmed.poses, exercise, level)
    assert [(hold.start_s, hold.end_s) for hold in summary.holds] == [
        pytest.approx(filmed.hold_s, abs=TIME_TOLERANCE_S)
    ]
    assert (summary.faults, summary.cues, summary.unsure, summary.reps) == ([], [], [], [])


@pytest.mark.parametrize(("case", "key"), CHECKS, ids=named)
def test_a_flaw_gives_its_fault_and_no_other(case: Case, key: Key) -> None:
    (exercise, level), (fault, _) = case, key
    flaw = FLAWS[case][key]
    filmed = trace(
        exercise,
        level,
        flaw.total,
        far=dict.fromkeys(flaw.reps, flaw.far),
        tempos=dict.fromkeys(flaw.reps, flaw.tempo) if flaw.tempo else None,
    )
    end_deg = dict.fromkeys(Side, flaw.personal_end_deg) if flaw.personal_end_deg else None
    summary = coached(filmed.poses, exercise, level, personal_end_deg=end_deg)
    assert {found.id for found in summary.faults} - flaw.also == {fault}
    assert any(cue.id == fault for cue in summary.cues) or is_of_the_set(case, key)
    if MOVES[case].hold_s:
        assert [set(hold.faults) - flaw.also for hold in summary.holds] == [{fault}]
        return
    blamed = [] if is_of_the_set(case, key) else list(flaw.blamed)
    reps = told(summary.reps)
    assert [side for side, _, _ in reps] == [rep.side for rep in filmed.reps]
    for number, (_, quality, faults) in enumerate(reps, start=1):
        expected = {fault} if number in blamed else set()
        assert set(faults) - flaw.also == expected, number
        assert quality is (Quality.FAULTY if faults else Quality.GOOD), number


def is_of_the_set(case: Case, key: Key) -> bool:
    """Say whether a check is about the whole set and blames no single rep."""
    checks = load_exercise(case[0]).checks
    return any(isinstance(check, Asymmetry) and key_of(check) == key for check in checks)
