"""What the card at the end of a set tells of what was not counted, and what to remember of it."""

import pytest

from formcoach.coaching.events import NotCounted, Quality, Rep, SetSummary, Uncounted
from formcoach.picture.card import Card, card_of
from formcoach.words.phrases import LANGUAGES, load_phrases


def rep(quality: Quality) -> Rep:
    return Rep(
        index=1,
        side=None,
        start_s=0.0,
        turn_s=1.0,
        end_s=2.0,
        peak_deg=80.0,
        rom_deg=60.0,
        hold_s=0.0,
        quality=quality,
    )


def a_set(*qualities: Quality, reasons: tuple[NotCounted, ...] = (), as_one: int = 0) -> SetSummary:
    movements = [
        Uncounted(start_s=0.0, end_s=1.0, side=None, reason=one, peak_deg=20.0, rom_deg=10.0)
        for one in reasons
    ]
    return SetSummary(reps=[rep(one) for one in qualities], not_counted=movements, as_one=as_one)


def card(done: SetSummary, lang: str = "en") -> Card:
    return card_of([done], load_phrases(lang), "squat", isometric=False, following="")


def test_what_was_not_counted_stands_on_it_by_its_reason() -> None:
    reasons = (NotCounted.NOT_SEEN, NotCounted.TOO_SMALL, NotCounted.OTHER_MOVEMENT)
    done = card(a_set(Quality.GOOD, Quality.PARTIAL, reasons=reasons))
    assert done.head == "1 rep"
    assert done.lines == (
        "1 done well",
        "2 did not go all the way",
        "1 I could not see whole",
        "1 was another movement",
    )


def test_a_shadow_of_the_other_limb_or_a_slip_is_no_attempt() -> None:
    reasons = (NotCounted.ALONG, NotCounted.SLIP, NotCounted.GETTING_READY)
    assert card(a_set(Quality.GOOD, reasons=reasons)).lines == ("1 done well",)


@pytest.mark.parametrize(
    ("done", "remember"),
    [
        (a_set(Quality.PARTIAL, Quality.PARTIAL), "A little further, if it feels fine"),
        (a_set(Quality.GOOD, Quality.PARTIAL), "Keep going like this"),
        (a_set(Quality.GOOD, as_one=1), "One at a time"),
        (a_set(Quality.UNSURE), "Keep going like this"),
        (a_set(), "Try again when you like"),
    ],
)
def test_what_to_remember_follows_from_what_was_tried(done: SetSummary, remember: str) -> None:
    assert card(done).remember == remember


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_never_begins_with_no_good_ones(lang: str) -> None:
    for qualities in ([Quality.UNSURE], [Quality.FAULTY], [Quality.PARTIAL], []):
        done = card(a_set(*qualities), lang)
        assert not done.head.startswith("0")
        assert not any(line.startswith("0") for line in done.lines)
