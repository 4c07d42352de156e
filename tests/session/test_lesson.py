"""What is told before the first rep: in order, and no faster than the person follows."""

from collections.abc import Callable
from itertools import pairwise

from formcoach.session.guide import Stage
from formcoach.session.lesson import KNOWN_REPS, PATIENCE_S, Lesson

SETUP, HOWTO = ("Put the camera there",), ("Lie down", "Lift a knee", "Lower it")
WORK, POSITION = Stage.WORK, Stage.POSITION

At = Callable[[float], object]


def told(
    ready: At,
    *,
    stage: At = lambda t_s: POSITION,
    reps: At = lambda t_s: 0,
    setup: tuple[str, ...] = (),
    seconds: float = 60.0,
) -> list[tuple[float, str]]:
    """Return what is told and when, ten frames a second."""
    lesson = Lesson(setup, HOWTO)
    found = []
    for frame in range(round(seconds * 10)):
        t_s = frame / 10
        stage_now, reps_now = stage(t_s), reps(t_s)
        assert isinstance(stage_now, Stage)
        assert isinstance(reps_now, int)
        text = lesson.step(t_s, stage_now, ready=bool(ready(t_s)), reps=reps_now)
        if text is not None:
            found.append((t_s, text))
    return found


def test_the_first_step_is_told_at_once_and_the_next_wait_for_the_start_pose() -> None:
    steps = told(lambda t_s: t_s >= 9.0)
    assert [text for _, text in steps] == list(HOWTO)
    assert steps[0][0] == 0.0
    assert steps[1][0] == 9.0
    assert steps[2][0] < 12.0


def test_whoever_tries_a_step_out_hears_the_next_one_afterwards() -> None:
    trying = (3.0, 8.0)
    steps = told(
        lambda t_s: not trying[0] <= t_s < trying[1],
        stage=lambda t_s: WORK if t_s >= trying[0] else POSITION,
        reps=lambda t_s: int(t_s >= trying[1]),
    )
    assert [text for _, text in steps] == list(HOWTO)
    assert not any(trying[0] <= t_s < trying[1] for t_s, _ in steps)


def test_whoever_does_it_already_is_told_no_more() -> None:
    steps = told(lambda t_s: t_s > 15.0, reps=lambda t_s: KNOWN_REPS * (t_s > 10.0))
    assert [text for _, text in steps] == list(HOWTO[:1])


def test_a_start_pose_that_is_not_seen_is_not_waited_for_for_ever() -> None:
    steps = told(lambda t_s: False)
    assert [text for _, text in steps] == list(HOWTO)
    assert all(later - early > PATIENCE_S for (early, _), (later, _) in pairwise(steps))


def test_the_set_up_comes_first_and_is_left_out_where_the_person_stands_ready() -> None:
    assert next(text for _, text in told(lambda t_s: t_s > 5.0, setup=SETUP)) == SETUP[0]
    assert [text for _, text in told(lambda t_s: True, setup=SETUP)] == list(HOWTO)
