"""No panel lies on the body: measured for each exercise and level, on three shapes of picture."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from figure import Camera, Film
from flaws import FLAWS
from hypothesis import given
from hypothesis import strategies as st
from moves import MOVES, trace
from reasons import reason

from formcoach.coaching.coach import Coach
from formcoach.coaching.events import Phase, Priority, Quality, Rep, SetSummary, Update
from formcoach.exercises.library import load_exercise
from formcoach.picture.arrangement import Arrangement, PanelSizes, Placer
from formcoach.picture.card import card_of, draw_card
from formcoach.picture.overlay import Overlay
from formcoach.picture.room import BodyBox, Box, box_of
from formcoach.picture.studio import overlay_for
from formcoach.picture.tally import Tally
from formcoach.pose.landmarks import Pose, Side
from formcoach.words.phrases import load_phrases

WIDE, NARROW, PORTRAIT = (480, 270), (360, 270), (270, 480)
FILL = 0.85
"""Of the picture, in one direction, is the body over a whole rep."""
LONG_CUE = {"en": "Keep your other leg where it is", "nl": "Houd je andere been waar het ligt"}


def filling(exercise: str, level: str | None, size: tuple[int, int], fault: bool) -> list[Pose]:
    """Film an exercise by a camera that sees the body as large as it can."""
    flaws = FLAWS[exercise, level].values()
    flaw = next((one for one in flaws if one.tempo is None), None) if fault else None
    far = {1: flaw.far} if flaw is not None else None

    def filmed(px_per_m: float) -> list[Pose]:
        camera = Camera(size_px=size, px_per_m=px_per_m)
        how = Film(camera=camera, fps=4.0)
        return trace(exercise, level, 1, how=how, far=far, lead_s=1.0, tail_s=1.0).poses

    points = np.concatenate([pose.xy_px for pose in filmed(50.0)])
    return filmed(50.0 * float(np.min(FILL * np.array(size) / np.ptp(points, axis=0))))


def drawn_sets(
    exercise: str, level: str | None, size: tuple[int, int], lang: str, *, fault: bool
) -> Iterator[tuple[Overlay, Pose]]:
    """Draw every frame, with a cue from the middle on and a doubt at the end."""
    coach = Coach(load_exercise(exercise), level)
    drawer = overlay_for(coach, load_phrases(lang), target=8, live=True)
    image = np.full((size[1], size[0], 3), 90, np.uint8)
    poses = filling(exercise, level, size, fault)
    tally = Tally(marks=(Quality.GOOD,) * 10, left=5, right=5, sets=2)
    for number, pose in enumerate(poses):
        update = coach.step(pose)
        late = number > len(poses) / 2
        if update.phase is Phase.SETUP:
            update = replace(update, phase=Phase.READY)
        if number == len(poses) - 1:
            update = replace(update, unsure=reason("left knee hidden"))
        said = replace(
            tally, cue=LONG_CUE[lang] if late else None, cue_priority=Priority.FORM, cue_s=1e9
        )
        drawer.draw(image, pose, update, said)
        yield drawer, pose


@pytest.mark.parametrize("size", [WIDE, NARROW, PORTRAIT])
@pytest.mark.parametrize(("exercise", "level"), list(MOVES))
def test_no_panel_touches_the_body(exercise: str, level: str | None, size: tuple[int, int]) -> None:
    for fault, lang in ((False, "en"), (True, "nl")):
        shown = 0
        for drawer, pose in drawn_sets(exercise, level, size, lang, fault=fault):
            at = drawer.picture
            scale = at.width / size[0]
            points = pose.xy_px * scale + (at.left, at.top)
            (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
            body = Box(left, top, right, bottom)
            canvas = Box(0, 0, *size)
            for panel in drawer.panels:
                assert not panel.touches(body), (fault, panel, body)
                assert panel.within(canvas.grown(1)), (fault, panel)
            shown = max(shown, len(drawer.panels))
        assert shown == 3


def test_the_head_is_part_of_the_body_that_is_kept_free() -> None:
    pose = filling("plank_hold", "floor", WIDE, fault=False)[0]
    box = box_of(pose.xy_px, [True] * 33, WIDE)
    assert box is not None
    head = pose.xy_px[:11]
    assert box.left < head[:, 0].min() - 5 or box.right > head[:, 0].max() + 5
    assert box_of(pose.xy_px, [False] * 33, WIDE) is None


def test_the_box_grows_at_once_and_shrinks_slowly() -> None:
    small, large = Box(40, 40, 60, 60), Box(10, 10, 90, 90)
    follower = BodyBox()
    follower.step(0.0, small)
    assert follower.step(0.1, large) == large
    soon = follower.step(0.2, small)
    assert soon is not None
    assert soon.left < 11
    assert follower.step(0.3, None) == soon
    late = follower.step(100.0, small)
    assert late is not None
    assert late.left > 39
    quick = BodyBox()
    quick.step(0.0, large)
    hurried = quick.step(5.0, small, quick=True)
    assert hurried is not None
    assert hurried.left > 39


SIZES = {
    1.0: PanelSizes(count=(80, 80), info=(90, 40), band=40, margin=5),
    0.7: PanelSizes(count=(56, 56), info=(63, 28), band=28, margin=5),
}


def test_panels_stay_where_they_are_until_the_body_comes_there() -> None:
    placer = Placer()
    first = placer.step((480, 270), Box(150, 100, 350, 200), SIZES, settled=True)
    assert not first.rail
    assert placer.step((480, 270), Box(160, 110, 340, 200), SIZES, settled=True) is first
    moved = placer.step((480, 270), Box(0, 0, 350, 200), SIZES, settled=True)
    assert moved != first


def test_where_the_body_leaves_no_room_the_picture_gets_smaller_and_stays_so() -> None:
    placer = Placer()
    full = placer.step((480, 270), Box(0, 0, 480, 270), SIZES, settled=True)
    assert full.rail
    assert not any(panel.touches(full.picture) for panel in full.panels)
    small = Box(200, 100, 280, 180)
    assert placer.step((480, 270), small, SIZES, settled=True) is full
    assert not placer.step((480, 270), small, SIZES, settled=False).rail


@given(
    st.tuples(st.integers(200, 1400), st.integers(200, 1400)),
    st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)),
)
def test_wherever_the_body_is_the_panels_are_elsewhere(
    size: tuple[int, int], shares: tuple[float, float, float, float]
) -> None:
    left, right = sorted(shares[:2])
    top, bottom = sorted(shares[2:])
    body = Box(left * size[0], top * size[1], right * size[0], bottom * size[1])
    found: Arrangement = Placer().step(size, body, SIZES, settled=True)
    canvas = Box(0, 0, *size)
    kept_free = found.picture if found.rail else body
    for panel in found.panels:
        assert not panel.touches(kept_free)
        assert panel.within(canvas.grown(1e-6))
    if not found.rail:
        assert not any(one.touches(other) for one, other in combinations(found.panels, 2))


@cache
def a_set() -> SetSummary:
    reps = [
        Rep(
            index=n,
            side=Side.LEFT if n % 2 else Side.RIGHT,
            start_s=n,
            turn_s=n + 0.5,
            end_s=n + 1.0,
            peak_deg=90.0,
            rom_deg=60.0,
            hold_s=0.0,
            quality=quality,
            faults=("too_fast",) if quality is Quality.FAULTY else (),
        )
        for n, quality in enumerate(
            [Quality.FAULTY, Quality.UNSURE, Quality.PARTIAL, Quality.FAULTY], start=1
        )
    ]
    return SetSummary(reps=reps)


@pytest.mark.parametrize("size", [WIDE, NARROW, PORTRAIT])
@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_card_lies_beside_the_picture_and_the_ring_counts_the_rest(
    size: tuple[int, int], lang: str
) -> None:
    phrases = load_phrases(lang)
    card = card_of([a_set()], phrases, "squat", isometric=False, following="x" * 20)
    camera = np.full((size[1], size[0], 3), 255, np.uint8)
    camera[:, :, 0] = 1
    image, inset = draw_card(camera, card, size, rest_s=(10.0, 20.0), note=LONG_CUE[lang])
    assert inset is not None
    # The whole person is seen: nothing else is drawn where the picture is.
    part = image[round(inset.top) + 1 : round(inset.bottom) - 1]
    part = part[:, round(inset.left) + 1 : round(inset.right) - 1]
    assert (part == (1, 255, 255)).all()
    assert inset.width / inset.height == pytest.approx(size[0] / size[1], rel=0.02)
    later, _ = draw_card(camera, card, size, rest_s=(5.0, 20.0), note=LONG_CUE[lang])
    assert (later != image).any()
    none, nowhere = draw_card(None, card, size)
    assert nowhere is None
    assert none.shape == (size[1], size[0], 3)


def test_the_card_says_what_was_done_and_one_thing_to_remember() -> None:
    phrases = load_phrases("en")
    card = card_of([a_set()], phrases, "squat", isometric=False, following="Next: set 2 of 3")
    assert card.head == "3 reps"
    assert card.lines == (
        "Left 1 · right 2",
        "1 I could not see well enough",
        "1 did not go all the way",
    )
    assert card.remember == phrases.said("cue.too_fast", "squat")
    assert card.following == "Next: set 2 of 3"
    nothing = card_of([SetSummary()], phrases, "squat", isometric=False, following="")
    assert "0" not in " ".join([nothing.head, *nothing.lines, nothing.remember])


def test_the_update_of_nobody_leaves_the_panels_where_they_were() -> None:
    coach = Coach(load_exercise("squat"))
    drawer = overlay_for(coach, load_phrases("en"))
    poses = filling("squat", None, WIDE, fault=False)
    image = np.full((WIDE[1], WIDE[0], 3), 90, np.uint8)
    update: Update = coach.step(poses[0])
    drawer.draw(image, poses[0], update, Tally())
    before = drawer.panels[0]
    gone = replace(poses[1], xy_px=np.full((33, 2), np.nan), world_m=None)
    drawer.draw(image, gone, replace(update, t_s=poses[1].t_s, signals=None), Tally())
    assert drawer.panels[0] == before
