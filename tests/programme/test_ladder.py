"""What the ladder knows of a rung is read off its exercise file."""

from formcoach.programme.ladder import TRACKS, rung_at, rungs_for
from formcoach.programme.profile import Prop

RUNGS = [rung_at(*name) for track in TRACKS for name in track.rungs]
HIPS, PLANK, _ = TRACKS


def test_only_standing_free_is_the_same_as_a_level_with_something_to_hold() -> None:
    assert [rung.level for rung in RUNGS if rung.is_unsupported] == ["free"]


def test_standing_free_is_left_out_where_there_was_nothing_to_hold_before() -> None:
    levels = [rung.level for rung in rungs_for(HIPS, frozenset())]
    assert levels == ["bent", "straight"]
    assert [rung.level for rung in rungs_for(HIPS, frozenset({Prop.WALL}))][-1] == "free"


def test_the_plank_on_the_floor_needs_nothing_before_it() -> None:
    assert {rung.level for rung in rungs_for(PLANK, frozenset())} == {"floor"}


def test_the_person_sets_the_end_point_of_the_knee_to_the_chest_alone() -> None:
    assert {rung.exercise for rung in RUNGS if rung.has_own_end} == {"hip_flexion"}
