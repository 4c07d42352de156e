from dataclasses import replace
from itertools import combinations
from math import nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reasons import reason

from formcoach.coaching.events import Cue, Fault, Phase, Priority, Quality, Rep, Update
from formcoach.exercises.spec import Region
from formcoach.picture.canvas import (
    Colour,
    Image,
    Points,
    Sprite,
    SpriteCache,
    pushed_apart,
    share_of_path,
    stadium,
    text_width,
)
from formcoach.picture.overlay import Overlay
from formcoach.picture.palette import AMBER, CORAL, GREY, LIGHT, RED, TEAL
from formcoach.picture.panels import count_sprite, fitted_lines, layout_for, ring_path
from formcoach.picture.shown import Shown
from formcoach.picture.skeleton import points_in_picture
from formcoach.picture.tally import CUE_SHOWN_S, Tally
from formcoach.pose.landmarks import NOSE, Part, Pose, Side, landmark, nobody
from formcoach.pose.signals import SIGNAL_KEYS, Signal, Signals, measure
from formcoach.pose.trust import landmark_order
from formcoach.pose.view import BodyView, ViewKind
from formcoach.words.phrases import load_phrases

WIDTH, HEIGHT = 640, 360
GOOD, FAULTY = Quality.GOOD, Quality.FAULTY
LYING = {
    Part.EAR: (0.14, 0.72),
    Part.EYE: (0.15, 0.70),
    Part.SHOULDER: (0.22, 0.74),
    Part.ELBOW: (0.32, 0.80),
    Part.WRIST: (0.42, 0.82),
    Part.HIP: (0.50, 0.75),
}
"""A person on the back, head to the left of the picture, right side near; shares of the frame."""
LEGS = {
    Side.RIGHT: {
        Part.KNEE: (0.52, 0.42),
        Part.ANKLE: (0.70, 0.42),
        Part.HEEL: (0.70, 0.44),
        Part.TOE: (0.72, 0.38),
    },
    Side.LEFT: {
        Part.KNEE: (0.70, 0.60),
        Part.ANKLE: (0.80, 0.78),
        Part.HEEL: (0.80, 0.80),
        Part.TOE: (0.85, 0.80),
    },
}
RAISED = 0.038
"""So high the body lies over these places, to leave room for a sentence below."""
SIDE_VIEW = BodyView(kind=ViewKind.SIDE, near_side=Side.RIGHT, azimuth_deg=88.0, torso_px=180.0)


def pose(size: tuple[int, int] = (WIDTH, HEIGHT)) -> Pose:
    xy = np.full((33, 2), (0.15, 0.64 - RAISED))
    xy[NOSE] = (0.14, 0.66 - RAISED)
    for side in Side:
        for part, place in (LYING | LEGS[side]).items():
            xy[landmark(part, side)] = (place[0], place[1] - RAISED)
    return Pose(
        t_s=1.0,
        xy_px=xy * size,
        world_m=None,
        visibility=np.ones(33),
        presence=np.ones(33),
        image_size_px=size,
    )


def signals(body: Pose, **changed: float) -> Signals:
    points = [(x, y) for x, y in body.xy_px.tolist()]
    values = measure(points, facing=1, torso_px=180.0)
    for name, value in changed.items():
        for key in SIGNAL_KEYS:
            if f"{key[1].word if key[1] is not None else ''}_{key[0].name.lower()}" == name:
                values[key] = value
    return Signals(t_s=body.t_s, values=values)


def update(body: Pose, phase: Phase = Phase.LIFT, **given: object) -> Update:
    fields: dict[str, object] = {"side": Side.RIGHT, "signals": signals(body)} | given
    return Update(t_s=body.t_s, view=SIDE_VIEW, phase=phase, **fields)  # type: ignore[arg-type]


def fault(
    fault_id: str,
    side: Side | None,
    priority: Priority = Priority.FORM,
    *,
    signal: Signal | None = None,
) -> Fault:
    return Fault(
        id=fault_id,
        side=side,
        start_s=0.5,
        end_s=None,
        measured=20.0,
        limit=15.0,
        priority=priority,
        signal=signal,
    )


LEGS_SHOWN = Shown(
    limbs=(Region.LEG,), angles=(Signal.HIP_FLEXION, Signal.KNEE_FLEXION), goal=Signal.HIP_FLEXION
)


def overlay(
    lang: str = "en",
    *,
    title: str = "Knee to chest",
    target: int | None = None,
    mirror: bool = False,
    shown: Shown = LEGS_SHOWN,
    degrees: bool = False,
    live: bool = False,
    isometric: bool = False,
) -> Overlay:
    return Overlay(
        load_phrases(lang),
        title,
        target,
        mirror,
        shown=shown,
        degrees=degrees,
        live=live,
        isometric=isometric,
    )


def frame(size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image:
    return np.full((size[1], size[0], 3), 90, np.uint8)


def near_colour(image: Image, colour: Colour, tolerance: int = 24) -> np.ndarray:
    difference = np.abs(image.astype(int) - np.array(colour)).max(axis=2)
    return np.asarray(difference <= tolerance)


def around(mask: np.ndarray, x: float, y: float, radius: int = 8) -> int:
    column, row = round(x), round(y)
    part = mask[max(0, row - radius) : row + radius + 1, max(0, column - radius) : column + radius]
    return int(part.sum())


def middle(body: Pose, start: Part, end: Part, side: Side, share: float = 0.35) -> Points:
    a, b = (body.xy_px[landmark(part, side)] for part in (start, end))
    return np.asarray(a + share * (b - a))


def colour_of_limb(image: Image, at: Points) -> Colour | None:
    """Return which of the skeleton's colours fills most of a limb at a place; None for none."""
    counts = {
        colour: around(near_colour(image, colour), at[0], at[1], radius=4)
        for colour in (LIGHT, TEAL, CORAL, RED, GREY)
    }
    best = max(counts, key=lambda colour: counts[colour])
    return best if counts[best] >= 3 else None


def test_the_frame_itself_is_left_as_it_is() -> None:
    image = frame()
    drawn = overlay().draw(image, pose(), update(pose()), Tally())
    assert drawn.shape == image.shape
    assert (image == 90).all()
    assert (drawn != image).any()


def test_the_working_limb_is_teal_and_the_rest_light() -> None:
    body = pose()
    drawn = overlay().draw(frame(), body, update(body), Tally())
    assert colour_of_limb(drawn, middle(body, Part.KNEE, Part.ANKLE, Side.RIGHT)) == TEAL
    assert colour_of_limb(drawn, middle(body, Part.KNEE, Part.ANKLE, Side.LEFT)) == LIGHT
    assert colour_of_limb(drawn, middle(body, Part.SHOULDER, Part.ELBOW, Side.RIGHT)) == LIGHT


def test_no_limb_works_before_the_exercise_or_while_unsure() -> None:
    body = pose()
    at = middle(body, Part.KNEE, Part.ANKLE, Side.RIGHT)
    for said in (update(body, Phase.READY), update(body, unsure=reason("left knee hidden"))):
        assert colour_of_limb(overlay().draw(frame(), body, said, Tally()), at) == LIGHT


@pytest.mark.parametrize("side", list(Side))
def test_a_fault_colours_its_own_side(side: Side) -> None:
    body = pose()
    moves = fault("other_leg_moves", side, signal=Signal.HIP_FLEXION)
    said = update(body, faults=(moves,), side=None)
    drawn = overlay().draw(frame(), body, said, Tally())
    assert colour_of_limb(drawn, middle(body, Part.KNEE, Part.ANKLE, side)) == CORAL
    assert colour_of_limb(drawn, middle(body, Part.KNEE, Part.ANKLE, side.other)) == TEAL


def test_a_fault_colours_the_place_it_is_about() -> None:
    body = pose()
    trunk = middle(body, Part.SHOULDER, Part.HIP, Side.RIGHT, 0.6)
    shin = middle(body, Part.KNEE, Part.ANKLE, Side.RIGHT)
    arm = middle(body, Part.ELBOW, Part.WRIST, Side.RIGHT)
    sags = fault("hips_sag", None, signal=Signal.BODY_LINE)
    sag = overlay().draw(frame(), body, update(body, faults=(sags,)), Tally())
    assert colour_of_limb(sag, trunk) == CORAL
    assert colour_of_limb(sag, shin) == CORAL
    assert colour_of_limb(sag, arm) == LIGHT
    fast = overlay().draw(frame(), body, update(body, faults=(fault("too_fast", None),)), Tally())
    assert colour_of_limb(fast, trunk) == LIGHT
    assert colour_of_limb(fast, shin) == CORAL


@pytest.mark.parametrize("signal", Signal)
def test_a_fault_of_any_signal_shows_somewhere(signal: Signal) -> None:
    body = pose()
    drawn, plain = (
        overlay().draw(frame(), body, update(body, Phase.READY, faults=faults), Tally())
        for faults in ((fault("of_ones_own", None, signal=signal),), ())
    )
    assert near_colour(drawn, CORAL).sum() > near_colour(plain, CORAL).sum() + 20


def test_a_fault_of_safety_is_red() -> None:
    body = pose()
    unsafe = fault("balance", Side.RIGHT, Priority.SAFETY, signal=Signal.FOOT_PLACE)
    faults = (unsafe, fault("too_fast", Side.RIGHT))
    drawn = overlay().draw(frame(), body, update(body, faults=faults), Tally())
    assert colour_of_limb(drawn, middle(body, Part.KNEE, Part.ANKLE, Side.RIGHT)) == RED


def test_an_untrusted_limb_is_broken_and_grey() -> None:
    body = pose()
    left = [landmark(part, Side.LEFT) for part in (Part.KNEE, Part.ANKLE, Part.TOE)]
    presence = body.presence.copy()
    presence[left] = 0.4
    knee, ankle = body.xy_px[left[0]], body.xy_px[left[1]]
    along = [knee + share * (ankle - knee) for share in np.linspace(0.1, 0.9, 60)]
    by_presence = overlay().draw(frame(), replace(body, presence=presence), update(body), Tally())
    unmeasured = update(body, signals=signals(body, left_knee_flexion=nan))
    by_signal = overlay().draw(frame(), body, unmeasured, Tally())
    for drawn in (by_presence, by_signal):
        light, grey = near_colour(drawn, LIGHT), near_colour(drawn, GREY)
        assert not any(around(light, x, y, radius=1) for x, y in along)
        dashes = [around(grey, x, y, radius=1) > 0 for x, y in along]
        assert 0.25 < np.mean(dashes) < 0.85


def test_legs_that_the_coach_put_back_are_coloured_as_the_coach_sees_them() -> None:
    body = pose()
    body.presence[landmark(Part.ANKLE, Side.LEFT)] = 0.2
    order = landmark_order(exchanged=True)
    mixed_up = replace(body, xy_px=body.xy_px[order], presence=body.presence[order])
    size = (WIDTH, HEIGHT)
    put_back = points_in_picture(mixed_up, size, exchanged=True, mirrored=False)
    assert put_back == pytest.approx(body.xy_px)
    assert put_back == pytest.approx(points_in_picture(body, size, exchanged=False, mirrored=False))
    said = update(body, Phase.LIFT)
    as_it_is = overlay().draw(frame(), body, said, Tally())
    as_put_back = overlay().draw(frame(), mixed_up, replace(said, exchanged=True), Tally())
    assert np.array_equal(as_it_is, as_put_back)


def test_angles_are_drawn_at_the_near_or_working_joints() -> None:
    body = pose()
    plain = overlay()

    def drawn_at(said: Update, part: Part, side: Side) -> bool:
        images = [
            drawer.draw(frame(), body, said, Tally()) for drawer in (overlay(degrees=True), plain)
        ]
        x, y = body.xy_px[landmark(part, side)]
        return around((images[0] != images[1]).any(axis=2), x, y, radius=40) > 100

    ready = update(body, Phase.READY, side=None)
    assert drawn_at(ready, Part.HIP, Side.RIGHT)
    assert drawn_at(ready, Part.KNEE, Side.RIGHT)
    assert not drawn_at(ready, Part.KNEE, Side.LEFT)
    assert drawn_at(update(body, Phase.READY, side=Side.LEFT), Part.KNEE, Side.LEFT)
    assert not drawn_at(update(body, Phase.SETUP), Part.KNEE, Side.RIGHT)
    unseen = update(body, Phase.READY, signals=signals(body, right_knee_flexion=nan))
    assert not drawn_at(unseen, Part.KNEE, Side.RIGHT)
    assert drawn_at(unseen, Part.HIP, Side.RIGHT)


def test_the_number_follows_the_measured_angle() -> None:
    body = pose()
    images = [
        overlay(degrees=True).draw(
            frame(), body, update(body, signals=signals(body, right_knee_flexion=degrees)), Tally()
        )
        for degrees in (93.2, 92.8, 61.0)
    ]
    assert (images[0] == images[1]).all()
    assert (images[0] != images[2]).any()


def test_the_number_of_a_nearly_straight_joint_stays_on_its_side() -> None:
    drawer = overlay(degrees=True)
    for bend in (0.12, 0.01, -0.01):
        body = pose()
        for side in Side:
            body.xy_px[landmark(Part.KNEE, side)] = (0.7 * WIDTH, (0.712 - bend) * HEIGHT)
            body.xy_px[landmark(Part.ANKLE, side)] = (0.9 * WIDTH, (0.712 - 2 * bend) * HEIGHT)
        drawn = drawer.draw(frame(), body, update(body), Tally())
        hip_x, hip_y = (round(v) for v in body.xy_px[landmark(Part.HIP, Side.RIGHT)])
        label = near_colour(drawn[:, hip_x - 30 : hip_x + 30], LIGHT)
        assert label[hip_y + 15 : hip_y + 50].sum() > 100 + label[hip_y - 50 : hip_y - 15].sum()


def test_the_number_is_large_enough_to_be_read_from_afar_and_covers_no_limb() -> None:
    body = pose()
    plain = overlay()
    numbered = overlay(degrees=True).draw(frame(), body, update(body, Phase.READY), Tally())
    without = plain.draw(frame(), body, update(body, Phase.READY), Tally())
    knee_x, knee_y = (round(v) for v in body.xy_px[landmark(Part.KNEE, Side.RIGHT)])
    written = near_colour(numbered, LIGHT) & ~near_colour(without, LIGHT)
    # The knee points up and to the left: shin and thigh go right and down from it.
    rows = np.flatnonzero(written[: knee_y - 4, knee_x - 80 : knee_x].any(axis=1))
    assert 0.06 * HEIGHT <= rows.max() - rows.min() + 1 <= 0.08 * HEIGHT
    for start, end in ((Part.HIP, Part.KNEE), (Part.KNEE, Part.ANKLE)):
        for share in np.linspace(0.1, 0.9, 20):
            x, y = (round(v) for v in middle(body, start, end, Side.RIGHT, share))
            assert (numbered[y, x] == without[y, x]).all()


@pytest.mark.parametrize(("degrees", "same_as"), [(-23.0, None), (-6.0, 6.0), (23.0, 23.0)])
def test_a_joint_that_is_clearly_past_straight_has_a_sign(
    degrees: float, same_as: float | None
) -> None:
    body = pose()

    def drawn(hip: float) -> Image:
        said = update(body, signals=signals(body, right_hip_flexion=hip))
        return overlay(degrees=True).draw(frame(), body, said, Tally())

    image = drawn(degrees)
    if same_as is None:
        assert (image != drawn(-degrees)).any()
    else:
        assert (image == drawn(same_as)).all()


def test_labels_are_pushed_apart_and_stay_in_the_picture() -> None:
    boxes = [(np.array([100.0, 50.0]), (80, 40)), (np.array([120.0, 60.0]), (80, 40))]
    first, second = pushed_apart(boxes, (640, 360))
    assert second[1] - first[1] >= 40 - 1e-6 or second[0] - first[0] >= 80 - 1e-6
    # Alike far from where they were: their middle stays.
    assert first + second == pytest.approx(np.array([140.0, 70.0]))


@given(
    st.lists(
        st.tuples(st.floats(-200, 900), st.floats(-200, 600)).map(np.array), min_size=1, max_size=3
    )
)
def test_no_two_labels_lie_on_each_other(middles: list[Points]) -> None:
    size = (90, 50)
    corners = pushed_apart([(at, size) for at in middles], (640, 360))
    for corner in corners:
        assert (corner >= 0).all()
        assert (corner + size <= (640, 360)).all()
    inner = all((at > (150, 100)).all() and (at < (490, 260)).all() for at in middles)
    if len(corners) == 2 and inner:
        apart = np.abs(corners[0] - corners[1])
        assert (apart >= np.array(size) - 1e-6).any()


def test_labels_that_are_apart_stay_where_they_are() -> None:
    boxes = [(np.array([100.0, 50.0]), (80, 40)), (np.array([300.0, 60.0]), (80, 40))]
    corners = pushed_apart(boxes, (640, 360))
    assert [corner.tolist() for corner in corners] == [[60.0, 30.0], [260.0, 40.0]]


def test_an_unknown_angle_is_refused() -> None:
    with pytest.raises(ValueError, match=r"angles must be among .*, got body_line_deg"):
        overlay(shown=Shown(limbs=(Region.TRUNK,), angles=(Signal.BODY_LINE,)), degrees=True)


def count_height(drawn: Image) -> int:
    rows = near_colour(drawn[: round(HEIGHT * 0.6), : WIDTH // 2], LIGHT, 12).any(axis=1)
    return int(rows.sum())


@pytest.mark.parametrize(("live", "share"), [(False, 1 / 4), (True, 1 / 3)])
def test_the_count_is_as_large_as_promised(live: bool, share: float) -> None:
    drawer = overlay(title="", live=live)
    nobody_there = nobody(0.0, (WIDTH, HEIGHT))
    empty = update(nobody_there, Phase.SETUP, signals=None, side=None)
    drawn = drawer.draw(frame(), nobody_there, empty, Tally())
    assert count_height(drawn) == pytest.approx(share * HEIGHT, rel=0.06)


def test_the_count_is_the_total_and_an_isometric_one_the_seconds() -> None:
    nobody_there = nobody(0.0, (WIDTH, HEIGHT))
    empty = update(nobody_there, Phase.SETUP, signals=None, side=None)

    def drawn(drawer: Overlay, tally: Tally) -> Image:
        return drawer.draw(frame(), nobody_there, empty, tally)

    three = drawn(overlay(), Tally(marks=(GOOD,) * 3))
    assert (three == drawn(overlay(), Tally(marks=(GOOD,) * 3))).all()
    assert (three != drawn(overlay(), Tally(marks=(GOOD,) * 8))).any()
    timed = overlay(target=30, isometric=True)
    assert (drawn(timed, Tally(hold_s=12.1)) != drawn(timed, Tally(hold_s=13.1))).any()


def test_the_ring_shows_the_reps_of_the_target() -> None:
    nobody_there = nobody(0.0, (WIDTH, HEIGHT))
    empty = update(nobody_there, Phase.SETUP, signals=None, side=None)
    teal, coral = (
        [
            int(near_colour(overlay(target=5).draw(frame(), nobody_there, empty, tally), hue).sum())
            for tally in (
                Tally(),
                Tally(marks=(GOOD, GOOD)),
                Tally(marks=(GOOD, FAULTY, GOOD, FAULTY)),
            )
        ]
        for hue in (TEAL, CORAL)
    )
    assert teal[0] == 0
    assert teal[1] > 300
    assert teal[2] == pytest.approx(teal[1], rel=0.02)
    assert coral[:2] == [0, 0]
    assert 0.5 * teal[2] < coral[2] < teal[2]


def test_the_hold_ring_fills_with_time() -> None:
    body = pose()
    light = [
        int(
            near_colour(
                overlay().draw(frame(), body, update(body), Tally(hold_s=t, hold_target_s=2.0)),
                LIGHT,
            )[: HEIGHT // 2, : WIDTH // 3].sum()
        )
        for t in (0.0, 0.5, 1.5)
    ]
    assert light[0] + 200 < light[1]
    assert light[1] + 400 < light[2]
    full = overlay().draw(frame(), body, update(body), Tally(hold_s=2.2, hold_target_s=2.0))
    assert near_colour(full, TEAL)[: HEIGHT // 2, : WIDTH // 3].sum() > 500


def ring_colours(marks: tuple[Quality, ...]) -> list[Colour | None]:
    """Return the colours along the ring of a live picture, clockwise from its top."""
    nobody_there = nobody(0.0, (WIDTH, HEIGHT))
    empty = update(nobody_there, Phase.SETUP, signals=None, side=None)
    drawer = overlay(target=4, live=True)
    image = drawer.draw(frame(), nobody_there, empty, Tally(marks=marks))
    count = drawer.panels[0]
    layout = layout_for(WIDTH, HEIGHT, live=True)
    path = ring_path((round(count.width), round(count.height)), layout)
    found: list[Colour | None] = []
    for share in (0.17, 0.42, 0.67, 0.92):
        x, y = share_of_path(path, 0.0, share)[-1] + (count.left, count.top)
        near = {c: around(near_colour(image, c), x, y, 3) for c in (TEAL, CORAL, GREY, LIGHT)}
        best = max(near, key=lambda colour: near[colour])
        found.append(best if near[best] >= 6 else None)
    return found


def test_the_ring_is_in_order_of_time_and_unsure_is_grey_and_partial_hollow() -> None:
    order = (Quality.FAULTY, GOOD, Quality.UNSURE, GOOD)
    assert ring_colours(order) == [CORAL, TEAL, GREY, TEAL]
    assert ring_colours(order[::-1]) == [TEAL, GREY, TEAL, CORAL]
    hollow = ring_colours((GOOD, GOOD, GOOD, Quality.PARTIAL))
    assert hollow[3] not in (TEAL, CORAL, GREY)


def test_the_four_kinds_of_rep_differ_in_form_not_in_colour_alone() -> None:
    drawn = {}
    for kind in Quality:
        sprite = count_sprite("", (200, 200), layout_for(640, 480, live=True), (kind,) * 3)
        image = np.zeros((200, 200, 3), np.uint8)
        sprite.lay(image, 0, 0)
        drawn[kind] = image.max(axis=2) > 90
    for one, other in combinations(Quality, 2):
        apart = (drawn[one] != drawn[other]).sum()
        assert apart > 0.12 * drawn[GOOD].sum(), (one, other)


def test_the_title_leaves_once_the_exercise_has_begun() -> None:
    body = pose()
    drawer = overlay(target=5)
    waiting = drawer.draw(frame(), body, update(body, Phase.READY), Tally())
    before = drawer.panels[1]
    drawer.draw(frame(), body, update(body, Phase.LIFT), Tally())
    assert drawer.panels[1].height < before.height
    untitled = overlay(title="", target=5)
    assert (untitled.draw(frame(), body, update(body, Phase.READY), Tally()) != waiting).any()


def test_the_goal_is_drawn_only_while_moving_and_ticked_once_reached() -> None:
    body = pose()
    zones = {Signal.HIP_FLEXION: (80.0, 120.0)}
    drawer, plain = (
        Overlay(load_phrases("en"), "", shown=LEGS_SHOWN, zones=some) for some in (zones, {})
    )

    def goal(phase: Phase, hip: float, colour: Colour) -> int:
        said = update(body, phase, signals=signals(body, right_hip_flexion=hip))
        with_goal = drawer.draw(frame(), body, said, Tally())
        without = plain.draw(frame(), body, said, Tally())
        return int((near_colour(with_goal, colour) & ~near_colour(without, colour)).sum())

    assert goal(Phase.READY, 30.0, LIGHT) == 0
    assert goal(Phase.LIFT, 30.0, LIGHT) > 15
    assert goal(Phase.LIFT, 30.0, TEAL) < 10
    assert goal(Phase.TURN, 95.0, TEAL) > 100
    assert goal(Phase.LOWER, 40.0, TEAL) > 100
    assert goal(Phase.READY, 30.0, TEAL) == 0
    assert goal(Phase.LIFT, 30.0, TEAL) < 10


def test_a_fault_is_striped_so_that_it_is_seen_without_colours() -> None:
    body = pose()
    sags = fault("hips_sag", None, signal=Signal.BODY_LINE)
    images = [
        overlay().draw(frame(), body, update(body, faults=faults), Tally())
        for faults in ((sags,), ())
    ]
    knee, ankle = (body.xy_px[landmark(p, Side.RIGHT)] for p in (Part.KNEE, Part.ANKLE))
    along = [knee + share * (ankle - knee) for share in np.linspace(0.15, 0.85, 80)]
    grey = [image.mean(axis=2) for image in images]
    spread = [np.std([g[round(y), round(x)] for x, y in along]) for g in grey]
    assert spread[0] > 4 * spread[1] + 10


def test_a_zero_is_plain() -> None:
    sprite = count_sprite("0", (200, 200), layout_for(640, 480, live=True), ())
    image = np.zeros((200, 200, 3), np.uint8)
    sprite.lay(image, 0, 0)
    assert not near_colour(image[85:115, 90:110], LIGHT, 60).any()


def test_any_script_is_drawn() -> None:
    nobody_there = nobody(0.0, (WIDTH, HEIGHT))
    empty = update(nobody_there, Phase.SETUP, signals=None, side=None)
    marks, letters, plain = (
        overlay().draw(frame(), nobody_there, empty, Tally(cue=words))
        for words in ("???? ??????", "één ĳ ž ß Ωж", "een ij z s Wk")
    )
    assert (marks != letters).any()
    assert (letters != plain).any()
    assert text_width("één", 40, 600) == pytest.approx(text_width("een", 40, 600), abs=2)


def test_the_cue_and_the_doubt_stand_at_the_bottom() -> None:
    body = pose()

    def accents(tally: Tally, said: Update, colour: Colour) -> int:
        drawn = overlay("nl").draw(frame(), nobody(0.0, (WIDTH, HEIGHT)), said, tally)
        return int(near_colour(drawn[HEIGHT * 2 // 3 :], colour).sum())

    clean = update(body, signals=None)
    doubtful = update(body, signals=None, unsure=reason("left knee hidden"))
    assert accents(Tally(), clean, TEAL) == 0
    assert accents(Tally(cue="Mooi rustig"), clean, TEAL) > 50
    lift_hips = Tally(cue="Til je heupen iets op", cue_priority=Priority.FORM)
    assert accents(lift_hips, clean, CORAL) > 50
    assert accents(Tally(), doubtful, AMBER) > 50
    said_twice = load_phrases("nl").reason(reason("left knee hidden"))
    assert accents(Tally(cue=said_twice), doubtful, TEAL) == 0


def test_the_words_of_a_mirrored_picture_are_not_mirrored() -> None:
    nobody_there = nobody(0.0, (WIDTH, HEIGHT))
    empty = update(nobody_there, Phase.SETUP, signals=None, side=None)
    tally = Tally(marks=(GOOD, FAULTY), left=1, right=1, cue="Lift your hips slightly")
    plain = overlay(target=5).draw(frame(), nobody_there, empty, tally)
    mirrored = overlay(target=5, mirror=True).draw(frame(), nobody_there, empty, tally)
    assert (plain == mirrored).all()


def test_the_picture_and_the_body_are_mirrored() -> None:
    body = pose()
    image = frame()
    image[:, : WIDTH // 2] = 20
    drawn = overlay(mirror=True).draw(image, body, update(body), Tally())
    assert tuple(drawn[HEIGHT - 3, WIDTH - 3]) == (20, 20, 20)
    assert tuple(drawn[HEIGHT - 3, 3]) == (90, 90, 90)
    x, y = middle(body, Part.KNEE, Part.ANKLE, Side.RIGHT)
    assert colour_of_limb(drawn, np.array([WIDTH - x, y])) == TEAL


@pytest.mark.parametrize("size", [(320, 240), (640, 360), (1280, 720), (540, 960), (1080, 1920)])
def test_everything_scales_with_the_frame(size: tuple[int, int]) -> None:
    body = pose()
    tally = Tally(
        marks=(GOOD,) * 9 + (FAULTY,) * 3, left=6, right=6, cue="Shoulders over your hands"
    )
    said = update(body, unsure=reason("right ankle out of the picture"))
    assert overlay().draw(frame(size), body, said, tally).shape == (size[1], size[0], 3)
    drawn = overlay("nl", target=12).draw(frame(size), nobody(0.0, size), said, tally)
    changed = (drawn != 90).any(axis=2)
    least = min(size)
    rows, columns = np.nonzero(changed)
    assert rows.max() <= size[1] - 0.02 * least
    assert columns.min() >= 0.02 * least
    assert rows.min() >= 0.02 * least
    assert changed.mean() < 0.75


def test_a_pose_far_outside_the_frame_or_not_there_is_no_trouble() -> None:
    body = pose()
    far = replace(body, xy_px=body.xy_px * 1e7 - 3e8)
    partly = replace(body, xy_px=np.add(body.xy_px, [WIDTH * 0.6, HEIGHT * 0.5]))
    for person in (far, partly, nobody(0.0, (WIDTH, HEIGHT))):
        said = update(person, signals=None if not person.seen else signals(body))
        assert overlay().draw(frame(), person, said, Tally()).shape == (HEIGHT, WIDTH, 3)


def test_the_same_input_gives_the_same_picture() -> None:
    body = pose()
    tally = Tally(marks=(GOOD,), right=1, cue="Stand tall")
    first, second = (overlay().draw(frame(), body, update(body), tally) for _ in range(2))
    assert (first == second).all()


def rep(side: Side | None, quality: Quality) -> Rep:
    return Rep(
        index=1,
        side=side,
        start_s=0.0,
        turn_s=1.0,
        end_s=2.0,
        peak_deg=90.0,
        rom_deg=50.0,
        hold_s=0.0,
        quality=quality,
    )


def test_the_tally_counts_what_is_completed() -> None:
    body = pose()
    tally = Tally()
    for side, quality in (
        (Side.LEFT, Quality.GOOD),
        (Side.RIGHT, Quality.FAULTY),
        (Side.RIGHT, Quality.UNSURE),
        (None, Quality.PARTIAL),
    ):
        tally = tally.after(update(body, rep=rep(side, quality), hold_s=1.5))
    assert (tally.good, tally.total, tally.left, tally.right) == (1, 3, 1, 2)
    assert tally.marks == (GOOD, FAULTY, Quality.UNSURE, Quality.PARTIAL)
    assert tally.hold_s == 1.5


def test_a_cue_is_shown_for_a_while() -> None:
    body = pose()
    cue = Cue(t_s=1.0, id="trunk_leans", side=None, priority=Priority.FORM)
    start = update(body, cue=cue)
    tally = Tally().after(start, "Stand tall")
    assert (tally.cue, tally.cue_s, tally.cue_priority) == ("Stand tall", 1.0, Priority.FORM)
    soon = replace(start, t_s=start.t_s + CUE_SHOWN_S - 0.1)
    late = replace(start, t_s=start.t_s + CUE_SHOWN_S + 0.1)
    assert tally.after(soon).cue == "Stand tall"
    assert tally.after(late).cue is None
    assert tally.after(soon, "Slower").after(late).cue == "Slower"


def test_long_words_are_put_in_two_lines_of_about_equal_width() -> None:
    words = "Your left ankle is out of the picture"
    assert fitted_lines(words, 20, (10_000, 100)) == (20, [words])
    _, lines = fitted_lines(words, 20, (round(text_width(words, 20, 600) * 0.6), 100))
    assert len(lines) == 2
    assert " ".join(lines) == words
    widths = [text_width(line, 20, 600) for line in lines]
    assert max(widths) < 1.4 * min(widths)
    assert fitted_lines("Linkerelleboog", 20, (10, 100)) == (6, ["Linkerelleboog"])


def test_a_sprite_is_laid_only_where_the_frame_is() -> None:
    sprite = Sprite(40, 20)
    sprite.panel((0, 0, 40, 20), (10, 200, 30), 0.5)
    image = frame()
    for x, y in ((-20, -10), (WIDTH - 20, HEIGHT - 10), (WIDTH, 0), (-40, 5)):
        sprite.lay(image, x, y)
    assert tuple(image[5, 5]) == pytest.approx((50, 145, 60), abs=1)
    assert tuple(image[HEIGHT - 5, WIDTH - 5]) == pytest.approx((50, 145, 60), abs=1)
    assert (image[50:-50] == 90).all()


def test_sprites_used_least_are_forgotten() -> None:
    made = []
    cache = SpriteCache(most=2)

    def get(key: str) -> None:
        cache.get(key, lambda: made.append(key) or Sprite(1, 1))  # type: ignore[func-returns-value]

    for key in "abaca":
        get(key)
    get("b")
    assert made == ["a", "b", "c", "b"]


def test_a_path_is_cut_by_its_length() -> None:
    ring = stadium(0, 0, 100, 100, 50)
    half = share_of_path(ring, 0.0, 0.5)
    assert half[0] == pytest.approx([50, 0], abs=0.5)
    assert half[-1] == pytest.approx([50, 100], abs=0.5)
    assert (half[:, 0] >= 49.5).all()
    assert np.hypot(*(ring - 50).T) == pytest.approx(50, abs=0.2)
