"""Answers by a raised hand, lying and standing, either side toward the camera."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count

import pytest
from figure import Anchor, Body, Camera, Film, Stretch, film

from formcoach.pose.body import BodyReader
from formcoach.pose.landmarks import Pose, Side
from formcoach.pose.signals import Signals
from formcoach.pose.trace import quantise
from formcoach.session.answers import NO, YES, HandCount, HandYesNo

Moves = Callable[[], Sequence[tuple[float, Signals]]]

ARM_LOW, ARM_UP = 20.0, 172.0
LYING, STANDING = -90.0, 0.0
POSTURES = pytest.mark.parametrize("trunk", [LYING, STANDING], ids=["lying", "standing"])
NEAR = pytest.mark.parametrize("near", list(Side), ids=["left near", "right near"])
HANDS = pytest.mark.parametrize("hand", list(Side), ids=["left hand", "right hand"])


class Mat:
    """A person on the mat whose arms go where they are told; time goes on with each frame."""

    def __init__(self, trunk: float, near: Side, before_s: float = 2.0) -> None:
        self._film = Film(camera=Camera(near=near), jitter_px=0.5)
        self._body = Body(trunk=trunk, left_shoulder=ARM_LOW, right_shoulder=ARM_LOW)
        self._reader = BodyReader()
        self.t_s = 0.0
        for _ in self.stay(before_s):
            pass

    def stay(self, seconds: float) -> Sequence[tuple[float, Signals]]:
        return self.move(self._body, seconds)

    def arm(self, side: Side, deg: float, seconds: float = 0.8) -> Sequence[tuple[float, Signals]]:
        return self.move(self._body.on(side, shoulder=deg), seconds)

    def move(self, to: Body, seconds: float) -> Sequence[tuple[float, Signals]]:
        stretch = Stretch(keys=[(0.0, self._body), (seconds, to)], anchor=Anchor.HIPS)
        start_s, self._body = self.t_s, to
        read = [self._read(pose, start_s) for pose in film([stretch], self._film)]
        self.t_s = start_s + seconds
        return read

    def _read(self, pose: Pose, start_s: float) -> tuple[float, Signals]:
        at = replace(pose, t_s=start_s + pose.t_s + 0.001)
        return at.t_s, self._reader.read(quantise(at)).signals


def yes_no(mat: Mat, *moves: Moves) -> int | None:
    """Ask, let the person move, and wait to the end; return the answer."""
    asked = HandYesNo(mat.t_s)
    waiting: Moves = lambda: mat.stay(10.0)  # noqa: E731 (one of the moves, which are all lambdas)
    for move in [*moves, waiting]:
        for t_s, signals in move():
            brought = asked.step(t_s, signals)
            if brought.over:
                return brought.answer
    raise AssertionError("it never ended")


@POSTURES
@NEAR
@HANDS
def test_the_right_hand_says_yes_and_the_left_one_no(trunk: float, near: Side, hand: Side) -> None:
    mat = Mat(trunk, near)
    answer = yes_no(
        mat, lambda: mat.stay(0.8), lambda: mat.arm(hand, ARM_UP), lambda: mat.stay(2.0)
    )
    assert answer == (0 if hand is YES else 1)
    assert {YES, NO} == set(Side)


@POSTURES
@NEAR
def test_no_hand_and_a_hand_that_is_up_too_shortly_are_no_answer(trunk: float, near: Side) -> None:
    still = Mat(trunk, near)
    assert yes_no(still) is None
    short = Mat(trunk, near)
    moves = (
        lambda: short.stay(1.0),
        lambda: short.arm(YES, ARM_UP, 0.5),
        lambda: short.stay(0.3),
        lambda: short.arm(YES, ARM_LOW, 0.5),
    )
    assert yes_no(short, *moves) is None


@POSTURES
@HANDS
def test_nothing_is_taken_from_a_hand_that_was_up_before(trunk: float, hand: Side) -> None:
    mat = Mat(trunk, Side.RIGHT)
    mat.arm(hand, ARM_UP)
    assert yes_no(mat) is None


def test_both_hands_are_a_stretch_and_no_answer() -> None:
    mat = Mat(LYING, Side.RIGHT)
    both = Body(trunk=LYING, left_shoulder=ARM_UP, right_shoulder=ARM_UP)
    assert yes_no(mat, lambda: mat.stay(1.0), lambda: mat.move(both, 0.6)) is None


class Counted:
    """A count that is listened to; the person moves at a number."""

    def __init__(self, mat: Mat, choices: int = 11) -> None:
        self.mat, self.count = mat, HandCount(mat.t_s, choices)
        self.said: list[int] = []
        self.taken: list[int] = []
        self.answer: int | None = None
        self.over = False

    def until(self, number: int, most_s: float = 60.0) -> None:
        end_s = self.mat.t_s + most_s
        while not self.over and self.mat.t_s < end_s:
            self.hear(self.mat.stay(0.2))
            if number in self.said:
                return

    def hear(self, frames: Sequence[tuple[float, Signals]]) -> None:
        for t_s, signals in frames:
            brought = self.count.step(t_s, signals)
            if brought.say is not None:
                self.said.append(brought.say)
            if brought.taken is not None:
                self.taken.append(brought.taken)
            if brought.taken_back:
                self.said.clear()
            if brought.over:
                self.over, self.answer = True, brought.answer
                return


@POSTURES
@NEAR
@HANDS
@pytest.mark.parametrize("number", [0, 3, 10])
def test_the_number_at_which_a_hand_goes_up_is_the_answer(
    trunk: float, near: Side, hand: Side, number: int
) -> None:
    counted = Counted(Mat(trunk, near))
    counted.until(number)
    counted.hear(counted.mat.arm(hand, ARM_UP))
    counted.hear(counted.mat.stay(1.2))
    counted.hear(counted.mat.arm(hand, ARM_LOW))
    counted.hear(counted.mat.stay(6.0))
    assert counted.said == list(range(number + 1)), "nothing is said while a hand is up"
    assert (counted.taken, counted.answer) == ([number], number)


@POSTURES
def test_the_left_hand_takes_a_number_back_and_it_is_counted_again(trunk: float) -> None:
    counted = Counted(Mat(trunk, Side.LEFT))
    counted.until(2)
    counted.hear(counted.mat.arm(YES, ARM_UP))
    counted.hear(counted.mat.stay(1.0))
    counted.hear(counted.mat.arm(YES, ARM_LOW))
    counted.hear(counted.mat.arm(NO, ARM_UP))
    counted.hear(counted.mat.stay(1.2))
    counted.hear(counted.mat.arm(NO, ARM_LOW))
    counted.until(4)
    counted.hear(counted.mat.arm(YES, ARM_UP))
    counted.hear(counted.mat.stay(1.2))
    counted.hear(counted.mat.arm(YES, ARM_LOW))
    counted.hear(counted.mat.stay(6.0))
    assert counted.taken == [2, 4]
    assert counted.answer == 4


def test_a_count_without_a_hand_ends_without_an_answer() -> None:
    counted = Counted(Mat(LYING, Side.RIGHT))
    counted.until(99)
    assert counted.said == list(range(11))
    assert counted.over
    assert counted.answer is None


def test_where_nothing_is_seen_it_ends_all_the_same() -> None:
    yes_no, numbers = HandYesNo(0.0), HandCount(0.0, 3)
    for frame in count():
        first, second = yes_no.step(frame / 15, None), numbers.step(frame / 15, None)
        if first.over and second.over:
            assert (first.answer, second.answer) == (None, None)
            return
        assert frame < 1000
