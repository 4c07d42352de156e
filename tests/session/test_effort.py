"""When a face leads to the question, and, mostly, when it does not."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import cycle

import numpy as np
import pytest
from faces import STRAINED, Face, looks

from formcoach.coaching.events import Phase
from formcoach.pose.face import FaceDoubt, FaceLook
from formcoach.session.effort import BASELINE_LOOKS, EffortWatch

NEUTRAL = Face()
EVERY_S = 0.3


def known() -> tuple[EffortWatch, float]:
    """Return a watch that knows the face at rest, and the time."""
    watch = EffortWatch()
    for look in looks(NEUTRAL, BASELINE_LOOKS + 1):
        watch.look(look, Phase.READY)
    assert watch.baseline is not None
    return watch, (BASELINE_LOOKS + 1) * EVERY_S


def show(
    watch: EffortWatch, faces: Iterable[Face], start_s: float, phase: Phase = Phase.LIFT
) -> float:
    """Show faces, a look each; return the time after them."""
    t_s = start_s
    for face in faces:
        watch.look(FaceLook(t_s=t_s, points=face.points()), phase)
        t_s += EVERY_S
    return t_s


def asks(watch: EffortWatch, phase: Phase = Phase.READY) -> bool:
    return watch.asks(phase, quiet=True, over=False)


def test_a_face_at_rest_is_never_asked_about() -> None:
    watch, t_s = known()
    for _ in range(50):
        t_s = show(watch, [NEUTRAL] * 4, t_s)
        assert not asks(watch)
        assert not watch.asks(Phase.READY, quiet=True, over=True)


def test_a_face_that_stays_strained_is_asked_about_once_a_set() -> None:
    watch, t_s = known()
    t_s = show(watch, [STRAINED] * 20, t_s)
    assert asks(watch)
    t_s = show(watch, [STRAINED] * 20, t_s)
    assert not asks(watch)
    assert not watch.asks(Phase.READY, quiet=True, over=True)
    watch.begin_set()
    assert not asks(watch)
    show(watch, [STRAINED] * 20, t_s)
    assert asks(watch)


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.READY])
def test_it_waits_for_the_rest_between_reps_or_the_end_of_the_set(phase: Phase) -> None:
    watch, t_s = known()
    show(watch, [STRAINED] * 20, t_s)
    assert not asks(watch, phase)
    assert not watch.asks(Phase.READY, quiet=False, over=False)
    assert watch.asks(phase, quiet=False, over=True)


@pytest.mark.parametrize(
    "face",
    [
        replace(NEUTRAL, mouth=0.4),
        replace(NEUTRAL, eye=0.0),
        replace(NEUTRAL, brow=0.15),
        replace(NEUTRAL, mouth=0.0, eye=0.10, brow=0.34),
    ],
    ids=["talks", "shuts its eyes", "frowns", "wonders"],
)
def test_one_change_alone_or_one_the_other_way_is_none(face: Face) -> None:
    watch, t_s = known()
    show(watch, [face] * 40, t_s)
    assert watch.doubt is None
    assert not asks(watch)


@pytest.mark.parametrize(
    "face",
    [
        STRAINED,
        replace(NEUTRAL, mouth=0.2, eye=0.02),
        replace(NEUTRAL, mouth=0.2, brow=0.22),
        replace(STRAINED, mouth=0.3),
    ],
)
def test_any_two_of_the_three_will_do(face: Face) -> None:
    watch, t_s = known()
    show(watch, [face] * 20, t_s)
    assert asks(watch)


def test_what_passes_is_not_asked_about() -> None:
    watch, t_s = known()
    for _ in range(10):
        t_s = show(watch, [STRAINED] * 5 + [NEUTRAL] * 10, t_s)
    assert not asks(watch)


def test_once_begun_it_goes_on_while_it_is_half_as_much() -> None:
    half = Face(brow=0.26, eye=0.043)
    watch, t_s = known()
    t_s = show(watch, [half] * 40, t_s)
    assert not asks(watch), "too little to begin with"
    t_s = show(watch, [STRAINED] * 5, t_s)
    assert not asks(watch)
    show(watch, [half] * 20, t_s)
    assert asks(watch)


def test_without_a_baseline_nothing_is_asked() -> None:
    watch = EffortWatch()
    show(watch, [STRAINED] * 200, 0.0)
    assert watch.baseline is None
    assert watch.doubt == FaceDoubt.NOT_AT_REST
    assert not asks(watch)


def test_the_baseline_is_the_persons_own() -> None:
    watch = EffortWatch()
    scowling = Face(brow=0.22, eye=0.03)
    t_s = show(watch, [scowling] * 100, 0.0, Phase.READY)
    assert watch.baseline is not None
    assert not asks(watch)
    show(watch, [replace(scowling, brow=0.17, eye=0.0)] * 20, t_s)
    assert asks(watch)


def test_a_restless_face_gets_a_wider_margin() -> None:
    chance = np.random.default_rng(1)
    restless = [
        Face(brow=0.28 + chance.normal(0, 0.03), eye=0.06 + chance.normal(0, 0.02))
        for _ in range(BASELINE_LOOKS + 1)
    ]
    watch = EffortWatch()
    t_s = show(watch, restless, 0.0, Phase.READY)
    assert watch.baseline is not None
    show(watch, [STRAINED] * 20, t_s)
    assert not asks(watch)


def test_noise_is_not_asked_about() -> None:
    chance = np.random.default_rng(2)
    watch = EffortWatch()
    faces = [
        Face(
            brow=0.28 + chance.normal(0, 0.012),
            eye=0.06 + chance.normal(0, 0.010),
            mouth=0.05 + chance.normal(0, 0.03),
        )
        for _ in range(1000)
    ]
    t_s = show(watch, faces[: BASELINE_LOOKS + 1], 0.0, Phase.READY)
    show(watch, faces[BASELINE_LOOKS + 1 :], t_s)
    assert watch.baseline is not None
    assert not asks(watch)


@pytest.mark.parametrize(
    "seen",
    [
        replace(STRAINED, turned=30.0),
        replace(STRAINED, tilt=20.0),
        replace(STRAINED, turned=75.0),
        replace(STRAINED, y=0.9),
    ],
)
def test_a_face_that_is_not_trusted_or_seen_another_way_leads_to_nothing(seen: Face) -> None:
    watch, t_s = known()
    show(watch, [seen] * 40, t_s)
    assert watch.doubt is not None
    assert not asks(watch)


def test_a_jumping_mesh_leads_to_nothing() -> None:
    watch, t_s = known()
    jumping = cycle([STRAINED, replace(STRAINED, y=0.62)])
    show(watch, [next(jumping) for _ in range(60)], t_s)
    assert watch.doubt == FaceDoubt.UNSTEADY
    assert not asks(watch)


def test_looks_that_are_far_apart_lead_to_nothing() -> None:
    watch, t_s = known()
    for look in looks(STRAINED, 60, start_s=t_s, every_s=0.9):
        watch.look(look, Phase.LIFT)
    assert not asks(watch)


def test_getting_ready_is_not_held_against_the_baseline() -> None:
    watch, t_s = known()
    show(watch, [STRAINED] * 40, t_s, Phase.SETUP)
    assert watch.doubt == FaceDoubt.GETTING_READY
    assert not asks(watch)
