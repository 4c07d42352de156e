"""Whatever limb is seen to go out and come back is told of: as a rep, or with a reason."""

from collections.abc import Sequence
from math import nan

import numpy as np
import pytest
from coached import coached
from figure import Body, Camera, Film
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from moves import MOVES, Change, Tempo, TrueRep, trace

from formcoach.coaching.events import SetSummary
from formcoach.exercises.library import load_exercise
from formcoach.exercises.spec import Movement
from formcoach.pose.body import BodyReader
from formcoach.pose.landmarks import Pose, Side

Case = tuple[str, str | None]

MOVED = [case for case in MOVES if not MOVES[case].hold_s]
UPRIGHT_DEG = 50.0
NOISE = 1.5
"""An excursion this many times as large as the least attempt is none of the noise."""
LEAST_S = 0.6
MARGIN_S = 0.3
ENTERED_SHARE = 0.4
STUCK_S = 3.5
SIDE_ON_DEG = 72.0


def movement(case: Case) -> Movement:
    spec = load_exercise(case[0])
    level = next(level for level in spec.levels if (level.id or None) == case[1])
    found = level.movement or spec.movement
    assert found is not None
    return found


def _stops_at(rest: Body, share: float) -> Change:
    def part_way(far: Body, _: Side | None) -> Body:
        return Body(*(a + share * (b - a) for a, b in zip(rest, far, strict=True)))

    return part_way


def set_of(
    case: Case, shares: Sequence[float], tempo: Tempo, how: Film
) -> tuple[list[Pose], tuple[TrueRep, ...]]:
    """Film reps that each go a share of the way."""
    move = MOVES[case]
    far = {number: _stops_at(move.rest, share) for number, share in enumerate(shares, 1)}
    filmed = trace(*case, len(shares), how=how, tempo=tempo, far=far)
    return filmed.poses, filmed.reps


def ways(case: Case, poses: list[Pose], reps: Sequence[TrueRep], how: Film) -> list[float]:
    """Return how far each rep goes, in least attempts, by the signals that can be read."""
    reader = BodyReader()
    frames = [(pose.t_s, reader.read(pose).signals.values) for pose in poses]
    main = movement(case)
    aside = how.camera.azimuth_deg >= SIDE_ON_DEG
    found = []
    for rep in reps:
        inside = [values for t_s, values in frames if rep.start_s <= t_s <= rep.end_s]
        largest = 0.0
        for reading in (main,) if aside else main.other_readings:
            sides = [rep.side] if rep.side is not None else list(Side)
            for side in sides if reading.signal.two_sided else [None]:
                seen = [values[reading.signal, side] for values in inside]
                sign = 1.0 if reading.direction == "up" else -1.0
                out = sign * (np.array(seen) - next((v for v in seen if v == v), nan))
                least = reading.min_deg / reading.unit_scale
                largest = max(largest, float(np.nanmax(out, initial=0.0)) / least)
        found.append(largest)
    return found


def is_told(rep: TrueRep, summary: SetSummary) -> bool:
    entries = [(one.start_s, one.end_s, one.side) for one in summary.reps]
    entries += [(one.start_s, one.end_s, one.side) for one in summary.not_counted]
    return any(
        start_s - MARGIN_S <= rep.turn_s <= end_s + MARGIN_S
        and (side is rep.side or None in (side, rep.side))
        for start_s, end_s, side in entries
    )


def untold(
    case: Case, shares: Sequence[float], tempo: Tempo, how: Film, least_share: float = 0.0
) -> list[int]:
    """Return the numbers of the reps that are large enough, also beside the others, and vanish."""
    poses, reps = set_of(case, shares, tempo, how)
    summary = coached(poses, *case)
    far = ways(case, set_of(case, shares, tempo, Film(camera=how.camera))[0], reps, how)
    return [
        number
        for number, (rep, way) in enumerate(zip(reps, far, strict=True), 1)
        if way >= max(NOISE, least_share * max(far)) and not is_told(rep, summary)
    ]


@given(
    case=st.sampled_from(MOVED),
    shares=st.lists(st.floats(0.3, 1.1), min_size=1, max_size=4),
    lift_s=st.floats(0.3, 5.0),
    lower_s=st.floats(0.3, 5.0),
    hold_s=st.sampled_from([0.0, 0.0, 0.3, 1.5]),
    rest_s=st.sampled_from([0.0, 0.3, 1.0, 3.0]),
    fps=st.sampled_from([12.0, 15.0, 25.0, 30.0]),
    jitter_px=st.floats(0.0, 0.8),
    azimuth_deg=st.floats(0.0, 90.0),
    near=st.sampled_from(Side),
)
@settings(max_examples=80, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
def test_no_seen_excursion_is_without_an_entry(
    case: Case,
    shares: list[float],
    lift_s: float,
    lower_s: float,
    hold_s: float,
    rest_s: float,
    fps: float,
    jitter_px: float,
    azimuth_deg: float,
    near: Side,
) -> None:
    """In any view that shows the body: of a level trunk the figure's camera sees none end on."""
    assume(lift_s + hold_s + lower_s >= LEAST_S)
    upright = abs(MOVES[case].rest.trunk) < UPRIGHT_DEG
    assume(azimuth_deg >= (0.0 if upright else SIDE_ON_DEG))
    assume(not 50 < azimuth_deg < SIDE_ON_DEG)  # here a view is what the noise makes it
    assume(hold_s + (lift_s + lower_s) / 3 < STUCK_S)  # else the second hole below
    how = Film(fps=fps, jitter_px=jitter_px, camera=Camera(near=near, azimuth_deg=azimuth_deg))
    tempo = Tempo(lift_s=lift_s, hold_s=hold_s, lower_s=lower_s, rest_s=rest_s)
    assert untold(case, shares, tempo, how, ENTERED_SHARE) == []  # smaller: the first hole below


SMALL_AFTER_WHOLE = "a movement under 0.35 of the person's own way is never entered"
CUT_OFF = "one that the end cuts off before most of it is back is dropped"
STANDS = "one that stands for 4 s is taken for a new rest, and thrown away"


@pytest.mark.xfail(reason=SMALL_AFTER_WHOLE, strict=True)
@pytest.mark.parametrize("level", ["wall_chair", "wall", "chair"])
def test_a_small_one_after_a_whole_one_is_told(level: str) -> None:
    tempo = Tempo(lift_s=1.4, hold_s=0.8, lower_s=1.4, rest_s=1.0)
    assert untold(("hip_flexion", level), [1, 1, 0.3], tempo, Film(fps=25)) == []


@pytest.mark.parametrize(
    ("case", "tempo"),
    [
        (("squat", None), Tempo(lift_s=1.6, hold_s=4.0, lower_s=1.6, rest_s=1.0)),
        (("heel_slide", None), Tempo(lift_s=1.0, hold_s=4.0, lower_s=1.4, rest_s=0.5)),
        (("plank_hip_flexion", "chair"), Tempo(lift_s=5.2, hold_s=0.8, lower_s=5.2, rest_s=1.0)),
    ],
)
@pytest.mark.xfail(reason=STANDS, strict=True)
def test_half_a_one_that_stands_is_told(case: Case, tempo: Tempo) -> None:
    assert untold(case, [1, 1, 0.45], tempo, Film(fps=25)) == []


@pytest.mark.xfail(reason=CUT_OFF, strict=True)
@pytest.mark.parametrize("case", [("squat", None), ("push_up", None), ("hip_flexion", "bent")])
def test_one_that_the_end_cuts_off_half_way_back_is_told(case: Case) -> None:
    filmed = trace(*case, 2, how=Film(fps=25))
    last = filmed.reps[-1]
    ends_s = last.end_s - 0.5 * MOVES[case].tempo.lower_s
    assert is_told(last, coached([pose for pose in filmed.poses if pose.t_s <= ends_s], *case))
