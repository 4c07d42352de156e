"""How many frames a recording lost, by the times of those that came."""

from collections.abc import Iterable

import pytest

from formcoach.capture.file.losses import Losses
from formcoach.notes import Figure, Note

FPS = 15.0


def read(frames: Iterable[int], damage_before: dict[int, int]) -> Losses:
    """Read frames of these numbers; before some the decoder complains so many times."""
    losses = Losses(FPS, 0.0)
    for number in frames:
        for _ in range(damage_before.get(number, 0)):
            losses.unreadable()
        losses.readable(number / FPS, 1.0 / FPS)
    losses.ended(None)
    return losses


def without(*lost: int) -> list[int]:
    return [number for number in range(90) if number not in lost]


def test_a_hole_of_its_own_is_no_loss() -> None:
    assert read(without(40, 41, 42), {}).notes == []


def test_a_hole_that_the_decoder_noticed_is_counted() -> None:
    losses = read(without(40, 41, 42), {43: 1})
    assert losses.frames == 3
    assert losses.notes == [
        Note("frames_unreadable", {"frames": 3, "start": Figure(2.67, 2), "end": Figure(2.87, 2)})
    ]


def test_frames_are_counted_that_are_missing_after_the_decoder_told_of_all_at_once() -> None:
    losses = read(without(40, 42, 43, 44, 45, 48), {41: 5})
    assert losses.frames == 6
    assert losses.notes == [
        Note("frames_unreadable", {"frames": 6, "start": Figure(2.67, 2), "end": Figure(3.27, 2)})
    ]


@pytest.mark.parametrize(("later", "frames"), [(10, 2), (20, 1)])
def test_only_soon_after_damage_is_a_hole_more_of_it(later: int, frames: int) -> None:
    assert read(without(40, 41 + later), {41: 1}).frames == frames
